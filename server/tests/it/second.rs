//! The second factor: asked for, set up, used once, lost; at the sign-in and while signed in.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::{
    AppState, app,
    assets::Assets,
    auth::secret::{Cost, Secrets},
    clock::Clock,
    config::Transport,
    demo,
    store::Sqlite,
};
use totp_rs::{Algorithm, Secret, TOTP};

use crate::centre::{Centre, Reply};

/// The code of a secret as it was shown, now.
pub fn code(centre: &Centre, secret: &Value) -> String {
    let secret = Secret::Encoded(secret.as_str().unwrap().replace(' ', "")).to_bytes().unwrap();
    let totp = TOTP::new(Algorithm::SHA1, 6, 0, 30, secret).unwrap();
    totp.generate((centre.clock.now().0 / 1000).unsigned_abs())
}

fn later(centre: &Centre) {
    centre.clock.advance(30_000);
}

async fn try_with(centre: &Centre, code: &str, client: &str) -> Reply {
    let body = json!({"login": "kari", "secret": "minvei-demo", "client": client, "code": code});
    centre.post("/api/sign-in", &body).await
}

/// A centre where staff must have a second factor, as everywhere but in the demo.
pub async fn strict() -> Centre {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(Sqlite::open(&folder.path().join("test.db")).await.unwrap());
    let clock = Clock::starting_at(server::clock::parse_time(crate::centre::MORNING).unwrap());
    let secrets = Secrets::new(Cost::LIGHT);
    demo::fill(&*store, &secrets, clock.now()).await.unwrap();
    let state = AppState::new(store, clock.clone(), secrets, Assets::of([]), Transport::Plain);
    Centre { app: app(state), clock, folder }
}

/// Kari with a second factor: its secret and her recovery codes.
pub async fn set_up(centre: &Centre) -> (Value, Vec<String>) {
    let kari = centre.device("kari", "first").await;
    let setup = kari.post("/api/second/begin", &json!({"secret": "minvei-demo"})).await.json();
    let confirmed = kari.post("/api/second/confirm", &json!({"code": code(centre, &setup["secret"])})).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    later(centre);
    (setup["secret"].clone(), serde_json::from_value(confirmed.json()["recovery"].clone()).unwrap())
}

fn error(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}

#[tokio::test]
async fn staff_set_up_their_second_factor_before_they_see_anything() {
    let centre = strict().await;
    let asked = centre.try_in("kari", "minvei-demo", "pc").await;
    assert_eq!(asked.error(), error(401, "set-second-factor"));
    assert!(asked.headers.get("set-cookie").is_none(), "no session yet");
    let setup = asked.json();
    assert!(setup["uri"].as_str().unwrap().starts_with("otpauth://totp/Minvei:kari?secret="));
    assert_eq!(try_with(&centre, "000000", "pc").await.error(), error(403, "wrong-code"));
    let in_now = try_with(&centre, &code(&centre, &setup["secret"]), "pc").await;
    assert_eq!(in_now.status, StatusCode::OK, "{}", in_now.text);
    assert_eq!(in_now.json()["recovery"].as_array().unwrap().len(), 10);
    later(&centre);
    let again = try_with(&centre, &code(&centre, &setup["secret"]), "other").await.json();
    assert_eq!(again["recovery"], Value::Null, "shown once");

    // Whoever sees nothing that is secret by law needs none.
    for (login, secret) in [("kjokken", "minvei-demo"), ("slettebakken", "minvei-demo")] {
        assert_eq!(centre.try_in(login, secret, &format!("pc-{login}")).await.status, StatusCode::OK);
    }
    centre.phone("amina").await;
}

