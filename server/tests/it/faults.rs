//! Real engines against the real binary, through a network that loses, repeats, delays and cuts, while
//! the server is killed and started again, or stands still. What the simulation says must hold here too.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use shared::{
    AnyCommand, Record,
    domain::{order, packing},
    prim::Timestamp,
    sync::{
        engine::{Effect, Engine},
        wire::{Answer, ClientId},
    },
    testkit::{answer_ids, date, id},
};
use ureq::Agent;

use crate::{
    centre::MORNING,
    dice::Dice,
    process::{Client, Process, minvei},
};

/// Who sits at each device.
const DEVICES: [&str; 5] = ["kjokken", "kjokken", "slettebakken", "slettebakken", "fridalen"];
/// How many commands each gives.
const COMMANDS: u64 = 60;
/// How often the server is killed, and how often it stands still for a while.
const FAULTS: usize = 4;
/// How soon every queue must be empty once network and server are well.
const HEALED: Duration = Duration::from_secs(10);
const DAYS: [&str; 3] = ["2026-11-26", "2026-11-27", "2026-11-30"];

/// A network between devices and server.
struct Network {
    address: SocketAddr,
    is_bad: Arc<AtomicBool>,
}

impl Network {
    fn before(server: SocketAddr, dice: &Arc<Dice>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let this = Self { address: listener.local_addr().unwrap(), is_bad: Arc::new(AtomicBool::new(true)) };
        let (is_bad, dice) = (Arc::clone(&this.is_bad), Arc::clone(dice));
        thread::spawn(move || {
            for device in listener.incoming().flatten() {
                let (is_bad, dice) = (Arc::clone(&is_bad), Arc::clone(&dice));
                // Whatever breaks here is a broken line to both ends.
                thread::spawn(move || drop(carry(device, server, is_bad.load(Ordering::Relaxed).then_some(&dice))));
            }
        });
        this
    }
}

/// Carries one request and its answer; with dice, more or less well.
fn carry(mut device: TcpStream, server: SocketAddr, dice: Option<&Arc<Dice>>) -> io::Result<()> {
    let request = message(&mut device)?;
    let fate = dice.map_or(9, |dice| dice.roll(10));
    if let Some(dice) = dice {
        thread::sleep(Duration::from_millis(dice.roll(30)));
    }
    if fate == 0 {
        return device.shutdown(Shutdown::Both);
    }
    if fate == 1 {
        // The same request arrives twice, and the first answer is lost.
        ask(server, &request)?;
    }
    if fate == 2 {
        // Half of it arrives.
        TcpStream::connect(server)?.write_all(&request[..request.len() / 2])?;
        return device.shutdown(Shutdown::Both);
    }
    let answer = ask(server, &request)?;
    match fate {
        3 => device.shutdown(Shutdown::Both),
        4 => device.write_all(&answer[..answer.len() / 2]),
        _ => device.write_all(&answer),
    }
}

fn ask(server: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(server)?;
    server.write_all(request)?;
    message(&mut server)
}

/// One whole message of HTTP with a length.
fn message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = [0; 8192];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return Ok(bytes);
            }
        }
        match stream.read(&mut part)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => bytes.extend_from_slice(&part[..read]),
        }
    }
}

/// An engine, its session, and what the server has said of its commands.
struct Device {
    engine: Engine,
    cookie: String,
    url: String,
    agent: Agent,
    applied: BTreeSet<u64>,
}

impl Device {
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Store(queued) = effect {
                self.engine.stored(queued.seq);
            }
        }
    }

    fn act(&mut self, dice: &Dice, login: &str) {
        let day = date(DAYS[dice.place(DAYS.len())]);
        let command: AnyCommand = if login == "kjokken" {
            let step = packing::Step::ALL[dice.place(packing::Step::ALL.len())];
            packing::SetTick { day, school: id("fridalen"), step, done: dice.roll(3) > 0, seen: Vec::new(), by: None }
                .into()
        } else {
            let choice = order::Choice::Count(i64::try_from(40 + dice.roll(40)).unwrap());
            order::Change { school: id(login), day, choice, seen: Vec::new() }.into()
        };
        let (_, effects) = self.engine.run(command, now()).expect("the rules allow it");
        self.perform(effects);
    }

    /// Asks once, if there is something to say. Is there nothing?
    fn talk(&mut self) -> bool {
        let Some((ticket, body)) = self.engine.request() else {
            return true;
        };
        let request = self.agent.post(&self.url).header("content-type", "application/json");
        let answer = request.header("cookie", &self.cookie).header("connection", "close").send(body);
        let text = answer.and_then(|mut answer| answer.body_mut().read_to_string());
        match text.ok().and_then(|text| serde_json::from_str::<Answer>(&text).ok()) {
            Some(answer) => {
                self.applied.extend(answer.outcomes.iter().map(|(seq, _)| *seq));
                let effects = self.engine.answered(ticket, answer, now());
                self.perform(effects);
            }
            None => self.engine.failed(),
        }
        false
    }
}

