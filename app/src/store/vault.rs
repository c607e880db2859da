//! What the engine keeps, sealed on a disk: pages of rows, the log, the queue, the rest.
//!
//! A damaged page, log or meta entry only costs a new fill from the server. A queue that does not
//! open is never thrown away here: nothing else holds it.

use std::cell::Cell;

use serde::{Serialize, de::DeserializeOwned};
use shared::{
    prim::json,
    sync::{
        engine::{Keep, LogEntry, Meta, Queued, Saved},
        wire::{Patch, WireRow},
    },
};

use super::{Disk, DiskError, Entry, Seal, Store, Write, pages::pages};

/// How many patches the log holds before the pages are written anew.
const LONGEST_LOG: u64 = 32;
/// The one entry of the store `meta`.
const META: u64 = 0;

/// A disk of one client.
pub struct Vault<D> {
    disk: D,
    seal: Seal,
    /// The number of the next log entry.
    next_log: Cell<u64>,
    log_length: Cell<u64>,
    /// Do pages or log hold rows the user may no longer have?
    holds_gone: Cell<bool>,
    /// Were the rows given up to make room for the queue?
    has_shed: Cell<bool>,
}

impl<D: Disk> Vault<D> {
    /// The vault on `disk`, behind `seal`.
    pub fn new(disk: D, seal: Seal) -> Self {
        Self {
            disk,
            seal,
            next_log: Cell::new(1),
            log_length: Cell::new(0),
            holds_gone: Cell::new(false),
            has_shed: Cell::new(false),
        }
    }

    /// Everything that was kept. Rows without the rest of the picture are left out.
    pub async fn load(&self) -> Result<Saved, DiskError> {
        let mut saved = Saved::default();
        let mut is_whole = true;
        // A first fill writes a page even of nothing: without one, the rows were given up.
        let mut is_filled = false;
        for entry in self.disk.read().await? {
            match entry.store {
                Store::Pages => {
                    is_filled = true;
                    match self.read::<Vec<WireRow>>(&entry) {
                        Some(rows) => saved.rows.extend(rows),
                        None => is_whole = false,
                    }
                }
                Store::Log => {
                    self.next_log.set(self.next_log.get().max(entry.key + 1));
                    self.log_length.set(self.log_length.get() + 1);
                    match self.read::<LogEntry>(&entry) {
                        Some(log) => {
                            self.note_gone(&log.patch);
                            saved.log.push(log);
                        }
                        None => is_whole = false,
                    }
                }
                Store::Queue => saved.queue.push(self.read::<Queued>(&entry).ok_or(DiskError::Locked)?),
                Store::Meta => saved.meta = self.read::<Meta>(&entry),
            }
        }
        if !is_whole || !is_filled || saved.meta.is_none() {
            saved.rows.clear();
            saved.log.clear();
            saved.meta = saved.meta.map(without_rows);
        }
        Ok(saved)
    }

    /// Writes commands to the queue; when this returns they are safe.
    pub async fn store(&self, queued: &[Queued]) -> Result<(), DiskError> {
        let entries = queued.iter().map(|one| self.entry(Store::Queue, one.seq, one));
        self.disk.write_strictly(entries.collect()).await
    }

    /// Writes what one answer changes, in one transaction.
    pub async fn keep(&self, keep: &Keep) -> Result<(), DiskError> {
        let mut writes = Vec::new();
        match &keep.log {
            // A whole new picture takes the place of pages and log at once.
            Some(log) if log.patch.reset => writes.extend(self.anew(log.patch.rows.clone())),
            Some(log) if says_nothing(&log.patch) || self.has_shed.get() => {}
            Some(log) => writes.push(Write::Put(self.entry(Store::Log, self.next_log.get(), log))),
            None => {}
        }
        writes.extend(keep.drop.iter().map(|seq| Write::Delete(Store::Queue, *seq)));
        let refused = keep.refuse.iter();
        writes.extend(refused.map(|one| Write::Put(self.entry(Store::Queue, one.seq, one))));
        let is_anew = keep.log.as_ref().is_some_and(|log| log.patch.reset);
        let has_no_rows = self.has_shed.get() && !is_anew;
        let meta = if has_no_rows { without_rows(keep.meta.clone()) } else { keep.meta.clone() };
        writes.push(Write::Put(self.entry(Store::Meta, META, &meta)));
        self.disk.write(writes).await?;
        if let Some(log) = &keep.log {
            self.has_logged(&log.patch);
        }
        Ok(())
    }

