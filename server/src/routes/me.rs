//! `GET /api/me`: who is signed in here. `GET /api/key`: what opens the rows her device holds.

use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use shared::{
    Role,
    prim::{AnyId, Timestamp},
    sync::wire::ClientId,
};
use utoipa::ToSchema;

use crate::{AppState, auth::session::Who, error::Refusal, openapi::wire};

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    #[schema(schema_with = wire::id)]
    user: AnyId,
    name: String,
    #[schema(schema_with = wire::role)]
    role: Role,
    #[schema(schema_with = wire::timestamp)]
    server_time: Timestamp,
}

/// Answers who is signed in.
#[utoipa::path(
    get,
    path = "/me",
    operation_id = "me",
    tag = "session",
    responses(
        (status = 200, description = "She is.", body = Me)
    )
)]
pub async fn me(State(app): State<AppState>, who: Who) -> Json<Me> {
    Json(Me { user: who.user, name: who.name, role: who.role, server_time: app.clock.now() })
}

/// What opens the rows that a device holds.
#[derive(Serialize, ToSchema)]
pub struct Opener {
    #[schema(schema_with = wire::id)]
    client: ClientId,
    /// 32 bytes in base64.
    key: String,
}

/// Hands out the key of the client that asks, as the sign-in has done: it lies on no device in clear, and as long as
/// her session goes on nobody is asked for a PIN because a page was loaded anew.
#[utoipa::path(
    get,
    path = "/key",
    operation_id = "key",
    tag = "session",
    responses(
        (status = 200, description = "It opens what lies on this device.", body = Opener)
    )
)]
pub async fn key(State(app): State<AppState>, who: Who) -> Result<Json<Opener>, Refusal> {
    let client = who.client.ok_or(Refusal::NoSession)?;
    let known = app.store.client(&who.centre, &client).await?.filter(|known| known.user == who.user);
    let key = known.map(|known| STANDARD.encode(known.key)).ok_or(Refusal::NoSession)?;
    Ok(Json(Opener { client, key }))
}
