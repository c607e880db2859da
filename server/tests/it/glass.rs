//! The glass: what whoever breaks it sees, who is told, for how long, and what it leaves in the log. So does whoever is
//! named, by whatever program she asks.

use serde_json::{Value, json};
use shared::{
    Role,
    domain::{glass, person, staff},
    testkit::{id, name, note},
};

use crate::{
    centre::{Centre, Device, rows},
    crawl::{all_rows, listen, pull_holding, tells},
    shielded::{PASSWORD, THREE, applied, centre, enrol},
};

const MINUTE: i64 = 60 * 1_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn smash(reason: &str) -> glass::Break {
    glass::Break { id: id("g1"), reason: note(reason) }
}

#[tokio::test]
async fn a_broken_glass_shows_everybody_until_midnight_and_those_named_are_told() {
    let centre = centre().await;
    // Ten minutes before midnight.
    centre.clock.advance((14 * 60 + 50) * MINUTE);
    let mut kari = centre.page("kari", PASSWORD).await;
    let mut jonas = centre.page("jonas", PASSWORD).await;
    let hers = kari.pull().await["patch"]["grants"]["tags"].clone();
    let held = jonas.pull().await["patch"]["grants"]["tags"].clone();
    let mut on_device = centre.device("jonas", "pc").await;
    assert_eq!(on_device.push(smash("Politiet ringer om henne")).await["refused"]["why"], "gone");
    let short = jonas.push(smash("Hastesak")).await;
    assert_eq!((&short["refused"]["why"], &short["refused"]["min"]), (&json!("out-of-range"), &json!(10)));
    assert!(all_rows(&jonas).await.iter().all(|row| !tells(&row.to_string())));
    applied(&jonas.push(smash("Politiet ringer om henne")).await);

    let told = pull_holding(&mut jonas, &held).await;
    assert_eq!(rows(&told, "person").iter().filter(|row| tells(&row.to_string())).count(), 3, "{told}");
    let refused = jonas.push(enrol(THREE[0])).await;
    assert!(refused["refused"].is_object(), "she sees, and changes nothing: {refused}");
    let notice = pull_holding(&mut kari, &hers).await;
    assert_eq!(rows(&notice, "glass")[0]["by_name"], "Jonas Berg");
    // That it was broken, whoever answers for the centre sees; why, those who are named, and she herself.
    let mut office = centre.device("bente", "office").await;
    let manager = staff::Correct { id: id("ingunn"), name: name("Ingunn"), role: Role::Manager, school: None };
    applied(&office.push(manager).await);
    for (reader, is_told) in [
        (&office, false),
        (&centre.page("ingunn", PASSWORD).await, false),
        (&centre.page("bente", PASSWORD).await, true),
        (&on_device, true),
    ] {
        let items = reader.get("/api/log/review").await.json()["items"].clone();
        let item = items.as_array().unwrap().iter().find(|item| item["name"] == "glass.break").unwrap();
        let reason = if is_told { json!("Politiet ringer om henne") } else { Value::Null };
        assert_eq!((&item["by"], &item["reason"]), (&json!("jonas"), &reason), "{}", reader.client);
        let log = reader.get("/api/log").await.text;
        assert!(log.contains("glass.break"), "{}: {log}", reader.client);
        assert_eq!(log.contains("Politiet"), is_told, "{}: {log}", reader.client);
    }
    // Each of them is told otherwise where it stands.
    let mark = async |reader: &Device<'_>| {
        let items = reader.get("/api/log/review").await.json()["items"].clone();
        let item = items.as_array().unwrap().iter().find(|item| item["name"] == "glass.break").unwrap();
        json!({"place": item["place"]})
    };
    let (his, another) = (mark(&jonas).await, mark(&office).await);
    assert_eq!(jonas.post("/api/log/reviewed", &his).await.error(), (403, "forbidden".to_owned()), "it is his own");
    assert_eq!(office.post("/api/log/reviewed", &his).await.error(), (404, "gone".to_owned()), "of another reader");
    assert_eq!(office.post("/api/log/reviewed", &another).await.status, 204);

    centre.clock.advance(15 * MINUTE);
    let rows = all_rows(&jonas).await;
    assert!(!rows.is_empty() && rows.iter().all(|row| !tells(&row.to_string())), "it is tomorrow");
}

#[tokio::test]
async fn whoever_is_named_reads_of_a_broken_glass_however_late_she_comes() {
    let centre = centre().await;
    let mut jonas = centre.page("jonas", PASSWORD).await;
    applied(&jonas.push(smash("Politiet ringer om henne")).await);
    for days in [1, 35, 400] {
        centre.clock.advance(days * DAY);
        let told = all_rows(&centre.page("kari", PASSWORD).await).await;
        let glass = told.iter().find(|row| row["k"] == "glass").unwrap_or_else(|| panic!("{days} days later"));
        assert_eq!(glass["b"]["reason"], "Politiet ringer om henne");
    }
}

