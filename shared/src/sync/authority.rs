//! The server's machine: judges pushes in batches. It asks for rows, for a commit, for answers;
//! whoever performs that is the shell's business.
//!
//! Order is the law here: a command is applied at most once, in its client's order, and nobody is
//! answered before the commit is on disk.
//!
//! Here a batch is judged, step by step. How a push is read is in `reading`, what a change does to the batch in
//! `applying`, what the batch knows of the rows in `rows`, what ended rights still allow in `entitled`, and what the
//! log of accesses will say in `deed`.

mod applying;
mod deed;
mod entitled;
pub mod erase;
mod memory;
mod messages;
mod reading;
mod rows;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

pub use self::{
    deed::{Deed, What},
    memory::Memory,
    messages::{BytesHash, Commit, ForeignClient, Judged, Known, Opening, Poked, Push, PushAnswer, RowChange, Step},
};
use self::{
    entitled::{Judgement, all_read},
    reading::{Read, Reading, read},
    rows::Rows,
};
use crate::{
    command::{Ask, Change, Ctx},
    entity::{Grant, Tag},
    planted,
    policy::{self, Actor},
    prim::AnyId,
    registry::{AnyCommand, Record},
    rejection::Rejection,
    sync::{
        version,
        wire::{ClientId, Outcome, command_id},
    },
    view::{Halt, Row, Source, View, Want},
};

/// How often the rows a batch needs may be asked for without any command getting further.
const MOST_ROUNDS: usize = 8;

/// A batch of pushes being judged.
pub struct Authority {
    history: String,
    version: u64,
    rows: Rows,
    actors: BTreeMap<AnyId, Actor>,
    /// Of those who push and play no part any more: what rows still grant them.
    left: BTreeMap<AnyId, Vec<Grant>>,
    clients: BTreeMap<ClientId, Known>,
    judged: BTreeMap<(ClientId, u64), Judged>,
    fresh: Vec<(ClientId, u64)>,
    deeds: Vec<Deed>,
    pushes: Vec<Reading>,
    rounds: usize,
    prefetched: bool,
    poked: Poked,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Judging,
    Committing,
    Answering,
    Done,
}

impl Authority {
    /// Begins a batch.
    #[must_use]
    pub fn new(opening: Opening, pushes: &[Push]) -> Self {
        let clients = opening.clients;
        #[cfg(feature = "planted")]
        let clients = crate::faults::recall(clients);
        let actors = opening.actors.into_iter().map(|actor| (actor.user.clone(), actor));
        Self {
            history: opening.history,
            version: opening.version,
            rows: Rows::default(),
            actors: actors.collect(),
            left: opening.left,
            judged: opening.judged,
            fresh: Vec::new(),
            deeds: Vec::new(),
            pushes: pushes.iter().map(|push| read(push, &clients)).collect(),
            clients,
            rounds: 0,
            prefetched: false,
            poked: Poked::default(),
            phase: Phase::Judging,
        }
    }

    /// Goes on from what the batch before has read, if that still holds.
    #[must_use]
    pub fn remembering(mut self, memory: Option<Memory>) -> Self {
        if let Some(memory) = memory
            && memory.history == self.history
            && (memory.version == self.version || planted!(StaleMemory))
        {
            self.rows = memory.rows;
        }
        self
    }

    /// What the next batch may go on from, after the commit.
    #[must_use]
    pub fn into_memory(mut self) -> Memory {
        self.rows.committed();
        Memory { history: self.history, version: self.version, rows: self.rows }
    }

    /// Says what must be done next.
    pub fn step(&mut self) -> Step {
        if self.phase == Phase::Judging {
            let wants = self.judge();
            if !wants.is_empty() {
                return Step::Load(wants);
            }
            self.phase = Phase::Committing;
            if planted!(AcknowledgeBeforeCommit) {
                self.phase = Phase::Answering;
            }
        }
        match self.phase {
            Phase::Committing => {
                self.phase = if planted!(AcknowledgeBeforeCommit) { Phase::Done } else { Phase::Answering };
                Step::Commit(self.commit())
            }
            Phase::Answering => {
                self.phase = if planted!(AcknowledgeBeforeCommit) { Phase::Committing } else { Phase::Done };
                self.poked.version = self.version;
                Step::Answer(self.pushes.iter().map(|push| self.answer(push)).collect(), self.poked.clone())
            }
            Phase::Judging | Phase::Done => Step::Done,
        }
    }

    /// Who has pushed this, with her rights as they are now.
    #[must_use]
    pub fn actor(&self, push: &Push) -> Option<Actor> {
        Some(self.actors.get(&push.user)?.clone().in_session(push.keeping))
    }

    /// Takes what was asked for: each want with the rows found for it, and their versions.
    pub fn loaded(&mut self, found: Vec<(Want, Vec<(u64, Record)>)>) {
        for (want, records) in found {
            self.rows.learn(want, records);
        }
    }

