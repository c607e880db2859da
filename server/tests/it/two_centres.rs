//! Two centres that differ by three protected persons alone. Whoever is not named for them is told the same in both, word
//! for word: no count, flag, gap or length tells that there are any.

use axum::http::{HeaderMap, header::CONTENT_LENGTH, header::SET_COOKIE};
use serde_json::{Value, json};
use shared::{
    AnyCommand,
    domain::{day_off, look, person},
    sync::version,
    testkit::{date, id, name},
};

use crate::{
    centre::{Centre, Device, card_of},
    crawl::{Told, all_rows, everything, listen, pushed},
    shielded::{self, NAMED, PASSWORD, STAFF, THREE, applied},
};

/// What is another each time, whoever there is: what was drawn by lot, and when it was. Versions are compared: they count
/// nothing that somebody does not see.
const DRAWN: [&str; 19] = [
    "history",
    "at",
    "made_at",
    "server_time",
    "begun",
    "until",
    "ends",
    "seen",
    "last",
    "since",
    "key",
    "place",
    "ceremony",
    "challenge",
    "reference",
    "used",
    "qr",
    "secret",
    "uri",
];

/// After how many milliseconds nobody waits any more for having tried too often.
const FORGOTTEN: i64 = 16 * 60 * 1_000;
/// How long the place of an entry is, as it is told.
const PLACE: usize = 66;

/// Where she asked, the status, what stands around the body, and the body, without what is another each time.
type Answer = (String, u16, Vec<String>, String);

fn alike(told: &Told) -> Answer {
    (told.path.clone(), told.status, around(&told.headers), masked(&told.path, &told.body))
}

/// What stands around a body whose length is compared with it.
fn around(headers: &HeaderMap) -> Vec<String> {
    let kept = headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH && *name != SET_COOKIE);
    kept.map(|(name, value)| format!("{name}: {value:?}")).collect()
}

