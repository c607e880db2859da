//! What the server says of its own addresses: `GET /openapi.json`, in OpenAPI 3.1, and a page to try them out.
//!
//! A handler says what it answers with, and names the codes with which it refuses. What an address refuses because of
//! who reaches it is added here: to a door, behind the session, with a body. So nobody writes the same list again.

mod commands;
pub mod page;
mod refusals;
mod shapes;
pub mod wire;

use std::mem;

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::{auth::session, config::Transport};

/// What the session is called among the security schemes.
const SESSION: &str = "session";
/// What stands before the list of addresses.
const ABOUT: &str = "What a browser and this server say to each other. What the messages mean is told in \
    docs/PROTOCOL.md.\n\n\
    A body is JSON and says so (`Content-Type: application/json`): at most 256 KiB for `/api/sync` and `/api/older`, \
    8 MiB for `/api/rescue`, 512 KiB for `/api/deposit`, 4 KiB elsewhere. A refusal is `{\"error\": code}`, sometimes \
    with more. An address nobody knows is 404 `not-found`, a known one asked by another method 405 `wrong-method`. A body of `/api/sync` may be \
    packed with gzip; packed in another way it is answered with 415 and no body.\n\n\
    Rows are described by their envelopes; each has fields of its own. An answer may have more fields in \
    a later version, and never fewer.";

/// Who reaches an address, and so what it is refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anybody may ask, and nothing is counted.
    Open,
    /// A way in, without a session.
    AtTheDoor,
    /// Behind the session.
    BehindTheSession,
}

/// Describes groups of addresses, each below a path.
///
/// # Panics
/// When a handler refuses with a code that nothing here knows: no server starts with it, and no test passes.
#[must_use]
pub fn document(transport: Transport, groups: Vec<(Reach, &str, OpenApi)>) -> Value {
    let known = refusals::known();
    let mut schemas = wire::schemas();
    schemas.extend(known.iter().map(refusals::Known::component));
    let mut paths = Map::new();
    for (reach, below, group) in groups {
        let mut group = serde_json::to_value(group).expect("a description is JSON");
        schemas.extend(taken(&mut group["components"]["schemas"]));
        for (path, mut item) in taken(&mut group["paths"]) {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete(operation, method, reach, &known);
            }
            paths.insert(format!("{below}{path}"), item);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Minvei", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {SESSION: {
            "type": "apiKey",
            "in": "cookie",
            "name": session::cookie_name(transport),
            "description": "Set by a way in. A browser sends it by itself, and no script can read it."
        }}}
    })
}

/// Adds what follows from who reaches an operation, and spells out what it says no with.
fn complete(operation: &mut Value, method: &str, reach: Reach, known: &[refusals::Known]) {
    let mut codes = vec!["bug".to_owned()];
    let mut add = |more: &[&str]| codes.extend(more.iter().map(|code| (*code).to_owned()));
    match reach {
        Reach::Open => {}
        Reach::AtTheDoor => add(&["too-fast", "not-yet"]),
        Reach::BehindTheSession => {
            add(&["no-session", "too-fast", "not-yet"]);
            operation["security"] = json!([{SESSION: []}]);
        }
    }
    if method == "post" {
        add(&["cross-site"]);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        add(&["malformed", "not-json", "too-large"]);
        body["required"] = true.into();
    }
    let mut responses = taken(&mut operation["responses"]);
    // A handler names its codes as the description of a status that has no other content.
    let own: Vec<String> =
        responses.iter().filter(|(status, told)| is_refusal(status, told)).map(|(status, _)| status.clone()).collect();
    for told in own.iter().filter_map(|status| responses.remove(status)) {
        codes.extend(told["description"].as_str().unwrap_or_default().split_whitespace().map(str::to_owned));
    }
    responses.extend(refusals::responses(&codes, known));
    operation["responses"] = responses.into();
}

fn is_refusal(status: &str, told: &Value) -> bool {
    status.starts_with(['4', '5']) && told.get("content").is_none()
}

/// The fields of an object, which has none afterwards.
fn taken(value: &mut Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => mem::take(fields),
        _ => Map::new(),
    }
}
