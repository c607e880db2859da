//! The server is killed before each of its writes to the database, and the power fails after each.
//! strace does the one and tells what is needed for the other.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use server::store::{Sqlite, Store as _};
use shared::{
    AnyCommand, Key, Kind,
    domain::order::{Change, Choice},
    prim::Timestamp,
    sync::wire::Envelope,
    testkit::{answer_ids, date, id},
};

use crate::{
    centre::MORNING,
    dice::Dice,
    process::{Client, Process, minvei},
};

/// How many commands are sent while the server is watched.
const COMMANDS: u64 = 2;
const CLIENT: &str = "pc";
const DAY: &str = "2026-11-27";
const SCHOOL: &str = "slettebakken";
/// How SQLite writes.
const CALLS: &str = "trace=pwrite64,fdatasync,fsync,ftruncate,unlink";

fn request(seq: u64) -> String {
    let choice = Choice::Count(40 + i64::try_from(seq).unwrap());
    let change = Change { school: id(SCHOOL), day: date(DAY), choice, seen: Vec::new() };
    let command = Envelope::encode(&AnyCommand::from(change), Timestamp(0), Timestamp(0));
    format!(r#"{{"schema":1,"client":"{CLIENT}","first":{seq},"commands":[{command}]}}"#)
}

/// A data folder in which the school has signed in, and its client.
fn prepared(folder: &Path) -> (PathBuf, Client) {
    let data = folder.join("prepared");
    let mut process = Process::start(&data);
    let client = Client::sign_in(&process.url, "slettebakken", CLIENT);
    process.terminate();
    process.child.wait().unwrap();
    (data, client)
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    fs::copy(from.join("minvei.db"), to.join("minvei.db")).unwrap();
}

/// The server as a child of ours, with strace beside it.
fn watched(data: &Path, options: &[&str]) -> Process {
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-qqq"]).args(options).arg(env!("CARGO_BIN_EXE_minvei"));
    command.args(["serve", "--demo", "--clock", MORNING, "--listen", "127.0.0.1:0", "--data"]).arg(data);
    Process::wait_for(&mut command)
}

/// Sends the commands one by one. Answers how many were acknowledged.
fn send_all(client: &Client) -> u64 {
    for seq in 1..=COMMANDS {
        match client.sync(&request(seq)) {
            Ok(answer) if answer["last_seq"].as_u64() == Some(seq) => {}
            _ => return seq - 1,
        }
    }
    COMMANDS
}

/// Starts a server on what is left, which must soon be able to work, and says what is wrong there:
/// `acknowledged` commands must be in the order, each once, and those after them at most once.
fn wrong(data: &Path, client: &Client, acknowledged: u64) -> Option<String> {
    let process = Process::start_again(data);
    let answer = client.moved_to(&process.url).sync(&format!(r#"{{"schema":1,"client":"{CLIENT}"}}"#)).unwrap();
    let check = minvei().args(["check", "--data"]).arg(data).output().unwrap();
    if !check.status.success() {
        return Some(String::from_utf8_lossy(&check.stderr).into_owned());
    }
    let rows = answer["patch"]["rows"].as_array().unwrap();
    let order = rows.iter().find(|row| row["k"] == "order" && row["b"]["day"] == DAY);
    let answers = order.map(|row| row["b"]["answers"].as_array().unwrap().as_slice()).unwrap_or_default();
    let there: Vec<&str> = answers.iter().map(|answer| answer["id"].as_str().unwrap()).collect();
    let expected: Vec<String> = (1..=there.len()).map(|seq| format!("{CLIENT}.{seq}")).collect();
    if there != expected || answer["last_seq"].as_u64() != Some(there.len() as u64) {
        return Some(format!("{there:?} are there, and {} is the last", answer["last_seq"]));
    }
    ((there.len() as u64) < acknowledged)
        .then(|| format!("{acknowledged} were acknowledged, {} are there", there.len()))
}

#[test]
fn killed_before_any_write_the_server_has_all_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (prepared, client) = prepared(folder.path());
    let data = folder.path().join("data");
    let (file, log) = (data.join("minvei.db"), data.join("minvei.db-wal"));
    let only = ["-o", "/dev/null", "-P", file.to_str().unwrap(), "-P", log.to_str().unwrap(), "-e", CALLS, "-e"];
    let mut kills = 0;
    for number in 1.. {
        copy(&prepared, &data);
        let kill = format!("inject=pwrite64,fdatasync,fsync,ftruncate,unlink:signal=KILL:when={number}");
        let mut process = watched(&data, &[&only[..], &[&kill]].concat());
        let acknowledged = send_all(&client.moved_to(&process.url));
        process.terminate();
        let survived = process.child.wait().unwrap().success();
        assert_eq!(wrong(&data, &client, acknowledged), None, "killed before write {number}");
        if survived {
            assert_eq!(acknowledged, COMMANDS);
            break;
        }
        kills += 1;
    }
    println!("killed before each of {kills} writes");
    assert!(kills > 20, "only {kills} writes were seen");
}

/// As [`wrong`], without a server: opens what is left, and reads what a client would be told.
fn wrong_in_file(data: &Path, acknowledged: u64) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Sqlite::open(&data.join("minvei.db")).await.unwrap();
        let mut snapshot = store.snapshot(&id("ns")).await.unwrap();
        let known = snapshot.client(&id(CLIENT)).await.unwrap().unwrap();
        let order = snapshot.row(Kind::Order, &Key::of(&[&SCHOOL, &DAY])).await.unwrap();
        drop(snapshot);
        store.close().await;
        let there = order.as_ref().map(answer_ids).unwrap_or_default();
        let expected: Vec<Box<str>> = (1..=there.len()).map(|seq| format!("{CLIENT}.{seq}").into()).collect();
        if there != expected || known.last_seq != there.len() as u64 {
            return Some(format!("{there:?} are there, and {} is the last", known.last_seq));
        }
        ((there.len() as u64) < acknowledged)
            .then(|| format!("{acknowledged} were acknowledged, {} are there", there.len()))
    })
}

