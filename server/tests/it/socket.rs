//! `GET /api/live` as a WebSocket, with the real binary: rows for whom they are, and for no other site.

use std::{
    io::{ErrorKind, Read as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shared::sync::{
    engine::{Effect, Engine, Saved},
    wire::{Answer, Poke},
};
use shared::testkit::{at, id};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::{
    ClientRequestBuilder, Error, Message, WebSocket, client::client, handshake::HandshakeError, http::StatusCode,
    http::Uri,
};

use crate::process::{Client, Process, serve};

/// The longest a device may say nothing: it is asked after a quarter of a minute, and let go after another one.
const SILENCE: Duration = Duration::from_secs(30);
/// What a machine full of tests may add to it.
const PATIENCE: Duration = Duration::from_secs(10);
/// What asks whether the other end is still there, as it comes over the line: a ping that holds nothing.
const PING: [u8; 2] = [0x89, 0];

/// An open live channel.
struct Channel(WebSocket<TcpStream>);

impl Channel {
    fn open(server: &Process, cookie: &str, origin: Option<&str>) -> Result<Self, StatusCode> {
        let host = server.url.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let address: Uri = format!("ws://{host}/api/live").parse().unwrap();
        let mut request = ClientRequestBuilder::new(address).with_header("Cookie", cookie);
        if let Some(origin) = origin {
            request = request.with_header("Origin", origin);
        }
        match client(request, stream) {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(HandshakeError::Failure(Error::Http(response))) => Err(response.status()),
            Err(fault) => panic!("{fault}"),
        }
    }

    /// What is said next; `None` at the end.
    fn next(&mut self) -> Option<Poke> {
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) => {
                    return None;
                }
                Ok(_) => {}
                Err(fault) => panic!("{fault}"),
            }
        }
    }
}

fn demo() -> (Process, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Process::start(folder.path()), folder)
}

fn order(seq: u64, count: u32) -> String {
    let body = json!({"school": "slettebakken", "day": "2026-11-26", "choice": {"count": count}});
    let command = json!({"name": "order.change", "schema": 1, "made_at": 0, "base_at": 0, "body": body});
    json!({"schema": 1, "client": "pc", "first": seq, "commands": [command]}).to_string()
}

fn version(answer: &Value) -> u64 {
    answer["outcomes"][0][1]["applied"].as_u64().unwrap_or_else(|| panic!("{answer}"))
}

/// A device that has been filled.
fn filled(client: &Client, name: &str) -> Engine {
    let mut engine = Engine::new(id(name));
    while let Some((ticket, text)) = engine.request() {
        let answer: Answer = serde_json::from_value(client.sync(&text).unwrap()).unwrap();
        engine.answered(ticket, answer, at("2026-11-24 09:00"));
    }
    engine
}

#[test]
fn what_changes_is_told_with_its_rows_and_taken_in_without_asking() {
    let (server, _folder) = demo();
    let school = Client::sign_in(&server.url, "slettebakken", "pc");
    let kitchen = Client::sign_in(&server.url, "kjokken", "tablet");
    let mut tablet = filled(&kitchen, "tablet");
    let mut channel = Channel::open(&server, kitchen.cookie(), Some(&server.url)).unwrap();
    let begin = channel.next().unwrap();
    assert_eq!((begin.version, begin.news), (tablet.meta().cursor.as_ref().unwrap().version, None));
    for (seq, count) in [(1, 58), (2, 59)] {
        let ordered = version(&school.sync(&order(seq, count)).unwrap());
        let poke = channel.next().unwrap();
        assert_eq!(poke.version, ordered);
        let effects = tablet.poked(poke, at("2026-11-24 09:00"));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Changed(rows) if rows.len() == 1)));
    }
    assert!(tablet.request().is_none(), "nothing is left to ask");
    let fresh = filled(&kitchen, "tablet");
    assert!(tablet.replica().rows().eq(fresh.replica().rows()));
    assert_eq!(tablet.meta().cursor, fresh.meta().cursor);
}

