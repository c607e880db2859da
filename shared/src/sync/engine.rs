//! The client's machine: keeps the queue, asks, answers the page, and never touches a disk.
//!
//! Events go in as method calls, [`Effect`]s come out. The shell performs them and reports back.
//! Losing the network is not a state here; a command is saved here, shared, or refused.
//!
//! What the user does gets a number and waits (`queue`). A request carries it to the server (`request`), whose answer
//! takes it out of the queue and brings what others have done (`answer`); what happens in between is told (`news`).
//! Pages ask where things stand (`share`). What the disk holds of all this is in `disk`, and what no backup holds yet
//! in `kept`, as long as this device may know of whom it tells (`gone`). Another tab follows the one that
//! does all of it (`follow`).

mod answer;
mod disk;
mod follow;
mod gone;
mod kept;
mod news;
mod pending;
mod queue;
mod request;
mod share;

use std::collections::{BTreeSet, VecDeque};

pub use self::{
    disk::{Effect, Keep, LogEntry, Meta, Queued, Saved},
    follow::{Carried, Picture, Told},
    pending::{AnyCommandEq, Waiting},
    request::Ticket,
    share::Share,
};
use self::{
    kept::Kept,
    pending::{Pending, Stored},
    request::MOST_BYTES,
};
use crate::{
    planted,
    prim::Timestamp,
    sync::{
        replica::{At, Forecasted, Replica},
        wire::{ClientId, Cursor, News, Patch, WireRow, command_id},
    },
};

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
    /// Rows may still be to come that follow from what is judged.
    rows_to_come: bool,
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
                // That somebody else is asked is all that is left of it, and like what was refused it waits for nothing.
                None if queued.is_held && queued.is_empty() => tray.push(Pending::read(queued, Stored::Yes)),
                None if queued.seq <= meta.judged => {
                    let judged = Pending::read(queued, Stored::Yes);
                    kept.add(&judged);
                    if judged.queued.is_held {
                        tray.push(judged);
                    }
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
            rows_to_come: true,
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

    /// Has this client ever been filled?
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.meta.cursor.is_some() && !self.meta.filling
    }

    /// The device's clock corrected by the server's last answer.
    #[must_use]
    pub fn now(&self, device_now: Timestamp) -> Timestamp {
        device_now.plus_millis(self.meta.offset)
    }

    /// Rows of days that have left this device have come, since somebody looks at them: they take the place
    /// of those that came before, and lie in memory only. `None` when nobody looks any more.
    pub fn look_back(&mut self, rows: Option<&[WireRow]>, device_now: Timestamp) -> Vec<Effect> {
        let mut changed = self.replica.look_back(rows);
        changed.extend(self.replay(device_now));
        vec![Effect::Changed(changed)]
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
}
