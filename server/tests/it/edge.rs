//! Hostile input against the real process: it costs little, ends in time, and hurts nobody else.

use std::{
    fs,
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use ureq::Agent;

use crate::{
    centre::MORNING,
    process::{Client, Process, serve},
};

/// The head of a request, or nothing, for this long (promise 13); then the line is closed.
pub const HEAD: Duration = Duration::from_secs(15);
/// A body that drips in, for this long.
pub const BODY: Duration = Duration::from_secs(30);
/// An answer that nobody takes, for this long.
const UNTAKEN: Duration = Duration::from_secs(30);
/// What a machine full of tests may add to it.
const PATIENCE: Duration = Duration::from_secs(5);
/// And what it may add where hundreds come at once.
const CROWD: Duration = Duration::from_secs(30);
/// The largest body there is: the file of a queue.
const FILE: usize = 8 * 1024 * 1024;
/// The most memory all of it may cost.
const GROWTH: u64 = 64 * 1024 * 1024;

/// Where the process listens.
pub fn address(process: &Process) -> SocketAddr {
    process.url.rsplit('/').next().unwrap().parse().unwrap()
}

/// What a process holds of the memory in bytes, under this name of `/proc/…/status`.
fn memory(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

/// By how much a process grows, at the most, while this is done.
fn growth_while(process: u32, done: impl FnOnce()) -> u64 {
    // The most it has held counts from here: signing in has cost the memory of a hash.
    fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
    let before = memory(process, "VmHWM:");
    done();
    memory(process, "VmHWM:").saturating_sub(before)
}

/// How many connections the process holds open, with the few that are nobody's.
fn open_lines(process: &Process) -> usize {
    let files = fs::read_dir(format!("/proc/{}/fd", process.child.id())).unwrap();
    let names = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    names.filter(|name| name.to_string_lossy().starts_with("socket:")).count()
}

/// Waits until the process holds no more than `most` connections, and does something again and again until then.
fn wait_for_the_end(process: &Process, most: usize, at_most: Duration, mut meanwhile: impl FnMut()) {
    let begun = Instant::now();
    // The last may not have come in yet.
    thread::sleep(Duration::from_secs(1));
    while open_lines(process) > most {
        assert!(begun.elapsed() < at_most, "{} lines are open, not {most}", open_lines(process));
        meanwhile();
        thread::sleep(Duration::from_millis(250));
    }
}

/// Asks for everything she may see, `times` on one line, and reads nothing of it.
fn ask_and_take_nothing(to: SocketAddr, cookie: &str, times: usize) -> TcpStream {
    let body = json!({"schema": shared::SCHEMA, "client": "desk"}).to_string();
    let length = body.len();
    let head = "POST /api/sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/json";
    let asks = format!("{head}\r\ncookie: {cookie}\r\ncontent-length: {length}\r\n\r\n{body}");
    let mut line = TcpStream::connect(to).unwrap();
    line.set_write_timeout(Some(PATIENCE)).unwrap();
    // A server that has stopped reading takes no more.
    let _ = line.write_all(asks.repeat(times).as_bytes());
    line
}

/// Sends nearly all of a file, and stands still.
fn send_and_stall(to: SocketAddr, cookie: &str, file: &[u8]) -> TcpStream {
    let head = "POST /api/rescue HTTP/1.1\r\nhost: x\r\ncontent-type: application/json";
    let mut line = TcpStream::connect(to).unwrap();
    line.set_write_timeout(Some(PATIENCE)).unwrap();
    line.write_all(format!("{head}\r\ncookie: {cookie}\r\ncontent-length: {}\r\n\r\n", file.len()).as_bytes()).unwrap();
    // Whoever is refused finds the line closed.
    let _ = line.write_all(&file[1..]);
    line
}

/// Opens a line on which nobody waits for an answer for long.
pub fn line(address: SocketAddr) -> TcpStream {
    let line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    line
}

/// Says this much of a request, and waits until the line is closed; what was answered, and when.
pub fn say(mut line: impl Read + Write, first: &str, drip: &str, at_most: Duration) -> (String, Duration) {
    let begun = Instant::now();
    line.write_all(first.as_bytes()).unwrap();
    line.flush().unwrap();
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
                let (answer, after) = say(line(to), first, drip, at_most);
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
    let large = "x".repeat(50 * 1024 * 1024);
    let deep = "[".repeat(100_000);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b'['; 200 * 1024 * 1024]).unwrap();
    let bomb = bomb.finish().unwrap();
    let growth = growth_while(process.child.id(), || {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let tries = [
                            school.throw("/api/sign-in", large.as_bytes(), None),
                            school.throw("/api/sync", large.as_bytes(), None),
                            school.throw("/api/sync", &bomb, Some("gzip")),
                            school.pour("/api/sign-in", large.as_bytes()),
                            school.pour("/api/sync", large.as_bytes()),
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
    });
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
fn what_is_deep_within_a_push_is_refused_alone() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let school = Client::sign_in(&process.url, "slettebakken", "pc");
    let other = Client::sign_in(&process.url, "fridalen", "other-pc");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let envelope =
        |body: &str| format!(r#"{{"name":"order.change","schema":1,"made_at":0,"base_at":0,"body":{body}}}"#);
    let order = |choice: &str| format!(r#"{{"school":"slettebakken","day":"2026-11-26","choice":{choice}}}"#);
    let counted = format!(r#"{{"count":{deep}}}"#);
    let commands = [deep.clone(), envelope(&deep), envelope(&order(&deep)), envelope(&order(&counted))];
    for (seq, command) in (1..).zip(commands) {
        let push = format!(r#"{{"schema":1,"client":"pc","first":{seq},"commands":[{command}]}}"#);
        let answer = school.sync(&push).unwrap();
        assert_eq!(answer["outcomes"][0][1]["refused"]["why"], "malformed", "{seq}");
        assert_eq!(answer["last_seq"], seq);
    }
    let honest = json!({"schema": shared::SCHEMA, "client": "other-pc"}).to_string();
    assert_eq!(other.status(&honest), 200);
}

#[test]
fn an_answer_that_nobody_takes_is_given_up() {
    const TIMES: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let nobodys = open_lines(&process);
    let desk = Client::sign_in(&process.url, "kari", "desk");
    let mut line = ask_and_take_nothing(address(&process), desk.cookie(), TIMES);
    let begun = Instant::now();
    wait_for_the_end(&process, nobodys, UNTAKEN + CROWD, || {});
    assert!(begun.elapsed() >= HEAD, "closed after {:?}, as if nothing had been asked", begun.elapsed());
    // What has come before is still there, and the rest was never sent.
    line.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut taken = Vec::new();
    let _ = line.read_to_end(&mut taken);
    let answers = String::from_utf8_lossy(&taken).matches("HTTP/1.1 200").count();
    assert!((1..TIMES).contains(&answers), "{answers} of {TIMES} answers");
}

#[test]
fn a_crowd_that_says_or_takes_nothing_is_sent_away_and_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let to = address(&process);
    // Each of those who go on has a line of her own.
    let few = open_lines(&process) + 3;
    let desk = Client::sign_in(&process.url, "kari", "desk");
    let school = Client::sign_in(&process.url, "slettebakken", "pc");
    let other = Client::sign_in(&process.url, "fridalen", "other-pc");
    let honest = json!({"schema": shared::SCHEMA, "client": "other-pc"}).to_string();
    let goes_on = || assert_eq!(other.status(&honest), 200, "others go on");
    let file = vec![b' '; FILE];
    let everything = json!({"schema": shared::SCHEMA, "client": "desk"}).to_string();
    for _ in 0..20 {
        goes_on();
        assert_eq!(desk.status(&everything), 200);
    }
    let growth = growth_while(process.child.id(), || {
        let silent: Vec<_> = (0..500).map(|_| TcpStream::connect(to).unwrap()).collect();
        goes_on();
        wait_for_the_end(&process, few, HEAD + CROWD, || {});
        drop(silent);

        let mut dripping: Vec<_> = (0..500).map(|_| TcpStream::connect(to).unwrap()).collect();
        for line in &mut dripping {
            line.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx: ").unwrap();
        }
        goes_on();
        wait_for_the_end(&process, few, HEAD + CROWD, || {
            for line in &mut dripping {
                // It may be closed by now.
                let _ = line.write_all(b"y");
            }
        });
        drop(dripping);

        thread::scope(|scope| {
            let stalled: Vec<_> = (0..64).map(|_| scope.spawn(|| send_and_stall(to, desk.cookie(), &file))).collect();
            let stalled: Vec<_> = stalled.into_iter().map(|line| line.join().unwrap()).collect();
            // Of a school nothing so large is read, and of a desk not while others take all the room.
            let refused = school.throw("/api/rescue", &file, None);
            assert!(matches!(refused, None | Some(403)), "{refused:?}");
            let refused = desk.throw("/api/rescue", &file, None);
            assert!(matches!(refused, None | Some(503)), "{refused:?}");
            goes_on();
            wait_for_the_end(&process, few, BODY + CROWD, || {});
            drop(stalled);
        });

        let untaken: Vec<_> = (0..100).map(|_| ask_and_take_nothing(to, desk.cookie(), 10)).collect();
        goes_on();
        wait_for_the_end(&process, few, UNTAKEN + CROWD, || {});
        drop(untaken);
        goes_on();
    });
    assert!(growth <= GROWTH, "it has grown by {} MiB", growth / 1024 / 1024);
}

/// Asks on this line whether the server lives. Nothing where the line is closed.
fn knock(line: &mut TcpStream) -> Option<String> {
    line.set_read_timeout(Some(PATIENCE)).unwrap();
    // Whoever is sent away hears of it now, or instead of an answer.
    let _ = line.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    let (mut answer, mut bytes) = (Vec::new(), [0; 1_024]);
    while !answer.ends_with(b"\r\n\r\nok") {
        match line.read(&mut bytes) {
            Ok(0) => return None,
            Ok(count) => answer.extend(&bytes[..count]),
            Err(fault) if matches!(fault.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("neither answered nor sent away");
            }
            Err(_) => return None,
        }
    }
    Some(String::from_utf8(answer).unwrap())
}

#[test]
fn whoever_comes_when_all_places_are_taken_is_sent_away_and_those_inside_go_on() {
    const PLACES: usize = 64;
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(&folder.path().join("data"));
    command.args(["--demo", "--clock", MORNING, "--connections", &PLACES.to_string()]);
    let process = Process::wait_for(&mut command);
    let to = address(&process);
    let mut inside: Vec<_> = (0..PLACES).map(|_| TcpStream::connect(to).unwrap()).collect();
    let growth = growth_while(process.child.id(), || {
        for _ in 0..20 {
            for line in &mut inside {
                assert!(knock(line).is_some_and(|answer| answer.starts_with("HTTP/1.1 200")), "those inside go on");
            }
            for _ in 0..50 {
                let answer = TcpStream::connect(to).ok().and_then(|mut line| knock(&mut line));
                assert_eq!(answer, None, "one more than there are places");
            }
        }
    });
    assert!(growth <= GROWTH, "it has grown by {} MiB", growth / 1024 / 1024);
    assert!(open_lines(&process) < 2 * PLACES, "{} lines are open", open_lines(&process));
    // A place that is left is another's.
    drop(inside.pop());
    let is_let_in = (0..50).any(|_| {
        thread::sleep(Duration::from_millis(100));
        TcpStream::connect(to).ok().and_then(|mut line| knock(&mut line)).is_some()
    });
    assert!(is_let_in);
}

#[test]
fn what_would_be_too_much_memory_is_seen() {
    // It keeps what it reads until the end.
    let mut child =
        Command::new("tail").args(["-c", "1G"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut says = child.stdin.take().unwrap();
    says.write_all(&[b'x'; 4_096]).unwrap();
    let growth = growth_while(child.id(), || says.write_all(&vec![b'x'; 128 * 1024 * 1024]).unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(growth > GROWTH, "{growth}");
}

#[test]
#[should_panic(expected = "was neither answered nor closed")]
fn a_server_that_stands_still_has_not_answered() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let school = Client::sign_in(&process.url, "slettebakken", "pc");
    process.freeze();
    school.throw("/api/sync", b"{}", None);
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
