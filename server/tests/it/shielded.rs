//! Protected persons: nobody but those who are named for them learns that there is such a person, no device is sent a
//! row of theirs, and who is named is changed by two.

use axum::{
    body::Body,
    http::{
        Request, StatusCode,
        header::{AUTHORIZATION, COOKIE, SET_COOKIE},
    },
};
use serde_json::{Value, json};
use shared::{
    AnyCommand, Role,
    domain::{attendance, day_off, glass, group, look, person, shield, staff},
    testkit::{date, id, name, note},
};

use crate::{
    centre::{Centre, Device, card_of, rows},
    crawl::{Told, all_rows, everything, listen, pull_holding, pushed, tells},
};

/// Stands in every text and every id of the three, in letters of any size.
pub const CANARY: &str = "kanari";
pub const THREE: [&str; 3] = ["kanari-en", "kanari-to", "kanari-tre"];
pub const PASSWORD: &str = "minvei-demo";
/// What is written of each of them, by field: words that are in no id.
const WRITTEN: [(&str, &str, &str); 5] = [
    ("person", "first_name", "Kanarisang"),
    ("person", "last_name", "Kanarinebb"),
    ("person", "phone", "kanari 41 23 45"),
    ("person", "language", "kanarisk"),
    ("enrolment", "called", "Kanarisang"),
];
/// Where whoever is named is told of them.
const TOLD_OF_THEM: [&str; 4] = ["/api/sync", "/api/older", "/api/log?about=kanari-en", "/api/log?by=kari"];

/// Everybody with a login: each part has somebody.
pub const STAFF: [&str; 12] = [
    "kari",
    "bente",
    "jonas",
    "ingunn",
    "anders",
    "kjokken",
    "slettebakken",
    "fridalen",
    "luken",
    "minde",
    "nav",
    "drift",
];
/// Those of them who are named.
pub const NAMED: [&str; 2] = ["kari", "bente"];
/// The parts that nobody of the demo centre plays.
const HIRED: [(&str, Role); 4] =
    [("luken", Role::Reception), ("minde", Role::Mentor), ("nav", Role::Partner), ("drift", Role::Admin)];
/// Their accounts, with the password of the others.
const ACCOUNTS: &str = "
    insert into account (centre, user_id, login, secret, role, name, created)
    select account.centre, hired.who, hired.who, account.secret, hired.part, hired.who, account.created
    from account, (select 'luken' as who, 'reception' as part union all select 'minde', 'mentor'
        union all select 'nav', 'partner' union all select 'drift', 'admin') as hired
    where account.user_id = 'bente'";

fn register(who: &str) -> person::Register {
    person::Register {
        id: id(who),
        first_name: name("Kanarisang"),
        last_name: Some(name("Kanarinebb")),
        phone: Some(name("kanari 41 23 45")),
        language: Some(id("kanarisk")),
        contact: None,
        shielded_with: Some(id("bente")),
    }
}

pub fn enrol(who: &str) -> group::Enrol {
    group::Enrol { group: id("norsk-1"), person: id(who) }
}

fn mark(who: &str) -> attendance::Set {
    attendance::Set {
        series: id("sprakopplaering-1-2"),
        date: date("2026-11-24"),
        person: id(who),
        value: attendance::Attendance::Here,
        seen: Vec::new(),
    }
}

/// The demo centre with three protected persons, of whom Kari and Bente may know. Jonas is another manager.
pub async fn centre() -> Centre {
    let centre = staffed().await;
    let mut kari = centre.page_of("kari", PASSWORD, "first-page").await;
    for who in THREE {
        applied(&kari.push(register(who)).await);
        applied(&kari.push(enrol(who)).await);
        applied(&kari.push(mark(who)).await);
        applied(&kari.push(look::Look { people: vec![id(who)], at: look::Place::Page }).await);
    }
    assert_eq!(kari.post("/api/cards", &json!({"person": THREE[0]})).await.status, StatusCode::OK);
    drop(kari);
    centre
}

/// The same before there was any: every part is played by somebody.
pub async fn staffed() -> Centre {
    let centre = Centre::still().await;
    let mut bente = centre.device("bente", "first-pc").await;
    let manager = staff::Correct { id: id("jonas"), name: name("Jonas Berg"), role: Role::Manager, school: None };
    applied(&bente.push(manager).await);
    for (who, role) in HIRED {
        applied(&bente.push(staff::Register { id: id(who), name: name(who), role, school: None }).await);
    }
    centre.meddle(ACCOUNTS).await;
    drop(bente);
    centre
}

