//! `GET /openapi.json`, and `GET /api-docs/` where one reads it and tries the addresses out. The page is Swagger UI as it
//! comes, built into the server: nothing is loaded from elsewhere, and it lives with the strict content policy of all
//! pages. Both are shown to everybody: which addresses there are is in the app that everybody downloads.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde_json::Value;
use utoipa_swagger_ui::{Config, serve};

use crate::error::Refusal;

/// Where the description is.
const DOCUMENT: &str = "/openapi.json";
/// What the page is made of. The parts it comes with and does not use are not served.
const FILES: [&str; 8] = [
    "index.html",
    "index.css",
    "swagger-ui.css",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-initializer.js",
    "favicon-16x16.png",
    "favicon-32x32.png",
];

/// The addresses of the description and its page.
pub fn routes<S: Clone + Send + Sync + 'static>(document: &Value) -> Router<S> {
    let document = Bytes::from(document.to_string());
    Router::new()
        .route(DOCUMENT, get(move || async move { ([(CONTENT_TYPE, "application/json")], document) }))
        .route("/api-docs", get(|| async { Redirect::permanent("/api-docs/") }))
        .route("/api-docs/", get(|| async { file(FILES[0]) }))
        .route("/api-docs/{file}", get(|Path(name): Path<String>| async move { file(&name) }))
}

fn file(name: &str) -> Response {
    if !FILES.contains(&name) {
        return Refusal::NotFound.into_response();
    }
    // Nobody else's validator is asked.
    let config = Config::new([DOCUMENT]).use_base_layout().validator_url("none");
    match serve(name, Arc::new(config)) {
        Ok(Some(file)) => ([(CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response(),
        Ok(None) => Refusal::NotFound.into_response(),
        Err(fault) => {
            tracing::error!(fault = %fault, "the page of the description could not be made");
            Refusal::NotYet.into_response()
        }
    }
}
