//! Measures the release server on this machine, beside floors taken in the same run. A figure means
//! something only as a ratio to its floor; speeds are reported and never fail anything.
//!
//! Started by `cargo xtask bench`, which builds the server first. Prints a JSON line for each
//! measurement, then a table of the medians.

mod client;
mod country;
mod devices;
mod figures;
mod floors;
mod server;
mod writes;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use clap::Parser;
use tempfile::TempDir;

use self::{
    country::{Country, FRIDAY, MARKERS},
    figures::Figures,
    server::Server,
    writes::Pace,
};

/// An ordinary morning.
const TUESDAY: &str = "2026-11-24T09:00";

/// How often everything is measured.
#[derive(Parser)]
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
    /// Clients that each have one request under way.
    #[arg(long, default_value_t = 256)]
    clients: usize,
    /// Devices that listen.
    #[arg(long, default_value_t = 1_000)]
    listeners: usize,
    /// The country's morning instead: so many centres register a week in one minute.
    #[arg(long)]
    country: Option<usize>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    std::fs::create_dir_all(&options.home)?;
    let mut figures = Figures::default();
    for round in 1..=options.rounds {
        let floor = floors::fdatasync(&options.home)?;
        match options.country {
            Some(centres) => morning(&options, centres, round, &mut figures).await?,
            None => measure(&options, round, &mut figures).await?,
        }
        figures.round(round, floor, floors::fdatasync(&options.home)?);
    }
    figures.print_table();
    Ok(())
}

/// One round; each figure stands next to its floor.
async fn measure(options: &Options, round: usize, figures: &mut Figures) -> Result<()> {
    let folder = TempDir::new_in(&options.home)?;
    let serial = floors::serial_sqlite(folder.path()).await?;
    figures.add(round, "serial-sqlite", "writes/s", serial);
    {
        let data = folder.path().join("writes");
        let country = Country::found(&options.minvei, &data, options.clients.div_ceil(MARKERS.len())).await?;
        let server = Server::start(&options.minvei, &data, FRIDAY)?;
        let (first, others) = country.devices.split_at(MARKERS.len());
        let alone = writes::all_write(&server, &country, &first[..1], Pace::OneInFlight).await?;
        figures.add(round, "one-client-p50", "ms", alone.p50);
        let written = writes::all_write(&server, &country, others, Pace::OneInFlight).await;
        let written = written.context("many clients")?;
        figures.add(round, "many-clients", "writes/s", written.per_second());
        figures.add(round, "many-clients-p50", "ms", written.p50);
        figures.add(round, "many-clients-p99", "ms", written.p99);
        figures.add(round, "many-clients-cpu", "ms/write", written.cpu_per_write);
        figures.ratio(round, "many-clients / serial-sqlite", written.per_second() / serial);
    }
    let broadcast = floors::broadcast(options.listeners).await?;
    figures.add(round, "broadcast-last", "ms", broadcast);
    let server = Server::start(&options.minvei, &folder.path().join("devices"), TUESDAY)?;
    let heard = devices::fan_out(&server, options.listeners).await?;
    figures.add(round, "fan-out-last", "ms", heard.last);
    figures.add(round, "memory-per-device", "kB", heard.kilobytes_each);
    Ok(())
}

/// The week of a whole country, registered within a minute.
async fn morning(options: &Options, centres: usize, round: usize, figures: &mut Figures) -> Result<()> {
    let folder = TempDir::new_in(&options.home)?;
    let data = folder.path().join("country");
    let country = Country::found(&options.minvei, &data, centres).await?;
    let server = Server::start(&options.minvei, &data, FRIDAY)?;
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
