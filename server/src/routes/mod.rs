//! The addresses of the server. Everything under `/api` but the ways in lies behind the guard.

pub mod accounts;
pub mod cards;
mod carried;
pub mod deposit;
pub mod devices;
pub mod health;
pub mod invitations;
pub mod live;
pub mod log;
pub mod me;
pub mod oidc;
pub mod older;
pub mod passkeys;
pub mod rescue;
pub mod second;
pub mod sign_in;
pub mod sync;

use axum::{
    Extension, Router,
    body::HttpBody as _,
    extract::{FromRequest, Request},
    http::header::CONTENT_TYPE,
    middleware::from_fn_with_state,
};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use tower_http::{
    compression::{CompressionLayer, CompressionLevel, predicate::SizeAbove},
    decompression::RequestDecompressionLayer,
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

use crate::{
    AppState, MOST_BYTES,
    auth::session::{self, Who},
    error::Refusal,
    limits::{self, Bringer, Most, Room},
    openapi::{self, Reach},
    peer::Peer,
};

/// The largest body where only a few words are expected. Without a session, nothing larger is read but a deposit.
const FEW_BYTES: usize = 4 * 1024;
/// Where what is asked for data lies.
const API: &str = "/api";

/// Every address that is no file of the app, and the description of them. Each is served because it is described:
/// `routes!` takes both from the handler.
pub fn all(state: &AppState) -> Router<AppState> {
    let (open, open_said) = OpenApiRouter::<AppState>::default()
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .split_for_parts();
    let (guarded, guarded_said) = OpenApiRouter::<AppState>::default()
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(me::me))
        .routes(routes!(me::key))
        .routes(routes!(live::live))
        .routes(routes!(cards::issue))
        .routes(routes!(devices::list))
        .routes(routes!(devices::end))
        .routes(routes!(devices::here))
        .routes(routes!(log::list))
        .routes(routes!(log::review::list))
        .routes(routes!(log::review::mark))
        .routes(routes!(accounts::list))
        .routes(routes!(invitations::hand_out))
        .routes(routes!(invitations::end))
        .routes(routes!(second::state))
        .routes(routes!(second::begin))
        .routes(routes!(second::confirm))
        .routes(routes!(passkeys::list))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::end))
        .routes(routes!(oidc::mine::mine))
        .routes(routes!(oidc::mine::link))
        .routes(routes!(oidc::mine::end))
        .layer(Extension(Most(FEW_BYTES)))
        .routes(routes!(passkeys::confirm).layer(Extension(Most(passkeys::MOST_BYTES))))
        .routes(routes!(sync::sync).layer((compression(), RequestDecompressionLayer::new())))
        .routes(routes!(older::older).layer(compression()))
        .routes(routes!(rescue::rescue).layer(Extension(Most(rescue::MOST_BYTES))))
        .split_for_parts();
    let guarded =
        limits::at_most(limits::AT_ONCE, guarded).route_layer(from_fn_with_state(state.clone(), session::guard));
    let (doors, doors_said) = OpenApiRouter::<AppState>::default()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::enter))
        .routes(routes!(passkeys::ask))
        .routes(routes!(passkeys::enter))
        .routes(routes!(invitations::look))
        .routes(routes!(invitations::accept))
        .routes(routes!(oidc::list))
        .routes(routes!(oidc::begin))
        .routes(routes!(oidc::back))
        .routes(routes!(oidc::finish::finish))
        .routes(routes!(oidc::logout))
        .routes(routes!(deposit::deposit).layer(Extension(Most(deposit::MOST_BYTES))))
        .split_for_parts();
    let doors = limits::at_most(limits::AT_ONCE, doors)
        .route_layer((from_fn_with_state(state.clone(), limits::sign_ins), Extension(Most(FEW_BYTES))));
    let document = openapi::document(
        state.transport,
        vec![
            (Reach::Open, "", open_said),
            (Reach::AtTheDoor, API, doors_said),
            (Reach::BehindTheSession, API, guarded_said),
        ],
    );
    let api = doors.merge(guarded).method_not_allowed_fallback(wrong_method).fallback(not_found);
    open.nest(API, api).merge(openapi::page::routes(&document))
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

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Refusal> {
        Ok(Self(read(request, app).await?.0))
    }
}

/// The same where it may be large: the room it takes is kept until the request is answered.
pub struct Large<T>(pub T, Option<Room>);

impl<T: DeserializeOwned> FromRequest<AppState> for Large<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Refusal> {
        let (body, room) = read(request, app).await?;
        Ok(Self(body, room))
    }
}

/// Reads a body, in its room where it is large. One that does not say how long it is may become as long as any.
async fn read<T: DeserializeOwned>(request: Request, app: &AppState) -> Result<(T, Option<Room>), Refusal> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
        return Err(Refusal::NotJson);
    }
    let most = request.extensions().get::<Most>().map_or(MOST_BYTES, |Most(most)| *most);
    let bringer = match request.extensions().get::<Who>() {
        Some(_) => Bringer::Known,
        None => Bringer::Stranger(Peer::told(request.extensions())),
    };
    let body = request.into_body();
    let length = body.size_hint().upper().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    let mut room = match length {
        Some(length) if length > most => return Err(Refusal::TooLarge),
        Some(length) if length > limits::FREE => Some(app.pace.room(bringer, length)?),
        _ => None,
    };
    let mut bytes = Vec::new();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::Malformed { detail: "the body did not arrive whole".to_owned() })?;
        let length = bytes.len() + piece.len();
        if length > most {
            return Err(Refusal::TooLarge);
        }
        if length > limits::FREE && room.is_none() {
            room = Some(app.pace.room(bringer, most)?);
        }
        bytes.extend_from_slice(&piece);
    }
    if let Some(room) = &mut room {
        room.shrink(bytes.len());
    }
    let body = serde_json::from_slice(&bytes)
        .map_err(|fault| Refusal::Malformed { detail: fault.to_string().chars().take(200).collect() })?;
    Ok((body, room))
}
