//! A PostgreSQL of our own, in a temporary folder and on a free port, gone with the test.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A running cluster; stopped when dropped.
pub struct Cluster {
    port: u16,
    server: Child,
    _folder: TempDir,
}

impl Cluster {
    /// Makes a cluster and waits until it answers.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let owner = Owner::of_this_process();
        owner.give(folder.path());
        let made = owner
            .command("initdb")
            .args(["--auth=trust", "--username=minvei", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .expect("initdb, from Debian's package postgresql");
        assert!(made.success(), "initdb failed");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port();
        let server = owner
            .command("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-k"])
            .arg(folder.path())
            .stderr(fs::File::create(folder.path().join("log")).expect("a log"))
            .spawn()
            .expect("postgres, from Debian's package postgresql");
        let cluster = Self { port, server, _folder: folder };
        let begun = Instant::now();
        while !cluster.psql("postgres", "select 1") {
            assert!(begun.elapsed() < Duration::from_secs(60), "PostgreSQL does not answer");
            sleep(Duration::from_millis(50));
        }
        cluster
    }

    /// An empty database, and its address.
    pub fn database(&self, name: &str) -> String {
        assert!(self.psql("postgres", &format!("create database {name}")), "a new database");
        format!("postgres://minvei@127.0.0.1:{}/{name}", self.port)
    }

    fn psql(&self, database: &str, sql: &str) -> bool {
        let mut command = Command::new(tool("psql"));
        let port = self.port.to_string();
        command.args(["-h", "127.0.0.1", "-p", &port, "-U", "minvei", "-d", database, "-c", sql]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // At once: nothing here is worth a shutdown. Its children notice by themselves.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Whom the cluster belongs to: PostgreSQL refuses to run as root.
enum Owner {
    Us,
    Postgres,
}

impl Owner {
    fn of_this_process() -> Self {
        let id = Command::new("id").arg("-u").output().expect("id");
        if id.stdout.trim_ascii() == b"0" { Self::Postgres } else { Self::Us }
    }

    fn give(&self, folder: &Path) {
        if matches!(self, Self::Postgres) {
            let given = Command::new("chown").arg("postgres:").arg(folder).status().expect("chown");
            assert!(given.success(), "the folder cannot be given to postgres");
        }
    }

    /// A program that dies with the test, even when the test is killed.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        if matches!(self, Self::Postgres) {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command.arg("--").arg(tool(program));
        command
    }
}

/// Debian keeps the tools out of the PATH, one folder for each version.
fn tool(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}
