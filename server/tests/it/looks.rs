//! Who looked at whom, who tried in vain to sign in, and what of it a manager looks through.

use std::time::Duration;

use serde_json::{Value, json};
use server::demo;
use shared::{
    Role,
    domain::look::{Look, Place},
    testkit::id,
};

use crate::centre::{Centre, Device, card_of, rows};

/// Twenty minutes: shorter than the sessions of staff last.
const WHILE: i64 = 20 * 60 * 1_000;

fn page_of(person: &str) -> Look {
    Look { people: vec![id(person)], at: Place::Page }
}

/// Every entry she is shown, as name and whom it is about, newest first.
async fn log_of(device: &Device<'_>, query: &str) -> Vec<(String, Value)> {
    let log = device.get(&format!("/api/log{query}")).await.json();
    let lines = log.as_array().unwrap().iter();
    lines.map(|line| (line["name"].as_str().unwrap().to_owned(), line["about"].clone())).collect()
}

/// The items of a manager's review.
async fn review(device: &Device<'_>) -> Vec<Value> {
    device.get("/api/log/review").await.json()["items"].as_array().unwrap().clone()
}

/// The entries of tries in vain, as soon as there are so many: nobody waits for them to be written.
async fn tries(device: &Device<'_>, count: usize) -> Vec<Value> {
    for _ in 0..500 {
        let log = device.get("/api/log").await.json();
        let lines = log.as_array().unwrap().iter();
        let tries: Vec<_> = lines.filter(|line| line["name"] == "sign-in.wrong").cloned().collect();
        if tries.len() >= count {
            return tries;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} entries never came");
}

#[tokio::test]
async fn a_look_is_in_her_log_when_it_is_shared_and_nowhere_else() {
    let centre = Centre::open().await;
    let mut kari = centre.device("kari", "pc").await;
    kari.pull().await;
    // Made on a train, shared a while later; sent twice, since the first answer was lost.
    let text = kari.encode(page_of("amina"));
    centre.clock.advance(WHILE);
    let amina = centre.phone("amina").await;
    assert_eq!(log_of(&amina, "").await.len(), 1, "that she signed in");
    for _ in 0..2 {
        let answer = kari.push_bytes(1, std::slice::from_ref(&text)).await;
        assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
        assert!(["person", "mark", "enrolment"].iter().all(|kind| rows(&answer, kind).is_empty()), "{answer}");
    }
    let log = amina.get("/api/log").await.json();
    assert_eq!(log.as_array().unwrap().len(), 2, "{log}");
    let line = &log[0];
    let told = (&line["name"], &line["what"], &line["by_name"]);
    assert_eq!(told, (&"person.look".into(), &"person/amina".into(), &"Kari Nilsen".into()));
    let waited = line["at"].as_i64().unwrap() - line["made_at"].as_i64().unwrap();
    assert!((WHILE..2 * WHILE).contains(&waited), "{waited}");
    assert!(log_of(&kari, "").await.contains(&("person.look".to_owned(), "amina".into())), "she sees what she did");
}

#[tokio::test]
async fn a_list_is_one_command_and_an_entry_for_each_of_hers() {
    let centre = Centre::open().await;
    let people: Vec<_> = demo::accounts().into_iter().filter(|one| one.role == Role::Participant).collect();
    let list = || Look { people: people.iter().map(|one| one.user.cast()).collect(), at: Place::List };
    let mut kari = centre.device("kari", "pc").await;
    assert!(kari.push(list()).await["applied"].is_u64());
    assert_eq!(log_of(&kari, "").await.len(), 1 + 12, "her sign-in, and her participants");
    let mut bente = centre.device("bente", "bente-pc").await;
    assert!(bente.push(list()).await["applied"].is_u64());
    assert_eq!(log_of(&bente, "?by=bente").await.len(), 1 + people.len());
}

#[tokio::test]
async fn whoever_may_not_see_her_leaves_nothing_and_neither_does_the_kitchen() {
    let centre = Centre::open().await;
    let amina = centre.phone("amina").await;
    let mut jonas = centre.device("jonas", "jonas-pc").await;
    let mut kitchen = centre.device("kjokken", "tablet").await;
    for device in [&mut jonas, &mut kitchen] {
        device.pull().await;
        assert_eq!(device.push(page_of("amina")).await["refused"]["why"], "gone");
    }
    assert_eq!(log_of(&amina, "").await.len(), 1, "that she signed in");
    assert_eq!(log_of(&kitchen, "").await, [("sign-in".to_owned(), Value::Null)]);
    // The control: whoever may see her is told of.
    let mut kari = centre.device("kari", "pc").await;
    kari.push(page_of("amina")).await;
    assert_eq!(log_of(&amina, "").await.len(), 2);
}

#[tokio::test]
async fn a_try_in_vain_is_told_once_an_hour_with_how_many_there_were() {
    let centre = Centre::open().await;
    let bente = centre.device("bente", "pc").await;
    let card = card_of("amina");
    for secret in ["0000", "1111", "2222"] {
        assert_eq!(centre.try_in(&card, secret, "phone").await.error().0, 401);
    }
    // There is nobody it could be about.
    assert_eq!(centre.try_in("NS-2222-22", "0000", "phone").await.error().0, 401);
    assert_eq!(centre.try_in("nobody", "0000", "phone").await.error().0, 401);
    let first = tries(&bente, 1).await;
    let told = (&first[0]["about"], &first[0]["by"], &first[0]["by_name"], &first[0]["what"]);
    assert_eq!(told, (&"amina".into(), &Value::Null, &Value::Null, &"tries/1".into()));
    let amina = centre.phone("amina").await;
    let all = tries(&bente, 2).await;
    assert_eq!((all.len(), &all[0]["what"]), (2, &"tries/2".into()), "the others, before she signed in");
    let hers: Vec<String> = log_of(&amina, "").await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(hers, ["sign-in", "sign-in.wrong", "sign-in.wrong"], "she reads it too");
    assert_eq!(tries(&bente, 2).await.len(), 2);
}

#[tokio::test]
async fn a_password_tried_at_an_open_page_is_told_too() {
    let centre = Centre::open().await;
    let bente = centre.device("bente", "pc").await;
    let kari = centre.device("kari", "kari-pc").await;
    assert_eq!(kari.post("/api/passkeys/begin", &json!({"secret": "wrong"})).await.error().0, 403);
    assert_eq!(tries(&bente, 1).await[0]["about"], "kari");
}

/// What comes after the line that stands here.
fn log_after(log: &Value, place: &str) -> Value {
    let lines = log.as_array().unwrap();
    let at = lines.iter().position(|line| line["place"] == place).unwrap();
    lines[at + 1..].to_vec().into()
}

#[tokio::test]
async fn a_manager_looks_through_what_deserves_it_and_nobody_else_does() {
    let centre = Centre::open().await;
    let bente = centre.device("bente", "pc").await;
    let kari = centre.device("kari", "kari-pc").await;
    assert_eq!(centre.try_in("jonas", "wrong", "phone").await.error().0, 401);
    tries(&bente, 1).await;
    bente.post("/api/invitations", &json!({"staff": "jonas"})).await;
    kari.post("/api/cards", &json!({"person": "amina"})).await;
    let items = review(&bente).await;
    let names: Vec<_> = items.iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["staff.invite", "sign-in.wrong"], "a card is daily work");
    assert_eq!((&items[1]["about"], &items[1]["by"]), (&"jonas".into(), &Value::Null));

    let place = items[1]["place"].as_str().unwrap();
    let mark = json!({"place": place});
    for device in [&kari, &centre.phone("fatuma").await] {
        assert_eq!(device.get("/api/log/review").await.error(), (404, "gone".to_owned()));
        assert_eq!(device.post("/api/log/reviewed", &mark).await.error(), (404, "gone".to_owned()));
    }
    assert_eq!(review(&bente).await.len(), 2);
    assert_eq!(bente.post("/api/log/reviewed", &mark).await.status, 204);
    let left = review(&bente).await;
    assert_eq!((left.len(), &left[0]), (1, &items[0]));
    let log = bente.get("/api/log").await.json();
    let told = (&log[0]["name"], &log[0]["by"], &log[0]["what"]);
    assert_eq!(told, (&"log.reviewed".into(), &"bente".into(), &format!("log/{place}").into()));
    let others = kari.get("/api/log").await.json()[0]["place"].as_str().unwrap().to_owned();
    for nothing in ["", "1", "AQ", &place[1..], &others] {
        let reply = bente.post("/api/log/reviewed", &json!({"place": nothing})).await;
        assert_eq!(reply.error(), (404, "gone".to_owned()), "{nothing}");
        for list in ["/api/log", "/api/log/review"] {
            let reply = bente.get(&format!("{list}?before={nothing}")).await;
            assert_eq!(reply.error(), (404, "gone".to_owned()), "{list} {nothing}");
        }
    }
    assert_eq!(bente.get(&format!("/api/log?before={place}")).await.json(), log_after(&log, place));
}

#[tokio::test]
async fn whoever_opens_very_many_pages_on_one_day_is_listed() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    let people = demo::accounts().into_iter().filter(|one| one.role == Role::Participant);
    for (opened, one) in people.enumerate() {
        assert_eq!(review(&bente).await.len(), usize::from(opened > 20), "{opened}");
        bente.push(page_of(one.user.as_str())).await;
    }
    let items = review(&bente).await;
    assert_eq!((&items[0]["people"], &items[0]["by"]), (&json!(24), &json!("bente")));
}
