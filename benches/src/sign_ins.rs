//! Wrong secrets at the door: whoever listens to how long an answer takes must not learn which logins there are.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Instant,
};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    client::{knock, reach_from},
    country::MARKERS,
    figures::percentile,
    floors::milliseconds,
};

/// How often a secret is tried for each kind of login in one round.
const TRIES: usize = 32;
/// How often for one account: after one more it would have to wait.
const OF_AN_ACCOUNT: usize = 4;
/// Centres whose accounts are enough for two kinds of known logins.
pub const CENTRES: usize = 2 * TRIES / (OF_AN_ACCOUNT * MARKERS.len());

/// How long the answers took to wrong secrets.
pub struct Answered {
    /// Milliseconds for a login that somebody has: the median.
    pub known: f64,
    /// The same for others of whom there are as many: what differs from `known` is the machine's.
    pub others: f64,
    /// Milliseconds for a login that nobody has: the median.
    pub unknown: f64,
    /// In how many of a hundred pairs, asked one after the other, the unknown login took longer than a known one. A
    /// listener wins half of her bets by tossing a coin.
    pub slower: f64,
}

/// Tries wrong secrets by turns for logins that there are in these centres and for such as there are not.
pub async fn wrong_secrets(address: SocketAddr) -> Result<Answered> {
    let (mut known, mut others, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..TRIES {
        // An address has few tries, and the household next door its own.
        let from = IpAddr::V4(Ipv4Addr::new(127, 0, 1, u8::try_from(1 + round / OF_AN_ACCOUNT)?));
        let logins = [login(round, 0), login(round, 1), format!("nobody{round}")];
        for turn in 0..logins.len() {
            // Nobody is always the first one.
            let kind = (round + turn) % logins.len();
            let Some(login) = logins.get(kind) else { continue };
            let body = json!({"login": login, "secret": "not-this-one", "client": format!("door-{round}-{kind}")});
            let stream = reach_from(from, address).await?;
            let began = Instant::now();
            let status = knock(stream, address, body.to_string()).await?;
            let took = milliseconds(began.elapsed());
            ensure!(status == 401, "a wrong secret for {login}: {status}");
            [&mut known, &mut others, &mut unknown].into_iter().nth(kind).into_iter().for_each(|all| all.push(took));
        }
    }
    let slower = unknown.iter().zip(&known).filter(|(unknown, known)| unknown > known).count();
    Ok(Answered {
        known: percentile(&known, 0.5),
        others: percentile(&others, 0.5),
        unknown: percentile(&unknown, 0.5),
        slower: 100.0 * slower as f64 / TRIES as f64,
    })
}

/// A login that somebody has, of one half of the accounts or of the other.
fn login(round: usize, half: usize) -> String {
    let account = 2 * (round / OF_AN_ACCOUNT) + half;
    let marker = MARKERS.get(account % MARKERS.len()).copied().unwrap_or_default();
    match account / MARKERS.len() {
        0 => marker.to_owned(),
        centre => format!("{marker}-c{centre}"),
    }
}
