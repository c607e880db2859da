//! Passkeys. `GET /api/passkeys`, `POST /api/passkeys/begin`, `…/confirm` and `…/end` are for whoever is signed in;
//! `POST /api/passkey` and `POST /api/passkey/enter` are a way in without a user name.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::{
    Entity as _, Rejection,
    domain::staff::Staff,
    policy::{Ground, Proof},
    prim::{Name, Timestamp},
    sync::{noted, wire::ClientId},
};
use utoipa::ToSchema;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::{
    Body,
    accounts::staff,
    log,
    second::{self, Proven},
    sign_in::{Held, SignedIn, keeping, open, yes},
};
use crate::{
    AppState,
    auth::{
        link::new_token,
        passkey::{Ceremony, Site, id_of},
        session::{Who, digest},
    },
    error::Refusal,
    openapi::wire,
    peer::Peer,
    store::{Account, Passkey},
};

/// The largest answer of a device that has made a key: some bring a certificate with it, unasked.
pub const MOST_BYTES: usize = 16 * 1024;
/// How long she may take to answer, in milliseconds; her browser gives up after as long.
const PATIENCE: i64 = 5 * 60 * 1_000;

/// A passkey as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = KnownPasskey)]
pub struct Known {
    id: String,
    name: String,
    #[schema(schema_with = wire::timestamp)]
    created: Timestamp,
    /// When she last signed in by it.
    #[schema(schema_with = wire::maybe_timestamp, required = true)]
    used: Option<Timestamp>,
}

/// The passkeys of whoever asks.
#[utoipa::path(
    get,
    path = "/passkeys",
    operation_id = "list_passkeys",
    tag = "session",
    responses(
        (status = 200, description = "They are these.", body = [Known])
    )
)]
pub async fn list(State(app): State<AppState>, who: Who) -> Result<Json<Vec<Known>>, Refusal> {
    let passkeys = app.store.passkeys_of(&who.centre, &who.user).await?;
    let known = passkeys.into_iter().map(|Passkey { id, name, created, used, .. }| Known { id, name, created, used });
    Ok(Json(known.collect()))
}

/// Shows that it is she: a code of her second factor, or her password where she has none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BeginPasskey)]
pub struct Begin {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    secret: Option<String>,
}

/// What her browser is asked for, and the token with which its answer comes back.
#[derive(Serialize, ToSchema)]
pub struct Begun {
    ceremony: String,
    /// What `navigator.credentials` takes, as JSON (Web Authentication, level 3).
    #[schema(value_type = Object)]
    options: Value,
}

/// Begins to add a passkey.
#[utoipa::path(
    post,
    path = "/passkeys/begin",
    operation_id = "begin_passkey",
    tag = "session",
    request_body = Begin,
    responses(
        (status = 200, description = "This her browser is asked for.", body = Begun),
        (status = 403, description = "wrong-code"),
        (status = 404, description = "gone"),
        (status = 409, description = "too-many"),
        (status = 429, description = "too-many-tries")
    )
)]
pub async fn begin(
    State(app): State<AppState>,
    who: Who,
    Peer(peer): Peer,
    headers: HeaderMap,
    Body(shown): Body<Begin>,
) -> Result<Json<Begun>, Refusal> {
    let account = app.store.account_of(&who.centre, &who.user).await?.ok_or(Refusal::NoSession)?;
    if !account.role.proof().takes_passkey() {
        return Err(Rejection::Gone.into());
    }
    let site = Site::of(&headers, app.transport).ok_or(Rejection::Gone)?;
    second::shows_it_is_she(&app, &account, peer, shown.code.as_deref(), shown.secret).await?;
    let has = app.store.passkeys_of(&who.centre, &who.user).await?;
    if has.len() >= Proof::MOST_PASSKEYS {
        return Err(Refusal::TooMany);
    }
    let (options, ceremony) = site.make(&account, &has).ok_or(Rejection::Gone)?;
    Ok(Json(Begun { ceremony: keep(&app, &ceremony).await?, options }))
}

