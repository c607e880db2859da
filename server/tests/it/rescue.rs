//! `POST /api/rescue`: what a device could not share is taken in at a desk, once.

use std::{io, time::Duration};

use axum::body::{Body, Bytes};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use shared::{
    domain::{
        look::{Look, Place},
        packing::{SetTick, Step},
        shield::Shield,
    },
    prim::seal::Cipher,
    sync::rescue::PLACE,
    testkit::{date, id},
};
use tokio::time::timeout;

use crate::centre::{Centre, Device, post, rows};

fn tick(step: Step) -> SetTick {
    SetTick { day: date("2026-11-24"), school: id("fridalen"), step, done: true, seen: Vec::new(), by: None }
}

/// The key that came with signing in.
async fn key(centre: &Centre, login: &str, client: &str) -> [u8; 32] {
    let reply = centre.try_in(login, "minvei-demo", client).await.json();
    STANDARD.decode(reply["key"].as_str().unwrap()).unwrap().try_into().unwrap()
}

fn file(key: [u8; 32], first: u64, commands: &[String]) -> Value {
    let plain = format!(r#"{{"first":{first},"commands":[{}]}}"#, commands.join(","));
    let sealed = Cipher::new(key).close(PLACE, [7; 24], plain.as_bytes());
    json!({"user": "kjokken", "client": "tablet", "sealed": STANDARD.encode(sealed)})
}

/// A tablet that has shared one tick, and two that it could not share.
async fn stranded(centre: &Centre) -> (Device<'_>, [u8; 32], Vec<String>) {
    let key = key(centre, "kjokken", "tablet").await;
    let mut tablet = centre.device("kjokken", "tablet").await;
    tablet.push(tick(Step::Made)).await;
    let commands = vec![tablet.encode(tick(Step::Packed)), tablet.encode(tick(Step::Loaded))];
    (tablet, key, commands)
}

#[tokio::test]
async fn what_could_not_be_shared_is_taken_in_and_happens_once() {
    let centre = Centre::open().await;
    let (mut tablet, key, mut commands) = stranded(&centre).await;
    commands.push("{}".to_owned());
    // What somebody has looked at is taken in with it, and not counted.
    commands.push(tablet.encode(Look { people: vec![id("amina")], at: Place::Page }));
    let desk = centre.device("kari", "desk").await;
    for _ in 0..2 {
        let taken = desk.post("/api/rescue", &file(key, 2, &commands)).await;
        assert_eq!(taken.json(), json!({"applied": 2, "refused": 1, "waiting": 0}), "{}", taken.text);
    }
    let answer = tablet.push_bytes(2, &commands).await;
    assert_eq!(answer["last_seq"], 5);
    assert_eq!(answer["outcomes"].as_array().unwrap().len(), 4);
    let all = centre.device("kjokken", "eye").await.pull().await;
    let ticks = rows(&all, "tick");
    let answers: Vec<_> = ticks.iter().flat_map(|row| row["answers"].as_array().unwrap()).collect();
    assert_eq!(answers.len(), 3);
    assert!(answers.iter().all(|answer| answer["by"] == "kjokken"));
}

#[tokio::test]
async fn a_gap_before_the_file_is_told() {
    let centre = Centre::open().await;
    let (_tablet, key, commands) = stranded(&centre).await;
    let desk = centre.device("kari", "desk").await;
    let taken = desk.post("/api/rescue", &file(key, 4, &commands)).await;
    assert_eq!(taken.json(), json!({"applied": 0, "refused": 0, "waiting": 2}));
}

#[tokio::test]
async fn nobody_takes_in_what_the_client_has_not_sealed() {
    let centre = Centre::open().await;
    let (_tablet, key, commands) = stranded(&centre).await;
    let desk = centre.device("kari", "desk").await;
    let whole = file(key, 2, &commands);
    let with = |field: &str, value: &str| {
        let mut file = whole.clone();
        file[field] = value.into();
        file
    };
    for bad in [
        file([8; 32], 2, &commands),
        with("user", "bente"),
        with("client", "desk"),
        with("client", "nobody"),
        with("sealed", "AAAA"),
        with("sealed", "?"),
    ] {
        let reply = desk.post("/api/rescue", &bad).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]), (400, &json!("malformed")), "{bad}");
    }
    let phone = centre.phone("amina").await;
    assert_eq!(phone.post("/api/rescue", &whole).await.error(), (403, "forbidden".to_owned()));
    let kitchen = centre.device("kjokken", "other").await;
    assert_eq!(kitchen.post("/api/rescue", &whole).await.error(), (403, "forbidden".to_owned()));
}

