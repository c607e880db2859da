//! The server is killed, or asked to stop, in the middle of work.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use shared::{
    AnyCommand,
    domain::order::{Change, Choice},
    prim::Timestamp,
    sync::wire::Envelope,
    testkit::{date, id},
};

use crate::process::{Client, Process, minvei};

/// Each client orders for a day of its own, again and again.
const DAYS: [&str; 4] = ["2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02"];
/// How many acknowledgements are awaited before the kill.
const ENOUGH: usize = 60;

fn request(client: usize, seq: u64) -> String {
    let count = 40 + i64::try_from(seq % 40).unwrap();
    let choice = Choice::Count(count);
    let change = Change { school: id("slettebakken"), day: date(DAYS[client]), choice, seen: Vec::new() };
    let command = Envelope::encode(&AnyCommand::from(change), Timestamp(0), Timestamp(0));
    format!(r#"{{"schema":1,"client":"pc-{client}","first":{seq},"commands":[{command}]}}"#)
}

/// How often each command is in the orders.
fn counted(client: &Client, who: usize) -> BTreeMap<String, usize> {
    let answer = client.sync(&format!(r#"{{"schema":1,"client":"pc-{who}"}}"#)).unwrap();
    let mut count = BTreeMap::new();
    for row in answer["patch"]["rows"].as_array().unwrap().iter().filter(|row| row["k"] == "order") {
        for answer in row["b"]["answers"].as_array().unwrap() {
            *count.entry(answer["id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    count
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_nothing_is_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path());
    let sign_in = |number| Client::sign_in(&process.url, "slettebakken", &format!("pc-{number}"));
    let clients: Vec<_> = (0..DAYS.len()).map(sign_in).collect();
    let (acknowledge, acknowledged) = mpsc::channel();
    let mut last = [0; DAYS.len()];
    let mut known = BTreeSet::new();
    thread::scope(|scope| {
        for (number, client) in clients.iter().enumerate() {
            let acknowledge = acknowledge.clone();
            scope.spawn(move || {
                for seq in 1.. {
                    let Ok(answer) = client.sync(&request(number, seq)) else { return };
                    assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
                    acknowledge.send((number, seq)).unwrap();
                }
            });
        }
        drop(acknowledge);
        for (number, seq) in acknowledged {
            known.insert(format!("pc-{number}.{seq}"));
            last[number] = seq;
            if known.len() == ENOUGH {
                process.kill();
            }
        }
    });
    assert!(known.len() >= ENOUGH);

    let process = Process::start_again(folder.path());
    let check = minvei().args(["check", "--data"]).arg(folder.path()).output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let clients: Vec<_> = clients.iter().map(|client| client.moved_to(&process.url)).collect();
    let count = counted(&clients[0], 0);
    assert_eq!(known.iter().find(|id| !count.contains_key(*id)), None, "an acknowledged command is lost");
    // Whatever was under way is sent again, byte for byte, and then the queue goes on.
    for (number, client) in clients.iter().enumerate() {
        for seq in [last[number] + 1, last[number] + 2] {
            let answer = client.sync(&request(number, seq)).unwrap();
            assert_eq!(answer["last_seq"], seq);
            assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
        }
    }
    let count = counted(&clients[0], 0);
    assert_eq!(count.values().max(), Some(&1), "a command was applied twice");
    let expected: u64 = last.iter().map(|seq| seq + 2).sum();
    assert_eq!(u64::try_from(count.len()).unwrap(), expected);
}

#[test]
fn asked_to_stop_it_ends_the_live_channels_and_goes_in_peace() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path());
    let client = Client::sign_in(&process.url, "slettebakken", "pc-0");
    client.sync(&request(0, 1)).unwrap();
    thread::scope(|scope| {
        let (poked, first_poke) = mpsc::channel();
        let listening = scope.spawn(|| {
            client.listen(move |line| {
                let _ = poked.send(line.to_owned());
            })
        });
        let line = first_poke.recv().unwrap();
        assert!(line.starts_with("data: {\"version\":"), "{line}");
        let started = Instant::now();
        process.terminate();
        listening.join().unwrap().unwrap();
        let status = process.child.wait().unwrap();
        assert!(status.success(), "{status}");
        assert!(started.elapsed() < Duration::from_secs(10));
    });
    let process = Process::start(folder.path());
    let again = client.moved_to(&process.url).sync(r#"{"schema":1,"client":"pc-0"}"#).unwrap();
    assert_eq!(again["last_seq"], 1);
    assert_ne!(again["patch"]["rows"], Value::Null);
}
