//! Who connects a login with an identity, by what she shows, and how long it lasts.

use serde_json::{Value, json};
use shared::{
    Role,
    domain::staff,
    testkit::{id, name},
};

use super::{PASSWORD, link, no, open, to_link, to_sign_in};
use crate::{
    accounts,
    centre::{Centre, card_of},
    provider::{Browser, Idp},
};

#[tokio::test]
async fn a_connection_is_made_by_whoever_began_it_and_showed_that_it_is_she() {
    let (centre, idp) = open().await;
    let mut kari = Browser::of(&centre, "kari", PASSWORD).await;
    for shown in ["", "wrong"] {
        assert_eq!(kari.post("/api/oidc/begin", &to_link(shown)).await.error(), no(403, "wrong-code"), "{shown}");
    }
    assert_eq!(Browser::new(&centre).post("/api/oidc/begin", &to_link(PASSWORD)).await.error(), no(401, "no-session"));

    assert_eq!(kari.travels(&idp, &to_link(PASSWORD)).await, "/more#oidc");
    let mut jonas = Browser::of(&centre, "jonas", PASSWORD).await;
    jonas.jar.insert("minvei-oidc".to_owned(), kari.jar["minvei-oidc"].clone());
    assert_eq!(jonas.post("/api/oidc/link", &json!({})).await.error(), no(404, "gone"), "hers");
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.error(), no(404, "gone"), "and it is used up");

    kari.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(kari.finishes("phone").await.error(), no(404, "gone"), "it signs nobody in");
    kari.travels(&idp, &to_sign_in()).await;
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.error(), no(404, "gone"), "and the other connects nobody");

    kari.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.status, 204);
    jonas.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(jonas.post("/api/oidc/link", &json!({})).await.error(), no(409, "identity-taken"));
    assert_eq!(jonas.get("/api/oidc/mine").await.json()["providers"][0]["since"], Value::Null);
}

#[tokio::test]
async fn a_participant_shows_her_pin_and_a_new_card_ends_what_the_old_one_connected() {
    let (centre, idp) = open().await;
    let mut amina = link(&centre, &idp, &card_of("amina"), "2468").await;
    assert_eq!(amina.get("/api/oidc/mine").await.json()["asks"], "pin");
    let said = amina.get("/api/log").await.text;
    assert!(said.contains("identity.link"), "she sees it: {said}");
    let kari = centre.device("kari", "pc").await;
    assert_eq!(kari.post("/api/cards", &json!({"person": "amina"})).await.status, 200);
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &to_sign_in()).await;
    assert_eq!(browser.finishes("phone").await.error(), no(404, "not-linked"));
}

#[tokio::test]
async fn one_thing_does_not_stand_for_two() {
    let (centre, idp) = open().await;
    let mut kari = Browser::of(&centre, "kari", PASSWORD).await;
    let mut wish = to_link(PASSWORD);
    wish["provider"] = "feide".into();
    kari.travels(&idp, &wish).await;
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.error(), no(403, "not-enough"));
    let mut kitchen = Browser::of(&centre, "kjokken", PASSWORD).await;
    assert_eq!(kitchen.get("/api/oidc/mine").await.json()["providers"], json!([]), "the tablet is nobody's own");
    kitchen.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(kitchen.post("/api/oidc/link", &json!({})).await.error(), no(403, "not-enough"));
}

#[tokio::test]
async fn what_was_connected_for_one_part_opens_no_other() {
    let (centre, idp) = open().await;
    let mut bente = centre.device("bente", "pc").await;
    let part = |role| staff::Correct { id: id("kari"), name: name("Kari"), role, school: None };
    link(&centre, &idp, "kari", PASSWORD).await;
    bente.push(part(Role::Adviser)).await;
    assert_eq!(comes_in(&centre, &idp, "one").await, no(200, "kari"), "the same part is no other");
    bente.push(part(Role::Teacher)).await;
    assert_eq!(comes_in(&centre, &idp, "two").await, no(404, "not-linked"));
    link(&centre, &idp, "kari", PASSWORD).await;
    assert_eq!(comes_in(&centre, &idp, "three").await, no(200, "kari"));
    bente.push(staff::End { id: id("kari") }).await;
    bente.push(staff::Return { id: id("kari") }).await;
    assert_eq!(comes_in(&centre, &idp, "four").await, no(404, "not-linked"), "nor does it wait until she returns");
}

/// A browser in which a school's contact has come in by her link.
async fn by_link<'a>(centre: &'a Centre, token: &str, client: &str) -> Browser<'a> {
    let device = accounts::enter(centre, token, client).await;
    let (name, value) = device.cookie.split_once('=').unwrap();
    Browser { centre, jar: [(name.to_owned(), value.to_owned())].into() }
}

/// Who comes in by the provider alone, in a browser of her own.
async fn comes_in(centre: &Centre, idp: &Idp, client: &str) -> (u16, String) {
    let mut browser = Browser::new(centre);
    browser.travels(idp, &to_sign_in()).await;
    let reply = browser.finishes(client).await;
    let said = reply.json();
    (reply.status.as_u16(), said["error"].as_str().or(said["user"].as_str()).unwrap().to_owned())
}

#[tokio::test]
async fn what_a_link_connected_ends_with_the_link() {
    let (centre, idp) = open().await;
    let mut bente = centre.device("bente", "pc").await;
    accounts::hire(&mut bente, "turid", Role::School, Some("slettebakken")).await;
    let token = accounts::link(&bente, "turid").await;
    let mut leaked = by_link(&centre, &token, "elsewhere").await;
    assert_eq!(leaked.get("/api/oidc/mine").await.json()["asks"], "nothing");
    assert_eq!(leaked.travels(&idp, &to_link("")).await, "/more#oidc");
    assert_eq!(leaked.post("/api/oidc/link", &json!({})).await.status, 204);
    assert_eq!(comes_in(&centre, &idp, "one").await, no(200, "turid"));

    // Another link: whoever came by the first is signed out, and has nothing that lasts.
    centre.clock.advance(1_000);
    let token = accounts::link(&bente, "turid").await;
    assert_eq!(comes_in(&centre, &idp, "two").await, no(404, "not-linked"));
    assert_eq!(leaked.get("/api/me").await.status, 401);

    let mut hers = by_link(&centre, &token, "school-pc").await;
    hers.travels(&idp, &to_link("")).await;
    assert_eq!(hers.post("/api/oidc/link", &json!({})).await.status, 204);
    assert_eq!(comes_in(&centre, &idp, "four").await, no(200, "turid"));
    assert_eq!(bente.post("/api/invitations/end", &json!({"staff": "turid"})).await.status, 204);
    assert_eq!(comes_in(&centre, &idp, "five").await, no(404, "not-linked"));
    assert_eq!(hers.get("/api/me").await.status, 401);
}