/// Lets the power fail after deeds drawn by lot, with open writes drawn by lot, in so many states.
fn power_fails_often(deeds: &[Deed], database: &Path, folder: &Path, states: usize) -> Option<String> {
    let dice = Dice::take();
    let data = folder.join("failed");
    let begun = Disk { certain: [fs::read(database).unwrap(), Vec::new()], ..Disk::default() };
    for _ in 0..states {
        let (mut disk, mut acknowledged) = (begun.clone(), 0);
        let last = dice.place(deeds.len());
        for deed in &deeds[..=last] {
            disk.do_deed(deed);
            if let Deed::Acknowledge(seq) = deed {
                acknowledged = *seq;
            }
        }
        let _ = fs::remove_dir_all(&data);
        fs::create_dir(&data).unwrap();
        disk.after_power_failed(|| dice.roll(2) == 0, &data);
        if let Some(wrong) = wrong_in_file(&data, acknowledged) {
            return Some(format!("after deed {last}: {wrong}"));
        }
    }
    None
}

/// Something the server did, in the order it did it.
#[derive(Debug)]
enum Deed {
    Write { file: usize, at: u64, bytes: Vec<u8> },
    Cut { file: usize, length: u64 },
    Sync { file: usize },
    Acknowledge(u64),
}

/// Reads what strace has written down. A write counts from when it was asked for, a sync from when it
/// was done.
fn deeds(report: &str, files: &[PathBuf; 2]) -> Vec<Deed> {
    let mut syncing = BTreeMap::new();
    let mut deeds = Vec::new();
    for line in report.lines() {
        let (thread, call) = line.trim_start().split_once(' ').unwrap();
        let call = call.trim_start();
        if let Some(file) = call.strip_prefix("<... f").and_then(|_| syncing.remove(thread)) {
            deeds.push(Deed::Sync { file });
            continue;
        }
        let file = files.iter().position(|file| call.contains(&format!("<{}>", hex(file.to_str().unwrap()))));
        let name = call.split('(').next().unwrap_or_default();
        match (name, file) {
            ("pwrite64", Some(file)) => {
                let (bytes, rest) = bytes(call).unwrap();
                let at = rest.trim_start_matches(", ").split([',', ')', ' ']).nth(2).unwrap();
                deeds.push(Deed::Write { file, at: at.parse().unwrap(), bytes });
            }
            ("ftruncate", Some(file)) => {
                let length = call.split([',', ')']).nth(1).unwrap().trim().parse().unwrap();
                deeds.push(Deed::Cut { file, length });
            }
            ("fdatasync" | "fsync", Some(file)) if call.contains("unfinished") => {
                syncing.insert(thread.to_owned(), file);
            }
            ("fdatasync" | "fsync", Some(file)) => deeds.push(Deed::Sync { file }),
            ("sendto" | "write" | "writev", None) => {
                let answer = call.split(&hex("\"last_seq\":")).nth(1);
                let last =
                    answer.and_then(|answer| (0..=COMMANDS).find(|seq| answer.starts_with(&hex(&format!("{seq},")))));
                deeds.extend(last.map(Deed::Acknowledge));
            }
            _ => {}
        }
    }
    deeds
}

/// Text as strace writes it.
fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// The first text of a call, `"\x61\x62"`, and what follows it.
fn bytes(call: &str) -> Option<(Vec<u8>, &str)> {
    let (_, text) = call.split_once('"')?;
    let (hex, rest) = text.split_once('"')?;
    let bytes = hex.split("\\x").skip(1).map(|pair| u8::from_str_radix(pair, 16)).collect::<Result<_, _>>();
    Some((bytes.ok()?, rest))
}