#[tokio::test]
async fn a_file_is_read_only_of_whoever_may_take_one_in() {
    let centre = Centre::open().await;
    let (phone, desk) = (centre.phone("amina").await, centre.device("kari", "desk").await);
    // It never comes: whoever waited for it would wait for ever.
    let nothing =
        || post("/api/rescue", String::new()).map(|_| Body::from_stream(stream::pending::<io::Result<Bytes>>()));
    let refused = timeout(Duration::from_secs(10), phone.send(nothing())).await.expect("an answer without the file");
    assert_eq!(refused.error(), (403, "forbidden".to_owned()));
    assert!(timeout(Duration::from_millis(200), desk.send(nothing())).await.is_err(), "hers is waited for");
}

#[tokio::test]
async fn files_that_stand_still_leave_room_for_small_things_and_none_for_another() {
    let centre = Centre::open().await;
    let desk = centre.device("kari", "desk").await;
    // Longer than what is free, and then nothing.
    let begun = || stream::iter([Ok(Bytes::from(vec![b' '; 100_000]))]).chain(stream::pending::<io::Result<Bytes>>());
    let stalled = || desk.send(post("/api/rescue", String::new()).map(|_| Body::from_stream(begun())));
    let mut held = Vec::new();
    let refused = loop {
        assert!(held.len() < 64, "all of them have found room");
        let mut one = Box::pin(stalled());
        let answered = timeout(Duration::from_secs(1), &mut one).await;
        match answered {
            Ok(reply) => break reply,
            Err(_) => held.push(one),
        }
    };
    assert_eq!((held.len(), refused.error()), (3, (503, "not-yet".to_owned())));
    assert_eq!(refused.header("retry-after"), "1");
    let other = centre.device("slettebakken", "pc").await;
    assert_eq!(other.post("/api/sync", &other.standing()).await.status, 200);
    drop(held);
    let large = json!({"user": "kjokken", "client": "tablet", "sealed": "A".repeat(1_000_000)});
    assert_eq!(desk.post("/api/rescue", &large).await.error().0, 400, "read, and found wanting");
}

#[tokio::test]
async fn the_file_of_a_protected_person_is_answered_as_a_damaged_one() {
    let centre = Centre::open().await;
    let phone = centre.phone("amina").await;
    let key = phone.get("/api/key").await.json()["key"].as_str().unwrap().to_owned();
    let key: [u8; 32] = STANDARD.decode(key).unwrap().try_into().unwrap();
    let mut hers = file(key, 1, &[]);
    (hers["user"], hers["client"]) = ("amina".into(), phone.client.clone().into());
    let mut kari = centre.device("kari", "desk").await;
    let before = kari.post("/api/rescue", &hers).await;
    assert_eq!(before.status, 200, "the control: it is hers, and whole: {}", before.text);
    let mut damaged = hers.clone();
    (damaged["user"], damaged["sealed"]) = ("sara".into(), "AAAA".into());
    let damaged = kari.post("/api/rescue", &damaged).await;
    assert_eq!(damaged.error(), (400, "malformed".to_owned()));
    assert!(kari.push(Shield { id: id("amina"), with: id("bente") }).await["applied"].is_u64());
    // Nor is it told to those who are named.
    for desk in [kari, centre.device("bente", "pc").await, centre.page("bente", "minvei-demo").await] {
        let reply = desk.post("/api/rescue", &hers).await;
        assert_eq!((reply.status, reply.text), (damaged.status, damaged.text.clone()), "{}", desk.client);
    }
}
