//! `POST /api/rescue`: takes in, at a desk, what somebody's device could not share. Not a command: whoever
//! carries the file is not the author of what is in it.
//!
//! The author's commands are judged by her rights of now, like any that come late. When her device
//! shares again after all, it sends the same bytes under the same numbers, and nothing happens twice.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use shared::{
    Action, Ask, Key, Kind, Tag, policy,
    sync::rescue::{Rescue, Rescued},
};

use super::{
    Large,
    carried::{self, Tally},
};
use crate::{AppState, auth::session::Who, error::Refusal};

/// The largest file: a queue has at most 5 MB.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Whoever may take in a file. Of nobody else is one read.
pub struct Desk(Who);

impl FromRequestParts<AppState> for Desk {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Refusal> {
        let who = Who::from_request_parts(parts, app).await?;
        let mut snapshot = app.store.snapshot(&who.centre).await?;
        let actor = who.actor(&mut *snapshot).await?;
        policy::check(&actor, &Ask::new(Action::TakeInQueue, [Tag::public()]), app.clock.now().date())?;
        Ok(Self(who))
    }
}

/// Takes in a file.
#[utoipa::path(
    post,
    path = "/rescue",
    operation_id = "rescue",
    tag = "sync",
    request_body = ref("#/components/schemas/Rescue"),
    responses(
        (status = 200, description = "What became of it.", body = ref("#/components/schemas/Rescued")),
        (status = 403, description = "forbidden foreign-client"),
        (status = 404, description = "gone")
    )
)]
pub async fn rescue(
    State(app): State<AppState>,
    Desk(who): Desk,
    Large(file, _room): Large<Rescue>,
) -> Result<Json<Rescued>, Refusal> {
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    // No device keeps anything of a protected person: a file of hers is no file of this centre.
    let key = Key::of(&[&file.user]);
    let is_hidden = snapshot.row(Kind::Person, &key).await?.is_some_and(|row| row.is_shielded());
    drop(snapshot);
    let key =
        app.store.client(&who.centre, &file.client).await?.filter(|client| client.user == file.user && !is_hidden);
    let contents = key
        .and_then(|client| carried::opened(client.key, &file))
        .ok_or_else(|| Refusal::Malformed { detail: "the file is damaged, or of another centre".to_owned() })?;
    let tally = carried::take_in(&app, &who.centre, (&file.user, &file.client), &contents, None).await?;
    let Tally { applied, held, refused, waiting } = tally;
    Ok(Json(Rescued { applied, held, refused, waiting }))
}
