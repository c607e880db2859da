//! What nobody gets past: the session, the origin check, the headers.

use axum::{
    Router,
    body::Body,
    http::{Request, header::ORIGIN},
    routing::get,
};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::centre::{Centre, post, read};

/// Where one comes in: these need no session.
const DOORS: [&str; 4] = ["/api/sign-in", "/api/enter", "/api/invitation", "/api/accept"];
/// Every address below `/api`; a new one belongs here.
const ROUTES: [(&str, &str); 21] = [
    ("POST", "/api/sign-in"),
    ("POST", "/api/enter"),
    ("POST", "/api/invitation"),
    ("POST", "/api/accept"),
    ("GET", "/api/log"),
    ("GET", "/api/accounts"),
    ("POST", "/api/invitations"),
    ("POST", "/api/invitations/end"),
    ("GET", "/api/second"),
    ("POST", "/api/second/begin"),
    ("POST", "/api/second/confirm"),
    ("POST", "/api/sign-out"),
    ("GET", "/api/me"),
    ("POST", "/api/sync"),
    ("POST", "/api/older"),
    ("GET", "/api/live"),
    ("POST", "/api/cards"),
    ("GET", "/api/devices"),
    ("POST", "/api/devices/end"),
    ("POST", "/api/here"),
    ("POST", "/api/rescue"),
];

#[tokio::test]
async fn every_route_but_the_doors_needs_a_session() {
    let centre = Centre::open().await;
    for (method, path) in ROUTES {
        for cookie in ["", "minvei=", "minvei=wrong"] {
            let request = Request::builder().method(method).uri(path).header("cookie", cookie);
            let request = request.header("content-type", "application/json").body(Body::from("{}")).unwrap();
            let reply = centre.send(request).await;
            let expected = if DOORS.contains(&path) { (400, "malformed") } else { (401, "no-session") };
            assert_eq!(reply.error(), (expected.0, expected.1.to_owned()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_list_of_routes_is_the_source_of_the_routes() {
    let source = include_str!("../../src/routes/mod.rs");
    for line in source.lines().filter(|line| line.contains(".route(\"")) {
        let path = line.split('"').nth(1).unwrap();
        assert!(ROUTES.iter().any(|(_, known)| *known == format!("/api{path}")), "{path} is missing in ROUTES");
    }
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
async fn every_answer_carries_the_headers() {
    let centre = Centre::open().await;
    let mut cross = post("/api/sign-in", "{}".to_owned());
    cross.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let replies = [
        centre.get("/").await,
        centre.get("/healthz").await,
        centre.get("/nowhere.js").await,
        centre.get("/api/me").await,
        centre.get("/api/nowhere").await,
        centre.get("/api/sync").await,
        centre.send(post("/healthz", String::new())).await,
        centre.send(cross).await,
    ];
    for reply in replies {
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
        assert!(reply.header("permissions-policy").contains("geolocation=()"));
        assert_eq!(reply.header("cache-control"), "no-store");
    }
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
