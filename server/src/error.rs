//! How the server says no: a status and `{"error": code}`. What went wrong inside is logged here,
//! once, and never told.

use std::{
    any::Any,
    error::Error,
    io::{self, Write as _},
    panic,
};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use shared::Rejection;
use tokio::task::JoinError;
use tracing::error;

use crate::{
    apply::PushFault,
    auth::{login::symbols, random, second::Setup, secret::SecretFault, throttle::Wait},
    store::StoreFault,
};

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub enum Refusal {
    /// Nobody is signed in.
    NoSession,
    /// Nobody here is connected with this identity.
    NotLinked,
    /// No school of ours, or more than one contact of it, belongs to what the provider says.
    NoSchool,
    /// The provider does not say surely enough who she is for her part.
    NotEnough,
    /// The identity opens another account.
    IdentityTaken,
    /// The provider does not answer.
    Unreachable,
    /// The login or the secret is wrong; which of them is not told.
    WrongSecret,
    /// The password is right; the code of her second factor is missing.
    SecondFactor,
    /// The password is right; she must set up a second factor first.
    SetSecondFactor(Box<Setup>),
    /// She is a protected person: she signs in where nothing is kept.
    OnlineOnly,
    /// The code of the second factor is wrong, or was used before.
    WrongCode,
    /// Somebody else has this login.
    LoginTaken,
    /// She has as many as she may have.
    TooMany,
    /// Nobody may have a login like this.
    WeakLogin,
    /// The password is too short, or easy to guess.
    WeakSecret,
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
    /// With which status it is told.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoSession | Self::WrongSecret | Self::SecondFactor | Self::SetSecondFactor(_) => {
                StatusCode::UNAUTHORIZED
            }
            Self::LoginTaken | Self::IdentityTaken | Self::OnlineOnly | Self::TooMany => StatusCode::CONFLICT,
            Self::WeakLogin | Self::WeakSecret => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyTries(_) | Self::TooFast { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::ForeignClient | Self::CrossSite | Self::WrongCode | Self::NotEnough => StatusCode::FORBIDDEN,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotFound | Self::NotLinked | Self::NoSchool | Self::Rejected(Rejection::Gone) => {
                StatusCode::NOT_FOUND
            }
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Rejected(_) => StatusCode::FORBIDDEN,
            Self::Fault(_) | Self::NotYet | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What is told.
    pub(crate) fn body(&self) -> Value {
        match self {
            Self::NoSession => json!({"error": "no-session"}),
            Self::NotLinked => json!({"error": "not-linked"}),
            Self::NoSchool => json!({"error": "no-school"}),
            Self::NotEnough => json!({"error": "not-enough"}),
            Self::IdentityTaken => json!({"error": "identity-taken"}),
            Self::Unreachable => json!({"error": "unreachable"}),
            Self::WrongSecret => json!({"error": "wrong-secret"}),
            Self::SecondFactor => json!({"error": "second-factor"}),
            Self::SetSecondFactor(setup) => said("set-second-factor", setup),
            Self::OnlineOnly => json!({"error": "online-only"}),
            Self::WrongCode => json!({"error": "wrong-code"}),
            Self::LoginTaken => json!({"error": "login-taken"}),
            Self::TooMany => json!({"error": "too-many"}),
            Self::WeakLogin => json!({"error": "weak-login"}),
            Self::WeakSecret => json!({"error": "weak-secret"}),
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
    pub(crate) fn retry_after(&self) -> Option<i64> {
        match self {
            Self::TooManyTries(wait) => Some(wait.seconds),
            Self::TooFast { seconds } => Some(*seconds),
            Self::Fault(_) | Self::NotYet => Some(1),
            Self::Unreachable => Some(10),
            Self::NoSession
            | Self::NotLinked
            | Self::NoSchool
            | Self::NotEnough
            | Self::IdentityTaken
            | Self::WrongSecret
            | Self::SecondFactor
            | Self::SetSecondFactor(_)
            | Self::OnlineOnly
            | Self::WrongCode
            | Self::LoginTaken
            | Self::TooMany
            | Self::WeakLogin
            | Self::WeakSecret
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

/// An error that brings what is needed to go on.
fn said(error: &str, more: &impl Serialize) -> Value {
    let mut body = serde_json::to_value(more).unwrap_or_default();
    body["error"] = error.into();
    body
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

/// A task that a request had begun came to no end. Why is not told: the message of a bug may hold what somebody has
/// written.
#[derive(Debug, thiserror::Error)]
#[error("a task was stopped, or ended in a bug")]
struct Stopped;

impl From<JoinError> for Refusal {
    fn from(_: JoinError) -> Self {
        Self::Fault(Box::new(Stopped))
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

/// From now on the process tells of a bug where it is, and not what it says: that may hold what somebody has written.
pub fn tell_bugs_by_place() {
    panic::set_hook(Box::new(|bug| {
        let place = bug.location().map(ToString::to_string).unwrap_or_default();
        // Where nobody listens any more there is nobody to tell.
        let _ = writeln!(io::stderr(), "a bug at {place}");
    }));
}

/// The answer after a panic; the log has its place and this reference.
pub fn bug(_panic: Box<dyn Any + Send + 'static>) -> Response {
    let reference = symbols(&random::<8>());
    error!(reference, "a request ended in a bug; its place is above");
    let body = Json(json!({"error": "bug", "reference": reference}));
    (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
}
