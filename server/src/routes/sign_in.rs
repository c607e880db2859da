//! `POST /api/sign-in`, with a card or a password; `POST /api/enter`, with a school's link; `POST /api/sign-out`.

use axum::{
    Json,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{SET_COOKIE, USER_AGENT},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use shared::{
    Entity as _, Key, Rejection, Role,
    domain::person::Person,
    policy::{Ground, Keeping, Proof},
    prim::{AnyId, Timestamp, seal::KEY_LENGTH},
    sync::{noted, wire::ClientId},
};
use utoipa::ToSchema;

use super::{
    Body,
    accounts::staff,
    log,
    second::{self, Proven},
};
use crate::{
    AppState,
    auth::{
        device, link, login, random,
        session::{self, Who, digest},
        throttle::Counted,
    },
    error::Refusal,
    lately::Door,
    openapi::wire,
    peer::Peer,
    store::{Account, StoreFault, Told},
};

/// The page to which a provider leads her back when she has signed out there. It must be registered there.
const AFTER: &str = "/sign-in";

/// What somebody types, and on which client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    login: String,
    secret: String,
    #[schema(schema_with = wire::id)]
    client: ClientId,
    /// What this device holds already: a server that was restored may not know the client any more.
    #[serde(default)]
    held: Option<Held>,
    /// A code of her second factor.
    #[serde(default)]
    code: Option<String>,
    /// Does the device keep what it is sent? A page that does not is given a token in the place of the cookie.
    #[serde(default = "yes")]
    #[schema(default = true)]
    keeps: bool,
}

/// A page keeps what it is sent, unless it says otherwise.
pub(super) const fn yes() -> bool {
    true
}

/// What becomes of what she is sent, as her page says.
pub(super) const fn keeping(keeps: bool) -> Keeping {
    if keeps { Keeping::OnDevice } else { Keeping::InMemory }
}

/// A school's link, and on which client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    token: String,
    #[schema(schema_with = wire::id)]
    client: ClientId,
    #[serde(default)]
    held: Option<Held>,
}

/// Whose client it is, and the key that seals it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    #[schema(schema_with = wire::id)]
    user: AnyId,
    key: String,
}

/// Who she is now, and the key that seals what her client keeps on the device.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedIn {
    #[schema(schema_with = wire::id)]
    user: AnyId,
    name: String,
    #[schema(schema_with = wire::role)]
    role: Role,
    key: String,
    #[schema(schema_with = wire::timestamp)]
    server_time: Timestamp,
    /// Her recovery codes, when she has just set up her second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery: Option<Vec<String>>,
    /// For `Authorization: Bearer`, where the page keeps nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Opens a session. An unknown login and a wrong secret answer alike, in the same time.
#[utoipa::path(
    post,
    path = "/sign-in",
    operation_id = "sign_in",
    tag = "way in",
    request_body = SignIn,
    responses(
        (
            status = 200,
            description = "She is signed in.",
            body = SignedIn,
            headers(("Set-Cookie" = String, description = "Her session, where the device keeps what it is sent."))
        ),
        (status = 401, description = "wrong-secret second-factor set-second-factor"),
        (status = 403, description = "foreign-client wrong-code"),
        (status = 409, description = "online-only"),
        (status = 429, description = "too-many-tries")
    )
)]
pub async fn sign_in(
    State(app): State<AppState>,
    Peer(peer): Peer,
    headers: HeaderMap,
    Body(typed): Body<SignIn>,
) -> Result<Response, Refusal> {
    let spellings = login::spellings(&typed.login);
    // Counted is whose secret it is, whatever it was spelled like; what is looked up costs nothing beside a hash.
    let account = find(&app, &spellings).await?;
    let nobody = login::one_of(&typed.login, app.store.audit_heads().await?.iter().map(|(centre, _)| centre));
    let counted = account.as_ref().map_or(Counted::Nobody(nobody), Counted::of);
    app.throttle.attempt(&counted, peer, app.clock.now()).map_err(Refusal::TooManyTries)?;
    let hash = account.as_ref().map(|account| account.secret.clone());
    let fits = app.secrets.verify(typed.secret, hash).await?;
    let Some(account) = account else {
        log::knocked(&app, peer, Door::Login);
        return Err(Refusal::WrongSecret);
    };
    if !fits {
        log::tried(&app, &account);
        return Err(Refusal::WrongSecret);
    }
    let half = |refusal: Refusal| {
        // A wrong code counts like a wrong password; one that is only missing does not.
        if matches!(refusal, Refusal::WrongCode) {
            log::tried(&app, &account);
        } else {
            app.throttle.half(&counted, peer);
        }
        refusal
    };
    let keeping = keeping(typed.keeps);
    let held = Held::of(typed.held, keeping, &account).map_err(half)?;
    let client = app.store.client(&account.centre, &typed.client).await?;
    // Whoever holds the key of the client has signed in there before.
    let known = client.filter(|client| client.user == account.user && held.as_deref() == Some(&client.key[..]));
    let proven = second::at_sign_in(&app, &account, typed.code.as_deref(), known.as_ref()).await.map_err(half)?;
    match proven {
        // She has shown less than she may have guessed at elsewhere.
        Proven::Recently => app.throttle.half(&counted, peer),
        Proven::NotAsked | Proven::Now | Proven::First(_) | Proven::Elsewhere(_) => {
            app.throttle.succeeded(&counted, peer);
        }
    }
    open(&app, account, (&typed.client, keeping), held, proven, &headers).await
}

