//! The client's machine: keeps the queue, asks, answers the page, and never touches a disk.
//!
//! Events go in as method calls, [`Effect`]s come out. The shell performs them and reports back.
//! Losing the network is not a state here; a command is saved here, shared, or refused.

mod disk;
mod follow;
mod kept;
mod pending;

use std::collections::{BTreeSet, VecDeque};

use serde_json::value::RawValue;

pub use self::{
    disk::{Effect, Keep, LogEntry, Meta, Queued, Saved},
    follow::{Carried, Picture, Told},
    pending::{AnyCommandEq, Waiting},
};
use self::{
    kept::Kept,
    pending::{Pending, Stored},
};
use crate::{
    entity::Key,
    planted,
    prim::Timestamp,
    registry::{AnyCommand, Kind},
    rejection::Rejection,
    sync::{
        replica::{At, Forecasted, Replica},
        rescue::Contents,
        wire::{Answer, ClientId, Cursor, Envelope, News, Outcome, Patch, Poke, Request, WireRow, command_id},
    },
};

/// The most commands in one push.
const MOST_COMMANDS: usize = 1_000;
/// The most bytes of commands in one push; the server refuses a body above 256 KiB.
const MOST_BYTES: usize = 200_000;

/// The most news that are put aside while an answer is awaited.
const MOST_NEWS: usize = 64;

/// Where a row stands between this device and everybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    /// Being written to this device.
    Saving,
    /// Safe on this device, not shared yet.
    SavedHere,
    /// The server has it.
    Shared,
    /// The server said no; it waits in the tray.
    Refused,
}

/// Names a request, so that its answer is told from that of one given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

/// The client's machine.
pub struct Engine {
    replica: Replica,
    pending: VecDeque<Pending>,
    tray: Vec<Pending>,
    /// Applied, but the rows they changed have not come: they are replayed until the next patch.
    unseen: Vec<Pending>,
    kept: Kept,
    meta: Meta,
    /// The request whose answer is awaited, and how many there have been.
    in_flight: Option<u64>,
    requests: u64,
    /// The last number that was ever sent. What became of it only an answer tells.
    sent: u64,
    /// In a tab that follows: the last number its leader is known to have given.
    given: Option<u64>,
    /// What the live channel told while an answer was awaited.
    news: Vec<News>,
    behind: bool,
    /// The version the server was said to have reached, until an answer is known to hold it.
    heard: u64,
    /// As `heard`, when the last request was sent.
    asked: u64,
    say_held: bool,
    session_over: bool,
    server_is_older: bool,
    too_old: bool,
    most_bytes: usize,
}

impl Engine {
    /// A client that begins with nothing.
    #[must_use]
    pub fn new(client: ClientId) -> Self {
        Self::restore(Meta::new(client), Saved::default(), Timestamp(0))
    }

    /// A client as the disk holds it.
    #[must_use]
    pub fn restore(meta: Meta, saved: Saved, device_now: Timestamp) -> Self {
        let mut replica = Replica::default();
        let today = meta.server_time.date();
        let pages = Patch {
            to: Cursor { history: "".into(), version: 0 },
            reset: true,
            more: false,
            grants: None,
            rows: saved.rows,
            gone: Vec::new(),
        };
        replica.confirm(&pages, today);
        for entry in &saved.log {
            replica.confirm(&entry.patch, entry.today);
        }
        // The last answers may have brought the date and no rows.
        replica.age(today);
        if let Some(grants) = &meta.grants {
            replica.set_grants(grants.clone());
        }
        let mut queue = saved.queue;
        if planted!(QueueClearedAtUpdate) && meta.schema != crate::SCHEMA {
            queue.clear();
        }
        let next_seq = queue.iter().map(|queued| queued.seq + 1).max().unwrap_or(1);
        let (mut tray, mut pending, mut kept) = (Vec::new(), VecDeque::new(), Kept::default());
        for queued in queue {
            match queued.refused {
                Some(_) => tray.push(Pending::read(queued, Stored::Yes)),
                None if queued.seq <= meta.judged => {
                    if queued.is_held {
                        tray.push(Pending::read(queued.clone(), Stored::Yes));
                    }
                    kept.add(queued);
                }
                None => {
                    // What was refused lies in the tray; its number is taken all the same.
                    let next = pending.back().map_or(queued.seq, |last: &Pending| last.queued.seq + 1);
                    pending.extend((next..queued.seq).map(|seq| Pending::read(Queued::empty(seq), Stored::Yes)));
                    pending.push_back(Pending::read(queued, Stored::Yes));
                }
            }
        }
        let next_seq = meta.next_seq.max(next_seq);
        let cursor = meta.cursor.filter(|_| meta.schema == crate::SCHEMA);
        // Every number that was given belongs to something judged, or waits: there are no holes.
        if let Some(last) = pending.back().map(|last| last.queued.seq) {
            pending.extend((last + 1..next_seq).map(|seq| Pending::read(Queued::empty(seq), Stored::Yes)));
        }
        replica.set_filling(meta.filling || cursor.is_none());
        let sent = pending.back().map_or(0, |last| last.queued.seq);
        let mut engine = Self {
            replica,
            pending,
            tray,
            unseen: Vec::new(),
            kept,
            meta: Meta { next_seq, cursor, schema: crate::SCHEMA, ..meta },
            in_flight: None,
            requests: 0,
            sent,
            given: None,
            news: Vec::new(),
            behind: true,
            heard: 0,
            asked: 0,
            say_held: false,
            session_over: false,
            server_is_older: false,
            too_old: false,
            most_bytes: MOST_BYTES,
        };
        engine.replay(device_now);
        engine
    }

