//! `GET /api/oidc`, `POST /api/oidc/begin`, `GET /api/oidc/back`, `GET /api/oidc/logout`: to a provider and back, and
//! what it says afterwards. `POST /api/oidc/finish` lets somebody in ([`finish`]); what she is connected with is
//! hers to see and to end ([`mine`]).

pub mod finish;
pub mod mine;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{LOCATION, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tracing::error;
use utoipa::ToSchema;

use super::{Body, sign_in::yes};
use crate::{
    AppState,
    auth::{
        link,
        oidc::{
            Provider, Verified, Why,
            ceremony::{self, Begun, Purpose, Stage},
        },
        session,
    },
    error::Refusal,
    peer::Peer,
    store::{StoreFault, Told},
};

/// Where a provider leads people back to. It must be registered there.
const BACK: &str = "/api/oidc/back";

/// A provider as the sign-in page shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Door {
    id: String,
    /// What stands on its button.
    label: String,
    /// `id-porten` or `feide`.
    profile: &'static str,
}

impl Door {
    fn of(provider: &Provider) -> Self {
        let config = provider.config();
        Self { id: config.id.clone(), label: config.label.clone(), profile: config.profile.name() }
    }
}

/// The providers by which one can sign in.
#[utoipa::path(
    get,
    path = "/oidc",
    operation_id = "list_providers",
    tag = "way in",
    responses((status = 200, description = "They are these.", body = [Door]))
)]
pub async fn list(State(app): State<AppState>) -> Json<Vec<Door>> {
    Json(app.providers.all().map(Door::of).collect())
}

/// To which provider somebody wants, and what for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    provider: String,
    purpose: Wanted,
    /// The language her page is in.
    language: String,
    /// What she signs in with otherwise, shown once more; to be connected.
    #[serde(default)]
    shown: Option<String>,
    /// Does the device keep what it is sent? A page that does not says so before she leaves it: she is led back to
    /// `/online`, and given a token in the place of the cookie.
    #[serde(default = "yes")]
    #[schema(default = true)]
    keeps: bool,
}

/// What somebody wants of a provider.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ProviderFor)]
enum Wanted {
    SignIn,
    Link,
}

/// Where she is sent to.
#[derive(Serialize, ToSchema)]
struct Sent {
    url: String,
}

/// Begins a ceremony: her browser gets a handle to it, and the address to go to.
#[utoipa::path(
    post,
    path = "/oidc/begin",
    operation_id = "begin_with_provider",
    tag = "way in",
    request_body = Wish,
    responses(
        (
            status = 200,
            description = "There she is sent.",
            body = Sent,
            headers(("Set-Cookie" = String, description = "The handle to what was begun."))
        ),
        (status = 401, description = "no-session"),
        (status = 403, description = "wrong-code"),
        (status = 404, description = "not-found"),
        (status = 429, description = "too-many-tries"),
        (status = 503, description = "unreachable")
    )
)]
pub async fn begin(
    State(app): State<AppState>,
    peer: Peer,
    headers: HeaderMap,
    Body(wish): Body<Wish>,
) -> Result<Response, Refusal> {
    app.pace.knock(peer)?;
    let provider = app.providers.get(&wish.provider).ok_or(Refusal::NotFound)?;
    let purpose = match wish.purpose {
        Wanted::SignIn if wish.keeps => Purpose::SignIn,
        Wanted::SignIn => Purpose::Online,
        Wanted::Link => {
            let who = session::present(&app, peer, &headers).await?;
            mine::shows_it_is_she(&app, &who, peer, wish.shown).await?;
            Purpose::Link { session: who.token }
        }
    };
    let redirect = link::address(&headers, app.transport, BACK);
    let begun = Begun::new(&wish.provider, purpose, redirect);
    let address = provider.address(&begun, &wish.language, app.clock.now()).await;
    let url = address.map_err(|_| Refusal::Unreachable)?;
    let cookie = ceremony::keep(&app, Stage::Begun(begun)).await?;
    Ok(([(SET_COOKIE, cookie)], Json(Sent { url })).into_response())
}

/// What a provider sends along with her.
#[derive(Default, Deserialize)]
pub struct Answer {
    code: Option<String>,
    state: Option<String>,
    /// Who says so (RFC 9207).
    iss: Option<String>,
    error: Option<String>,
}

