//! `GET /api/live`: the live channel, as server-sent events.

use axum::{extract::State, http::HeaderName, response::IntoResponse};

use crate::{AppState, auth::session::Who, live::channel};

/// Opens the live channel. A proxy in between must pass each event on at once.
pub async fn live(State(app): State<AppState>, who: Who) -> impl IntoResponse {
    ([(HeaderName::from_static("x-accel-buffering"), "no")], channel(&app, who))
}
