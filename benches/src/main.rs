//! Measures the release server on this machine, beside floors taken in the same run. A figure means
//! something only as a ratio to its floor; speeds are reported and never fail anything.
//!
//! Started by `cargo xtask bench`, which builds the server first. Prints a JSON line for each
//! measurement, then a table of the medians.

mod client;
mod devices;
mod figures;
mod floors;
mod server;
mod writes;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use tempfile::TempDir;

use self::{figures::Figures, server::Server};

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
    /// Commands of each of these clients.
    #[arg(long, default_value_t = 40)]
    commands: u64,
    /// Devices that listen.
    #[arg(long, default_value_t = 1_000)]
    listeners: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    std::fs::create_dir_all(&options.home)?;
    let mut figures = Figures::default();
    for round in 1..=options.rounds {
        let floor = floors::fdatasync(&options.home)?;
        measure(&options, round, &mut figures).await?;
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
        let server = Server::start(&options.minvei, &folder.path().join("writes"))?;
        let load = writes::Load { clients: options.clients, commands: options.commands };
        let written = writes::many_clients(&server, load).await?;
        figures.add(round, "many-clients", "writes/s", written.per_second);
        figures.add(round, "many-clients-p50", "ms", written.p50);
        figures.add(round, "many-clients-p99", "ms", written.p99);
        figures.add(round, "many-clients-cpu", "ms/write", written.cpu_per_write);
        figures.ratio(round, "many-clients / serial-sqlite", written.per_second / serial);
        let single = writes::one_client(&server, 300).await?;
        figures.add(round, "one-client-p50", "ms", single);
    }
    let broadcast = floors::broadcast(options.listeners).await?;
    figures.add(round, "broadcast-last", "ms", broadcast);
    let server = Server::start(&options.minvei, &folder.path().join("devices"))?;
    let heard = devices::fan_out(&server, options.listeners).await?;
    figures.add(round, "fan-out-last", "ms", heard.last);
    figures.add(round, "memory-per-device", "kB", heard.kilobytes_each);
    Ok(())
}