/// Opens a session by a school's link. What is no link, and one that was withdrawn, answer alike.
#[utoipa::path(
    post,
    path = "/enter",
    operation_id = "enter",
    tag = "way in",
    request_body = Enter,
    responses(
        (
            status = 200,
            description = "She is signed in.",
            body = SignedIn,
            headers(("Set-Cookie" = String, description = "Her session."))
        ),
        (status = 401, description = "wrong-secret"),
        (status = 403, description = "foreign-client"),
        (status = 404, description = "gone")
    )
)]
pub async fn enter(
    State(app): State<AppState>,
    Peer(peer): Peer,
    headers: HeaderMap,
    Body(Enter { token, client, held }): Body<Enter>,
) -> Result<Response, Refusal> {
    let account = opened_by(&app, &token).await.inspect_err(|refusal| log::knocked_in_vain(&app, peer, refusal))?;
    let keeping = Keeping::OnDevice;
    let held = Held::of(held, keeping, &account)?;
    open(&app, account, (&client, keeping), held, Proven::NotAsked, &headers).await
}

/// The account that a school's link opens.
async fn opened_by(app: &AppState, token: &str) -> Result<Account, Refusal> {
    let link = app.store.link(&digest(token)).await?.filter(|link| link.until.is_none()).ok_or(Rejection::Gone)?;
    let account = app.store.account_of(&link.centre, &link.user).await?.ok_or(Rejection::Gone)?;
    let colleague = staff(&mut *app.store.snapshot(&link.centre).await?, &link.user).await?;
    if !colleague.is_some_and(|staff| staff.left.is_none() && staff.role.proof() == Proof::Link) {
        // She has left, or plays another part by now.
        return Err(Rejection::Gone.into());
    }
    Ok(account)
}

impl Held {
    /// The key that a device holds of this user; none of anybody else may be left on it. Where nothing is kept, nothing
    /// lies there to be opened.
    pub(super) fn of(held: Option<Self>, keeping: Keeping, account: &Account) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(Self { user, key }) = held.filter(|_| keeping.is_on_device()) else { return Ok(None) };
        if user != account.user {
            // Else whoever signs in first after a restore would get the work of whoever was here before.
            return Err(Refusal::ForeignClient);
        }
        Ok(STANDARD.decode(key).ok().filter(|key| key.len() == KEY_LENGTH))
    }
}

