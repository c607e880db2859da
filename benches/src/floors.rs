//! What the machine can do at best, measured in the same run.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::broadcast;

use crate::figures::percentile;

/// Milliseconds of one append of 4 KiB with fdatasync: the median of fifty.
pub fn fdatasync(folder: &Path) -> Result<f64> {
    let path = folder.join("floor");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let started = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(milliseconds(started.elapsed()));
    }
    std::fs::remove_file(&path)?;
    Ok(percentile(&times, 0.5))
}

/// Durable writes each second of a SQLite that is given one row at a time.
pub async fn serial_sqlite(folder: &Path) -> Result<f64> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("serial.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut database = SqliteConnection::connect_with(&options).await?;
    sqlx::query("create table mark (id integer primary key, body text not null) strict").execute(&mut database).await?;
    let body = "x".repeat(131);
    let started = Instant::now();
    let mut written = 0;
    while started.elapsed() < Duration::from_secs(2) {
        sqlx::query("insert into mark (body) values (?1)").bind(&body).execute(&mut database).await?;
        written += 1;
    }
    let speed = f64::from(written) / started.elapsed().as_secs_f64();
    database.close().await?;
    Ok(speed)
}

/// Milliseconds until the last of so many tasks has heard one signal, without a network.
pub async fn broadcast(listeners: usize) -> Result<f64> {
    let (sender, _) = broadcast::channel::<Instant>(16);
    let (heard, mut done) = tokio::sync::mpsc::channel(listeners);
    for _ in 0..listeners {
        let (mut signal, heard) = (sender.subscribe(), heard.clone());
        tokio::spawn(async move {
            for _ in 0..20 {
                if let Ok(sent) = signal.recv().await {
                    let _ = heard.send(sent.elapsed()).await;
                }
            }
        });
    }
    let mut last = Vec::new();
    for _ in 0..20 {
        sender.send(Instant::now())?;
        let mut longest = Duration::ZERO;
        for _ in 0..listeners {
            longest = longest.max(done.recv().await.unwrap_or_default());
        }
        last.push(milliseconds(longest));
    }
    Ok(percentile(&last, 0.95))
}

/// A duration in milliseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
