//! The addresses of the server. Everything under `/api` but the sign-in lies behind the guard.

pub mod cards;
pub mod health;
pub mod live;
pub mod me;
pub mod older;
pub mod rescue;
pub mod sign_in;
pub mod sync;

use std::net::{IpAddr, Ipv4Addr};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request},
    http::{StatusCode, header::CONTENT_TYPE, request::Parts},
    middleware::from_fn_with_state,
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use tower_http::{
    compression::{CompressionLayer, CompressionLevel, predicate::SizeAbove},
    decompression::RequestDecompressionLayer,
};

use crate::{AppState, auth::session, error::Refusal};

/// The routes below `/api`.
pub fn api(state: &AppState) -> Router<AppState> {
    let guarded = Router::new()
        .route("/sign-out", post(sign_in::sign_out))
        .route("/me", get(me::me))
        .route("/sync", post(sync::sync).layer((compression(), RequestDecompressionLayer::new())))
        .route("/older", post(older::older).layer(compression()))
        .route("/live", get(live::live))
        .route("/cards", post(cards::issue))
        .route("/rescue", post(rescue::rescue).layer(DefaultBodyLimit::max(rescue::MOST_BYTES)))
        .route_layer(from_fn_with_state(state.clone(), session::guard));
    Router::new()
        .route("/sign-in", post(sign_in::sign_in))
        .merge(guarded)
        .method_not_allowed_fallback(wrong_method)
        .fallback(not_found)
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

/// The address at the other end of the connection. A header could be forged, so none is asked.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}
