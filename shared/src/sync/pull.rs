//! What a pull must bring, decided from what the client says it has and what it may have.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::{
    entity::{Grant, Key, Tag},
    planted,
    policy::Actor,
    prim::{Date, days_from, sort_by},
    registry::{Kind, Record},
    sync::wire::{Cursor, Grants, Patch, Request, WireRow},
};

/// For how many days a row stays on devices after the day it belongs to.
pub const KEPT_DAYS: i64 = 35;

/// The same for whoever only leads the session: its list of today and of the week before.
pub const SESSION_DAYS: i64 = 7;

/// About how many rows one patch brings; the rest comes with the next.
pub const PAGE: usize = 4_000;

/// What the store must read for a pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The audiences she belongs to today.
    pub tags: Vec<Tag>,
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

/// A row that changed, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Its kind.
    pub kind: Kind,
    /// Where it lies.
    pub key: Key,
    /// When it changed last.
    pub version: u64,
    /// What it is, or `None` when it is gone.
    pub record: Option<Record>,
}

/// What was read for a plan, in one moment.
#[derive(Debug, Default)]
pub struct Found {
    /// The rows of [`Plan::delta`] after [`Plan::since`], oldest first and by whole pushes.
    pub delta: Vec<Changed>,
    /// The rows of [`Plan::whole`].
    pub whole: Vec<Changed>,
    /// There may be more after the last row of `delta`.
    pub more: bool,
}

impl Found {
    /// Says whether `delta` may go on, when no more than about `most` rows of it were read.
    pub fn cut(&mut self, most: usize) {
        self.more = self.delta.len() >= most;
    }

    /// Where the patch leads: to the last change that was found, and no further. How far the centre has come meanwhile
    /// by what is not hers, she is not told.
    fn version(&self, since: u64) -> u64 {
        let last = |rows: &[Changed]| rows.iter().map(|row| row.version).max().unwrap_or(since);
        // What was cut off lies behind rows of other audiences.
        let whole = if self.more { since } else { last(&self.whole) };
        last(&self.delta).max(whole).max(since)
    }
}

/// The grants of `actor` on `day`, with their digest.
#[must_use]
pub fn grants(actor: &Actor, day: Date) -> Grants {
    let tags = actor.tags(day);
    // That there is somebody of whom she knows, no device is told.
    let is_told = |grant: &&Grant| !(actor.keeping.is_on_device() && grant.tag.is_hidden());
    let holding = actor.grants.iter().filter(|grant| grant.holds_on(day));
    let mut list: Vec<Grant> = holding.filter(is_told).cloned().collect();
    sort_by(&mut list, Ord::cmp);
    list.dedup();
    let text = serde_json::to_string(&(&actor.role, &tags, &list)).expect("grants are JSON");
    let epoch: String = Sha256::digest(text)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    Grants { epoch: epoch.into(), user: actor.user.clone(), role: actor.role, tags, list, keeping: actor.keeping }
}

/// Plans a pull from a centre of `history` that has told no version beyond `furthest`
/// ([`version::furthest`](super::version::furthest)); `None` asks the client to say what it holds. A cursor of another
/// history, or from beyond, is not believed: its rows come anew.
#[must_use]
pub fn plan(request: &Request, history: &str, furthest: u64, grants: Grants) -> Option<Plan> {
    let tags = match &request.held {
        Some(held) if planted!(ScopeFromParameter) => held.clone(),
        _ => grants.tags.clone(),
    };
    let is_ours = |cursor: &&Cursor| *cursor.history == *history && cursor.version <= furthest;
    let Some(cursor) = request.cursor.as_ref().filter(is_ours) else {
        // The whole is the changes since the beginning: what is cut off comes with the next pull.
        let delta = tags.clone();
        return Some(Plan { tags, reset: true, whole: Vec::new(), delta, since: 0, grants: Some(grants) });
    };
    if request.epoch.as_ref() == Some(&grants.epoch) {
        let delta = tags.clone();
        return Some(Plan { tags, reset: false, whole: Vec::new(), delta, since: cursor.version, grants: None });
    }
    let held = request.held.as_ref()?;
    let (delta, whole) = tags.iter().cloned().partition(|tag| held.contains(tag));
    Some(Plan { tags, reset: false, whole, delta, since: cursor.version, grants: Some(grants) })
}

