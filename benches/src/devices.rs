//! Open devices: what each costs, and how long the last one waits for a change.
//!
//! Our server and the bare one are measured alike: from the sending of a change, and from its answer,
//! until the last device holds what has changed. Only the first is the same instant on both sides; the
//! answer may even come after the last device was told.

use std::{
    env::current_exe,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use shared::{
    domain::menu::Plan,
    prim::{Name, Timestamp},
    sync::wire::Envelope,
};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};

use crate::{
    bare::ANSWER,
    client::{Channel, Client},
    country::MARKERS,
    database::Database,
    figures::percentile,
    floors::milliseconds,
    replica::Replica,
    server::Server,
};

/// An ordinary morning.
const TUESDAY: &str = "2026-11-24T09:00";
/// What is for lunch, before its number.
const DISH: &str = "Suppe ";
/// How long a device may wait before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many listen, and how many changes they are told, one after the other.
#[derive(Clone, Copy)]
pub struct Load {
    /// Devices, or tasks.
    pub listeners: usize,
    /// Changes.
    pub changes: u64,
}

/// What listening costs.
pub struct Heard {
    /// Milliseconds from the sending of a change until the last device held it, nineteen of twenty times.
    pub from_push: f64,
    /// The same from the change's answer; none if the answer was read last.
    pub from_answer: f64,
    /// Kilobytes of the server's memory for each device, after all changes were told.
    pub kilobytes_each: f64,
    /// Megabytes of the server's memory in all.
    pub megabytes: f64,
}

/// How many sessions hold all the devices: one may not open thousands at once.
const SESSIONS: usize = 16;

/// Devices listen to the release server while the menu changes, which all of them see.
pub async fn ours(binary: &Path, folder: &Path, load: Load) -> Result<Heard> {
    let server = Server::start(binary, &Database::Sqlite(folder.to_owned()), TUESDAY)?;
    let mut sessions = Vec::new();
    for number in 0..SESSIONS {
        let user = MARKERS[number % MARKERS.len()];
        sessions.push(Client::sign_in(server.address, user, &format!("{user}-{number}")).await?);
    }
    let writer = Client::sign_in(server.address, "kjokken", "writer").await?;
    let writer = Replica::fill(writer, "writer").await?;
    hear(&mut Ours { server, sessions, writer }, load).await
}

/// Devices listen to the bare server.
pub async fn bare(folder: &Path, load: Load) -> Result<Heard> {
    let server = Server::spawn(Command::new(current_exe()?).arg("bare").arg(folder.join("bare.log")))?;
    let writer = Channel::open(server.address, "").await?;
    hear(&mut Bare { server, writer }, load).await
}

/// A server with somebody who changes what all devices see.
trait Stage {
    fn server(&self) -> &Server;

    /// Opens the channel of a device.
    async fn open(&self, device: usize) -> Result<Channel>;

    /// Sends a change and waits until it is on disk.
    async fn change(&mut self, number: u64, command: Box<str>) -> Result<()>;
}

/// The release server; few users hold all the devices.
struct Ours {
    server: Server,
    sessions: Vec<Client>,
    writer: Replica,
}

impl Stage for Ours {
    fn server(&self) -> &Server {
        &self.server
    }

    async fn open(&self, device: usize) -> Result<Channel> {
        self.sessions[device % self.sessions.len()].listen().await
    }

    async fn change(&mut self, number: u64, command: Box<str>) -> Result<()> {
        self.writer.push(number, &[command]).await
    }
}

/// The bare server; its writer listens too.
struct Bare {
    server: Server,
    writer: Channel,
}

impl Stage for Bare {
    fn server(&self) -> &Server {
        &self.server
    }

    async fn open(&self, _device: usize) -> Result<Channel> {
        Channel::open(self.server.address, "").await
    }

    async fn change(&mut self, _number: u64, command: Box<str>) -> Result<()> {
        // About as long as what our server tells of it.
        self.writer.say(format!("{command:<300}")).await?;
        while self.writer.poke().await?.as_str() != ANSWER {}
        Ok(())
    }
}

async fn hear(stage: &mut impl Stage, load: Load) -> Result<Heard> {
    let before = stage.server().memory()?;
    let (heard, mut roll) = mpsc::channel(load.listeners);
    let mut devices = JoinSet::new();
    for device in 0..load.listeners {
        let opened = stage.open(device).await;
        let mut channel = opened.with_context(|| format!("device {device} of {} did not open", load.listeners))?;
        let heard = heard.clone();
        devices.spawn(async move {
            while let Ok(poke) = channel.poke().await {
                let at = Instant::now();
                if let Some(number) = number_in(&poke)
                    && heard.send((number, at)).await.is_err()
                {
                    return;
                }
            }
        });
    }
    let (mut from_push, mut from_answer) = (Vec::new(), Vec::new());
    for number in 1..=load.changes {
        let command = plan(number)?;
        let pushed = Instant::now();
        stage.change(number, command).await?;
        let answered = Instant::now();
        let last = last_of(load.listeners, number, &mut roll).await?;
        from_push.push(milliseconds(last - pushed));
        from_answer.push(milliseconds(last.saturating_duration_since(answered)));
    }
    let after = stage.server().memory()?;
    // Their files are needed again.
    devices.shutdown().await;
    Ok(Heard {
        from_push: percentile(&from_push, 0.95),
        from_answer: percentile(&from_answer, 0.95),
        kilobytes_each: (after - before) / load.listeners as f64,
        megabytes: after / 1_000.0,
    })
}

/// Waits until every listener has heard of this change; answers when the last one did.
pub async fn last_of(listeners: usize, number: u64, roll: &mut mpsc::Receiver<(u64, Instant)>) -> Result<Instant> {
    let mut last: Option<Instant> = None;
    for told in 0..listeners {
        let heard = timeout(PATIENCE, roll.recv()).await;
        let heard = heard.with_context(|| format!("only {told} of {listeners} were told of change {number}"))?;
        let (of, at) = heard.context("nobody listens any more")?;
        ensure!(of == number, "change {of} was told once more after all had heard of it");
        last = last.max(Some(at));
    }
    last.context("nobody listens")
}

/// What changes: the menu of a day.
fn plan(number: u64) -> Result<Box<str>> {
    let dish = Name::parse(&format!("{DISH}{number}"))?;
    let plan = Plan { day: "2026-11-26".parse()?, dish, beside: Vec::new() };
    Ok(Envelope::encode(&plan.into(), Timestamp(0), Timestamp(0)))
}

/// Which change a poke tells of.
fn number_in(poke: &str) -> Option<u64> {
    let (_, rest) = poke.split_once(DISH)?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}
