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
use shared::{
    Role,
    domain::{shield, staff},
    testkit::{id, name},
};

use crate::{
    accounts,
    centre::{Centre, MORNING, card_of},
    crawl::all_rows,
    provider::{Browser, CLIENT, Idp, Lie, SECRET},
};

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

#[tokio::test]
async fn what_is_forged_lets_nobody_in() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    for lie in [
        Lie::OfAnotherIssuer,
        Lie::ForAnother,
        Lie::ForTwo,
        Lie::Unsigned,
        Lie::SignedWithTheSecret,
        Lie::SignedWithAnotherKey,
        Lie::Changed,
        Lie::OfAnotherCeremony,
        Lie::WithoutNonce,
        Lie::Expired,
    ] {
        idp.says().lie = lie;
        let mut browser = Browser::new(&centre);
        assert_eq!(browser.travels(&idp, &to_sign_in()).await, "/sign-in#oidc=refused", "{lie:?}");
        assert!(browser.jar.is_empty(), "{lie:?}: {:?}", browser.jar);
        assert_eq!(browser.finishes("phone").await.error(), no(404, "gone"), "{lie:?}");
    }
    idp.says().lie = Lie::None;
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &to_sign_in()).await;
    assert_eq!(browser.finishes("phone").await.status, 200, "and what is true does");
}

#[tokio::test]
async fn whoever_shows_too_little_or_has_no_national_id_is_told_so() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    for (claims, said) in [
        (json!({"acr": "idporten-loa-low"}), "low"),
        (json!({"acr": "Level4"}), "low"),
        (json!({"acr": null}), "low"),
        (json!({"pid": null}), "nobody"),
        (json!({"pid": "123"}), "nobody"),
        (json!({"pid": "1000000000x"}), "nobody"),
    ] {
        idp.says().claims = claims.clone();
        let mut browser = Browser::new(&centre);
        assert_eq!(browser.travels(&idp, &to_sign_in()).await, format!("/sign-in#oidc={said}"), "{claims}");
        assert_eq!(browser.finishes("phone").await.error(), no(404, "gone"), "{claims}");
    }
    idp.says().claims = json!({"acr": "idporten-loa-high"});
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &to_sign_in()).await;
    assert_eq!(browser.finishes("phone").await.status, 200, "more is enough");
}

#[tokio::test]
async fn a_ceremony_ends_in_the_browser_where_it_began_and_once() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    let gone = "/sign-in#oidc=gone";

    let mut browser = Browser::new(&centre);
    let sent = browser.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    assert_eq!(Browser::new(&centre).comes_back(&sent, &code).await, gone, "without her cookie");
    let mut stranger = Browser::new(&centre);
    stranger.begins(&to_sign_in()).await;
    assert_eq!(stranger.comes_back(&sent, &code).await, gone, "with the cookie of another ceremony");
    assert_eq!(browser.comes_back(&sent, &code).await, "/sign-in#oidc", "her own");

    let handle = browser.jar.clone();
    assert_eq!(browser.finishes("phone").await.status, 200);
    let mut again = Browser { centre: &centre, jar: handle };
    assert_eq!(again.finishes("phone").await.error(), no(404, "gone"), "once");
    assert_eq!(again.comes_back(&sent, &code).await, gone);

    let mut wrong = Browser::new(&centre);
    let sent = wrong.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    let reply = wrong.get(&format!("/api/oidc/back?code={code}&state=guessed")).await;
    assert_eq!(reply.header("location"), gone);
    assert_eq!(wrong.comes_back(&sent, &code).await, gone, "one guess");

    let mut slow = Browser::new(&centre);
    let sent = slow.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    centre.clock.advance(10 * 60 * 1_000);
    assert_eq!(slow.comes_back(&sent, &code).await, gone);

    let mut used = Browser::new(&centre);
    let sent = used.begins(&to_sign_in()).await;
    let unknown = code.replace("code", "used");
    assert_eq!(used.comes_back(&sent, &unknown).await, "/sign-in#oidc=refused", "a code of no use");
    let mut back = Browser::new(&centre);
    let sent = back.begins(&to_sign_in()).await;
    let (_, state) = sent.query_pairs().find(|(name, _)| name == "state").unwrap();
    let turned = back.get(&format!("/api/oidc/back?error=access_denied&state={state}")).await;
    assert_eq!(turned.header("location"), "/sign-in#oidc=refused");
    for query in ["", "?code=x", "?state=x", "?code=x&code=y", "?state=https://evil.example"] {
        let reply = centre.get(&format!("/api/oidc/back{query}")).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, gone), "{query}");
    }
}

