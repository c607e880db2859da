//! `GET /healthz`, `GET /readyz`: is the server alive, and can it work?

use axum::extract::State;

use crate::{AppState, error::Refusal};

/// The process answers.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive",
    tag = "server",
    responses(
        (status = 200, description = "It does.", body = String)
    )
)]
pub async fn alive() -> &'static str {
    "ok"
}

/// The store answers too.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "server",
    responses(
        (status = 200, description = "It does.", body = String),
        (status = 503, description = "not-yet")
    )
)]
pub async fn ready(State(app): State<AppState>) -> Result<&'static str, Refusal> {
    app.store.ready().await?;
    Ok("ready")
}