/// What is on disk for certain, and what may be there or not.
#[derive(Clone, Default)]
struct Disk {
    certain: [Vec<u8>; 2],
    open: [Vec<(u64, Option<Vec<u8>>)>; 2],
}

impl Disk {
    fn do_deed(&mut self, deed: &Deed) {
        match deed {
            Deed::Write { file, at, bytes } => self.open[*file].push((*at, Some(bytes.clone()))),
            Deed::Cut { file, length } => self.open[*file].push((*length, None)),
            Deed::Sync { file } => {
                for (at, bytes) in std::mem::take(&mut self.open[*file]) {
                    apply(&mut self.certain[*file], at, bytes.as_deref());
                }
            }
            Deed::Acknowledge(_) => {}
        }
    }

    /// The files after the power failed; `lives` says which of the open writes are on disk.
    fn after_power_failed(&self, mut lives: impl FnMut() -> bool, folder: &Path) {
        for (file, name) in ["minvei.db", "minvei.db-wal"].iter().enumerate() {
            let mut content = self.certain[file].clone();
            for (at, bytes) in &self.open[file] {
                if lives() {
                    apply(&mut content, *at, bytes.as_deref());
                }
            }
            fs::write(folder.join(name), content).unwrap();
        }
    }
}

fn apply(content: &mut Vec<u8>, at: u64, bytes: Option<&[u8]>) {
    let at = usize::try_from(at).unwrap();
    let Some(bytes) = bytes else {
        return content.resize(at, 0);
    };
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Goes through the deeds and lets the power fail after each: with none of the open writes on disk,
/// with all of them, and with some. Answers how many states there were, and what was wrong in one.
fn power_fails(deeds: &[Deed], database: &Path, client: &Client, folder: &Path) -> (usize, Option<String>) {
    let mut disk = Disk { certain: [fs::read(database).unwrap(), Vec::new()], ..Disk::default() };
    let (mut acknowledged, mut states, mut seed) = (0, 0, 1_u64);
    let data = folder.join("failed");
    for (number, deed) in deeds.iter().enumerate() {
        disk.do_deed(deed);
        if let Deed::Acknowledge(last) = deed {
            acknowledged = *last;
        }
        let is_open = disk.open.iter().any(|open| !open.is_empty());
        let mut some = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 63 == 0
        };
        let ways: [&mut dyn FnMut() -> bool; 3] = [&mut || false, &mut || true, &mut some];
        for way in ways.into_iter().take(if is_open { 3 } else { 1 }) {
            let _ = fs::remove_dir_all(&data);
            fs::create_dir(&data).unwrap();
            disk.after_power_failed(way, &data);
            states += 1;
            if let Some(wrong) = wrong(&data, client, acknowledged) {
                return (states, Some(format!("after deed {number}: {wrong}")));
            }
        }
    }
    (states, None)
}

#[test]
fn what_was_acknowledged_survives_a_power_failure_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (prepared, client) = prepared(folder.path());
    let (data, report) = (folder.path().join("data"), folder.path().join("strace"));
    copy(&prepared, &data);
    let all = "trace=pwrite64,fdatasync,fsync,ftruncate,sendto,write,writev";
    let output = report.to_str().unwrap();
    let mut process = watched(&data, &["-y", "-xx", "-s", "70000", "-o", output, "-e", all]);
    assert_eq!(send_all(&client.moved_to(&process.url)), COMMANDS);
    process.kill();
    // The report is written by strace, which ends a moment after what it watches.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let report = fs::read_to_string(&report).unwrap();
    let files = [data.join("minvei.db"), data.join("minvei.db-wal")];
    let mut deeds = deeds(&report, &files);
    let acknowledged = deeds.iter().filter(|deed| matches!(deed, Deed::Acknowledge(_))).count();
    assert_eq!(acknowledged as u64, COMMANDS, "every answer was seen");
    let database = prepared.join("minvei.db");
    let (states, wrong) = power_fails(&deeds, &database, &client, folder.path());
    println!("the power failed in {states} states");
    assert_eq!(wrong, None);
    assert!(states > 30, "only {states} states");
    let more = std::env::var("MINVEI_STATES").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    assert_eq!(power_fails_often(&deeds, &database, folder.path(), more), None);

    // With synchronous=NORMAL the log is not synced at a commit: the same test must find the loss.
    deeds.retain(|deed| !matches!(deed, Deed::Sync { file: 1 }));
    let (_, wrong) = power_fails(&deeds, &database, &client, folder.path());
    assert!(wrong.is_some_and(|wrong| wrong.contains("were acknowledged")), "the control loses nothing");
    let wrong = power_fails_often(&deeds, &database, folder.path(), 400);
    assert!(wrong.is_some_and(|wrong| wrong.contains("were acknowledged")), "the second control loses nothing");
}
