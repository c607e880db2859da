//! What a pull must bring, decided from what the client says it has and what it may have.

use sha2::{Digest, Sha256};

use crate::{
    entity::{Grant, Tag},
    policy::Actor,
    prim::{Date, days_from},
    registry::Record,
    sync::{
        planted,
        wire::{Cursor, Grants, Request},
    },
};

/// For how many days a row stays on devices after the day it belongs to.
pub const KEPT_DAYS: i64 = 35;

/// What the store must read for a pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The client forgets everything first.
    pub reset: bool,
    /// Audiences whose rows are sent from the beginning.
    pub whole: Vec<Tag>,
    /// Audiences of which only changes are sent.
    pub delta: Vec<Tag>,
    /// The version after which changes are sent.
    pub since: u64,
    /// The grants to tell, when they differ from what the client knows.
    pub grants: Option<Grants>,
}

/// The grants of `actor` on `day`, with their digest.
#[must_use]
pub fn grants(actor: &Actor, day: Date) -> Grants {
    let tags = actor.tags(day);
    let mut list: Vec<Grant> = actor.grants.iter().filter(|grant| grant.holds_on(day)).cloned().collect();
    list.sort();
    list.dedup();
    let text = serde_json::to_string(&(&actor.role, &tags, &list)).expect("grants are JSON");
    let epoch: String = Sha256::digest(text)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    Grants { epoch: epoch.into(), user: actor.user.clone(), role: actor.role, tags, list }
}

/// Plans a pull; `None` asks the client to say what it holds.
#[must_use]
pub fn plan(request: &Request, history: &str, grants: Grants) -> Option<Plan> {
    let Some(cursor) = request.cursor.as_ref().filter(|cursor| *cursor.history == *history) else {
        return Some(Plan {
            reset: true,
            whole: grants.tags.clone(),
            delta: Vec::new(),
            since: 0,
            grants: Some(grants),
        });
    };
    if request.epoch.as_ref() == Some(&grants.epoch) {
        return Some(Plan { reset: false, whole: Vec::new(), delta: grants.tags, since: cursor.version, grants: None });
    }
    let held = request.held.as_ref()?;
    let (delta, whole) = grants.tags.iter().cloned().partition(|tag| held.contains(tag));
    Some(Plan { reset: false, whole, delta, since: cursor.version, grants: Some(grants) })
}

/// The cursor a patch leads to, read in the same snapshot as its rows.
#[must_use]
pub fn cursor(history: &str, version: u64) -> Cursor {
    Cursor { history: history.into(), version: if planted!(CursorPlusOne) { version + 1 } else { version } }
}

/// Does a row still belong on devices on `today`?
#[must_use]
pub fn is_kept(record: &Record, today: Date) -> bool {
    record.window().is_none_or(|day| day >= days_from(today, -KEPT_DAYS))
}