/// Opens a session of this kind, of somebody who has shown who she is.
pub(super) async fn open(
    app: &AppState,
    account: Account,
    (client, keeping): (&ClientId, Keeping),
    held: Option<Vec<u8>>,
    proven: Proven,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    if keeping.is_on_device() && is_shielded(app, &account).await? {
        return Err(Refusal::OnlineOnly);
    }
    let key = held.unwrap_or_else(|| random::<KEY_LENGTH>().to_vec());
    let opened = app.store.open_client(&account.centre, &account.user, client, &key).await?;
    if opened.user != account.user {
        return Err(Refusal::ForeignClient);
    }
    let now = app.clock.now();
    // What a provider says of her stands for no code of hers: the next password here is asked for one as before.
    if matches!(proven, Proven::Now | Proven::First(_)) {
        app.store.prove_client(&account.centre, client, now).await?;
    }
    log::tried_before(app, &account).await?;
    // A participant is shown that somebody has used her card.
    let about = (account.role.proof() == Proof::Card).then(|| account.user.clone());
    let (deed, origin) = match &proven {
        Proven::Elsewhere(origin) => (noted::SIGN_IN_BY, origin.clone()),
        Proven::NotAsked | Proven::Recently | Proven::Now | Proven::First(_) => (noted::SIGN_IN, String::new()),
    };
    let by = (&account.user, Ground::own(account.role));
    log::note(app, &account.centre, by, (deed, None), about).await?;
    let told = headers.get(USER_AGENT).and_then(|told| told.to_str().ok()).unwrap_or_default();
    let device = session::Device { name: device::called(told), origin, keeping };
    let token = session::open(app, &account, client, device).await?;
    let cookie = session::cookie_of(app.transport, account.role, &token);
    let signed_in = SignedIn {
        user: account.user,
        name: account.name,
        role: account.role,
        key: STANDARD.encode(opened.key),
        server_time: now,
        recovery: match proven {
            Proven::First(recovery) => Some(recovery),
            Proven::NotAsked | Proven::Recently | Proven::Now | Proven::Elsewhere(_) => None,
        },
        token: (!keeping.is_on_device()).then_some(token),
    };
    Ok(match keeping {
        Keeping::OnDevice => ([(SET_COOKIE, cookie)], Json(signed_in)).into_response(),
        Keeping::InMemory => Json(signed_in).into_response(),
    })
}

/// Is she a protected person, of whom no device keeps anything?
async fn is_shielded(app: &AppState, account: &Account) -> Result<bool, Refusal> {
    let mut snapshot = app.store.snapshot(&account.centre).await?;
    let key = Key::of(&[&account.user]);
    let row = snapshot.row(Person::KIND, &key).await?;
    Ok(row.is_some_and(|row| row.is_shielded()))
}

async fn find(app: &AppState, spellings: &[String]) -> Result<Option<Account>, StoreFault> {
    for spelling in spellings {
        if let Some(account) = app.store.account(spelling).await? {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

/// Where she signs out at the provider by which she came, too.
#[derive(Serialize, ToSchema)]
struct WayOut {
    url: String,
}

/// Ends the session and takes the cookie away. Whoever came by a provider is still signed in there, and the next one at
/// the same computer with her: her page is told where that ends.
#[utoipa::path(
    post,
    path = "/sign-out",
    operation_id = "sign_out",
    tag = "session",
    responses(
        (
            status = 200,
            description = "She is signed out here, and signs out at the provider by which she came at this address.",
            body = WayOut,
            headers(("Set-Cookie" = String, description = "Takes the session away, where it came by a cookie."))
        ),
        (
            status = 204,
            description = "She is signed out.",
            headers(("Set-Cookie" = String, description = "Takes the session away, where it came by a cookie."))
        )
    )
)]
pub async fn sign_out(State(app): State<AppState>, headers: HeaderMap, who: Who) -> Result<Response, Refusal> {
    let origin = app.store.origin_of(&who.token).await?;
    app.store.end_session(&who.token).await?;
    app.live.tell(&app.store, Told::SignedOut(who.token));
    let way_out = match app.providers.of_origin(&origin) {
        Some(provider) => provider.way_out(&link::address(&headers, app.transport, AFTER), app.clock.now()).await,
        None => None,
    };
    let mut response = match way_out {
        Some(url) => Json(WayOut { url }).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    // Where she kept nothing, whoever is signed in on the device beside it stays so.
    if who.keeping.is_on_device() {
        response.headers_mut().append(SET_COOKIE, session::no_cookie(app.transport));
    }
    Ok(response)
}
