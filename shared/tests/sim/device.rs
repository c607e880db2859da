//! A device of the simulation: a tab that leads, one that follows, and a disk that is behind what they
//! believe.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sha2::{Digest, Sha256};
use shared::{
    AnyCommand,
    prim::{AnyId, Timestamp},
    sync::{
        engine::{Effect, Engine, LogEntry, Meta, Queued, Saved, Share, Told},
        replica::At,
        wire::{ClientId, WireRow},
    },
    testkit::id,
};

use crate::told::{Deed, deed_in, whose};

/// A device: its machine, its disk, and what its disk has not finished writing.
pub struct Device {
    pub user: AnyId,
    pub client: ClientId,
    pub engine: Engine,
    /// The app in another tab, what it has not heard yet, and what it has done and not handed over yet.
    pub tab: Engine,
    pub untold: VecDeque<Told>,
    pub handed: VecDeque<Box<str>>,
    pub disk: Disk,
    pub unwritten: Vec<Queued>,
    pub skew: i64,
    pub expired: bool,
    /// Does its build speak a schema in which the server tells nothing any more?
    pub is_too_old: bool,
    /// Is its disk full? Then nothing can be added, and the rows give way to the queue.
    pub is_full: bool,
    /// Every command that was ever safe on this device.
    pub safe: BTreeSet<u64>,
    /// Every command the server said it had applied.
    pub applied: BTreeSet<u64>,
    /// Every command that ever lay in the tray.
    pub refused: BTreeSet<u64>,
    /// Every command that was judged and let go because of whom it tells.
    pub let_go: BTreeSet<u64>,
    /// Have the rows given way? Then the disk holds none until it holds all of them.
    has_shed: bool,
    /// Does the app die in the middle of keeping what an answer brings?
    pub tears: bool,
    /// It has: nothing may happen before it is opened again.
    pub is_torn: bool,
    /// The digest of every command that was made.
    pub made: BTreeMap<u64, [u8; 32]>,
    /// How often each was done.
    pub done: BTreeMap<[u8; 32], usize>,
    /// What was done and must come to be, since a tab in which it was done lives on.
    pub owed: BTreeMap<[u8; 32], BTreeSet<u64>>,
    /// The numbers of the tab that leads, of the one that follows, and of the next.
    leads: u64,
    follows: u64,
    next: u64,
    /// Where each row stands in either tab, as far as anybody was told.
    stands: BTreeMap<At, Share>,
    stands_in_tab: BTreeMap<At, Share>,
}

