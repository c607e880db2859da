//! A queue that does not come with a session of its author's: carried to a desk as a file, or handed in by a device on
//! which she was signed out. Her commands are judged by her rights of now, like any that come late, and under the
//! numbers they have: whatever comes twice happens once.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::value::RawValue;
use shared::{
    AnyCommand,
    policy::Keeping,
    prim::{
        AnyId, Timestamp, json,
        seal::{Cipher, KEY_LENGTH},
    },
    sync::{
        authority::Push,
        rescue::{Contents, PLACE, Rescue},
        wire::{ClientId, Envelope, Outcome},
    },
};

use super::sync::MOST_SEQ;
use crate::{AppState, error::Refusal, store::CentreId};

/// How many of its commands are judged at a time.
const AT_ONCE: usize = 500;

/// What became of the commands of a queue. Looks are not counted: nobody has missed them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Applied, now or before.
    pub applied: usize,
    /// Held for whoever answers for the centre.
    pub held: usize,
    /// Refused.
    pub refused: usize,
    /// Not judged: something before them is missing.
    pub waiting: usize,
}

/// What is in a file, if it was sealed with this key.
pub(super) fn opened(key: Vec<u8>, file: &Rescue) -> Option<Contents> {
    let key: [u8; KEY_LENGTH] = key.try_into().ok()?;
    let plain = Cipher::new(key).open(PLACE, &STANDARD.decode(&*file.sealed).ok()?)?;
    serde_json::from_slice(&plain).ok()
}

/// How many commands of a queue were never judged, where all up to `last_seq` were. Looks are not counted.
pub(super) fn unjudged(contents: &Contents, last_seq: u64) -> usize {
    let judged = usize::try_from((last_seq + 1).saturating_sub(contents.first)).unwrap_or(usize::MAX);
    contents.commands.iter().skip(judged).filter(|command| !is_look(command)).count()
}

/// Has the commands of a queue judged; `ended` is when its user was signed out on the device that hands it in.
pub(super) async fn take_in(
    app: &AppState,
    centre: &CentreId,
    (user, client): (&AnyId, &ClientId),
    contents: &Contents,
    ended: Option<Timestamp>,
) -> Result<Tally, Refusal> {
    if contents.first == 0 || contents.first > MOST_SEQ {
        return Err(Refusal::Malformed { detail: "a sequence number is out of range".to_owned() });
    }
    let is_work: Vec<bool> = contents.commands.iter().map(|command| !is_look(command)).collect();
    let count = |works: &[bool]| works.iter().filter(|is_work| **is_work).count();
    let mut tally = Tally { waiting: count(&is_work), ..Tally::default() };
    let mut first = contents.first;
    for (commands, is_work) in contents.commands.chunks(AT_ONCE).zip(is_work.chunks(AT_ONCE)) {
        let push = Push {
            client: client.clone(),
            user: user.clone(),
            first,
            commands: commands.to_vec(),
            stored: 0,
            received_at: app.clock.now(),
            // It was kept on a device.
            keeping: Keeping::OnDevice,
            ended,
        };
        let end = first + commands.len() as u64;
        let answer = app.writer.push(centre.clone(), push).await?.answer;
        // What was judged before may have been forgotten since: it was told to the device.
        let judged = (answer.last_seq + 1).clamp(first, end) - first;
        let is_of_work = |seq: u64| {
            let at = usize::try_from(seq.saturating_sub(first)).unwrap_or(usize::MAX);
            is_work.get(at) == Some(&true)
        };
        let (mut held, mut refused) = (0, 0);
        for (_, outcome) in answer.outcomes.iter().filter(|(seq, _)| is_of_work(*seq)) {
            match outcome {
                Outcome::Applied(_) => {}
                Outcome::Held { .. } => held += 1,
                Outcome::Refused(_) => refused += 1,
            }
        }
        let judged = usize::try_from(judged).map_or(is_work, |judged| is_work.get(..judged).unwrap_or(is_work));
        let judged = count(judged);
        tally.held += held;
        tally.refused += refused;
        tally.applied += judged.saturating_sub(held + refused);
        tally.waiting -= judged;
        first = end;
    }
    Ok(tally)
}

fn is_look(command: &RawValue) -> bool {
    let envelope: Option<Envelope> = json::read(command.get()).ok();
    let command = envelope.and_then(|envelope| AnyCommand::read(&envelope.name, envelope.body.get()).ok());
    command.is_some_and(|command| command.is_look())
}
