//! `POST /api/sync`: the push in, the patch out.

use std::mem;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shared::sync::{
    authority::{Push, PushAnswer},
    wire::{Answer, Request},
};

use super::Body;
use crate::{
    AppState,
    auth::session::Who,
    error::Refusal,
    pull::{OLDEST_SCHEMA, Pulled, pull},
    store::Client,
};

/// No client gets this far by counting.
const MOST_SEQ: u64 = 1 << 53;

/// Judges what was pushed, then answers with what has changed, by the rights of after the push.
pub async fn sync(
    State(app): State<AppState>,
    who: Who,
    Body(mut request): Body<Request>,
) -> Result<Response, Refusal> {
    if request.first > MOST_SEQ || request.stored > MOST_SEQ {
        return Err(Refusal::Malformed { detail: "a sequence number is out of range".to_owned() });
    }
    let known = known(&app, &who, &request).await?;
    let pushed = push(&app, &who, &mut request, known.last_seq).await?;
    let mut answer = Answer {
        server_time: app.clock.now(),
        last_seq: pushed.last_seq,
        covered: known.covered,
        outcomes: pushed.outcomes,
        server_is_older: pushed.server_is_older,
        say_held: false,
        patch: None,
    };
    if request.schema < OLDEST_SCHEMA {
        return Ok((StatusCode::UPGRADE_REQUIRED, Json(answer)).into_response());
    }
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let actor = snapshot.actor(&who.user).await?.ok_or(Refusal::NoSession)?;
    match pull(&mut *snapshot, &request, &actor, answer.server_time).await? {
        Pulled::Patch(patch) => answer.patch = Some(*patch),
        Pulled::SayHeld => answer.say_held = true,
    }
    Ok(Json(answer).into_response())
}

/// What is known of this client, if it is hers.
async fn known(app: &AppState, who: &Who, request: &Request) -> Result<Client, Refusal> {
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    match snapshot.client(&request.client).await? {
        Some(client) if client.user == who.user => Ok(client),
        Some(_) | None => Err(Refusal::ForeignClient),
    }
}

async fn push(app: &AppState, who: &Who, request: &mut Request, last_seq: u64) -> Result<PushAnswer, Refusal> {
    let commands = mem::take(&mut request.commands);
    if commands.is_empty() {
        return Ok(PushAnswer { last_seq, outcomes: Vec::new(), server_is_older: false });
    }
    let push = Push {
        client: request.client.clone(),
        user: who.user.clone(),
        first: request.first,
        commands,
        received_at: app.clock.now(),
    };
    Ok(app.writer.push(who.centre.clone(), push, request.stored).await?)
}
