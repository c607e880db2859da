//! Several servers on one PostgreSQL: any of them may be killed, and to the devices they are one.

use std::{collections::BTreeMap, path::Path, sync::mpsc, thread, time::Duration};

use serde_json::json;
use shared::{
    AnyCommand,
    domain::order::{Change, Choice},
    prim::Timestamp,
    sync::wire::Envelope,
    testkit::{date, id},
};

use crate::{
    centre::card_of,
    cluster::Cluster,
    process::{Client, Process, serve_on},
};

/// How many commands each device sends.
const COMMANDS: u64 = 60;
const DAYS: [&str; 6] = ["2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"];

fn start(folder: &Path, database: &str) -> Process {
    Process::wait_for(&mut serve_on(database, folder))
}

fn request(device: usize, seq: u64) -> String {
    let count = 40 + i64::try_from(seq % 40).unwrap();
    let day = date(DAYS[device]);
    let change = Change { school: id("slettebakken"), day, choice: Choice::Count(count), seen: Vec::new() };
    let command = Envelope::encode(&AnyCommand::from(change), Timestamp(0), Timestamp(0));
    format!(r#"{{"schema":1,"client":"pc-{device}","first":{seq},"commands":[{command}]}}"#)
}

/// Sends a command again and again until some server answers, as an engine does.
fn send(devices: &[Client], device: usize, seq: u64) {
    for turn in 0.. {
        let server = (device + turn) % devices.len();
        if let Ok(answer) = devices[server].sync(&request(device, seq))
            && answer["last_seq"].as_u64() == Some(seq)
        {
            return;
        }
        assert!(turn < 200, "no server takes pc-{device}.{seq}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn two_of_three_servers_are_killed_and_nothing_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let database = cluster.database("centre");
    let mut servers: Vec<_> = (0..3).map(|_| start(folder.path(), &database)).collect();
    let urls: Vec<_> = servers.iter().map(|server| server.url.clone()).collect();
    let devices: Vec<Vec<Client>> = (0..DAYS.len())
        .map(|device| {
            let client = Client::sign_in(&urls[device % 3], "slettebakken", &format!("pc-{device}"));
            urls.iter().map(|url| client.moved_to(url)).collect()
        })
        .collect();
    let (sent, progress) = mpsc::channel();
    thread::scope(|scope| {
        for (device, client) in devices.iter().enumerate() {
            let sent = sent.clone();
            scope.spawn(move || {
                for seq in 1..=COMMANDS {
                    send(client, device, seq);
                    sent.send(()).unwrap();
                }
            });
        }
        drop(sent);
        for (number, ()) in progress.iter().enumerate() {
            match number {
                80 => servers[0].kill(),
                200 => servers[1].kill(),
                _ => {}
            }
        }
    });
    let last = &devices[0][2];
    let answer = last.sync(r#"{"schema":1,"client":"pc-0"}"#).unwrap();
    let mut times = BTreeMap::new();
    for row in answer["patch"]["rows"].as_array().unwrap().iter().filter(|row| row["k"] == "order") {
        for given in row["b"]["answers"].as_array().unwrap() {
            *times.entry(given["id"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
    }
    for device in 0..DAYS.len() {
        for seq in 1..=COMMANDS {
            assert_eq!(times.get(&format!("pc-{device}.{seq}")), Some(&1), "pc-{device}.{seq}");
        }
    }
}

#[test]
fn what_happens_on_one_server_is_heard_on_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let database = cluster.database("centre");
    let (one, other) = (start(folder.path(), &database), start(folder.path(), &database));
    let school = Client::sign_in(&one.url, "slettebakken", "pc-0");
    let kitchen = Client::sign_in(&other.url, "kjokken", "tablet");
    let (heard, pokes) = mpsc::channel();
    thread::scope(|scope| {
        let listening = scope.spawn(|| kitchen.listen(|line| drop(heard.send(line.to_owned()))));
        let poke = || loop {
            let line = pokes.recv_timeout(Duration::from_secs(10)).expect("a poke");
            if line.starts_with("data:") {
                return line;
            }
        };
        let first = poke();
        school.sync(&request(0, 1)).unwrap();
        assert_ne!(poke(), first, "the kitchen on the other server is told");
        // Signed out on one server, the session is over on both, and so is its channel.
        let left = kitchen.moved_to(&one.url);
        assert_eq!(left.sign_out(), 204);
        listening.join().unwrap().unwrap();
        assert_eq!(kitchen.status(r#"{"schema":1,"client":"tablet"}"#), 401);
    });
}

#[test]
fn a_new_card_from_one_server_ends_her_channels_on_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let database = cluster.database("centre");
    let (one, other) = (start(folder.path(), &database), start(folder.path(), &database));
    let adviser = Client::sign_in(&one.url, "kari", "laptop");
    let phone = Client::sign_in_with(&other.url, &card_of("amina"), "2468", "phone");
    let (heard, pokes) = mpsc::channel();
    thread::scope(|scope| {
        let listening = scope.spawn(|| phone.listen(|line| drop(heard.send(line.to_owned()))));
        pokes.recv_timeout(Duration::from_secs(10)).expect("the first poke");
        let (status, card) = adviser.post("/api/cards", &json!({"person": "amina"}).to_string()).unwrap();
        assert_eq!(status, 200, "{card}");
        listening.join().unwrap().unwrap();
        assert_eq!(phone.status(r#"{"schema":1,"client":"phone"}"#), 401);
    });
}
