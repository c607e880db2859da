//! What the server's tests work with: PostgreSQL, of which each test starts its own cluster, and
//! strace, which kills a server before a write. Debian's packages on Debian; elsewhere what is on `PATH`.

use std::fs;

use anyhow::{Context, Result};

use super::Step;
use super::apt::Apt;
use crate::place::Place;
use crate::process::on_path;

/// Finds the programs, or installs them.
pub fn prepare(place: &Place, step: &Step, apt: &mut Apt) -> Result<()> {
    if is_there() {
        return Ok(());
    }
    step.say("PostgreSQL and strace: installing Debian's packages …");
    apt.install(place, &["postgresql", "strace"])?;
    is_there().then_some(()).context("please install PostgreSQL and strace: initdb and strace are not on PATH")
}

fn is_there() -> bool {
    // Debian keeps each version's programs in a folder of their own.
    let mut versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let has_postgres =
        versions.any(|version| version.path().join("bin/initdb").exists()) || on_path("initdb").is_some();
    has_postgres && on_path("strace").is_some()
}