#[tokio::test]
async fn only_the_last_setup_that_was_shown_counts() {
    let centre = strict().await;
    let first = centre.try_in("kari", "minvei-demo", "pc").await.json();
    let second = centre.try_in("kari", "minvei-demo", "pc").await.json();
    assert_ne!(first["secret"], second["secret"]);
    assert_eq!(try_with(&centre, &code(&centre, &first["secret"]), "pc").await.error(), error(403, "wrong-code"));
    assert_eq!(try_with(&centre, &code(&centre, &second["secret"]), "pc").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_asked_for_on_a_new_device_and_good_once() {
    let centre = Centre::open().await;
    let (secret, _) = set_up(&centre).await;
    assert_eq!(centre.try_in("kari", "minvei-demo", "second").await.error(), error(401, "second-factor"));
    assert_eq!(centre.try_in("kari", "wrong", "second").await.error(), error(401, "wrong-secret"));
    let now = code(&centre, &secret);
    assert_eq!(try_with(&centre, &now, "second").await.status, StatusCode::OK);
    assert_eq!(try_with(&centre, &now, "third").await.error(), error(403, "wrong-code"), "seen over her shoulder");
}

#[tokio::test]
async fn a_device_where_it_was_shown_today_asks_for_the_password_alone() {
    let centre = Centre::open().await;
    let (secret, _) = set_up(&centre).await;
    let opened = try_with(&centre, &code(&centre, &secret), "office").await.json();
    let held = |key: &Value| json!({"user": "kari", "key": key});
    let body = |held: Value| json!({"login": "kari", "secret": "minvei-demo", "client": "office", "held": held});
    // The name of the client alone proves nothing.
    assert_eq!(centre.try_in("kari", "minvei-demo", "office").await.error(), error(401, "second-factor"));
    let foreign = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_eq!(centre.post("/api/sign-in", &body(held(&foreign))).await.error(), error(401, "second-factor"));
    assert_eq!(centre.post("/api/sign-in", &body(held(&opened["key"]))).await.status, StatusCode::OK);
    centre.clock.advance(12 * 60 * 60 * 1000);
    assert_eq!(centre.post("/api/sign-in", &body(held(&opened["key"]))).await.error(), error(401, "second-factor"));
}

#[tokio::test]
async fn a_recovery_code_opens_once_when_the_phone_is_lost() {
    let centre = Centre::open().await;
    let (_, recovery) = set_up(&centre).await;
    let typed = recovery[4].to_lowercase().replace('-', " ");
    let kari = try_with(&centre, &typed, "second").await;
    assert_eq!(kari.status, StatusCode::OK, "{}", kari.text);
    assert_eq!(try_with(&centre, &typed, "third").await.error(), error(403, "wrong-code"));
    assert_eq!(try_with(&centre, &recovery[5], "third").await.status, StatusCode::OK);
}

#[tokio::test]
async fn codes_cannot_be_guessed() {
    let centre = Centre::open().await;
    set_up(&centre).await;
    let mut refused = 0;
    for guess in 0..30 {
        // Asking for the code alone forgives nothing.
        centre.try_in("kari", "minvei-demo", "second").await;
        if try_with(&centre, &format!("{guess:06}"), "second").await.status == StatusCode::TOO_MANY_REQUESTS {
            refused += 1;
        }
    }
    assert_eq!(refused, 25, "five tries");
}

#[tokio::test]
async fn another_factor_needs_a_code_of_the_one_she_has() {
    let centre = Centre::open().await;
    let (secret, recovery) = set_up(&centre).await;
    let cookie = try_with(&centre, &code(&centre, &secret), "second").await;
    let mut kari = centre.device("jonas", "any").await;
    kari.cookie = crate::centre::cookie_of(&cookie.headers);
    let state = kari.get("/api/second").await.json();
    assert_eq!((&state["is_on"], &state["recovery"]), (&json!(true), &json!(10)));
    assert_eq!(kari.post("/api/second/begin", &json!({})).await.error(), error(403, "wrong-code"));
    later(&centre);
    let setup = kari.post("/api/second/begin", &json!({"code": code(&centre, &secret)})).await.json();
    // The one she has is good until she has shown that she can make codes of the new one.
    later(&centre);
    assert_eq!(try_with(&centre, &code(&centre, &secret), "third").await.status, StatusCode::OK);
    let confirmed = kari.post("/api/second/confirm", &json!({"code": code(&centre, &setup["secret"])})).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    later(&centre);
    assert_eq!(try_with(&centre, &code(&centre, &secret), "fourth").await.error(), error(403, "wrong-code"));
    assert_eq!(try_with(&centre, &recovery[0], "fourth").await.error(), error(403, "wrong-code"));
    assert_eq!(kari.post("/api/second/confirm", &json!({"code": "000000"})).await.error(), error(403, "wrong-code"));
}

#[tokio::test]
async fn the_first_factor_needs_her_password_and_an_open_page_guesses_neither() {
    let centre = Centre::open().await;
    let kari = centre.device("kari", "pc").await;
    let (nothing, right) = (json!({}), json!({"secret": "minvei-demo"}));
    for shown in [nothing, json!({"secret": "guess"}), json!({"code": "000000"})] {
        assert_eq!(kari.post("/api/second/begin", &shown).await.error(), error(403, "wrong-code"), "{shown}");
    }
    let setup = kari.post("/api/second/begin", &right).await;
    assert_eq!(setup.status, StatusCode::OK, "{}", setup.text);
    // What she has begun and left: tries count like wrong passwords, and the log has them.
    let mut answered = Vec::new();
    for _ in 0..30 {
        answered.push(kari.post("/api/second/confirm", &json!({"code": "000000"})).await.status.as_u16());
    }
    assert_eq!(answered.iter().filter(|status| **status == 403).count(), 5, "{answered:?}");
    assert_eq!(answered.last(), Some(&429));
    assert_eq!(kari.post("/api/second/begin", &right).await.status, 429, "for all that is guessed of hers");
    let bente = centre.device("bente", "desk").await;
    assert!(bente.get("/api/log/review").await.text.contains("sign-in.wrong"));
    centre.clock.advance(20 * 60 * 1_000);
    let confirmed = kari.post("/api/second/confirm", &json!({"code": code(&centre, &setup.json()["secret"])})).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
}

#[tokio::test]
async fn an_invitation_takes_a_lost_factor_away() {
    let centre = Centre::open().await;
    set_up(&centre).await;
    let bente = centre.device("bente", "pc").await;
    let link = bente.post("/api/invitations", &json!({"staff": "kari"})).await.json();
    let token = link["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let chosen = json!({"token": token, "login": "kari", "secret": "gulrot traktor månelys"});
    assert_eq!(centre.post("/api/accept", &chosen).await.status, StatusCode::NO_CONTENT);
    centre.device_with("kari", "gulrot traktor månelys", "second").await;
}

#[tokio::test]
async fn a_card_cannot_be_locked_by_whoever_holds_the_phone() {
    let centre = Centre::open().await;
    let amina = centre.phone("amina").await;
    assert_eq!(amina.post("/api/second/begin", &json!({})).await.error(), error(404, "gone"));
}

#[tokio::test]
async fn a_device_she_has_signed_out_on_proves_nothing() {
    let centre = Centre::open().await;
    let (secret, _) = set_up(&centre).await;
    let opened = try_with(&centre, &code(&centre, &secret), "stolen").await;
    later(&centre);
    let at_desk = try_with(&centre, &code(&centre, &secret), "desk").await;
    let mut kari = centre.device("jonas", "any").await;
    kari.cookie = crate::centre::cookie_of(&at_desk.headers);
    let devices = kari.get("/api/devices").await.json();
    for device in devices.as_array().unwrap().iter().filter(|device| device["here"] == false) {
        kari.post("/api/devices/end", &json!({"id": device["id"]})).await;
    }
    let held = json!({"user": "kari", "key": opened.json()["key"]});
    let body = json!({"login": "kari", "secret": "minvei-demo", "client": "stolen", "held": held});
    assert_eq!(centre.post("/api/sign-in", &body).await.error(), error(401, "second-factor"));
}
