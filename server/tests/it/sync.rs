//! `POST /api/sync`: commands are judged once and in order; pulls bring what has changed.

use std::io::Write as _;

use axum::{
    body::{Body, to_bytes},
    http::{Request, header::ACCEPT_ENCODING},
};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use shared::{
    domain::{
        day_off,
        order::{self, Choice, Verdict},
    },
    sync::version,
    testkit::{date, id, name},
};
use tower::ServiceExt as _;

use crate::centre::{Centre, Device, post, rows};

const TODAY: &str = "2026-11-24";
const THURSDAY: &str = "2026-11-26";

fn order(day: &str, count: i64) -> order::Change {
    order::Change { school: id("slettebakken"), day: date(day), choice: Choice::Count(count), seen: Vec::new() }
}

/// The order of a day, as far as the answer carries it.
fn order_in(answer: &Value, day: &str) -> Value {
    rows(answer, "order").into_iter().find(|row| row["day"] == day).unwrap_or_default()
}

#[tokio::test]
async fn the_first_pull_brings_what_she_may_see_and_nothing_else() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let answer = school.pull().await;
    let patch = &answer["patch"];
    assert_eq!((&patch["reset"], &patch["grants"]["role"]), (&json!(true), &json!("school")));
    let schools = rows(&answer, "school");
    assert_eq!(schools.len(), 1);
    assert_eq!(schools[0]["id"], "slettebakken");
    assert_eq!(rows(&answer, "menu").len(), 10);
    for kind in ["person", "enrolment", "mark", "group"] {
        assert_eq!(rows(&answer, kind), [Value::Null; 0], "{kind}");
    }
    let again = school.pull().await;
    assert_eq!((&again["patch"]["rows"], &again["patch"]["reset"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_first_pull_travels_in_a_tenth_of_its_size() {
    let centre = Centre::open().await;
    let device = centre.device("kari", "pc").await;
    let request = |coding: Option<&str>| {
        let mut request = post("/api/sync", device.standing().to_string());
        request.headers_mut().insert("cookie", device.cookie.parse().unwrap());
        request.headers_mut().extend(coding.map(|coding| (ACCEPT_ENCODING, coding.parse().unwrap())));
        request
    };
    let length = async |coding: Option<&str>| {
        let response = centre.app.clone().oneshot(request(coding)).await.unwrap();
        let said = response.headers().get("content-encoding").map(|said| said.to_str().unwrap().to_owned());
        assert_eq!(said.as_deref(), coding);
        to_bytes(response.into_body(), usize::MAX).await.unwrap().len()
    };
    let plain = length(None).await;
    let (brotli, gzip) = (length(Some("br")).await, length(Some("gzip")).await);
    assert!(brotli * 10 < plain && gzip * 8 < plain, "{plain} B, brotli {brotli} B, gzip {gzip} B");
}

#[tokio::test]
async fn a_command_is_applied_once_however_often_it_is_sent() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    school.pull().await;
    let command = [school.encode(order(THURSDAY, 58))];
    let first = school.push_bytes(1, &command).await;
    assert!(first["outcomes"][0][1]["applied"].is_u64(), "{first}");
    assert_eq!(order_in(&first, THURSDAY)["answers"][0]["value"], json!({"count": 58}));
    let second = school.push_bytes(1, &command).await;
    assert_eq!((&second["last_seq"], &second["outcomes"]), (&json!(1), &first["outcomes"]));
    assert_eq!(second["patch"]["to"], first["patch"]["to"]);
    assert_eq!(order_in(&second, THURSDAY), Value::Null);
}

#[tokio::test]
async fn a_number_used_twice_for_different_things_is_refused_alone() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    school.push(order(THURSDAY, 58)).await;
    let commands = [school.encode(order(THURSDAY, 59)), school.encode(order(THURSDAY, 60))];
    let answer = school.push_bytes(1, &commands).await;
    assert_eq!(answer["outcomes"][0][1]["refused"]["why"], "reused-id");
    assert!(answer["outcomes"][1][1]["applied"].is_u64(), "{answer}");
}

#[tokio::test]
async fn after_a_gap_the_client_is_told_where_it_stands() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    school.push(order(THURSDAY, 58)).await;
    let command = [school.encode(order(THURSDAY, 59))];
    let answer = school.push_bytes(3, &command).await;
    assert_eq!((&answer["last_seq"], &answer["outcomes"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name_and_the_queue_goes_on() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let good = school.encode(order(THURSDAY, 58));
    let commands = [
        good.replace("order.change", "order.eat"),
        good.replace("slettebakken", "NO ID"),
        r#"{"what":"is this"}"#.to_owned(),
        "7".to_owned(),
        good.replace("58", "5001"),
        good.clone(),
    ];
    let answer = school.push_bytes(1, &commands).await;
    let why = |index: usize| answer["outcomes"][index][1]["refused"]["why"].clone();
    assert_eq!(answer["outcomes"][0][1]["refused"], json!({"why": "unknown-command", "name": "order.eat"}));
    assert_eq!([why(1), why(2), why(3)], ["malformed", "malformed", "malformed"]);
    assert_eq!(why(4), "out-of-range");
    assert!(answer["outcomes"][5][1]["applied"].is_u64(), "{answer}");
    assert_eq!(answer["last_seq"], 6);
}

#[tokio::test]
async fn a_command_of_a_later_schema_waits_for_a_later_server() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let good = school.encode(order(THURSDAY, 58));
    let later = good.replace("order.change", "order.eat").replace("\"schema\":1", "\"schema\":999");
    let answer = school.push_bytes(1, &[good.clone(), later, good]).await;
    assert_eq!((&answer["last_seq"], &answer["server_is_older"]), (&json!(1), &json!(true)));
}

#[tokio::test]
async fn what_a_later_app_says_beside_its_commands_is_passed_over_and_gives_no_rights() {
    let centre = Centre::open().await;
    let school = centre.device("slettebakken", "pc").await;
    let plain = school.standing();
    let mut later = plain.clone();
    for (field, value) in [
        ("user", json!("bente")),
        ("role", json!("manager")),
        ("centre", json!("elsewhere")),
        ("grants", json!({"role": "manager", "tags": ["all", "named"]})),
        ("keeping", json!("in-memory")),
        ("server_time", json!(0)),
    ] {
        later[field] = value;
    }
    let (mut plain, mut later) =
        (school.post("/api/sync", &plain).await.json(), school.post("/api/sync", &later).await.json());
    for answer in [&mut plain, &mut later] {
        answer["server_time"].take();
    }
    assert!(!rows(&plain, "school").is_empty(), "there is something to compare");
    assert_eq!(plain, later);
    // It must learn that it has come to an older server, and not that it speaks gibberish.
    let command = school.encode(order(THURSDAY, 58));
    let command = command.replace("order.change", "order.eat").replace("\"schema\":1", "\"schema\":999");
    let push = format!(r#"{{"schema":999,"client":"pc","later":true,"first":1,"commands":[{command}]}}"#);
    let answer = school.send(post("/api/sync", push)).await.json();
    assert_eq!((&answer["last_seq"], &answer["server_is_older"]), (&json!(0), &json!(true)), "{answer}");
}

#[tokio::test]
async fn a_late_order_becomes_a_question_and_the_answer_reaches_the_school() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let mut kitchen = centre.device("kjokken", "tablet").await;
    school.pull().await;
    kitchen.pull().await;
    school.push(order(TODAY, 66)).await;
    let asked = order_in(&kitchen.pull().await, TODAY);
    assert_eq!((&asked["answers"], &asked["late"][0]["before"]), (&json!([]), &json!(60)));
    let question = asked["late"][0]["id"].as_str().unwrap().into();
    let answer = order::AnswerLate {
        school: id("slettebakken"),
        day: date(TODAY),
        question,
        verdict: Verdict::Count(64),
        by: None,
    };
    kitchen.push(answer).await;
    let answered = order_in(&school.pull().await, TODAY);
    assert_eq!(answered["late"][0]["answer"]["verdict"], json!({"count": 64}));
    assert_eq!(answered["answers"][0]["value"], json!({"count": 64}));
}

#[tokio::test]
async fn what_is_gone_is_told_to_those_who_had_it() {
    let centre = Centre::open().await;
    let mut adviser = centre.device("kari", "laptop").await;
    let mut phone = centre.phone("amina").await;
    adviser.push(day_off::Declare { date: date("2026-12-18"), reason: name("Juleavslutning") }).await;
    phone.pull().await;
    adviser.push(day_off::Withdraw { date: date("2026-12-18") }).await;
    let answer = phone.pull().await;
    assert_eq!(answer["patch"]["gone"], json!([["day-off", "2026-12-18"]]));
}

#[tokio::test]
async fn many_pushes_at_once_are_all_answered() {
    let centre = Centre::open().await;
    let mut devices = Vec::new();
    for number in 0..8 {
        devices.push(centre.device("slettebakken", &format!("pc-{number}")).await);
    }
    let pushes = devices.iter_mut().zip(0..).map(|(device, number): (&mut Device<'_>, i64)| async move {
        let command = [device.encode(order(THURSDAY, 50 + number))];
        device.push_bytes(1, &command).await["last_seq"].clone()
    });
    let answers = futures_util::future::join_all(pushes).await;
    assert_eq!(answers, vec![json!(1); 8]);
    let answer = centre.device("kjokken", "tablet").await.pull().await;
    assert_eq!(order_in(&answer, THURSDAY)["answers"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn while_the_disk_fails_nothing_is_acknowledged_and_afterwards_nothing_is_lost() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let before = school.pull().await["patch"]["to"].clone();
    let command = school.encode(order(THURSDAY, 58));
    let body = format!(r#"{{"schema":1,"client":"pc","first":1,"commands":[{command}]}}"#);
    centre.meddle("create trigger broken before update on centre begin select raise(abort, 'planted'); end").await;
    let reply = school.send(post("/api/sync", body)).await;
    assert_eq!(reply.error(), (503, "not-yet".to_owned()));
    assert_eq!(reply.header("retry-after"), "1");
    let read = school.pull().await;
    assert_eq!((&read["last_seq"], &read["patch"]["to"]), (&json!(0), &before));
    centre.meddle("drop trigger broken").await;
    let answer = school.push_bytes(1, &[command]).await;
    assert_eq!(order_in(&answer, THURSDAY)["answers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_cursor_of_another_history_begins_anew() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    school.pull().await;
    school.cursor["history"] = "another".into();
    let answer = school.pull().await;
    assert_eq!(answer["patch"]["reset"], true);
    assert_eq!(rows(&answer, "school").len(), 1);
}

#[tokio::test]
async fn a_cursor_from_the_future_begins_anew() {
    let centre = Centre::open().await;
    let mut school = centre.device("slettebakken", "pc").await;
    let whole = school.pull().await["patch"].clone();
    let now = version::after(0, centre.clock.now());
    for ahead in [now + 1, now + 1_000_000, u64::MAX] {
        school.cursor["version"] = ahead.into();
        let patch = school.pull().await["patch"].clone();
        assert_eq!((&patch["reset"], &patch["to"]), (&json!(true), &whole["to"]), "{ahead}");
        assert_eq!(patch["rows"], whole["rows"], "{ahead}");
    }
    // A push is answered from the last commits in memory where they suffice; here they do not.
    school.push(order(THURSDAY, 58)).await;
    school.cursor["version"] = (now + 1_000).into();
    let command = [school.encode(order(THURSDAY, 59))];
    let answer = school.push_bytes(2, &command).await;
    let applied = &answer["outcomes"][0][1]["applied"];
    assert!(applied.as_u64() > Some(0), "{answer}");
    assert_eq!((&answer["patch"]["reset"], &answer["patch"]["to"]["version"]), (&json!(true), applied));
    assert_eq!(order_in(&answer, THURSDAY)["answers"].as_array().map(Vec::len), Some(2));
    assert_eq!(rows(&answer, "school").len(), 1);
}

#[tokio::test]
async fn a_client_that_is_not_hers_is_refused() {
    let centre = Centre::open().await;
    let mut owner = centre.device("kari", "laptop").await;
    let before = owner.pull().await;
    let mut school = centre.device("slettebakken", "pc").await;
    // What she may do, under the very number that comes next.
    let command = school.encode(order(THURSDAY, 58));
    for client in ["laptop", "never-signed-in"] {
        school.client = client.to_owned();
        let reply = school.post("/api/sync", &school.standing()).await;
        assert_eq!(reply.error(), (403, "foreign-client".to_owned()), "{client}");
        let push = format!(r#"{{"schema":{},"client":"{client}","first":1,"commands":[{command}]}}"#, shared::SCHEMA);
        let reply = school.send(post("/api/sync", push)).await;
        assert_eq!(reply.error(), (403, "foreign-client".to_owned()), "a push as {client}");
    }
    let after = owner.pull().await;
    assert_eq!(after["last_seq"], before["last_seq"]);
    assert_eq!((&after["patch"]["to"], &after["patch"]["rows"]), (&before["patch"]["to"], &Value::Null));
    // Under her own client the same bytes are judged.
    school.client = "pc".to_owned();
    let answer = school.push_bytes(1, &[command]).await;
    assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
}

#[tokio::test]
async fn a_client_that_is_too_old_is_judged_but_sent_nothing() {
    let centre = Centre::open().await;
    let school = centre.device("slettebakken", "pc").await;
    let command = school.encode(order(THURSDAY, 58));
    let body = format!(r#"{{"schema":0,"client":"pc","first":1,"commands":[{command}]}}"#);
    let reply = school.send(post("/api/sync", body)).await;
    assert_eq!(reply.status, 426);
    let answer = reply.json();
    assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
    assert_eq!(answer["patch"], Value::Null);
}

#[tokio::test]
async fn a_body_that_is_no_request_is_refused_by_what_is_wrong_with_it() {
    let centre = Centre::open().await;
    let school = centre.device("slettebakken", "pc").await;
    let big = format!(r#"{{"schema":1,"client":"pc","commands":["{}"]}}"#, "x".repeat(256 * 1024));
    assert_eq!(school.send(post("/api/sync", big)).await.error(), (413, "too-large".to_owned()));
    for body in ["", "nonsense", r#"{"schema":1}"#, r#"{"schema":1,"client":"PC"}"#] {
        let reply = school.send(post("/api/sync", body.to_owned())).await;
        assert_eq!(reply.error(), (400, "malformed".to_owned()), "{body}");
        assert!(reply.json()["detail"].is_string());
    }
    let mut form = post("/api/sync", "{}".to_owned());
    form.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(school.send(form).await.error(), (415, "not-json".to_owned()));
    let far = json!({"schema": 1, "client": "pc", "first": u64::MAX, "commands": [{}]});
    assert_eq!(school.post("/api/sync", &far).await.error(), (400, "malformed".to_owned()));
}

/// A request whose body says it is packed in `encoding`.
fn packed(encoding: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = post("/api/sync", String::new()).map(|_| body.into());
    request.headers_mut().insert("content-encoding", encoding.parse().unwrap());
    request
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut way = GzEncoder::new(Vec::new(), Compression::best());
    way.write_all(plain).unwrap();
    way.finish().unwrap()
}

#[tokio::test]
async fn a_packed_body_is_judged_as_if_it_were_not() {
    let centre = Centre::open().await;
    let school = centre.device("slettebakken", "pc").await;
    let command = school.encode(order(THURSDAY, 58));
    let body = format!(r#"{{"schema":{},"client":"pc","first":1,"commands":[{command}]}}"#, shared::SCHEMA);
    let reply = school.send(packed("gzip", gzip(body.as_bytes()))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.json()["outcomes"][0][1]["applied"].is_u64(), "{}", reply.text);
}

#[tokio::test]
async fn a_packed_body_that_is_broken_or_swells_is_refused() {
    let centre = Centre::open().await;
    let school = centre.device("slettebakken", "pc").await;
    let bomb = gzip(&vec![b' '; 64 * 1024 * 1024]);
    assert!(bomb.len() < server::MOST_BYTES, "{} bytes pass the limit of what is sent", bomb.len());
    assert_eq!(school.send(packed("gzip", bomb)).await.error(), (413, "too-large".to_owned()));
    let whole = gzip(b"{}");
    for broken in [b"{}".to_vec(), whole[..whole.len() - 9].to_vec(), Vec::new()] {
        assert_eq!(school.send(packed("gzip", broken)).await.error(), (400, "malformed".to_owned()));
    }
    for unknown in ["br", "gzip, gzip", "x"] {
        assert_eq!(school.send(packed(unknown, whole.clone())).await.status, 415, "{unknown}");
    }
}
