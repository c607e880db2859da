//! What the engine says, and what is said for it: the exchange, older days, that somebody is here, a queue in a file.

use gloo_net::http::Request;
use shared::{
    prim::json,
    sync::{
        rescue::{Deposited, Rescued},
        wire::{Answer, Older, OlderRequest},
    },
};

use super::{
    Fault, ask,
    sending::{post, send},
};
use crate::platform::gzip;

/// What came of a sync.
pub enum Reply {
    /// An answer.
    Answer(Answer),
    /// An answer without rows: this build is too old.
    TooOld(Answer),
    /// Nobody is signed in.
    SessionOver,
    /// Somebody else is, or the server does not know this client.
    ForeignClient,
    /// The body was too large.
    TooLarge,
    /// Another status, or a body that is no answer.
    Refused(u16),
    /// No answer came.
    Unreachable,
}

/// Sends one request of the engine.
pub async fn sync(body: String) -> Reply {
    let request = Request::post("/api/sync");
    let reply = match gzip::packed(&body).await {
        Some(packed) => match send(request.header("Content-Encoding", "gzip"), packed).await {
            // An older server cannot unpack it.
            Some((400 | 415, _)) => post("/api/sync", body).await,
            reply => reply,
        },
        None => send(request, body).await,
    };
    let Some((status, text)) = reply else {
        return Reply::Unreachable;
    };
    match (status, json::read::<Answer>(&text)) {
        (200, Ok(answer)) => Reply::Answer(answer),
        (426, Ok(answer)) => Reply::TooOld(answer),
        (401, _) => Reply::SessionOver,
        (403, _) => Reply::ForeignClient,
        (413, _) => Reply::TooLarge,
        _ => Reply::Refused(status),
    }
}

/// Asks for the rows of days that have left this device.
pub async fn older(days: OlderRequest) -> Result<Older, Fault> {
    ask("/api/older", &days, Fault::Forbidden).await
}

/// Says that somebody is at work here. Did the server hear it?
pub async fn here() -> bool {
    matches!(post("/api/here", "{}".to_owned()).await, Some((204, _)))
}

/// Takes in the file of somebody's device. Needs a network.
pub async fn take_in(file: String) -> Result<Rescued, Fault> {
    let (status, text) = post("/api/rescue", file).await.ok_or(Fault::Unreachable)?;
    match status {
        200 => json::read(&text).map_err(|_| Fault::NotYet),
        401 | 403 => Err(Fault::Forbidden),
        400 | 413 => Err(Fault::Unreadable),
        _ => Err(Fault::NotYet),
    }
}

/// Hands in a piece of what lies on this device, without a session. Nothing while the server does not take it.
pub async fn deposit(file: String) -> Option<Deposited> {
    match post("/api/deposit", file).await? {
        (200, text) => json::read(&text).ok(),
        _ => None,
    }
}
