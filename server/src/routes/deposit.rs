//! `POST /api/deposit`: a device on which somebody else has signed its user out hands in what it holds, and is told to
//! wipe itself. It has no session and reads nothing; that it seals with the key of its client shows which device it is.

use axum::{Json, extract::State};
use shared::{
    prim::Timestamp,
    sync::rescue::{Deposited, Rescue},
};

use super::{
    Large,
    carried::{self, Tally},
};
use crate::{AppState, error::Refusal, peer::Peer, store::Depositor};

/// The largest piece of a queue: a device hands in a long one bit by bit.
pub const MOST_BYTES: usize = 512 * 1024;
/// For how long after its user was signed out what a device hands in is judged, in milliseconds.
const OPEN: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Takes in what a device holds on which its user was signed out. A client nobody knows and what is not sealed with its
/// key answer alike. Of a device that comes too late nothing is judged, and it forgets everything all the same.
#[utoipa::path(
    post,
    path = "/deposit",
    operation_id = "deposit",
    tag = "sync",
    request_body = ref("#/components/schemas/Rescue"),
    responses(
        (status = 200, description = "What became of it.", body = ref("#/components/schemas/Deposited")),
        (status = 404, description = "not-found"),
        (status = 429, description = "too-fast")
    )
)]
pub async fn deposit(
    State(app): State<AppState>,
    peer: Peer,
    Large(file, _room): Large<Rescue>,
) -> Result<Json<Deposited>, Refusal> {
    app.pace.knock(peer)?;
    let opened = app.store.depositors(&file.client).await?.into_iter().find_map(|one| {
        let Depositor { centre, user, key, revoked_at } = one;
        let contents = if user == file.user { carried::opened(key, &file) } else { None };
        Some((centre, revoked_at, contents?))
    });
    let (centre, revoked_at, contents) = opened.ok_or(Refusal::NotFound)?;
    let Some(revoked_at) = revoked_at else {
        // Her session is over, and nothing more: she signs in again.
        return Ok(Json(Deposited::default()));
    };
    if is_over(revoked_at, app.clock.now()) {
        // What was never judged counts as refused: the device says that it is not stored.
        let known = app.store.snapshot(&centre).await?.client(&file.client).await?;
        let refused = carried::unjudged(&contents, known.map_or(0, |known| known.last_seq));
        return Ok(Json(Deposited { refused, wipe: true, ..Deposited::default() }));
    }
    let tally = carried::take_in(&app, &centre, (&file.user, &file.client), &contents, Some(revoked_at)).await?;
    let Tally { applied, held, refused, waiting } = tally;
    // What cannot be judged yet must not be lost.
    Ok(Json(Deposited { applied, held, refused, wipe: waiting == 0 }))
}

fn is_over(revoked_at: Timestamp, now: Timestamp) -> bool {
    now > revoked_at.plus_millis(OPEN)
}
