//! How fast one may ask, and how much at once: whoever goes beyond it waits, and nobody else does.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpStream},
    num::NonZeroU32,
    thread,
    time::Duration,
};

use axum::{body::Body, http::Request};
use futures_util::future::join_all;
use governor::Quota;
use serde_json::json;
use server::{limits::Rates, peer::Peer, routes::deposit};
use ureq::Agent;

use crate::{
    centre::{Centre, MORNING, Reply},
    process::{Process, serve},
};

/// More than a session may ask in one go, however slow the machine is.
const MANY: usize = 20_000;

/// Told to be slower, and when to come again?
fn assert_too_fast(reply: &Reply) {
    assert_eq!(reply.error(), (429, "too-fast".to_owned()));
    let wait: i64 = reply.header("retry-after").parse().unwrap();
    assert!(wait >= 1 && reply.json()["seconds"] == wait, "{wait}");
}

#[tokio::test]
async fn a_session_that_asks_too_much_waits_and_another_does_not() {
    let centre = Centre::open().await;
    let (hasty, calm) = (centre.device("kari", "laptop").await, centre.device("kari", "pc").await);
    let (mut answered, mut refused) = (0, None);
    while refused.is_none() && answered < MANY {
        for reply in join_all((0..32).map(|_| hasty.get("/api/me"))).await {
            match reply.status.as_u16() {
                200 => answered += 1,
                _ => refused = Some(reply),
            }
        }
    }
    assert!(answered >= 1_000, "refused after {answered}");
    assert_too_fast(&refused.expect("an end of what one session may ask"));
    assert_eq!(calm.get("/api/me").await.status, 200);
}

#[tokio::test]
async fn a_flood_of_syncs_by_one_session_is_refused_and_loses_nothing() {
    let session = Quota::per_hour(NonZeroU32::MIN).allow_burst(NonZeroU32::new(20).unwrap());
    let centre = Centre::paced(Rates { session, ..Rates::default() }).await;
    let (hasty, mut calm) = (centre.device("kari", "laptop").await, centre.device("kari", "pc").await);
    let standing = hasty.standing();
    let mut replies = Vec::new();
    for _ in 0..30 {
        replies.push(hasty.post("/api/sync", &standing).await);
    }
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 20);
    replies.iter().skip(20).for_each(assert_too_fast);
    calm.pull().await;
}

#[tokio::test]
async fn a_flood_without_a_session_is_refused_and_whoever_is_known_goes_on() {
    let strange = Quota::per_hour(NonZeroU32::MIN).allow_burst(NonZeroU32::new(20).unwrap());
    let centre = Centre::paced(Rates { strange, ..Rates::default() }).await;
    let kari = centre.device("kari", "pc").await;
    assert_eq!(kari.get("/api/me").await.status, 200);
    let made_up = |number: u32| {
        let request = Request::get("/api/me").header("cookie", format!("minvei=made-up-{number}"));
        request.body(Body::empty()).unwrap()
    };
    let mut refused = None;
    for number in 0..20 {
        let reply = centre.send(made_up(number)).await;
        if reply.status != 401 {
            refused = Some(reply);
            break;
        }
    }
    assert_too_fast(&refused.expect("an end of what may be tried"));
    for reply in [centre.get("/api/me").await, centre.try_in("kari", "minvei-demo", "laptop").await] {
        assert_too_fast(&reply);
    }
    assert_eq!(kari.get("/api/me").await.status, 200, "she is known, and goes on");
    let mut from_elsewhere = made_up(0);
    from_elsewhere.extensions_mut().insert(Peer(IpAddr::from([10, 0, 0, 2])));
    assert_eq!(centre.send(from_elsewhere).await.status, 401);
    // A session that is over is known no longer.
    assert_eq!(kari.post("/api/sign-out", &json!({})).await.status, 204);
    assert_eq!(kari.get("/api/me").await.status, 401);
    assert_too_fast(&kari.get("/api/me").await);
}

#[tokio::test]
async fn ceremonies_are_not_begun_without_end() {
    let centre = Centre::open().await;
    let empty = json!({});
    let begun = join_all((0..8).map(|_| centre.post("/api/passkey", &empty))).await;
    assert!(begun.iter().all(|reply| reply.status == 200), "a few at once are nothing");
    let mut refused = None;
    for _ in 0..1_000 {
        let reply = centre.post("/api/passkey", &json!({})).await;
        if reply.status != 200 {
            refused = Some(reply);
            break;
        }
    }
    assert_too_fast(&refused.expect("an end of what may be begun"));
}

/// No passkey is for an address without a name; who hears that has got past the door.
const LET_IN: u16 = 404;

#[test]
fn sign_ins_that_stand_still_leave_no_place_for_one_more_from_their_address() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let to: SocketAddr = process.url.strip_prefix("http://").unwrap().parse().unwrap();
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let knock = || {
        let request = agent.post(format!("{}/api/passkey", process.url)).header("content-type", "application/json");
        request.send("{}").unwrap()
    };
    let stalled = |_| {
        let mut line = TcpStream::connect(to).unwrap();
        let head = "POST /api/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000";
        line.write_all(format!("{head}\r\n\r\n{{").as_bytes()).unwrap();
        line
    };
    let mut lines: Vec<_> = (0..15).map(stalled).collect();
    thread::sleep(Duration::from_secs(1));
    assert_eq!(knock().status(), LET_IN, "there is one place left");
    lines.push(stalled(15));
    // It may take a moment until the last has come in.
    let refused = (0..50).find_map(|_| {
        thread::sleep(Duration::from_millis(50));
        Some(knock()).filter(|answer| answer.status() != LET_IN)
    });
    let mut refused = refused.expect("the seventeenth is refused");
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert!(refused.body_mut().read_to_string().unwrap().contains("too-fast"));
    drop(lines);
    let is_open_again = (0..50).any(|_| {
        thread::sleep(Duration::from_millis(50));
        knock().status() == LET_IN
    });
    assert!(is_open_again);
}

#[test]
fn large_bodies_that_never_come_leave_room_for_those_from_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(&folder.path().join("data"));
    let process = Process::wait_for(command.args(["--demo", "--clock", MORNING, "--proxy", "127.0.0.1"]));
    let to: SocketAddr = process.url.strip_prefix("http://").unwrap().parse().unwrap();
    let announced = |_| {
        let mut line = TcpStream::connect(to).unwrap();
        let head = "POST /api/deposit HTTP/1.1\r\nhost: x\r\ncontent-type: application/json";
        let rest = format!("x-forwarded-for: 198.51.100.1\r\ncontent-length: {}", deposit::MOST_BYTES);
        line.write_all(format!("{head}\r\n{rest}\r\n\r\n").as_bytes()).unwrap();
        line
    };
    let lines: Vec<_> = (0..16).map(announced).collect();
    // It may take a moment until the last has come in.
    let is_refused = (0..50).any(|number| {
        let mut line = announced(number);
        line.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut answer = [0; 12];
        line.read_exact(&mut answer).is_ok() && answer == *b"HTTP/1.1 429"
    });
    assert!(is_refused, "one more from there");
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let file = json!({"user": "kari", "client": "nobody", "sealed": "A".repeat(300_000)});
    let request = agent.post(format!("{}/api/deposit", process.url)).header("content-type", "application/json");
    let answer = request.header("x-forwarded-for", "203.0.113.1").send(file.to_string()).unwrap();
    assert_eq!(answer.status(), 404, "it is read, and is nobody's");
    drop(lines);
}
