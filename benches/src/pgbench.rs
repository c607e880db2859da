//! PostgreSQL without a server of ours: rows of the size of the other floors, one in each transaction,
//! by PostgreSQL's own benchmark. Where that is not installed our own tasks do the same, under another name.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use sqlx::{Connection as _, PgConnection, query, raw_sql};
use tokio::task::JoinSet;

use crate::floors::row;

/// For how long it writes.
const TIME: Duration = Duration::from_secs(5);

/// A database with a table, and the transaction that is repeated.
pub struct OneRow {
    address: String,
    script: PathBuf,
}

impl OneRow {
    /// Makes the table in an empty database; the folder is for the script.
    pub async fn prepare(address: String, folder: &Path) -> Result<Self> {
        let mut connection = PgConnection::connect(&address).await?;
        raw_sql("create table mark (id bigint generated always as identity primary key, body text not null)")
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        let script = folder.join("one-row.sql");
        fs::write(&script, format!("insert into mark (body) values ('{}');\n", row()))?;
        Ok(Self { address, script })
    }

    /// Durable rows each second of so many clients, and what this figure is called.
    pub async fn measure(&self, clients: usize) -> Result<(String, f64)> {
        match program() {
            Some(pgbench) => Ok((format!("pgbench-{clients}"), self.by_pgbench(&pgbench, clients)?)),
            None => Ok((format!("sqlx-{clients}"), self.by_sqlx(clients).await?)),
        }
    }

    fn by_pgbench(&self, program: &Path, clients: usize) -> Result<f64> {
        let (clients, threads, seconds) = (clients.to_string(), clients.min(2).to_string(), TIME.as_secs().to_string());
        let output = Command::new(program)
            .args(["-n", "-c", &clients, "-j", &threads, "-T", &seconds, "-f"])
            .arg(&self.script)
            .arg(&self.address)
            .output()
            .with_context(|| format!("cannot start {}", program.display()))?;
        ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stdout);
        // Older ones say it twice, the second time without the connecting.
        let speed = said.lines().rev().find_map(|line| line.strip_prefix("tps = "));
        let speed = speed.and_then(|rest| rest.split_whitespace().next()).context("pgbench says no tps")?;
        Ok(speed.parse()?)
    }

    async fn by_sqlx(&self, clients: usize) -> Result<f64> {
        let mut connections = Vec::new();
        for _ in 0..clients {
            connections.push(PgConnection::connect(&self.address).await?);
        }
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for mut connection in connections {
            tasks.spawn(async move {
                let (body, mut written) = (row(), 0_u32);
                while started.elapsed() < TIME {
                    query("insert into mark (body) values ($1)").bind(body.as_str()).execute(&mut connection).await?;
                    written += 1;
                }
                connection.close().await.map(|()| written)
            });
        }
        let mut written = 0;
        while let Some(task) = tasks.join_next().await {
            written += task??;
        }
        Ok(f64::from(written) / started.elapsed().as_secs_f64())
    }
}

/// Debian keeps it out of the PATH, in one folder for each version; the newest is of the cluster's version.
fn program() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin/pgbench")).collect();
    found.sort();
    found.insert(0, "pgbench".into());
    let starts = |program: &PathBuf| {
        let mut version = Command::new(program);
        version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    };
    found.into_iter().rev().find(starts)
}
