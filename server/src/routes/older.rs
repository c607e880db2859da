//! `POST /api/older`: the rows of days that have left the devices, for somebody who looks at them.

use axum::{Json, extract::State};
use shared::{
    prim::days_from,
    sync::{
        pull::{self, OLDER_DAYS},
        wire::{Older, OlderRequest},
    },
};

use super::{Body, log::received};
use crate::{AppState, auth::session::Who, error::Refusal};

/// Answers with what the user may see now of these days.
#[utoipa::path(
    post,
    path = "/older",
    operation_id = "older",
    tag = "sync",
    request_body = ref("#/components/schemas/OlderRequest"),
    responses(
        (status = 200, description = "The rows as they are now.", body = ref("#/components/schemas/Older"))
    )
)]
pub async fn older(
    State(app): State<AppState>,
    who: Who,
    Body(OlderRequest { first, last }): Body<OlderRequest>,
) -> Result<Json<Older>, Refusal> {
    if first > last || last >= days_from(first, OLDER_DAYS) {
        return Err(Refusal::Malformed { detail: format!("at least one day, at most {OLDER_DAYS}") });
    }
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let actor = who.actor(&mut *snapshot).await?;
    let tags = actor.tags(app.clock.now().date());
    let found = snapshot.days(&tags, first, last).await?;
    // Whoever holds one connection must not wait for another.
    drop(snapshot);
    let rows = pull::older(found, &tags);
    received::note(&app, &who, &actor, &rows).await?;
    Ok(Json(Older { rows }))
}