    fn has_logged(&self, patch: &Patch) {
        if patch.reset {
            self.has_folded();
            return;
        }
        if says_nothing(patch) || self.has_shed.get() {
            return;
        }
        self.next_log.set(self.next_log.get() + 1);
        self.log_length.set(self.log_length.get() + 1);
        self.note_gone(patch);
    }

    fn note_gone(&self, patch: &Patch) {
        if patch.grants.is_some() || !patch.gone.is_empty() {
            self.holds_gone.set(true);
        }
    }

    /// Should the pages be written anew when nobody taps?
    pub fn wants_folding(&self) -> bool {
        self.has_shed.get() || self.holds_gone.get() || self.log_length.get() > LONGEST_LOG
    }

    /// Does the disk hold rows the user may no longer have? Then the pages are written anew at once.
    pub fn holds_gone(&self) -> bool {
        self.holds_gone.get()
    }

    /// Gives the rows up to make room for the queue: the server has them, and nobody else has the queue.
    /// False when that was done before. Nothing may be kept while this runs.
    ///
    /// Nothing is written for it: where there is no room, not even a few bytes fit.
    pub async fn shed(&self) -> Result<bool, DiskError> {
        if self.has_shed.get() {
            return Ok(false);
        }
        self.disk.write(vec![Write::Clear(Store::Pages), Write::Clear(Store::Log)]).await?;
        self.has_folded();
        self.has_shed.set(true);
        Ok(true)
    }

    /// Writes the pages anew from all confirmed rows, and forgets the log; `meta` is the engine's.
    ///
    /// `rows` must hold every patch that was kept; nothing may be kept while this runs.
    pub async fn fold(&self, rows: Vec<WireRow>, meta: &Meta) -> Result<(), DiskError> {
        let mut writes = self.anew(rows);
        writes.push(Write::Put(self.entry(Store::Meta, META, meta)));
        self.disk.write(writes).await?;
        self.has_folded();
        Ok(())
    }

    /// Removes everything.
    pub async fn wipe(&self) -> Result<(), DiskError> {
        self.disk.write(Store::ALL.map(Write::Clear).to_vec()).await?;
        self.has_folded();
        Ok(())
    }

    fn has_folded(&self) {
        self.log_length.set(0);
        self.holds_gone.set(false);
        self.has_shed.set(false);
    }

    fn anew(&self, rows: Vec<WireRow>) -> Vec<Write> {
        let mut writes = vec![Write::Clear(Store::Pages), Write::Clear(Store::Log)];
        let numbered = (0..).zip(pages(rows));
        writes.extend(numbered.map(|(number, page)| Write::Put(self.entry(Store::Pages, number, &page))));
        writes
    }

    fn entry<T: Serialize>(&self, store: Store, key: u64, value: &T) -> Entry {
        let plain = serde_json::to_vec(value).expect("rows, commands and meta are JSON");
        Entry { store, key, value: self.seal.close(store, key, &plain) }
    }

    fn read<T: DeserializeOwned>(&self, entry: &Entry) -> Option<T> {
        let plain = self.seal.open(entry.store, entry.key, &entry.value)?;
        json::read(std::str::from_utf8(&plain).ok()?).ok()
    }
}

/// As if this device had never been filled.
fn without_rows(meta: Meta) -> Meta {
    Meta { cursor: None, grants: None, ..meta }
}

/// Most answers bring no rows; where they lead is in the meta.
fn says_nothing(patch: &Patch) -> bool {
    !patch.reset && patch.grants.is_none() && patch.rows.is_empty() && patch.gone.is_empty()
}
