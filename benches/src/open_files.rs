//! How many files this process and the servers it starts may have open: each open device is one on
//! either side.

use std::{
    fs,
    process::{self, Command, Stdio},
};

use anyhow::{Context as _, Result};

/// Files that are no devices: databases, logs, and what the runtime holds.
pub const BESIDE: usize = 500;

/// Asks for so many; answers how many files may be open now.
pub fn allow(wanted: usize) -> Result<usize> {
    let (_, hard) = limits()?;
    // Up to the hard limit anybody may go, past it only who administers the machine.
    for limit in [format!("{wanted}:"), format!("{wanted}:{wanted}"), format!("{hard}:")] {
        if limits()?.0 < wanted {
            raise(&limit);
        }
    }
    Ok(limits()?.0)
}

/// The soft limit, which holds, and the hard one.
fn limits() -> Result<(usize, usize)> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).context("no limit of open files")?;
    // What is no number is "unlimited".
    let mut numbers = line.split_whitespace().map(|word| word.parse().unwrap_or(usize::MAX));
    Ok((numbers.next().context("no soft limit")?, numbers.next().context("no hard limit")?))
}

/// May fail: what came of it is read from the limits.
fn raise(limit: &str) {
    let mut prlimit = Command::new("prlimit");
    prlimit.args(["--pid", &process::id().to_string(), &format!("--nofile={limit}")]);
    let _ = prlimit.stderr(Stdio::null()).status();
}
