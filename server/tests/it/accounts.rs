//! Accounts: invited, changed, ended; a school's link; and that nobody can make more of them than she was given.

use serde_json::{Value, json};
use shared::{
    Role,
    domain::{person, staff},
    testkit::{id, name},
};

use crate::{
    centre::{Centre, Device, cookie_of, rows},
    sign_in::lock,
};

/// A password nobody guesses.
pub const GOOD: &str = "gulrot traktor månelys";

pub async fn hire(manager: &mut Device<'_>, who: &str, role: Role, school: Option<&str>) {
    let register = staff::Register { id: id(who), name: name("Nora Lie"), role, school: school.map(id) };
    assert!(manager.push(register).await["applied"].is_u64());
}

/// The token of a new link.
pub async fn link(manager: &Device<'_>, who: &str) -> String {
    let reply = manager.post("/api/invitations", &json!({"staff": who})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let link = reply.json()["link"].as_str().unwrap().to_owned();
    assert!(reply.json()["qr"]["size"].as_u64().unwrap() >= 21, "{}", reply.text);
    link.split_once('#').unwrap().1.to_owned()
}

pub fn accept(token: &str, login: &str, secret: &str) -> Value {
    json!({"token": token, "login": login, "secret": secret})
}

/// Comes in by a school's link.
pub async fn enter<'a>(centre: &'a Centre, token: &str, client: &str) -> Device<'a> {
    let reply = centre.post("/api/enter", &json!({"token": token, "client": client})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let cookie = cookie_of(&reply.headers);
    Device { centre, cookie, bearer: None, client: client.to_owned(), next: 1, cursor: Value::Null, epoch: Value::Null }
}

fn gone() -> (u16, String) {
    (404, "gone".to_owned())
}

#[tokio::test]
async fn a_colleague_is_invited_and_chooses_her_password() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    hire(&mut bente, "nora", Role::Adviser, None).await;
    let token = link(&bente, "nora").await;
    let seen = centre.post("/api/invitation", &json!({"token": token})).await.json();
    assert_eq!(seen, json!({"name": "Nora Lie", "role": "adviser", "login": null}));

    for (login, secret, refused) in [
        ("kari", GOOD, (409, "login-taken")),
        ("n", GOOD, (422, "weak-login")),
        ("~ns.nora", GOOD, (422, "weak-login")),
        ("ns-7k3m-q2", GOOD, (409, "login-taken")),
        ("ns7k3mq2", GOOD, (409, "login-taken")),
        ("nora", "passord", (422, "weak-secret")),
        ("nora", "nora lie nora lie", (422, "weak-secret")),
    ] {
        let reply = centre.post("/api/accept", &accept(&token, login, secret)).await;
        assert_eq!(reply.error(), (refused.0, refused.1.to_owned()), "{login} {secret}");
    }
    assert_eq!(centre.post("/api/accept", &accept(&token, " Nora ", GOOD)).await.status, 204);
    assert_eq!(centre.post("/api/accept", &accept(&token, "nora2", GOOD)).await.error(), gone(), "once");
    assert_eq!(centre.post("/api/invitation", &json!({"token": token})).await.error(), gone());

    let nora = centre.device_with("nora", GOOD, "nora-pc").await;
    assert_eq!(nora.get("/api/me").await.json()["role"], "adviser");
    let accounts = bente.get("/api/accounts").await.json();
    let hers = accounts.as_array().unwrap().iter().find(|one| one["user"] == "nora").unwrap();
    assert_eq!((&hers["login"], &hers["has_link"]), (&json!("nora"), &json!(false)));
}

#[tokio::test]
async fn an_invitation_lets_nobody_try_out_which_logins_there_are() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    hire(&mut bente, "nora", Role::Adviser, None).await;
    let token = link(&bente, "nora").await;
    let tried = async |login: &str| centre.post("/api/accept", &accept(&token, login, GOOD)).await.error();
    for _ in 0..10 {
        assert_eq!(tried("n").await.0, 422, "what says nothing of anybody costs nothing");
    }
    for _ in 0..5 {
        assert_eq!(tried("kari").await, (409, "login-taken".to_owned()));
    }
    for login in ["jonas", "nora"] {
        assert_eq!(tried(login).await, (429, "too-many-tries".to_owned()), "{login}");
    }
    centre.clock.advance(2_000);
    assert_eq!(centre.post("/api/accept", &accept(&token, "nora", GOOD)).await.status, 204);
}

#[tokio::test]
async fn an_invitation_that_was_made_up_is_counted_nowhere() {
    let centre = Centre::open().await;
    for _ in 0..20 {
        assert_eq!(centre.post("/api/accept", &accept("nothing", "nora", GOOD)).await.error(), gone());
    }
    centre.phone("amina").await;
}

