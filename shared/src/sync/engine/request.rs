//! What leaves this device: in a request, or in a file when no request gets through any more. And what it means that
//! no answer comes.

use serde_json::value::RawValue;

use super::Engine;
use crate::{
    planted,
    sync::{rescue::Contents, wire::Request},
};

/// The most commands in one push.
const MOST_COMMANDS: usize = 1_000;
/// The most bytes of commands in one push; the server refuses a body above 256 KiB.
pub(super) const MOST_BYTES: usize = 200_000;

/// Names a request, so that its answer is told from that of one given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub(super) u64);

impl Engine {
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

    /// Look, whatever is known: the user asks, or the network is back.
    pub fn look(&mut self) {
        self.behind = true;
    }
}

/// A command's bytes. A queue entry that is no JSON could never be judged; it is refused by number.
fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
