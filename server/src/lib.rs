//! The server of Minvei: judges what clients push, sends what they may see, serves the app.
//! [`app`] is all of it as one tower service; the binary only reads its options and runs it.

pub mod apply;
pub mod assets;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod clock;
pub mod config;
pub mod demo;
pub mod erasure;
pub mod error;
pub mod lately;
pub mod limits;
pub mod live;
pub mod malformed;
pub mod openapi;
pub mod opening;
pub mod peer;
pub mod place;
pub mod pull;
pub mod routes;
pub mod security;
pub mod serve;
pub mod store;
pub mod tls;
pub mod untaken;

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer, timeout::RequestBodyDeadlineLayer};

use crate::{
    apply::Writer,
    assets::Assets,
    auth::{oidc::Providers, secret::Secrets, throttle::Throttle},
    clock::Clock,
    config::{Second, Transport},
    lately::Lately,
    limits::Pace,
    live::Live,
    store::Store,
};

/// The largest body that is read.
pub const MOST_BYTES: usize = 256 * 1024;
/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

/// What the routes work with.
#[derive(Clone)]
pub struct AppState {
    /// Where rows, accounts and sessions are.
    pub store: Arc<dyn Store>,
    /// Who writes rows.
    pub writer: Writer,
    /// Who wakes clients.
    pub live: Live,
    /// What time it is.
    pub clock: Clock,
    /// Hashes and checks secrets.
    pub secrets: Secrets,
    /// Slows guessing down.
    pub throttle: Arc<Throttle>,
    /// What the log of accesses need not be told again.
    pub lately: Arc<Lately>,
    /// Slows sessions down that ask too much.
    pub pace: Arc<Pace>,
    /// The built app.
    pub assets: Arc<Assets>,
    /// How browsers reach the server.
    pub transport: Transport,
    /// What is asked of staff besides their password.
    pub second: Second,
    /// The providers by which somebody can sign in.
    pub providers: Arc<Providers>,
}

impl AppState {
    /// Starts the writer on a store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, secrets: Secrets, assets: Assets, transport: Transport) -> Self {
        let live = Live::default();
        live.follow(Arc::clone(&store));
        Self {
            writer: Writer::start(&store, &live),
            store,
            live,
            clock,
            secrets,
            throttle: Arc::default(),
            lately: Arc::default(),
            pace: Arc::default(),
            assets: Arc::new(assets),
            transport,
            second: Second::Required,
            providers: Arc::default(),
        }
    }

    /// Asks this of staff besides their password.
    #[must_use]
    pub fn asking(self, second: Second) -> Self {
        Self { second, ..self }
    }

    /// Lets people in by these providers, too.
    #[must_use]
    pub fn trusting(self, providers: Providers) -> Self {
        Self { providers: Arc::new(providers), ..self }
    }
}

/// The whole server.
pub fn app(state: AppState) -> Router {
    routes::all(&state)
        .fallback(assets::file)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(RequestBodyDeadlineLayer::new(BODY_DEADLINE))
        .layer(CsrfLayer::new().with_rejection_response(security::cross_site))
        .layer(CatchPanicLayer::custom(error::bug))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .with_state(state)
}
