//! What comes too late from somebody who was allowed to do it: held, answered, and handed in by a device on which she
//! was signed out.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use shared::{
    Key, Role,
    domain::{held::Answer, look, person, staff},
    prim::seal::Cipher,
    sync::rescue::PLACE,
    testkit::{id, name},
};

use crate::centre::{Centre, Device, Reply, rows};

const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;

fn renamed(called: &str) -> person::Correct {
    person::Correct { id: id("amina"), first_name: name(called), last_name: None, phone: None, language: None }
}

fn given_to_jonas() -> person::Assign {
    person::Assign { id: id("amina"), contact: id("jonas") }
}

fn held() -> Value {
    json!({"held": {"for_whom": "manager"}})
}

/// Kari's device, the key of its client, and a change of hers that it has not shared.
async fn with_a_change(centre: &Centre) -> (Device<'_>, [u8; 32], String) {
    let reply = centre.try_in("kari", "minvei-demo", "laptop").await.json();
    let key = STANDARD.decode(reply["key"].as_str().unwrap()).unwrap().try_into().unwrap();
    let kari = centre.device("kari", "laptop").await;
    let change = kari.encode(renamed("Amina Noor"));
    centre.clock.advance(MINUTE);
    (kari, key, change)
}

fn file(key: [u8; 32], commands: &[String]) -> Value {
    let plain = format!(r#"{{"first":1,"commands":[{}]}}"#, commands.join(","));
    let sealed = Cipher::new(key).close(PLACE, [7; 24], plain.as_bytes());
    json!({"user": "kari", "client": "laptop", "sealed": STANDARD.encode(sealed)})
}

fn came_of(reply: &Reply) -> [Value; 4] {
    assert_eq!(reply.status, 200, "{}", reply.text);
    ["applied", "held", "refused", "wipe"].map(|field| reply.json()[field].clone())
}

/// What every route that reads answers her, but for the live channel, which has no end.
async fn read_by(device: &Device<'_>) -> Vec<u16> {
    let mut told = Vec::new();
    for path in ["/api/me", "/api/key", "/api/devices", "/api/log", "/api/accounts"] {
        told.push(device.get(path).await.status.as_u16());
    }
    let days = json!({"first": "2026-11-10", "last": "2026-12-01"});
    for (path, body) in [("/api/sync", &device.standing()), ("/api/older", &days)] {
        told.push(device.post(path, body).await.status.as_u16());
    }
    told
}

async fn names(bente: &mut Device<'_>) -> Vec<String> {
    (bente.cursor, bente.epoch) = (Value::Null, Value::Null);
    let all = bente.pull().await;
    let people = rows(&all, "person").into_iter().filter(|row| row["id"] == "amina");
    people.map(|row| row["first_name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_she_did_while_it_was_hers_waits_for_a_manager_who_says_yes() {
    let centre = Centre::open().await;
    let (mut kari, _, change) = with_a_change(&centre).await;
    let mut bente = centre.device("bente", "pc").await;
    bente.push(given_to_jonas()).await;
    assert_eq!(kari.push_bytes(1, std::slice::from_ref(&change)).await["outcomes"][0][1], held());
    kari.next = 2;
    assert_eq!(kari.push(renamed("Ami")).await["refused"]["why"], "gone", "made after the end");
    assert_eq!(kari.push_bytes(1, &[change]).await["outcomes"][0][1], held(), "as before");
    assert!(rows(&kari.pull().await, "held").is_empty());
    let waiting = rows(&bente.pull().await, "held");
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!((&waiting[0]["by"], &waiting[0]["name"]), (&json!("kari"), &json!("person.correct")));
    assert!(!names(&mut bente).await.contains(&"Amina Noor".to_owned()));
    let answer = Answer { id: Key::from_text("laptop.1"), yes: true };
    assert!(bente.push(answer).await["applied"].is_u64());
    assert_eq!(names(&mut bente).await, ["Amina Noor"]);
    let log = bente.get("/api/log?about=amina").await.json();
    let told = |what: &str, by: &str, ground: &str| {
        let lines = log.as_array().unwrap().iter();
        lines.filter(|line| line["name"] == what && line["by"] == by).any(|line| line["ground"] == ground)
    };
    assert!(told("held.answer", "bente", "all"), "{log}");
    assert!(told("person.correct", "kari", "assigned"), "as she was when she did it: {log}");
    assert!(told("command.held", "kari", "assigned"), "that it came stands there, too: {log}");
}

#[tokio::test]
async fn a_no_forgets_it_and_nobody_answers_what_is_not_there() {
    let centre = Centre::open().await;
    let (mut kari, _, change) = with_a_change(&centre).await;
    let mut bente = centre.device("bente", "pc").await;
    bente.push(given_to_jonas()).await;
    kari.push_bytes(1, &[change]).await;
    let answer = |yes| Answer { id: Key::from_text("laptop.1"), yes };
    let mut jonas = centre.device("jonas", "desk").await;
    assert_eq!(jonas.push(answer(true)).await["refused"]["why"], "gone", "it is not his to answer");
    assert!(bente.push(answer(false)).await["applied"].is_u64());
    assert_eq!(bente.push(answer(true)).await["refused"]["why"], "gone");
    assert!(!names(&mut bente).await.contains(&"Amina Noor".to_owned()));
}

#[tokio::test]
async fn whoever_has_left_hands_in_what_she_did_reads_nothing_and_wipes() {
    let centre = Centre::open().await;
    let (kari, key, change) = with_a_change(&centre).await;
    assert!(read_by(&kari).await.iter().all(|status| *status != 401), "the control");
    let mut bente = centre.device("bente", "pc").await;
    bente.push(staff::End { id: id("kari") }).await;
    centre.clock.advance(MINUTE);
    let late = kari.encode(renamed("Ami"));
    assert!(read_by(&kari).await.iter().all(|status| *status == 401));
    assert_eq!(kari.get("/api/live").await.status, 401);
    for _ in 0..2 {
        let reply = centre.post("/api/deposit", &file(key, &[change.clone(), late.clone()])).await;
        assert_eq!(came_of(&reply), [json!(0), json!(1), json!(1), json!(true)]);
        assert_eq!(reply.json().as_object().unwrap().len(), 4, "it reads nothing");
        assert!(reply.headers.get("set-cookie").is_none());
    }
    assert_eq!(rows(&bente.pull().await, "held").len(), 1, "and happens once");
    let empty = centre.post("/api/deposit", &file(key, &[])).await;
    assert_eq!(came_of(&empty), [json!(0), json!(0), json!(0), json!(true)]);
}

#[tokio::test]
async fn the_file_of_whoever_has_left_is_taken_in_at_a_desk_and_held() {
    let centre = Centre::open().await;
    let (_kari, key, change) = with_a_change(&centre).await;
    let mut bente = centre.device("bente", "pc").await;
    bente.push(staff::End { id: id("kari") }).await;
    let taken = bente.post("/api/rescue", &file(key, &[change])).await;
    assert_eq!(taken.json(), json!({"applied": 0, "held": 1, "refused": 0, "waiting": 0}), "{}", taken.text);
    assert_eq!(rows(&bente.pull().await, "held").len(), 1);
}

#[tokio::test]
async fn a_device_that_was_ended_from_another_one_shares_what_it_holds_with_her_rights_of_now() {
    let centre = Centre::open().await;
    let (_kari, key, change) = with_a_change(&centre).await;
    let other = centre.device("kari", "phone").await;
    let devices = other.get("/api/devices").await.json();
    let laptop = devices.as_array().unwrap().iter().find(|one| one["here"] == false).unwrap();
    assert_eq!(other.post("/api/devices/end", &json!({"id": laptop["id"]})).await.status, 204);
    let reply = centre.post("/api/deposit", &file(key, std::slice::from_ref(&change))).await;
    assert_eq!(came_of(&reply), [json!(1), json!(0), json!(0), json!(true)]);
    // She signs in there again: it is a device like any other.
    centre.device("kari", "laptop").await;
    let reply = centre.post("/api/deposit", &file(key, &[change])).await;
    assert_eq!(came_of(&reply), [json!(0), json!(0), json!(0), json!(false)]);
}

#[tokio::test]
async fn what_is_done_on_a_device_after_it_was_ended_waits_for_a_person_and_what_was_done_before_does_not() {
    let centre = Centre::open().await;
    let (kari, key, change) = with_a_change(&centre).await;
    let other = centre.device("kari", "phone").await;
    let devices = other.get("/api/devices").await.json();
    let laptop = devices.as_array().unwrap().iter().find(|one| one["here"] == false).unwrap();
    assert_eq!(other.post("/api/devices/end", &json!({"id": laptop["id"]})).await.status, 204);
    // Whoever has it now goes on without a network.
    centre.clock.advance(MINUTE);
    let look = look::Look { people: vec![id("amina")], at: look::Place::Page };
    let queue = [change, kari.encode(renamed("Ami")), kari.encode(look)];
    for _ in 0..2 {
        let reply = centre.post("/api/deposit", &file(key, &queue)).await;
        assert_eq!(came_of(&reply), [json!(1), json!(1), json!(0), json!(true)]);
    }
    let mut bente = centre.device("bente", "pc").await;
    let all = bente.pull().await;
    assert!(rows(&all, "person").iter().any(|row| row["first_name"] == "Amina Noor"));
    let held = rows(&all, "held");
    assert_eq!((held.len(), &held[0]["name"]), (1, &json!("person.correct")), "{held:?}");
    let mut other = other;
    let answer = Answer { id: Key::from_text("laptop.2"), yes: true };
    assert_eq!(other.push(answer.clone()).await["refused"]["why"], "gone", "not hers to answer");
    assert!(bente.push(answer).await["applied"].is_u64(), "somebody vouches for it");
    assert!(names(&mut bente).await.contains(&"Ami".to_owned()));
}

#[tokio::test]
async fn another_part_ends_her_devices() {
    let centre = Centre::open().await;
    let (kari, key, change) = with_a_change(&centre).await;
    let mut bente = centre.device("bente", "pc").await;
    let correct = |called: &str, role| staff::Correct { id: id("kari"), name: name(called), role, school: None };
    bente.push(correct("Kari N.", Role::Adviser)).await;
    assert_eq!(kari.get("/api/me").await.status, 200, "another name ends nothing");
    bente.push(correct("Kari N.", Role::Kitchen)).await;
    assert_eq!(kari.get("/api/me").await.status, 401);
    let reply = centre.post("/api/deposit", &file(key, &[change])).await;
    assert_eq!(came_of(&reply), [json!(0), json!(1), json!(0), json!(true)]);
}

#[tokio::test]
async fn a_session_that_is_only_over_is_no_reason_to_wipe() {
    let centre = Centre::open().await;
    let (kari, key, change) = with_a_change(&centre).await;
    centre.clock.advance(DAY);
    assert_eq!(kari.get("/api/me").await.status, 401);
    let reply = centre.post("/api/deposit", &file(key, &[change])).await;
    assert_eq!(came_of(&reply), [json!(0), json!(0), json!(0), json!(false)]);
    let mut bente = centre.device("bente", "pc").await;
    assert!(!names(&mut bente).await.contains(&"Amina Noor".to_owned()), "nothing was judged");
}

#[tokio::test]
async fn a_new_pin_from_the_desk_ends_the_phone_that_is_gone() {
    let centre = Centre::open().await;
    let phone = centre.phone("amina").await;
    let text = phone.get("/api/key").await.json()["key"].as_str().unwrap().to_owned();
    let key: [u8; 32] = STANDARD.decode(&text).unwrap().try_into().unwrap();
    let look = look::Look { people: vec![id("sara")], at: look::Place::Page };
    let queue = [phone.encode(renamed("Noor")), phone.encode(look)];
    let kari = centre.device("kari", "desk").await;
    let card = kari.post("/api/cards", &json!({"person": "amina"})).await;
    assert_eq!(card.status, 200, "{}", card.text);
    let mut hers = file(key, &queue);
    (hers["user"], hers["client"]) = ("amina".into(), phone.client.clone().into());
    for _ in 0..2 {
        let reply = centre.post("/api/deposit", &hers).await;
        assert_eq!(came_of(&reply), [json!(0), json!(0), json!(1), json!(true)], "judged, and a look is no work");
    }
    // The phone is found again.
    let (code, pin) = (card.json()["code"].clone(), card.json()["pin"].clone());
    let again = centre.try_in(code.as_str().unwrap(), pin.as_str().unwrap(), &phone.client).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.json()["key"], text, "what lies there sealed can still be read");
}

/// The token of a link that she hands out.
async fn link(bente: &Device<'_>, to: &str) -> String {
    let handed_out = bente.post("/api/invitations", &json!({"staff": to})).await.json();
    handed_out["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned()
}

#[tokio::test]
async fn a_new_password_ends_her_devices_but_the_one_on_which_she_chose_it() {
    let elsewhere = [json!(1), json!(0), json!(0), json!(true)];
    let here = [json!(0), json!(0), json!(0), json!(false)];
    for (client, came) in [(None, elsewhere), (Some("laptop"), here)] {
        let centre = Centre::open().await;
        let (kari, key, change) = with_a_change(&centre).await;
        let bente = centre.device("bente", "pc").await;
        let (token, secret) = (link(&bente, "kari").await, "gulrot traktor månelys");
        let chosen = json!({"token": token, "login": "kari", "secret": secret, "client": client});
        assert_eq!(centre.post("/api/accept", &chosen).await.status, 204);
        assert_eq!(kari.get("/api/me").await.status, 401);
        assert_eq!(came_of(&centre.post("/api/deposit", &file(key, &[change])).await), came, "{client:?}");
    }
}

#[tokio::test]
async fn a_school_device_ends_with_the_link_it_came_by() {
    for ends in ["/api/invitations/end", "/api/invitations"] {
        let centre = Centre::open().await;
        let mut bente = centre.device("bente", "pc").await;
        let (role, school) = (Role::School, Some(id("slettebakken")));
        bente.push(staff::Register { id: id("turid"), name: name("Turid Lie"), role, school }).await;
        let entered = json!({"token": link(&bente, "turid").await, "client": "school-pc"});
        let entered = centre.post("/api/enter", &entered).await.json();
        let key: [u8; 32] = STANDARD.decode(entered["key"].as_str().unwrap()).unwrap().try_into().unwrap();
        let mut hers = file(key, &[]);
        (hers["user"], hers["client"]) = ("turid".into(), "school-pc".into());
        assert_eq!(came_of(&centre.post("/api/deposit", &hers).await)[3], false, "as long as the link holds");
        assert!(bente.post(ends, &json!({"staff": "turid"})).await.status.is_success());
        assert_eq!(came_of(&centre.post("/api/deposit", &hers).await)[3], true, "{ends}");
    }
}

#[tokio::test]
async fn what_is_unknown_or_foreign_is_answered_alike_however_late() {
    let centre = Centre::open().await;
    let (_kari, key, change) = with_a_change(&centre).await;
    let mut bente = centre.device("bente", "pc").await;
    bente.push(staff::End { id: id("kari") }).await;
    let whole = file(key, &[change]);
    let with = |field: &str, value: &str| {
        let mut file = whole.clone();
        file[field] = value.into();
        file
    };
    let mut told = Vec::new();
    let wrong = [file([8; 32], &[]), with("client", "nobody"), with("user", "bente"), with("sealed", "AAAA")];
    for days in [0, 31] {
        centre.clock.advance(days * DAY);
        for file in &wrong {
            told.push(centre.post("/api/deposit", file).await);
        }
    }
    for reply in &told {
        assert_eq!((reply.error(), &reply.text), ((404, "not-found".to_owned()), &told[0].text));
    }
    assert_eq!(came_of(&centre.post("/api/deposit", &whole).await)[3], true, "the control");
}

#[tokio::test]
async fn a_device_that_comes_after_thirty_days_wipes_itself_and_nothing_it_holds_is_judged() {
    let centre = Centre::open().await;
    let (mut kari, key, change) = with_a_change(&centre).await;
    assert!(kari.push_bytes(1, std::slice::from_ref(&change)).await["outcomes"][0][1]["applied"].is_u64());
    let late = kari.encode(renamed("Ami"));
    let look = kari.encode(look::Look { people: vec![id("amina")], at: look::Place::Page });
    centre.clock.advance(MINUTE);
    centre.device("bente", "pc").await.push(staff::End { id: id("kari") }).await;
    centre.clock.advance(31 * DAY);
    let empty = centre.post("/api/deposit", &file(key, &[])).await;
    assert_eq!(came_of(&empty), [json!(0), json!(0), json!(0), json!(true)]);
    for _ in 0..2 {
        // The first was shared in time, and only the device has not heard of it.
        let reply = centre.post("/api/deposit", &file(key, &[change.clone(), late.clone(), look.clone()])).await;
        assert_eq!(came_of(&reply), [json!(0), json!(0), json!(1), json!(true)], "it is told what is not stored");
    }
    let mut bente = centre.device("bente", "later").await;
    assert!(rows(&bente.pull().await, "held").is_empty());
    assert_eq!(names(&mut bente).await, ["Amina Noor"]);
}

#[tokio::test]
async fn until_the_thirtieth_day_it_is_taken_in() {
    let centre = Centre::open().await;
    let (_kari, key, change) = with_a_change(&centre).await;
    centre.device("bente", "pc").await.push(staff::End { id: id("kari") }).await;
    centre.clock.advance(30 * DAY - MINUTE);
    let reply = centre.post("/api/deposit", &file(key, &[change])).await;
    assert_eq!(came_of(&reply), [json!(0), json!(1), json!(0), json!(true)]);
}

#[tokio::test]
async fn nobody_guesses_the_key_of_a_device() {
    let centre = Centre::open().await;
    with_a_change(&centre).await;
    let tried = async || centre.post("/api/deposit", &file([8; 32], &[])).await.error();
    let mut answer = tried().await;
    for _ in 0..200 {
        assert_eq!(answer.0, 404, "{answer:?}");
        answer = tried().await;
        if answer.0 == 429 {
            break;
        }
    }
    assert_eq!(answer, (429, "too-fast".to_owned()));
    // Whatever is shown at doors where nothing can be guessed makes nobody wait at those where it can.
    centre.device("jonas", "jonas-pc").await;
}
