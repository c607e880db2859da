//! Everything that can be asked, by whoever is signed in: what she is told, word for word.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{
        HeaderMap, HeaderValue, Request,
        header::{AUTHORIZATION, CONTENT_TYPE, COOKIE},
    },
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use shared::{domain::look, sync::version, testkit::id};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::{
    centre::{Device, Reply, post},
    guard::ROUTES,
    shielded::CANARY,
};

pub fn tells(text: &str) -> bool {
    text.to_lowercase().contains(CANARY)
}

/// What somebody was told, and where she had asked.
#[derive(Debug, Clone)]
pub struct Told {
    /// The address.
    pub path: String,
    pub status: u16,
    /// What the answer says, in its body and around it.
    pub text: String,
    /// What it says around its body.
    pub headers: HeaderMap,
    /// What its body says.
    pub body: String,
}

impl Told {
    pub fn at(path: &str, reply: &Reply) -> Self {
        let text = format!("{} {:?} {}", reply.status, reply.headers, reply.text);
        let (headers, body) = (reply.headers.clone(), reply.text.clone());
        Self { path: path.to_owned(), status: reply.status.as_u16(), text, headers, body }
    }

    /// What was said with no answer of its own around it.
    pub fn said(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), status: 200, body: text.clone(), text, headers: HeaderMap::new() }
    }
}

