//! Those who come in by a provider where nothing is kept on the device.

use serde_json::json;
use shared::{domain::shield, testkit::id};

use super::{PASSWORD, link, no, open, to_sign_in};
use crate::{centre::card_of, crawl::all_rows, provider::Browser};

#[tokio::test]
async fn a_protected_person_comes_in_by_a_provider_where_nothing_is_kept_and_nowhere_else() {
    let (centre, idp) = open().await;
    link(&centre, &idp, &card_of("amina"), "2468").await;
    let mut kari = centre.device("kari", "pc").await;
    let outcome = kari.push(shield::Shield { id: id("amina"), with: id("bente") }).await;
    assert!(outcome["applied"].is_u64(), "{outcome}");

    let mut phone = Browser::new(&centre);
    assert_eq!(phone.travels(&idp, &to_sign_in()).await, "/sign-in#oidc");
    assert_eq!(phone.finishes("phone").await.error(), no(409, "online-only"));
    assert_eq!(phone.get("/api/me").await.error(), no(401, "no-session"));
    assert_eq!(phone.finishes("phone").await.error(), no(404, "gone"), "what was begun for a device is over");

    let mut wish = to_sign_in();
    wish["keeps"] = false.into();
    let mut browser = Browser::new(&centre);
    assert_eq!(browser.travels(&idp, &wish).await, "/online#oidc");
    let opened = browser.finishes("her-page").await;
    let page = centre.page_in(&opened, "her-page");
    assert!(browser.jar.is_empty(), "{:?}", browser.jar);
    assert_eq!(browser.get("/api/me").await.error(), no(401, "no-session"), "what her browser holds opens nothing");
    assert_eq!(page.get("/api/me").await.json()["user"], "amina");
    let people: Vec<_> = all_rows(&page).await.into_iter().filter(|row| row["k"] == "person").collect();
    assert_eq!(people.len(), 1, "{people:?}");
    assert_eq!(people[0]["b"]["id"], "amina");
}

#[tokio::test]
async fn a_page_that_keeps_nothing_opens_nobody_elses_client_and_ends_with_the_session_of_the_provider() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    let mut wish = to_sign_in();
    wish["keeps"] = false.into();
    idp.says().claims = json!({"sid": "first"});
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    // Whatever it says that it holds is not looked at.
    let held = json!({"user": "jonas", "key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="});
    let opened = browser.post("/api/oidc/finish", &json!({"client": "page", "held": held})).await;
    let page = centre.page_in(&opened, "page");
    assert_eq!(page.get("/api/me").await.json()["user"], "kari");
    centre.get(&format!("/api/oidc/logout?iss={}&sid=first", idp.url)).await;
    assert_eq!(page.get("/api/me").await.status, 401);
}