#[tokio::test]
async fn a_connection_is_made_by_whoever_began_it_and_showed_that_it_is_she() {
    let (centre, idp) = open().await;
    let mut kari = Browser::of(&centre, "kari", PASSWORD).await;
    for shown in ["", "wrong"] {
        assert_eq!(kari.post("/api/oidc/begin", &to_link(shown)).await.error(), no(403, "wrong-code"), "{shown}");
    }
    assert_eq!(Browser::new(&centre).post("/api/oidc/begin", &to_link(PASSWORD)).await.error(), no(401, "no-session"));

    assert_eq!(kari.travels(&idp, &to_link(PASSWORD)).await, "/more#oidc");
    let mut jonas = Browser::of(&centre, "jonas", PASSWORD).await;
    jonas.jar.insert("minvei-oidc".to_owned(), kari.jar["minvei-oidc"].clone());
    assert_eq!(jonas.post("/api/oidc/link", &json!({})).await.error(), no(404, "gone"), "hers");
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.error(), no(404, "gone"), "and it is used up");

    kari.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(kari.finishes("phone").await.error(), no(404, "gone"), "it signs nobody in");
    kari.travels(&idp, &to_sign_in()).await;
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.error(), no(404, "gone"), "and the other connects nobody");

    kari.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.status, 204);
    jonas.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(jonas.post("/api/oidc/link", &json!({})).await.error(), no(409, "identity-taken"));
    assert_eq!(jonas.get("/api/oidc/mine").await.json()["providers"][0]["since"], Value::Null);
}

#[tokio::test]
async fn a_participant_shows_her_pin_and_a_new_card_ends_what_the_old_one_connected() {
    let (centre, idp) = open().await;
    let mut amina = link(&centre, &idp, &card_of("amina"), "2468").await;
    assert_eq!(amina.get("/api/oidc/mine").await.json()["asks"], "pin");
    let said = amina.get("/api/log").await.text;
    assert!(said.contains("identity.link"), "she sees it: {said}");
    let kari = centre.device("kari", "pc").await;
    assert_eq!(kari.post("/api/cards", &json!({"person": "amina"})).await.status, 200);
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &to_sign_in()).await;
    assert_eq!(browser.finishes("phone").await.error(), no(404, "not-linked"));
}

#[tokio::test]
async fn a_protected_person_comes_in_by_a_provider_where_nothing_is_kept_and_nowhere_else() {
    let (centre, idp) = open().await;
    link(&centre, &idp, &card_of("amina"), "2468").await;
    let mut kari = centre.device("kari", "pc").await;
    let outcome = kari.push(shield::Shield { id: id("amina"), with: id("bente") }).await;
    assert!(outcome["applied"].is_u64(), "{outcome}");

    let mut phone = Browser::new(&centre);
    assert_eq!(phone.travels(&idp, &to_sign_in()).await, "/sign-in#oidc");
    assert_eq!(phone.finishes("phone").await.error(), no(409, "online-only"));
    assert_eq!(phone.get("/api/me").await.error(), no(401, "no-session"));
    assert_eq!(phone.finishes("phone").await.error(), no(404, "gone"), "what was begun for a device is over");

    let mut wish = to_sign_in();
    wish["keeps"] = false.into();
    let mut browser = Browser::new(&centre);
    assert_eq!(browser.travels(&idp, &wish).await, "/online#oidc");
    let opened = browser.finishes("her-page").await;
    let page = centre.page_in(&opened, "her-page");
    assert!(browser.jar.is_empty(), "{:?}", browser.jar);
    assert_eq!(browser.get("/api/me").await.error(), no(401, "no-session"), "what her browser holds opens nothing");
    assert_eq!(page.get("/api/me").await.json()["user"], "amina");
    let people: Vec<_> = all_rows(&page).await.into_iter().filter(|row| row["k"] == "person").collect();
    assert_eq!(people.len(), 1, "{people:?}");
    assert_eq!(people[0]["b"]["id"], "amina");
}

