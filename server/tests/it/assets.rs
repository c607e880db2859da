//! The built app as a browser gets it.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    http::Request,
};
use server::{
    AppState, app,
    assets::Assets,
    auth::secret::{Cost, Secrets},
    clock::Clock,
    config::Transport,
    store::Sqlite,
};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::centre::{Reply, read};

const PAGE: &str = "<!doctype html><title>Minvei</title>";

async fn serving(files: &[(&str, &str)]) -> (Router, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(&folder.path().join("test.db")).await.unwrap());
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), Bytes::copy_from_slice(text.as_bytes())));
    let assets = Assets::of(files);
    let state = AppState::new(store, Clock::default(), Secrets::new(Cost::LIGHT), assets, Transport::Tls);
    (app(state), folder)
}

async fn built() -> (Router, TempDir) {
    serving(&[
        ("index.html", PAGE),
        ("app-0123456789abcdef.js", "plain"),
        ("app-0123456789abcdef.js.br", "brotli"),
        ("app-0123456789abcdef.js.gz", "gzip"),
        ("locales/nb.ftl", "hei = Hei"),
        ("csp.json", r#"{"script":["sha256-abc="],"style":["sha256-def="]}"#),
    ])
    .await
}

async fn get(app: &Router, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
}

#[tokio::test]
async fn every_address_of_the_app_is_its_page() {
    let (app, _alive) = built().await;
    for path in ["/", "/today", "/kitchen/2026-11-24/sheet"] {
        let reply = get(&app, path, &[("accept", "text/html,*/*")]).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, PAGE), "{path}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "no-cache");
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("'wasm-unsafe-eval' 'sha256-abc=';") && policy.contains("'sha256-def='"), "{policy}");
        assert!(reply.header("strict-transport-security").starts_with("max-age="));
    }
    assert_eq!(get(&app, "/missing.js", &[("accept", "*/*")]).await.status, 404);
    assert_eq!(get(&app, "/csp.json", &[]).await.status, 404);
    assert_eq!(get(&app, "/app-0123456789abcdef.js.br", &[]).await.status, 404);
}

#[tokio::test]
async fn the_smallest_form_the_browser_understands_is_sent() {
    let (app, _alive) = built().await;
    let cases = [("gzip, deflate, br, zstd", "br", "brotli"), ("gzip", "gzip", "gzip"), ("identity", "", "plain")];
    for (accepted, encoding, text) in cases {
        let reply = get(&app, "/app-0123456789abcdef.js", &[("accept-encoding", accepted)]).await;
        assert_eq!((reply.header("content-encoding"), reply.text.as_str()), (encoding, text));
        assert_eq!(reply.header("vary"), "accept-encoding");
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let (app, _alive) = built().await;
    let first = get(&app, "/locales/nb.ftl", &[]).await;
    assert_eq!(first.header("cache-control"), "no-cache");
    let known = first.header("etag").to_owned();
    let again = get(&app, "/locales/nb.ftl", &[("if-none-match", &format!("\"x\", W/{known}"))]).await;
    assert_eq!((again.status.as_u16(), again.text.as_str(), again.header("etag")), (304, "", known.as_str()));
}

#[tokio::test]
async fn a_server_without_an_app_says_so_in_a_sentence() {
    let (app, _alive) = serving(&[]).await;
    let reply = get(&app, "/", &[("accept", "text/html")]).await;
    assert_eq!(reply.status, 503);
    assert!(reply.text.contains("cargo xtask dist"), "{}", reply.text);
}
