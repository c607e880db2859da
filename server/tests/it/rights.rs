//! Rights over HTTP: who is told that a thing is gone, and what comes and goes with a grant.

use serde_json::{Value, json};
use shared::{
    domain::{group, order, packing, person, series},
    testkit::{date, id, name},
};

use crate::centre::{Centre, rows};

#[tokio::test]
async fn what_one_may_not_see_is_gone_and_what_one_may_not_do_is_forbidden() {
    let centre = Centre::open().await;
    let mut fridalen = centre.device("fridalen", "pc").await;
    let order = order::Change {
        school: id("slettebakken"),
        day: date("2026-11-26"),
        choice: order::Choice::Closed,
        seen: Vec::new(),
    };
    assert_eq!(fridalen.push(order).await, json!({"refused": {"why": "gone"}}));
    let tick = packing::SetTick {
        day: date("2026-11-24"),
        school: id("fridalen"),
        step: packing::Step::Made,
        done: true,
        seen: Vec::new(),
        by: None,
    };
    assert_eq!(fridalen.push(tick).await, json!({"refused": {"why": "forbidden"}}));
    let mut phone = centre.phone("amina").await;
    let end = series::End { series: id("yoga-5"), last: None };
    assert_eq!(phone.push(end).await, json!({"refused": {"why": "forbidden"}}));
}

#[tokio::test]
async fn a_participant_receives_herself_and_her_groups_only() {
    let centre = Centre::open().await;
    let mut phone = centre.phone("amina").await;
    let answer = phone.pull().await;
    let people: Vec<_> = rows(&answer, "person").iter().map(|row| row["id"].clone()).collect();
    assert_eq!(people, ["amina"]);
    assert!(rows(&answer, "mark").iter().all(|row| row["person"] == "amina"));
    assert!(rows(&answer, "enrolment").iter().all(|row| row["person"] == "amina"));
    let groups: Vec<_> = rows(&answer, "group").iter().map(|row| row["id"].clone()).collect();
    assert!(groups.contains(&json!("norsk-1")) && !groups.contains(&json!("norsk-2")), "{groups:?}");
    for kind in ["staff", "school", "order", "standing", "tick"] {
        assert!(rows(&answer, kind).is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn a_new_right_brings_its_rows_after_the_client_has_said_what_it_holds() {
    let centre = Centre::open().await;
    let mut adviser = centre.device("kari", "laptop").await;
    let mut phone = centre.phone("amina").await;
    let held = phone.pull().await["patch"]["grants"]["tags"].clone();
    adviser.push(group::Enrol { group: id("norsk-2"), person: id("amina") }).await;
    let asked = phone.pull().await;
    assert_eq!((&asked["say_held"], &asked["patch"]), (&json!(true), &Value::Null));
    let mut body = phone.standing();
    body["held"] = held;
    let reply = phone.post("/api/sync", &body).await;
    let answer = phone.take(&reply);
    assert!(answer["patch"]["grants"]["tags"].as_array().unwrap().contains(&json!("group:norsk-2")));
    assert!(rows(&answer, "group").iter().any(|row| row["id"] == "norsk-2"));
    assert!(rows(&answer, "series").iter().all(|row| row["group"] == "norsk-2"));
    assert_eq!(answer["patch"]["reset"], Value::Null);
}

#[tokio::test]
async fn a_participant_who_is_registered_here_is_hers_at_once() {
    let centre = Centre::open().await;
    let mut adviser = centre.device("kari", "laptop").await;
    let mut other = centre.device("jonas", "laptop-2").await;
    other.pull().await;
    let register = person::Register {
        id: id("new-one"),
        first_name: name("Saba"),
        last_name: None,
        phone: None,
        language: None,
        contact: None,
        shielded_with: None,
    };
    let command = [adviser.encode(register)];
    let registered = adviser.push_bytes(1, &command).await;
    assert!(rows(&registered, "person").iter().any(|row| row["id"] == "new-one"), "{}", registered["outcomes"]);
    adviser.next = 2;
    let enrolled = adviser.push(group::Enrol { group: id("jobb"), person: id("new-one") }).await;
    assert!(enrolled["applied"].is_u64(), "{enrolled}");
    assert!(rows(&other.pull().await, "person").is_empty());
}