    /// Judges as far as the rows known allow; returns what is missing for the rest.
    fn judge(&mut self) -> Vec<Want> {
        if !self.prefetched {
            self.prefetched = true;
            let wants = self.foreseeable();
            if !wants.is_empty() {
                return wants;
            }
        }
        let mut wants = BTreeSet::new();
        let before = self.fresh.len();
        for index in 0..self.pushes.len() {
            self.judge_push(index, &mut wants);
        }
        let progress = self.fresh.len() > before;
        self.rounds = if progress { 0 } else { self.rounds + 1 };
        wants.into_iter().collect()
    }

    /// The rows that commands name themselves, so that most batches load once.
    fn foreseeable(&self) -> Vec<Want> {
        let commands = self.pushes.iter().flat_map(|push| &push.commands);
        let foreseen = commands.filter_map(|read| read.command.as_ref().ok()).flat_map(AnyCommand::foreseen);
        let unknown = foreseen.filter(|(kind, key)| matches!(self.rows.row(*kind, key), Row::Unknown));
        let wants: BTreeSet<_> = unknown.map(|(kind, key)| Want::Row(kind, key)).collect();
        wants.into_iter().collect()
    }

    /// Judges one push in its order. After the first command that needs more, or once another push
    /// waits, the rest is only asked what it will need.
    fn judge_push(&mut self, index: usize, wants: &mut BTreeSet<Want>) {
        loop {
            let push = &self.pushes[index];
            if push.stopped {
                return;
            }
            let Some(read) = push.commands.get(push.judged) else {
                return;
            };
            let last = self.last_seq(&push.client);
            if read.seq <= last && !planted!(NoDedupe) {
                self.pushes[index].judged += 1;
                continue;
            }
            if read.seq > last + 1 {
                self.pushes[index].stopped = true;
                return;
            }
            if read.is_newer && read.command.is_err() {
                self.pushes[index].stopped = true;
                self.pushes[index].server_is_older = true;
                return;
            }
            if !wants.is_empty() {
                self.look_ahead(index, wants);
                return;
            }
            match self.decide(index) {
                Ok(outcome) => self.settle(index, outcome),
                Err(_) if self.rounds >= MOST_ROUNDS => {
                    // The others begin to count anew: it is not they who never come to an end.
                    self.rounds = 0;
                    let push = &self.pushes[index];
                    let reference = command_id(&push.client, push.commands[push.judged].seq);
                    self.settle(index, Outcome::Refused(Rejection::Bug { reference }));
                }
                Err(want) => {
                    wants.insert(want);
                    self.look_ahead(index, wants);
                    return;
                }
            }
        }
    }

    /// Adds what the waiting commands of a push would ask for next.
    fn look_ahead(&self, index: usize, wants: &mut BTreeSet<Want>) {
        let push = &self.pushes[index];
        for read in &push.commands[push.judged..] {
            if let Err(want) = self.forecast(push, read) {
                wants.insert(want);
            }
        }
    }