#[tokio::test]
async fn a_page_that_keeps_nothing_opens_nobody_elses_client_and_ends_with_the_session_of_the_provider() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    let mut wish = to_sign_in();
    wish["keeps"] = false.into();
    idp.says().claims = json!({"sid": "first"});
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    // Whatever it says that it holds is not looked at.
    let held = json!({"user": "jonas", "key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="});
    let opened = browser.post("/api/oidc/finish", &json!({"client": "page", "held": held})).await;
    let page = centre.page_in(&opened, "page");
    assert_eq!(page.get("/api/me").await.json()["user"], "kari");
    centre.get(&format!("/api/oidc/logout?iss={}&sid=first", idp.url)).await;
    assert_eq!(page.get("/api/me").await.status, 401);
}

#[tokio::test]
async fn whoever_has_left_does_not_come_in_by_a_provider_either() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    let mut bente = centre.device("bente", "pc").await;
    bente.push(staff::End { id: id("kari") }).await;
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &to_sign_in()).await;
    assert_eq!(browser.finishes("phone").await.error(), no(404, "not-linked"));
}

#[tokio::test]
async fn a_provider_that_is_down_stops_nobody_else() {
    let (centre, idp) = open().await;
    let mut away = Browser::new(&centre);
    let sent = away.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    drop(idp);
    assert_eq!(away.comes_back(&sent, &code).await, "/sign-in#oidc=unreachable");
    // What is known of it is old by then, so it is asked anew.
    centre.clock.advance(6 * 60 * 60 * 1_000);
    let reply = Browser::new(&centre).post("/api/oidc/begin", &to_sign_in()).await;
    assert_eq!(reply.error(), no(503, "unreachable"));
    centre.device("kari", "pc").await;
    assert_eq!(centre.get("/api/oidc").await.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn another_key_of_the_provider_is_learnt_and_not_asked_for_all_the_time() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    idp.takes_another_key();
    for _ in 0..3 {
        assert_eq!(Browser::new(&centre).travels(&idp, &to_sign_in()).await, "/sign-in#oidc=refused", "too soon");
    }
    assert_eq!(idp.says().fetched, 1);
    centre.clock.advance(61 * 1_000);
    let mut browser = Browser::new(&centre);
    assert_eq!(browser.travels(&idp, &to_sign_in()).await, "/sign-in#oidc");
    assert_eq!(browser.finishes("phone").await.status, 200);
    assert_eq!(idp.says().fetched, 2);
}

#[tokio::test]
async fn a_sign_out_at_the_provider_ends_exactly_what_began_with_it() {
    let (centre, idp) = open().await;
    let mut kari = link(&centre, &idp, "kari", PASSWORD).await;
    let mut browsers = Vec::new();
    for sid in ["first", "second"] {
        idp.says().claims = json!({"sid": sid});
        let mut browser = Browser::new(&centre);
        browser.travels(&idp, &to_sign_in()).await;
        assert_eq!(browser.finishes(&format!("phone-{sid}")).await.status, 200);
        browsers.push(browser);
    }
    let [first, second] = &mut browsers[..] else { panic!("two") };
    let nameless = format!("?iss={}&sid=", idp.url);
    for query in ["", "?sid=first", "?iss=https://evil.example&sid=first", nameless.as_str()] {
        let reply = centre.get(&format!("/api/oidc/logout{query}")).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, ""), "{query}");
        assert_eq!(first.get("/api/me").await.status, 200, "{query}");
    }
    let reply = centre.get(&format!("/api/oidc/logout?iss={}&sid=first", idp.url)).await;
    assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, ""));
    assert_eq!(first.get("/api/me").await.status, 401);
    assert_eq!(second.get("/api/me").await.status, 200);
    assert_eq!(kari.get("/api/me").await.status, 200);
}

