//! The addresses of the server. Everything under `/api` but the sign-in lies behind the guard.

pub mod accounts;
pub mod cards;
pub mod devices;
pub mod health;
pub mod invitations;
pub mod live;
pub mod log;
pub mod me;
pub mod older;
pub mod rescue;
pub mod second;
pub mod sign_in;
pub mod sync;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::from_fn_with_state,
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use tower_http::{
    compression::{CompressionLayer, CompressionLevel, predicate::SizeAbove},
    decompression::RequestDecompressionLayer,
};

use crate::{AppState, auth::session, error::Refusal, limits};

/// The largest body where only a few words are expected. Without a session, nothing larger is read.
const FEW_BYTES: usize = 4 * 1024;

/// The routes below `/api`.
pub fn api(state: &AppState) -> Router<AppState> {
    let guarded = Router::new()
        .route("/sign-out", post(sign_in::sign_out))
        .route("/me", get(me::me))
        .route("/live", get(live::live))
        .route("/cards", post(cards::issue))
        .route("/devices", get(devices::list))
        .route("/devices/end", post(devices::end))
        .route("/here", post(devices::here))
        .route("/log", get(log::list))
        .route("/accounts", get(accounts::list))
        .route("/invitations", post(invitations::hand_out))
        .route("/invitations/end", post(invitations::end))
        .route("/second", get(second::state))
        .route("/second/begin", post(second::begin))
        .route("/second/confirm", post(second::confirm))
        .layer(DefaultBodyLimit::max(FEW_BYTES))
        .route("/sync", post(sync::sync).layer((compression(), RequestDecompressionLayer::new())))
        .route("/older", post(older::older).layer(compression()))
        .route("/rescue", post(rescue::rescue).layer(DefaultBodyLimit::max(rescue::MOST_BYTES)));
    let guarded =
        limits::at_most(limits::AT_ONCE, guarded).route_layer(from_fn_with_state(state.clone(), session::guard));
    let doors = Router::new()
        .route("/sign-in", post(sign_in::sign_in))
        .route("/enter", post(sign_in::enter))
        .route("/invitation", post(invitations::look))
        .route("/accept", post(invitations::accept))
        .route_layer((from_fn_with_state(state.clone(), limits::sign_ins), DefaultBodyLimit::max(FEW_BYTES)));
    doors.merge(guarded).method_not_allowed_fallback(wrong_method).fallback(not_found)
}

/// A first fill says the same words in every row. No other site can send a request with the session
/// (`SameSite`, `Origin`), so nobody can learn from lengths what is inside.
fn compression() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new().quality(CompressionLevel::Precise(5)).compress_when(SizeAbove::new(1_024))
}

async fn not_found() -> Refusal {
    Refusal::NotFound
}

async fn wrong_method() -> Refusal {
    Refusal::WrongMethod
}

/// A JSON body, read whole or refused by name.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
            return Err(Refusal::NotJson);
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
            _ => Refusal::Malformed { detail: "the body did not arrive whole".to_owned() },
        })?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|fault| Refusal::Malformed { detail: fault.to_string().chars().take(200).collect() })
    }
}
