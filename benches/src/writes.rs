//! Many clients with one request under way each, and an oracle that counts every command once.
//!
//! They speak a schema that is too old to be sent rows: 256 tablets of one kitchen would measure how
//! each hears of all the others, and no kitchen has them.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Result, ensure};
use shared::{
    AnyCommand,
    domain::packing::{SetTick, Step},
    prim::{Date, Id, Timestamp, date, days_from},
    sync::wire::Envelope,
};

use crate::{client::Client, figures::percentile, floors::milliseconds, server::Server};

/// How much is written.
#[derive(Clone, Copy)]
pub struct Load {
    /// Clients with one request under way each.
    pub clients: usize,
    /// Commands of each.
    pub commands: u64,
}

/// What came of it.
pub struct Written {
    /// Commands on disk each second.
    pub per_second: f64,
    /// Half of the requests took less, in milliseconds.
    pub p50: f64,
    /// Ninety-nine of a hundred took less, in milliseconds.
    pub p99: f64,
    /// Milliseconds of the server's processor time for each command.
    pub cpu_per_write: f64,
}

/// All clients write at once, as fast as they are answered.
pub async fn many_clients(server: &Server, load: Load) -> Result<Written> {
    let mut sessions = Vec::new();
    for number in 0..load.clients {
        sessions.push((name(number), Client::sign_in(server.address, "kjokken", &name(number)).await?));
    }
    // Signing in takes its time, and the server does not wait for idle connections.
    let mut clients = Vec::new();
    for (name, session) in sessions {
        clients.push((name, session.again().await?));
    }
    let (started, before) = (Instant::now(), server.cpu()?);
    let tasks = clients.into_iter().enumerate().map(|(number, (name, mut client))| {
        tokio::spawn(async move {
            let mut times = Vec::new();
            for seq in 1..=load.commands {
                let asked = Instant::now();
                let answer = client.sync(request(0, &name, seq, "", tick(number, seq))).await?;
                times.push(milliseconds(asked.elapsed()));
                ensure!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
            }
            anyhow::Ok(times)
        })
    });
    let mut times = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        times.extend(task.await??);
    }
    let seconds = started.elapsed().as_secs_f64();
    let cpu = server.cpu()? - before;
    oracle(server, load).await?;
    let count = times.len() as f64;
    Ok(Written {
        per_second: count / seconds,
        p50: percentile(&times, 0.5),
        p99: percentile(&times, 0.99),
        cpu_per_write: cpu / count,
    })
}

/// One client alone, which is sent rows: how long a command takes, in milliseconds, half of the time.
pub async fn one_client(server: &Server, commands: u64) -> Result<f64> {
    let mut client = Client::sign_in(server.address, "kjokken", "alone").await?;
    let first = client.sync(request(1, "alone", 1, "", tick(0, 1))).await?;
    let mut device = Standing::default();
    let mut cursor = device.after(&first);
    let mut times = Vec::new();
    for seq in 2..=commands {
        let asked = Instant::now();
        let answer = client.sync(request(1, "alone", seq, &cursor, tick(usize::try_from(seq)? * 8, seq))).await?;
        times.push(milliseconds(asked.elapsed()));
        cursor = device.after(&answer);
    }
    Ok(percentile(&times, 0.5))
}

/// Every command that was acknowledged is in the rows, and no command is there twice.
async fn oracle(server: &Server, load: Load) -> Result<()> {
    let mut client = Client::sign_in(server.address, "kjokken", "oracle").await?;
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let (mut device, mut cursor) = (Standing::default(), String::new());
    loop {
        let answer = client.sync(format!(r#"{{"schema":1,"client":"oracle"{cursor}}}"#)).await?;
        for row in answer["patch"]["rows"].as_array().into_iter().flatten().filter(|row| row["k"] == "tick") {
            for given in row["b"]["answers"].as_array().into_iter().flatten() {
                *found.entry(given["id"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        if answer["patch"]["more"] != true {
            break;
        }
        cursor = device.after(&answer);
    }
    for number in 0..load.clients {
        for seq in 1..=load.commands {
            let id = format!("{}.{seq}", name(number));
            ensure!(found.get(&id) == Some(&1), "{id} is there {:?} times", found.get(&id));
        }
    }
    Ok(())
}

fn name(number: usize) -> String {
    format!("tablet-{number}")
}

/// Where a device stands.
#[derive(Default)]
struct Standing {
    epoch: serde_json::Value,
}

impl Standing {
    /// The part of the next request that says what the device has after this answer.
    fn after(&mut self, answer: &serde_json::Value) -> String {
        let patch = &answer["patch"];
        if !patch["grants"].is_null() {
            self.epoch = patch["grants"]["epoch"].clone();
        }
        format!(r#","cursor":{},"epoch":{}"#, patch["to"], self.epoch)
    }
}

fn request(schema: u16, client: &str, seq: u64, beside: &str, command: AnyCommand) -> String {
    let command = Envelope::encode(&command, Timestamp(0), Timestamp(0));
    format!(r#"{{"schema":{schema},"client":"{client}","first":{seq},"commands":[{command}]{beside}}}"#)
}

/// A tick of the kitchen: a row of its own for each client, as far as there are school days.
fn tick(client: usize, seq: u64) -> AnyCommand {
    let school = if client.is_multiple_of(2) { "slettebakken" } else { "fridalen" };
    let step = Step::ALL[client / 2 % Step::ALL.len()];
    let done = seq.is_multiple_of(2);
    SetTick { day: school_day(client / 8), school: Id::parse(school).expect("an id"), step, done, seen: Vec::new() }
        .into()
}

/// A day on which both schools are open: a weekday of the ten weeks after the winter holidays.
fn school_day(number: usize) -> Date {
    let number = i64::try_from(number % 35).expect("a small number");
    days_from(date(2027, 1, 11), number / 5 * 7 + number % 5)
}
