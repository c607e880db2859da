//! The live channel's machine: what one user hears of a commit while it is new.
//!
//! A poke may carry the rows themselves, so that nobody has to ask. They are for whoever stands where
//! the last poke left her and holds the same grants; everybody else pulls, and is judged, as always. So does whoever
//! may know of protected persons: what she is sent of them is written down where she asks.

use std::collections::BTreeSet;

use crate::{
    entity::Tag,
    prim::{Timestamp, sort_by_key},
    sync::{
        authority::{Poked, RowChange},
        pull::{self, Changed, Found, Plan},
        wire::{Grants, News, Poke},
    },
};

/// The most rows that are told; of more only the version is.
const MOST_ROWS: usize = 200;

/// A commit, for those who listen.
#[derive(Debug, Clone)]
pub struct Committed {
    /// The lineage of the centre.
    pub history: Box<str>,
    /// The version before it.
    pub from: u64,
    /// Whom it concerns, and the version after it.
    pub poked: Poked,
    /// The rows that changed.
    pub rows: Vec<RowChange>,
}

/// What a pull must bring, found among the last commits, oldest first, without reading the rows; `None`
/// when they do not reach back far enough. `version` is the one after the last of them.
#[must_use]
pub fn recent<'a>(commits: impl DoubleEndedIterator<Item = &'a Committed>, plan: &Plan, version: u64) -> Option<Found> {
    if plan.reset || !plan.whole.is_empty() || plan.since > version {
        return None;
    }
    let (mut from, mut delta) = (version, Vec::new());
    let mut known = BTreeSet::new();
    for committed in commits.rev() {
        if from <= plan.since {
            break;
        }
        if committed.poked.version != from {
            return None;
        }
        from = committed.from;
        let is_hers = |row: &&RowChange| row.tags.iter().chain(&row.lost_tags).any(|tag| plan.tags.contains(tag));
        // The cursor may lie within the commit: what came before it she has.
        for row in committed.rows.iter().filter(is_hers).filter(|row| row.version > plan.since) {
            if known.insert((row.kind, &row.key)) {
                delta.push(changed(row));
            }
        }
    }
    sort_by_key(&mut delta, |row: &Changed| row.version);
    (from <= plan.since).then_some(Found { delta, ..Found::default() })
}

fn changed(row: &RowChange) -> Changed {
    Changed { kind: row.kind, key: row.key.clone(), version: row.version, record: row.record.clone() }
}

/// What a listener does about a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing of it is hers.
    Nothing,
    /// Her rights may be others now, or a commit was missed: they must be read anew.
    LookAgain,
    /// She is told with [`Ear::poke`], of this very commit, what has changed since this version.
    Since(u64),
}

/// One open channel of one user.
#[derive(Debug)]
pub struct Ear {
    history: Box<str>,
    grants: Grants,
    read_at: Timestamp,
    /// Her grants are those of this version.
    known: u64,
    /// The version of the last row of hers that has been told, or lies before the channel.
    told: u64,
}

impl Ear {
    /// A channel of whoever holds `grants` at `now`, in a centre that stands at `version`. The last change of a row of
    /// hers was at `newest`.
    #[must_use]
    pub fn new(history: &str, version: u64, newest: u64, grants: Grants, now: Timestamp) -> Self {
        Self { history: history.into(), grants, read_at: now, known: version, told: newest }
    }