/// Who was sent her rows, newest first, as she reads it herself.
async fn receivers(her: &Device<'_>) -> Vec<Value> {
    let log = her.get("/api/log").await.json();
    let lines = log.as_array().unwrap().iter().filter(|line| line["name"] == "person.received");
    lines.inspect(|line| assert_eq!(line["about"], THREE[0])).map(|line| line["by"].clone()).collect()
}

/// Why Jonas could be sent her rows, as this reader is told it: the ground, and what he broke the glass for.
async fn told_why(reader: &Device<'_>) -> (Value, Value) {
    let log = reader.get(&format!("/api/log?about={}", THREE[0])).await.json();
    let mut lines = log.as_array().unwrap().iter().filter(|line| line["name"] == "person.received");
    let his = lines.find(|line| line["by"] == "jonas").unwrap_or_else(|| panic!("{log}"));
    (his["ground"].clone(), his["reason"].clone())
}

/// The page of the first of the three.
async fn her_page(centre: &Centre) -> Device<'_> {
    let kari = centre.page("kari", PASSWORD).await;
    let card = kari.post("/api/cards", &json!({"person": THREE[0]})).await.json();
    centre.page(card["code"].as_str().unwrap(), card["pin"].as_str().unwrap()).await
}

#[tokio::test]
async fn whoever_is_sent_her_rows_is_in_her_log_once_a_day_and_need_not_look() {
    let centre = centre().await;
    let her = her_page(&centre).await;
    assert!(all_rows(&her).await.iter().any(|row| tells(&row.to_string())), "she is sent her own");
    // Kari has registered her, which sent her the row.
    assert_eq!(receivers(&her).await, ["kari"]);

    let mut jonas = centre.page("jonas", PASSWORD).await;
    all_rows(&jonas).await;
    all_rows(&centre.device("bente", "desk").await).await;
    assert_eq!(receivers(&her).await, ["kari"], "nothing of hers was sent to them");
    applied(&jonas.push(smash("Politiet ringer om henne")).await);
    for _ in 0..2 {
        assert!(all_rows(&jonas).await.iter().any(|row| tells(&row.to_string())));
    }
    assert_eq!(receivers(&her).await, ["jonas", "kari"], "once, and without a look of his");

    // Days of long ago alone are enough, and so is the answer to what she has done herself.
    let bente = centre.page("bente", PASSWORD).await;
    let days = json!({"first": "2026-11-10", "last": "2026-12-01"});
    assert!(tells(&bente.post("/api/older", &days).await.text));
    assert_eq!(receivers(&her).await, ["bente", "jonas", "kari"]);

    // She is told that it was a broken glass; what for, those who are named.
    assert_eq!(told_why(&her).await, (json!("glass"), Value::Null));
    assert_eq!(told_why(&bente).await, (json!("glass"), json!("Politiet ringer om henne")));
    drop((her, jonas, bente));
    centre.clock.advance(DAY);
    let her = her_page(&centre).await;
    all_rows(&centre.page("kari", PASSWORD).await).await;
    assert_eq!(receivers(&her).await, ["kari", "bente", "jonas", "kari"], "the next day anew");

    // Nobody else reads of it, not even who was sent them.
    for who in ["jonas", "ingunn"] {
        let page = centre.page(who, PASSWORD).await;
        assert!(!page.get("/api/log").await.text.contains("person.received"), "{who}");
    }
}

#[tokio::test]
async fn without_the_entry_nothing_of_hers_is_sent() {
    let centre = centre().await;
    let page = centre.page("bente", PASSWORD).await;
    centre.meddle("create trigger full before insert on audit begin select raise(abort, 'full'); end").await;
    for _ in 0..2 {
        let refused = page.post("/api/sync", &page.standing()).await;
        assert_eq!(refused.status, 503, "{}", refused.text);
        assert!(!tells(&refused.text));
    }
    centre.meddle("drop trigger full").await;
    assert!(all_rows(&page).await.iter().any(|row| tells(&row.to_string())));
}

#[tokio::test]
async fn the_live_channel_tells_those_who_are_named_to_ask() {
    let centre = centre().await;
    let bente = centre.page("bente", PASSWORD).await;
    let mut heard = listen(&bente).await;
    heard.next().await;
    let mut kari = centre.page("kari", PASSWORD).await;
    let (first_name, last_name, phone, language) = (name("Kanarivinge"), None, None, None);
    applied(&kari.push(person::Correct { id: id(THREE[0]), first_name, last_name, phone, language }).await);
    let said = heard.next().await;
    assert!(said.contains("version") && !tells(&said), "{said}");
}
