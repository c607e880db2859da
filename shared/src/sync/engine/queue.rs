//! What is done on this device: it gets its number, shows at once, and waits until the server has judged it. What was
//! refused waits for its author. Numbers are given here, and have no holes.

use std::collections::BTreeSet;

use super::{
    Effect, Engine, Keep, Queued,
    pending::{Pending, Stored},
};
use crate::{
    prim::Timestamp,
    registry::AnyCommand,
    rejection::Rejection,
    sync::{
        replica::Forecasted,
        wire::{Envelope, command_id},
    },
};

impl Engine {
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

    /// The number of the first command that is not judged.
    pub(super) fn first(&self) -> u64 {
        self.pending.front().map_or(self.meta.next_seq, |pending| pending.queued.seq)
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
}