#[test]
fn news_that_do_not_continue_what_is_there_are_asked_for() {
    let (server, _folder) = demo();
    let school = Client::sign_in(&server.url, "slettebakken", "pc");
    let kitchen = Client::sign_in(&server.url, "kjokken", "tablet");
    let tablet = filled(&kitchen, "tablet");
    let mut channel = Channel::open(&server, kitchen.cookie(), None).unwrap();
    channel.next();
    school.sync(&order(1, 58)).unwrap();
    channel.next();
    school.sync(&order(2, 59)).unwrap();
    let second = channel.next().unwrap();
    let saved = Saved { rows: tablet.replica().rows().collect(), ..Saved::default() };
    let mut tablet = Engine::restore(tablet.meta().clone(), saved, at("2026-11-24 09:00"));
    assert!(tablet.poked(second, at("2026-11-24 09:00")).is_empty());
    assert!(tablet.request().is_some());
}

#[test]
fn nobody_listens_without_a_session_or_from_another_site() {
    let (server, _folder) = demo();
    let kitchen = Client::sign_in(&server.url, "kjokken", "tablet");
    assert_eq!(Channel::open(&server, "minvei=guess", None).err(), Some(StatusCode::UNAUTHORIZED));
    for origin in ["https://elsewhere.example", "http://127.0.0.1:1", "null"] {
        assert_eq!(Channel::open(&server, kitchen.cookie(), Some(origin)).err(), Some(StatusCode::FORBIDDEN));
    }
    assert!(Channel::open(&server, kitchen.cookie(), Some(&server.url)).is_ok());
}

#[test]
fn the_socket_ends_with_the_session_and_with_the_server() {
    let (server, _folder) = demo();
    let laptop = Client::sign_in(&server.url, "kari", "laptop");
    let other = Client::sign_in(&server.url, "jonas", "other");
    let mut channel = Channel::open(&server, laptop.cookie(), None).unwrap();
    let mut still = Channel::open(&server, other.cookie(), None).unwrap();
    assert!(channel.next().is_some() && still.next().is_some());
    assert_eq!(laptop.sign_out(), 204);
    assert_eq!(channel.next(), None);
    server.terminate();
    assert_eq!(still.next(), None);
}

#[test]
fn the_socket_ends_when_its_session_reaches_its_end() {
    let (mut server, folder) = demo();
    let laptop = Client::sign_in(&server.url, "slettebakken", "laptop");
    server.kill();
    // A school is signed in for twelve hours; signed in at nine, she opens the channel a moment before.
    let late = ["--demo", "--clock", "2026-11-24T20:59:58+01:00"];
    let server = Process::wait_for(serve(folder.path()).args(late));
    let mut channel = Channel::open(&server, laptop.cookie(), None).unwrap();
    assert!(channel.next().is_some());
    assert_eq!(channel.next(), None);
    assert_eq!(laptop.moved_to(&server.url).status(r#"{"schema":1,"client":"laptop"}"#), 401);
}

#[test]
fn whoever_no_longer_answers_is_let_go_and_whoever_does_stays() {
    let (server, _folder) = demo();
    let gone = Client::sign_in(&server.url, "slettebakken", "pc");
    let there = Client::sign_in(&server.url, "kjokken", "there");
    let mut silent = Channel::open(&server, gone.cookie(), None).unwrap();
    let mut awake = Channel::open(&server, there.cookie(), None).unwrap();
    assert!(silent.next().is_some() && awake.next().is_some());
    let short = Some(Duration::from_millis(250));
    awake.0.get_mut().set_read_timeout(short).unwrap();
    // The system below still takes what is sent: nothing but the missing answers tells that nobody is there.
    let line = silent.0.get_mut();
    line.set_read_timeout(short).unwrap();
    let (begun, mut asked) = (Instant::now(), Vec::new());
    loop {
        let mut bytes = [0; 64];
        match line.read(&mut bytes) {
            Ok(0) => break,
            Ok(count) => asked.extend(&bytes[..count]),
            Err(fault) if matches!(fault.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
        // Reading answers whatever was asked.
        let _ = awake.0.read();
        assert!(begun.elapsed() < SILENCE + PATIENCE, "nobody has let it go; it was told {asked:?}");
    }
    assert!(begun.elapsed() > SILENCE / 2, "it was let go before anybody slow could have answered");
    assert!(asked.starts_with(&PING), "it was asked first: {asked:?}");
    awake.0.get_mut().set_read_timeout(Some(PATIENCE)).unwrap();
    version(&gone.sync(&order(1, 41)).unwrap());
    assert!(awake.next().is_some(), "whoever answers goes on hearing");
}