    /// The rows, for views.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// What is known of this client.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The device's clock corrected by the server's last answer.
    #[must_use]
    pub fn now(&self, device_now: Timestamp) -> Timestamp {
        device_now.plus_millis(self.meta.offset)
    }

    /// Does a command: it shows at once, is stored next, and is shared when that can be.
    ///
    /// A command that the rules refuse here and now is not kept: the page says why.
    pub fn run(&mut self, command: AnyCommand, device_now: Timestamp) -> Result<(u64, Vec<Effect>), Rejection> {
        let now = self.now(device_now);
        let seq = self.meta.next_seq;
        let id = command_id(&self.meta.client, seq);
        let touched = match self.replica.replay(seq, &id, &command, now, now) {
            Forecasted::Changes(touched) => touched,
            Forecasted::Unknown => Vec::new(),
            Forecasted::Refused(rejection) => return Err(rejection),
        };
        self.meta.next_seq += 1;
        let text = Envelope::encode(&command, now, self.meta.server_time);
        let queued = Queued { seq, text, refused: None, is_held: false };
        let pending = Pending { is_ours: true, ..Pending::read(queued.clone(), Stored::No) };
        let mut changed = BTreeSet::new();
        changed.extend(touched);
        changed.extend(pending.about());
        self.pending.push_back(pending);
        Ok((seq, vec![Effect::Store(queued), Effect::Changed(changed)]))
    }

    /// The command with this number is safe on the device.
    pub fn stored(&mut self, seq: u64) -> Vec<Effect> {
        let mut rows = BTreeSet::new();
        rows.extend(self.replica.touched_by(seq));
        for pending in &mut self.pending {
            if pending.queued.seq == seq {
                pending.is_stored = true;
                rows.extend(pending.about());
            }
        }
        vec![Effect::Stands(rows)]
    }

    /// The next request to send, if there is something to say and nothing in flight.
    pub fn request(&mut self) -> Option<(Ticket, String)> {
        if self.in_flight.is_some() || self.session_over {
            return None;
        }
        let mut commands = Vec::new();
        let mut bytes = 0;
        let sendable = self.pending.iter().take_while(|pending| pending.is_stored);
        for pending in sendable.take(if self.server_is_older { 0 } else { MOST_COMMANDS }) {
            bytes += pending.queued.text.len() + 1;
            if bytes > self.most_bytes && !commands.is_empty() {
                break;
            }
            debug_assert_eq!(pending.queued.seq, self.first() + commands.len() as u64, "numbers without holes");
            commands.push(raw(&pending.queued.text));
        }
        let is_behind = self.behind || self.meta.cursor.as_ref().is_none_or(|cursor| cursor.version < self.heard);
        // Who is too old is sent nothing, but what she does is judged all the same.
        if commands.is_empty() && (!is_behind || self.too_old) {
            return None;
        }
        let first = self.first();
        let request = Request {
            schema: crate::SCHEMA,
            client: self.meta.client.clone(),
            cursor: self.meta.cursor.clone(),
            epoch: self.replica.grants().map(|grants| grants.epoch.clone()),
            held: self.say_held.then(|| self.replica.grants().map(|grants| grants.tags.clone()).unwrap_or_default()),
            stored: first - 1,
            first,
            commands,
        };
        self.requests += 1;
        self.sent = self.sent.max(first + request.commands.len() as u64 - 1);
        self.in_flight = Some(self.requests);
        self.behind = false;
        self.asked = self.heard;
        let text = serde_json::to_string(&request).expect("a request is JSON");
        Some((Ticket(self.requests), text))
    }

