//! Links of somebody's own. `POST /api/invitations` hands one out and `…/end` withdraws it; `POST /api/invitation`
//! looks at one and `POST /api/accept` takes it, both without a session. A school's link is its way in
//! (`POST /api/enter`, beside the sign-in).

use std::{net::IpAddr, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::{Deserialize, Serialize};
use shared::{
    Action, Entity as _, Rejection,
    domain::staff::Staff,
    policy::{Ground, Proof},
    prim::{AnyId, Timestamp},
    sync::{noted, wire::ClientId},
};
use utoipa::ToSchema;

use super::{
    Body,
    accounts::{may, staff},
    log,
};
use crate::{
    AppState,
    auth::{
        link::{self, new_token},
        login::is_like_card,
        password,
        qr::Qr,
        session::{Who, digest},
        throttle::Counted,
    },
    error::Refusal,
    openapi::wire,
    peer::Peer,
    store::{Accepted, Account, CentreId, Link, Saved},
};

/// How the login of an account begins into which only a link leads: nobody can type it, since no login has it.
pub(super) const NO_LOGIN: char = '~';

/// Whose link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Whose {
    #[schema(schema_with = wire::id)]
    staff: AnyId,
}

/// What is handed out, once.
#[derive(Serialize, ToSchema)]
pub struct HandedOut {
    link: String,
    qr: Qr,
    /// Until when it is good; a school's has no end.
    #[schema(schema_with = wire::maybe_timestamp, required = true)]
    until: Option<Timestamp>,
}

/// Hands out a link, in the place of the one before: to a school its way in, to a colleague an invitation.
#[utoipa::path(
    post,
    path = "/invitations",
    operation_id = "invite",
    tag = "staff",
    request_body = Whose,
    responses(
        (status = 200, description = "What is handed out, once.", body = HandedOut),
        (status = 403, description = "forbidden"),
        (status = 404, description = "gone")
    )
)]
pub async fn hand_out(
    State(app): State<AppState>,
    who: Who,
    headers: HeaderMap,
    Body(Whose { staff: user }): Body<Whose>,
) -> Result<Json<HandedOut>, Refusal> {
    let (colleague, ground) = about(&app, &who, &user).await?;
    let now = app.clock.now();
    let (page, until) = match colleague.role.proof() {
        Proof::Link => ("/enter", None),
        Proof::Card | Proof::Password | Proof::Second => ("/invite", Some(now.plus_millis(Proof::INVITATION_LASTS))),
    };
    if until.is_none() {
        account_without_login(&app, &who.centre, &colleague).await?;
    }
    log::note(&app, &who.centre, (&who.user, ground), (noted::INVITE, Some((Staff::KIND, &user))), None).await?;
    let (token, digest) = new_token();
    put(&app, Link { digest, centre: who.centre, user, created: now, until }).await?;
    let link = link::address(&headers, app.transport, &format!("{page}#{token}"));
    Ok(Json(HandedOut { qr: Qr::of(&link), link, until }))
}

/// Puts a link in the place of the one before. What came in by that ends, if it was a way in. Goes on to the end even if
/// whoever asked has hung up.
async fn put(app: &AppState, link: Link) -> Result<(), Refusal> {
    let (store, centre, user) = (Arc::clone(&app.store), link.centre.clone(), link.user.clone());
    let is_way_in = link.until.is_none();
    let done = tokio::spawn(async move { store.open_link(&link).await });
    done.await??;
    if is_way_in {
        app.live.look_again(&app.store, centre, user);
    }
    Ok(())
}

/// The account of a school's contact; it is opened where there is none yet. No password leads into it.
pub(super) async fn account_without_login(
    app: &AppState,
    centre: &CentreId,
    colleague: &Staff,
) -> Result<Account, Refusal> {
    if let Some(account) = app.store.account_of(centre, &colleague.id).await? {
        return Ok(account);
    }
    let login = format!("{NO_LOGIN}{centre}.{}", colleague.id);
    let account = account(centre, colleague, login, app.secrets.nobodys(), app.clock.now());
    match app.store.save_account(&account).await? {
        Saved::Yes => Ok(account),
        Saved::LoginTaken => Err(Refusal::NotYet),
    }
}

