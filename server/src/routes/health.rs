//! Is the server alive, and can it work?

use axum::extract::State;

use crate::{AppState, error::Refusal};

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: the store answers too.
pub async fn ready(State(app): State<AppState>) -> Result<&'static str, Refusal> {
    app.store.ready().await?;
    Ok("ready")
}
