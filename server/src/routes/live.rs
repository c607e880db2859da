//! `GET /api/live`: the live channel, as a WebSocket or as server-sent events.

use axum::{
    extract::{
        State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{
        HeaderMap, HeaderName,
        header::{HOST, ORIGIN},
    },
    response::{IntoResponse, Response},
};

use crate::{
    AppState,
    auth::session::Who,
    error::Refusal,
    live::{Listener, events, hold},
};

/// The most a client may say: it has nothing to say here.
const MOST_BYTES: usize = 1_024;
/// How much of a socket is read at once. Every open device has a buffer of this size.
const BUFFER: usize = 1_024;

/// Opens the live channel. A proxy in between must pass each event on at once.
#[utoipa::path(
    get,
    path = "/live",
    operation_id = "live",
    tag = "sync",
    responses(
        (status = 101, description = "A WebSocket; each message is a `Poke`."),
        (status = 200, description = "A stream of events without end; the data of each is a `Poke`.", body = String, content_type = "text/event-stream"),
        (status = 403, description = "cross-site")
    )
)]
pub async fn live(
    State(app): State<AppState>,
    who: Who,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let Ok(upgrade) = upgrade else {
        let as_they_come = [(HeaderName::from_static("x-accel-buffering"), "no")];
        return Ok((as_they_come, events(&app, who)).into_response());
    };
    // Browsers let any site open a WebSocket to us, and read it.
    if !is_same_site(&headers) {
        return Err(Refusal::CrossSite);
    }
    let listener = Listener::new(&app, who);
    let socket = upgrade.read_buffer_size(BUFFER).write_buffer_size(0).max_message_size(MOST_BYTES);
    Ok(socket.on_upgrade(|socket| hold(socket, listener)))
}

/// Does the page that asks come from the host it asks? A program that names no origin is no browser.
fn is_same_site(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    origin.is_some_and(|(_, from)| Some(from) == host)
}
