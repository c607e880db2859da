//! `GET /api/live`: a poke for those whose rows changed, and for nobody else.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, header::COOKIE},
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use shared::{
    domain::{day_off, group, order},
    testkit::{date, id, name},
};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::centre::{Centre, Device, post};

const HOUR: i64 = 60 * 60 * 1000;

/// A device's live channel.
struct Channel(BodyDataStream);

impl Channel {
    async fn open(device: &Device<'_>) -> Self {
        let request = Request::get("/api/live").header(COOKIE, &device.cookie).body(Body::empty()).unwrap();
        let response = device.centre.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response.into_body().into_data_stream())
    }

    /// The version of the next poke, or `None` at the end of the channel.
    async fn next(&mut self) -> Option<u64> {
        let bytes = timeout(Duration::from_secs(10), self.0.next()).await.expect("a poke in time")?;
        let text = String::from_utf8(bytes.unwrap().to_vec()).unwrap();
        let data = text.strip_prefix("data: ").unwrap_or_else(|| panic!("no event: {text:?}"));
        let poke: Value = serde_json::from_str(data.trim()).unwrap();
        poke["version"].as_u64()
    }
}

fn order() -> order::Change {
    let choice = order::Choice::Count(58);
    order::Change { school: id("slettebakken"), day: date("2026-11-26"), choice, seen: Vec::new() }
}

fn version(outcome: &Value) -> Option<u64> {
    outcome["applied"].as_u64()
}

#[tokio::test]
async fn the_channel_says_where_it_stands_and_then_what_has_changed() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let mut kitchen = centre.device("kjokken", "tablet").await;
    let begin = kitchen.pull().await["patch"]["to"]["version"].as_u64();
    let mut channel = Channel::open(&kitchen).await;
    assert_eq!(channel.next().await, begin);
    let ordered = school.push(order()).await;
    assert_eq!(channel.next().await, version(&ordered));
}

#[tokio::test]
async fn nobody_is_woken_for_what_is_not_hers() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let mut adviser = centre.device("kari", "laptop").await;
    let phone = centre.phone("amina").await;
    let mut channel = Channel::open(&phone).await;
    channel.next().await;
    school.push(order()).await;
    let red_day = adviser.push(day_off::Declare { date: date("2026-12-18"), reason: name("Fri") }).await;
    assert_eq!(channel.next().await, version(&red_day));
}

#[tokio::test]
async fn whoever_gains_a_right_is_woken_and_hears_of_it_from_then_on() {
    let centre = Centre::open().await;
    let mut adviser = centre.device("kari", "laptop").await;
    let phone = centre.phone("amina").await;
    let mut channel = Channel::open(&phone).await;
    channel.next().await;
    let enrolled = adviser.push(group::Enrol { group: id("norsk-2"), person: id("amina") }).await;
    assert_eq!(channel.next().await, version(&enrolled));
}

#[tokio::test]
async fn the_channel_ends_with_its_session() {
    let centre = Centre::open().await;
    let laptop = centre.device("kari", "laptop").await;
    let other = centre.device("kari", "laptop-2").await;
    let mut channel = Channel::open(&laptop).await;
    channel.next().await;
    other.send(post("/api/sign-out", String::new())).await;
    laptop.send(post("/api/sign-out", String::new())).await;
    assert_eq!(channel.next().await, None);
}

#[tokio::test]
async fn a_new_card_ends_the_channels_of_the_old_one_and_no_others() {
    let centre = Centre::open().await;
    let mut adviser = centre.device("kari", "laptop").await;
    let (amina, genet) = (centre.phone("amina").await, centre.phone("genet").await);
    let (mut hers, mut anothers) = (Channel::open(&amina).await, Channel::open(&genet).await);
    assert!(hers.next().await.is_some() && anothers.next().await.is_some());
    let card = adviser.post("/api/cards", &json!({"person": "amina"})).await;
    assert_eq!(card.status, 200, "{}", card.text);
    assert_eq!(hers.next().await, None);
    let red_day = adviser.push(day_off::Declare { date: date("2026-12-18"), reason: name("Fri") }).await;
    assert_eq!(anothers.next().await, version(&red_day));
}

#[tokio::test]
async fn the_channel_ends_when_its_session_reaches_its_end() {
    let centre = Centre::open().await;
    let phone = centre.phone("amina").await;
    let laptop = centre.device("slettebakken", "laptop").await;
    // A school is signed in for twelve hours, of which some seconds are left; a card lasts longer.
    centre.clock.advance(12 * HOUR - 5_000);
    let (mut short, mut long) = (Channel::open(&laptop).await, Channel::open(&phone).await);
    assert!(short.next().await.is_some() && long.next().await.is_some());
    assert_eq!(short.next().await, None);
    assert_eq!(laptop.get("/api/me").await.status, 401);
    let mut adviser = centre.device("jonas", "desk").await;
    let red_day = adviser.push(day_off::Declare { date: date("2026-12-18"), reason: name("Fri") }).await;
    assert_eq!(long.next().await, version(&red_day));
}

#[tokio::test]
async fn the_channel_of_staff_lasts_while_they_do_something() {
    let centre = Centre::open().await;
    let (laptop, deserted) = (centre.device("kari", "laptop").await, centre.device("jonas", "desk").await);
    // Half an hour without a sign of anybody, of which some seconds are left.
    centre.clock.advance(HOUR / 2 - 6_000);
    let (mut hers, mut his) = (Channel::open(&laptop).await, Channel::open(&deserted).await);
    assert!(hers.next().await.is_some() && his.next().await.is_some());
    assert_eq!(laptop.post("/api/here", &json!({})).await.status, 204);
    assert_eq!(his.next().await, None);
    let mut adviser = centre.device("jonas", "desk-2").await;
    let red_day = adviser.push(day_off::Declare { date: date("2026-12-18"), reason: name("Fri") }).await;
    assert_eq!(hers.next().await, version(&red_day));
}
