//! Signing in and out, and what happens to those who guess.

use serde_json::json;
use shared::Role;
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};

use crate::{
    accounts::{GOOD, accept, hire, link},
    centre::{Centre, card_of, post},
    process::Process,
};

const HOUR: i64 = 60 * 60 * 1000;

/// Guesses until it is refused for a long time.
pub async fn lock(centre: &Centre, login: &str) {
    for _ in 0..50 {
        let reply = centre.try_in(login, "0000", "phone").await;
        if reply.status == 401 {
            continue;
        }
        assert_eq!(reply.error(), (429, "too-many-tries".to_owned()));
        let seconds: i64 = reply.header("retry-after").parse().unwrap();
        if seconds > 60 {
            return;
        }
        centre.clock.advance(seconds * 1_000);
    }
    panic!("guessing at {login} went on");
}

#[tokio::test]
async fn a_card_and_its_pin_open_a_session() {
    let centre = Centre::open().await;
    let typed = card_of("amina").to_lowercase().replacen("ns", "ns ", 1);
    let reply = centre.try_in(&typed, "2468", "phone").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    assert_eq!(
        (&body["user"], &body["name"], &body["role"]),
        (&json!("amina"), &json!("Amina Hassan"), &json!("participant"))
    );
    assert_eq!(body["key"].as_str().unwrap().len(), 44);
    assert!(body["server_time"].as_i64().unwrap() >= 1_795_507_200_000);
    let cookie = reply.header("set-cookie");
    for part in ["minvei=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn who_is_signed_in_can_be_asked() {
    let centre = Centre::open().await;
    let device = centre.device("slettebakken", "pc").await;
    let me = device.get("/api/me").await.json();
    assert_eq!(
        (&me["user"], &me["name"], &me["role"]),
        (&json!("slettebakken"), &json!("Turid Myhre"), &json!("school"))
    );
}

#[tokio::test]
async fn a_client_has_one_key_for_ever() {
    let centre = Centre::open().await;
    let first = centre.try_in("kari", "minvei-demo", "laptop").await.json();
    let again = centre.try_in("Kari ", "minvei-demo", "laptop").await.json();
    let other = centre.try_in("kari", "minvei-demo", "phone").await.json();
    assert_eq!(first["key"], again["key"]);
    assert_ne!(first["key"], other["key"]);
}

#[tokio::test]
async fn an_unknown_login_answers_like_a_wrong_secret() {
    let centre = Centre::open().await;
    let wrong = centre.try_in(&card_of("amina"), "0000", "phone").await;
    let unknown = centre.try_in("NS-2222-22", "0000", "phone").await;
    assert_eq!(wrong.error(), (401, "wrong-secret".to_owned()));
    assert_eq!((wrong.status, &wrong.text), (unknown.status, &unknown.text));
    assert!(wrong.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_login_that_no_database_keeps_is_a_login_nobody_has() {
    let centre = Centre::open().await;
    let unknown = centre.try_in("nobody", "minvei-demo", "pc").await;
    for _ in 0..5 {
        let reply = centre.try_in("ka\0ri", "minvei-demo", "pc").await;
        assert_eq!((reply.status, &reply.text), (unknown.status, &unknown.text));
    }
    assert_eq!(centre.try_in("ka\0ri", "minvei-demo", "pc").await.error(), (429, "too-many-tries".to_owned()));
}

#[tokio::test]
async fn guessing_is_slowed_down_even_for_the_right_secret() {
    let centre = Centre::open().await;
    let card = card_of("amina");
    for login in [card.as_str(), "NS-2222-22"] {
        for _ in 0..5 {
            assert_eq!(centre.try_in(login, "0000", "phone").await.error().0, 401);
        }
        let reply = centre.try_in(login, "2468", "phone").await;
        assert_eq!(reply.error(), (429, "too-many-tries".to_owned()));
        assert_eq!((reply.header("retry-after"), &reply.json()["seconds"]), ("1", &json!(1)));
    }
    centre.clock.advance(2_000);
    assert_eq!(centre.try_in(&card, "2468", "phone").await.status, 200);
}

#[tokio::test]
async fn a_login_that_looks_alike_shares_no_count() {
    let centre = Centre::open().await;
    let mut bente = centre.device("bente", "pc").await;
    hire(&mut bente, "nora", Role::Adviser, None).await;
    let token = link(&bente, "nora").await;
    assert_eq!(centre.post("/api/accept", &accept(&token, "k-ari", GOOD)).await.status, 204);
    let mut refused = 0;
    for _ in 0..3 {
        for _ in 0..4 {
            refused += usize::from(centre.try_in("kari", "wrong", "pc").await.status == 429);
        }
        centre.device_with("k-ari", GOOD, "nora-pc").await;
    }
    assert!(refused > 0, "what she knows of her own account forgives nothing at another's");
}

#[tokio::test]
async fn whatever_leads_to_one_account_is_counted_together() {
    let centre = Centre::open().await;
    // An unknown one answers alike, here too. The last begins with the sign for Kelvin, whose small letter is a k.
    for login in ["kari", "kxyz"] {
        let rest = &login[1..];
        lock(&centre, login).await;
        for spelling in [format!("K{rest}"), format!(" {login} "), format!("\u{212A}{rest}")] {
            assert_eq!(centre.try_in(&spelling, "wrong", "pc").await.error().0, 429, "{spelling}");
        }
    }
    // Nor can a card that somebody has be told from one that nobody has by how often it may be tried.
    let hers = card_of("amina");
    for card in [hers.as_str(), "NS222222"] {
        lock(&centre, &format!("{}-{}-{}", &card[..2], &card[2..6], &card[6..])).await;
        for spelling in [card.to_owned(), card.to_lowercase(), format!("{} {}", &card[..3], &card[3..])] {
            assert_eq!(centre.try_in(&spelling, "0000", "phone").await.error().0, 429, "{spelling}");
        }
    }
}

#[tokio::test]
async fn an_open_page_gives_no_tries_of_its_own() {
    let centre = Centre::open().await;
    let kari = centre.device("kari", "pc").await;
    let begin = json!({"secret": "wrong"});
    for _ in 0..5 {
        assert_eq!(kari.post("/api/passkeys/begin", &begin).await.error(), (403, "wrong-code".to_owned()));
    }
    assert_eq!(kari.post("/api/passkeys/begin", &begin).await.error().0, 429);
    assert_eq!(centre.try_in("kari", "minvei-demo", "pc").await.error().0, 429);
}

#[tokio::test]
async fn one_guess_at_each_of_many_logins_is_slowed_down_too() {
    let centre = Centre::open().await;
    for number in 0..100 {
        assert_eq!(centre.try_in(&format!("nobody-{number}"), "minvei-demo", "pc").await.error().0, 401);
        // Whoever comes in makes up for nothing, and costs nothing.
        if number % 10 == 0 {
            centre.device("jonas", "jonas-pc").await;
        }
    }
    let reply = centre.try_in("kari", "minvei-demo", "pc").await;
    assert_eq!(reply.error(), (429, "too-many-tries".to_owned()));
    assert!(reply.header("retry-after").parse::<i64>().unwrap() > 60, "{:?}", reply.headers);
    centre.clock.advance(HOUR / 4);
    centre.device("kari", "pc").await;
}

#[tokio::test]
async fn a_client_of_somebody_else_is_refused() {
    let centre = Centre::open().await;
    centre.device("kari", "laptop").await;
    let reply = centre.try_in("jonas", "minvei-demo", "laptop").await;
    assert_eq!(reply.error(), (403, "foreign-client".to_owned()));
    assert!(reply.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn what_is_no_sign_in_is_malformed() {
    let centre = Centre::open().await;
    for body in ["", "{}", "[]", r#"{"login":"a","secret":"b","client":"NOT AN ID"}"#] {
        let reply = centre.send(post("/api/sign-in", body.to_owned())).await;
        assert_eq!(reply.error(), (400, "malformed".to_owned()), "{body}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let centre = Centre::open().await;
    let device = centre.device("kari", "laptop").await;
    let reply = device.send(post("/api/sign-out", String::new())).await;
    assert_eq!(reply.status, 204);
    assert!(reply.header("set-cookie").starts_with("minvei=; Path=/; Max-Age=0"));
    assert_eq!(device.get("/api/me").await.error(), (401, "no-session".to_owned()));
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let centre = Centre::open().await;
    let laptop = centre.device("kari", "laptop").await;
    let phone = centre.phone("amina").await;
    centre.clock.advance(13 * HOUR);
    assert_eq!(laptop.get("/api/me").await.status, 401);
    assert_eq!(phone.get("/api/me").await.status, 200);
    centre.clock.advance(30 * 24 * HOUR);
    assert_eq!(phone.get("/api/me").await.status, 401);
}

#[tokio::test]
async fn the_binary_keeps_secrets_at_the_full_cost() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let _process = Process::start(&data);
    let file = SqliteConnectOptions::new().filename(data.join("minvei.db"));
    let mut connection = file.connect().await.unwrap();
    let begin: Vec<String> = sqlx::query_scalar("select distinct substr(secret, 1, 31) from account")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    assert_eq!(begin, ["$argon2id$v=19$m=65536,t=3,p=1$"]);
}
