//! What the engine wants on the device's disk, and what it wants done.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Engine;
use crate::{
    prim::{Date, Timestamp, days_from},
    rejection::Rejection,
    sync::{
        replica::At,
        wire::{ClientId, Cursor, Grants, Patch, WireRow},
    },
};

/// What is known of this client beside its rows and its queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// Which client.
    pub client: ClientId,
    /// The schema its rows were received in: a newer build receives them anew, for it knows more kinds.
    pub schema: u16,
    /// The number of the next command.
    pub next_seq: u64,
    /// The last number the server has judged. What lies in the queue up to it is kept for the case
    /// that the server is restored from a backup made before.
    #[serde(default)]
    pub judged: u64,
    /// The last number judged on each of the last days, oldest first.
    #[serde(default)]
    pub judged_by_day: Vec<(Date, u64)>,
    /// The first fill is not complete: a row that is missing may still come.
    #[serde(default)]
    pub filling: bool,
    /// Where the rows stand.
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// What the user may receive.
    #[serde(default)]
    pub grants: Option<Grants>,
    /// The server's clock when it last answered.
    #[serde(default)]
    pub server_time: Timestamp,
    /// Server clock minus device clock, in milliseconds.
    #[serde(default)]
    pub offset: i64,
}

impl Meta {
    /// Of a client that begins with nothing.
    #[must_use]
    pub fn new(client: ClientId) -> Self {
        Self {
            client,
            schema: crate::SCHEMA,
            next_seq: 1,
            judged: 0,
            judged_by_day: Vec::new(),
            filling: false,
            cursor: None,
            grants: None,
            server_time: Timestamp(0),
            offset: 0,
        }
    }

    /// Everything up to `last_seq` is judged. Returns the last number judged more than
    /// [`KEPT_DAYS`] ago.
    pub(super) fn has_judged(&mut self, last_seq: u64, today: Date) -> u64 {
        if last_seq < self.judged {
            // A restored server judges anew.
            self.judged_by_day.iter_mut().for_each(|(_, last)| *last = last_seq.min(*last));
        }
        self.judged = last_seq;
        match self.judged_by_day.last_mut() {
            Some((day, last)) if *day >= today => *last = last_seq,
            _ => self.judged_by_day.push((today, last_seq)),
        }
        let oldest = days_from(today, -KEPT_DAYS);
        let old = self.judged_by_day.iter().take_while(|(day, _)| *day < oldest).count();
        self.judged_by_day.drain(..old).map(|(_, last)| last).max().unwrap_or(0)
    }
}

/// For how many days a judged command is kept at the longest, if no backup holds it.
const KEPT_DAYS: i64 = 30;

/// A command as it lies in the queue on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    /// Its number.
    pub seq: u64,
    /// Its bytes, as first encoded.
    pub text: Box<str>,
    /// Why it was refused, once it was: it then waits in the tray for its author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Rejection>,
    /// Is somebody else asked whether it shall be done? It is judged, and lies in the tray for its author to know.
    #[serde(default, rename = "held", skip_serializing_if = "std::ops::Not::not")]
    pub is_held: bool,
}

impl Queued {
    /// What fills a number of which nothing is left.
    pub(super) fn empty(seq: u64) -> Self {
        Self { seq, text: "null".into(), refused: None, is_held: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        &*self.text == "null"
    }

    /// What is left of it where nobody is to read what it says.
    pub(super) fn emptied(&self) -> Self {
        Self { refused: self.refused.clone(), is_held: self.is_held, ..Self::empty(self.seq) }
    }
}

/// One entry of the log of patches on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// The patch.
    pub patch: Patch,
    /// The server's date when it came.
    pub today: Date,
}

/// Everything the disk holds of a client.
#[derive(Debug, Default)]
pub struct Saved {
    /// The rows of the pages.
    pub rows: Vec<WireRow>,
    /// The patches since the pages were written, oldest first.
    pub log: Vec<LogEntry>,
    /// The queue and the tray.
    pub queue: Vec<Queued>,
    /// The rest.
    pub meta: Option<Meta>,
}

/// What the shell must do.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Write this to the queue, strictly, then call [`Engine::stored`]. Only then may it be sent.
    Store(Queued),
    /// Write all of this in one transaction.
    Keep(Box<Keep>),
    /// These rows look different now.
    Changed(BTreeSet<At>),
    /// These rows look the same, but stand elsewhere between this device and everybody else.
    Stands(BTreeSet<At>),
}

/// What one answer changes on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Keep {
    /// A patch for the log.
    pub log: Option<LogEntry>,
    /// Queue entries that are settled.
    pub drop: Vec<u64>,
    /// Queue entries that move to the tray: refused, or held for somebody else to decide. Those that lie there are
    /// written over.
    pub refuse: Vec<Queued>,
    /// The rest.
    pub meta: Meta,
}

impl Engine {
    /// What the disk shall know. A number whose command is not stored yet is given again if the app
    /// dies now, so that the server never meets a gap.
    #[must_use]
    pub fn meta_to_keep(&self) -> Meta {
        let unstored = self.pending.iter().find(|pending| !pending.is_stored);
        Meta { next_seq: unstored.map_or(self.meta.next_seq, |pending| pending.queued.seq), ..self.meta.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::{date, id};

    const FIRST: &str = "2026-11-24";

    /// So many days later, everything up to `last_seq` is judged. What is let go?
    fn let_go(meta: &mut Meta, days: i64, last_seq: u64) -> u64 {
        meta.has_judged(last_seq, days_from(date(FIRST), days))
    }

    #[test]
    fn what_was_judged_is_let_go_after_thirty_days_and_not_before() {
        for (days, expected) in [(0, 0), (29, 0), (30, 0), (31, 1), (90, 1)] {
            let mut meta = Meta::new(id("phone"));
            assert_eq!(let_go(&mut meta, 0, 1), 0);
            assert_eq!(let_go(&mut meta, days, 1), expected, "after {days} days");
        }
    }

    #[test]
    fn each_day_is_let_go_by_itself() {
        let mut meta = Meta::new(id("phone"));
        let days = [(0, 1, 0), (10, 5, 0), (29, 5, 0), (31, 9, 1), (40, 9, 0), (41, 9, 5)];
        for (day, last_seq, expected) in days {
            assert_eq!(let_go(&mut meta, day, last_seq), expected, "on day {day}");
        }
    }

    #[test]
    fn what_a_restored_server_judges_anew_is_kept_for_thirty_days_from_then() {
        let mut meta = Meta::new(id("phone"));
        // The fifth command is judged on the first day, forgotten by the server, and judged once more.
        for (day, last_seq, expected) in [(0, 5, 0), (20, 2, 0), (20, 5, 0), (31, 5, 2), (50, 5, 0), (51, 5, 5)] {
            assert_eq!(let_go(&mut meta, day, last_seq), expected, "on day {day}");
        }
    }
}
