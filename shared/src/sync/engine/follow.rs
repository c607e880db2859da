//! An engine that follows: in another tab of the same browser it is the picture of the one that leads.
//!
//! The leader tells what it wants kept, in order, and a follower takes that in as if it had read it from
//! the disk. What is done in a following tab shows there at once and is handed to the leader, who gives
//! it its number; until it is safe the tab holds on to it, for its leader may be closed. Only a leader
//! writes and asks.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{
    Effect, Engine, Keep, Meta, Queued, Saved,
    pending::{Pending, Stored},
};
use crate::{
    planted,
    prim::Timestamp,
    sync::wire::{ClientId, WireRow},
};

/// What a leader tells, in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Told {
    /// A command has its number and waits to be written.
    Queued(Queued),
    /// The commands with these numbers are safe on the device.
    Stored(Vec<u64>),
    /// An answer or news have changed this.
    Kept(Box<Keep>),
}

/// Everything a follower begins with.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    meta: Meta,
    rows: Vec<WireRow>,
    /// The queue and the tray.
    queue: Vec<Queued>,
    /// The commands of the queue that are not safe yet.
    unsafe_yet: Vec<u64>,
}

/// Commands that were done in one tab and are not known to be safe on the device, as first encoded.
#[derive(Debug, Default)]
pub struct Carried(pub Vec<Box<str>>);

impl Picture {
    /// Whose picture.
    #[must_use]
    pub fn client(&self) -> &ClientId {
        &self.meta.client
    }
}

