//! `GET /api/second`, `POST /api/second/begin`, `POST /api/second/confirm`: her second factor, set up while she is
//! signed in. At the sign-in the same is done by [`at_sign_in`].

use std::net::IpAddr;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use shared::{
    Entity as _, Rejection, Role,
    domain::staff::Staff,
    policy::{Ground, Proof},
    prim::{AnyId, Timestamp},
    sync::noted,
};
use utoipa::ToSchema;

use super::{Body, log};
use crate::{
    AppState,
    auth::{
        second::{self, Setup, Shown},
        session::Who,
        throttle::Counted,
    },
    config::Second,
    error::Refusal,
    peer::Peer,
    store::{Account, CentreId, Client, SecondFactor},
};

/// How it stands with her second factor.
#[derive(Serialize, ToSchema)]
pub struct Factor {
    is_on: bool,
    /// How many recovery codes are left.
    recovery: i64,
}

/// How it stands with her second factor.
#[utoipa::path(
    get,
    path = "/second",
    operation_id = "second_factor",
    tag = "session",
    responses(
        (status = 200, description = "How it stands.", body = Factor)
    )
)]
pub async fn state(State(app): State<AppState>, who: Who) -> Result<Json<Factor>, Refusal> {
    let factor = app.store.second_of(&who.centre, &who.user).await?;
    let is_on = factor.as_ref().is_some_and(|factor| factor.secret.is_some());
    Ok(Json(Factor { is_on, recovery: factor.map_or(0, |factor| factor.recovery) }))
}

/// A code of the factor she has; her password where she has none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    secret: Option<String>,
}

/// Begins to set up another one; the one she has is good until this one is confirmed.
#[utoipa::path(
    post,
    path = "/second/begin",
    operation_id = "begin_second_factor",
    tag = "session",
    request_body = Begin,
    responses(
        (status = 200, description = "What she sets up her app with.", body = Setup),
        (status = 403, description = "wrong-code"),
        (status = 404, description = "gone"),
        (status = 429, description = "too-many-tries")
    )
)]
pub async fn begin(
    State(app): State<AppState>,
    who: Who,
    Peer(peer): Peer,
    Body(Begin { code, secret }): Body<Begin>,
) -> Result<Json<Setup>, Refusal> {
    let account = app.store.account_of(&who.centre, &who.user).await?.ok_or(Refusal::NoSession)?;
    if account.role.proof() != Proof::Second {
        // A card and a school's link have no such step: it could only lock its owner out.
        return Err(Rejection::Gone.into());
    }
    shows_it_is_she(&app, &account, peer, code.as_deref(), secret).await?;
    Ok(Json(new(&app, &account).await?))
}

/// Asks somebody who is signed in for a code of the factor she has, before she changes her ways in: an open page of
/// hers has none. Says whether she has one.
pub(super) async fn take_anew(
    app: &AppState,
    account: &Account,
    peer: IpAddr,
    code: Option<&str>,
) -> Result<bool, Refusal> {
    let Account { centre, user, .. } = account;
    let factor = app.store.second_of(centre, user).await?;
    let Some(secret) = factor.and_then(|factor| factor.secret) else { return Ok(false) };
    let counted = Counted::of(account);
    app.throttle.attempt(&counted, peer, app.clock.now()).map_err(Refusal::TooManyTries)?;
    let taken = take(app, centre, user, &secret, code.unwrap_or_default()).await;
    if matches!(taken, Err(Refusal::WrongCode)) {
        log::tried(app, account);
    }
    taken?;
    app.throttle.succeeded(&counted, peer);
    Ok(true)
}

/// As [`take_anew`]; whoever has no second factor shows her password or PIN. An open page of hers must not be enough to
/// come back whenever one likes.
pub(super) async fn shows_it_is_she(
    app: &AppState,
    account: &Account,
    peer: IpAddr,
    code: Option<&str>,
    secret: Option<String>,
) -> Result<(), Refusal> {
    if take_anew(app, account, peer, code).await? {
        return Ok(());
    }
    let counted = Counted::of(account);
    app.throttle.attempt(&counted, peer, app.clock.now()).map_err(Refusal::TooManyTries)?;
    if !app.secrets.verify(secret.unwrap_or_default(), Some(account.secret.clone())).await? {
        log::tried(app, account);
        return Err(Refusal::WrongCode);
    }
    app.throttle.succeeded(&counted, peer);
    Ok(())
}

/// A code of the factor she is setting up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    code: String,
}

/// Her recovery codes, shown this once.
#[derive(Serialize, ToSchema)]
pub struct Confirmed {
    recovery: Vec<String>,
}

