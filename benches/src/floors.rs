//! What the machine can do at best, measured in the same run.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use sqlx::{
    Connection as _, SqliteConnection, query,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::{broadcast, mpsc};

use crate::{
    devices::{Load, last_of},
    figures::percentile,
};

/// For how long a floor writes.
const TIME: Duration = Duration::from_secs(2);

/// What every floor writes: a mark as the peers hold it. A row of ours is longer, and no ratio allows for that.
pub fn row() -> String {
    "x".repeat(131)
}

/// Appends a page of 4 KiB and waits until it is on disk.
pub fn append(file: &mut File) -> io::Result<()> {
    file.write_all(&[7; 4096])?;
    file.sync_data()
}

/// Milliseconds of one append with fdatasync: the median of fifty.
pub fn fdatasync(folder: &Path) -> Result<f64> {
    let path = folder.join("floor");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let started = Instant::now();
        append(&mut file)?;
        times.push(milliseconds(started.elapsed()));
    }
    std::fs::remove_file(&path)?;
    Ok(percentile(&times, 0.5))
}

/// Durable rows each second of a SQLite that is given one row at a time.
pub async fn serial_sqlite(folder: &Path) -> Result<f64> {
    sqlite(&folder.join("serial.db"), 1, "insert into mark (body) values (?1)", &row()).await
}

/// Durable rows each second of a SQLite that is given this many in one transaction, and in one statement.
pub async fn batched_sqlite(folder: &Path, rows: usize) -> Result<f64> {
    let batch = serde_json::to_string(&vec![row(); rows])?;
    let statement = "insert into mark (body) select value from json_each(?1)";
    sqlite(&folder.join("batched.db"), rows, statement, &batch).await
}

/// Durable rows each second of a SQLite whose every transaction is this statement of so many rows.
async fn sqlite(file: &Path, rows: usize, statement: &'static str, given: &str) -> Result<f64> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut database = SqliteConnection::connect_with(&options).await?;
    query("create table mark (id integer primary key, body text not null) strict").execute(&mut database).await?;
    let started = Instant::now();
    let mut written = 0;
    while started.elapsed() < TIME {
        query(statement).bind(given).execute(&mut database).await?;
        written += rows;
    }
    let speed = written as f64 / started.elapsed().as_secs_f64();
    database.close().await?;
    Ok(speed)
}

/// Milliseconds from the sending of a signal until the last of so many tasks has heard it, nineteen of
/// twenty times: in one process, without disk or network.
pub async fn broadcast(load: Load) -> Result<f64> {
    let (sender, _) = broadcast::channel::<u64>(16);
    let (heard, mut roll) = mpsc::channel(load.listeners);
    for _ in 0..load.listeners {
        let (mut signal, heard) = (sender.subscribe(), heard.clone());
        tokio::spawn(async move {
            while let Ok(number) = signal.recv().await {
                if heard.send((number, Instant::now())).await.is_err() {
                    return;
                }
            }
        });
    }
    let mut last = Vec::new();
    for number in 1..=load.changes {
        let sent = Instant::now();
        sender.send(number)?;
        last.push(milliseconds(last_of(load.listeners, number, &mut roll).await? - sent));
    }
    Ok(percentile(&last, 0.95))
}

/// A duration in milliseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