/// Withdraws what was handed out. Whoever has come in by it is signed out, what she has connected with it is ended, and
/// her devices hand in what they hold and forget it.
#[utoipa::path(
    post,
    path = "/invitations/end",
    operation_id = "withdraw_invitation",
    tag = "staff",
    request_body = Whose,
    responses(
        (status = 204, description = "It is good no more."),
        (status = 403, description = "forbidden"),
        (status = 404, description = "gone")
    )
)]
pub async fn end(
    State(app): State<AppState>,
    who: Who,
    Body(Whose { staff: user }): Body<Whose>,
) -> Result<StatusCode, Refusal> {
    let (colleague, ground) = about(&app, &who, &user).await?;
    log::note(&app, &who.centre, (&who.user, ground), (noted::WITHDRAW, Some((Staff::KIND, &user))), None).await?;
    let is_way_in = colleague.role.proof() == Proof::Link;
    withdraw(&app, &who.centre, &user, is_way_in).await?;
    if is_way_in {
        app.live.look_again(&app.store, who.centre, user);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Goes on to the end even if whoever asked has hung up.
async fn withdraw(app: &AppState, centre: &CentreId, user: &AnyId, is_way_in: bool) -> Result<(), Refusal> {
    let (store, centre, user) = (Arc::clone(&app.store), centre.clone(), user.clone());
    let now = app.clock.now();
    let withdrawn = tokio::spawn(async move {
        if is_way_in { store.end_way_in_of(&centre, &user, now).await } else { store.end_link_of(&centre, &user).await }
    });
    Ok(withdrawn.await??)
}

/// The colleague whose link it is, if she may have one and it is somebody's to hand out.
async fn about(app: &AppState, who: &Who, user: &AnyId) -> Result<(Staff, Ground), Refusal> {
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let ground = may(app, who, &mut *snapshot, Action::InviteStaff).await?;
    if *user == who.user {
        // Else an open page of hers would be a way past her second factor.
        return Err(Rejection::OwnPart.into());
    }
    let colleague = staff(&mut *snapshot, user).await?.filter(|staff| staff.left.is_none());
    Ok((colleague.ok_or(Rejection::Gone)?, ground))
}

/// A link as somebody has it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    token: String,
}

/// Who is invited, and to what.
#[derive(Serialize, ToSchema)]
pub struct Invitation {
    name: String,
    #[schema(schema_with = wire::role)]
    role: shared::Role,
    /// The login she has already: then she is to choose a new password.
    #[schema(required = true)]
    login: Option<String>,
}

/// Looks at an invitation.
#[utoipa::path(
    post,
    path = "/invitation",
    operation_id = "look_at_invitation",
    tag = "way in",
    request_body = Token,
    responses(
        (status = 200, description = "Whom it invites.", body = Invitation),
        (status = 404, description = "gone")
    )
)]
pub async fn look(
    State(app): State<AppState>,
    Peer(peer): Peer,
    Body(Token { token }): Body<Token>,
) -> Result<Json<Invitation>, Refusal> {
    let (_, colleague, before) = invited(&app, peer, &token).await?;
    let login = before.map(|account| account.login).filter(|login| !login.starts_with(NO_LOGIN));
    Ok(Json(Invitation { name: colleague.name.to_string(), role: colleague.role, login }))
}

/// What she chooses.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    token: String,
    login: String,
    secret: String,
    /// The client she has on the device on which she takes it: what waits there stays, until she has signed in.
    #[serde(default)]
    #[schema(schema_with = wire::maybe_id)]
    client: Option<ClientId>,
}

