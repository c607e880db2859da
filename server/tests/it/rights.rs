//! Rights over HTTP: who is told that a thing is gone, and what comes and goes with a grant.

use serde_json::{Value, json};
use shared::{
    AnyCommand,
    domain::{attendance, exception, group, look, order, packing, person, series, shield, standing},
    testkit::{date, id, name, note},
};

use crate::centre::{Centre, Device, rows};

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

/// What can be done with a participant, her place in this group and her attendance there.
fn of_person(who: &str) -> Vec<AnyCommand> {
    let (first_name, last_name, phone, language) = (name("Ny"), None, None, None);
    let (group, series, value) = (id("norsk-1"), id("sprakopplaering-1-2"), attendance::Attendance::Here);
    let mark = attendance::Set { series, date: date("2026-11-24"), person: id(who), value, seen: Vec::new() };
    let look = |at| look::Look { people: vec![id(who)], at };
    vec![
        person::Correct { id: id(who), first_name, last_name, phone, language }.into(),
        person::Assign { id: id(who), contact: id("jonas") }.into(),
        group::Enrol { group: id("norsk-1"), person: id(who) }.into(),
        group::Leave { group, person: id(who) }.into(),
        mark.into(),
        look(look::Place::Page).into(),
        look(look::Place::List).into(),
        look(look::Place::Group(id("norsk-1"))).into(),
        shield::Shield { id: id(who), with: id("bente") }.into(),
    ]
}

fn of_school(school: &str) -> Vec<AnyCommand> {
    let (day, seen) = (date("2026-11-26"), Vec::new());
    let step = packing::Step::Made;
    vec![
        order::Change { school: id(school), day, choice: order::Choice::Closed, seen: Vec::new() }.into(),
        standing::Set { school: id(school), counts: [10; 5] }.into(),
        packing::SetTick { day, school: id(school), step, done: true, seen, by: None }.into(),
    ]
}

fn of_series(series: &str) -> Vec<AnyCommand> {
    let day = date("2026-11-24");
    vec![
        series::End { series: id(series), last: None }.into(),
        exception::Cancel { series: id(series), date: day, reason: note("Syk") }.into(),
        exception::Restore { series: id(series), date: day }.into(),
    ]
}

/// Each of these gets the answer that the same gets about somebody or something that was never there.
async fn are_like_nothing(device: &mut Device<'_>, foreign: Vec<AnyCommand>, nothing: Vec<AnyCommand>) {
    for (foreign, nothing) in foreign.into_iter().zip(nothing) {
        let (name, foreign, nothing) = (foreign.name(), device.push(foreign).await, device.push(nothing).await);
        assert_eq!(foreign, nothing, "{}: {name}", device.client);
        assert_eq!(foreign["refused"]["why"], "gone", "{}: {name}", device.client);
    }
}

#[tokio::test]
async fn what_is_somebody_elses_answers_like_what_was_never_there() {
    let centre = Centre::open().await;
    // Amina is Kari's, and leads to nobody of a school.
    let mut jonas = centre.device("jonas", "jonas-pc").await;
    let mut fridalen = centre.device("fridalen", "fridalen-pc").await;
    for device in [&mut jonas, &mut fridalen] {
        are_like_nothing(device, of_person("amina"), of_person("ingen-her")).await;
        for (path, field) in
            [("/api/cards", "person"), ("/api/invitations", "staff"), ("/api/invitations/end", "staff")]
        {
            let hers = device.post(path, &json!({field: "amina"})).await;
            let nobodys = device.post(path, &json!({field: "ingen-her"})).await;
            assert_eq!((hers.status, &hers.text), (nobodys.status, &nobodys.text), "{}: {path}", device.client);
        }
        for path in ["/api/log?about=", "/api/log?by="] {
            let hers = device.get(&format!("{path}amina")).await;
            let nobodys = device.get(&format!("{path}ingen-her")).await;
            assert_eq!((hers.status, hers.text), (nobodys.status, nobodys.text), "{}: {path}", device.client);
        }
    }
    are_like_nothing(&mut fridalen, of_school("slettebakken"), of_school("ingen-skole")).await;
    // She is in the first group, and not in the second.
    let mut phone = centre.phone("amina").await;
    are_like_nothing(&mut phone, of_series("norsktrening-2-2"), of_series("ingen-serie")).await;
    // The control: with what is one's own it is otherwise.
    let look = look::Look { people: vec![id("fatuma")], at: look::Place::Page };
    assert!(jonas.push(look).await["applied"].is_u64());
    for own in of_series("sprakopplaering-1-2") {
        assert_eq!(phone.push(own).await["refused"]["why"], "forbidden");
    }
}
