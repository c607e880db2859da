//! What nobody gets past: the session, the origin check, the headers.

use axum::{
    Router,
    body::Body,
    http::{Request, header::ORIGIN},
    routing::get,
};
use serde_json::json;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::centre::{Centre, Reply, post, read};

/// Where one comes in: these need no session.
const DOORS: [&str; 8] = [
    "/api/sign-in",
    "/api/enter",
    "/api/invitation",
    "/api/accept",
    "/api/oidc/begin",
    "/api/oidc/finish",
    "/api/passkey/enter",
    "/api/deposit",
];
/// What a browser only goes to on its way to a provider and back, and what answers it; nor do these need a session.
const ON_THE_WAY: [(&str, u16); 3] = [("/api/oidc", 200), ("/api/oidc/back", 303), ("/api/oidc/logout", 200)];
/// A door that asks whoever knocks, and needs to be told nothing.
const ASKS: &str = "/api/passkey";
/// What is asked for without a word.
const WORDLESS: [&str; 2] = ["/api/sign-out", "/api/here"];
/// All that an answer may do with a device.
const PERMISSIONS: &str = "camera=(self), screen-wake-lock=(self), accelerometer=(), bluetooth=(), browsing-topics=(), \
    display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), \
    serial=(), usb=(), xr-spatial-tracking=()";
/// Every address below `/api`; a new one belongs here.
pub const ROUTES: [(&str, &str); 39] = [
    ("POST", "/api/sign-in"),
    ("POST", "/api/enter"),
    ("POST", "/api/passkey"),
    ("POST", "/api/passkey/enter"),
    ("GET", "/api/passkeys"),
    ("POST", "/api/passkeys/begin"),
    ("POST", "/api/passkeys/confirm"),
    ("POST", "/api/passkeys/end"),
    ("POST", "/api/invitation"),
    ("POST", "/api/accept"),
    ("GET", "/api/oidc"),
    ("POST", "/api/oidc/begin"),
    ("GET", "/api/oidc/back"),
    ("POST", "/api/oidc/finish"),
    ("GET", "/api/oidc/logout"),
    ("GET", "/api/oidc/mine"),
    ("POST", "/api/oidc/link"),
    ("POST", "/api/oidc/end"),
    ("GET", "/api/log"),
    ("GET", "/api/log/review"),
    ("POST", "/api/log/reviewed"),
    ("GET", "/api/accounts"),
    ("POST", "/api/invitations"),
    ("POST", "/api/invitations/end"),
    ("GET", "/api/second"),
    ("POST", "/api/second/begin"),
    ("POST", "/api/second/confirm"),
    ("POST", "/api/sign-out"),
    ("GET", "/api/me"),
    ("GET", "/api/key"),
    ("POST", "/api/sync"),
    ("POST", "/api/older"),
    ("GET", "/api/live"),
    ("POST", "/api/cards"),
    ("GET", "/api/devices"),
    ("POST", "/api/devices/end"),
    ("POST", "/api/here"),
    ("POST", "/api/rescue"),
    ("POST", "/api/deposit"),
];