pub fn applied(outcome: &Value) {
    assert!(outcome["applied"].is_u64(), "{outcome}");
}

#[tokio::test]
async fn those_who_are_named_are_sent_everything_where_nothing_is_kept() {
    let centre = centre().await;
    for who in ["kari", "bente"] {
        let page = centre.page(who, PASSWORD).await;
        let found = all_rows(&page).await;
        for (kind, field) in [("person", "id"), ("enrolment", "person"), ("mark", "person")] {
            for person in THREE {
                let has = |row: &&Value| row["k"] == kind && row["b"][field] == person;
                assert_eq!(found.iter().filter(has).count(), 1, "{who}: the {kind} of {person}");
            }
        }
        for (kind, field, word) in WRITTEN {
            let has = |row: &&Value| row["k"] == kind && row["b"][field] == word;
            assert_eq!(found.iter().filter(has).count(), THREE.len(), "{who}: {field} of the {kind}");
        }
        let older = page.post("/api/older", &json!({"first": "2026-11-10", "last": "2026-12-01"})).await.json();
        let marks = rows(&json!({"patch": older}), "mark");
        let hers = THREE.map(|person| marks.iter().filter(|mark| mark["person"] == person).count());
        assert_eq!(hers, [1; 3], "{who}: who was there on those days");
        let about = page.get("/api/log?about=kanari-en").await;
        let shown = about.json();
        assert_eq!(
            shown.as_array().is_some_and(|lines| lines.iter().any(|line| line["about"] == THREE[0])),
            who == "bente"
        );
        let own = page.get("/api/log").await;
        assert!(tells(&own.text), "{who}: {}", own.text);
    }
}

/// Asks for everything, and sends something: nothing of it tells of them. How many answers there were.
async fn nobody_is_told(mut device: Device<'_>, forged: &Value) -> usize {
    let answer = pushed(&mut device).await;
    let told = everything(&device, forged).await;
    for text in told.iter().map(|one| &one.text).chain([&answer]) {
        assert!(!tells(text), "{}: {text}", device.client);
    }
    told.len()
}

/// The control: the same questions, asked by somebody who is named, tell of them wherever they can be told of, and in
/// each of their words.
fn is_told(told: &[Told]) {
    for path in TOLD_OF_THEM {
        let found = told.iter().any(|one| one.path == path && tells(&one.text));
        assert!(found, "nothing of them at {path}");
    }
    for (kind, field, word) in WRITTEN {
        assert!(told.iter().any(|one| one.text.contains(&format!("\"{word}\""))), "{field} of the {kind}");
    }
}

#[tokio::test]
async fn nobody_else_is_told_of_them_nor_is_any_device() {
    let centre = centre().await;
    let mut named = centre.page("kari", PASSWORD).await;
    let forged = named.pull().await["patch"]["grants"]["epoch"].clone();
    assert!(forged.is_string());
    let mut told = 0;
    for who in STAFF {
        told += nobody_is_told(centre.device(who, &format!("{who}-pc")).await, &forged).await;
    }
    for who in STAFF.into_iter().filter(|who| !NAMED.contains(who)) {
        told += nobody_is_told(centre.page(who, PASSWORD).await, &forged).await;
    }
    told += nobody_is_told(centre.phone("sara").await, &forged).await;
    told += nobody_is_told(centre.page(&card_of("fatuma"), "2468").await, &forged).await;
    let hers = everything(&centre.page("bente", PASSWORD).await, &forged).await;
    is_told(&hers);
    // Each of them has asked as much as she.
    let sessions = 2 * STAFF.len() - NAMED.len() + 2;
    assert_eq!(told, sessions * hers.len());
    assert!(told > 2_000, "{told}");
}

