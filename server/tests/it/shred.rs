//! `minvei restrict` and `shred`: a participant of whom every word can be recognised is put into the demo centre, taken
//! out of it, and looked for: on every device, in the database's files, and in what a backup of before brings back.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use serde_json::{Value, json};
use shared::{
    AnyCommand, Rejection,
    domain::{
        attendance::{self, Attendance},
        group,
        person::{self, Person},
    },
    prim::Timestamp,
    sync::{
        engine::{Effect, Engine},
        wire::Answer,
    },
    testkit::{date, id, name},
};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::{
    centre::MORNING,
    cluster::Cluster,
    process::{Client, Process, minvei, serve},
};

/// Her id. It stays, in what tells devices that her rows are gone; it says nothing.
const HER: &str = "k7x2m4q9";
/// What each of her words holds, and nothing else of the centre does.
const CANARY: &str = "anarifugl";

/// The device of somebody: a real engine and its session.
struct Seat {
    engine: Engine,
    client: Client,
    login: &'static str,
}

fn now() -> Timestamp {
    Timestamp(1_795_507_200_000)
}

impl Seat {
    /// Signs in and receives everything.
    fn at(process: &Process, login: &'static str, device: &str) -> Self {
        let client = format!("{login}-{device}");
        let engine = Engine::new(id(&client));
        let mut this = Self { engine, client: Client::sign_in(&process.url, login, &client), login };
        this.talk();
        this
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Store(queued) = effect {
                self.engine.stored(queued.seq);
            }
        }
    }

    /// Says what there is to say, and hears what there is to hear.
    fn talk(&mut self) {
        self.engine.look();
        for _ in 0..100 {
            let Some((ticket, body)) = self.engine.request() else { return };
            let answer: Answer = serde_json::from_value(self.client.sync(&body).unwrap()).unwrap();
            let effects = self.engine.answered(ticket, answer, now());
            self.perform(effects);
        }
        panic!("{} never has enough", self.login);
    }

    /// Does something. Answers why not, if the server says no.
    fn run(&mut self, command: impl Into<AnyCommand>) -> Option<Rejection> {
        let (seq, effects) = self.engine.run(command.into(), now()).unwrap();
        self.perform(effects);
        self.talk();
        let refused = self.engine.tray().into_iter().find(|item| item.seq == seq)?.refused;
        let effects = self.engine.drop_from_tray(seq);
        self.perform(effects);
        refused
    }

    /// The server is elsewhere by now.
    fn follow(&mut self, process: &Process) {
        self.client = self.client.moved_to(&process.url);
        self.talk();
    }

    /// How many of the rows on this device tell of her.
    fn knows(&self) -> usize {
        let rows = self.engine.replica().rows().map(|row| serde_json::to_string(&row).unwrap());
        rows.filter(|row| row.contains(CANARY) || row.contains(HER)).count()
    }

    /// The rows on this device that do not.
    fn others(&self) -> BTreeSet<String> {
        let rows = self.engine.replica().rows().map(|row| serde_json::to_string(&row).unwrap());
        rows.filter(|row| !row.contains(HER)).collect()
    }
}

fn register() -> person::Register {
    person::Register {
        id: id(HER),
        first_name: name("Kanarifugl"),
        last_name: Some(name("Kanarifuglsen")),
        phone: Some(name("kanarifugl 98 76")),
        language: Some(id("kanarifuglsk")),
        contact: None,
        shielded_with: None,
    }
}

/// A centre in a database of either kind.
struct World {
    folder: TempDir,
    data: PathBuf,
    /// The cluster and the address, where it is no file.
    shared: Option<(Cluster, String)>,
}