fn now() -> Timestamp {
    Timestamp(1_795_507_200_000)
}

/// Every server of this test listens at the same address.
fn serve_at(address: SocketAddr, data: &Path) -> Command {
    let mut command = minvei();
    command.args(["serve", "--demo", "--clock", MORNING, "--listen", &address.to_string(), "--data"]).arg(data);
    command
}

#[test]
fn over_a_bad_network_to_a_dying_server_nothing_is_lost_or_doubled_and_all_agree() {
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = Process::wait_for(&mut serve_at(address, folder.path()));
    let dice = Arc::new(Dice::take());
    let network = Network::before(address, &dice);
    let mut devices: Vec<Device> = (0..DEVICES.len())
        .map(|number| {
            let client: ClientId = id(&format!("device-{number}"));
            let session = Client::sign_in(&server.url, DEVICES[number], client.as_str());
            let config = Agent::config_builder().http_status_as_error(true);
            Device {
                engine: Engine::new(client),
                cookie: session.cookie().to_owned(),
                url: format!("http://{}/api/sync", network.address),
                agent: config.timeout_global(Some(Duration::from_secs(10))).build().into(),
                applied: BTreeSet::new(),
            }
        })
        .collect();
    for device in &mut devices {
        while !device.engine.is_filled() {
            device.talk();
        }
    }
    let given = AtomicU64::new(0);
    thread::scope(|scope| {
        for (device, login) in devices.iter_mut().zip(DEVICES) {
            let (dice, given) = (&dice, &given);
            scope.spawn(move || {
                for _ in 0..COMMANDS {
                    device.act(dice, login);
                    given.fetch_add(1, Ordering::Relaxed);
                    for _ in 0..=dice.roll(2) {
                        device.talk();
                    }
                }
            });
        }
        let instants = dice.instants(2 * FAULTS, COMMANDS * DEVICES.len() as u64);
        for (number, instant) in instants.into_iter().enumerate() {
            while given.load(Ordering::Relaxed) < instant {
                thread::sleep(Duration::from_millis(1));
            }
            dice.dawdle(40);
            if number % 2 == 1 {
                server.kill();
                server = Process::revive(&mut serve_at(address, folder.path()));
            } else {
                server.freeze();
                dice.dawdle(1_500);
                server.thaw();
            }
        }
    });
    network.is_bad.store(false, Ordering::Relaxed);
    // First everybody says what is left, soon and by herself, then everybody hears it.
    let healed = Instant::now();
    thread::scope(|scope| {
        for (number, device) in devices.iter_mut().enumerate() {
            scope.spawn(move || {
                while !device.engine.waiting().is_empty() {
                    device.talk();
                    assert!(healed.elapsed() < HEALED, "device-{number} is stuck");
                }
            });
        }
    });
    println!("the queues were empty after {:?}", healed.elapsed());
    for device in &mut devices {
        device.engine.look();
        for _ in 0..100 {
            if device.talk() {
                break;
            }
        }
    }
    let mut times: BTreeMap<Box<str>, u32> = BTreeMap::new();
    let rows =
        |device: &Device| -> Vec<Record> { device.engine.replica().rows().filter_map(|row| row.read()).collect() };
    // The kitchen sees every order and every tick.
    for record in rows(&devices[0]) {
        answer_ids(&record).into_iter().for_each(|id| *times.entry(id).or_default() += 1);
    }
    for (number, device) in devices.iter().enumerate() {
        assert!(device.engine.waiting().is_empty(), "device-{number} has something left");
        for seq in 1..=COMMANDS {
            assert_eq!(times.get(&*format!("device-{number}.{seq}")), Some(&1), "device-{number}.{seq}");
        }
        assert!(device.applied.len() > 10, "device-{number} was hardly ever answered");
    }
    assert_eq!(rows(&devices[0]), rows(&devices[1]), "two tablets of one kitchen");
    assert_eq!(rows(&devices[2]), rows(&devices[3]), "two computers of one school");
}
