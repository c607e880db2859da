//! The developer's commands: `cargo xtask run`, `test`, `check`, `dist` and `bench`.
//! Each command is one file; what has to be there first is in `setup`.

mod api;
mod app;
mod bench;
mod check;
mod counts;
mod dist;
mod place;
mod process;
mod run;
mod setup;
mod split;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use place::Place;

/// The developer's commands of Minvei.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up what is missing, build, and start the server with the demo centre.
    Run(run::Options),
    /// Set up what the tests need, run all of them, and count.
    Test(test::Options),
    /// The fast gate before a commit: formatting, lints, wasm check, tests of `shared`.
    Check,
    /// Build the one binary `minvei` with the app inside it.
    Dist,
    /// Measure the release server beside floors of this machine.
    Bench(bench::Options),
    /// Wait for the server to be ready, then print where it is.
    #[command(hide = true)]
    Announce(run::Announce),
}

fn main() -> ExitCode {
    let done = if split::is_asked() { split::run() } else { carry_out(Cli::parse().task) };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(task: Task) -> Result<ExitCode> {
    match task {
        Task::Run(options) => run::run(&Place::find()?, &options)?,
        Task::Test(options) => return test::run(&Place::find()?, &options),
        Task::Check => check::run(&Place::find()?)?,
        Task::Dist => dist::run(&Place::find()?)?,
        Task::Bench(options) => bench::run(&Place::find()?, &options)?,
        Task::Announce(options) => run::announce(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}