#[tokio::test]
async fn what_is_asked_about_her_and_a_broken_glass_are_told_to_nobody_else() {
    const REASON: &str = "Kanari ringer om henne";
    let centre = centre().await;
    let mut kari = centre.page("kari", PASSWORD).await;
    let forged = kari.pull().await["patch"]["grants"]["epoch"].clone();
    let wish = shield::Wanted::Name { user: id("jonas") };
    applied(&kari.push(shield::Ask { person: id(THREE[0]), wish }).await);
    let mut jonas = centre.page("jonas", PASSWORD).await;
    applied(&jonas.push(glass::Break { id: id("g1"), reason: note(REASON) }).await);
    for who in STAFF {
        for Told { text, .. } in everything(&centre.device(who, &format!("{who}-pc")).await, &forged).await {
            // Why he broke it stands in the log, for himself.
            let text = if who == "jonas" { text.replace(REASON, "") } else { text };
            assert!(!tells(&text), "{who} on a device: {text}");
        }
    }
    for who in STAFF.into_iter().filter(|who| !["kari", "bente", "jonas"].contains(who)) {
        for Told { text, .. } in everything(&centre.page(who, PASSWORD).await, &forged).await {
            assert!(!tells(&text), "{who} in memory: {text}");
        }
    }
    let his = everything(&centre.page("jonas", PASSWORD).await, &forged).await;
    assert!(his.iter().any(|one| one.text.contains("Kanarisang")), "the control: he sees them today");
}

#[tokio::test]
async fn news_on_the_live_channel_are_of_ordinary_people() {
    let centre = centre().await;
    let mut listening = Vec::new();
    // What is open to all is not for whoever runs the machines.
    for who in STAFF.into_iter().filter(|who| *who != "drift") {
        listening.push((who, listen(&centre.device(who, &format!("{who}-pc")).await).await));
        if !NAMED.contains(&who) {
            listening.push((who, listen(&centre.page(who, PASSWORD).await).await));
        }
    }
    listening.push(("sara", listen(&centre.phone("sara").await).await));
    let mut kari = centre.page("kari", PASSWORD).await;
    for (who, heard) in &mut listening {
        let greeting = heard.next().await;
        assert!(!tells(&greeting), "{who}: {greeting}");
    }
    let (first_name, last_name, phone, language) = (name("Kanarivinge"), None, None, None);
    applied(&kari.push(person::Correct { id: id(THREE[0]), first_name, last_name, phone, language }).await);
    applied(&kari.push(day_off::Declare { date: date("2026-12-09"), reason: name("Planleggingsdag") }).await);
    for (who, heard) in &mut listening {
        let mut all = String::new();
        while !all.contains("Planleggingsdag") {
            all.push_str(&heard.next().await);
        }
        assert!(!tells(&all), "{who}: {all}");
    }
}

#[tokio::test]
async fn a_protected_person_answers_like_nobody() {
    let centre = centre().await;
    let commands = |who: &str| -> Vec<AnyCommand> {
        let (first_name, last_name, phone, language) = (name("Ny"), None, None, None);
        let wish = || shield::Wanted::Lift;
        vec![
            person::Correct { id: id(who), first_name, last_name, phone, language }.into(),
            person::Assign { id: id(who), contact: id("ingunn") }.into(),
            enrol(who).into(),
            group::Leave { group: id("norsk-1"), person: id(who) }.into(),
            mark(who).into(),
            look::Look { people: vec![id(who)], at: look::Place::Page }.into(),
            look::Look { people: vec![id(who)], at: look::Place::Group(id("norsk-1")) }.into(),
            shield::Shield { id: id(who), with: id("bente") }.into(),
            shield::Ask { person: id(who), wish: wish() }.into(),
            shield::Answer { person: id(who), wish: wish(), yes: true }.into(),
            shield::Unname { person: id(who), user: id("kari") }.into(),
        ]
    };
    let mut devices = vec![
        centre.device("kari", "pc").await,
        centre.device("bente", "desk").await,
        centre.device("ingunn", "ingunn-pc").await,
        centre.page("jonas", PASSWORD).await,
        centre.page("ingunn", PASSWORD).await,
        centre.page("slettebakken", PASSWORD).await,
    ];
    for device in &mut devices {
        for (hers, nobodys) in commands(THREE[0]).into_iter().zip(commands("ingen-her")) {
            let (name, hers, nobodys) = (hers.name(), device.push(hers).await, device.push(nobodys).await);
            assert_eq!(hers, nobodys, "{}: {name}", device.client);
            assert_eq!(hers["refused"]["why"], "gone", "{}: {name}", device.client);
        }
        for path in ["/api/cards", "/api/invitations", "/api/invitations/end", "/api/rescue"] {
            let body = |who: &str| match path {
                "/api/cards" => json!({"person": who}),
                "/api/rescue" => json!({"user": who, "client": "pc", "sealed": "AAAA"}),
                _ => json!({"staff": who}),
            };
            let hers = device.post(path, &body(THREE[0])).await;
            let nobodys = device.post(path, &body("ingen-her")).await;
            assert_eq!((hers.status, &hers.text), (nobodys.status, &nobodys.text), "{}: {path}", device.client);
        }
        for path in ["/api/log?about=", "/api/log?by="] {
            let hers = device.get(&format!("{path}{}", THREE[0])).await;
            let nobodys = device.get(&format!("{path}ingen-her")).await;
            assert_eq!((hers.status, hers.text), (nobodys.status, nobodys.text), "{}: {path}", device.client);
        }
    }
}