/// A body without what is another each time. On the live channel it stands behind a word.
fn masked(path: &str, body: &str) -> String {
    let lines = body.lines().map(|line| {
        let (word, text) = line.strip_prefix("data:").map_or(("", line), |text| ("data:", text));
        match serde_json::from_str::<Value>(text) {
            Ok(mut told) => {
                // What a session is called comes from its token.
                let drawn = if path == "/api/devices" { "id" } else { "" };
                mask(&mut told, drawn);
                format!("{word}{told}")
            }
            Err(_) => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn mask(told: &mut Value, drawn: &str) {
    match told {
        Value::Object(fields) => {
            for (name, value) in fields {
                if (DRAWN.contains(&name.as_str()) || name == drawn) && !value.is_null() {
                    *value = json!("*");
                } else {
                    mask(value, drawn);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, drawn)),
        // Where an entry of the log stands.
        Value::String(text) if text.starts_with("log/") || text.len() == PLACE => "*".clone_into(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What somebody is told who asks for everything, and sends something.
async fn all(mut device: Device<'_>, forged: &Value) -> Vec<Answer> {
    // Wrong tries of whoever was here before have been forgotten.
    device.centre.clock.advance(FORGOTTEN);
    let greeting = Told::said("a channel that opens", listen(&device).await.next().await);
    let answer = Told::said("a push", pushed(&mut device).await);
    let told = everything(&device, forged).await;
    told.iter().chain([&greeting, &answer]).map(alike).collect()
}

/// Everybody who is not named, or asks where something is kept, with what she is told. Before each of them Kari has been
/// there, and has written something about a protected person where there is one.
async fn by_everybody(centre: &Centre, has_three: bool) -> Vec<(String, Vec<Answer>)> {
    // As somebody has it who was here before: the same for both centres.
    let forged = json!("0011223344556677");
    let mut told = Vec::new();
    for who in STAFF {
        writes(centre, told.len(), has_three).await;
        let device = centre.device(who, &format!("{who}-pc")).await;
        told.push((format!("{who} on a device"), all(device, &forged).await));
    }
    for who in STAFF.into_iter().filter(|who| !NAMED.contains(who)) {
        writes(centre, told.len(), has_three).await;
        told.push((format!("{who} in memory"), all(centre.page(who, PASSWORD).await, &forged).await));
    }
    for who in ["sara", "fatuma"] {
        writes(centre, told.len(), has_three).await;
        let device = if who == "sara" { centre.phone(who).await } else { centre.page(&card_of(who), "2468").await };
        told.push((who.to_owned(), all(device, &forged).await));
    }
    told
}

/// Kari comes in, for the `nth` time, and writes something about one of three where there are any.
async fn writes(centre: &Centre, nth: usize, has_three: bool) {
    let mut kari = centre.page_of("kari", PASSWORD, &format!("kari-{nth}")).await;
    if has_three {
        applied(&kari.push(called(THREE[nth % 3], nth)).await);
    }
}

/// Another telephone of a protected person.
fn called(who: &str, nth: usize) -> person::Correct {
    let (first_name, phone) = (name("Kanarisang"), Some(name(&format!("kanari {nth}"))));
    person::Correct { id: id(who), first_name, last_name: None, phone, language: None }
}

/// The centre without any: whoever is named in the other has been there, and has done nothing.
async fn without() -> Centre {
    let centre = shielded::staffed().await;
    drop(centre.page_of("kari", PASSWORD, "first-page").await);
    centre
}

#[tokio::test]
async fn nobody_can_tell_a_centre_with_protected_persons_from_one_without() {
    let (with, without) = (shielded::centre().await, without().await);
    // Somebody tries PINs on the card of one of them.
    let her = json!({"person": THREE[0]});
    let card = with.page_of("kari", PASSWORD, "desk").await.post("/api/cards", &her).await.json();
    drop(without.page_of("kari", PASSWORD, "desk").await);
    for _ in 0..3 {
        for centre in [&with, &without] {
            assert_eq!(centre.try_in(card["code"].as_str().unwrap(), "0000", "stranger").await.status, 401);
        }
    }
    let (there, elsewhere) = (by_everybody(&with, true).await, by_everybody(&without, false).await);
    let mut compared = 0;
    for ((who, told), (_, else_told)) in there.iter().zip(&elsewhere) {
        assert_eq!(told.len(), else_told.len(), "{who}");
        for (one, other) in told.iter().zip(else_told) {
            assert_eq!(one, other, "{who}");
            compared += 1;
        }
    }
    assert!(compared > 2_000, "{compared}");
    // The control: whoever is named is told something else.
    let forged = json!("0011223344556677");
    let named = all(with.page("bente", PASSWORD).await, &forged).await;
    let differs =
        |path: &str, other: &[Answer]| named.iter().zip(other).any(|(one, other)| one.0 == path && one != other);
    let other = all(without.page("bente", PASSWORD).await, &forged).await;
    for path in ["/api/sync", "/api/older", "/api/log", "/api/log?about=kanari-en", "a push"] {
        assert!(differs(path, &other), "{path}");
    }
}

/// Where whoever asks all the time stands, as she is told.
async fn stands(device: &mut Device<'_>) -> Value {
    device.pull().await["patch"]["to"].clone()
}

#[tokio::test]
async fn a_manager_who_asks_and_listens_all_the_time_is_moved_by_nothing_that_is_hidden_from_her() {
    let centre = shielded::centre().await;
    let mut kari = centre.page_of("kari", PASSWORD, "kari-now").await;
    let mut jonas = centre.page("jonas", PASSWORD).await;
    let mut desk = centre.device("kari", "kari-pc").await;
    let begin = stands(&mut jonas).await;
    let mut heard = listen(&jonas).await;
    let greeting: Value = said(&heard.next().await);
    assert_eq!(greeting["version"], begin["version"]);
    for nth in 0..40 {
        centre.clock.advance(1_000);
        applied(&kari.push(called(THREE[nth % 3], nth)).await);
        assert_eq!(stands(&mut jonas).await, begin);
        let looked = jonas.push(look::Look { people: vec![id("sara")], at: look::Place::Page }).await;
        assert_eq!(looked["applied"], 0, "nothing of hers is counted either");
    }
    // The control: the first thing she hears is what a colleague does, and it stands at its instant, whatever was before.
    centre.clock.advance(1_000);
    let red_day = desk.push(day_off::Declare { date: date("2026-12-18"), reason: name("Fri") }).await;
    assert_eq!(red_day["applied"], version::after(0, centre.clock.now()), "{red_day}");
    assert_eq!(said(&heard.next().await)["version"], red_day["applied"]);
    assert_eq!(stands(&mut jonas).await["version"], red_day["applied"]);
}

#[tokio::test]
async fn a_push_with_something_hidden_in_its_midst_leaves_no_gap_between_the_others() {
    let centre = shielded::centre().await;
    let mut kari = centre.page_of("kari", PASSWORD, "kari-now").await;
    let jonas = centre.page("jonas", PASSWORD).await;
    let red_day = |day: &str| -> AnyCommand { day_off::Declare { date: date(day), reason: name("Fri") }.into() };
    centre.clock.advance(1_000);
    let commands = [red_day("2026-12-17"), called(THREE[0], 1).into(), red_day("2026-12-18")];
    let commands = commands.map(|command| kari.encode(command));
    let answer = kari.push_bytes(1, &commands).await;
    let applied: Vec<_> = (0..3).map(|at| &answer["outcomes"][at][1]["applied"]).collect();
    let now = json!(version::after(0, centre.clock.now()));
    assert_eq!(applied, [&now, &now, &now], "{answer}");
    let told: Vec<_> = all_rows(&jonas).await.into_iter().filter(|row| row["v"] == now).collect();
    assert_eq!(told.len(), 2, "{told:?}");
}

/// What a poke says.
fn said(poke: &str) -> Value {
    serde_json::from_str(poke.trim().strip_prefix("data:").unwrap()).unwrap()
}

#[tokio::test]
async fn one_more_who_is_not_protected_is_seen_at_once() {
    let (one, other) = (without().await, without().await);
    let mut bente = one.device("bente", "office").await;
    drop(other.device("bente", "office").await);
    let (first_name, last_name, phone, language) = (name("Lena"), None, None, None);
    let more = person::Register {
        id: id("lena"),
        first_name,
        last_name,
        phone,
        language,
        contact: Some(id("jonas")),
        shielded_with: None,
    };
    applied(&bente.push(more).await);
    let forged = json!("0011223344556677");
    for who in ["bente", "jonas"] {
        let client = format!("{who}-pc");
        let here = all(one.device(who, &client).await, &forged).await;
        let there = all(other.device(who, &client).await, &forged).await;
        let seen = here.iter().zip(&there).filter(|(one, other)| one != other).count();
        assert!(seen > 2, "{who}: {seen}");
    }
}

#[test]
fn only_what_is_another_each_time_is_masked() {
    for (one, other) in [
        (r#"{"v":7,"b":{"count":2}}"#, r#"{"v":7,"b":{"count":3}}"#),
        (r#"{"v":7}"#, r#"{"v":9}"#),
        (r#"{"applied":7}"#, r#"{"applied":9}"#),
        (r#"{"at":null}"#, r#"{"at":7}"#),
        (r#"[{"place":"a"}]"#, r#"[{"place":"a"},{"place":"b"}]"#),
        ("data: {\"version\":1,\"rows\":[]}", "data: {\"version\":1,\"rows\":[{}]}"),
    ] {
        assert_ne!(masked("", one), masked("", other));
    }
    assert_eq!(masked("", r#"{"v":7,"b":{"at":1}}"#), masked("", r#"{"v":7,"b":{"at":2}}"#));
    assert_eq!(masked("", "data: {\"history\":1}"), masked("", "data: {\"history\":2}"));
}
