//! A server as a process, and what it costs: the release server, or the one it stands beside.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};

use crate::database::Database;

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts the release server at this local time, with the demo centre if its database is empty.
    pub fn start(binary: &Path, database: &Database, clock: &str) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(["serve", "--demo", "--clock", clock, "--listen", "127.0.0.1:0"]).args(database.flags());
        Self::spawn(command.env("RUST_LOG", "off"))
    }

    /// Starts a program whose first line ends with the address it listens at, and waits for that line.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut line = String::new();
        let output = child.stdout.take().context("the server says nothing")?;
        BufReader::new(output).read_line(&mut line)?;
        let (_, address) = line.trim().rsplit_once("http://").context("the server did not start")?;
        Ok(Self { address: address.parse()?, child })
    }

    /// Milliseconds of processor time it has used, in steps of ten.
    pub fn cpu(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        // User and system time, in hundredths of a second.
        Ok((ticks(11) + ticks(12)) * 10.0)
    }

    /// Kilobytes of memory it holds, of 1 000 bytes each: the system counts 1 024.
    pub fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kibibytes: f64 = line.split_whitespace().next().unwrap_or_default().parse()?;
        Ok(kibibytes * 1.024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