#[tokio::test]
async fn whoever_came_by_a_provider_is_told_where_she_signs_out_there() {
    let (centre, idp) = open().await;
    let mut kari = link(&centre, &idp, "kari", PASSWORD).await;
    assert_eq!(kari.post("/api/sign-out", &json!({})).await.status, 204, "she came by her password");
    let own = format!("{}/end", idp.url);
    let there = format!("{own}?client_id={CLIENT}&post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fsign-in");
    for (ends_at, told) in [
        (None, None),
        (Some("https://evil.example/end"), None),
        (Some("javascript:alert(1)"), None),
        (Some("http://127.0.0.1:1/end"), None),
        (Some(own.as_str()), Some(there.as_str())),
    ] {
        idp.says().ends_at = ends_at.map(str::to_owned);
        // What is known of it is old by then.
        centre.clock.advance(6 * 60 * 60 * 1_000);
        let mut browser = Browser::new(&centre);
        browser.travels(&idp, &to_sign_in()).await;
        assert_eq!(browser.finishes("phone").await.status, 200);
        let out = browser.post("/api/sign-out", &json!({})).await;
        assert_eq!(out.status, if told.is_some() { 200 } else { 204 }, "{ends_at:?}: {}", out.text);
        if let Some(told) = told {
            assert_eq!(out.json(), json!({"url": told}));
        }
        assert!(browser.jar.is_empty(), "{ends_at:?}: {:?}", browser.jar);
        assert_eq!(browser.get("/api/me").await.status, 401);
    }

    let mut wish = to_sign_in();
    wish["keeps"] = false.into();
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    let page = centre.page_in(&browser.finishes("page").await, "page");
    let out = page.post("/api/sign-out", &json!({})).await;
    assert_eq!(out.json(), json!({"url": there}), "where nothing is kept, too");
    assert!(!out.headers.contains_key("set-cookie"), "whoever is signed in beside her stays so");

    // What is known of it grows old between her coming and her going.
    centre.clock.advance((6 * 60 - 10) * 60 * 1_000);
    let mut last = Browser::new(&centre);
    last.travels(&idp, &to_sign_in()).await;
    assert_eq!(last.finishes("phone").await.status, 200);
    drop(idp);
    centre.clock.advance(20 * 60 * 1_000);
    assert_eq!(last.post("/api/sign-out", &json!({})).await.status, 204, "nobody waits for it");
    assert_eq!(last.get("/api/me").await.status, 401);
}

#[tokio::test]
async fn one_thing_does_not_stand_for_two() {
    let (centre, idp) = open().await;
    let mut kari = Browser::of(&centre, "kari", PASSWORD).await;
    let mut wish = to_link(PASSWORD);
    wish["provider"] = "feide".into();
    kari.travels(&idp, &wish).await;
    assert_eq!(kari.post("/api/oidc/link", &json!({})).await.error(), no(403, "not-enough"));
    let mut kitchen = Browser::of(&centre, "kjokken", PASSWORD).await;
    assert_eq!(kitchen.get("/api/oidc/mine").await.json()["providers"], json!([]), "the tablet is nobody's own");
    kitchen.travels(&idp, &to_link(PASSWORD)).await;
    assert_eq!(kitchen.post("/api/oidc/link", &json!({})).await.error(), no(403, "not-enough"));
}

