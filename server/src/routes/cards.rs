//! `POST /api/cards`: hands a participant her card and a new PIN. Not a command: a PIN makes no
//! sense on a train.

use std::sync::Arc;

use axum::{Json, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use shared::{Action, Ask, Entity, Key, Part, Rejection, Tag, domain::person::Person, policy, prim::Id, sync::noted};
use utoipa::ToSchema;

use super::{Body, log};
use crate::{
    AppState,
    auth::{link, login, qr::Qr, random, session::Who, throttle::Counted},
    error::Refusal,
    openapi::wire,
    store::{Account, Saved},
};

/// How often another code is tried when one is taken already.
const TRIES: usize = 5;

/// For whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    #[schema(schema_with = wire::id)]
    person: Id<Person>,
}

/// What is printed, once.
#[derive(Serialize, ToSchema)]
pub struct Card {
    code: String,
    pin: String,
    /// Where her phone's camera finds the sign-in, with the code filled in.
    qr: Qr,
}

/// Issues a card: the code stays the same for ever, the PIN is new each time.
#[utoipa::path(
    post,
    path = "/cards",
    operation_id = "issue_card",
    tag = "staff",
    request_body = Issue,
    responses(
        (status = 200, description = "What is printed, once.", body = Card),
        (status = 403, description = "forbidden"),
        (status = 404, description = "gone")
    )
)]
pub async fn issue(
    State(app): State<AppState>,
    who: Who,
    headers: HeaderMap,
    Body(Issue { person }): Body<Issue>,
) -> Result<Json<Card>, Refusal> {
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let actor = who.actor(&mut *snapshot).await?;
    let today = app.clock.now().date();
    let ask = Ask::new(Action::IssueCard, [Tag::participant(&person), Tag::named(&person)]);
    let ground = policy::check(&actor, &ask, today)?.ground();
    let key = Key::of(&[&person]);
    let record = snapshot.row(Person::KIND, &key).await?;
    drop(snapshot);
    let row = record.as_ref().and_then(Person::from_record).ok_or(Rejection::Gone)?;
    if row.is_shielded() && !policy::can(&actor, Action::IssueCard, row.tags(), today) {
        return Err(Rejection::Gone.into());
    }
    let Some(Part { user, name, role: Some(role), .. }) = row.part() else { return Err(Rejection::Gone.into()) };

    let pin = format!("{:04}", u32::from_le_bytes(random()) % 10_000);
    let secret = app.secrets.hash(pin.clone()).await?;
    let before = app.store.account_of(&who.centre, &user).await?;
    // A card opens a participant's account and no other.
    if before.as_ref().is_some_and(|account| account.role != role) {
        return Err(Rejection::Gone.into());
    }
    let by = (&who.user, ground);
    log::note(&app, &who.centre, by, (noted::CARD, Some((Person::KIND, &user))), Some(user.clone())).await?;
    for _ in 0..TRIES {
        let code = before.as_ref().map_or_else(|| login::card(&who.centre, random()), |account| account.login.clone());
        let account = Account {
            centre: who.centre.clone(),
            user: user.clone(),
            login: code.clone(),
            secret: secret.clone(),
            role,
            name: name.clone(),
            created: app.clock.now(),
        };
        let hers = Counted::of(&account);
        if renewed(&app, account).await? == Saved::Yes {
            // Whatever was tried with the old PIN says nothing of this one: she need not wait for it.
            app.throttle.forget(&hers);
            app.live.look_again(&app.store, who.centre, user);
            let code = login::printed(&code);
            let page = link::address(&headers, app.transport, &format!("/sign-in#card={code}"));
            return Ok(Json(Card { code, pin, qr: Qr::of(&page) }));
        }
    }
    Err(Refusal::NotYet)
}

/// Goes on to the end even if whoever asked has hung up: sessions that are gone must not live on in memory.
async fn renewed(app: &AppState, account: Account) -> Result<Saved, Refusal> {
    let (store, now) = (Arc::clone(&app.store), app.clock.now());
    let done = tokio::spawn(async move { store.renew_account(&account, now).await });
    Ok(done.await??)
}
