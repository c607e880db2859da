//! `GET /api/accounts`: who can sign in, and how it stands with that. Rows say who works here; this says what
//! only the server knows.

use axum::{Json, extract::State};
use serde::Serialize;
use shared::{
    Action, Ask, Entity, Key, Tag,
    domain::staff::Staff,
    policy::{self, Ground},
    prim::{AnyId, Timestamp},
};
use utoipa::ToSchema;

use crate::{
    AppState,
    auth::session::Who,
    error::Refusal,
    openapi::wire,
    store::{Snapshot, Standing},
};

/// How it stands with the account of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    #[schema(schema_with = wire::id)]
    user: AnyId,
    /// What she signs in with; none before she has accepted her invitation, or when only a link lets her in.
    #[schema(required = true)]
    login: Option<String>,
    /// Has she a second factor?
    has_second: bool,
    /// Has she a link that is good now?
    has_link: bool,
    /// Until when her invitation is good.
    #[schema(schema_with = wire::maybe_timestamp, required = true)]
    invited_until: Option<Timestamp>,
    /// When somebody last did something in a session of hers.
    #[schema(schema_with = wire::maybe_timestamp, required = true)]
    used: Option<Timestamp>,
}

/// How it stands with everybody who is invited rather than handed a card.
#[utoipa::path(
    get,
    path = "/accounts",
    operation_id = "list_accounts",
    tag = "staff",
    responses(
        (status = 200, description = "The accounts.", body = [Account]),
        (status = 403, description = "forbidden"),
        (status = 404, description = "gone")
    )
)]
pub async fn list(State(app): State<AppState>, who: Who) -> Result<Json<Vec<Account>>, Refusal> {
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    may(&app, &who, &mut *snapshot, Action::SeeAccounts).await?;
    // Whoever holds one connection must not wait for another.
    drop(snapshot);
    let standings = app.store.standings(&who.centre).await?;
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let now = app.clock.now();
    let mut accounts = Vec::new();
    for Standing { user, login, has_second, link, used } in standings {
        if staff(&mut *snapshot, &user).await?.is_none() {
            continue;
        }
        let link = link.filter(|until| until.is_none_or(|until| until > now));
        accounts.push(Account {
            login: login.filter(|login| !login.starts_with(super::invitations::NO_LOGIN)),
            user,
            has_second,
            has_link: link.is_some(),
            invited_until: link.flatten(),
            used,
        });
    }
    Ok(Json(accounts))
}

/// Makes sure that she may do this with a colleague's account, and says on what ground.
pub(super) async fn may(
    app: &AppState,
    who: &Who,
    snapshot: &mut dyn Snapshot,
    action: Action,
) -> Result<Ground, Refusal> {
    let actor = who.actor(snapshot).await?;
    Ok(policy::check(&actor, &Ask::new(action, [Tag::staff()]), app.clock.now().date())?.ground())
}

/// The colleague, or the school's contact, of this id.
pub(super) async fn staff(snapshot: &mut dyn Snapshot, user: &AnyId) -> Result<Option<Staff>, Refusal> {
    let key = Key::of(&[user]);
    let record = snapshot.row(Staff::KIND, &key).await?;
    Ok(record.as_ref().and_then(Staff::from_record).cloned())
}