impl Engine {
    /// A picture of this engine, for another tab.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let waiting = self.pending.iter().filter(|pending| !pending.queued.is_empty());
        let queue = self.tray.iter().chain(waiting).map(|one| one.queued.clone());
        let unsafe_yet = self.pending.iter().filter(|pending| !pending.is_stored);
        Picture {
            meta: self.meta.clone(),
            rows: self.replica.rows().collect(),
            queue: queue.collect(),
            unsafe_yet: unsafe_yet.map(|pending| pending.queued.seq).collect(),
        }
    }

    /// An engine that follows the one this is a picture of.
    #[must_use]
    pub fn following(picture: Picture, device_now: Timestamp) -> Self {
        let Picture { meta, rows, queue, unsafe_yet } = picture;
        let saved = Saved { rows, queue, ..Saved::default() };
        let mut engine = Self::restore(meta, saved, device_now);
        for pending in &mut engine.pending {
            pending.is_stored = !unsafe_yet.contains(&pending.queued.seq);
        }
        engine.given = Some(engine.meta.next_seq - 1);
        engine
    }

    /// The leader has told something. Returns what looks different now; nothing when the thread is
    /// lost and a new picture is needed.
    pub fn follow(&mut self, told: Told, device_now: Timestamp) -> Option<Vec<Effect>> {
        match told {
            Told::Queued(queued) => Some(self.follow_number(queued, device_now)),
            Told::Stored(numbers) => Some(numbers.into_iter().flat_map(|seq| self.stored(seq)).collect()),
            // A restored server has given commands back that only the leader has.
            Told::Kept(keep) if keep.meta.judged < self.meta.judged => None,
            Told::Kept(keep) => Some(self.follow_keep(*keep, device_now)),
        }
    }

    /// The leader has given a command its number: one of ours, which had guessed it, or one from
    /// another tab, and ours come after it.
    fn follow_number(&mut self, queued: Queued, device_now: Timestamp) -> Vec<Effect> {
        let mut handed = self.split_handed();
        let ours = handed.iter().position(|one| one.queued.text == queued.text);
        let own = ours.and_then(|at| handed.remove(at));
        let mut changed = BTreeSet::new();
        changed.extend(own.as_ref().and_then(Pending::about));
        let is_ours = own.is_some();
        if self.given < Some(queued.seq) {
            self.given = Some(queued.seq);
            self.pending.push_back(Pending { is_ours, ..Pending::read(queued, Stored::No) });
        } else if let Some(known) = self.pending.iter_mut().find(|known| known.queued.seq == queued.seq) {
            // Done here as well, to the last byte: this tab carries it on, too.
            known.is_ours |= is_ours;
        }
        self.put_behind(handed);
        changed.extend(self.replay(device_now));
        vec![Effect::Changed(changed)]
    }

    /// What was handed over and has no number of the leader's yet.
    fn split_handed(&mut self) -> VecDeque<Pending> {
        let given = self.given.unwrap_or_default();
        let numbered = self.pending.iter().take_while(|pending| pending.queued.seq <= given).count();
        self.pending.split_off(numbered)
    }

    /// What was handed over will get the numbers after those that are given.
    fn put_behind(&mut self, handed: VecDeque<Pending>) {
        let next = self.given.unwrap_or_default() + 1;
        self.meta.next_seq = next + handed.len() as u64;
        self.pending.extend((next..).zip(handed).map(|(seq, mut one)| {
            one.queued.seq = seq;
            one
        }));
    }

    /// The leader has taken in an answer or news.
    fn follow_keep(&mut self, keep: Keep, device_now: Timestamp) -> Vec<Effect> {
        let handed = self.split_handed();
        let judged = self.pending.iter().take_while(|pending| pending.queued.seq <= keep.meta.judged).count();
        let settled: Vec<_> = self.pending.drain(..judged).collect();
        let is_refused = |one: &Pending| keep.refuse.iter().any(|refused| refused.seq == one.queued.seq);
        let (refused, applied): (Vec<_>, Vec<_>) = settled.into_iter().partition(is_refused);
        let mut changed = BTreeSet::new();
        changed.extend(refused.iter().chain(&applied).filter_map(Pending::about));
        self.unseen.extend(applied);
        for refused in keep.refuse.into_iter().map(|queued| Pending::read(queued, Stored::Yes)) {
            match self.tray.iter_mut().find(|one| one.queued.seq == refused.queued.seq) {
                Some(known) => {
                    changed.extend(known.about());
                    *known = refused;
                }
                None => self.tray.push(refused),
            }
        }
        let (dropped, tray): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.tray).into_iter().partition(|one| keep.drop.contains(&one.queued.seq));
        self.tray = tray;
        changed.extend(dropped.iter().filter_map(Pending::about));
        // The disk is told a smaller number while commands are not safe.
        self.given = self.given.max(Some(keep.meta.next_seq - 1));
        self.meta = keep.meta;
        self.put_behind(handed);
        self.replica.set_filling(self.meta.filling || self.meta.cursor.is_none());
        if let Some(log) = keep.log {
            self.unseen.clear();
            changed.extend(self.replica.confirm(&log.patch, log.today));
        } else {
            changed.extend(self.replica.age(self.meta.server_time.date()));
        }
        changed.extend(self.replay(device_now));
        vec![Effect::Changed(changed)]
    }

    /// What was done in this tab and is not known to be safe, for the engine that comes after this one.
    #[must_use]
    pub fn carry(&self) -> Carried {
        let ours = self.pending.iter().filter(|pending| pending.is_ours && !pending.is_stored);
        Carried(ours.map(|pending| pending.queued.text.clone()).collect())
    }

    /// Takes in what the engine before this one carried, except for what is here already.
    pub fn take_in(&mut self, carried: Carried, device_now: Timestamp) -> Vec<Effect> {
        let mut carried = carried.0;
        if planted!(NothingCarried) {
            carried.clear();
        }
        // What is here already, and not safe yet, is still carried on from here.
        for pending in self.pending.iter_mut().filter(|pending| !pending.is_stored) {
            pending.is_ours |= carried.contains(&pending.queued.text);
        }
        carried.retain(|text| self.known(text).is_none());
        carried.into_iter().flat_map(|text| self.queue_up(text, device_now)).collect()
    }

    /// Another tab hands over what was done there. Its rules have said yes; whether ours still do, the
    /// server will say.
    pub fn take_over(&mut self, text: Box<str>, device_now: Timestamp) -> Result<Vec<Effect>, Told> {
        match self.known(&text) {
            Some(queued) => Err(Told::Queued(queued)),
            None => Ok(self.queue_up(text, device_now)),
        }
    }

    fn queue_up(&mut self, text: Box<str>, device_now: Timestamp) -> Vec<Effect> {
        let queued = Queued { seq: self.meta.next_seq, text, refused: None, is_held: false };
        self.meta.next_seq += 1;
        self.pending.push_back(Pending { is_ours: true, ..Pending::read(queued.clone(), Stored::No) });
        vec![Effect::Store(queued), Effect::Changed(self.replay(device_now))]
    }

    /// The command of these bytes, if it waits, was refused, is kept, or was let go.
    fn known(&self, text: &str) -> Option<Queued> {
        let waiting = self.pending.iter().chain(&self.tray).map(|pending| &pending.queued);
        let held = waiting.chain(self.kept.commands()).find(|queued| &*queued.text == text).cloned();
        let gone = |seq| Queued { text: text.into(), ..Queued::empty(seq) };
        held.or_else(|| self.kept.number_of_gone(text).map(gone))
    }
}
