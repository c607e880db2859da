//! `cargo xtask bench`: measures the release server beside its floors, and with `--peers` other sync
//! engines beside each other. Nothing here fails because something was slow.

use anyhow::{Context, Result};
use clap::Args;

use crate::dist;
use crate::place::Place;
use crate::process;

/// What is measured, and how often.
#[derive(Args)]
pub struct Options {
    /// How many rounds.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Other sync engines, in Chromium: an hour and 700 MB beside the checkout.
    #[arg(long)]
    peers: bool,
}

/// Builds what is measured, and measures it.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    let rounds = options.rounds.to_string();
    if options.peers {
        let mut node = place.command("node");
        node.args(["benches/peers/run.mjs", "--rounds", &rounds, "--home"]).arg(place.cache.join("peers"));
        return process::visible(&mut node).context("the peers were not measured");
    }
    let minvei = dist::server(place)?;
    let mut cargo = place.command("cargo");
    cargo.args(["run", "--release", "--quiet", "--package", "benches", "--", "--rounds", &rounds]);
    cargo.arg("--minvei").arg(minvei).arg("--home").arg(place.target.join("bench"));
    process::visible(&mut cargo).context("the server was not measured")
}