/// She comes back. Whatever has happened, she is led to a page of ours that says so.
#[utoipa::path(
    get,
    path = "/oidc/back",
    operation_id = "back_from_provider",
    tag = "way in",
    params(
        ("code" = Option<String>, Query, description = "What the provider gives for her."),
        ("state" = Option<String>, Query, description = "What was begun."),
        ("iss" = Option<String>, Query, description = "Which provider says so."),
        ("error" = Option<String>, Query, description = "Why it does not.")
    ),
    responses(
        (
            status = 303,
            description = "To a page of the app.",
            headers(
                ("Location" = String, description = "The page."),
                ("Set-Cookie" = String, description = "The handle to what the provider has said, or none any more.")
            )
        )
    )
)]
pub async fn back(
    State(app): State<AppState>,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let Query(answer) = answer.unwrap_or_default();
    let (page, ended) = come_back(&app, &headers, answer).await;
    let (cookie, ended) = match ended {
        Ok(cookie) => (cookie, Ok(())),
        Err(why) => (ceremony::no_cookie(app.transport), Err(why)),
    };
    let to = HeaderValue::from_str(&ceremony::way_back(page, ended)).expect("pages and words are plain text");
    (StatusCode::SEE_OTHER, [(LOCATION, to), (SET_COOKIE, cookie)]).into_response()
}

/// The page that goes on, and the cookie with the handle to what the provider has said.
async fn come_back(app: &AppState, headers: &HeaderMap, answer: Answer) -> (&'static str, Result<HeaderValue, Why>) {
    let begun = match ceremony::take(app, headers).await {
        Ok(Some(Stage::Begun(begun))) => begun,
        Ok(Some(Stage::Verified { .. }) | None) => return (Purpose::SignIn.page(), Err(Why::Gone)),
        Err(fault) => return (Purpose::SignIn.page(), Err(failed(&fault))),
    };
    let page = begun.purpose.page();
    let who = match believed(app, &begun, answer).await {
        Ok(who) => who,
        Err(why) => return (page, Err(why)),
    };
    let kept = ceremony::keep(app, Stage::Verified { purpose: begun.purpose, who }).await;
    (page, kept.map_err(|fault| failed(&fault)))
}

/// Who she is, if this is the answer to what was begun.
async fn believed(app: &AppState, begun: &Begun, answer: Answer) -> Result<Verified, Why> {
    let provider = app.providers.get(&begun.provider).ok_or(Why::Gone)?;
    if !answer.state.is_some_and(|state| begun.has_state(&state)) {
        return Err(Why::Gone);
    }
    if answer.error.is_some() || answer.iss.is_some_and(|iss| iss != provider.config().issuer) {
        return Err(Why::Refused);
    }
    let code = answer.code.ok_or(Why::Refused)?;
    provider.verified(begun, code, app.clock.now()).await
}

fn failed(fault: &StoreFault) -> Why {
    error!(%fault, "a ceremony could not be kept");
    Why::Unreachable
}

/// A session at a provider that is over (OpenID Connect Front-Channel Logout 1.0).
#[derive(Default, Deserialize)]
pub struct Over {
    iss: Option<String>,
    sid: Option<String>,
}

/// Ends the sessions that began with one at a provider. Any site may ask for it, and nobody is told what came of it: it
/// does something only for whoever knows the other session's name.
#[utoipa::path(
    get,
    path = "/oidc/logout",
    operation_id = "over_at_provider",
    tag = "way in",
    params(
        ("iss" = Option<String>, Query, description = "The provider."),
        ("sid" = Option<String>, Query, description = "Its session.")
    ),
    responses((status = 200, description = "It was heard."))
)]
pub async fn logout(State(app): State<AppState>, over: Result<Query<Over>, QueryRejection>) -> StatusCode {
    let Query(Over { iss, sid }) = over.unwrap_or_default();
    if let (Some(iss), Some(sid)) = (iss, sid) {
        for provider in app.providers.all().filter(|provider| provider.config().issuer == iss) {
            if let Err(fault) = end_sessions(&app, &provider.origin(Some(&sid))).await {
                error!(%fault, "sessions of a provider were not ended");
            }
        }
    }
    StatusCode::OK
}

async fn end_sessions(app: &AppState, origin: &str) -> Result<(), StoreFault> {
    for token in app.store.sessions_from(origin).await? {
        app.store.end_session(&token).await?;
        app.live.tell(&app.store, Told::SignedOut(token));
    }
    Ok(())
}
