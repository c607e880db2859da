//! What a change does to the batch: a row is another one, and with it the grants and the parts of those whose commands
//! come after it.

use super::Authority;
use crate::{
    command::Change,
    entity::{Grant, Part},
    policy::{Actor, Keeping},
    prim::AnyId,
    registry::Record,
};

impl Authority {
    /// Writes a change as of `version`. Is anything different now?
    pub(super) fn apply(&mut self, change: Change, version: u64) -> bool {
        let (kind, key) = change.at();
        let record = match change {
            Change::Put(record) => Some(record),
            Change::Delete(..) => None,
            Change::Looked(..) => return false,
        };
        if self.rows.now(kind, &key) == record.as_ref() {
            return false;
        }
        let old = self.rows.now(kind, &key).map(Record::grants).unwrap_or_default();
        let new = record.as_ref().map(Record::grants).unwrap_or_default();
        if old != new {
            self.regrant(&old, &new);
        }
        let part = record.as_ref().and_then(Record::part);
        if part != self.rows.now(kind, &key).and_then(Record::part) {
            self.cast(part);
        }
        self.rows.put(kind, key, version, record);
        true
    }

    /// Somebody plays another part from now on, or none.
    fn cast(&mut self, part: Option<Part>) {
        let Some(Part { user, role, .. }) = part else { return };
        match role {
            Some(role) => {
                if let Some(actor) = self.actors.get_mut(&user) {
                    actor.role = role;
                } else if let Some(grants) = self.left.remove(&user) {
                    let keeping = Keeping::default();
                    self.actors.insert(user.clone(), Actor { user: user.clone(), role, grants, keeping });
                }
            }
            None => {
                if let Some(actor) = self.actors.remove(&user) {
                    self.left.insert(user.clone(), actor.grants);
                }
            }
        }
        self.poked.users.insert(user);
    }

    fn regrant(&mut self, old: &[Grant], new: &[Grant]) {
        for grant in old {
            self.poked.users.insert(grant.user.clone());
            if let Some(grants) = self.grants_of(&grant.user)
                && let Some(at) = grants.iter().position(|one| one == grant)
            {
                grants.swap_remove(at);
            }
        }
        for grant in new {
            self.poked.users.insert(grant.user.clone());
            if let Some(grants) = self.grants_of(&grant.user) {
                grants.push(grant.clone());
            }
        }
    }

    /// What somebody who pushes is granted, whether she plays a part or not.
    fn grants_of(&mut self, user: &AnyId) -> Option<&mut Vec<Grant>> {
        match self.actors.get_mut(user) {
            Some(actor) => Some(&mut actor.grants),
            None => self.left.get_mut(user),
        }
    }
}
