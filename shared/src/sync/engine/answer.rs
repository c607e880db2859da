//! What an answer does: it takes what is judged out of the queue, brings the rows of everybody else, and says what
//! need not be kept any longer. All of it goes to the disk in one piece.

use std::collections::BTreeSet;

use super::{
    Effect, Engine, Keep, LogEntry, Queued, Ticket,
    pending::{Pending, Stored},
    request::MOST_BYTES,
};
use crate::{
    planted,
    prim::Timestamp,
    sync::{
        replica::At,
        wire::{Answer, Outcome},
    },
};

impl Engine {
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
        self.take_back(answer.last_seq, &mut keep);
        self.meta.next_seq = self.meta.next_seq.max(answer.last_seq + 1);
        let old = self.meta.has_judged(answer.last_seq, answer.server_time.date());
        let forgotten = self.kept.forget(answer.covered.max(old));
        // What somebody else is asked about stays on the device until its author has taken note of it.
        keep.drop.extend(forgotten.into_iter().filter(|seq| !self.tray.iter().any(|one| one.queued.seq == *seq)));
        self.rows_to_come = answer.patch.as_ref().is_none_or(|patch| patch.more);
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
        changed.extend(self.let_go(&mut keep));
        changed.extend(self.replay(device_now));
        keep.meta = self.meta_to_keep();
        let mut effects = vec![Effect::Keep(Box::new(keep)), Effect::Changed(changed)];
        effects.extend(self.catch_up(device_now));
        effects
    }

    /// A server restored from a backup does not know the last commands: they are sent again, as they
    /// were. A number of which nothing is left here is filled with an empty command, which is refused.
    fn take_back(&mut self, last_seq: u64, keep: &mut Keep) {
        self.unseen.retain(|one| one.queued.seq <= last_seq);
        for seq in (last_seq + 1..self.first()).rev() {
            let kept = self.kept.take(seq);
            // Nobody is asked any more: it is judged anew, or nothing is left of it.
            let is_over = |one: &Pending| {
                one.queued.seq == seq && one.queued.is_held && (kept.is_some() || one.queued.is_empty())
            };
            if kept.is_none() && self.tray.iter().any(is_over) {
                keep.drop.push(seq);
            }
            self.tray.retain(|one| !is_over(one));
            let queued = kept.unwrap_or_else(|| Queued::empty(seq));
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
                    self.kept.add(&pending);
                    self.tray.push(pending);
                }
                _ if planted!(ForgetBeforeBackup) => {
                    keep.drop.push(seq);
                }
                Some(Outcome::Applied(_) | Outcome::Refused(_)) | None => {
                    pending.queued.is_held = false;
                    self.kept.add(&pending);
                    self.unseen.push(pending);
                }
            }
        }
        changed
    }
}
