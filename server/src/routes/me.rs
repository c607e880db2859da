//! `GET /api/me`: who is signed in here.

use axum::{Json, extract::State};
use serde::Serialize;
use shared::{
    Role,
    prim::{AnyId, Timestamp},
};

use crate::{AppState, auth::session::Who};

/// Who is signed in.
#[derive(Debug, Serialize)]
pub struct Me {
    user: AnyId,
    name: String,
    role: Role,
    server_time: Timestamp,
}

/// Answers who is signed in.
pub async fn me(State(app): State<AppState>, who: Who) -> Json<Me> {
    Json(Me { user: who.user, name: who.name, role: who.role, server_time: app.clock.now() })
}