impl World {
    fn small() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { data: folder.path().join("data"), folder, shared: None }
    }

    fn large() -> Self {
        let cluster = Cluster::start();
        let address = cluster.database("first");
        Self { shared: Some((cluster, address)), ..Self::small() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn place(&self) -> Vec<String> {
        let mut place = vec!["--data".to_owned(), self.data.to_str().unwrap().to_owned()];
        if let Some((_, address)) = &self.shared {
            place.extend(["--database".to_owned(), address.clone()]);
        }
        place
    }

    fn start(&self) -> Process {
        let mut command = serve(&self.data);
        if let Some((_, address)) = &self.shared {
            command.args(["--database", address]);
        }
        Process::wait_for(command.args(["--demo", "--clock", MORNING]))
    }

    /// Stops the server where the task must be alone; without a goodbye, so that what was written last is only in
    /// the log. Several servers may go on.
    fn alone(&self, process: Process) -> Option<Process> {
        self.shared.is_some().then_some(process)
    }

    fn go_on(&self, process: Option<Process>) -> Process {
        process.unwrap_or_else(|| self.start())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        minvei().args(arguments).args(self.place()).output().unwrap()
    }

    fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.contains(CANARY) && !said.contains(HER), "{said}");
        said
    }

    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    /// One value of the database, behind the server's back.
    fn ask(&self, sql: &'static str) -> Vec<u8> {
        let text = format!("select cast(({sql}) as text)");
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let text: String = if let Some((_, address)) = &self.shared {
                let mut connection = PgConnection::connect(address).await.unwrap();
                sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut connection).await.unwrap()
            } else {
                let file = SqliteConnectOptions::new().filename(self.data.join("minvei.db"));
                let mut connection = file.connect().await.unwrap();
                sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut connection).await.unwrap()
            };
            text.into_bytes()
        })
    }

    /// What must be nowhere any more: her words, her login, the hash of her PIN, her session, her keys.
    fn needles(&self) -> Vec<Vec<u8>> {
        let mut needles = vec![CANARY.as_bytes().to_vec()];
        needles.push(self.ask("select login from account where user_id = 'k7x2m4q9'"));
        needles.push(self.ask("select secret from account where user_id = 'k7x2m4q9'"));
        needles.push(self.ask("select token from session where user_id = 'k7x2m4q9'"));
        let keys = if self.shared.is_some() {
            [
                "select encode(key, 'hex') from client where user_id = 'k7x2m4q9'",
                "select encode(key, 'hex') from audit_key where about = 'k7x2m4q9'",
            ]
        } else {
            [
                "select hex(key) from client where user_id = 'k7x2m4q9'",
                "select hex(key) from audit_key where about = 'k7x2m4q9'",
            ]
        };
        needles.extend(keys.map(|sql| unhex(&self.ask(sql))));
        assert!(needles.iter().all(|needle| needle.len() > 7), "{needles:?}");
        needles
    }

    /// How many of the needles are in the database's files. PostgreSQL's own log is not among them.
    fn hits(&self, needles: &[Vec<u8>]) -> usize {
        let mut files = Vec::new();
        if self.shared.is_some() {
            self.tell("checkpoint");
            let folder = self.ask(
                "select setting || '/base/' || oid from pg_settings, pg_database
                 where name = 'data_directory' and datname = current_database()",
            );
            below(Path::new(&String::from_utf8(folder).unwrap()), &mut files);
        } else {
            below(&self.data, &mut files);
            files.retain(|file| file.file_name().unwrap().to_string_lossy().starts_with("minvei.db"));
        }
        assert!(!files.is_empty());
        // A file may have been taken away since it was listed.
        let texts: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap_or_default()).collect();
        needles.iter().filter(|needle| texts.iter().any(|text| holds(text, needle))).count()
    }

    fn tell(&self, sql: &'static str) {
        let Some((_, address)) = &self.shared else { return };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let mut connection = PgConnection::connect(address).await.unwrap();
            sqlx::query(sql).execute(&mut connection).await.unwrap();
        });
    }

    /// Goes on in an empty database, as a restore needs one.
    fn empty(&mut self, called: &str) {
        if let Some((cluster, address)) = &mut self.shared {
            *address = cluster.database(called);
        }
    }
}

fn unhex(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn holds(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window[0] == needle[0] && window == needle)
}

/// Every file below a folder.
fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { below(&path, files) } else { files.push(path) }
    }
}

/// Tries to sign in. Answers the status.
fn sign_in(process: &Process, card: &Value) -> u16 {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent: ureq::Agent = config.build().into();
    let typed = json!({"login": card["code"], "secret": card["pin"], "client": "phone"}).to_string();
    let request = agent.post(format!("{}/api/sign-in", process.url)).header("content-type", "application/json");
    request.send(typed).unwrap().status().as_u16()
}

