//! Where somebody is signed in, for how long, and how she signs out there.

use axum::{
    body::Body,
    http::{Request, header::USER_AGENT},
};
use serde_json::{Value, json};

use crate::centre::{Centre, Device, cookie_of, post};

const MINUTE: i64 = 60 * 1000;
const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36";

/// Signs in with a browser that says what it is.
async fn signed_in<'a>(centre: &'a Centre, login: &str, client: &str, browser: &str) -> Device<'a> {
    let body = json!({"login": login, "secret": "minvei-demo", "client": client});
    let mut request: Request<Body> = post("/api/sign-in", body.to_string());
    request.headers_mut().insert(USER_AGENT, browser.parse().unwrap());
    let reply = centre.send(request).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let cookie = cookie_of(&reply.headers);
    Device { centre, cookie, bearer: None, client: client.to_owned(), next: 1, cursor: Value::Null, epoch: Value::Null }
}

async fn status(device: &Device<'_>) -> u16 {
    device.get("/api/me").await.status.as_u16()
}

async fn is_here(device: &Device<'_>) -> u16 {
    device.post("/api/here", &json!({})).await.status.as_u16()
}

/// What the list of devices says to this one.
async fn listed(device: &Device<'_>) -> Vec<Value> {
    let reply = device.get("/api/devices").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn staff_are_signed_out_half_an_hour_after_they_have_gone() {
    let centre = Centre::open().await;
    let adviser = centre.device("kari", "laptop").await;
    for _ in 0..3 {
        centre.clock.advance(29 * MINUTE);
        assert_eq!(is_here(&adviser).await, 204);
    }
    // What the app does by itself is no sign of anybody.
    centre.clock.advance(29 * MINUTE);
    assert_eq!(adviser.post("/api/sync", &adviser.standing()).await.status, 200);
    centre.clock.advance(MINUTE);
    assert_eq!(status(&adviser).await, 401);
    assert_eq!(is_here(&adviser).await, 401, "it is too late to say so");
}

#[tokio::test]
async fn whoever_works_all_day_signs_in_again_after_twelve_hours() {
    let centre = Centre::open().await;
    let adviser = centre.device("kari", "laptop").await;
    for _ in 0..28 {
        centre.clock.advance(25 * MINUTE);
        assert_eq!(is_here(&adviser).await, 204);
    }
    centre.clock.advance(20 * MINUTE);
    assert_eq!(status(&adviser).await, 401);
}

#[tokio::test]
async fn a_tablet_a_school_and_a_phone_stay_signed_in_while_nobody_touches_them() {
    let centre = Centre::open().await;
    let tablet = centre.device("kjokken", "tablet").await;
    let school = centre.device("slettebakken", "pc").await;
    let phone = centre.phone("amina").await;
    centre.clock.advance(11 * 60 * MINUTE);
    for device in [&tablet, &school, &phone] {
        assert_eq!(status(device).await, 200, "{}", device.client);
    }
}

#[tokio::test]
async fn she_sees_her_devices_and_signs_out_on_the_one_that_is_gone() {
    let centre = Centre::open().await;
    let lost = signed_in(&centre, "kari", "phone", PHONE).await;
    centre.clock.advance(MINUTE);
    let laptop = signed_in(&centre, "kari", "laptop", "curl/8.0").await;
    signed_in(&centre, "jonas", "desk", PHONE).await;
    let devices = listed(&laptop).await;
    let shown: Vec<_> = devices.iter().map(|one| (one["device"].as_str().unwrap(), one["here"] == true)).collect();
    assert_eq!(shown, [("", true), ("Chrome · Android", false)]);
    let between = devices[0]["used"].as_i64().unwrap() - devices[1]["used"].as_i64().unwrap();
    assert!((MINUTE..2 * MINUTE).contains(&between), "{between}");
    assert!(!devices.iter().any(|one| lost.cookie.contains(one["id"].as_str().unwrap())), "it opens nothing");

    let id = devices[1]["id"].clone();
    assert_eq!(laptop.post("/api/devices/end", &json!({"id": id})).await.status, 204);
    assert_eq!(status(&lost).await, 401);
    assert_eq!(listed(&laptop).await.len(), 1);
    assert_eq!(laptop.post("/api/devices/end", &json!({"id": id})).await.error(), (404, "not-found".to_owned()));
}

#[tokio::test]
async fn nobody_signs_others_out_or_learns_that_they_are_signed_in() {
    let centre = Centre::open().await;
    let adviser = centre.device("kari", "laptop").await;
    let other = centre.device("jonas", "desk").await;
    let hers = listed(&adviser).await[0]["id"].clone();
    let foreign = other.post("/api/devices/end", &json!({"id": hers})).await;
    let unknown = other.post("/api/devices/end", &json!({"id": "AAAAAAAAAAAAAAAA"})).await;
    assert_eq!((foreign.status, &foreign.text), (unknown.status, &unknown.text));
    assert_eq!(status(&adviser).await, 200);
    assert_eq!(other.post("/api/devices/end", &json!({"id": hers, "user": "kari"})).await.error().0, 400);
}

#[tokio::test]
async fn whoever_signs_in_again_on_a_device_has_one_session_there() {
    let centre = Centre::open().await;
    let before = signed_in(&centre, "kari", "phone", PHONE).await;
    let after = signed_in(&centre, "kari", "phone", PHONE).await;
    assert_eq!(status(&before).await, 401);
    assert_eq!(listed(&after).await.len(), 1);
}

#[tokio::test]
async fn a_session_that_is_over_is_not_in_the_list() {
    let centre = Centre::open().await;
    signed_in(&centre, "kari", "phone", PHONE).await;
    centre.clock.advance(31 * MINUTE);
    let laptop = signed_in(&centre, "kari", "laptop", "").await;
    assert_eq!(listed(&laptop).await.len(), 1);
}

#[tokio::test]
async fn a_page_that_is_loaded_anew_gets_the_key_of_its_own_client_and_no_other() {
    let centre = Centre::open().await;
    let (laptop, tablet) = (centre.device("kari", "laptop").await, centre.device("kari", "tablet").await);
    let at_sign_in = centre.try_in("kari", "minvei-demo", "third").await;
    let third = cookie_of(&at_sign_in.headers);
    let third = Device {
        centre: &centre,
        cookie: third,
        bearer: None,
        client: "third".into(),
        next: 1,
        cursor: Value::Null,
        epoch: Value::Null,
    };
    let key = third.get("/api/key").await;
    assert_eq!(key.json(), json!({"client": "third", "key": at_sign_in.json()["key"]}));
    let [first, second] = [laptop.get("/api/key").await.json(), tablet.get("/api/key").await.json()];
    assert_eq!((&first["client"], &second["client"]), (&json!("laptop"), &json!("tablet")));
    assert_ne!(first["key"], second["key"]);
    centre.clock.advance(30 * MINUTE);
    assert_eq!(laptop.get("/api/key").await.error(), (401, "no-session".to_owned()), "she has gone");
}
