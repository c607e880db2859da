//! Commands the server has judged and no verified backup holds yet: should the server be restored
//! from an older backup, they come back by themselves.

use std::collections::{BTreeMap, VecDeque};

use sha2::{Digest as _, Sha256};

use super::{Queued, pending::Pending};
use crate::prim::AnyId;

/// How many bytes of judged commands are kept at the most.
const MOST_BYTES: usize = 5_000_000;

/// Judged commands, oldest first. They lie in the queue on disk.
#[derive(Debug, Default)]
pub(super) struct Kept {
    commands: VecDeque<One>,
    bytes: usize,
    /// The numbers of those that were let go because of what they tell, by digest: a tab may hand them over once more.
    gone: BTreeMap<[u8; 32], u64>,
}

/// A judged command, and whom it is about.
#[derive(Debug)]
struct One {
    queued: Queued,
    persons: Vec<AnyId>,
    is_confidential: bool,
}

impl Kept {
    pub(super) fn add(&mut self, pending: &Pending) {
        let queued = pending.queued.clone();
        self.bytes += queued.text.len();
        let (persons, is_confidential) = (pending.persons(), pending.is_confidential());
        self.commands.push_back(One { queued, persons, is_confidential });
    }

    pub(super) fn commands(&self) -> impl Iterator<Item = &Queued> {
        self.commands.iter().map(|one| &one.queued)
    }

    /// The participants they are about, as often as they are.
    pub(super) fn persons(&self) -> impl Iterator<Item = &AnyId> {
        self.commands.iter().flat_map(|one| &one.persons)
    }

    /// Takes the command with this number out.
    pub(super) fn take(&mut self, seq: u64) -> Option<Queued> {
        let at = self.commands.iter().position(|one| one.queued.seq == seq)?;
        let One { queued, .. } = self.commands.remove(at)?;
        self.bytes -= queued.text.len();
        Some(queued)
    }

    /// Forgets what is for its author and the server alone, and what is about somebody of whom nothing may be known
    /// here. Returns the numbers to drop from the disk.
    pub(super) fn let_go(&mut self, is_unknown: impl Fn(&[AnyId]) -> bool) -> Vec<u64> {
        let Self { commands, bytes, gone } = self;
        let mut dropped = Vec::new();
        commands.retain(|one| {
            let goes = one.is_confidential || is_unknown(&one.persons);
            if goes {
                *bytes -= one.queued.text.len();
                gone.insert(digest(&one.queued.text), one.queued.seq);
                dropped.push(one.queued.seq);
            }
            !goes
        });
        dropped
    }

    /// The number of the command of these bytes, if it was let go.
    pub(super) fn number_of_gone(&self, text: &str) -> Option<u64> {
        self.gone.get(&digest(text)).copied()
    }

    /// Forgets everything up to `covered`, and what is too much. Returns the numbers to drop from
    /// the disk.
    pub(super) fn forget(&mut self, covered: u64) -> Vec<u64> {
        let mut dropped = Vec::new();
        while let Some(One { queued, .. }) = self.commands.front() {
            if queued.seq > covered && self.bytes <= MOST_BYTES {
                break;
            }
            self.bytes -= queued.text.len();
            dropped.push(queued.seq);
            self.commands.pop_front();
        }
        dropped
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::engine::pending::Stored;

    fn judged(seq: u64) -> Pending {
        let queued = Queued { seq, text: "x".repeat(1_000).into(), refused: None, is_held: false };
        Pending::read(queued, Stored::Yes)
    }

    #[test]
    fn what_a_backup_holds_is_forgotten() {
        let mut kept = Kept::default();
        (1..=4).for_each(|seq| kept.add(&judged(seq)));
        assert_eq!(kept.forget(2), [1, 2]);
        assert!(kept.take(1).is_none());
        assert_eq!(kept.take(4).map(|queued| queued.seq), Some(4));
        assert_eq!(kept.forget(3), [3]);
        assert_eq!(kept.bytes, 0);
    }

    #[test]
    fn five_megabytes_are_enough() {
        let mut kept = Kept::default();
        (1..=5_001).for_each(|seq| kept.add(&judged(seq)));
        assert_eq!(kept.forget(0), [1]);
    }
}
