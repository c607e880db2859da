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

use super::{Large, log::received};
use crate::{
    AppState,
    apply::Pushed,
    auth::session::Who,
    error::Refusal,
    pull::{OLDEST_SCHEMA, Pulled, pull, recent},
};

/// No client gets this far by counting.
pub const MOST_SEQ: u64 = 1 << 53;

/// Judges what was pushed, then answers with what has changed, by the rights of after the push.
#[utoipa::path(
    post,
    path = "/sync",
    operation_id = "sync",
    tag = "sync",
    request_body = ref("#/components/schemas/Request"),
    responses(
        (status = 200, description = "What became of the commands, and what has changed.", body = ref("#/components/schemas/Answer")),
        (status = 403, description = "foreign-client"),
        (status = 426, description = "The client is too old to be told what has changed; what it pushes is judged all the same.", body = ref("#/components/schemas/Answer"))
    )
)]
pub async fn sync(
    State(app): State<AppState>,
    who: Who,
    Large(mut request, _room): Large<Request>,
) -> Result<Response, Refusal> {
    if request.first > MOST_SEQ || request.stored > MOST_SEQ {
        return Err(Refusal::Malformed { detail: "a sequence number is out of range".to_owned() });
    }
    let mut answer = Answer {
        server_time: app.clock.now(),
        last_seq: 0,
        covered: 0,
        outcomes: Vec::new(),
        server_is_older: false,
        say_held: false,
        patch: None,
    };
    let is_too_old = request.schema < OLDEST_SCHEMA;
    let has_pushed = !request.commands.is_empty();
    if has_pushed {
        let pushed = push(&app, &who, &mut request).await?;
        answer.server_time = app.clock.now();
        answer.patch = if is_too_old { None } else { recent(&pushed, &request, answer.server_time) };
        let PushAnswer { last_seq, covered, outcomes, server_is_older } = pushed.answer;
        answer = Answer { last_seq, covered, outcomes, server_is_older, ..answer };
        if let (Some(patch), Some(reader)) = (&answer.patch, &pushed.actor) {
            received::note(&app, &who, reader, &patch.rows).await?;
            return Ok(Json(answer).into_response());
        }
        if is_too_old {
            return Ok((StatusCode::UPGRADE_REQUIRED, Json(answer)).into_response());
        }
    }
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    if !has_pushed {
        let known = snapshot.client(&request.client).await?.filter(|known| known.user == who.user);
        let known = known.ok_or(Refusal::ForeignClient)?;
        (answer.last_seq, answer.covered) = (known.last_seq, known.covered);
    }
    if is_too_old {
        return Ok((StatusCode::UPGRADE_REQUIRED, Json(answer)).into_response());
    }
    let actor = who.actor(&mut *snapshot).await?;
    let pulled = pull(&mut *snapshot, &request, &actor, answer.server_time).await?;
    // Whoever holds one connection must not wait for another.
    drop(snapshot);
    match pulled {
        Pulled::Patch(patch) => {
            received::note(&app, &who, &actor, &patch.rows).await?;
            answer.patch = Some(*patch);
        }
        Pulled::SayHeld => answer.say_held = true,
    }
    Ok(Json(answer).into_response())
}

async fn push(app: &AppState, who: &Who, request: &mut Request) -> Result<Pushed, Refusal> {
    let push = Push {
        client: request.client.clone(),
        user: who.user.clone(),
        first: request.first,
        commands: mem::take(&mut request.commands),
        stored: request.stored,
        received_at: app.clock.now(),
        keeping: who.keeping,
        ended: None,
    };
    Ok(app.writer.push(who.centre.clone(), push).await?)
}