/// How a tab loses the lead.
#[derive(Clone, Copy, PartialEq)]
pub enum End {
    /// It is closed.
    Closed,
    /// It does not answer, and another takes the lead from it. Then it wakes up.
    Robbed,
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
            tab: Engine::following(Engine::new(client.clone()).picture(), Timestamp(0)),
            untold: VecDeque::new(),
            handed: VecDeque::new(),
            client,
            disk: Disk::default(),
            unwritten: Vec::new(),
            skew,
            expired: false,
            is_too_old: false,
            is_full: false,
            safe: BTreeSet::new(),
            applied: BTreeSet::new(),
            refused: BTreeSet::new(),
            let_go: BTreeSet::new(),
            has_shed: false,
            tears: false,
            is_torn: false,
            made: BTreeMap::new(),
            done: BTreeMap::new(),
            owed: BTreeMap::new(),
            leads: 0,
            follows: 1,
            next: 2,
            stands: BTreeMap::new(),
            stands_in_tab: BTreeMap::new(),
        }
    }

    pub fn clock(&self, now: Timestamp) -> Timestamp {
        now.plus_millis(self.skew)
    }

    /// Does a command in the tab that leads, or in the one that follows.
    pub fn run(&mut self, command: AnyCommand, now: Timestamp, in_tab: bool) {
        let clock = self.clock(now);
        let engine = if in_tab { &mut self.tab } else { &mut self.engine };
        let Ok((_, effects)) = engine.run(command, clock) else {
            return;
        };
        for effect in &effects {
            if let Effect::Store(queued) = effect {
                let digest = Sha256::digest(&*queued.text).into();
                *self.done.entry(digest).or_default() += 1;
                let tab = if in_tab { self.follows } else { self.leads };
                self.owed.entry(digest).or_default().insert(tab);
            }
        }
        if in_tab { self.hand(effects) } else { self.perform(effects) }
    }

    /// What a tab that follows wants written goes to the one that leads.
    fn hand(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Store(queued) => self.handed.push_back(queued.text),
                Effect::Changed(rows) | Effect::Stands(rows) => {
                    for at in rows {
                        let share = self.tab.share(at.0, &at.1);
                        self.stands_in_tab.insert(at, share);
                    }
                }
                Effect::Keep(_) => {}
            }
        }
    }

    /// The tabs hear some of what they have told each other.
    pub fn converse(&mut self, now: Timestamp, most: usize) {
        let clock = self.clock(now);
        for _ in 0..most {
            if let Some(text) = self.handed.pop_front() {
                match self.engine.take_over(text, clock) {
                    Ok(effects) => self.perform(effects),
                    Err(told) => self.untold.push_back(told),
                }
            }
            if let Some(told) = self.untold.pop_front() {
                match self.tab.follow(told, clock) {
                    Some(effects) => self.hand(effects),
                    None => self.begin_to_follow(clock),
                }
            }
        }
    }

    fn begin_to_follow(&mut self, clock: Timestamp) {
        let carried = self.tab.carry();
        self.untold.clear();
        self.handed.clear();
        self.follow_anew(clock);
        let effects = self.tab.take_in(carried, clock);
        self.hand(effects);
    }

    fn follow_anew(&mut self, clock: Timestamp) {
        self.tab = Engine::following(self.engine.picture(), clock);
        self.stands_in_tab.clear();
    }

    /// Once they have heard everything, both tabs show the same.
    pub fn disagreement(&self) -> Option<String> {
        let (leads, follows) = (&self.engine, &self.tab);
        let is_same = || {
            leads.waiting() == follows.waiting()
                && leads.tray() == follows.tray()
                && leads.meta().cursor == follows.meta().cursor
                && leads.is_filled() == follows.is_filled()
                && leads.replica().rows().eq(follows.replica().rows())
        };
        let has_heard = self.untold.is_empty() && self.handed.is_empty();
        if has_heard && !is_same() {
            return Some(format!("the tabs of {} show different things", self.client));
        }
        let said = follows.rescue().into_iter().flat_map(|contents| contents.commands);
        let is_there = |text: &str| self.disk.queue.values().any(|queued| &*queued.text == text);
        if has_heard && said.into_iter().any(|command| command.get() != "null" && !is_there(command.get())) {
            return Some(format!("a tab of {} says that something is safe which is not", self.client));
        }
        let is_stale = |engine: &Engine, (at, share): (&At, &Share)| engine.share(at.0, &at.1) != *share;
        let was_told = !self.is_torn
            && !self.stands.iter().any(|one| is_stale(leads, one))
            && !self.stands_in_tab.iter().any(|one| is_stale(follows, one));
        (!was_told).then(|| format!("nobody was told that a row of {} stands elsewhere", self.client))
    }

    /// The tab that leads ends; the other takes the lead, with what the disk holds and what was done in it.
    pub fn succeed(&mut self, now: Timestamp, end: End, more: usize) {
        // Some writes were done, and nobody has been told.
        let more = if self.is_full { 0 } else { more };
        for queued in self.unwritten.drain(..).take(more) {
            self.disk.queue.insert(queued.seq, queued);
        }
        let clock = self.clock(now);
        while let Some(told) = self.untold.pop_front() {
            if self.tab.follow(told, clock).is_none() {
                self.untold.clear();
                let carried = self.tab.carry();
                self.follow_anew(clock);
                let effects = self.tab.take_in(carried, clock);
                self.hand(effects);
            }
        }
        let robbed = self.engine.carry();
        let carried = self.tab.carry();
        match end {
            // What was done in the tab that is closed, and nowhere else, nobody carries.
            End::Closed => {
                self.owed.retain(|_, tabs| !(tabs.remove(&self.leads) && tabs.is_empty()));
                (self.leads, self.follows, self.next) = (self.follows, self.next, self.next + 1);
            }
            End::Robbed => std::mem::swap(&mut self.leads, &mut self.follows),
        }
        self.restart(now, false);
        let effects = self.engine.take_in(carried, clock);
        self.perform(effects);
        self.untold.clear();
        self.handed.clear();
        self.follow_anew(clock);
        if end == End::Robbed {
            let effects = self.tab.take_in(robbed, clock);
            self.hand(effects);
        }
    }

    pub fn perform(&mut self, effects: Vec<Effect>) {
        let mut told = BTreeSet::new();
        for effect in effects {
            match effect {
                Effect::Store(queued) => {
                    // A number whose command was not stored when the app died is given again.
                    self.made.insert(queued.seq, Sha256::digest(&*queued.text).into());
                    self.untold.push_back(Told::Queued(queued.clone()));
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
                    self.untold.push_back(Told::Kept(keep.clone()));
                    let is_anew = keep.log.as_ref().is_some_and(|log| log.patch.reset);
                    self.has_shed = !is_anew && self.has_shed || self.is_full;
                    if self.has_shed {
                        self.disk.rows.clear();
                        self.disk.log.clear();
                    } else {
                        self.disk.log.extend(keep.log);
                    }
                    self.note_let_go(&keep.drop);
                    for seq in keep.drop {
                        self.disk.queue.remove(&seq);
                    }
                    for queued in keep.refuse {
                        self.disk.queue.insert(queued.seq, queued);
                    }
                    self.disk.meta =
                        Some(if self.has_shed { Meta { cursor: None, grants: None, ..keep.meta } } else { keep.meta });
                }
                Effect::Changed(rows) | Effect::Stands(rows) => told.extend(rows),
            }
        }
        for at in told {
            let share = self.engine.share(at.0, &at.1);
            self.stands.insert(at, share);
        }
    }

    /// What is dropped because it tells of somebody of whom nothing is here any more, or of somebody's protection, does
    /// not come back after a restore. Whatever else is dropped a backup holds.
    fn note_let_go(&mut self, dropped: &[u64]) {
        let texts = dropped.iter().filter_map(|seq| Some((*seq, self.disk.queue.get(seq)?)));
        let told: Vec<_> = texts.map(|(seq, queued)| (seq, deed_in(&queued.text))).collect();
        if told.iter().all(|(_, told)| told.people.is_empty()) {
            return;
        }
        let here: BTreeSet<AnyId> = self.engine.replica().rows().filter_map(|row| whose(&row.read()?)).collect();
        let is_to_go = |told: &Deed| told.of_protection || told.people.iter().any(|person| !here.contains(person));
        self.let_go.extend(told.iter().filter(|(_, told)| is_to_go(told)).map(|(seq, _)| *seq));
    }

    pub fn finish_writing(&mut self) {
        if self.is_full {
            return;
        }
        for queued in std::mem::take(&mut self.unwritten) {
            let seq = queued.seq;
            self.disk.queue.insert(seq, queued);
            self.safe.insert(seq);
            self.untold.push_back(Told::Stored(vec![seq]));
            let effects = self.engine.stored(seq);
            self.perform(effects);
        }
    }

    pub fn fold(&mut self) {
        if self.is_full || self.has_shed {
            return;
        }
        self.disk.rows = self.engine.replica().rows().collect();
        self.disk.log.clear();
    }

    /// The app dies in all tabs and is opened again, perhaps as a newer build: only what the disk holds is
    /// left.
    pub fn crash(&mut self, now: Timestamp, is_update: bool) {
        self.is_too_old &= !is_update;
        self.restart(now, is_update);
        self.untold.clear();
        self.handed.clear();
        self.owed.clear();
        let clock = self.clock(now);
        self.follow_anew(clock);
    }

    fn restart(&mut self, now: Timestamp, is_update: bool) {
        self.stands.clear();
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
