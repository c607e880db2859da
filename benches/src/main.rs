//! Measures the release server on this machine, beside floors taken in the same run. A figure means
//! something only as a ratio to its floor; speeds are reported and never fail anything.
//!
//! Started by `cargo xtask bench`, which builds the server first. Prints a JSON line for each
//! measurement, then tables of the medians and of the goals.

mod bare;
mod client;
// One way to start a throw-away PostgreSQL is enough. It lies in the system's temporary folder, for the
// folder of this benchmark may be out of its user's reach.
#[path = "../../server/tests/it/cluster.rs"]
mod cluster;
mod country;
mod database;
mod devices;
mod figures;
mod floors;
mod goals;
mod open_files;
mod pgbench;
mod replica;
mod server;
mod sign_ins;
mod writes;

use std::{
    env::temp_dir,
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use tempfile::TempDir;

use self::{
    cluster::Cluster,
    country::{Country, MARKERS},
    database::Database,
    devices::{Heard, Load},
    figures::Figures,
    pgbench::OneRow,
    writes::Pace,
};

/// Changes told to those of whom the last one counts: enough for one in twenty to mean something.
const MANY_CHANGES: u64 = 200;
/// Changes told to those whose memory counts: all are awake, and nothing of what they are told is kept.
const FEW_CHANGES: u64 = 5;
/// The devices of which the goal speaks.
const ALL_DEVICES: usize = 10_000;

/// Measures the release server beside its floors.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure, and say what was measured.
    Measure(Options),
    /// Be the bare server that stands beside ours.
    #[command(hide = true)]
    Bare {
        /// Where it appends what it is told.
        log: PathBuf,
    },
}

/// How often everything is measured.
#[derive(Args)]
struct Options {
    /// The release binary.
    #[arg(long)]
    minvei: PathBuf,
    /// Where data lies while it is measured: on the disk that counts.
    #[arg(long)]
    home: PathBuf,
    /// How many rounds.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// One part only.
    #[arg(long)]
    only: Option<Part>,
    /// Clients that each have one request under way.
    #[arg(long, default_value_t = 256)]
    clients: usize,
    /// Devices that listen, of which the last one counts.
    #[arg(long, default_value_t = 1_000)]
    listeners: usize,
    /// Devices that listen, of which the memory counts.
    #[arg(long, default_value_t = ALL_DEVICES)]
    devices: usize,
    /// The country's morning instead: so many centres register a week in one minute.
    #[arg(long)]
    country: Option<usize>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Many clients that write, on SQLite and on PostgreSQL.
    Writes,
    /// What many devices wait for a change.
    FanOut,
    /// What very many open devices cost.
    Devices,
    /// What a wrong secret takes, for a login that there is and for one that there is not.
    SignIns,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Cli::parse().task {
        Task::Measure(options) => measure(&options).await,
        Task::Bare { log } => bare::serve(&log).await,
    }
}

async fn measure(options: &Options) -> Result<()> {
    fs::create_dir_all(&options.home)?;
    let mut figures = Figures::default();
    for round in 1..=options.rounds {
        let folder = TempDir::new_in(&options.home)?;
        let floor = floors::fdatasync(&options.home)?;
        let is_wanted = |part: Part| options.country.is_none() && options.only.is_none_or(|only| only == part);
        if let Some(centres) = options.country {
            morning(options, centres, folder.path(), round, &mut figures).await?;
        }
        if is_wanted(Part::Writes) {
            on_sqlite(options, folder.path(), round, &mut figures).await?;
            on_postgres(options, folder.path(), round, &mut figures).await?;
        }
        if is_wanted(Part::FanOut) {
            fan_out(options, folder.path(), round, &mut figures).await?;
        }
        if is_wanted(Part::Devices) {
            open_devices(options, folder.path(), round, &mut figures).await?;
        }
        if is_wanted(Part::SignIns) {
            sign_ins(options, folder.path(), round, &mut figures).await?;
        }
        figures.round(round, floor, floors::fdatasync(&options.home)?);
    }
    figures.print_tables();
    Ok(())
}

/// Many clients write on SQLite, beside a SQLite without a server: row by row, and as many at once as
/// can be under way.
async fn on_sqlite(options: &Options, folder: &Path, round: usize, figures: &mut Figures) -> Result<()> {
    figures.add(round, "serial-sqlite", "writes/s", floors::serial_sqlite(folder).await?);
    figures.add(round, "batched-sqlite", "writes/s", floors::batched_sqlite(folder, options.clients).await?);
    many_clients(options, Database::Sqlite(folder.join("writes")), "", round, figures).await
}

/// The same clients on PostgreSQL, beside that PostgreSQL without a server of ours.
async fn on_postgres(options: &Options, folder: &Path, round: usize, figures: &mut Figures) -> Result<()> {
    if fs::metadata(temp_dir())?.dev() != fs::metadata(&options.home)?.dev() {
        figures.note(format!(
            "PostgreSQL's data lies in {}, on another disk than {}: set TMPDIR if one of them is no real disk.",
            temp_dir().display(),
            options.home.display()
        ));
    }
    let cluster = Cluster::start();
    let one_row = OneRow::prepare(cluster.database("floor"), folder).await?;
    for clients in [32, 1] {
        let (name, speed) = one_row.measure(clients).await?;
        figures.add(round, &name, "writes/s", speed);
    }
    many_clients(options, Database::Postgres(cluster.database("minvei")), "postgres-", round, figures).await
}