    /// Which audience this is: the same grants are told the same.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.grants.epoch
    }

    /// The first thing that is said, and after a look that has found anything: where she stands, and by which grants.
    #[must_use]
    pub fn greeting(&self) -> Poke {
        Poke { version: self.told, epoch: Some(self.grants.epoch.clone()), news: None }
    }

    /// Hears of a commit.
    pub fn hear(&mut self, committed: &Committed, now: Timestamp) -> Heard {
        let to = committed.poked.version;
        if to <= self.known {
            return Heard::Nothing;
        }
        let is_next =
            committed.from == self.known && committed.history == self.history && now.date() == self.read_at.date();
        if !is_next || committed.poked.users.contains(&self.grants.user) {
            return Heard::LookAgain;
        }
        self.known = to;
        match self.hers(committed).map(|row| row.version).max() {
            Some(last) => Heard::Since(std::mem::replace(&mut self.told, last)),
            None => Heard::Nothing,
        }
    }

    /// Has another process committed something of hers that she has not been told?
    #[must_use]
    pub fn misses(&self, poked: &Poked) -> bool {
        poked.version > self.known && self.grants.tags.iter().any(|tag| poked.tags.contains(tag))
    }

    /// The rows of a commit that she receives, or has lost.
    fn hers<'a>(&'a self, committed: &'a Committed) -> impl Iterator<Item = &'a RowChange> {
        let is_hers =
            |row: &&RowChange| row.tags.iter().chain(&row.lost_tags).any(|tag| self.grants.tags.contains(tag));
        committed.rows.iter().filter(is_hers)
    }

    /// What she is told of a commit she was at [`Heard::Since`].
    #[must_use]
    pub fn poke(&self, committed: &Committed, since: u64, now: Timestamp) -> Poke {
        // Of protected persons nothing is said here: she asks, and the log has that she was sent their rows.
        let is_close = self.grants.tags.iter().any(Tag::is_hidden);
        let delta: Vec<_> = self.hers(committed).take(MOST_ROWS + 1).map(changed).collect();
        if is_close || delta.len() > MOST_ROWS {
            return Poke { version: self.told, epoch: None, news: None };
        }
        let found = Found { delta, ..Found::default() };
        let tags = self.grants.tags.clone();
        let plan = Plan { tags: tags.clone(), reset: false, whole: Vec::new(), delta: tags, since, grants: None };
        let patch = pull::patch(plan, found, &self.history, now.date());
        let news = News { since, epoch: self.grants.epoch.clone(), server_time: now, patch };
        Poke { version: self.told, epoch: None, news: Some(Box::new(news)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{person::Person, shield::Shield},
        entity::Key,
        policy::{Keeping, Role},
        registry::Record,
        testkit::{Rows, at, centre, id},
    };

    const NOW: &str = "2026-11-24 09:00";

    fn amina(rows: &Rows) -> Record {
        rows.view().must::<Person>(&Key::from_text("amina")).unwrap().clone().into()
    }

    /// Amina's row is written at version 8, and the rights of these users change with it.
    fn commit(rows: &Rows, from: u64, users: &[&str]) -> Committed {
        let record = amina(rows);
        let tags = record.tags();
        let users = users.iter().map(|one| id(one)).collect();
        let poked = Poked { version: 8, tags: tags.iter().cloned().collect(), users };
        let (kind, key, lost_tags) = (record.kind(), record.key(), Vec::new());
        let row = RowChange { kind, key, version: 8, record: Some(record), tags, lost_tags, grants: None, part: None };
        Committed { history: "h".into(), from, poked, rows: vec![row] }
    }

    fn ear(rows: &Rows, keeping: Keeping) -> Ear {
        let actor = rows.actor("adviser", Role::Adviser).in_session(keeping);
        Ear::new("h", 7, 5, pull::grants(&actor, at(NOW).date()), at(NOW))
    }

    #[test]
    fn whoever_has_just_lost_a_right_or_missed_a_commit_is_read_anew_before_anything_is_told() {
        let rows = centre();
        let hear = |commit: &Committed| ear(&rows, Keeping::OnDevice).hear(commit, at(NOW));
        assert_eq!(hear(&commit(&rows, 7, &["adviser"])), Heard::LookAgain);
        assert_eq!(hear(&commit(&rows, 6, &[])), Heard::LookAgain, "there was another between");
        assert_eq!(
            ear(&rows, Keeping::OnDevice).hear(&commit(&rows, 7, &[]), at("2026-11-25 09:00")),
            Heard::LookAgain
        );
        let (mut ear, commit) = (ear(&rows, Keeping::OnDevice), commit(&rows, 7, &["manager"]));
        assert_eq!(ear.hear(&commit, at(NOW)), Heard::Since(5), "the control");
        let news = ear.poke(&commit, 5, at(NOW)).news.unwrap();
        assert_eq!(news.patch.rows.len(), 1);
    }

    #[test]
    fn of_protected_persons_those_who_are_named_are_told_to_ask_and_devices_nothing() {
        let mut rows = centre();
        rows.run("adviser", Role::Adviser, at(NOW), Shield { id: id("amina"), with: id("other-adviser") }).unwrap();
        let commit = commit(&rows, 7, &[]);
        let mut in_memory = ear(&rows, Keeping::InMemory);
        assert_eq!(in_memory.hear(&commit, at(NOW)), Heard::Since(5));
        assert_eq!(in_memory.poke(&commit, 7, at(NOW)), Poke { version: 8, epoch: None, news: None });
        assert_eq!(ear(&rows, Keeping::OnDevice).hear(&commit, at(NOW)), Heard::Nothing);
    }

    #[test]
    fn what_is_not_hers_moves_nothing_she_is_told() {
        let mut rows = centre();
        rows.run("adviser", Role::Adviser, at(NOW), Shield { id: id("amina"), with: id("other-adviser") }).unwrap();
        let hidden = commit(&rows, 7, &[]);
        let mut hers = commit(&centre(), 8, &[]);
        hers.poked.version = 10;
        hers.rows[0].version = 9;
        let mut ear = ear(&centre(), Keeping::OnDevice);
        let before = ear.greeting();
        assert_eq!((before.version, ear.hear(&hidden, at(NOW))), (5, Heard::Nothing));
        assert_eq!(ear.greeting(), before);
        // Of a commit that goes on after it, she is told her own row's version.
        assert_eq!(ear.hear(&hers, at(NOW)), Heard::Since(5));
        let poke = ear.poke(&hers, 5, at(NOW));
        assert_eq!((poke.version, poke.news.map(|news| news.patch.to.version)), (9, Some(9)));
    }

    #[test]
    fn what_she_had_before_is_not_told_again_because_something_hidden_followed() {
        let rows = centre();
        let grants = pull::grants(&rows.actor("adviser", Role::Adviser), at(NOW).date());
        let mut mixed = commit(&rows, 7, &[]);
        mixed.poked.version = 10;
        let found = |since: u64| {
            let (tags, delta) = (grants.tags.clone(), grants.tags.clone());
            let plan = Plan { tags, reset: false, whole: Vec::new(), delta, since, grants: None };
            recent([&mixed].into_iter(), &plan, 10).map(|found| found.delta.len())
        };
        assert_eq!((found(7), found(8), found(10)), (Some(1), Some(0), Some(0)));
    }
}
