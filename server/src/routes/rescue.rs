//! `POST /api/rescue`: takes in, at a desk, what somebody's device could not share. Not a command: whoever
//! carries the file is not the author of what is in it.
//!
//! The author's commands are judged by her rights of now, like any that come late. When her device
//! shares again after all, it sends the same bytes under the same numbers, and nothing happens twice.

use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::value::RawValue;
use shared::{
    Action, AnyCommand, Ask, Key, Kind, Rejection, Tag,
    policy::{self, Keeping},
    prim::{
        json,
        seal::{Cipher, KEY_LENGTH},
    },
    sync::{
        authority::Push,
        rescue::{Contents, PLACE, Rescue, Rescued},
        wire::{Envelope, Outcome},
    },
};

use super::{Body, sync::MOST_SEQ};
use crate::{AppState, auth::session::Who, error::Refusal};

/// The largest file: a queue has at most 5 MB.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;
/// How many of its commands are judged at a time.
const AT_ONCE: usize = 500;

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
pub async fn rescue(State(app): State<AppState>, who: Who, Body(file): Body<Rescue>) -> Result<Json<Rescued>, Refusal> {
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let actor = who.actor(&mut *snapshot).await?;
    // Whoever has left would be refused everything, and nobody could look at it any more.
    let is_here = snapshot.actor(&file.user).await?.is_some();
    // No device keeps anything of a protected person. She is answered for like somebody who was never here.
    let key = Key::of(&[&file.user]);
    let row = snapshot.row(Kind::Person, &key).await?;
    let is_here = is_here && !row.is_some_and(|row| row.is_shielded());
    drop(snapshot);
    policy::check(&actor, &Ask::new(Action::TakeInQueue, [Tag::public()]), app.clock.now().date())?;
    if !is_here {
        return Err(Rejection::Forbidden.into());
    }
    let key = app.store.client(&who.centre, &file.client).await?.filter(|client| client.user == file.user);
    let contents = key
        .and_then(|client| open(client.key, &file))
        .ok_or_else(|| Refusal::Malformed { detail: "the file is damaged, or of another centre".to_owned() })?;
    if contents.first == 0 || contents.first > MOST_SEQ {
        return Err(Refusal::Malformed { detail: "a sequence number is out of range".to_owned() });
    }
    // Looks are in the file for their numbers; nobody has missed them.
    let is_work: Vec<bool> = contents.commands.iter().map(|command| !is_look(command)).collect();
    let count = |works: &[bool]| works.iter().filter(|is_work| **is_work).count();
    let mut rescued = Rescued { applied: 0, refused: 0, waiting: count(&is_work) };
    let mut first = contents.first;
    for (commands, is_work) in contents.commands.chunks(AT_ONCE).zip(is_work.chunks(AT_ONCE)) {
        let push = Push {
            client: file.client.clone(),
            user: file.user.clone(),
            first,
            commands: commands.to_vec(),
            stored: 0,
            received_at: app.clock.now(),
            // The file was kept on a device.
            keeping: Keeping::OnDevice,
        };
        let end = first + commands.len() as u64;
        let answer = app.writer.push(who.centre.clone(), push).await?.answer;
        // What was judged before may have been forgotten since: it was told to the device.
        let judged = (answer.last_seq + 1).clamp(first, end) - first;
        let is_refused = |(seq, outcome): &&(u64, Outcome)| {
            let at = usize::try_from(seq.saturating_sub(first)).unwrap_or(usize::MAX);
            matches!(outcome, Outcome::Refused(_)) && is_work.get(at) == Some(&true)
        };
        let refused = answer.outcomes.iter().filter(is_refused).count();
        let judged = usize::try_from(judged).map_or(is_work, |judged| is_work.get(..judged).unwrap_or(is_work));
        let judged = count(judged);
        rescued.refused += refused;
        rescued.applied += judged.saturating_sub(refused);
        rescued.waiting -= judged;
        first = end;
    }
    Ok(Json(rescued))
}

fn is_look(command: &RawValue) -> bool {
    let envelope: Option<Envelope> = json::read(command.get()).ok();
    let command = envelope.and_then(|envelope| AnyCommand::read(&envelope.name, envelope.body.get()).ok());
    command.is_some_and(|command| command.is_look())
}

fn open(key: Vec<u8>, file: &Rescue) -> Option<Contents> {
    let key: [u8; KEY_LENGTH] = key.try_into().ok()?;
    let plain = Cipher::new(key).open(PLACE, &STANDARD.decode(&*file.sealed).ok()?)?;
    serde_json::from_slice(&plain).ok()
}