#[tokio::test]
async fn an_invitation_ends_after_a_week_or_when_it_is_withdrawn() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    hire(&mut bente, "nora", Role::Adviser, None).await;
    let first = link(&bente, "nora").await;
    let second = link(&bente, "nora").await;
    assert_eq!(centre.post("/api/invitation", &json!({"token": first})).await.error(), gone(), "replaced");
    assert_eq!(centre.post("/api/enter", &json!({"token": second, "client": "c"})).await.error(), gone(), "no way in");
    assert_eq!(bente.post("/api/invitations/end", &json!({"staff": "nora"})).await.status, 204);
    assert_eq!(centre.post("/api/accept", &accept(&second, "nora", GOOD)).await.error(), gone(), "withdrawn");
    let third = link(&bente, "nora").await;
    centre.clock.advance(7 * 24 * 60 * 60 * 1000);
    let bente = centre.device("bente", "pc").await;
    assert_eq!(bente.get("/api/accounts").await.status, 200);
    assert_eq!(centre.post("/api/accept", &accept(&third, "nora", GOOD)).await.error(), gone(), "too late");
    assert_eq!(centre.post("/api/accept", &accept("nothing", "nora", GOOD)).await.error(), gone());
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_opened() {
    let centre = Centre::open().await;
    let bente = centre.device("bente", "pc").await;
    let kari = centre.device("kari", "kari-pc").await;
    let token = link(&bente, "kari").await;
    let seen = centre.post("/api/invitation", &json!({"token": token})).await.json();
    assert_eq!(seen["login"], "kari");
    assert_eq!(kari.get("/api/me").await.status, 200, "until she takes it");
    assert_eq!(centre.post("/api/accept", &accept(&token, "kari", GOOD)).await.status, 204);
    assert_eq!(kari.get("/api/me").await.status, 401);
    assert_eq!(centre.try_in("kari", "minvei-demo", "kari-pc").await.error(), (401, "wrong-secret".to_owned()));
    centre.device_with("kari", GOOD, "kari-pc").await;
}

#[tokio::test]
async fn a_new_password_ends_the_wait_for_the_old_one() {
    let centre = Centre::open().await;
    let bente = centre.device("bente", "pc").await;
    lock(&centre, "kari").await;
    let token = link(&bente, "kari").await;
    assert_eq!(centre.post("/api/accept", &accept(&token, "kari", GOOD)).await.status, 204);
    centre.device_with("kari", GOOD, "kari-pc").await;
}

#[tokio::test]
async fn whoever_leaves_is_signed_out_at_once_and_comes_back_as_before() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    let mut kari = centre.device("kari", "kari-pc").await;
    assert!(!rows(&kari.pull().await, "person").is_empty());
    bente.push(staff::End { id: id("kari") }).await;
    assert_eq!(kari.get("/api/me").await.error(), (401, "no-session".to_owned()));
    assert_eq!(centre.try_in("kari", "minvei-demo", "kari-pc").await.error(), (401, "wrong-secret".to_owned()));
    assert_eq!(bente.post("/api/invitations", &json!({"staff": "kari"})).await.error(), gone());
    bente.push(staff::Return { id: id("kari") }).await;
    assert_eq!(kari.get("/api/me").await.status, 401, "what is over stays over");
    centre.device("kari", "kari-pc").await;
}

#[tokio::test]
async fn another_part_is_another_sign_in() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    let kari = centre.device("kari", "kari-pc").await;
    let same = staff::Correct { id: id("kari"), name: name("Kari Nes"), role: Role::Adviser, school: None };
    bente.push(same).await;
    assert_eq!(kari.get("/api/me").await.json()["name"], "Kari Nes", "a name is no part");
    let teacher = staff::Correct { id: id("kari"), name: name("Kari Nes"), role: Role::Teacher, school: None };
    bente.push(teacher).await;
    assert_eq!(kari.get("/api/me").await.status, 401, "what she has shown for one part opens no other");
    let mut kari = centre.device("kari", "kari-pc").await;
    assert_eq!(kari.get("/api/me").await.json()["role"], "teacher");
    assert!(rows(&kari.pull().await, "person").is_empty(), "her participants were hers as their adviser");
    let refused = kari.push(person::Assign { id: id("amina"), contact: id("jonas") }).await;
    assert_eq!(refused["refused"]["why"], "gone");
}

