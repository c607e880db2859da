//! How it ends: she leaves, signs out here, or signs out there.

use serde_json::json;
use shared::{domain::staff, testkit::id};

use super::{PASSWORD, link, no, open, to_sign_in};
use crate::provider::{Browser, CLIENT};

#[tokio::test]
async fn whoever_has_left_does_not_come_in_by_a_provider_either() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    let mut bente = centre.device("bente", "pc").await;
    bente.push(staff::End { id: id("kari") }).await;
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &to_sign_in()).await;
    assert_eq!(browser.finishes("phone").await.error(), no(404, "not-linked"));
}

#[tokio::test]
async fn a_sign_out_at_the_provider_ends_exactly_what_began_with_it() {
    let (centre, idp) = open().await;
    let mut kari = link(&centre, &idp, "kari", PASSWORD).await;
    let mut browsers = Vec::new();
    for sid in ["first", "second"] {
        idp.says().claims = json!({"sid": sid});
        let mut browser = Browser::new(&centre);
        browser.travels(&idp, &to_sign_in()).await;
        assert_eq!(browser.finishes(&format!("phone-{sid}")).await.status, 200);
        browsers.push(browser);
    }
    let [first, second] = &mut browsers[..] else { panic!("two") };
    let nameless = format!("?iss={}&sid=", idp.url);
    for query in ["", "?sid=first", "?iss=https://evil.example&sid=first", nameless.as_str()] {
        let reply = centre.get(&format!("/api/oidc/logout{query}")).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, ""), "{query}");
        assert_eq!(first.get("/api/me").await.status, 200, "{query}");
    }
    let reply = centre.get(&format!("/api/oidc/logout?iss={}&sid=first", idp.url)).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, ""));
    assert_eq!(first.get("/api/me").await.status, 401);
    assert_eq!(second.get("/api/me").await.status, 200);
    assert_eq!(kari.get("/api/me").await.status, 200);
}

#[tokio::test]
async fn whoever_came_by_a_provider_is_told_where_she_signs_out_there() {
    let (centre, idp) = open().await;
    let mut kari = link(&centre, &idp, "kari", PASSWORD).await;
    assert_eq!(kari.post("/api/sign-out", &json!({})).await.status, 204, "she came by her password");
    let own = format!("{}/end", idp.url);
    let there = format!("{own}?client_id={CLIENT}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fsign-in");
    for (ends_at, told) in [
        (None, None),
        (Some("https://evil.example/end"), None),
        (Some("javascript:alert(1)"), None),
        (Some("http://127.0.0.1:1/end"), None),
        (Some(own.as_str()), Some(there.as_str())),
    ] {
        idp.says().ends_at = ends_at.map(str::to_owned);
        // What is known of it is old by then.
        centre.clock.advance(6 * 60 * 60 * 1_000);
        let mut browser = Browser::new(&centre);
        browser.travels(&idp, &to_sign_in()).await;
        assert_eq!(browser.finishes("phone").await.status, 200);
        let out = browser.post("/api/sign-out", &json!({})).await;
        assert_eq!(out.status, if told.is_some() { 200 } else { 204 }, "{ends_at:?}: {}", out.text);
        if let Some(told) = told {
            assert_eq!(out.json(), json!({"url": told}));
        }
        assert!(browser.jar.is_empty(), "{ends_at:?}: {:?}", browser.jar);
        assert_eq!(browser.get("/api/me").await.status, 401);
    }

    let mut wish = to_sign_in();
    wish["keeps"] = false.into();
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    let page = centre.page_in(&browser.finishes("page").await, "page");
    let out = page.post("/api/sign-out", &json!({})).await;
    assert_eq!(out.json(), json!({"url": there}), "where nothing is kept, too");
    assert!(!out.headers.contains_key("set-cookie"), "whoever is signed in beside her stays so");

    // What is known of it grows old between her coming and her going.
    centre.clock.advance((6 * 60 - 10) * 60 * 1_000);
    let mut last = Browser::new(&centre);
    last.travels(&idp, &to_sign_in()).await;
    assert_eq!(last.finishes("phone").await.status, 200);
    drop(idp);
    centre.clock.advance(20 * 60 * 1_000);
    assert_eq!(last.post("/api/sign-out", &json!({})).await.status, 204, "nobody waits for it");
    assert_eq!(last.get("/api/me").await.status, 401);
}
