//! One provider: where it is, its keys, the way there, and what is believed of what comes back.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use openidconnect::{
    AccessToken, AdditionalClaims, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode,
    ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields, IdTokenVerifier, IssuerUrl, LanguageTag, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout as Metadata, RedirectUrl,
    RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse,
    TokenResponse as _,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
    url::Url,
};
use serde::{Deserialize, Serialize};
use shared::{
    policy::Vouched,
    prim::{OrganisationNumber, Timestamp},
};
use tokio::{sync::Mutex, time::timeout};
use tracing::warn;

use super::{
    REST, SubjectKey, Why,
    ask::Outside,
    ceremony::{Begun, Purpose},
    groups,
};
use crate::{
    auth::session::digest,
    config::{Level, Profile, ProviderConfig, is_safe},
};

/// For how long keys and addresses of a provider are good.
const FRESH: Duration = Duration::from_secs(6 * 60 * 60);
/// How soon they may be fetched again because of a key nobody knows: whoever makes one up costs us little.
const SOON: Duration = Duration::from_secs(60);
/// How long whoever signs out waits for a provider that must be asked first where its sign-out is.
const BRIEF: Duration = Duration::from_secs(1);
/// By how much our clocks may differ.
const LEEWAY: Duration = Duration::from_secs(30);
/// How many digits a national id has.
const PID_LENGTH: usize = 11;
/// What stands between the provider and its session in what is kept of where a session began.
const AFTER_ID: char = '.';
/// The languages a provider may be asked to speak (BCP 47).
const LANGUAGES: [&str; 4] = ["nb", "nn", "en", "se"];

/// What a provider says besides what all say.
#[derive(Deserialize, Serialize)]
struct More {
    /// The national id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pid: Option<String>,
    /// Its session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

impl AdditionalClaims for More {}

// A national id is never printed.
impl fmt::Debug for More {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("More")
    }
}

type Claims = IdTokenClaims<More, CoreGenderClaim>;
type Token = IdToken<More, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Us = Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Who somebody is at a provider, after everything was checked. Nothing in it names her in clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// Which provider.
    pub provider: String,
    /// A keyed digest of what it calls her.
    pub subject: String,
    /// How surely it says so.
    pub vouched: Vouched,
    /// What is kept of her session there ([`Provider::origin`]).
    pub origin: String,
    /// The schools at which she works, where it tells.
    pub schools: Vec<OrganisationNumber>,
}

/// What is known of a provider.
enum Known {
    Nothing,
    /// It has not answered.
    Away {
        since: Timestamp,
    },
    Is {
        metadata: Arc<Metadata>,
        since: Timestamp,
    },
}

/// A provider by which somebody can sign in.
pub struct Provider {
    config: ProviderConfig,
    key: Arc<SubjectKey>,
    outside: Outside,
    known: Mutex<Known>,
}

impl Provider {
    /// The provider of this configuration. It is not asked anything yet.
    pub fn new(config: ProviderConfig, key: Arc<SubjectKey>) -> Result<Self, reqwest::Error> {
        let issuer = Url::parse(&config.issuer).ok();
        let groups = match &config.profile {
            Profile::Feide { groups } => groups.as_ref(),
            Profile::IdPorten { .. } => None,
        };
        let addresses: Vec<&Url> = issuer.iter().chain(groups).collect();
        let outside = Outside::new(&addresses)?;
        Ok(Self { outside, config, key, known: Mutex::new(Known::Nothing) })
    }

    /// What was configured.
    #[must_use]
    pub const fn config(&self) -> &ProviderConfig {
        &self.config
    }

    /// What is kept of a session of this provider: which provider it is, and a digest by which a session it names is
    /// found again.
    #[must_use]
    pub fn origin(&self, sid: Option<&str>) -> String {
        let sid = sid.map(|sid| digest(&format!("{}\n{sid}", self.config.issuer))).unwrap_or_default();
        format!("{}{AFTER_ID}{sid}", self.config.id)
    }

    /// Did a session begin at this provider of which `origin` is kept?
    #[must_use]
    pub fn is_origin(&self, origin: &str) -> bool {
        origin.split_once(AFTER_ID).is_some_and(|(id, _)| id == self.config.id)
    }