    /// Everything that is safe here and not judged, for a file. Nothing when there is nothing.
    #[must_use]
    pub fn rescue(&self) -> Option<Contents> {
        let stored = self.pending.iter().take_while(|pending| pending.is_stored);
        let commands: Vec<_> = stored.map(|pending| raw(&pending.queued.text)).collect();
        (!commands.is_empty()).then(|| Contents { first: self.first(), commands })
    }

    /// The number of the first command that is not judged.
    fn first(&self) -> u64 {
        self.pending.front().map_or(self.meta.next_seq, |pending| pending.queued.seq)
    }

    /// The server answered. An answer to a request that was given up is not listened to: its patch
    /// would lead back to where the rows no longer are.
    pub fn answered(&mut self, ticket: Ticket, answer: Answer, device_now: Timestamp) -> Vec<Effect> {
        if self.in_flight != Some(ticket.0) {
            return Vec::new();
        }
        self.in_flight = None;
        self.most_bytes = MOST_BYTES;
        self.meta.server_time = answer.server_time;
        self.meta.offset = answer.server_time.0 - device_now.0;
        self.server_is_older = answer.server_is_older;
        self.say_held = answer.say_held;
        self.behind |= answer.say_held;
        let mut keep = Keep { log: None, drop: Vec::new(), refuse: Vec::new(), meta: self.meta.clone() };
        let mut changed = self.settle(&answer, &mut keep);
        self.take_back(answer.last_seq);
        self.meta.next_seq = self.meta.next_seq.max(answer.last_seq + 1);
        let old = self.meta.has_judged(answer.last_seq, answer.server_time.date());
        let forgotten = self.kept.forget(answer.covered.max(old));
        // What somebody else is asked about stays on the device until its author has taken note of it.
        keep.drop.extend(forgotten.into_iter().filter(|seq| !self.tray.iter().any(|one| one.queued.seq == *seq)));
        if let Some(patch) = answer.patch {
            self.unseen.clear();
            self.behind |= patch.more;
            // Versions of another history mean nothing here: what was heard before the request was
            // sent, its answer holds in any case.
            if self.heard == self.asked {
                self.heard = 0;
            }
            self.meta.filling = patch.more && (patch.reset || self.meta.filling);
            self.replica.set_filling(self.meta.filling);
            self.meta.cursor = Some(patch.to.clone());
            let today = answer.server_time.date();
            changed.extend(self.replica.confirm(&patch, today));
            self.meta.grants = self.replica.grants().cloned();
            keep.log = Some(LogEntry { patch, today });
        } else {
            changed.extend(self.replica.age(answer.server_time.date()));
        }
        changed.extend(self.replay(device_now));
        keep.meta = self.meta_to_keep();
        let mut effects = vec![Effect::Keep(Box::new(keep)), Effect::Changed(changed)];
        effects.extend(self.catch_up(device_now));
        effects
    }

    /// What the disk shall know. A number whose command is not stored yet is given again if the app
    /// dies now, so that the server never meets a gap.
    #[must_use]
    pub fn meta_to_keep(&self) -> Meta {
        let unstored = self.pending.iter().find(|pending| !pending.is_stored);
        Meta { next_seq: unstored.map_or(self.meta.next_seq, |pending| pending.queued.seq), ..self.meta.clone() }
    }

    /// A server restored from a backup does not know the last commands: they are sent again, as they
    /// were. A number of which nothing is left here is filled with an empty command, which is refused.
    fn take_back(&mut self, last_seq: u64) {
        self.unseen.retain(|one| one.queued.seq <= last_seq);
        for seq in (last_seq + 1..self.first()).rev() {
            let queued = self.kept.take(seq).unwrap_or_else(|| Queued::empty(seq));
            if queued.is_held {
                self.tray.retain(|one| one.queued.seq != seq);
            }
            self.pending.push_front(Pending::read(queued, Stored::Yes));
        }
    }