#[tokio::test]
async fn she_signs_in_where_nothing_is_kept_and_nowhere_else() {
    let centre = centre().await;
    let kari = centre.page("kari", PASSWORD).await;
    let card = kari.post("/api/cards", &json!({"person": THREE[0]})).await.json();
    let (code, pin) = (card["code"].as_str().unwrap(), card["pin"].as_str().unwrap());
    let wrong = if pin == "0000" { "1111" } else { "0000" };
    assert_eq!(centre.try_in(code, wrong, "phone").await.error(), (401, "wrong-secret".to_owned()));
    let refused = centre.try_in(code, pin, "phone").await;
    assert_eq!(refused.error(), (409, "online-only".to_owned()));
    assert!(!refused.headers.contains_key(SET_COOKIE));

    let opened = centre.try_page(code, pin, "her-page").await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    assert!(!opened.headers.contains_key(SET_COOKIE), "{:?}", opened.headers);
    let her_page = centre.page(code, pin).await;
    let listed = her_page.get("/api/devices").await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "nothing was opened by what was refused: {listed}");
    let found = all_rows(&her_page).await;
    let people: Vec<_> = found.iter().filter(|row| row["k"] == "person").map(|row| row["b"]["id"].clone()).collect();
    assert_eq!(people, [json!(THREE[0])], "herself and nobody else");
    let log = her_page.get("/api/log").await.json();
    let names: Vec<_> = log.as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"person.look") && names.contains(&"person.register"), "{names:?}");
}