/// Takes an invitation: she signs in with what she has chosen from now on, and is signed out everywhere. Her other devices
/// hand in what they hold and forget it.
#[utoipa::path(
    post,
    path = "/accept",
    operation_id = "accept_invitation",
    tag = "way in",
    request_body = Accept,
    responses(
        (status = 204, description = "She signs in with it from now on."),
        (status = 404, description = "gone"),
        (status = 409, description = "login-taken"),
        (status = 422, description = "weak-login weak-secret"),
        (status = 429, description = "too-many-tries")
    )
)]
pub async fn accept(
    State(app): State<AppState>,
    peer: Peer,
    Body(chosen): Body<Accept>,
) -> Result<StatusCode, Refusal> {
    app.pace.knock(peer)?;
    let Peer(peer) = peer;
    let (link, colleague, before) = invited(&app, peer, &chosen.token).await?;
    // Whoever has an invitation cannot try out which logins there are. What is no invitation is not counted: anybody
    // makes up as many as she likes.
    let counted = Counted::Logins(link.digest.clone());
    app.throttle.attempt(&counted, peer, app.clock.now()).map_err(Refusal::TooManyTries)?;
    let half = |refusal| {
        app.throttle.half(&counted, peer);
        Err(refusal)
    };
    let login = chosen.login.trim().to_lowercase();
    if !password::is_login(&login) {
        return half(Refusal::WeakLogin);
    }
    if app.store.audit_heads().await?.iter().any(|(centre, _)| is_like_card(&login, centre)) {
        // Somebody's card may have it, or will: then she would come in no more.
        return half(Refusal::LoginTaken);
    }
    if !password::is_good(&chosen.secret, &[&login, &colleague.name.to_string()]) {
        return half(Refusal::WeakSecret);
    }
    let secret = app.secrets.hash(chosen.secret).await?;
    let created = before.map_or_else(|| app.clock.now(), |account| account.created);
    let account = account(&link.centre, &colleague, login, secret, created);
    let by = (&link.user, Ground::own(colleague.role));
    log::note(&app, &link.centre, by, (noted::ACCEPT, Some((Staff::KIND, &link.user))), None).await?;
    let hers = Counted::of(&account);
    match accepted(&app, &link, account, chosen.client).await? {
        Accepted::Yes => {
            // Whatever was tried with the old password says nothing of this one.
            app.throttle.forget(&hers);
            app.throttle.succeeded(&counted, peer);
            app.live.look_again(&app.store, link.centre, link.user);
            Ok(StatusCode::NO_CONTENT)
        }
        Accepted::Gone => Err(Rejection::Gone.into()),
        Accepted::LoginTaken => Err(Refusal::LoginTaken),
    }
}

/// Goes on to the end even if whoever asked has hung up: sessions that are gone must not live on in memory.
async fn accepted(app: &AppState, link: &Link, account: Account, here: Option<ClientId>) -> Result<Accepted, Refusal> {
    let (store, digest, now) = (Arc::clone(&app.store), link.digest.clone(), app.clock.now());
    let done = tokio::spawn(async move { store.accept(&digest, &account, here.as_ref(), now).await }).await;
    Ok(done??)
}

/// The invitation of a token, whom it invites, and the account she has already. Whoever has none is heard of.
async fn invited(app: &AppState, peer: IpAddr, token: &str) -> Result<(Link, Staff, Option<Account>), Refusal> {
    open_invitation(app, token).await.inspect_err(|refusal| log::knocked_in_vain(app, peer, refusal))
}

async fn open_invitation(app: &AppState, token: &str) -> Result<(Link, Staff, Option<Account>), Refusal> {
    let link = app.store.link(&digest(token)).await?;
    let is_good = |link: &Link| link.until.is_some_and(|until| until > app.clock.now());
    let link = link.filter(is_good).ok_or(Rejection::Gone)?;
    let colleague = staff(&mut *app.store.snapshot(&link.centre).await?, &link.user).await?;
    let colleague = colleague.filter(|staff| staff.left.is_none()).ok_or(Rejection::Gone)?;
    let before = app.store.account_of(&link.centre, &link.user).await?;
    Ok((link, colleague, before))
}

fn account(centre: &CentreId, colleague: &Staff, login: String, secret: String, created: Timestamp) -> Account {
    Account {
        centre: centre.clone(),
        user: colleague.id.clone(),
        login,
        secret,
        role: colleague.role,
        name: colleague.name.to_string(),
        created,
    }
}
