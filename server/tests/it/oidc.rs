//! Sign-in with OpenID Connect: what a provider may say, what nobody may forge, and who comes in.

use std::{fs, sync::Arc};

use serde_json::{Value, json};
use server::{
    AppState, app,
    assets::Assets,
    auth::{
        oidc::{Providers, SubjectKey},
        secret::{Cost, Secrets},
    },
    clock::{Clock, parse_time},
    config::{Level, Profile, ProviderConfig, Second, Transport},
    demo,
    store::Sqlite,
};

use crate::{
    centre::{Centre, MORNING},
    provider::{Browser, CLIENT, Idp, SECRET},
};

mod away;
mod connected;
mod forged;
mod kept_nowhere;
mod leaving;
mod schools;

const PASSWORD: &str = "minvei-demo";
const PID: &str = "10000000000";

/// The demo centre, and a provider that plays ID-porten and Feide for it.
async fn open() -> (Centre, Idp) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(&folder.path().join("test.db")).await.unwrap());
    let clock = Clock::starting_at(parse_time(MORNING).unwrap());
    let secrets = Secrets::new(Cost::LIGHT);
    demo::fill(&*store, &secrets, clock.now()).await.unwrap();
    let idp = Idp::open(clock.clone()).await;
    let provider = |id: &str, profile| ProviderConfig {
        id: id.to_owned(),
        profile,
        label: id.to_uppercase(),
        issuer: idp.url.clone(),
        client_id: CLIENT.to_owned(),
        secret: SECRET.into(),
    };
    let groups = Some(format!("{}/groups", idp.url).parse().unwrap());
    let configured = vec![
        provider("idporten", Profile::IdPorten { least: Level::Substantial }),
        provider("feide", Profile::Feide { groups }),
    ];
    let providers = Providers::new(configured, SubjectKey::new(&[7; 32])).unwrap();
    let state = AppState::new(store, clock.clone(), secrets, Assets::of([]), Transport::Plain);
    let state = state.asking(Second::Offered).trusting(providers);
    (Centre { app: app(state), clock, folder }, idp)
}

fn to_sign_in() -> Value {
    json!({"provider": "idporten", "purpose": "sign-in", "language": "nb"})
}

fn to_link(shown: &str) -> Value {
    json!({"provider": "idporten", "purpose": "link", "language": "nb", "shown": shown})
}

/// The groups of somebody who is this at the school with this number.
fn of_school(affiliation: &str, number: &str) -> Value {
    json!([
        {"id": "fc:org:bergen.example", "membership": {"affiliation": [affiliation]}},
        {"id": format!("fc:org:bergen.example:unit:NO{number}"), "membership": {"basic": "member"}},
    ])
}

fn no(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

/// Connects somebody with whom the provider says she is.
async fn link<'a>(centre: &'a Centre, idp: &Idp, login: &str, secret: &str) -> Browser<'a> {
    let mut browser = Browser::of(centre, login, secret).await;
    assert_eq!(browser.travels(idp, &to_link(secret)).await, "/more#oidc");
    let linked = browser.post("/api/oidc/link", &json!({})).await;
    assert_eq!(linked.status, 204, "{}", linked.text);
    browser
}

/// Everything that lies in the data folder.
fn on_disk(centre: &Centre) -> Vec<u8> {
    let files = fs::read_dir(centre.folder.path()).unwrap();
    files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn whoever_is_connected_comes_in_and_her_national_id_is_written_nowhere() {
    let (centre, idp) = open().await;
    let mut kari = link(&centre, &idp, "kari", PASSWORD).await;
    let mine = kari.get("/api/oidc/mine").await.json();
    assert_eq!(mine["asks"], "password");
    let [one] = &mine["providers"].as_array().unwrap()[..] else { panic!("{mine}") };
    assert_eq!((&one["id"], &one["profile"], one["since"].is_i64()), (&json!("idporten"), &json!("id-porten"), true));

    let mut other = Browser::new(&centre);
    let sent = other.begins(&to_sign_in()).await;
    let asked: Vec<_> = sent.query_pairs().into_owned().collect();
    for (key, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("code_challenge_method", "S256"),
        ("acr_values", "idporten-loa-substantial"),
        ("ui_locales", "nb"),
        ("prompt", "login"),
        ("redirect_uri", "http://localhost/api/oidc/back"),
    ] {
        assert!(asked.contains(&(key.to_owned(), value.to_owned())), "{key} in {asked:?}");
    }
    assert!(!sent.as_str().contains("hush"), "no secret goes through a browser");
    let code = idp.lets_in(&sent);
    assert_eq!(other.comes_back(&sent, &code).await, "/sign-in#oidc");
    let opened = other.finishes("phone").await;
    assert_eq!((opened.status.as_u16(), &opened.json()["user"]), (200, &json!("kari")), "{}", opened.text);
    assert_eq!(other.get("/api/me").await.json()["role"], "adviser");
    assert_eq!(other.jar.len(), 1, "the handle is gone: {:?}", other.jar);

    let log = kari.get("/api/log").await.text;
    for name in ["identity.link", "sign-in.provider"] {
        assert!(log.contains(name), "{name} in {log}");
    }
    let disk = on_disk(&centre);
    assert!(holds(&disk, "idporten") && !holds(&disk, PID));

    assert_eq!(kari.post("/api/oidc/end", &json!({"provider": "idporten"})).await.status, 204);
    assert_eq!(kari.post("/api/oidc/end", &json!({"provider": "idporten"})).await.error(), no(404, "not-found"));
    assert_eq!(other.get("/api/me").await.status, 200, "sessions go on");
    let mut third = Browser::new(&centre);
    third.travels(&idp, &to_sign_in()).await;
    assert_eq!(third.finishes("third").await.error(), no(404, "not-linked"));
}
