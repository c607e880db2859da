//! `POST /api/cards`: a card keeps its code and gets a new PIN.

use rqrr::{Grid, SimpleGrid};
use serde_json::{Value, json};
use server::auth::login::printed;
use shared::{
    domain::person,
    testkit::{id, name},
};

use crate::{
    centre::{Centre, card_of},
    sign_in::lock,
};

#[tokio::test]
async fn a_new_card_has_the_old_code_and_a_new_pin() {
    let centre = Centre::open().await;
    let adviser = centre.device("kari", "laptop").await;
    let reply = adviser.post("/api/cards", &json!({"person": "amina"})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let card = reply.json();
    assert_eq!(card["code"], printed(&card_of("amina")));
    let pin = card["pin"].as_str().unwrap();
    assert!(pin.len() == 4 && pin.bytes().all(|byte| byte.is_ascii_digit()), "{pin}");
    let code = card["code"].as_str().unwrap();
    assert_eq!(centre.try_in(code, pin, "phone").await.status, 200);
    if pin != "2468" {
        assert_eq!(centre.try_in(code, "2468", "phone").await.status, 401);
    }
}

/// What a camera reads in a code that the server has drawn.
fn read(qr: &Value) -> String {
    let size = usize::try_from(qr["size"].as_u64().unwrap()).unwrap();
    let mut dark = vec![vec![false; size]; size];
    for run in qr["path"].as_str().unwrap().split_terminator('z') {
        let (x, rest) = run.strip_prefix('M').unwrap().split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (length, _) = rest.split_once('v').unwrap();
        let (x, y, length): (usize, usize, usize) = (x.parse().unwrap(), y.parse().unwrap(), length.parse().unwrap());
        dark[y][x..x + length].fill(true);
    }
    let (_, text) = Grid::new(SimpleGrid::from_func(size, |x, y| dark[y][x])).decode().unwrap();
    text
}

#[tokio::test]
async fn a_camera_finds_the_sign_in_with_the_code_of_the_card() {
    let centre = Centre::open().await;
    let adviser = centre.device("kari", "laptop").await;
    let card = adviser.post("/api/cards", &json!({"person": "amina"})).await.json();
    let code = card["code"].as_str().unwrap();
    assert_eq!(read(&card["qr"]), format!("http://localhost/sign-in#card={code}"));
}

#[tokio::test]
async fn a_new_pin_ends_the_wait_for_the_old_one() {
    let centre = Centre::open().await;
    let adviser = centre.device("kari", "laptop").await;
    lock(&centre, &card_of("amina")).await;
    let card = adviser.post("/api/cards", &json!({"person": "amina"})).await.json();
    let reply = centre.try_in(card["code"].as_str().unwrap(), card["pin"].as_str().unwrap(), "phone").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn somebody_newly_registered_signs_in_with_her_first_card() {
    let centre = Centre::open().await;
    let mut adviser = centre.device("kari", "laptop").await;
    let register = person::Register {
        id: id("new-one"),
        first_name: name("Saba"),
        last_name: Some(name("Mehari")),
        phone: None,
        language: None,
        contact: None,
        shielded_with: None,
    };
    adviser.push(register).await;
    let card = adviser.post("/api/cards", &json!({"person": "new-one"})).await.json();
    let reply = centre.try_in(card["code"].as_str().unwrap(), card["pin"].as_str().unwrap(), "phone").await;
    let body = reply.json();
    assert_eq!((&body["name"], &body["role"]), (&json!("Saba Mehari"), &json!("participant")));
}

#[tokio::test]
async fn a_card_of_somebody_one_may_not_see_answers_like_one_of_nobody() {
    let centre = Centre::open().await;
    let gone = (404, "gone".to_owned());
    let adviser = centre.device("kari", "laptop").await;
    for person in ["fatuma", "nobody"] {
        assert_eq!(adviser.post("/api/cards", &json!({"person": person})).await.error(), gone, "{person}");
    }
    let manager = centre.device("bente", "desk").await;
    assert_eq!(manager.post("/api/cards", &json!({"person": "nobody"})).await.error(), gone);
    let phone = centre.phone("amina").await;
    let own = phone.post("/api/cards", &json!({"person": "amina"})).await;
    assert_eq!(own.error(), (403, "forbidden".to_owned()));
}
