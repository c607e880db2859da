//! `cargo xtask check`: the fast gate before a commit.
//! Formatting, lints, `shared` for wasm, and the tests of `shared`; stops at the first failure.

use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::place::Place;
use crate::process::{spoken, visible};
use crate::setup::wasm_target::TARGET;
use crate::setup::{self, Need};

/// Runs the gate.
pub fn run(place: &Place) -> Result<()> {
    let ready = setup::prepare(place, &[Need::Components, Need::Nextest, Need::WebTarget])?;
    place.make_dist()?;
    let mut wasm = ready.web()?.command(place, "cargo");
    wasm.args(["check", "--package", "shared", "--target", TARGET]);
    let mut tests = place.command("cargo");
    tests.args(["nextest", "run", "--package", "shared"]);
    let gates = [
        ("Formatting", formatting(place)),
        ("Lints", lints(place)),
        ("Wasm check of shared", wasm),
        ("Tests of shared", tests),
    ];

    let started = Instant::now();
    for (title, mut command) in gates {
        println!("\n== {title}");
        visible(&mut command)?;
    }
    println!("\nAll good, {}.", spoken(started.elapsed()));
    Ok(())
}

/// Formatting as CI wants it.
pub fn formatting(place: &Place) -> Command {
    let mut command = place.command("cargo");
    command.args(["fmt", "--all", "--", "--check"]);
    command
}

/// Lints as CI wants them.
pub fn lints(place: &Place) -> Command {
    let mut command = place.command("cargo");
    command.args(["clippy", "--workspace", "--all-targets"]);
    command.args(["--", "-D", "warnings"]);
    command
}
