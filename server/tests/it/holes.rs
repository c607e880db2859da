//! Several servers on one PostgreSQL over slow lines: whoever follows her cursor while others write is
//! told every row, whichever server she asks and whichever of them dies.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use server::{clock::parse_time, demo};
use shared::{
    AnyCommand, Key, Record,
    domain::{
        order::{Change, Choice},
        packing::{SetTick, Step},
    },
    prim::{Date, Timestamp},
    sync::wire::{Answer, ClientId, Cursor, Envelope, Request, WireRow},
    testkit::{answer_ids, date, id},
};

use crate::{
    centre::MORNING,
    cluster::Cluster,
    dice::Dice,
    meddling::meddle,
    process::{Client, Process, serve_on},
};

/// Who writes, and who follows.
const WRITERS: [&str; 12] = [
    "kjokken",
    "kjokken",
    "kjokken",
    "kjokken",
    "kjokken",
    "kjokken",
    "slettebakken",
    "slettebakken",
    "slettebakken",
    "fridalen",
    "fridalen",
    "fridalen",
];
const PULLERS: [&str; 10] = [
    "kjokken",
    "kjokken",
    "kjokken",
    "kjokken",
    "slettebakken",
    "slettebakken",
    "slettebakken",
    "fridalen",
    "fridalen",
    "fridalen",
];
const SERVERS: usize = 3;
/// How many commands each writer sends, and to how many rows that nobody else writes.
const COMMANDS: u64 = 50;
const ROWS: usize = 20;
/// How often a server is killed.
const KILLS: usize = 5;
/// Until then all must be written.
const LONGEST: Duration = Duration::from_secs(300);

/// A line to the database on which everything takes a while, and now and then a long one: what is
/// begun first is not committed first. Answers the database's address at the near end.
fn slow_line(database: &str, dice: &Arc<Dice>) -> String {
    let (user, place) = database.split_once('@').unwrap();
    let (far, name) = place.split_once('/').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = listener.local_addr().unwrap();
    let address = format!("{user}@{near}/{name}");
    let (far, dice) = (far.to_owned(), Arc::clone(dice));
    thread::spawn(move || {
        for server in listener.incoming().flatten() {
            let Ok(database) = TcpStream::connect(&far) else { continue };
            let (Ok(to_server), Ok(to_database)) = (server.try_clone(), database.try_clone()) else { continue };
            for (from, to) in [(server, to_database), (database, to_server)] {
                let dice = Arc::clone(&dice);
                thread::spawn(move || carry(from, to, &dice));
            }
        }
    });
    address
}