#[tokio::test]
async fn a_participant_who_is_handed_over_leaves_the_one_and_reaches_the_other() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    let mut kari = centre.device("kari", "kari-pc").await;
    let mut jonas = centre.device("jonas", "jonas-pc").await;
    let hers = kari.pull().await;
    let held = hers["patch"]["grants"]["tags"].clone();
    let before = jonas.pull().await["patch"]["grants"]["tags"].clone();
    let moved = rows(&hers, "person")[0]["id"].as_str().unwrap().to_owned();
    let outcome = bente.push(person::Assign { id: id(&moved), contact: id("jonas") }).await;
    assert!(outcome["applied"].is_u64(), "{outcome}");
    let tag = json!(format!("participant:{moved}"));
    let held = pull_holding(&kari, held).await["patch"]["grants"]["tags"].clone();
    assert!(!held.as_array().unwrap().contains(&tag), "her device drops what it has by that: {held}");
    let jonas = rows(&pull_holding(&jonas, before).await, "person");
    assert!(jonas.iter().any(|row| row["id"] == moved), "{jonas:?}");
}

/// Pulls after rights have changed: the device says what it holds.
async fn pull_holding(device: &Device<'_>, held: Value) -> Value {
    let mut body = device.standing();
    body["held"] = held;
    device.post("/api/sync", &body).await.json()
}

#[tokio::test]
async fn a_school_comes_in_by_its_link_and_orders_for_itself_alone() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    hire(&mut bente, "turid", Role::School, Some("slettebakken")).await;
    let token = link(&bente, "turid").await;
    let mut turid = enter(&centre, &token, "school-pc").await;
    assert_eq!(turid.get("/api/me").await.json()["role"], "school");
    let pulled = turid.pull().await;
    let schools = rows(&pulled, "school");
    assert_eq!(schools.len(), 1);
    assert_eq!(schools[0]["id"], "slettebakken");
    assert!(rows(&pulled, "person").is_empty() && rows(&pulled, "mark").is_empty());
    let accounts = bente.get("/api/accounts").await.json();
    let hers = accounts.as_array().unwrap().iter().find(|one| one["user"] == "turid").unwrap();
    assert_eq!((&hers["login"], &hers["has_link"]), (&Value::Null, &json!(true)), "{hers}");

    // What came in by a link is over when there is another, and when it is withdrawn.
    let rotated = link(&bente, "turid").await;
    let old = json!({"token": token, "client": "other-pc"});
    assert_eq!(centre.post("/api/enter", &old).await.error(), gone());
    assert_eq!(turid.get("/api/me").await.status, 401);
    let turid = enter(&centre, &rotated, "school-pc").await;
    assert_eq!(turid.get("/api/me").await.status, 200);
    assert_eq!(bente.post("/api/invitations/end", &json!({"staff": "turid"})).await.status, 204);
    assert_eq!(turid.get("/api/me").await.status, 401);
    assert_eq!(centre.post("/api/enter", &json!({"token": rotated, "client": "c"})).await.error(), gone());
    // No password leads into such an account.
    assert_eq!(centre.try_in("~ns.turid", "", "c").await.error().0, 401);
}

#[tokio::test]
async fn a_schools_link_opens_nothing_once_she_plays_another_part() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    hire(&mut bente, "turid", Role::School, Some("slettebakken")).await;
    let token = link(&bente, "turid").await;
    let manager = staff::Correct { id: id("turid"), name: name("Turid"), role: Role::Manager, school: None };
    let turid = enter(&centre, &token, "school-pc").await;
    assert!(bente.push(manager).await["applied"].is_u64());
    assert_eq!(turid.get("/api/me").await.status, 401, "a link is no proof for a manager");
    let (school, at) = (Role::School, Some(id("slettebakken")));
    bente.push(staff::Correct { id: id("turid"), name: name("Turid"), role: school, school: at }).await;
    assert_eq!(centre.post("/api/enter", &json!({"token": token, "client": "c"})).await.error(), gone());
}

#[tokio::test]
async fn nobody_hands_out_more_than_she_may() {
    let centre = Centre::open().await;
    let kari = centre.device("kari", "kari-pc").await;
    for who in ["jonas", "bente", "kari", "nobody"] {
        let reply = kari.post("/api/invitations", &json!({"staff": who})).await;
        assert_eq!(reply.error(), (403, "forbidden".to_owned()), "{who}");
    }
    let bente = centre.device("bente", "pc").await;
    assert_eq!(bente.post("/api/invitations", &json!({"staff": "amina"})).await.error(), gone(), "she has a card");
    assert_eq!(bente.post("/api/invitations", &json!({"staff": "nobody"})).await.error(), gone());
    let own = bente.post("/api/invitations", &json!({"staff": "bente"})).await;
    assert_eq!(own.status, 403, "an open page is no way past her second factor");
    let extra = json!({"staff": "kari", "role": "manager"});
    assert_eq!(bente.post("/api/invitations", &extra).await.error(), (400, "malformed".to_owned()));
}
