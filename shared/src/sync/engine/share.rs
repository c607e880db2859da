//! What pages ask: where a row stands between this device and everybody else, what waits, and what was refused.

use super::{Engine, Waiting, pending::Pending};
use crate::{entity::Key, registry::Kind};

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

impl Engine {
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
}
