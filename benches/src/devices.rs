//! Open devices: what each costs, and how long the last one waits for a poke.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};

use crate::{client::Client, figures::percentile, floors::milliseconds, server::Server};

/// How many changes are sent to all.
const CHANGES: u64 = 20;

/// What listening costs.
pub struct Heard {
    /// Milliseconds from a write's answer until the last device was poked, nineteen of twenty times.
    pub last: f64,
    /// Kilobytes of the server's memory for each open device.
    pub kilobytes_each: f64,
}

/// So many devices listen while the menu changes, which all of them see.
pub async fn fan_out(server: &Server, listeners: usize) -> Result<Heard> {
    let session = Client::sign_in(server.address, "kari", "listener").await?;
    let mut writer = Client::sign_in(server.address, "kjokken", "writer").await?;
    let before = server.memory()?;
    let (heard, mut pokes) = mpsc::channel(listeners);
    for _ in 0..listeners {
        let mut channel = session.listen().await?;
        // The first poke says where the centre stands.
        channel.poke().await?;
        let heard = heard.clone();
        tokio::spawn(async move {
            while channel.poke().await.is_ok() {
                let _ = heard.send(Instant::now()).await;
            }
        });
    }
    let kilobytes_each = (server.memory()? - before) / listeners as f64;
    let mut last = Vec::new();
    for seq in 1..=CHANGES {
        let body = json!({"day": "2026-11-26", "dish": format!("Suppe {seq}"), "beside": []});
        let command = json!({"name": "menu.plan", "schema": 1, "made_at": 0, "base_at": 0, "body": body});
        let request = json!({"schema": 1, "client": "writer", "first": seq, "commands": [command]});
        let answer: serde_json::Value = writer.sync(request.to_string()).await?;
        let answered = Instant::now();
        anyhow::ensure!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
        let mut latest = answered;
        for _ in 0..listeners {
            let poke = timeout(Duration::from_secs(10), pokes.recv()).await?.context("a listener has gone")?;
            latest = latest.max(poke);
        }
        last.push(milliseconds(latest - answered));
    }
    Ok(Heard { last: percentile(&last, 0.95), kilobytes_each })
}
