//! The kitchen's crew over HTTP: what is attested, what is not, and that no key ever leaves the server.

use serde_json::Value;
use shared::{
    domain::{
        crew::{Add, By, End, Symbol},
        packing::{SetTick, Step},
    },
    prim::Bytes,
    testkit::{date, id, name},
};

use crate::centre::{Centre, rows};

fn key(byte: u8) -> Bytes {
    Bytes::new([byte; 32])
}

fn add(who: &str, alias: &str, byte: u8) -> Add {
    Add { id: id(who), alias: name(alias), symbol: Symbol::Sun, salt: key(1), key: key(byte) }
}

/// A tick that says it was she, proved with this key.
fn tick(step: Step, who: &str, byte: u8) -> SetTick {
    let day = date("2026-11-24");
    let tick = SetTick { day, school: id("fridalen"), step, done: true, seen: Vec::new(), by: None };
    SetTick { by: Some(By::prove(id(who), &key(byte), &tick.said())), ..tick }
}

/// Whose hand gave the last answer to this step.
fn hand(answer: &Value, step: &str) -> Value {
    let ticks = rows(answer, "tick");
    let tick = ticks.iter().find(|row| row["school"] == "fridalen" && row["step"] == step);
    tick.and_then(|row| row["answers"].as_array()?.last().cloned()).expect("it is ticked")["hand"].clone()
}

#[tokio::test]
async fn a_right_proof_is_attested_and_any_other_tick_counts_without_it() {
    let centre = Centre::open().await;
    let mut kitchen = centre.device("kjokken", "tablet").await;
    let mut bente = centre.device("bente", "pc").await;
    bente.pull().await;
    // Somebody is added and ticks before anything is shared: one push.
    let queue = [kitchen.encode(add("k1", "Amina", 7)), kitchen.encode(tick(Step::Made, "k1", 7))];
    let answer = kitchen.push_bytes(1, &queue).await;
    assert!(answer["outcomes"][0][1]["applied"].is_u64() && answer["outcomes"][1][1]["applied"].is_u64(), "{answer}");
    kitchen.next = 3;
    assert!(kitchen.push(tick(Step::Packed, "k1", 8)).await["applied"].is_u64(), "another's PIN");
    assert!(kitchen.push(End { id: id("k1") }).await["applied"].is_u64());
    assert!(kitchen.push(tick(Step::Loaded, "k1", 7)).await["applied"].is_u64(), "she has left");
    assert!(kitchen.push(tick(Step::Delivered, "nobody", 7)).await["applied"].is_u64());
    let told = bente.pull().await;
    assert_eq!(hand(&told, "made"), "k1");
    for step in ["packed", "loaded", "delivered"] {
        assert_eq!(hand(&told, step), Value::Null, "{step}");
    }
}

#[tokio::test]
async fn a_proof_gives_nobody_a_right_and_makes_nobody_the_author() {
    let centre = Centre::open().await;
    let mut kitchen = centre.device("kjokken", "tablet").await;
    assert!(kitchen.push(add("k1", "Amina", 7)).await["applied"].is_u64());
    for (login, client) in [("kari", "kari-pc"), ("fridalen", "school-pc")] {
        let mut device = centre.device(login, client).await;
        let outcome = device.push(tick(Step::Made, "k1", 7)).await;
        let why = outcome["refused"]["why"].as_str().unwrap_or_default();
        assert!(["forbidden", "gone"].contains(&why), "{login}: {outcome}");
    }
    assert!(kitchen.push(tick(Step::Made, "k1", 7)).await["applied"].is_u64());
    let ticks = rows(&centre.device("bente", "pc").await.pull().await, "tick");
    let made: Vec<_> = ticks.iter().filter(|row| row["school"] == "fridalen" && row["step"] == "made").collect();
    let [made] = &made[..] else { panic!("{made:?}") };
    let answers = made["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 1, "of those who may: {made}");
    let told = (&answers[0]["by"], &answers[0]["id"], &answers[0]["hand"]);
    assert_eq!(told, (&"kjokken".into(), &"tablet.2".into(), &"k1".into()), "the kitchen's, from its own client");
}

#[tokio::test]
async fn the_key_of_a_pin_is_sent_to_nobody() {
    let centre = Centre::open().await;
    let mut kitchen = centre.device("kjokken", "tablet").await;
    assert!(kitchen.push(add("k1", "Amina", 7)).await["applied"].is_u64());
    let digits = "07".repeat(32);
    let devices = [
        (centre.device("kjokken", "tablet-2").await, 1),
        (centre.device("bente", "pc").await, 1),
        (centre.device("kari", "kari-pc").await, 0),
        (centre.device("fridalen", "school-pc").await, 0),
        (centre.phone("amina").await, 0),
    ];
    for (mut device, crew) in devices {
        let answer = device.pull().await;
        assert!(rows(&answer, "crew-key").is_empty(), "{}", device.client);
        assert!(!answer.to_string().contains(&digits), "{}", device.client);
        assert_eq!(rows(&answer, "crew").len(), crew, "{}", device.client);
    }
}
