//! PostgreSQL for the tests of the store: its programs, of which each test starts its own cluster.
//! Debian's package on Debian; elsewhere whatever is on `PATH`.

use std::fs;

use anyhow::{Context, Result};

use super::Step;
use super::apt::Apt;
use crate::place::Place;
use crate::process::on_path;

/// Finds PostgreSQL, or installs it.
pub fn prepare(place: &Place, step: &Step, apt: &mut Apt) -> Result<()> {
    if is_there() {
        return Ok(());
    }
    step.say("PostgreSQL: installing Debian's package …");
    apt.install(place, &["postgresql"])?;
    is_there().then_some(()).context("please install PostgreSQL: initdb is not on PATH")
}

fn is_there() -> bool {
    // Debian keeps each version's programs in a folder of their own.
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/initdb").exists()) || on_path("initdb").is_some()
}