#[tokio::test]
async fn every_route_but_the_doors_needs_a_session() {
    let centre = Centre::open().await;
    for (method, path) in ROUTES {
        for cookie in ["", "minvei=", "minvei=wrong"] {
            let request = Request::builder().method(method).uri(path).header("cookie", cookie);
            let request = request.header("content-type", "application/json").body(Body::from("{}")).unwrap();
            let reply = centre.send(request).await;
            if let Some((_, status)) = ON_THE_WAY.iter().find(|(way, _)| *way == path) {
                assert_eq!(reply.status.as_u16(), *status, "{method} {path}");
                continue;
            }
            let expected = match path {
                ASKS => (200, ""),
                door if DOORS.contains(&door) => (400, "malformed"),
                _ => (401, "no-session"),
            };
            assert_eq!(reply.error(), (expected.0, expected.1.to_owned()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_list_of_routes_is_the_source_of_the_routes() {
    let source = include_str!("../../src/routes/mod.rs");
    assert_eq!(source.matches(".routes(routes!(").count(), ROUTES.len() + 2, "with /healthz and /readyz");
    assert!(!source.contains(".route("), "an address that is served and not described");
}

#[tokio::test]
async fn a_write_from_another_site_is_refused() {
    let centre = Centre::open().await;
    let refused = (403, "cross-site".to_owned());
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let mut request = post("/api/sign-in", "{}".to_owned());
        request.headers_mut().insert("host", "minvei.example".parse().unwrap());
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(centre.send(request).await.error(), refused, "{name}: {value}");
    }
    for value in ["https://minvei.example", "http://minvei.example"] {
        let mut request = post("/api/sign-in", "{}".to_owned());
        request.headers_mut().insert("host", "minvei.example".parse().unwrap());
        request.headers_mut().insert(ORIGIN, value.parse().unwrap());
        assert_eq!(centre.send(request).await.error().0, 400, "{value}");
    }
}

#[tokio::test]
async fn no_route_takes_a_write_from_another_site_or_what_is_no_json() {
    let centre = Centre::open().await;
    let desk = centre.device("kari", "desk").await;
    for (_, path) in ROUTES.into_iter().filter(|(method, _)| *method == "POST") {
        for (name, value) in
            [("sec-fetch-site", "same-site"), ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]
        {
            let mut request = post(path, "{}".to_owned());
            request.headers_mut().insert("host", "minvei.example".parse().unwrap());
            request.headers_mut().insert(name, value.parse().unwrap());
            let refused = (403, "cross-site".to_owned());
            assert_eq!(desk.send(request).await.error(), refused, "{path}, {name}: {value}");
        }
        if !WORDLESS.contains(&path) {
            let mut request = post(path, "{}".to_owned());
            request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
            assert_eq!(desk.send(request).await.error(), (415, "not-json".to_owned()), "{path}");
        }
    }
    assert_eq!(desk.get("/api/me").await.status, 200, "none of it has signed her out");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let centre = Centre::open().await;
    let mut cross = post("/api/sign-in", "{}".to_owned());
    cross.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let replies = [
        centre.get("/").await,
        centre.get("/healthz").await,
        centre.get("/openapi.json").await,
        centre.get("/api-docs/").await,
        centre.get("/api-docs/swagger-ui-bundle.js").await,
        centre.get("/nowhere.js").await,
        centre.get("/api/me").await,
        centre.get("/api/nowhere").await,
        centre.get("/api/sync").await,
        centre.send(post("/healthz", String::new())).await,
        centre.send(cross).await,
    ];
    for reply in replies {
        assert_strict(&reply);
    }
}

#[tokio::test]
async fn what_is_refused_later_carries_them_too_and_so_does_the_live_channel() {
    let centre = Centre::open().await;
    let school = centre.device("slettebakken", "pc").await;
    let live = Request::get("/api/live").header("cookie", &school.cookie).body(Body::empty()).unwrap();
    let live = centre.app.clone().oneshot(live).await.unwrap();
    let live = Reply { status: live.status(), headers: live.headers().clone(), text: String::new() };
    assert_eq!(live.header("content-type"), "text/event-stream");
    let mut plain = post("/api/sync", "{}".to_owned());
    plain.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    let mut begun = Vec::new();
    for _ in 0..200 {
        begun.push(centre.post("/api/passkey", &json!({})).await);
    }
    let too_fast = begun.into_iter().find(|reply| reply.status != 200).expect("an end of what may be begun");
    centre.meddle("create trigger broken before update on centre begin select raise(abort, 'planted'); end").await;
    let order = json!({"school": "slettebakken", "day": "2026-11-26", "choice": {"count": 58}});
    let command = json!({"name": "order.change", "schema": 1, "made_at": 0, "base_at": 0, "body": order});
    let push = json!({"schema": 1, "client": "pc", "first": 1, "commands": [command]});
    let replies = [
        (200, live),
        (200, school.get("/api/me").await),
        (413, school.send(post("/api/sync", "x".repeat(512 * 1024))).await),
        (415, school.send(plain).await),
        (429, too_fast),
        (503, school.post("/api/sync", &push).await),
    ];
    for (status, reply) in replies {
        assert_eq!(reply.status, status, "{}", reply.text);
        assert_eq!(reply.header("retry-after").is_empty(), !matches!(status, 429 | 503), "{status}");
        assert_strict(&reply);
    }
}

/// Does the answer tell a browser to refuse everything we did not mean? The server speaks plain HTTP here: promising
/// anything else for a year would lock people out.
fn assert_strict(reply: &Reply) {
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(reply.header("permissions-policy"), PERMISSIONS);
    assert_eq!(reply.header("strict-transport-security"), "");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn what_is_not_there_is_said_in_json() {
    let centre = Centre::open().await;
    assert_eq!(centre.get("/api/nowhere").await.error(), (404, "not-found".to_owned()));
    assert_eq!(centre.get("/nowhere.js").await.error(), (404, "not-found".to_owned()));
    assert_eq!(centre.get("/api/sign-in").await.error(), (405, "wrong-method".to_owned()));
    assert_eq!(centre.send(post("/", String::new())).await.error(), (405, "wrong-method".to_owned()));
}

#[tokio::test]
async fn a_healthy_server_says_so() {
    let centre = Centre::open().await;
    let alive = centre.get("/healthz").await;
    assert_eq!((alive.status.as_u16(), alive.text.as_str()), (200, "ok"));
    assert_eq!(centre.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn a_bug_is_answered_with_a_reference() {
    async fn broken() -> &'static str {
        panic!("planted: this message belongs to a passing test")
    }
    let app = Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(server::error::bug));
    let reply = read(app.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap()).await;
    assert_eq!(reply.error(), (500, "bug".to_owned()));
    assert_eq!(reply.json()["reference"].as_str().unwrap().len(), 8);
}