    /// Where a browser ends its session there (OpenID Connect RP-Initiated Logout 1.0), to be led to `back` afterwards.
    /// Nothing where it has no such place, or does not say so at once. No token goes along, for none is kept.
    pub async fn way_out(&self, back: &str, now: Timestamp) -> Option<String> {
        let metadata = timeout(BRIEF, self.metadata(now, FRESH)).await.ok()?.ok()?;
        let mut url = metadata.additional_metadata().end_session_endpoint.as_ref()?.url().clone();
        // ID-porten signs people in, and out, beside its issuer.
        let issuer = Url::parse(&self.config.issuer).ok().map(|issuer| issuer.origin());
        let is_its_own =
            issuer == Some(url.origin()) || metadata.authorization_endpoint().url().origin() == url.origin();
        if !is_safe(&url) || !is_its_own {
            warn!(provider = self.config.id, "its address for signing out is not one of its own with https");
            return None;
        }
        let query = [("client_id", self.config.client_id.as_str()), ("post_logout_redirect_uri", back)];
        url.query_pairs_mut().extend_pairs(query);
        Some(url.into())
    }

    /// Where a browser is sent to.
    pub async fn address(&self, begun: &Begun, language: &str, now: Timestamp) -> Result<String, Why> {
        let metadata = self.metadata(now, FRESH).await?;
        if !is_safe(metadata.authorization_endpoint().url()) {
            warn!(provider = self.config.id, "its address for signing in is not one with https");
            return Err(Why::Unreachable);
        }
        let us = self.us(&metadata, begun)?;
        let (state, nonce) = (CsrfToken::new(begun.state.clone()), Nonce::new(begun.nonce.clone()));
        let verifier = PkceCodeVerifier::new(begun.verifier.clone());
        let mut request = us
            .authorize_url(AuthenticationFlow::<CoreResponseType>::AuthorizationCode, move || state, move || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            // Else whoever sits down at a shared computer would come in as the one before her.
            .add_prompt(CoreAuthPrompt::Login);
        match &self.config.profile {
            Profile::IdPorten { least } => {
                request = request
                    .add_scope(Scope::new("profile".to_owned()))
                    .add_auth_context_value(AuthenticationContextClass::new(least.name().to_owned()));
            }
            Profile::Feide { groups: Some(_) } => request = request.add_scope(Scope::new("groups-org".to_owned())),
            Profile::Feide { groups: None } => {}
        }
        if LANGUAGES.contains(&language) {
            request = request.add_ui_locale(LanguageTag::new(language.to_owned()));
        }
        Ok(request.url().0.into())
    }

    /// Exchanges the code she has brought back, and checks all that comes of it.
    pub async fn verified(&self, begun: &Begun, code: String, now: Timestamp) -> Result<Verified, Why> {
        let metadata = self.metadata(now, FRESH).await?;
        let us = self.us(&metadata, begun)?;
        let request = us.exchange_code(AuthorizationCode::new(code)).map_err(|fault| self.away(&fault))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(begun.verifier.clone()));
        let tokens = request.request_async(&self.outside).await.map_err(|fault| match fault {
            RequestTokenError::Request(fault) => self.away(&fault),
            fault => self.refused(&fault),
        })?;
        let Some(token) = tokens.id_token() else { return Err(self.refused(&"it gave no token")) };
        let who = match self.checked(token, &metadata, begun, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // It may have another key since.
                let metadata = self.metadata(now, SOON).await?;
                self.checked(token, &metadata, begun, now)
            }
            who => who,
        };
        let who = who.map_err(|fault| self.refused(&fault))?;
        let (subject, vouched) = self.subject(who)?;
        let schools = match begun.purpose {
            Purpose::SignIn | Purpose::Online => self.schools(tokens.access_token()).await?,
            Purpose::Link { .. } => Vec::new(),
        };
        Ok(Verified {
            provider: self.config.id.clone(),
            subject: self.key.digest(&self.config.issuer, subject),
            vouched,
            origin: self.origin(who.additional_claims().sid.as_deref()),
            schools,
        })
    }

    /// The claims of a token made by this provider, for us, for this ceremony, and not over.
    fn checked<'t>(
        &self,
        token: &'t Token,
        metadata: &Metadata,
        begun: &Begun,
        now: Timestamp,
    ) -> Result<&'t Claims, ClaimsVerificationError> {
        let millis = u64::try_from(now.0).unwrap_or_default();
        let time = (UNIX_EPOCH + Duration::from_millis(millis)).checked_sub(LEEWAY).unwrap_or(UNIX_EPOCH);
        let (us, keys) = (ClientId::new(self.config.client_id.clone()), metadata.jwks().clone());
        // It is told no secret, so that none can stand for a key.
        let verifier = IdTokenVerifier::new_public_client(us, metadata.issuer().clone(), keys)
            .set_allowed_algs([
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            ])
            .set_time_fn(move || time.into());
        token.claims(&verifier, &Nonce::new(begun.nonce.clone()))
    }

    /// Whom these claims are about, and how surely they say so.
    fn subject<'c>(&self, who: &'c Claims) -> Result<(&'c str, Vouched), Why> {
        match &self.config.profile {
            Profile::IdPorten { least } => {
                let level = who.auth_context_ref().and_then(|acr| Level::parse(acr.as_str()));
                let level = level.filter(|level| level >= least).ok_or(Why::Low)?;
                let is_pid = |pid: &&str| pid.len() == PID_LENGTH && pid.bytes().all(|byte| byte.is_ascii_digit());
                // Whoever comes with an id of another country has none.
                let pid = who.additional_claims().pid.as_deref().filter(is_pid).ok_or(Why::Nobody)?;
                Ok((pid, level.vouched()))
            }
            Profile::Feide { .. } => Ok((who.subject().as_str(), Vouched::Once)),
        }
    }

    async fn schools(&self, token: &AccessToken) -> Result<Vec<OrganisationNumber>, Why> {
        match &self.config.profile {
            Profile::Feide { groups: Some(address) } => {
                groups::schools(&self.outside, address, token).await.map_err(|fault| self.away(&fault))
            }
            Profile::Feide { groups: None } | Profile::IdPorten { .. } => Ok(Vec::new()),
        }
    }

    fn us(&self, metadata: &Metadata, begun: &Begun) -> Result<Us, Why> {
        let redirect = RedirectUrl::new(begun.redirect.clone()).map_err(|fault| self.refused(&fault))?;
        let id = ClientId::new(self.config.client_id.clone());
        let secret = ClientSecret::new(self.config.secret.reveal().to_owned());
        Ok(Us::from_provider_metadata(metadata.clone(), id, Some(secret)).set_redirect_uri(redirect))
    }

    /// Its addresses and keys, not older than that.
    async fn metadata(&self, now: Timestamp, fresh: Duration) -> Result<Arc<Metadata>, Why> {
        let is_within = |since: &Timestamp, time: Duration| (0..time.as_millis()).contains(&age(*since, now));
        let mut known = self.known.lock().await;
        match &*known {
            Known::Is { metadata, since } if is_within(since, fresh) => return Ok(Arc::clone(metadata)),
            // Whoever waited for the same answer does not ask once more.
            Known::Away { since } if is_within(since, REST) => return Err(Why::Unreachable),
            Known::Nothing | Known::Away { .. } | Known::Is { .. } => {}
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone()).map_err(|fault| self.away(&fault))?;
        match Metadata::discover_async(issuer, &self.outside).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Known::Is { metadata: Arc::clone(&metadata), since: now };
                Ok(metadata)
            }
            Err(fault) => {
                *known = Known::Away { since: now };
                Err(self.away(&fault))
            }
        }
    }

    fn away(&self, fault: &dyn fmt::Display) -> Why {
        warn!(provider = self.config.id, %fault, "a provider does not answer");
        Why::Unreachable
    }

    fn refused(&self, fault: &dyn fmt::Display) -> Why {
        warn!(provider = self.config.id, %fault, "what a provider says is not believed");
        Why::Refused
    }
}

/// How long ago that was, in milliseconds; a clock that was set back makes everything old.
fn age(since: Timestamp, now: Timestamp) -> u128 {
    u128::try_from(now.0 - since.0).unwrap_or(u128::MAX)
}
