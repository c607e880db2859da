//! Passkeys: added, shown, used once, taken away; and that nothing else than the right one opens.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{
    Role,
    domain::{shield, staff},
    policy::Proof,
    testkit::{id, name},
};

use crate::{
    authenticator::{HONEST, Key, Manner, PRESENT, VERIFIED},
    centre::{Centre, Device, Reply, cookie_of, post},
    crawl::all_rows,
    second,
};

const MINUTE: i64 = 60 * 1000;

fn gone() -> (u16, String) {
    (404, "gone".to_owned())
}

fn wrong_code() -> (u16, String) {
    (403, "wrong-code".to_owned())
}

/// What her browser is asked for when she has typed her password.
async fn begin(device: &Device<'_>) -> Value {
    let begun = device.post("/api/passkeys/begin", &json!({"secret": "minvei-demo"})).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    begun.json()
}

async fn confirm(device: &Device<'_>, begun: &Value, credential: &Value) -> Reply {
    let body = json!({"ceremony": begun["ceremony"], "name": "Mobilen", "credential": credential});
    device.post("/api/passkeys/confirm", &body).await
}

/// Adds a passkey.
async fn add(device: &Device<'_>) -> Key {
    let begun = begin(device).await;
    let (key, credential) = Key::make(&begun["options"], HONEST);
    let reply = confirm(device, &begun, &credential).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    key
}

async fn listed(device: &Device<'_>) -> Vec<Value> {
    device.get("/api/passkeys").await.json().as_array().unwrap().clone()
}

/// What somebody at the door is asked for.
async fn ask(centre: &Centre) -> Value {
    let asked = centre.post("/api/passkey", &json!({})).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    asked.json()
}

async fn enter(centre: &Centre, asked: &Value, credential: &Value, client: &str) -> Reply {
    let body = json!({"ceremony": asked["ceremony"], "credential": credential, "client": client});
    centre.post("/api/passkey/enter", &body).await
}

/// Shows a passkey at the door.
async fn show(centre: &Centre, key: &mut Key, manner: Manner, client: &str) -> Reply {
    let asked = ask(centre).await;
    let credential = key.sign(&asked["options"], manner);
    enter(centre, &asked, &credential, client).await
}

#[tokio::test]
async fn an_account_has_room_for_so_many_and_no_more() {
    let centre = Centre::open().await;
    let kari = centre.device("kari", "laptop").await;
    let too_many = (409, "too-many".to_owned());
    let early = begin(&kari).await;
    for _ in 0..Proof::MOST_PASSKEYS {
        add(&kari).await;
    }
    assert_eq!(kari.post("/api/passkeys/begin", &json!({"secret": "minvei-demo"})).await.error(), too_many);
    let (_, credential) = Key::make(&early["options"], HONEST);
    assert_eq!(confirm(&kari, &early, &credential).await.error(), too_many, "begun before");
    let one = listed(&kari).await[0]["id"].clone();
    assert_eq!(kari.post("/api/passkeys/end", &json!({"id": one})).await.status, 204);
    add(&kari).await;
    assert_eq!(listed(&kari).await.len(), Proof::MOST_PASSKEYS);
}

