//! A provider of identities on this machine that can misbehave, and a browser that goes there and back.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    body::Body,
    extract::State,
    http::{
        HeaderMap, Request, StatusCode,
        header::{AUTHORIZATION, COOKIE, SET_COOKIE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use openidconnect::url::{Url, form_urlencoded};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use server::clock::Clock;
use sha2::{Digest as _, Sha256};
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};
use tower::Service as _;

use crate::centre::{Centre, Reply, post as posted};

/// How it knows the server.
pub const CLIENT: &str = "minvei";
/// How the server shows that it is itself.
pub const SECRET: &str = "hush hush";

/// What is wrong with the tokens it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    None,
    OfAnotherIssuer,
    ForAnother,
    ForTwo,
    Unsigned,
    SignedWithTheSecret,
    SignedWithAnotherKey,
    Changed,
    OfAnotherCeremony,
    WithoutNonce,
    Expired,
}

/// What it does, and what it has been asked.
pub struct Says {
    pub lie: Lie,
    /// Claims that are put in the place of the usual ones; null takes one away.
    pub claims: Value,
    /// What its Groups API answers.
    pub groups: Value,
    /// Where one signs out, if it says so.
    pub ends_at: Option<String>,
    /// How often its keys were fetched.
    pub fetched: usize,
    kid: String,
    key: Vec<u8>,
    nonce: String,
    challenge: String,
    codes: Vec<String>,
}

/// A provider that listens.
pub struct Idp {
    pub url: String,
    clock: Clock,
    says: Arc<Mutex<Says>>,
    task: AbortHandle,
}

#[derive(Clone)]
struct Inside {
    url: String,
    clock: Clock,
    says: Arc<Mutex<Says>>,
}

impl Drop for Idp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Idp {
    pub async fn open(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let says = Says {
            lie: Lie::None,
            claims: json!({}),
            groups: json!([]),
            ends_at: None,
            fetched: 0,
            kid: "one".to_owned(),
            key: new_key(),
            nonce: String::new(),
            challenge: String::new(),
            codes: Vec::new(),
        };
        let says = Arc::new(Mutex::new(says));
        let inside = Inside { url: url.clone(), clock: clock.clone(), says: Arc::clone(&says) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/groups", get(groups))
            .with_state(inside);
        let task = tokio::spawn(serve(listener, routes)).abort_handle();
        Self { url, clock, says, task }
    }

    pub fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().unwrap()
    }

    /// From now on it signs with another key.
    pub fn takes_another_key(&self) {
        let mut says = self.says();
        (says.key, says.kid) = (new_key(), "two".to_owned());
    }

    /// Somebody has shown who she is: the code she is sent back with.
    pub fn lets_in(&self, sent: &Url) -> String {
        let asked: BTreeMap<String, String> = sent.query_pairs().into_owned().collect();
        let mut says = self.says();
        let code = format!("code-{}-{}", self.clock.now().0, says.codes.len());
        says.nonce.clone_from(&asked["nonce"]);
        says.challenge.clone_from(&asked["code_challenge"]);
        says.codes.push(code.clone());
        code
    }
}

fn new_key() -> Vec<u8> {
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    key.as_ref().to_vec()
}

fn opened(pkcs8: &[u8]) -> EcdsaKeyPair {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new()).unwrap()
}