/// The patch of a plan. Each row is looked at once more: is it for her, on `today`?
#[must_use]
pub fn patch(plan: Plan, found: Found, history: &str, today: Date) -> Patch {
    let is_for_her =
        |record: &Record| record.tags().iter().any(|tag| plan.tags.contains(tag)) && is_kept(record, &plan.tags, today);
    let version = found.version(plan.since);
    let version = if planted!(CursorPlusOne) { version + 1 } else { version };
    let to = Cursor { history: history.into(), version };
    let mut rows = Vec::new();
    let mut gone = Vec::new();
    let mut brought = BTreeSet::new();
    let from_delta = found.delta.into_iter().map(|row| (row, true));
    // A row of an audience that is new to her may have come by another one, which she has lost, and be gone since.
    let from_whole = found.whole.into_iter().map(|row| {
        let may_be_there = row.version > plan.since;
        (row, may_be_there)
    });
    for (row, may_be_there) in from_delta.chain(from_whole) {
        let at = (row.kind, row.key);
        if !brought.insert(at.clone()) {
            continue;
        }
        match row.record {
            Some(record) if is_for_her(&record) => rows.push(WireRow::of(row.version, &record)),
            // A device that forgets everything first, or never had the row, need not be told.
            _ if may_be_there && !plan.reset && !planted!(PurgeNotSent) => gone.push((at.0.name().into(), at.1)),
            _ => {}
        }
    }
    Patch { to, reset: plan.reset, more: found.more, grants: plan.grants, rows, gone }
}

/// The most days that are brought at once of those that have left the devices.
pub const OLDER_DAYS: i64 = 31;

/// Rows of older days as they travel. Each is looked at once more: is it for whoever holds `tags`?
#[must_use]
pub fn older(found: Vec<Changed>, tags: &[Tag]) -> Vec<WireRow> {
    let row = |row: Changed| {
        let record = row.record.filter(|record| record.tags().iter().any(|tag| tags.contains(tag)))?;
        Some(WireRow::of(row.version, &record))
    };
    found.into_iter().filter_map(row).collect()
}

/// Does a row still belong on the device of somebody who holds these audiences, on `today`?
#[must_use]
pub fn is_kept(record: &Record, held: &[Tag], today: Date) -> bool {
    record.window().is_none_or(|day| day >= days_from(today, -days_kept(&record.tags(), held)))
}

/// For how many days after its day a row of these audiences stays on the device of somebody who holds `held`.
#[must_use]
pub fn days_kept(audiences: &[Tag], held: &[Tag]) -> i64 {
    let mut hers = audiences.iter().filter(|tag| held.contains(tag)).peekable();
    if hers.peek().is_some() && hers.all(Tag::is_roster) { SESSION_DAYS } else { KEPT_DAYS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::id;

    #[test]
    fn whoever_only_leads_a_session_keeps_its_lists_for_a_week() {
        let mark = [Tag::participant::<()>(&id("amina")), Tag::roster::<()>(&id("morning")), Tag::people()];
        let (hers, session, all) = (&mark[..1], &mark[1..2], &mark[2..]);
        for (held, days) in [
            (session, SESSION_DAYS),
            (hers, KEPT_DAYS),
            (all, KEPT_DAYS),
            (&mark[..2], KEPT_DAYS),
            (&mark[1..], KEPT_DAYS),
            (&[], KEPT_DAYS),
        ] {
            assert_eq!(days_kept(&mark, held), days, "{held:?}");
        }
    }
}