/// What her device has made, and what she calls it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConfirmPasskey)]
pub struct Confirm {
    ceremony: String,
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = Object)]
    credential: RegisterPublicKeyCredential,
}

/// Adds the passkey she has made.
#[utoipa::path(
    post,
    path = "/passkeys/confirm",
    operation_id = "confirm_passkey",
    tag = "session",
    request_body = Confirm,
    responses(
        (status = 204, description = "It is hers."),
        (status = 404, description = "gone"),
        (status = 409, description = "too-many")
    )
)]
pub async fn confirm(
    State(app): State<AppState>,
    who: Who,
    headers: HeaderMap,
    Body(Confirm { ceremony, name, credential }): Body<Confirm>,
) -> Result<StatusCode, Refusal> {
    let Ceremony::MakePasskey { centre, user, state } = take(&app, &ceremony).await? else {
        return Err(Rejection::Gone.into());
    };
    if centre != who.centre || user != who.user || !who.role.proof().takes_passkey() {
        return Err(Rejection::Gone.into());
    }
    let site = Site::of(&headers, app.transport).ok_or(Rejection::Gone)?;
    let (id, credential) = site.made(&credential, &state).ok_or(Rejection::Gone)?;
    // She may have begun several before one of them was the last there is room for.
    if app.store.passkeys_of(&centre, &user).await?.len() >= Proof::MOST_PASSKEYS {
        return Err(Refusal::TooMany);
    }
    let by = (&user, Ground::own(who.role));
    log::note(&app, &centre, by, (noted::PASSKEY, Some((Staff::KIND, &user))), None).await?;
    let (name, created) = (name.to_string(), app.clock.now());
    let passkey = Passkey { id, centre, user, name, credential, created, used: None };
    if app.store.add_passkey(&passkey, &who.token).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Rejection::Gone.into())
    }
}

/// Which passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndPasskey)]
pub struct End {
    id: String,
}

/// Takes a passkey away. Where she has come in by it she stays until she signs out there.
#[utoipa::path(
    post,
    path = "/passkeys/end",
    operation_id = "end_passkey",
    tag = "session",
    request_body = End,
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "gone")
    )
)]
pub async fn end(State(app): State<AppState>, who: Who, Body(End { id }): Body<End>) -> Result<StatusCode, Refusal> {
    let has = app.store.passkeys_of(&who.centre, &who.user).await?;
    if !has.iter().any(|passkey| passkey.id == id) {
        return Err(Rejection::Gone.into());
    }
    let by = (&who.user, Ground::own(who.role));
    log::note(&app, &who.centre, by, (noted::PASSKEY_END, Some((Staff::KIND, &who.user))), None).await?;
    if app.store.end_passkey(&who.centre, &who.user, &id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Rejection::Gone.into())
    }
}

/// Somebody wants to sign in by a passkey; she says nothing of herself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskForPasskey)]
pub struct Ask {}

/// Asks for any passkey of this site. Everybody is asked the same.
#[utoipa::path(
    post,
    path = "/passkey",
    operation_id = "ask_for_passkey",
    tag = "way in",
    request_body = Ask,
    responses(
        (status = 200, description = "This her browser is asked for.", body = Begun),
        (status = 404, description = "gone")
    )
)]
pub async fn ask(
    State(app): State<AppState>,
    peer: Peer,
    headers: HeaderMap,
    Body(Ask {}): Body<Ask>,
) -> Result<Json<Begun>, Refusal> {
    app.pace.knock(peer)?;
    let site = Site::of(&headers, app.transport).ok_or(Rejection::Gone)?;
    let (options, ceremony) = site.show().ok_or(Rejection::Gone)?;
    Ok(Json(Begun { ceremony: keep(&app, &ceremony).await?, options }))
}