#[tokio::test]
async fn a_token_is_good_the_way_it_was_given() {
    let centre = Centre::open().await;
    let device = centre.device("kari", "pc").await;
    let page = centre.page("jonas", PASSWORD).await;
    let token = page.bearer.clone().unwrap();
    let me = |cookie: Option<&str>, bearer: Option<&str>| {
        let mut request = Request::get("/api/me");
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
        }
        centre.send(request.body(Body::empty()).unwrap())
    };
    let as_cookie = format!("minvei={token}");
    let of_cookie = device.cookie.split_once('=').unwrap().1;
    assert_eq!(me(Some(&device.cookie), None).await.json()["user"], "kari");
    assert_eq!(me(Some(&device.cookie), Some(&token)).await.json()["user"], "jonas", "the cookie beside it is ignored");
    let nobody = (401, "no-session".to_owned());
    assert_eq!(me(Some(&device.cookie), Some("wrong")).await.error(), nobody);
    assert_eq!(me(Some(&as_cookie), None).await.error(), nobody);
    assert_eq!(me(None, Some(of_cookie)).await.error(), nobody);
    assert_eq!(me(None, None).await.error(), nobody);

    let out = page.post("/api/sign-out", &json!({})).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(!out.headers.contains_key(SET_COOKIE), "whoever is signed in on the device stays so");
    assert_eq!(me(None, Some(&token)).await.error(), nobody);
    assert_eq!(me(Some(&device.cookie), None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_user_pushes_from_both_kinds_of_session_at_once() {
    let centre = centre().await;
    let (device, page) = (centre.device("kari", "pc").await, centre.page("kari", PASSWORD).await);
    let again = || attendance::Set { value: attendance::Attendance::Away, ..mark(THREE[0]) };
    let body = |one: &Device<'_>| {
        let command: Value = serde_json::from_str(&one.encode(again())).unwrap();
        json!({"schema": shared::SCHEMA, "client": one.client, "first": 1, "commands": [command]})
    };
    let (of_device, of_page) = (body(&device), body(&page));
    let (device, page) = tokio::join!(device.post("/api/sync", &of_device), page.post("/api/sync", &of_page));
    assert_eq!(device.json()["outcomes"][0][1]["refused"]["why"], "gone");
    assert!(page.json()["outcomes"][0][1]["applied"].is_u64(), "{}", page.text);
}

#[tokio::test]
async fn who_is_named_is_changed_by_two() {
    let centre = centre().await;
    let mut kari = centre.page("kari", PASSWORD).await;
    let mut bente = centre.page("bente", PASSWORD).await;
    let mut jonas = centre.page("jonas", PASSWORD).await;
    let wish = || shield::Wanted::Name { user: id("jonas") };
    let yes = || shield::Answer { person: id(THREE[0]), wish: wish(), yes: true };
    let begin = jonas.pull().await;
    let mut held = begin["patch"]["grants"]["tags"].clone();
    applied(&kari.push(shield::Ask { person: id(THREE[0]), wish: wish() }).await);
    assert_eq!(kari.push(yes()).await["refused"]["why"], "two-persons");
    assert_eq!(jonas.push(yes()).await["refused"]["why"], "gone");
    applied(&bente.push(yes()).await);

    assert_eq!(jonas.pull().await["say_held"], true);
    let told = pull_holding(&mut jonas, &held).await;
    assert_eq!(rows(&told, "person").len(), 1, "one of the three: {told}");
    assert!(tells(&told.to_string()));
    held = told["patch"]["grants"]["tags"].clone();

    applied(&bente.push(shield::Unname { person: id(THREE[0]), user: id("jonas") }).await);
    assert_eq!(jonas.pull().await["say_held"], true);
    let told = pull_holding(&mut jonas, &held).await;
    let tags = told["patch"]["grants"]["tags"].to_string();
    assert!(!tags.contains("named:") && rows(&told, "person").is_empty(), "what he holds is not his: {told}");
    assert!(all_rows(&jonas).await.iter().all(|row| !tells(&row.to_string())));
}

#[tokio::test]
async fn whoever_becomes_protected_leaves_every_device_at_once() {
    let centre = Centre::open().await;
    let phone = centre.phone("amina").await;
    let mut desk = centre.device("bente", "desk").await;
    let mut ingunn = centre.device("ingunn", "ingunn-pc").await;
    let mut kari = centre.device("kari", "pc").await;
    for device in [&mut desk, &mut ingunn, &mut kari] {
        device.pull().await;
    }
    assert_eq!(phone.get("/api/me").await.status, StatusCode::OK);
    applied(&kari.push(shield::Shield { id: id("amina"), with: id("bente") }).await);
    assert_eq!(phone.get("/api/me").await.error(), (401, "no-session".to_owned()));
    for (device, kinds) in [(&mut desk, ["person", "mark"]), (&mut ingunn, ["enrolment", "mark"])] {
        let body = device.standing();
        let answer = device.post("/api/sync", &body).await.json();
        let gone = answer["patch"]["gone"].as_array().cloned().unwrap_or_default();
        let is_hers = |row: &&Value| row[1].as_str().is_some_and(|key| key.contains("amina"));
        for kind in kinds {
            let hers = gone.iter().filter(is_hers).filter(|row| row[0] == kind);
            assert!(hers.count() > 0, "{}: {kind}: {gone:?}", device.client);
        }
        let still = answer["patch"]["rows"].as_array().cloned().unwrap_or_default();
        assert!(still.iter().all(|row| !row.to_string().contains("\"amina\"")), "{still:?}");
    }
    for who in ["bente", "ingunn", "kari"] {
        let fresh = centre.device(who, &format!("fresh-{who}")).await;
        let rows = all_rows(&fresh).await;
        assert!(!rows.is_empty() && rows.iter().all(|row| !row.to_string().contains("\"amina\"")), "{who}");
        let older = fresh.post("/api/older", &json!({"first": "2026-11-01", "last": "2026-11-24"})).await;
        assert!(!older.text.contains("\"amina\""), "{who}");
    }
    let page = centre.page("bente", PASSWORD).await;
    assert!(all_rows(&page).await.iter().any(|row| row["k"] == "mark" && row["b"]["person"] == "amina"));
}