/// She can make its codes: it is her second factor from now on.
#[utoipa::path(
    post,
    path = "/second/confirm",
    operation_id = "confirm_second_factor",
    tag = "session",
    request_body = Confirm,
    responses(
        (status = 200, description = "Her recovery codes, this once.", body = Confirmed),
        (status = 403, description = "wrong-code"),
        (status = 429, description = "too-many-tries")
    )
)]
pub async fn confirm(
    State(app): State<AppState>,
    who: Who,
    Peer(peer): Peer,
    Body(Confirm { code }): Body<Confirm>,
) -> Result<Json<Confirmed>, Refusal> {
    let account = app.store.account_of(&who.centre, &who.user).await?.ok_or(Refusal::NoSession)?;
    let factor = app.store.second_of(&who.centre, &who.user).await?;
    let pending = factor.and_then(|factor| factor.pending).ok_or(Refusal::WrongCode)?;
    // What was begun and left can be guessed at from an open page of hers.
    let counted = Counted::of(&account);
    app.throttle.attempt(&counted, peer, app.clock.now()).map_err(Refusal::TooManyTries)?;
    let set = set(&app, &who.centre, (&who.user, who.role), &pending, &code).await;
    if matches!(set, Err(Refusal::WrongCode)) {
        log::tried(&app, &account);
    }
    let recovery = set?;
    app.throttle.succeeded(&counted, peer);
    Ok(Json(Confirmed { recovery }))
}

/// What somebody has shown at the sign-in besides her password.
pub enum Proven {
    /// Nothing, and nothing is asked of her.
    NotAsked,
    /// Nothing now; on this client she has shown it a short while ago.
    Recently,
    /// A code, or a passkey: the key and what opens it are two things.
    Now,
    /// The first code of a factor that is hers from now on, with these recovery codes.
    First(Vec<String>),
    /// Who she is, to a provider; this is the digest of her session there, empty where there is none.
    Elsewhere(String),
}

/// Asks somebody whose password is right for what else she must show.
pub async fn at_sign_in(
    app: &AppState,
    account: &Account,
    code: Option<&str>,
    client: Option<&Client>,
) -> Result<Proven, Refusal> {
    let Account { centre, user, role, .. } = account;
    match (app.store.second_of(centre, user).await?, code) {
        (Some(SecondFactor { secret: Some(_), .. }), _) if client.is_some_and(|client| is_recent(app, client)) => {
            Ok(Proven::Recently)
        }
        (Some(SecondFactor { secret: Some(_), .. }), None) => Err(Refusal::SecondFactor),
        (Some(SecondFactor { secret: Some(secret), .. }), Some(code)) => {
            take(app, centre, user, &secret, code).await?;
            Ok(Proven::Now)
        }
        _ if account.role.proof() != Proof::Second || app.second == Second::Offered => Ok(Proven::NotAsked),
        (Some(SecondFactor { pending: Some(pending), .. }), Some(code)) => {
            Ok(Proven::First(set(app, centre, (user, *role), &pending, code).await?))
        }
        _ => Err(Refusal::SetSecondFactor(Box::new(new(app, account).await?))),
    }
}

/// Was the second factor shown on this client a short while ago?
fn is_recent(app: &AppState, client: &Client) -> bool {
    client.proven > Timestamp(0) && app.clock.now() < client.proven.plus_millis(Proof::SECOND_LASTS)
}

async fn new(app: &AppState, account: &Account) -> Result<Setup, Refusal> {
    let secret = second::new_secret();
    app.store.begin_second(&account.centre, &account.user, &secret).await?;
    Ok(second::setup(&secret, &account.login))
}

/// Takes a code of her factor, or a recovery code. Each is good once.
pub(super) async fn take(
    app: &AppState,
    centre: &CentreId,
    user: &AnyId,
    secret: &str,
    code: &str,
) -> Result<(), Refusal> {
    let is_taken = match second::read(code, centre, user) {
        Shown::Digits(digits) => match second::step_of(&digits, secret, app.clock.now()) {
            Some(step) => app.store.take_step(centre, user, step).await?,
            None => false,
        },
        Shown::Recovery(digest) => app.store.take_recovery(centre, user, &digest).await?,
    };
    if is_taken { Ok(()) } else { Err(Refusal::WrongCode) }
}

/// Makes the factor she is setting up hers, if this is its code. Answers her recovery codes.
async fn set(
    app: &AppState,
    centre: &CentreId,
    (user, role): (&AnyId, Role),
    pending: &str,
    code: &str,
) -> Result<Vec<String>, Refusal> {
    let Shown::Digits(digits) = second::read(code, centre, user) else { return Err(Refusal::WrongCode) };
    let step = second::step_of(&digits, pending, app.clock.now()).ok_or(Refusal::WrongCode)?;
    // Before, since whoever is told that it failed would not see her codes.
    log::note(app, centre, (user, Ground::own(role)), (noted::SECOND, Some((Staff::KIND, user))), None).await?;
    let (codes, digests) = second::recovery(centre, user);
    let is_hers = app.store.confirm_second(centre, user, pending, step, &digests).await?;
    if is_hers { Ok(codes) } else { Err(Refusal::WrongCode) }
}