async fn serve(listener: TcpListener, routes: Router) {
    // They end with it.
    let mut lines = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let routes = routes.clone();
        lines.spawn(async move {
            let answer = service_fn(move |request: Request<Incoming>| routes.clone().call(request));
            // How a connection ends is nobody's business.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

async fn configuration(State(Inside { url, says, .. }): State<Inside>) -> Json<Value> {
    let mut said = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    });
    if let Some(ends_at) = &says.lock().unwrap().ends_at {
        said["end_session_endpoint"] = ends_at.as_str().into();
    }
    Json(said)
}

async fn keys(State(inside): State<Inside>) -> Json<Value> {
    let mut says = inside.says.lock().unwrap();
    says.fetched += 1;
    let key = opened(&says.key);
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let key = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": says.kid, "x": x, "y": y});
    Json(json!({"keys": [key]}))
}

async fn groups(State(inside): State<Inside>, headers: HeaderMap) -> Response {
    if headers.get(AUTHORIZATION).is_none_or(|shown| shown != "Bearer access") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(inside.says.lock().unwrap().groups.clone()).into_response()
}

async fn token(State(inside): State<Inside>, headers: HeaderMap, body: String) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let us: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let us = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{us}")));
    let mut says = inside.says.lock().unwrap();
    let is_known = says.codes.iter().any(|code| *code == form["code"]);
    says.codes.retain(|code| *code != form["code"]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    let is_same = form["redirect_uri"] == "http://localhost/api/oidc/back" && challenge == says.challenge;
    if !is_known || !is_same || headers.get(AUTHORIZATION).is_none_or(|shown| *shown != us) {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    }
    let token = signed(&says, &inside);
    Json(json!({"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": token})).into_response()
}

fn signed(says: &Says, inside: &Inside) -> String {
    let now = inside.clock.now().0 / 1_000;
    let mut claims = json!({
        "iss": inside.url, "aud": CLIENT, "sub": "somebody", "iat": now, "exp": now + 120, "nonce": says.nonce,
        "acr": "idporten-loa-substantial", "pid": "10000000000", "sid": "their session",
    });
    match says.lie {
        Lie::OfAnotherIssuer => claims["iss"] = "https://evil.example".into(),
        Lie::ForAnother => claims["aud"] = "another".into(),
        Lie::ForTwo => claims["aud"] = json!([CLIENT, "another"]),
        Lie::OfAnotherCeremony => claims["nonce"] = "of yesterday".into(),
        Lie::WithoutNonce => drop(claims.as_object_mut().unwrap().remove("nonce")),
        Lie::Expired => claims["exp"] = (now - 60).into(),
        Lie::None | Lie::Unsigned | Lie::SignedWithTheSecret | Lie::SignedWithAnotherKey | Lie::Changed => {}
    }
    for (name, value) in says.claims.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = match says.lie {
        Lie::Unsigned => json!({"alg": "none"}),
        Lie::SignedWithTheSecret => json!({"alg": "HS256"}),
        _ => json!({"alg": "ES256", "kid": says.kid}),
    };
    let input = format!("{}.{}", part(&header), part(&claims));
    let by = |pkcs8: &[u8]| opened(pkcs8).sign(&SystemRandom::new(), input.as_bytes()).unwrap().as_ref().to_vec();
    let signature = match says.lie {
        Lie::Unsigned => Vec::new(),
        Lie::SignedWithTheSecret => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
            hmac::sign(&key, input.as_bytes()).as_ref().to_vec()
        }
        Lie::SignedWithAnotherKey => by(&new_key()),
        _ => by(&says.key),
    };
    if says.lie == Lie::Changed {
        claims["pid"] = "20000000000".into();
        return format!("{}.{}.{}", part(&header), part(&claims), URL_SAFE_NO_PAD.encode(signature));
    }
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Somebody's browser, which keeps cookies.
pub struct Browser<'a> {
    pub centre: &'a Centre,
    pub jar: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    pub fn new(centre: &'a Centre) -> Self {
        Self { centre, jar: BTreeMap::new() }
    }

    /// A browser in which somebody has signed in.
    pub async fn of(centre: &'a Centre, login: &str, secret: &str) -> Self {
        let mut browser = Self::new(centre);
        let body = json!({"login": login, "secret": secret, "client": format!("own-{}", login.to_lowercase())});
        let reply = browser.post("/api/sign-in", &body).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        browser
    }

    async fn send(&mut self, mut request: Request<Body>) -> Reply {
        let cookies: Vec<_> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(COOKIE, cookies.join("; ").parse().unwrap());
        let reply = self.centre.send(request).await;
        for line in reply.headers.get_all(SET_COOKIE) {
            let (pair, _) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.insert(name.to_owned(), value.to_owned());
            self.jar.retain(|_, value| !value.is_empty());
        }
        reply
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.send(posted(path, body.to_string())).await
    }

    /// Begins; where the provider is.
    pub async fn begins(&mut self, wish: &Value) -> Url {
        let reply = self.post("/api/oidc/begin", wish).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        Url::parse(reply.json()["url"].as_str().unwrap()).unwrap()
    }

    /// Comes back with a code; to which page she is led.
    pub async fn comes_back(&mut self, sent: &Url, code: &str) -> String {
        let (_, state) = sent.query_pairs().find(|(name, _)| name == "state").unwrap();
        let reply = self.get(&format!("/api/oidc/back?code={code}&state={state}")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
        reply.header("location").to_owned()
    }

    /// There and back; to which page she is led.
    pub async fn travels(&mut self, idp: &Idp, wish: &Value) -> String {
        let sent = self.begins(wish).await;
        let code = idp.lets_in(&sent);
        self.comes_back(&sent, &code).await
    }

    /// Asks to be let in.
    pub async fn finishes(&mut self, client: &str) -> Reply {
        self.post("/api/oidc/finish", &json!({"client": client})).await
    }
}
