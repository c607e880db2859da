//! Commands the server has judged and no verified backup holds yet: should the server be restored
//! from an older backup, they come back by themselves.

use std::collections::VecDeque;

use super::Queued;

/// How many bytes of judged commands are kept at the most.
const MOST_BYTES: usize = 5_000_000;

/// Judged commands, oldest first. They lie in the queue on disk.
#[derive(Debug, Default)]
pub(super) struct Kept {
    commands: VecDeque<Queued>,
    bytes: usize,
}

impl Kept {
    pub(super) fn add(&mut self, queued: Queued) {
        self.bytes += queued.text.len();
        self.commands.push_back(queued);
    }

    pub(super) fn commands(&self) -> impl Iterator<Item = &Queued> {
        self.commands.iter()
    }

    /// Takes the command with this number out.
    pub(super) fn take(&mut self, seq: u64) -> Option<Queued> {
        let at = self.commands.iter().position(|queued| queued.seq == seq)?;
        let queued = self.commands.remove(at)?;
        self.bytes -= queued.text.len();
        Some(queued)
    }

    /// Forgets everything up to `covered`, and what is too much. Returns the numbers to drop from
    /// the disk.
    pub(super) fn forget(&mut self, covered: u64) -> Vec<u64> {
        let mut dropped = Vec::new();
        while let Some(queued) = self.commands.front() {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn queued(seq: u64) -> Queued {
        Queued { seq, text: "x".repeat(1_000).into(), refused: None, is_held: false }
    }

    #[test]
    fn what_a_backup_holds_is_forgotten() {
        let mut kept = Kept::default();
        (1..=4).for_each(|seq| kept.add(queued(seq)));
        assert_eq!(kept.forget(2), [1, 2]);
        assert!(kept.take(1).is_none());
        assert_eq!(kept.take(4).map(|queued| queued.seq), Some(4));
        assert_eq!(kept.forget(3), [3]);
        assert_eq!(kept.bytes, 0);
    }

    #[test]
    fn five_megabytes_are_enough() {
        let mut kept = Kept::default();
        (1..=5_001).for_each(|seq| kept.add(queued(seq)));
        assert_eq!(kept.forget(0), [1]);
    }
}