/// Pulls from nothing, until there is no more.
pub async fn all_rows(device: &Device<'_>) -> Vec<Value> {
    let (mut found, mut body) = (Vec::new(), json!({"schema": shared::SCHEMA, "client": device.client}));
    loop {
        let reply = device.post("/api/sync", &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let answer = reply.json();
        let patch = &answer["patch"];
        assert!(patch.is_object(), "{answer}");
        found.extend(patch["rows"].as_array().cloned().unwrap_or_default());
        body["cursor"] = patch["to"].clone();
        if !patch["grants"].is_null() {
            body["epoch"] = patch["grants"]["epoch"].clone();
        }
        if patch["more"] != true {
            return found;
        }
    }
}

/// Asks as a client that says which audiences it holds, and takes over where the answer leads.
pub async fn pull_holding(device: &mut Device<'_>, held: &Value) -> Value {
    let mut body = device.standing();
    body["held"] = held.clone();
    let reply = device.post("/api/sync", &body).await;
    device.take(&reply)
}

/// What tells everybody something, whoever she is.
const HEARD: [&str; 7] =
    ["/api/sync", "/api/older", "/api/me", "/api/devices", "/api/second", "/api/passkeys", "/api/oidc/mine"];
/// What asks nobody who she is, or is not there, and its status: no app is built into the server of a test.
const PAGES: [(&str, u16); 9] = [
    ("/", 503),
    ("/people/kanari-en", 404),
    ("/nowhere.js", 404),
    ("/api/nowhere/kanari-en", 404),
    ("/api/sign-in", 405),
    ("/openapi.json", 200),
    ("/api-docs/", 200),
    ("/healthz", 200),
    ("/readyz", 200),
];

/// Everything that somebody is told who asks for everything, and for more than is hers. Her session is alive until the
/// end, or nothing would be shown by it.
pub async fn everything(device: &Device<'_>, forged: &Value) -> Vec<Told> {
    let mut told = vec![Told::said("/api/sync", Value::from(all_rows(device).await).to_string())];
    told.extend(pulled(device, forged).await);
    told.extend(asked(device).await);
    told.extend(marked(device).await);
    told.push(Told::said("/api/live", listen(device).await.next().await));
    for one in &told {
        let is_heard = HEARD.contains(&one.path.as_str());
        assert!(!matches!(one.status, 401 | 429 | 500..), "{}: {}: {}", device.client, one.path, one.text);
        assert!(!is_heard || one.status == 200, "{}: {}: {}", device.client, one.path, one.text);
    }
    told.extend(pages(device).await);
    told.extend(doors(device).await);
    assert_eq!(told.last().map(|last| last.status), Some(204), "{}: the session was over before", device.client);
    told
}

/// Pulls, as clients that say of themselves what is not so.
pub async fn pulled(device: &Device<'_>, forged: &Value) -> Vec<Told> {
    let mut told = Vec::new();
    let history = device.post("/api/sync", &device.standing()).await.json()["patch"]["to"]["history"].clone();
    let cursor = |version: u64| json!({"history": history, "version": version});
    // Where the centre stands is not to be found out by halving.
    let now = version::after(0, device.centre.clock.now());
    let held = json!(["named", "named:kanari-en", "knows:kanari-en", "people", "participant:kanari-en", "knowing"]);
    for more in [
        json!({}),
        json!({"held": held}),
        json!({"cursor": cursor(0), "held": held, "epoch": "0011223344556677"}),
        json!({"cursor": cursor(1), "epoch": forged}),
        json!({"cursor": cursor(1), "epoch": forged, "held": []}),
        json!({"cursor": cursor(9_999), "held": held}),
        json!({"cursor": cursor(now / 2)}),
        json!({"cursor": cursor(now - 1)}),
        json!({"cursor": cursor(now)}),
        json!({"cursor": cursor(now + 1_000), "held": held}),
    ] {
        let mut body = device.standing();
        for (field, value) in more.as_object().unwrap() {
            body[field] = value.clone();
        }
        told.push(Told::at("/api/sync", &device.post("/api/sync", &body).await));
    }
    told
}

/// What is answered to whoever says of the newest lines she is shown of the log, or of none, that they were looked
/// through.
async fn marked(device: &Device<'_>) -> Vec<Told> {
    let path = "/api/log/reviewed";
    let log = device.get("/api/log").await.json();
    let mut told = Vec::new();
    for line in 0..40 {
        let place = log[line]["place"].as_str().unwrap_or("kanari-en");
        told.push(Told::at(path, &device.post(path, &json!({"place": place})).await));
    }
    told
}

/// What is to be read, and what is asked about somebody who has such an id.
pub async fn asked(device: &Device<'_>) -> Vec<Told> {
    let mut told = Vec::new();
    for path in [
        "/api/me",
        "/api/key",
        "/api/accounts",
        "/api/devices",
        "/api/log",
        "/api/log?before=kanari-en",
        "/api/log?about=kanari-en",
        "/api/log?by=kanari-en",
        "/api/log?by=kari",
        "/api/log",
        "/api/log/review",
        "/api/second",
        "/api/passkeys",
        "/api/oidc/mine",
        "/api/oidc",
        "/api/oidc/back?error=none&state=kanari-en",
        "/api/oidc/logout?iss=none&sid=kanari-en",
    ] {
        told.push(Told::at(path, &device.get(path).await));
    }
    for (path, body) in [
        ("/api/older", json!({"first": "2026-11-10", "last": "2026-12-01"})),
        ("/api/cards", json!({"person": "kanari-en"})),
        ("/api/invitations", json!({"staff": "kanari-en"})),
        ("/api/invitations/end", json!({"staff": "kanari-en"})),
        ("/api/devices/end", json!({"id": "kanari-en"})),
        ("/api/rescue", json!({"user": "kanari-en", "client": "pc", "sealed": "AAAA"})),
    ] {
        told.push(Told::at(path, &device.post(path, &body).await));
    }
    told
}

/// The pages that nobody need sign in for, and those that say why there is none.
pub async fn pages(device: &Device<'_>) -> Vec<Told> {
    let mut told = Vec::new();
    for (path, status) in PAGES {
        let reply = device.get(path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        told.push(Told::at(path, &reply));
    }
    let mut plain = post("/api/sync", "{}".to_owned());
    plain.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    for (path, request, status) in [
        ("/", post("/", "{}".to_owned()), 405),
        ("/api/me", post("/api/me", "{}".to_owned()), 405),
        ("/api/sync", plain, 415),
        ("/api/sync", post("/api/sync", "x".repeat(512 * 1024)), 413),
    ] {
        let reply = device.send(request).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        told.push(Told::at(path, &reply));
    }
    told
}

/// What comes back with the answer to a push: the rows that have changed, when nothing was pulled before.
pub async fn pushed(device: &mut Device<'_>) -> String {
    let text = device.encode(look::Look { people: vec![id("kanari-en")], at: look::Place::Page });
    let answer = device.push_bytes(1, &[text]).await;
    assert!(answer["patch"].is_object(), "{answer}");
    answer.to_string()
}

/// The ways in and out, what belongs to one's own account, and what a device of somebody else hands in. The last of them
/// ends the session.
async fn doors(device: &Device<'_>) -> Vec<Told> {
    let credential = json!({"id": "kanari-en"});
    let mut told = Vec::new();
    for (path, body) in [
        ("/api/sign-in", json!({"login": "kanari-en", "secret": "kanari", "client": "kanari-phone"})),
        ("/api/enter", json!({"token": "kanari-en", "client": "kanari-phone"})),
        ("/api/invitation", json!({"token": "kanari-en"})),
        ("/api/accept", json!({"token": "kanari-en", "login": "kanari-en", "secret": "kanari kanari kanari"})),
        ("/api/passkey", json!({})),
        ("/api/passkey/enter", json!({"ceremony": "nobody", "credential": credential, "client": "kanari-phone"})),
        ("/api/passkeys/begin", json!({"code": "nobody"})),
        ("/api/passkeys/confirm", json!({"ceremony": "nobody", "name": "Nobody", "credential": credential})),
        ("/api/passkeys/end", json!({"id": "kanari-en"})),
        ("/api/oidc/begin", json!({"provider": "nobody", "purpose": "sign-in", "language": "nb"})),
        ("/api/oidc/finish", json!({"client": "kanari-phone"})),
        ("/api/oidc/link", json!({})),
        ("/api/oidc/end", json!({"provider": "nobody"})),
        ("/api/second/begin", json!({"code": "nobody"})),
        ("/api/second/confirm", json!({"code": "nobody"})),
        ("/api/deposit", json!({"user": "kanari-en", "client": "kanari-phone", "sealed": "AAAA"})),
        ("/api/here", json!({})),
        ("/api/sign-out", json!({})),
    ] {
        told.push(Told::at(path, &device.post(path, &body).await));
    }
    told
}

/// A live channel that is open.
pub struct Heard(BodyDataStream);

impl Heard {
    /// What is said next.
    pub async fn next(&mut self) -> String {
        let said = timeout(Duration::from_secs(10), self.0.next()).await.expect("a word in time").unwrap().unwrap();
        String::from_utf8(said.to_vec()).unwrap()
    }
}

/// Opens the live channel.
pub async fn listen(device: &Device<'_>) -> Heard {
    let request = match &device.bearer {
        Some(token) => Request::get("/api/live").header(AUTHORIZATION, format!("Bearer {token}")),
        None => Request::get("/api/live").header(COOKIE, &device.cookie),
    };
    let response = device.centre.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200, "{}", device.client);
    Heard(response.into_body().into_data_stream())
}

#[test]
fn every_address_is_asked() {
    let source = include_str!("crawl.rs");
    for (_, path) in ROUTES {
        let asked = [format!("\"{path}\""), format!("\"{path}?")];
        assert!(asked.iter().any(|text| source.contains(text)), "{path} is asked by nobody");
    }
}