/// What a device has signed, and on which client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EnterByPasskey)]
pub struct Enter {
    ceremony: String,
    #[schema(value_type = Object)]
    credential: PublicKeyCredential,
    #[schema(schema_with = wire::id)]
    client: ClientId,
    #[serde(default)]
    held: Option<Held>,
    /// Does the device keep what it is sent? A page that does not is given a token in the place of the cookie.
    #[serde(default = "yes")]
    #[schema(default = true)]
    keeps: bool,
}

/// Opens a session by a passkey. Whatever is wrong with it, the answer is the same.
///
/// A passkey is two things: the key, and the finger, face or PIN that opens it, which the device must say it has
/// seen. So no code is asked for, whether she has set one up or not; and the client is one on which she has shown her
/// second factor, as after a code.
#[utoipa::path(
    post,
    path = "/passkey/enter",
    operation_id = "enter_by_passkey",
    tag = "way in",
    request_body = Enter,
    responses(
        (
            status = 200,
            description = "She is signed in.",
            body = SignedIn,
            headers(("Set-Cookie" = String, description = "Her session, where the device keeps what it is sent."))
        ),
        (status = 401, description = "wrong-secret"),
        (status = 403, description = "foreign-client"),
        (status = 404, description = "gone"),
        (status = 429, description = "too-fast")
    )
)]
pub async fn enter(
    State(app): State<AppState>,
    peer: Peer,
    headers: HeaderMap,
    Body(Enter { ceremony, credential, client, held, keeps }): Body<Enter>,
) -> Result<Response, Refusal> {
    app.pace.knock(peer)?;
    let account = shown(&app, &headers, &ceremony, &credential).await?;
    let keeping = keeping(keeps);
    let held = Held::of(held, keeping, &account)?;
    open(&app, account, (&client, keeping), held, Proven::Now, &headers).await
}

/// The account of whoever has shown a passkey of hers.
async fn shown(
    app: &AppState,
    headers: &HeaderMap,
    ceremony: &str,
    answer: &PublicKeyCredential,
) -> Result<Account, Refusal> {
    let Ceremony::ShowPasskey { state } = take(app, ceremony).await? else { return Err(Rejection::Gone.into()) };
    let passkey = app.store.passkey(&id_of(answer)).await?.ok_or(Rejection::Gone)?;
    let site = Site::of(headers, app.transport).ok_or(Rejection::Gone)?;
    let credential = site.shown(answer, state, &passkey).ok_or(Rejection::Gone)?;
    let account = app.store.account_of(&passkey.centre, &passkey.user).await?.ok_or(Rejection::Gone)?;
    let colleague = staff(&mut *app.store.snapshot(&passkey.centre).await?, &passkey.user).await?;
    if !colleague.is_some_and(|staff| staff.left.is_none() && staff.role.proof().takes_passkey()) {
        // She has left, or plays another part by now.
        return Err(Rejection::Gone.into());
    }
    // Two of the same count at the same time: one of them is a copy.
    if !app.store.use_passkey(&passkey, &credential, app.clock.now()).await? {
        return Err(Rejection::Gone.into());
    }
    Ok(account)
}

/// Keeps what somebody was asked until she answers. Any server may be asked then.
async fn keep(app: &AppState, ceremony: &Ceremony) -> Result<String, Refusal> {
    let body = serde_json::to_string(ceremony).map_err(|fault| Refusal::Fault(Box::new(fault)))?;
    let (token, handle) = new_token();
    let now = app.clock.now();
    app.store.begin_ceremony(&handle, &body, now, now.plus_millis(PATIENCE)).await?;
    Ok(token)
}

/// What was asked with this token. It is answered once.
async fn take(app: &AppState, token: &str) -> Result<Ceremony, Refusal> {
    let body = app.store.take_ceremony(&digest(token), app.clock.now()).await?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()).ok_or(Rejection::Gone)?)
}
