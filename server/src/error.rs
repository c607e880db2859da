//! How the server says no: a status and `{"error": code}`. What went wrong inside is logged here,
//! once, and never told.

use std::{any::Any, error::Error};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use shared::Rejection;
use tracing::error;

use crate::{
    apply::PushFault,
    auth::{login::symbols, random, secret::SecretFault, throttle::Wait},
    store::StoreFault,
};

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub enum Refusal {
    /// Nobody is signed in.
    NoSession,
    /// The login or the secret is wrong; which of them is not told.
    WrongSecret,
    /// Too many wrong tries.
    TooManyTries(Wait),
    /// The session makes too many requests.
    TooFast {
        /// How long to wait.
        seconds: i64,
    },
    /// The client belongs to another user, or never signed in here.
    ForeignClient,
    /// A write from another site.
    CrossSite,
    /// A write whose content is not called JSON.
    NotJson,
    /// The body cannot be read.
    Malformed {
        /// What cannot be read.
        detail: String,
    },
    /// The body is above the limit.
    TooLarge,
    /// There is nothing at this address.
    NotFound,
    /// The address exists, but not for this method.
    WrongMethod,
    /// The rules say no.
    Rejected(Rejection),
    /// Disk or memory failed; it is worth trying again.
    Fault(Box<dyn Error + Send + Sync>),
    /// As before, and already logged.
    NotYet,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSession | Self::WrongSecret => StatusCode::UNAUTHORIZED,
            Self::TooManyTries(_) | Self::TooFast { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::ForeignClient | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotFound | Self::Rejected(Rejection::Gone) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Rejected(_) => StatusCode::FORBIDDEN,
            Self::Fault(_) | Self::NotYet => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::NoSession => json!({"error": "no-session"}),
            Self::WrongSecret => json!({"error": "wrong-secret"}),
            Self::TooManyTries(wait) => json!({"error": "too-many-tries", "seconds": wait.seconds}),
            Self::TooFast { seconds } => json!({"error": "too-fast", "seconds": seconds}),
            Self::ForeignClient => json!({"error": "foreign-client"}),
            Self::CrossSite => json!({"error": "cross-site"}),
            Self::NotJson => json!({"error": "not-json"}),
            Self::Malformed { detail } => json!({"error": "malformed", "detail": detail}),
            Self::TooLarge => json!({"error": "too-large"}),
            Self::NotFound => json!({"error": "not-found"}),
            Self::WrongMethod => json!({"error": "wrong-method"}),
            Self::Rejected(Rejection::Gone) => json!({"error": "gone"}),
            Self::Rejected(_) => json!({"error": "forbidden"}),
            Self::Fault(_) | Self::NotYet => json!({"error": "not-yet"}),
        }
    }

    /// How many seconds to wait before trying again.
    fn retry_after(&self) -> Option<i64> {
        match self {
            Self::TooManyTries(wait) => Some(wait.seconds),
            Self::TooFast { seconds } => Some(*seconds),
            Self::Fault(_) | Self::NotYet => Some(1),
            Self::NoSession
            | Self::WrongSecret
            | Self::ForeignClient
            | Self::CrossSite
            | Self::NotJson
            | Self::Malformed { .. }
            | Self::TooLarge
            | Self::NotFound
            | Self::WrongMethod
            | Self::Rejected(_) => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Self::Fault(fault) = &self {
            error!(fault = %fault, "a request could not be served");
        }
        let mut response = (self.status(), Json(self.body())).into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreFault> for Refusal {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<SecretFault> for Refusal {
    fn from(fault: SecretFault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<PushFault> for Refusal {
    fn from(fault: PushFault) -> Self {
        match fault {
            PushFault::NotYet => Self::NotYet,
            PushFault::ForeignClient => Self::ForeignClient,
        }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// The answer after a panic; the log has its message and this reference.
pub fn bug(_panic: Box<dyn Any + Send + 'static>) -> Response {
    let reference = symbols(&random::<8>());
    error!(reference, "a request ended in a bug; its message is above");
    let body = Json(json!({"error": "bug", "reference": reference}));
    (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
}