/// She is registered, in a group, marked, and has a card.
fn take_part(kari: &mut Seat) -> Value {
    let mark = attendance::Set {
        series: id("sprakopplaering-1-2"),
        date: date("2026-11-24"),
        person: id::<Person>(HER),
        value: Attendance::Here,
        seen: Vec::new(),
    };
    assert_eq!(kari.run(register()), None);
    assert_eq!(kari.run(group::Enrol { group: id("norsk-1"), person: id(HER) }), None);
    assert_eq!(kari.run(mark), None);
    let (status, card) = kari.client.post("/api/cards", &json!({"person": HER}).to_string()).unwrap();
    assert_eq!(status, 200, "{card}");
    serde_json::from_str(&card).unwrap()
}

const RESTRICT: [&str; 6] = ["restrict", HER, "--centre", "ns", "--reason", "Sak 2026/7"];
const SHRED: [&str; 7] = ["shred", HER, "--centre", "ns", "--reason", "Sak 2026/8", "--yes"];

/// The whole story, in a database of either kind.
fn story(mut world: World) {
    let process = world.start();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (early, late, checkpoint) = (world.file("early.db"), world.file("late.db"), world.file("checkpoint.json"));
    let (early, late, checkpoint) = (text(&early), text(&late), text(&checkpoint));
    world.said(&["backup", &early]);
    let mut kari = Seat::at(&process, "kari", "pc");
    let (mut ingunn, mut bente) = (Seat::at(&process, "ingunn", "pc"), Seat::at(&process, "bente", "pc"));
    let card = take_part(&mut kari);
    assert_eq!(sign_in(&process, &card), 200);
    ingunn.talk();
    bente.talk();

    // The control: she is there, for everybody who may see her, in the files, and in the backup.
    assert_eq!((kari.knows(), ingunn.knows(), bente.knows()), (3, 2, 3));
    let others = Seat::at(&process, "bente", "eye").others();
    assert!(others.len() > 100);
    let needles = world.needles();
    world.tell("analyze");
    for needle in &needles {
        assert_eq!(world.hits(std::slice::from_ref(needle)), 1, "{:?}", String::from_utf8_lossy(needle));
    }
    world.said(&["backup", &late]);
    let copied = [fs::read(&early).unwrap(), fs::read(&late).unwrap()];
    assert_eq!(copied.map(|copy| holds(&copy, CANARY.as_bytes())), [false, true]);
    world.said(&["audit", "checkpoint", &checkpoint]);
    if world.shared.is_none() {
        assert!(world.refusal(&RESTRICT).contains("in use by another minvei"));
    }

    // Whoever is not there, works here, or is elsewhere: the same words.
    let process = world.alone(process);
    for (person, centre) in [("nobody", "ns"), ("kari", "ns"), (HER, "bg"), ("No id!", "ns")] {
        for arguments in [
            ["restrict", person, "--centre", centre, "--reason", "Sak 7"].as_slice(),
            &["shred", person, "--centre", centre, "--reason", "Sak 7", "--yes"],
        ] {
            let said = world.refusal(arguments);
            assert_eq!(said, format!("error: nobody called {person} takes part in a centre {centre}\n"));
        }
    }
    let mut named = RESTRICT;
    named[5] = "Kanarifugl har bedt om det";
    assert!(world.refusal(&named).contains("leave her name"));
    assert!(world.refusal(&[&RESTRICT[..], &["--lift"]].concat()).contains("not out of reach"));
    assert!(world.refusal(&SHRED[..6]).contains("--yes"));
    assert_eq!(world.hits(&needles), needles.len(), "nothing has happened");

    // Out of everybody's reach, and kept.
    let said = world.said(&RESTRICT);
    assert!(said.contains("Rows: 3, sessions ended: 1"), "{said}");
    assert_eq!(world.hits(&needles[..3]), 3, "the archive holds her, and the account is kept closed");
    let process = world.go_on(process);
    unknown(&process, [&mut kari, &mut ingunn, &mut bente], &card, "restricted");
    let process = world.alone(process);
    assert!(world.refusal(&RESTRICT).contains("already"));
    assert!(world.said(&["check"]).contains("Sound"));

    // Back, as she was.
    assert!(world.said(&[&RESTRICT[..], &["--lift"]].concat()).contains("Rows: 3"));
    let process = world.go_on(process);
    assert_eq!(sign_in(&process, &card), 200);
    for (seat, rows) in [(&mut kari, 3), (&mut ingunn, 2), (&mut bente, 3)] {
        seat.follow(&process);
        assert_eq!(seat.knows(), rows, "{}", seat.login);
    }
    let session = world.needles().swap_remove(3);
    let needles = [needles, vec![session]].concat();

    // Destroyed.
    let process = world.alone(process);
    let said = world.said(&SHRED);
    assert!(said.contains("Rows: 3, accounts: 1, sessions: 1, devices: 1"), "{said}");
    assert_eq!(world.hits(&needles), 0, "nothing of her is in the files");
    assert!(world.said(&["check"]).contains("Sound"));
    let said = world.said(&["audit", "verify", "--checkpoint", &checkpoint]);
    assert!(said.contains("Whole"), "{said}");
    let list = fs::read_to_string(world.data.join("shredded.list")).unwrap();
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(!list.contains(HER) && !list.contains(CANARY), "{list}");
    assert!(world.said(&SHRED).contains("Rows: 0"), "once more does no harm");
    let process = world.go_on(process);
    unknown(&process, [&mut kari, &mut ingunn, &mut bente], &card, "shredded");
    assert_eq!(Seat::at(&process, "bente", "eye-2").others(), others, "nobody else was touched");
    drop(process);

    // A backup of before brings her back neither with its rows nor with what a device still holds.
    for (number, backup) in [&late, &early].into_iter().enumerate() {
        world.empty(&format!("restored{number}"));
        let said = world.said(&["restore", backup]);
        assert!(said.contains("Taken out of it again"), "{said}");
        assert_eq!(world.hits(&needles), 0, "{backup}");
        let process = world.start();
        let mut kari = Seat::at(&process, "kari", &format!("new-{number}"));
        assert_eq!((kari.knows(), kari.run(register())), (0, Some(Rejection::Gone)), "{backup}");
        assert_eq!((Seat::at(&process, "bente", "eye-3").knows(), sign_in(&process, &card)), (0, 401));
        drop(process);
        assert!(world.said(&["check"]).contains("Sound"));
    }
}