/// One client writes alone, then many at once, each in a centre with three others.
async fn many_clients(
    options: &Options,
    database: Database,
    on: &str,
    round: usize,
    figures: &mut Figures,
) -> Result<()> {
    // The first centre is that of the one.
    let centres = 1 + options.clients.div_ceil(MARKERS.len());
    let country = Country::found(&options.minvei, database, centres).await?;
    let server = country.serve(&options.minvei)?;
    let (first, others) = country.devices.split_at(MARKERS.len());
    let others = others.get(..options.clients).context("too few devices")?;
    let alone = writes::all_write(&server, &country, &first[..1], Pace::OneInFlight).await?;
    figures.add(round, &format!("{on}one-client-p50"), "ms", alone.p50);
    let written = writes::all_write(&server, &country, others, Pace::OneInFlight).await;
    let written = written.context("many clients")?;
    figures.add(round, &format!("{on}many-clients"), "writes/s", written.per_second());
    figures.add(round, &format!("{on}many-clients-p50"), "ms", written.p50);
    figures.add(round, &format!("{on}many-clients-p99"), "ms", written.p99);
    figures.add(round, &format!("{on}many-clients-cpu"), "ms/write", written.cpu_per_write);
    Ok(())
}

/// A change on its way to the last of many devices, beside a bare server and beside tasks of one process.
async fn fan_out(options: &Options, folder: &Path, round: usize, figures: &mut Figures) -> Result<()> {
    let load = Load { listeners: options.listeners, changes: MANY_CHANGES };
    figures.add(round, "broadcast-last", "ms", floors::broadcast(load).await?);
    let Heard { from_push, from_answer, .. } = devices::bare(folder, load).await?;
    figures.add(round, "bare-from-push", "ms", from_push);
    figures.add(round, "bare-from-answer", "ms", from_answer);
    let Heard { from_push, from_answer, .. } = devices::ours(&options.minvei, &folder.join("fan-out"), load).await?;
    figures.add(round, "fan-out-from-push", "ms", from_push);
    figures.add(round, "fan-out-from-answer", "ms", from_answer);
    Ok(())
}

/// The server's memory with very many open devices, beside that of a bare server.
async fn open_devices(options: &Options, folder: &Path, round: usize, figures: &mut Figures) -> Result<()> {
    let allowed = open_files::allow(options.devices + open_files::BESIDE)?;
    let count = options.devices.min(allowed.saturating_sub(open_files::BESIDE));
    if count < options.devices {
        figures.note(format!(
            "A process of this machine may open {allowed} files: {count} devices were opened, not {}.",
            options.devices
        ));
    }
    // The goal speaks of one number: what another one costs must not look like it.
    let name = if count == ALL_DEVICES { "open-devices" } else { "other-devices" };
    let load = Load { listeners: count, changes: FEW_CHANGES };
    figures.add(round, name, "devices", count as f64);
    for (on, heard) in [
        ("bare-", devices::bare(folder, load).await?),
        ("", devices::ours(&options.minvei, &folder.join("devices"), load).await?),
    ] {
        figures.add(round, &format!("{on}{name}-each"), "kB", heard.kilobytes_each);
        figures.add(round, &format!("{on}{name}-all"), "MB", heard.megabytes);
    }
    Ok(())
}

/// Wrong secrets for logins that nobody has, beside those that somebody has.
async fn sign_ins(options: &Options, folder: &Path, round: usize, figures: &mut Figures) -> Result<()> {
    let database = Database::Sqlite(folder.join("sign-ins"));
    let country = Country::found(&options.minvei, database, sign_ins::CENTRES).await?;
    let server = country.serve(&options.minvei)?;
    let answered = sign_ins::wrong_secrets(server.address).await?;
    figures.add(round, "known-login", "ms", answered.known);
    figures.add(round, "other-known-login", "ms", answered.others);
    figures.add(round, "unknown-login", "ms", answered.unknown);
    figures.add(round, "unknown-login-slower", "of 100", answered.slower);
    Ok(())
}

/// The week of a whole country, registered within a minute.
async fn morning(options: &Options, centres: usize, folder: &Path, round: usize, figures: &mut Figures) -> Result<()> {
    let country = Country::found(&options.minvei, Database::Sqlite(folder.join("country")), centres).await?;
    let server = country.serve(&options.minvei)?;
    let before = server.memory()?;
    let pace = Pace::Within(Duration::from_secs(60));
    let written = writes::all_write(&server, &country, &country.devices, pace).await?;
    figures.add(round, "country-marks", "marks", written.marks as f64);
    figures.add(round, "country-seconds", "s", written.seconds);
    figures.add(round, "country-p50", "ms", written.p50);
    figures.add(round, "country-p99", "ms", written.p99);
    figures.add(round, "country-cpu", "ms/write", written.cpu_per_write);
    figures.add(round, "country-memory", "MB", (server.memory()? - before) / 1_000.0);
    Ok(())
}