    /// Takes what is judged out of the queue, and what was refused into the tray.
    fn settle(&mut self, answer: &Answer, keep: &mut Keep) -> BTreeSet<At> {
        let mut changed = BTreeSet::new();
        while let Some(pending) = self.pending.front() {
            let seq = pending.queued.seq;
            if seq > answer.last_seq {
                break;
            }
            let Some(mut pending) = self.pending.pop_front() else {
                break;
            };
            let outcome = answer.outcomes.iter().find(|(judged, _)| *judged == seq);
            changed.extend(pending.about());
            match outcome.map(|(_, outcome)| outcome) {
                _ if pending.queued.is_empty() => {}
                // A refused look is none of its author's business, and kept like one that was let happen.
                Some(Outcome::Refused(rejection)) if !pending.is_look() => {
                    pending.queued.refused = Some(rejection.clone());
                    pending.queued.is_held = false;
                    keep.refuse.push(pending.queued.clone());
                    self.tray.push(pending);
                }
                // A server that was restored hears of it once more, so it is also kept.
                Some(Outcome::Held { .. }) => {
                    pending.queued.is_held = true;
                    keep.refuse.push(pending.queued.clone());
                    self.kept.add(pending.queued.clone());
                    self.tray.push(pending);
                }
                _ if planted!(ForgetBeforeBackup) => {
                    keep.drop.push(seq);
                }
                Some(Outcome::Applied(_) | Outcome::Refused(_)) | None => {
                    pending.queued.is_held = false;
                    self.kept.add(pending.queued.clone());
                    self.unseen.push(pending);
                }
            }
        }
        changed
    }

    /// Replays everything that waits, or is not seen yet, on the rows as they are now confirmed.
    fn replay(&mut self, device_now: Timestamp) -> BTreeSet<At> {
        let now = self.now(device_now);
        let mut touched = self.replica.rewind();
        for pending in self.unseen.iter().chain(&self.pending) {
            let Some(command) = &pending.command else {
                continue;
            };
            touched.extend(pending.about());
            let id = command_id(&self.meta.client, pending.queued.seq);
            if let Forecasted::Changes(changes) =
                self.replica.replay(pending.queued.seq, &id, command, pending.made_at, now)
            {
                touched.extend(changes);
            }
        }
        touched
    }

    /// The request got no answer: it will be repeated, byte for byte as far as commands go.
    pub fn failed(&mut self) {
        self.in_flight = None;
        self.behind = true;
        self.news.clear();
        planted!(RetryWithNewId => for pending in &mut self.pending {
            pending.queued.seq = self.meta.next_seq;
            self.meta.next_seq += 1;
        });
    }

    /// The body was too large: the next push is half as big.
    pub fn too_large(&mut self) {
        self.failed();
        if planted!(DropOnTooLarge) {
            self.pending.clear();
        }
        self.most_bytes = (self.most_bytes / 2).max(1);
    }

    /// The session is over: nothing is sent until the user has signed in again. Nothing is lost.
    pub fn session_over(&mut self) {
        self.failed();
        self.session_over = true;
        if planted!(DropQueueOnExpiry) {
            self.pending.clear();
        }
    }

    /// The user has signed in again.
    pub fn signed_in(&mut self) {
        self.session_over = false;
        self.behind = true;
    }

    /// The server tells nothing more in this schema: reload. What is done meanwhile is still shared.
    pub fn too_old(&mut self) {
        self.failed();
        self.too_old = true;
    }

    /// Is a newer build needed before anything more can be received?
    #[must_use]
    pub fn is_too_old(&self) -> bool {
        self.too_old
    }

    /// Must the user sign in before anything more can be shared?
    #[must_use]
    pub fn is_session_over(&self) -> bool {
        self.session_over
    }

    /// Something has changed at the server. What the poke tells is taken in if it continues what is
    /// here; else the server is asked.
    pub fn poked(&mut self, poke: Poke, device_now: Timestamp) -> Vec<Effect> {
        match poke.news {
            Some(news) if self.in_flight.is_some() && self.news.len() < MOST_NEWS => {
                self.news.push(*news);
                Vec::new()
            }
            Some(news) if self.continues(&news) => self.take_news(*news, device_now),
            news => {
                let history = self.meta.cursor.as_ref().map(|cursor| &cursor.history);
                let is_other = |news: &News| history != Some(&news.patch.to.history);
                let is_other = news.as_deref().is_some_and(is_other);
                self.behind |= is_other || self.meta.cursor.is_none();
                self.heard = self.heard.max(poke.version);
                Vec::new()
            }
        }
    }

