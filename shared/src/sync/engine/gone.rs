//! Whoever may know nothing of a participant keeps nothing of what was done with her. Commands that wait are their
//! author's work and stay until they are judged; what is judged goes with the last of her rows, or is not kept at all.

use std::collections::BTreeSet;

use super::{
    Engine, Keep,
    pending::{Pending, Stored},
};
use crate::{planted, prim::AnyId, registry::AnyCommand, sync::replica::At};

impl Engine {
    /// Lets go what is judged and tells of somebody of whom nothing is known here, of somebody's protection, or a secret.
    /// Of what lies in the tray only that it was refused, or is held, stays for its author to know. Returns the rows that
    /// stand elsewhere now.
    pub(super) fn let_go(&mut self, keep: &mut Keep) -> BTreeSet<At> {
        let mut changed = BTreeSet::new();
        if planted!(KeepsWhatIsGone) {
            return changed;
        }
        let strangers = self.strangers();
        let is_strange = |persons: &[AnyId]| persons.iter().any(|person| strangers.contains(person));
        for one in &mut self.tray {
            let is_told = one.queued.is_held && one.is_confidential();
            if !is_told && !is_strange(&one.persons()) {
                continue;
            }
            changed.extend(one.about());
            let emptied = one.queued.emptied();
            match keep.refuse.iter_mut().find(|queued| queued.seq == emptied.seq) {
                Some(queued) => queued.clone_from(&emptied),
                None => keep.refuse.push(emptied.clone()),
            }
            *one = Pending::read(emptied, Stored::Yes);
        }
        let gone = self.kept.let_go(is_strange);
        keep.drop.extend(gone.into_iter().filter(|seq| !self.tray.iter().any(|one| one.queued.seq == *seq)));
        changed
    }

    /// Those of whom something judged tells, and of whom nothing is known here. Nobody is one as long as rows may still
    /// come: hers may be among them.
    fn strangers(&self) -> BTreeSet<AnyId> {
        if self.rows_to_come || !self.is_filled() {
            return BTreeSet::new();
        }
        let kept: BTreeSet<&AnyId> = self.kept.persons().collect();
        let told = kept.into_iter().cloned().chain(self.tray.iter().flat_map(Pending::persons));
        told.filter(|person| !self.replica.knows(person) && !self.is_being_registered(person)).collect()
    }

    /// Was she registered here, and it waits or was refused? Then what is said of her is known to its author alone, who
    /// may put it right.
    fn is_being_registered(&self, person: &AnyId) -> bool {
        let refused = self.tray.iter().filter(|one| one.queued.refused.is_some());
        self.pending.iter().chain(refused).any(|one| match &one.command {
            Some(AnyCommand::PersonRegister(register)) => register.id.as_str() == person.as_str(),
            _ => false,
        })
    }
}