/// It is hers, and opens.
async fn opens(centre: &Centre, key: &mut Key) {
    let client: String = key.id().bytes().map(|byte| format!("{byte:02x}")).collect();
    let reply = show(centre, key, HONEST, &client).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn whoever_has_added_a_passkey_signs_in_without_typing() {
    let centre = Centre::open().await;
    for login in ["kari", "kjokken"] {
        let pc = centre.device(login, &format!("pc-{login}")).await;
        let mut key = add(&pc).await;
        let known = &listed(&pc).await[0];
        assert_eq!((&known["id"], &known["name"], &known["used"]), (&json!(key.id()), &json!("Mobilen"), &Value::Null));
        centre.clock.advance(MINUTE);
        let client = format!("phone-{login}");
        let reply = show(&centre, &mut key, HONEST, &client).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!((&reply.json()["user"], &reply.json()["recovery"]), (&json!(login), &Value::Null));
        let cookie = cookie_of(&reply.headers);
        let phone =
            Device { centre: &centre, cookie, bearer: None, client, next: 1, cursor: Value::Null, epoch: Value::Null };
        assert_eq!(phone.get("/api/me").await.json()["user"], login);
        let known = &listed(&phone).await[0];
        assert!(known["used"].as_i64().unwrap() >= known["created"].as_i64().unwrap() + MINUTE, "{known}");
        opens(&centre, &mut key).await;
    }
}

#[tokio::test]
async fn a_key_must_open_to_her_alone_and_be_found_without_a_name() {
    let centre = Centre::open().await;
    let kari = centre.device("kari", "pc").await;
    let options = &begin(&kari).await["options"];
    assert_eq!((&options["rp"]["id"], &options["attestation"]), (&json!("localhost"), &json!("none")));
    let selection = &options["authenticatorSelection"];
    assert_eq!((&selection["requireResidentKey"], &selection["residentKey"]), (&json!(true), &Value::Null));
    assert_eq!(selection["userVerification"], "required");
    assert!(!options["user"]["id"].as_str().unwrap().contains("kari"));
    let key = add(&kari).await;
    assert_eq!(begin(&kari).await["options"]["excludeCredentials"][0]["id"], key.id());

    let (one, other) = (ask(&centre).await, ask(&centre).await);
    assert_ne!(one["options"]["challenge"], other["options"]["challenge"]);
    for asked in [one, other] {
        let mut options = asked["options"].clone();
        options["challenge"] = Value::Null;
        options["timeout"] = Value::Null;
        let same = json!({"challenge": null, "timeout": null, "rpId": "localhost", "allowCredentials": [],
            "userVerification": "required"});
        assert_eq!(options, same, "whoever asks, and whether anybody has one");
    }
}

#[tokio::test]
async fn what_is_signed_otherwise_is_refused_alike() {
    let centre = Centre::open().await;
    let mut key = add(&centre.device("kari", "pc").await).await;
    for manner in [
        Manner { origin: "https://minvei.example", ..HONEST },
        Manner { origin: "https://localhost", ..HONEST },
        Manner { origin: "http://localhost:8081", ..HONEST },
        Manner { site: "minvei.example", ..HONEST },
        Manner { seen: PRESENT, ..HONEST },
        Manner { seen: VERIFIED, ..HONEST },
    ] {
        assert_eq!(show(&centre, &mut key, manner, "phone").await.error(), gone(), "{manner:?}");
        opens(&centre, &mut key).await;
    }
}

#[tokio::test]
async fn an_answer_is_good_once_and_for_five_minutes() {
    let centre = Centre::open().await;
    let mut key = add(&centre.device("kari", "pc").await).await;
    let asked = ask(&centre).await;
    let credential = key.sign(&asked["options"], HONEST);
    assert_eq!(enter(&centre, &asked, &credential, "phone").await.status, 200);
    assert_eq!(enter(&centre, &asked, &credential, "phone").await.error(), gone(), "sent once more");
    let next = ask(&centre).await;
    assert_eq!(enter(&centre, &next, &credential, "phone").await.error(), gone(), "an answer to something else");
    opens(&centre, &mut key).await;
    for (waits, is_good) in [(4 * MINUTE, true), (5 * MINUTE, false)] {
        let asked = ask(&centre).await;
        let credential = key.sign(&asked["options"], HONEST);
        centre.clock.advance(waits);
        assert_eq!(enter(&centre, &asked, &credential, "phone").await.status == 200, is_good, "{waits}");
    }
}

#[tokio::test]
async fn a_copy_that_has_signed_less_often_is_refused() {
    let centre = Centre::open().await;
    let mut key = add(&centre.device("kari", "pc").await).await;
    opens(&centre, &mut key).await;
    opens(&centre, &mut key).await;
    for back in [1, 2] {
        key.count -= back;
        assert_eq!(show(&centre, &mut key, HONEST, "phone").await.error(), gone(), "as often, or less");
    }
    key.count += 2;
    opens(&centre, &mut key).await;
}

#[tokio::test]
async fn a_foreign_signature_and_a_foreign_key_are_refused_alike() {
    let centre = Centre::open().await;
    let (kari, jonas) = (centre.device("kari", "pc").await, centre.device("jonas", "jonas-pc").await);
    let (mut hers, mut his) = (add(&kari).await, add(&jonas).await);
    let asked = ask(&centre).await;
    let mut forged = hers.sign(&asked["options"], HONEST);
    forged["response"]["signature"] = his.sign(&asked["options"], HONEST)["response"]["signature"].clone();
    assert_eq!(enter(&centre, &asked, &forged, "phone").await.error(), gone());
    opens(&centre, &mut hers).await;

    let asked = ask(&centre).await;
    let mut claimed = hers.sign(&asked["options"], HONEST);
    claimed["response"]["userHandle"] = his.sign(&asked["options"], HONEST)["response"]["userHandle"].clone();
    assert_eq!(enter(&centre, &asked, &claimed, "phone").await.error(), gone(), "her key is not his");
    opens(&centre, &mut his).await;

    let (mut nobodys, _) = Key::make(&begin(&kari).await["options"], HONEST);
    assert_eq!(show(&centre, &mut nobodys, HONEST, "phone").await.error(), gone(), "it was never confirmed");
}

#[tokio::test]
async fn a_false_host_gains_nothing() {
    let centre = Centre::open().await;
    let mut key = add(&centre.device("kari", "pc").await).await;
    let to = |host: &'static str, path: &'static str, body: Value| {
        let mut request = post(path, body.to_string());
        request.headers_mut().insert("host", host.parse().unwrap());
        centre.send(request)
    };
    let asked = to("minvei.example", "/api/passkey", json!({})).await.json();
    assert_eq!(asked["options"]["rpId"], "minvei.example");
    // Whatever the page is told, her device signs for the site the key was made for.
    let credential = key.sign(&asked["options"], HONEST);
    let body = json!({"ceremony": asked["ceremony"], "credential": credential, "client": "phone"});
    assert_eq!(to("minvei.example", "/api/passkey/enter", body).await.error(), gone());
    assert_eq!(to("127.0.0.1:8080", "/api/passkey", json!({})).await.error(), gone(), "no browser binds a key to it");
    opens(&centre, &mut key).await;
}

#[tokio::test]
async fn adding_one_takes_more_than_an_open_page() {
    let centre = Centre::open().await;
    let kari = centre.device("kari", "pc").await;
    for shown in [json!({}), json!({"secret": "wrong"}), json!({"code": "000000"})] {
        assert_eq!(kari.post("/api/passkeys/begin", &shown).await.error(), wrong_code(), "{shown}");
    }
    add(&kari).await;

    // Whoever has a second factor shows that one.
    let centre = Centre::open().await;
    let kari = centre.device("kari", "pc").await;
    let (secret, recovery) = second::set_up(&centre).await;
    let password = json!({"secret": "minvei-demo"});
    assert_eq!(kari.post("/api/passkeys/begin", &password).await.error(), wrong_code());
    let now = json!({"code": second::code(&centre, &secret)});
    assert_eq!(kari.post("/api/passkeys/begin", &now).await.status, 200);
    assert_eq!(kari.post("/api/passkeys/begin", &now).await.error(), wrong_code(), "good once");
    assert_eq!(kari.post("/api/passkeys/begin", &json!({"code": recovery[0]})).await.status, 200);
}

#[tokio::test]
async fn what_another_has_begun_is_not_hers_to_confirm() {
    let centre = Centre::open().await;
    let (kari, jonas) = (centre.device("kari", "pc").await, centre.device("jonas", "jonas-pc").await);
    let begun = begin(&jonas).await;
    let (mut key, credential) = Key::make(&begun["options"], HONEST);
    assert_eq!(confirm(&kari, &begun, &credential).await.error(), gone());
    assert_eq!(confirm(&jonas, &begun, &credential).await.error(), gone(), "it is spent");
    assert_eq!(show(&centre, &mut key, HONEST, "phone").await.error(), gone());
    assert!(listed(&kari).await.is_empty() && listed(&jonas).await.is_empty());

    for manner in [
        Manner { origin: "https://minvei.example", ..HONEST },
        Manner { site: "minvei.example", ..HONEST },
        Manner { seen: PRESENT, ..HONEST },
    ] {
        let begun = begin(&kari).await;
        let (_, credential) = Key::make(&begun["options"], manner);
        assert_eq!(confirm(&kari, &begun, &credential).await.error(), gone(), "{manner:?}");
    }
    // What was asked at the door adds nothing, and what was asked inside opens nothing.
    let asked = ask(&centre).await;
    let begun = begin(&kari).await;
    let (_, credential) = Key::make(&begun["options"], HONEST);
    assert_eq!(confirm(&kari, &asked, &credential).await.error(), gone());
    let mut key = add(&kari).await;
    let signed = key.sign(&begun["options"], HONEST);
    assert_eq!(enter(&centre, &begun, &signed, "phone").await.error(), gone());
    opens(&centre, &mut key).await;
}

#[tokio::test]
async fn a_card_and_a_link_take_no_passkey() {
    let centre = Centre::open().await;
    let secret = json!({"secret": "2468"});
    assert_eq!(centre.phone("amina").await.post("/api/passkeys/begin", &secret).await.error(), gone());
    let school = centre.device("slettebakken", "school").await;
    assert_eq!(school.post("/api/passkeys/begin", &json!({"secret": "minvei-demo"})).await.error(), gone());
}

#[tokio::test]
async fn one_who_is_named_comes_in_by_a_passkey_where_nothing_is_kept() {
    let centre = Centre::open().await;
    let mut pc = centre.device("kari", "pc").await;
    let mut key = add(&pc).await;
    let outcome = pc.push(shield::Shield { id: id("amina"), with: id("bente") }).await;
    assert!(outcome["applied"].is_u64(), "{outcome}");

    let asked = ask(&centre).await;
    let credential = key.sign(&asked["options"], HONEST);
    let body = json!({"ceremony": asked["ceremony"], "credential": credential, "client": "page", "keeps": false});
    let opened = centre.post("/api/passkey/enter", &body).await;
    let page = centre.page_in(&opened, "page");
    assert!(!opened.headers.contains_key("set-cookie"), "{:?}", opened.headers);
    let sees_her = |rows: Vec<Value>| rows.iter().any(|row| row["k"] == "person" && row["b"]["id"] == "amina");
    assert!(sees_her(all_rows(&page).await));
    let phone = show(&centre, &mut key, HONEST, "phone").await;
    let cookie = cookie_of(&phone.headers);
    assert!(phone.json()["token"].is_null());
    let client = "phone".to_owned();
    let phone =
        Device { centre: &centre, cookie, bearer: None, client, next: 1, cursor: Value::Null, epoch: Value::Null };
    assert!(!sees_her(all_rows(&phone).await), "by the same key, on a device");
}

#[tokio::test]
async fn a_passkey_that_was_taken_away_opens_nothing() {
    let centre = Centre::open().await;
    let (kari, jonas) = (centre.device("kari", "pc").await, centre.device("jonas", "jonas-pc").await);
    let (mut lost, mut kept) = (add(&kari).await, add(&kari).await);
    let end = json!({"id": lost.id()});
    assert_eq!(jonas.post("/api/passkeys/end", &end).await.error(), gone(), "it is not his");
    opens(&centre, &mut lost).await;
    assert_eq!(kari.post("/api/passkeys/end", &end).await.status, 204);
    assert_eq!(kari.post("/api/passkeys/end", &end).await.error(), gone());
    assert_eq!(show(&centre, &mut lost, HONEST, "phone").await.error(), gone());
    opens(&centre, &mut kept).await;
    assert_eq!(listed(&kari).await.len(), 1);
    let log = kari.get("/api/log").await.json();
    let noted: Vec<_> = log.as_array().unwrap().iter().rev().map(|line| line["name"].clone()).collect();
    let expected = ["sign-in", "passkey.add", "passkey.add", "sign-in", "passkey.end", "sign-in"];
    assert_eq!(noted, expected, "what was tried in vain is not in it");
}

#[tokio::test]
async fn a_passkey_goes_with_her_part_and_with_her_account() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "bente-pc").await;

    let mut key = add(&centre.device("kari", "pc").await).await;
    opens(&centre, &mut key).await;
    bente.push(staff::End { id: id("kari") }).await;
    assert_eq!(show(&centre, &mut key, HONEST, "phone").await.error(), gone(), "she has left");
    bente.push(staff::Return { id: id("kari") }).await;
    assert_eq!(show(&centre, &mut key, HONEST, "phone").await.error(), gone(), "it does not wait for her");

    let mut key = add(&centre.device("jonas", "jonas-pc").await).await;
    opens(&centre, &mut key).await;
    let teaches = staff::Correct { id: id("jonas"), name: name("Jonas Berg"), role: Role::Teacher, school: None };
    bente.push(teaches).await;
    assert_eq!(show(&centre, &mut key, HONEST, "phone").await.error(), gone(), "he plays another part");

    let mut key = add(&centre.device("ingunn", "ingunn-pc").await).await;
    opens(&centre, &mut key).await;
    let link = bente.post("/api/invitations", &json!({"staff": "ingunn"})).await.json();
    let token = link["link"].as_str().unwrap().split_once('#').unwrap().1;
    let chosen = json!({"token": token, "login": "ingunn", "secret": "gulrot traktor månelys"});
    assert_eq!(centre.post("/api/accept", &chosen).await.status, 204);
    assert_eq!(show(&centre, &mut key, HONEST, "phone").await.error(), gone(), "she may have lost her phone");
}