    /// Runs a command without keeping what it changes.
    fn forecast(&self, push: &Reading, read: &Read) -> Result<Result<Judgement, Rejection>, Want> {
        let command = match &read.command {
            Ok(command) => command,
            Err(rejection) => return Ok(Err(rejection.clone())),
        };
        // One user may push from a device and from a page that keeps nothing, in one batch.
        let actor = self.actors.get(&push.user).map(|known| match push.keeping {
            keeping if keeping == known.keeping => Cow::Borrowed(known),
            keeping => Cow::Owned(known.clone().in_session(keeping)),
        });
        let id = command_id(&push.client, read.seq);
        let view = View::new(&self.rows);
        let run = || -> Result<Judgement, Halt> {
            let ask = command.ask(view)?;
            let allowed = match &actor {
                Some(actor) => policy::check(actor, &ask, push.received_at.date()).map(|permit| (actor, permit)),
                None => Err(Rejection::Gone),
            };
            let (actor, permit) = match allowed {
                Ok(allowed) => allowed,
                Err(rejection) => {
                    let held = self.held(push, read, &ask)?;
                    return held.map(Judgement::Held).ok_or(Halt::Refuse(rejection));
                }
            };
            if push.ended.is_some_and(|ended| read.made_at > ended) {
                let waiting = self.waiting(push, read, &ask, actor)?;
                return waiting.map(Judgement::Held).ok_or(Halt::Refuse(Rejection::Forbidden));
            }
            let ctx = Ctx { actor, id: &id, made_at: read.made_at, received_at: push.received_at };
            let (action, leave) = (permit.action(), permit.ground());
            let mut changes = command.permitted(permit, &ctx, view)?;
            all_read(&changes, &self.rows)?;
            erase::nobody_returns(&changes, view)?;
            self.remember(&mut changes, push.received_at)?;
            planted!(PoisonCommand => assert!(read.seq != 2, "a command that was planted"));
            let reached = |tags: Vec<Tag>| {
                let permit = policy::check(actor, &Ask::new(action, tags), push.received_at.date());
                permit.ok().map(|permit| permit.ground())
            };
            let whom = deed::whom(&changes, &self.rows, leave, reached);
            Ok(Judgement::Changes(changes, whom))
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(judgement)) => Ok(Ok(judgement)),
            Ok(Err(Halt::Refuse(rejection))) => Ok(Err(rejection)),
            Ok(Err(Halt::Need(want))) => Err(want),
            Err(_panic) => Ok(Err(Rejection::Bug { reference: id })),
        }
    }

    /// Judges the next command of a push and applies its changes.
    fn decide(&mut self, index: usize) -> Result<Outcome, Want> {
        let push = &self.pushes[index];
        let read = &push.commands[push.judged];
        // All that one push changes has one version: a gap between two of its rows would tell that there was a third.
        let version = push.version.unwrap_or_else(|| version::after(self.version, push.received_at));
        match self.forecast(push, read)? {
            Ok(Judgement::Changes(changes, whom)) => {
                let mut applied = 0;
                self.deeds.extend(deed::on_behalf(push, read, &self.rows, &whom));
                self.deeds.extend(deed::of(push, read, whom));
                for change in changes {
                    if self.apply(change, version) {
                        (self.version, applied) = (version, version);
                        self.pushes[index].version = Some(version);
                    }
                }
                if planted!(AppliedThoughRefused) {
                    return Ok(Outcome::Refused(Rejection::Forbidden));
                }
                Ok(Outcome::Applied(applied))
            }
            Ok(Judgement::Held(held)) => {
                self.deeds.push(deed::held(&held, &self.rows));
                if self.apply(Change::Put(Record::from(*held)), version) {
                    self.version = version;
                    self.pushes[index].version = Some(version);
                }
                Ok(Outcome::Held { for_whom: policy::ANSWERS })
            }
            Err(rejection) => Ok(Outcome::Refused(rejection)),
        }
    }

    fn settle(&mut self, index: usize, outcome: Outcome) {
        let push = &mut self.pushes[index];
        let read = &push.commands[push.judged];
        push.judged += 1;
        let judged = Judged { hash: read.hash, outcome };
        if let Some(known) = self.clients.get_mut(&push.client) {
            known.last_seq = read.seq;
        }
        self.judged.insert((push.client.clone(), read.seq), judged);
        self.fresh.push((push.client.clone(), read.seq));
    }

    fn commit(&mut self) -> Commit {
        let rows: Vec<_> = self.rows.changed().collect();
        for row in &rows {
            self.poked.tags.extend(row.tags.iter().chain(&row.lost_tags).cloned());
        }
        let clients: BTreeSet<_> = self.fresh.iter().map(|(client, _)| client.clone()).collect();
        let fresh: BTreeSet<_> = self.fresh.iter().cloned().collect();
        planted!(DedupePerProcess => {
            crate::faults::remember(&self.clients);
            return Commit { version: self.version, rows, ..Commit::default() };
        });
        Commit {
            version: self.version,
            rows,
            judged: fresh
                .into_iter()
                .filter_map(|at| self.judged.get(&at).map(|judged| (at.0.clone(), at.1, judged.clone())))
                .collect(),
            clients: clients
                .into_iter()
                .map(|client| {
                    let last = self.last_seq(&client);
                    (client, last)
                })
                .collect(),
            stored: self.stored(),
            deeds: std::mem::take(&mut self.deeds),
            shredded: Vec::new(),
        }
    }

    fn stored(&self) -> Vec<(ClientId, u64)> {
        let own = self.pushes.iter().filter(|push| !push.is_foreign && push.stored > 0);
        own.map(|push| (push.client.clone(), push.stored)).collect()
    }

    fn last_seq(&self, client: &ClientId) -> u64 {
        self.clients.get(client).map_or(0, |known| known.last_seq)
    }

    fn answer(&self, push: &Reading) -> Result<PushAnswer, ForeignClient> {
        let Some(&Known { last_seq, covered, .. }) = self.clients.get(&push.client).filter(|_| !push.is_foreign) else {
            return Err(ForeignClient);
        };
        let outcomes = push.commands.iter().filter(|read| read.seq <= last_seq).filter_map(|read| {
            let judged = self.judged.get(&(push.client.clone(), read.seq))?;
            let outcome =
                if judged.hash == read.hash { judged.outcome.clone() } else { Outcome::Refused(Rejection::ReusedId) };
            Some((read.seq, outcome))
        });
        Ok(PushAnswer { last_seq, covered, outcomes: outcomes.collect(), server_is_older: push.server_is_older })
    }
}
