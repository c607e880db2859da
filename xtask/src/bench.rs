//! `cargo xtask bench`: measures the release server beside its floors, and with `--peers` other sync
//! engines beside each other. Nothing here fails because something was slow.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::dist;
use crate::place::Place;
use crate::process;
use crate::setup::{self, Need};

/// What is measured, and how often.
#[derive(Args)]
pub struct Options {
    /// How many rounds; as many as the goal asks for if left out.
    #[arg(long)]
    rounds: Option<usize>,
    /// Ours beside other sync engines, in Chromium: hours, and 700 MB beside the checkout.
    #[arg(long)]
    peers: bool,
    /// What a person feels in Chromium: a tap, what she saves, a start with and without a network.
    #[arg(long)]
    browser: bool,
    /// One part of what is measured of the server: writes, fan-out, devices or sign-ins.
    #[arg(long, value_name = "PART", conflicts_with_all = ["peers", "browser", "country", "long"])]
    only: Option<String>,
    /// The country's morning: so many centres register a week within a minute.
    #[arg(long, value_name = "CENTRES", num_args = 0..=1, default_missing_value = "3000")]
    country: Option<usize>,
    /// What takes too long for each commit: 10 000 histories of the simulation, 10 000 states in which the power
    /// failed, and 200 browsers killed at the mark, with their control.
    #[arg(long)]
    long: bool,
}

/// Builds what is measured, and measures it.
pub fn run(place: &Place, options: &Options) -> Result<()> {
    if options.long {
        return long(place);
    }
    let rounds: Vec<String> =
        options.rounds.iter().flat_map(|rounds| ["--rounds".to_owned(), rounds.to_string()]).collect();
    if options.peers {
        return in_chromium(place, "benches/peers/run.mjs", &rounds, place.cache.join("peers"));
    }
    if options.browser {
        return in_chromium(place, "benches/browser/run.mjs", &rounds, place.target.join("bench-browser"));
    }
    if options.country.is_none() && options.only.as_deref().is_none_or(|part| part == "writes") {
        // The server is measured on PostgreSQL too, beside PostgreSQL's own benchmark.
        setup::prepare(place, &[Need::ServerTests])?;
    }
    let minvei = dist::server(place)?;
    let mut cargo = place.command("cargo");
    cargo.args(["run", "--release", "--quiet", "--package", "benches", "--", "measure"]).args(&rounds);
    cargo.arg("--minvei").arg(minvei).arg("--home").arg(place.target.join("bench"));
    if let Some(part) = &options.only {
        cargo.args(["--only", part]);
    }
    if let Some(centres) = options.country {
        cargo.args(["--country", &centres.to_string()]);
    }
    process::visible(&mut cargo).context("the server was not measured")
}

fn in_chromium(place: &Place, script: &str, rounds: &[String], home: PathBuf) -> Result<()> {
    let minvei = with_the_app(place)?;
    let mut node = place.command("node");
    node.arg(script).args(rounds).arg("--home").arg(home).env("MINVEI_BIN", minvei);
    process::visible(&mut node).with_context(|| format!("{script} did not come to its end"))
}

/// The release binary with the app in it, as browsers need it.
fn with_the_app(place: &Place) -> Result<PathBuf> {
    dist::run(place)?;
    Ok(place.target.join("dist/minvei"))
}

/// What is too long for each commit.
fn long(place: &Place) -> Result<()> {
    let mut simulation = place.command("cargo");
    simulation.args(["test", "--package", "shared", "--test", "sim"]).env("MINVEI_HISTORIES", "10000");
    process::visible(&mut simulation).context("the simulation")?;
    let mut power = place.command("cargo");
    power.args(["test", "--package", "server", "--test", "it", "power_failure"]).env("MINVEI_STATES", "10000");
    process::visible(&mut power).context("the power failures")?;
    let minvei = with_the_app(place)?;
    for control in [None, Some("--too-early")] {
        let mut node = place.command("node");
        node.arg("e2e/kills.mjs").args(["--times", "200", "--home"]).arg(place.target.join("kills"));
        node.args(control).env("MINVEI_BIN", &minvei);
        process::visible(&mut node).context("the browsers")?;
    }
    Ok(())
}
