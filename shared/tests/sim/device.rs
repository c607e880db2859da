//! A device of the simulation, with a disk that is behind what the app believes.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use shared::{
    prim::{AnyId, Timestamp},
    sync::{
        engine::{Effect, Engine, LogEntry, Meta, Queued, Saved},
        wire::{ClientId, WireRow},
    },
    testkit::id,
};

/// A device: its machine, its disk, and what its disk has not finished writing.
pub struct Device {
    pub user: AnyId,
    pub client: ClientId,
    pub engine: Engine,
    pub disk: Disk,
    pub unwritten: Vec<Queued>,
    pub skew: i64,
    pub expired: bool,
    /// Every command that was ever safe on this device.
    pub safe: BTreeSet<u64>,
    /// Every command the server said it had applied.
    pub applied: BTreeSet<u64>,
    /// Every command that ever lay in the tray.
    pub refused: BTreeSet<u64>,
    /// Does the app die in the middle of keeping what an answer brings?
    pub tears: bool,
    /// It has: nothing may happen before it is opened again.
    pub is_torn: bool,
    /// The digest of every command that was made.
    pub made: BTreeMap<u64, [u8; 32]>,
}

#[derive(Default)]
pub struct Disk {
    pub log: Vec<LogEntry>,
    pub queue: BTreeMap<u64, Queued>,
    pub meta: Option<Meta>,
    pub rows: Vec<WireRow>,
}

impl Device {
    pub fn new(index: usize, user: &str, skew: i64) -> Self {
        let client: ClientId = id(&format!("c{index}"));
        Self {
            user: id(user),
            engine: Engine::new(client.clone()),
            client,
            disk: Disk::default(),
            unwritten: Vec::new(),
            skew,
            expired: false,
            safe: BTreeSet::new(),
            applied: BTreeSet::new(),
            refused: BTreeSet::new(),
            tears: false,
            is_torn: false,
            made: BTreeMap::new(),
        }
    }

    pub fn clock(&self, now: Timestamp) -> Timestamp {
        now.plus_millis(self.skew)
    }

    pub fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Store(queued) => {
                    // A number whose command was not stored when the app died is given again.
                    self.made.insert(queued.seq, Sha256::digest(&*queued.text).into());
                    self.unwritten.push(queued);
                }
                // The strict half of what an answer changes is on disk, and then the app dies.
                Effect::Keep(keep) if self.tears => {
                    for queued in keep.refuse {
                        self.disk.queue.insert(queued.seq, queued);
                    }
                    self.is_torn = true;
                    return;
                }
                Effect::Keep(keep) => {
                    self.disk.log.extend(keep.log);
                    for seq in keep.drop {
                        self.disk.queue.remove(&seq);
                    }
                    for queued in keep.refuse {
                        self.disk.queue.insert(queued.seq, queued);
                    }
                    self.disk.meta = Some(keep.meta);
                }
                Effect::Changed(_) => {}
            }
        }
    }

    pub fn finish_writing(&mut self) {
        for queued in std::mem::take(&mut self.unwritten) {
            let seq = queued.seq;
            self.disk.queue.insert(seq, queued);
            self.safe.insert(seq);
            let effects = self.engine.stored(seq);
            self.perform(effects);
        }
    }

    pub fn fold(&mut self) {
        self.disk.rows = self.engine.replica().rows().collect();
        self.disk.log.clear();
    }

    /// The app dies and is opened again, perhaps as a newer build: only what the disk holds is left.
    pub fn crash(&mut self, now: Timestamp, is_update: bool) {
        self.unwritten.clear();
        (self.tears, self.is_torn) = (false, false);
        let mut meta = self.disk.meta.clone();
        if let Some(meta) = meta.as_mut().filter(|_| is_update) {
            meta.schema -= 1;
        }
        let saved = Saved {
            rows: self.disk.rows.clone(),
            log: self.disk.log.clone(),
            queue: self.disk.queue.values().cloned().collect(),
            meta: meta.clone(),
        };
        let blank = Engine::new(self.client.clone()).meta().clone();
        self.engine = Engine::restore(meta.unwrap_or(blank), saved, self.clock(now));
    }
}