/// No device has her any more, old or new; she cannot sign in, and nobody registers her anew.
fn unknown(process: &Process, seats: [&mut Seat; 3], card: &Value, since: &str) {
    for seat in seats {
        seat.follow(process);
        let fresh = Seat::at(process, seat.login, since);
        assert_eq!((seat.knows(), fresh.knows()), (0, 0), "{} knows who was {since}", seat.login);
        if seat.login == "kari" {
            assert_eq!(seat.run(register()), Some(Rejection::Gone), "{since}");
        }
    }
    assert_eq!(sign_in(process, card), 401, "she was {since}");
}

#[test]
fn nothing_is_left_of_whoever_is_shredded_in_a_file() {
    story(World::small());
}

#[test]
fn nothing_is_left_of_whoever_is_shredded_in_a_database_for_many_servers() {
    story(World::large());
}

#[test]
fn a_copy_of_before_that_is_put_there_by_hand_is_cleaned_before_it_is_served() {
    let world = World::small();
    let process = world.start();
    let mut kari = Seat::at(&process, "kari", "pc");
    take_part(&mut kari);
    let copy = world.file("copy.db");
    world.said(&["backup", copy.to_str().unwrap()]);
    drop(process);
    world.said(&SHRED);
    fs::copy(&copy, world.data.join("minvei.db")).unwrap();
    let canary = [CANARY.as_bytes().to_vec()];
    assert_eq!(world.hits(&canary), 1, "the control");
    let process = world.start();
    assert_eq!(world.hits(&canary), 0);
    assert_eq!(Seat::at(&process, "bente", "pc").knows(), 0);
}