#[tokio::test]
async fn a_school_is_found_by_its_number_when_one_of_its_staff_comes() {
    let (centre, idp) = open().await;
    let wish = json!({"provider": "feide", "purpose": "sign-in", "language": "nb"});
    let groups = |affiliation: &str, number: &str| {
        json!([
            {"id": "fc:org:bergen.example", "membership": {"affiliation": [affiliation]}},
            {"id": format!("fc:org:bergen.example:unit:NO{number}"), "membership": {"basic": "member"}},
        ])
    };
    for (affiliation, number, said) in [
        ("student", "100000008", "not-linked"),
        ("employee", "974760673", "no-school"),
        ("employee", "1", "not-linked"),
    ] {
        idp.says().groups = groups(affiliation, number);
        let mut browser = Browser::new(&centre);
        browser.travels(&idp, &wish).await;
        assert_eq!(browser.finishes("school-pc").await.error(), no(404, said), "{affiliation} {number}");
    }
    idp.says().groups = groups("employee", "100000008");
    let mut browser = Browser::new(&centre);
    assert_eq!(browser.travels(&idp, &wish).await, "/sign-in#oidc");
    let opened = browser.finishes("school-pc").await;
    assert_eq!((opened.status.as_u16(), &opened.json()["user"]), (200, &json!("slettebakken")), "{}", opened.text);
    assert_eq!(browser.get("/api/me").await.json()["role"], "school");

    let mut bente = centre.device("bente", "pc").await;
    let (school, at) = (Role::School, Some(id("slettebakken")));
    bente.push(staff::Register { id: id("nora"), name: name("Nora Lie"), role: school, school: at }).await;
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    let refused = browser.finishes("school-pc").await.error();
    assert_eq!(refused, no(404, "no-school"), "which of the two she is, nobody knows");
    bente.push(staff::End { id: id("slettebakken") }).await;
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    let opened = browser.finishes("other-school-pc").await;
    assert_eq!((opened.status.as_u16(), &opened.json()["user"]), (200, &json!("nora")), "{}", opened.text);
}

/// A browser in which a school's contact has come in by her link.
async fn by_link<'a>(centre: &'a Centre, token: &str, client: &str) -> Browser<'a> {
    let device = accounts::enter(centre, token, client).await;
    let (name, value) = device.cookie.split_once('=').unwrap();
    Browser { centre, jar: [(name.to_owned(), value.to_owned())].into() }
}

/// Who comes in by the provider alone, in a browser of her own.
async fn comes_in(centre: &Centre, idp: &Idp, client: &str) -> (u16, String) {
    let mut browser = Browser::new(centre);
    browser.travels(idp, &to_sign_in()).await;
    let reply = browser.finishes(client).await;
    let said = reply.json();
    (reply.status.as_u16(), said["error"].as_str().or(said["user"].as_str()).unwrap().to_owned())
}

#[tokio::test]
async fn what_a_link_connected_ends_with_the_link() {
    let (centre, idp) = open().await;
    let mut bente = centre.device("bente", "pc").await;
    accounts::hire(&mut bente, "turid", Role::School, Some("slettebakken")).await;
    let token = accounts::link(&bente, "turid").await;
    let mut leaked = by_link(&centre, &token, "elsewhere").await;
    assert_eq!(leaked.get("/api/oidc/mine").await.json()["asks"], "nothing");
    assert_eq!(leaked.travels(&idp, &to_link("")).await, "/more#oidc");
    assert_eq!(leaked.post("/api/oidc/link", &json!({})).await.status, 204);
    assert_eq!(comes_in(&centre, &idp, "one").await, no(200, "turid"));

    // Another link: whoever came by the first is signed out, and has nothing that lasts.
    centre.clock.advance(1_000);
    let token = accounts::link(&bente, "turid").await;
    assert_eq!(comes_in(&centre, &idp, "two").await, no(404, "not-linked"));
    assert_eq!(leaked.get("/api/me").await.status, 401);

    let mut hers = by_link(&centre, &token, "school-pc").await;
    hers.travels(&idp, &to_link("")).await;
    assert_eq!(hers.post("/api/oidc/link", &json!({})).await.status, 204);
    assert_eq!(comes_in(&centre, &idp, "four").await, no(200, "turid"));
    assert_eq!(bente.post("/api/invitations/end", &json!({"staff": "turid"})).await.status, 204);
    assert_eq!(comes_in(&centre, &idp, "five").await, no(404, "not-linked"));
    assert_eq!(hers.get("/api/me").await.status, 401);
}
