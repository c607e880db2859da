//! Hostile input against the real process: it costs little, ends in time, and hurts nobody else.

use std::{
    fs,
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use ureq::Agent;

use crate::process::{Client, Process, serve};

/// The head of a request, or nothing, for this long (promise 13); then the line is closed.
const HEAD: Duration = Duration::from_secs(15);
/// A body that drips in, for this long.
const BODY: Duration = Duration::from_secs(30);
/// What a machine full of tests may add to it.
const PATIENCE: Duration = Duration::from_secs(15);
/// The most memory all of it may cost.
const GROWTH: u64 = 64 * 1024 * 1024;

fn address(process: &Process) -> SocketAddr {
    process.url.strip_prefix("http://").unwrap().parse().unwrap()
}

/// What the process holds of the memory in bytes, under this name of `/proc/…/status`.
fn memory(process: &Process, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

/// Opens a line, says this much of a request, and waits until it is closed; what was answered, and when.
fn say(address: SocketAddr, first: &str, drip: &str, at_most: Duration) -> (String, Duration) {
    let mut line = TcpStream::connect(address).unwrap();
    let begun = Instant::now();
    line.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    line.write_all(first.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut bytes = [0; 1_024];
    while begun.elapsed() < at_most + PATIENCE {
        // Whoever has closed the line takes no more; what it has said can still be read.
        let _ = line.write_all(drip.as_bytes());
        match line.read(&mut bytes) {
            Ok(0) => return (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed()),
            Ok(count) => answer.extend(&bytes[..count]),
            Err(fault) if matches!(fault.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed()),
        }
    }
    panic!("the line is still open after {:?}; it said {:?}", begun.elapsed(), String::from_utf8_lossy(&answer));
}

#[test]
fn lines_that_say_little_or_nothing_are_closed_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let to = address(&process);
    let posts =
        "POST /api/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{";
    let tries = [
        ("nothing is said", "", "", HEAD),
        ("a head that stops", "GET / HTTP/1.1\r\nhost: x\r\n", "", HEAD),
        ("a head that drips", "GET / HTTP/1.1\r\nhost: x\r\nx: ", "y", HEAD),
        ("a body that stops", posts, "", BODY),
        ("a body that drips", posts, " ", BODY),
        ("idle after an answer", "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "", HEAD),
    ];
    thread::scope(|scope| {
        for (name, first, drip, at_most) in tries {
            scope.spawn(move || {
                let (answer, after) = say(to, first, drip, at_most);
                assert!(after >= at_most / 2, "{name}: closed after {after:?}, before anybody slow could have spoken");
                let is_answered = answer.starts_with("HTTP/1.1 200");
                assert_eq!(is_answered, first.contains("healthz"), "{name}: {answer}");
            });
        }
    });
}

#[test]
fn what_is_too_much_costs_little_memory_and_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let school = Client::sign_in(&process.url, "slettebakken", "pc");
    let other = Client::sign_in(&process.url, "fridalen", "other-pc");
    let honest = json!({"schema": shared::SCHEMA, "client": "other-pc"}).to_string();
    for _ in 0..20 {
        assert_eq!(other.status(&honest), 200);
    }
    // The most it has held counts from here: signing in has cost the memory of a hash.
    fs::write(format!("/proc/{}/clear_refs", process.child.id()), "5").unwrap();
    let before = memory(&process, "VmHWM:");
    let large = "x".repeat(50 * 1024 * 1024);
    let deep = "[".repeat(100_000);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b'['; 200 * 1024 * 1024]).unwrap();
    let bomb = bomb.finish().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let tries = [
                        school.throw("/api/sign-in", large.as_bytes(), None),
                        school.throw("/api/sync", large.as_bytes(), None),
                        school.throw("/api/sync", &bomb, Some("gzip")),
                    ];
                    for status in tries {
                        // Whoever goes on sending what is refused may find the line closed.
                        assert!(matches!(status, None | Some(400..500)), "{status:?}");
                    }
                    // What is not too long to be sent is answered.
                    assert_eq!(school.throw("/api/sync", deep.as_bytes(), None), Some(400));
                }
            });
        }
        for _ in 0..20 {
            assert_eq!(other.status(&honest), 200, "others go on");
        }
    });
    let growth = memory(&process, "VmHWM:").saturating_sub(before);
    assert!(growth <= GROWTH, "it has grown by {} MiB", growth / 1024 / 1024);
    assert_eq!(other.status(&honest), 200);
}

/// Guesses at a password, and says where from.
fn guess(process: &Process, from: &str) -> u16 {
    let config = Agent::config_builder().http_status_as_error(false);
    let agent: Agent = config.build().into();
    let request = agent.post(format!("{}/api/sign-in", process.url)).header("content-type", "application/json");
    let body = json!({"login": "kari", "secret": "guess", "client": "pc"}).to_string();
    request.header("x-forwarded-for", from).send(body).unwrap().status().as_u16()
}

#[test]
fn without_a_proxy_of_ours_nobody_is_believed_to_be_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    for number in 0..5 {
        assert_eq!(guess(&process, &format!("198.51.100.{number}")), 401);
    }
    // The first waits are a second or two, and a slow machine may take longer than that for a guess.
    assert!((5..10).any(|number| guess(&process, &format!("198.51.100.{number}")) == 429));
}

#[test]
fn guesses_are_counted_for_the_address_a_proxy_of_ours_names() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(&folder.path().join("data"));
    let process = Process::wait_for(command.args(["--demo", "--proxy", "127.0.0.1"]));
    let guess = |from: &str| guess(&process, from);
    for _ in 0..5 {
        assert_eq!(guess("198.51.100.1"), 401);
    }
    // The first waits are a second or two, and a slow machine may take longer than that for a guess.
    assert!((0..5).any(|_| guess("198.51.100.1") == 429));
    // Whatever she writes before it herself: it is still she who asks.
    assert!((0..5).any(|number| guess(&format!("203.0.113.{number}, 198.51.100.1")) == 429));
    assert_eq!(guess("203.0.113.5"), 401);
}