fn carry(mut from: TcpStream, mut to: TcpStream, dice: &Dice) {
    let _ = to.set_nodelay(true);
    let mut part = [0; 16_384];
    while let Ok(read @ 1..) = from.read(&mut part) {
        dice.dawdle(if dice.roll(50) == 0 { 60 } else { 3 });
        if to.write_all(&part[..read]).is_err() {
            break;
        }
    }
    // The database must hear at once that a server is dead: it may hold the centre's lock.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// The next days with lunches, enough for every writer.
fn days() -> Vec<Date> {
    let rows = demo::rows(parse_time(MORNING).unwrap());
    let open = rows.iter().find_map(|row| match row {
        Record::School(school) => Some(school.open_days(date("2026-11-26"), 3 * ROWS)),
        _ => None,
    });
    let open = open.unwrap();
    assert_eq!(open.len(), 3 * ROWS);
    open
}

/// What a writer sends as its command of this number: the kitchen ticks, a school orders.
fn request(days: &[Date], writer: usize, seq: u64) -> String {
    let row = usize::try_from(seq).unwrap() % ROWS;
    let command: AnyCommand = if WRITERS[writer] == "kjokken" {
        let number = writer * ROWS + row;
        let school = id(["slettebakken", "fridalen"][number / 4 % 2]);
        let (day, step) = (days[number / 8], Step::ALL[number % 4]);
        SetTick { day, school, step, done: seq % 2 == 1, seen: Vec::new(), by: None }.into()
    } else {
        let choice = Choice::Count(40 + i64::try_from(seq % 40).unwrap());
        let day = days[writer % 3 * ROWS + row];
        Change { school: id(WRITERS[writer]), day, choice, seen: Vec::new() }.into()
    };
    let command = Envelope::encode(&command, Timestamp(0), Timestamp(0));
    format!(r#"{{"schema":1,"client":"writer-{writer}","first":{seq},"commands":[{command}]}}"#)
}

/// Sends a command again and again until some server answers, as an engine does.
fn write(device: &Client, any: &impl Fn() -> String, request: &str, seq: u64) {
    for turn in 0.. {
        if let Ok((200, answer)) = device.moved_to(&any()).ask(request)
            && answer["last_seq"] == seq
        {
            assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
            return;
        }
        assert!(turn < 500, "no server takes {request}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The rows a device has been told, by kind and key.
type Rows = BTreeMap<(Box<str>, Key), WireRow>;

/// A device that only follows.
struct Puller {
    device: Client,
    name: ClientId,
    cursor: Option<Cursor>,
    epoch: Option<Box<str>>,
    rows: Rows,
    /// How often it was told something new.
    steps: usize,
}

impl Puller {
    fn sign_in(url: &str, login: &str, name: &str) -> Self {
        let device = Client::sign_in(url, login, name);
        Self { device, name: id(name), cursor: None, epoch: None, rows: Rows::new(), steps: 0 }
    }

    /// Asks a server what has changed. Does it have everything now? Who gets no answer does not know.
    fn pull(&mut self, url: &str) -> bool {
        let request = Request {
            schema: shared::SCHEMA,
            client: self.name.clone(),
            cursor: self.cursor.clone(),
            epoch: self.epoch.clone(),
            held: None,
            stored: 0,
            first: 0,
            commands: Vec::new(),
        };
        let asked = self.device.moved_to(url).ask(&serde_json::to_string(&request).unwrap());
        let Ok((200, answer)) = asked else { return false };
        let patch = serde_json::from_value::<Answer>(answer).unwrap().patch.expect("her rights stay the same");
        assert_eq!(patch.reset, self.cursor.is_none(), "{} begins anew", self.name);
        let before = self.cursor.as_ref().map_or(0, |cursor| cursor.version);
        assert!(patch.to.version >= before, "{} is led back from {before} to {}", self.name, patch.to.version);
        self.steps += usize::from(patch.to.version > before);
        for row in patch.rows {
            self.rows.insert((row.kind.clone(), row.read().unwrap().key()), row);
        }
        for at in patch.gone {
            self.rows.remove(&at);
        }
        self.epoch = patch.grants.map(|grants| grants.epoch).or(self.epoch.take());
        self.cursor = Some(patch.to);
        !patch.more
    }

    fn catch_up(&mut self, url: &str) {
        let has_all = (0..50).any(|_| self.pull(url));
        assert!(has_all, "{} gets no answer", self.name);
    }
}

/// All that is there for somebody, as a device is told that has nothing.
fn there(url: &str, login: &str, name: &str) -> Rows {
    let mut fresh = Puller::sign_in(url, login, name);
    fresh.catch_up(url);
    fresh.rows
}

/// The rows that a device lacks, has as they were, or has though they are gone.
fn holes(told: &Rows, there: &Rows) -> Vec<String> {
    let lacking = there.iter().filter(|(at, row)| told.get(*at) != Some(*row)).map(|(at, _)| at);
    let left = told.keys().filter(|at| !there.contains_key(*at));
    lacking.chain(left).map(|(kind, key)| format!("{kind} {key}")).collect()
}

#[test]
fn whoever_follows_while_others_write_and_servers_die_has_every_row_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let database = cluster.database("centre");
    let dice = Arc::new(Dice::take());
    let lines: Vec<String> = (0..SERVERS).map(|_| slow_line(&database, &dice)).collect();
    let start = |line: &String| Process::wait_for(&mut serve_on(line, folder.path()));
    let mut servers: Vec<Process> = lines.iter().map(start).collect();
    let urls: Mutex<Vec<String>> = Mutex::new(servers.iter().map(|server| server.url.clone()).collect());
    let any = || urls.lock().unwrap()[dice.place(SERVERS)].clone();

    let days = days();
    let names = |part: &str, number: usize| format!("{part}-{number}");
    let writers = WRITERS.iter().enumerate();
    let writers: Vec<_> =
        writers.map(|(number, login)| Client::sign_in(&any(), login, &names("writer", number))).collect();
    let pullers = PULLERS.iter().enumerate();
    let mut pullers: Vec<_> =
        pullers.map(|(number, login)| Puller::sign_in(&any(), login, &names("puller", number))).collect();
    let all = COMMANDS * WRITERS.len() as u64;
    let (written, begun) = (AtomicU64::new(0), Instant::now());
    let still = |until: u64| {
        assert!(begun.elapsed() < LONGEST, "the writers stand still");
        written.load(Ordering::Relaxed) < until
    };
    thread::scope(|scope| {
        for (writer, device) in writers.iter().enumerate() {
            let (any, days, written, dice) = (&any, &days, &written, &dice);
            scope.spawn(move || {
                for seq in 1..=COMMANDS {
                    dice.dawdle(20);
                    write(device, any, &request(days, writer, seq), seq);
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for puller in &mut pullers {
            let (any, still, dice) = (&any, &still, &dice);
            scope.spawn(move || {
                while still(all) {
                    dice.dawdle(20);
                    puller.pull(&any());
                }
            });
        }
        for instant in dice.instants(KILLS, all) {
            while still(instant) {
                thread::sleep(Duration::from_millis(1));
            }
            let number = dice.place(SERVERS);
            servers[number].kill();
            dice.dawdle(300);
            servers[number] = Process::revive(&mut serve_on(&lines[number], folder.path()));
            urls.lock().unwrap()[number].clone_from(&servers[number].url);
        }
    });

    let all_there = ["kjokken", "slettebakken", "fridalen"];
    let all_there = all_there.map(|login| (login, there(&any(), login, &format!("fresh-{login}"))));
    let all_there = BTreeMap::from(all_there);
    for (puller, login) in pullers.iter_mut().zip(PULLERS) {
        puller.catch_up(&any());
        assert_eq!(holes(&puller.rows, &all_there[login]), [""; 0], "{} of {login}", puller.name);
        assert!(puller.steps > 10, "{} hardly followed: {}", puller.name, puller.steps);
    }
    let mut times: BTreeMap<Box<str>, u32> = BTreeMap::new();
    for row in all_there["kjokken"].values() {
        answer_ids(&row.read().unwrap()).into_iter().for_each(|id| *times.entry(id).or_default() += 1);
    }
    for writer in 0..WRITERS.len() {
        for seq in 1..=COMMANDS {
            assert_eq!(times.get(&*format!("writer-{writer}.{seq}")), Some(&1), "writer-{writer}.{seq}");
        }
    }

    // Would a hole be seen? A device that skips one commit has one …
    let one_more = |seq: u64| write(&writers[0], &any, &request(&days, 0, seq), seq);
    let (skips, follows) = (0, 1);
    one_more(COMMANDS + 1);
    let now = there(&any(), "kjokken", "fresh-1");
    pullers[skips].cursor.as_mut().unwrap().version = now.values().map(|row| row.version).max().unwrap();
    for puller in &mut pullers[..2] {
        puller.catch_up(&any());
    }
    assert_eq!(holes(&pullers[skips].rows, &now).len(), 1);
    assert_eq!(holes(&pullers[follows].rows, &now), [""; 0]);
    // … and so has one that follows well, when a row comes to lie below its cursor, as it would where
    // versions are given before the lock is held.
    one_more(COMMANDS + 2);
    meddle(&database, "update row_tag set version = 1 where version = (select version from centre)");
    pullers[follows].catch_up(&any());
    assert_eq!(holes(&pullers[follows].rows, &there(&any(), "kjokken", "fresh-2")).len(), 1);
}
