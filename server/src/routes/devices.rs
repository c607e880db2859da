//! `GET /api/devices`, `POST /api/devices/end`, `POST /api/here`: where she is signed in, and for how long.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use shared::prim::Timestamp;
use utoipa::ToSchema;

use super::Body;
use crate::{
    AppState,
    auth::session::{self, Who},
    error::Refusal,
    openapi::wire,
    store::Told,
};

/// A device on which she is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Device {
    /// Names this session, and opens nothing.
    id: String,
    /// Browser and system; empty where unknown.
    device: String,
    /// When she signed in.
    #[schema(schema_with = wire::timestamp)]
    since: Timestamp,
    /// When she last did something there.
    #[schema(schema_with = wire::timestamp)]
    used: Timestamp,
    /// Is it the device that asks?
    here: bool,
}

/// Which device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    id: String,
}

/// The devices on which she is signed in: the one that asks, then those used last.
#[utoipa::path(
    get,
    path = "/devices",
    operation_id = "list_devices",
    tag = "session",
    responses(
        (status = 200, description = "Her devices.", body = [Device])
    )
)]
pub async fn list(State(app): State<AppState>, who: Who) -> Result<Json<Vec<Device>>, Refusal> {
    let now = app.clock.now();
    let sessions = app.store.sessions_of(&who.centre, &who.user).await?;
    let open = sessions.into_iter().filter(|open| session::ends(who.role, open.created, open.used) > now);
    let mut devices: Vec<Device> = open
        .map(|open| Device {
            id: session::name_of(&open.token).to_owned(),
            here: open.token == who.token,
            device: open.device,
            since: open.created,
            used: open.used.max(open.created),
        })
        .collect();
    devices.sort_by_key(|device| std::cmp::Reverse((device.here, device.used)));
    Ok(Json(devices))
}

/// Signs her out on one of her devices. What waits there is handed in by the device, which then forgets everything;
/// on the device that asks, it stays until she signs in again.
#[utoipa::path(
    post,
    path = "/devices/end",
    operation_id = "end_device",
    tag = "session",
    request_body = End,
    responses(
        (status = 204, description = "She is signed out there."),
        (status = 404, description = "not-found")
    )
)]
pub async fn end(State(app): State<AppState>, who: Who, Body(End { id }): Body<End>) -> Result<StatusCode, Refusal> {
    let sessions = app.store.sessions_of(&who.centre, &who.user).await?;
    let found = sessions.into_iter().find(|open| session::name_of(&open.token) == id);
    let token = found.ok_or(Refusal::NotFound)?.token;
    if token == who.token {
        app.store.end_session(&token).await?;
    } else {
        app.store.revoke_session(&token, app.clock.now()).await?;
    }
    app.live.tell(&app.store, Told::SignedOut(token));
    Ok(StatusCode::NO_CONTENT)
}

/// She does something on this device: her session goes on.
#[utoipa::path(
    post,
    path = "/here",
    operation_id = "here",
    tag = "session",
    responses(
        (status = 204, description = "Her session goes on.")
    )
)]
pub async fn here(State(app): State<AppState>, who: Who) -> Result<StatusCode, Refusal> {
    app.store.use_session(&who.token, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