#[tokio::test]
async fn a_passkey_that_stayed_behind_opens_no_part_it_is_not_for() {
    for sql in [
        "update row set body = json_set(body, '$.role', 'school') where kind = 'staff' and id = 'kari'",
        "update row set body = json_set(body, '$.role', 'participant') where kind = 'staff' and id = 'kari'",
        "update row set body = json_set(body, '$.left', '2026-11-23') where kind = 'staff' and id = 'kari'",
        "update row set deleted = 1, body = '' where kind = 'staff' and id = 'kari'",
    ] {
        let centre = Centre::open().await;
        let mut key = add(&centre.device("kari", "pc").await).await;
        opens(&centre, &mut key).await;
        centre.meddle(sql).await;
        assert_eq!(show(&centre, &mut key, HONEST, "phone").await.error(), gone(), "{sql}");
    }
}

#[tokio::test]
async fn a_passkey_is_two_things() {
    let centre = second::strict().await;
    let setup = centre.try_in("kari", "minvei-demo", "pc").await.json();
    let first = second::code(&centre, &setup["secret"]);
    let body = json!({"login": "kari", "secret": "minvei-demo", "client": "pc", "code": first});
    let cookie = cookie_of(&centre.post("/api/sign-in", &body).await.headers);
    let kari = Device {
        centre: &centre,
        cookie,
        bearer: None,
        client: "pc".to_owned(),
        next: 1,
        cursor: Value::Null,
        epoch: Value::Null,
    };
    centre.clock.advance(30_000);
    let code = json!({"code": second::code(&centre, &setup["secret"])});
    let begun = kari.post("/api/passkeys/begin", &code).await.json();
    let (mut key, credential) = Key::make(&begun["options"], HONEST);
    assert_eq!(confirm(&kari, &begun, &credential).await.status, 204);

    let phone = show(&centre, &mut key, HONEST, "phone").await;
    assert_eq!(phone.status, 200, "no code is asked for: {}", phone.text);
    // Half an hour after she has gone, her password is enough there, as after a code.
    let held = json!({"user": "kari", "key": phone.json()["key"]});
    let body = json!({"login": "kari", "secret": "minvei-demo", "client": "phone", "held": held});
    assert_eq!(centre.post("/api/sign-in", &body).await.status, 200);
    assert_eq!(kari.post("/api/passkeys/end", &json!({"id": key.id()})).await.status, 204);
    let asked = centre.post("/api/sign-in", &body).await;
    assert_eq!(asked.error(), (401, "second-factor".to_owned()), "until she takes the passkey away");
}

#[tokio::test]
async fn a_device_with_the_work_of_another_is_not_opened() {
    let centre = Centre::open().await;
    let mut key = add(&centre.device("kari", "pc").await).await;
    let asked = ask(&centre).await;
    let held = json!({"user": "jonas", "key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="});
    let credential = key.sign(&asked["options"], HONEST);
    let body = json!({"ceremony": asked["ceremony"], "credential": credential, "client": "phone", "held": held});
    assert_eq!(centre.post("/api/passkey/enter", &body).await.error(), (403, "foreign-client".to_owned()));
    opens(&centre, &mut key).await;
}

#[tokio::test]
async fn whoever_tries_again_and_again_waits() {
    let centre = Centre::open().await;
    let mut key = add(&centre.device("kari", "pc").await).await;
    let asked = ask(&centre).await;
    let credential = key.sign(&asked["options"], HONEST);
    let nothing = json!({"ceremony": "nothing"});
    // What nobody can guess is worth no wait of minutes: others sit behind the same address.
    let mut tries = 0;
    while enter(&centre, &nothing, &credential, "phone").await.status != 429 {
        tries += 1;
        assert!(tries < 300, "it is never enough");
    }
    assert!(tries >= 90, "{tries}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    opens(&centre, &mut key).await;
}
