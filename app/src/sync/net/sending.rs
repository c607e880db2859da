//! One request: sent with what this page shows, and called off when it takes too long.

use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal};

use super::Fault;
use crate::sync::bearer;

/// How long a request may take, in milliseconds.
const PATIENCE: u32 = 60_000;

/// Posts `body`; status and body of the answer.
pub(in crate::sync) async fn say(path: &str, body: &impl Serialize) -> Result<(u16, String), Fault> {
    let body = serde_json::to_string(body).map_err(|_| Fault::NotYet)?;
    post(path, body).await.ok_or(Fault::Unreachable)
}

/// Fetches what is at `path`; status and body of the answer.
pub(super) async fn fetched(path: &str) -> Result<(u16, String), Fault> {
    let request = |abort: &AbortSignal| shown(Request::get(path)).abort_signal(Some(abort)).build();
    answered(request).await.ok_or(Fault::Unreachable)
}

/// Posts JSON as it stands. Status and body of the answer, or nothing when none came in time.
pub(super) async fn post(path: &str, body: String) -> Option<(u16, String)> {
    send(Request::post(path), body).await
}

/// With the token of this page, if it has one.
fn shown(request: RequestBuilder) -> RequestBuilder {
    match bearer::header() {
        Some(header) => request.header("Authorization", &header),
        None => request,
    }
}

/// Sends a body. Status and body of the answer, or nothing when none came in time.
pub(super) async fn send(request: RequestBuilder, body: impl Into<JsValue>) -> Option<(u16, String)> {
    let request = shown(request);
    answered(|abort| request.header("Content-Type", "application/json").abort_signal(Some(abort)).body(body)).await
}

/// Sends what `request` makes of a signal that calls it off.
async fn answered(request: impl FnOnce(&AbortSignal) -> Result<Request, gloo_net::Error>) -> Option<(u16, String)> {
    let abort = AbortController::new().ok()?;
    let request = request(&abort.signal()).ok()?;
    // Dropped, and so called off, when the answer is here.
    let _patience = Timeout::new(PATIENCE, move || abort.abort());
    let response: Response = request.send().await.ok()?;
    let text = response.text().await.ok()?;
    Some((response.status(), text))
}
