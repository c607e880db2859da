//! `GET /api/oidc/mine`, `POST /api/oidc/link`, `POST /api/oidc/end`: the providers somebody who is signed in is
//! connected with, by which she can sign in the next time.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    Rejection,
    policy::{Ground, Proof},
    prim::{AnyId, Timestamp},
    sync::noted,
};
use utoipa::ToSchema;

use super::Door;
use crate::{
    AppState,
    auth::{
        oidc::ceremony::{self, Purpose, Stage},
        session::Who,
    },
    error::Refusal,
    openapi::wire,
    peer::Peer,
    routes::{Body, invitations::NO_LOGIN, log, second},
    store::{Account, Identity, Linked},
};

/// What somebody shows once more before she is connected. Else her open page would be a way in for ever, for whoever
/// finds it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Asks {
    /// A code of her second factor.
    Code,
    /// The PIN of her card.
    Pin,
    /// Her password.
    Password,
    /// Nothing: only a link leads in, and she has it.
    Nothing,
}

/// What she is connected with, and what she could be.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mine {
    asks: Asks,
    providers: Vec<Connection>,
}

/// A provider, and how it stands with it.
#[derive(Debug, Serialize, ToSchema)]
struct Connection {
    #[serde(flatten)]
    door: Door,
    /// Since when she is connected; nothing when she is not.
    #[schema(schema_with = wire::maybe_timestamp, required = true)]
    since: Option<Timestamp>,
}

/// The providers she is connected with, and those by which she may sign in.
#[utoipa::path(
    get,
    path = "/oidc/mine",
    operation_id = "list_connections",
    tag = "session",
    responses((status = 200, description = "They are these.", body = Mine))
)]
pub async fn mine(State(app): State<AppState>, who: Who) -> Result<Json<Mine>, Refusal> {
    let account = app.store.account_of(&who.centre, &who.user).await?.ok_or(Refusal::NoSession)?;
    let asks = asks(&app, &account).await?;
    let connected = app.store.identities_of(&who.centre, &who.user).await?;
    let connections = app.providers.all().map(|provider| {
        let since = connected.iter().find(|(id, _)| *id == provider.config().id).map(|(_, since)| *since);
        let may = who.role.proof().is_met_by(provider.config().profile.best());
        (may || since.is_some()).then(|| Connection { door: Door::of(provider), since })
    });
    Ok(Json(Mine { asks, providers: connections.flatten().collect() }))
}

/// Nothing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Connects her with whom the provider has said she is, if it was she who began.
#[utoipa::path(
    post,
    path = "/oidc/link",
    operation_id = "connect",
    tag = "session",
    request_body = Nothing,
    responses(
        (
            status = 204,
            description = "She is connected.",
            headers(("Set-Cookie" = String, description = "Takes the handle away."))
        ),
        (status = 403, description = "not-enough"),
        (status = 404, description = "gone"),
        (status = 409, description = "identity-taken")
    )
)]
pub async fn link(
    State(app): State<AppState>,
    who: Who,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refusal> {
    let Some(Stage::Verified { purpose: Purpose::Link { session }, who: verified }) =
        ceremony::take(&app, &headers).await?
    else {
        return Err(Rejection::Gone.into());
    };
    if session != who.token {
        return Err(Rejection::Gone.into());
    }
    if !who.role.proof().is_met_by(verified.vouched) {
        return Err(Refusal::NotEnough);
    }
    let other = app.store.account_by(&verified.provider, &verified.subject).await?;
    if other.is_some_and(|other| other.centre != who.centre || other.user != who.user) {
        return Err(Refusal::IdentityTaken);
    }
    let by = (&who.user, Ground::own(who.role));
    log::note(&app, &who.centre, by, (noted::LINK, None), about(&who)).await?;
    let identity = Identity {
        provider: verified.provider,
        subject: verified.subject,
        centre: who.centre,
        user: who.user,
        created: app.clock.now(),
    };
    match app.store.link_identity(&identity, &who.token).await? {
        Linked::Yes => Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, ceremony::no_cookie(app.transport))]).into_response()),
        Linked::Taken => Err(Refusal::IdentityTaken),
        Linked::Gone => Err(Rejection::Gone.into()),
    }
}

/// With which provider.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndConnection)]
pub struct End {
    provider: String,
}

/// Ends a connection: nobody comes in by it any more. Sessions that began with it go on.
#[utoipa::path(
    post,
    path = "/oidc/end",
    operation_id = "disconnect",
    tag = "session",
    request_body = End,
    responses(
        (status = 204, description = "She is connected no more."),
        (status = 404, description = "not-found")
    )
)]
pub async fn end(
    State(app): State<AppState>,
    who: Who,
    Body(End { provider }): Body<End>,
) -> Result<StatusCode, Refusal> {
    let connected = app.store.identities_of(&who.centre, &who.user).await?;
    if !connected.iter().any(|(id, _)| *id == provider) {
        return Err(Refusal::NotFound);
    }
    let by = (&who.user, Ground::own(who.role));
    log::note(&app, &who.centre, by, (noted::UNLINK, None), about(&who)).await?;
    app.store.end_identity(&who.centre, &who.user, &provider).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes sure that whoever wants to be connected is not somebody who has found an open page.
pub(super) async fn shows_it_is_she(
    app: &AppState,
    who: &Who,
    Peer(peer): Peer,
    shown: Option<String>,
) -> Result<(), Refusal> {
    let account = app.store.account_of(&who.centre, &who.user).await?.ok_or(Refusal::NoSession)?;
    if matches!(asks(app, &account).await?, Asks::Nothing) {
        return Ok(());
    }
    second::shows_it_is_she(app, &account, peer, shown.as_deref(), shown.clone()).await
}

/// What she is asked for.
async fn asks(app: &AppState, account: &Account) -> Result<Asks, Refusal> {
    let factor = app.store.second_of(&account.centre, &account.user).await?.and_then(|factor| factor.secret);
    let asks = match account.role.proof() {
        _ if factor.is_some() => Asks::Code,
        Proof::Card => Asks::Pin,
        Proof::Link if account.login.starts_with(NO_LOGIN) => Asks::Nothing,
        Proof::Link | Proof::Password | Proof::Second => Asks::Password,
    };
    Ok(asks)
}

/// A participant is shown what becomes of her own access.
fn about(who: &Who) -> Option<AnyId> {
    (who.role.proof() == Proof::Card).then(|| who.user.clone())
}