    /// Can the news be taken in as they are? Not while a command that was sent has no answer: its
    /// rows may be among them, and it would be replayed on top.
    fn continues(&self, news: &News) -> bool {
        let to = &news.patch.to;
        let cursor = self.meta.cursor.as_ref().filter(|cursor| cursor.history == to.history);
        let is_next = cursor.is_some_and(|cursor| news.since <= cursor.version || planted!(NewsWithAGap));
        let has_same_grants = self.replica.grants().is_some_and(|grants| grants.epoch == news.epoch);
        is_next && has_same_grants && self.first() > self.sent && !self.too_old
    }

    fn take_news(&mut self, news: News, device_now: Timestamp) -> Vec<Effect> {
        let is_known = |cursor: &Cursor| cursor.version >= news.patch.to.version;
        if self.meta.cursor.as_ref().is_some_and(is_known) {
            return Vec::new();
        }
        self.meta.server_time = self.meta.server_time.max(news.server_time);
        let today = self.meta.server_time.date();
        self.meta.cursor = Some(news.patch.to.clone());
        let mut changed = self.replica.confirm(&news.patch, today);
        changed.extend(self.replay(device_now));
        let log = Some(LogEntry { patch: news.patch, today });
        let keep = Keep { log, drop: Vec::new(), refuse: Vec::new(), meta: self.meta_to_keep() };
        vec![Effect::Keep(Box::new(keep)), Effect::Changed(changed)]
    }

    /// What was told while an answer was awaited.
    fn catch_up(&mut self, device_now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        for news in std::mem::take(&mut self.news) {
            let version = news.patch.to.version;
            effects.extend(self.poked(Poke { version, news: Some(Box::new(news)) }, device_now));
        }
        effects
    }

    /// Rows of days that have left this device have come, since somebody looks at them: they take the place
    /// of those that came before, and lie in memory only. `None` when nobody looks any more.
    pub fn look_back(&mut self, rows: Option<&[WireRow]>, device_now: Timestamp) -> Vec<Effect> {
        let mut changed = self.replica.look_back(rows);
        changed.extend(self.replay(device_now));
        vec![Effect::Changed(changed)]
    }

    /// Look, whatever is known: the user asks, or the network is back.
    pub fn look(&mut self) {
        self.behind = true;
    }

    /// Has this client ever been filled?
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.meta.cursor.is_some() && !self.meta.filling
    }

    /// How much is not shared yet, and how much was refused. Looks are shared without a word.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.pending.iter().filter(|pending| pending.is_work()).count(), self.refused().count())
    }

    /// What is not shared yet, oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        self.pending.iter().filter(|pending| pending.is_work()).map(Pending::waiting).collect()
    }

    /// What was refused, and what somebody else is asked about, oldest first.
    #[must_use]
    pub fn tray(&self) -> Vec<Waiting> {
        self.tray.iter().map(Pending::waiting).collect()
    }

    fn refused(&self) -> impl Iterator<Item = &Pending> {
        self.tray.iter().filter(|one| one.queued.refused.is_some())
    }

    /// Takes an item out of the tray: its author has dropped it or tries it again in new words.
    pub fn drop_from_tray(&mut self, seq: u64) -> Vec<Effect> {
        let Some(at) = self.tray.iter().position(|one| one.queued.seq == seq) else {
            return Vec::new();
        };
        let mut changed = BTreeSet::new();
        changed.extend(self.tray.remove(at).about());
        self.kept.take(seq);
        let keep = Keep { log: None, drop: vec![seq], refuse: Vec::new(), meta: self.meta_to_keep() };
        vec![Effect::Keep(Box::new(keep)), Effect::Changed(changed)]
    }

    /// Where a row stands.
    #[must_use]
    pub fn share(&self, kind: Kind, key: &Key) -> Share {
        let at = (kind, key.clone());
        let touching = self.replica.waiting_on(&at);
        let about = || self.pending.iter().rev().find(|one| one.about().as_ref() == Some(&at));
        let pending = match touching {
            Some(seq) => self.pending.iter().find(|one| one.queued.seq == seq),
            None => about(),
        };
        match pending {
            Some(pending) if pending.is_stored => Share::SavedHere,
            Some(_) => Share::Saving,
            None if self.refused().any(|one| one.about().as_ref() == Some(&at)) => Share::Refused,
            None => Share::Shared,
        }
    }
}

/// A command's bytes. A queue entry that is no JSON could never be judged; it is refused by number.
fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
