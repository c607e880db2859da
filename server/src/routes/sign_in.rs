//! `POST /api/sign-in` and `POST /api/sign-out`.

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
    Role,
    prim::{AnyId, Timestamp},
    sync::wire::ClientId,
};

use super::Body;
use crate::{
    AppState,
    auth::{
        device, login, random,
        session::{self, Who},
    },
    error::Refusal,
    peer::Peer,
    store::{Account, StoreFault, Told},
};

/// What somebody types, and on which client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    login: String,
    secret: String,
    client: ClientId,
    /// What this device holds already: a server that was restored may not know the client any more.
    #[serde(default)]
    held: Option<Held>,
}

/// Whose client it is, and the key that seals it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    user: AnyId,
    key: String,
}

/// Who she is now, and the key that seals what her client keeps on the device.
#[derive(Serialize)]
struct SignedIn {
    user: AnyId,
    name: String,
    role: Role,
    key: String,
    server_time: Timestamp,
}

/// Opens a session. An unknown login and a wrong secret answer alike, in the same time.
pub async fn sign_in(
    State(app): State<AppState>,
    Peer(peer): Peer,
    headers: HeaderMap,
    Body(typed): Body<SignIn>,
) -> Result<Response, Refusal> {
    let spellings = login::spellings(&typed.login);
    let counted = &spellings[0];
    app.throttle.attempt(counted, peer, app.clock.now()).map_err(Refusal::TooManyTries)?;
    let account = find(&app, &spellings).await?;
    let hash = account.as_ref().map(|account| account.secret.clone());
    let fits = app.secrets.verify(typed.secret, hash).await?;
    let Some(account) = account.filter(|_| fits) else {
        return Err(Refusal::WrongSecret);
    };
    app.throttle.succeeded(counted, peer);
    if typed.held.as_ref().is_some_and(|held| held.user != account.user) {
        // Else whoever signs in first after a restore would get the work of whoever was here before.
        return Err(Refusal::ForeignClient);
    }
    let own = typed.held.and_then(|held| <[u8; 32]>::try_from(STANDARD.decode(held.key).ok()?).ok());
    let key = own.unwrap_or_else(random::<32>);
    let (owner, key) = app.store.open_client(&account.centre, &account.user, &typed.client, &key).await?;
    if owner != account.user {
        return Err(Refusal::ForeignClient);
    }
    let told = headers.get(USER_AGENT).and_then(|told| told.to_str().ok()).unwrap_or_default();
    let cookie = session::open(&app, &account, &typed.client, device::called(told)).await?;
    let signed_in = SignedIn {
        user: account.user,
        name: account.name,
        role: account.role,
        key: STANDARD.encode(key),
        server_time: app.clock.now(),
    };
    Ok(([(SET_COOKIE, cookie)], Json(signed_in)).into_response())
}

async fn find(app: &AppState, spellings: &[String]) -> Result<Option<Account>, StoreFault> {
    for spelling in spellings {
        if let Some(account) = app.store.account(spelling).await? {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

/// Ends the session and takes the cookie away.
pub async fn sign_out(State(app): State<AppState>, who: Who) -> Result<Response, Refusal> {
    app.store.end_session(&who.token).await?;
    app.live.tell(&app.store, Told::SignedOut(who.token));
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session::no_cookie(app.transport))]).into_response())
}
