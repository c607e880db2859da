//! What somebody was allowed until lately. Whoever comes late with what she did while she was allowed is not refused:
//! it is held for whoever answers for the centre (`held.rs`). Written by the rules beside whatever takes a right away;
//! no client sends it and none receives it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    entity::{Entity, Grant, Key, Tag},
    policy::{Actor, Keeping, Role},
    prim::{AnyId, Timestamp},
    registry::{Kind, Record},
};

/// For how long an ended right is remembered, in milliseconds.
const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1_000;

/// The rights that somebody who works here has lost in the last thirty days. Nobody reads from it whom they were
/// about: an audience is only recognised by who names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Former {
    /// Whose they were.
    pub user: AnyId,
    /// The parts she has played, by when they ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Played>,
    /// The audiences she has reached, by when that ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Reached>,
}

/// A part that was played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// Which.
    pub role: Role,
    /// When it ended.
    pub until: Timestamp,
}

/// An audience that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Its number, from which nobody reads its name.
    pub audience: Box<str>,
    /// In which part.
    pub role: Role,
    /// When it ended.
    pub until: Timestamp,
}

/// What somebody loses at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lost {
    /// The part she has played.
    pub part: Option<Role>,
    /// The audiences she has reached, and in which part.
    pub grants: Vec<(Tag, Role)>,
}

impl Former {
    /// Where it lies what this user was allowed.
    #[must_use]
    pub fn key_of(user: &AnyId) -> Key {
        Key::of(&[user])
    }

    /// What is remembered of `user`, who loses this `at` that moment. What ended too long ago is forgotten.
    #[must_use]
    pub fn and(before: Option<&Self>, user: AnyId, lost: Lost, at: Timestamp) -> Self {
        let mut former = before.cloned().unwrap_or(Self { user, parts: Vec::new(), grants: Vec::new() });
        former.parts.retain(|one| is_remembered(one.until, at));
        former.grants.retain(|one| is_remembered(one.until, at));
        former.parts.extend(lost.part.map(|role| Played { role, until: at }));
        for (tag, role) in lost.grants {
            let audience = number(&tag);
            former.grants.retain(|one| one.audience != audience || one.role != role);
            former.grants.push(Reached { audience, role, until: at });
        }
        former
    }

    /// Who she was at `made_at` to something of these audiences: `role` and `grants` are what she has now. Nothing
    /// when no right of hers has ended since, or all of them too long before `received_at`.
    #[must_use]
    pub fn actor(
        &self,
        (role, grants): (Option<Role>, &[Grant]),
        about: &[Tag],
        (made_at, received_at): (Timestamp, Timestamp),
    ) -> Option<Actor> {
        let counts = |until: Timestamp| until > made_at && is_remembered(until, received_at);
        // The first part that has ended since is the one she played then.
        let part = self.parts.iter().find(|one| counts(one.until)).map(|one| one.role);
        let reached = about.iter().flat_map(|tag| {
            let audience = number(tag);
            let ended = self.grants.iter().filter(move |one| one.audience == audience && counts(one.until));
            ended.map(move |one| Grant {
                user: self.user.clone(),
                tag: tag.clone(),
                role: one.role,
                from: None,
                until: None,
            })
        });
        let reached: Vec<Grant> = reached.collect();
        if part.is_none() && reached.is_empty() {
            return None;
        }
        let grants = grants.iter().cloned().chain(reached).collect();
        Some(Actor { user: self.user.clone(), role: part.or(role)?, grants, keeping: Keeping::OnDevice })
    }
}

fn is_remembered(until: Timestamp, now: Timestamp) -> bool {
    until.plus_millis(REMEMBERED) >= now
}

/// The number of an audience: the same for ever, and nothing can be read from it.
fn number(tag: &Tag) -> Box<str> {
    let digest = Sha256::digest(format!("minvei former {tag}"));
    let text: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    text.into()
}

impl Entity for Former {
    const KIND: Kind = Kind::Former;

    fn key(&self) -> Key {
        Self::key_of(&self.user)
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::archive()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Former(row) => Some(row),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::{at, id};

    const MADE: &str = "2026-11-24 09:00";
    const ENDED: &str = "2026-11-24 10:00";

    fn amina() -> Tag {
        Tag::participant::<()>(&id("amina"))
    }

    fn assigned() -> Lost {
        Lost { part: None, grants: vec![(amina(), Role::Adviser)] }
    }

    fn then(former: &Former, made: &str, received: &str) -> Option<Actor> {
        former.actor((Some(Role::Adviser), &[]), &[amina()], (at(made), at(received)))
    }

    #[test]
    fn what_was_reached_is_known_to_whoever_names_it_and_to_nobody_else() {
        let former = Former::and(None, id("adviser"), assigned(), at(ENDED));
        assert!(!Record::from(former.clone()).body().contains("amina"));
        let actor = then(&former, MADE, ENDED).unwrap();
        assert_eq!(
            actor.grants,
            [Grant { user: id("adviser"), tag: amina(), role: Role::Adviser, from: None, until: None }]
        );
        let sara = Tag::participant::<()>(&id("sara"));
        let times = (at(MADE), at(ENDED));
        assert_eq!(former.actor((Some(Role::Adviser), &[]), &[sara], times), None);
    }

    #[test]
    fn only_what_was_done_before_the_end_counts_and_for_thirty_days() {
        let former = Former::and(None, id("adviser"), assigned(), at(ENDED));
        assert!(then(&former, "2026-11-24 09:59", "2026-11-24 11:00").is_some());
        assert!(then(&former, ENDED, "2026-11-24 11:00").is_none());
        assert!(then(&former, MADE, "2026-12-24 10:00").is_some());
        assert!(then(&former, MADE, "2026-12-25 10:00").is_none());
    }

    #[test]
    fn the_part_is_the_one_that_was_played_then() {
        let lost = |role| Lost { part: Some(role), grants: Vec::new() };
        let first = Former::and(None, id("kim"), lost(Role::Adviser), at("2026-11-24 08:00"));
        let both = Former::and(Some(&first), id("kim"), lost(Role::Teacher), at("2026-11-24 12:00"));
        let part = |made| then(&both, made, "2026-11-24 13:00").map(|actor| actor.role);
        assert_eq!(part("2026-11-24 07:00"), Some(Role::Adviser));
        assert_eq!(part("2026-11-24 09:00"), Some(Role::Teacher));
        assert_eq!(part("2026-11-24 12:00"), None);
    }

    #[test]
    fn what_ended_long_ago_is_forgotten_with_the_next_end() {
        let lost = || Lost { part: Some(Role::Adviser), ..assigned() };
        let first = Former::and(None, id("kim"), lost(), at("2026-10-01 08:00"));
        let again = Former::and(Some(&first), id("kim"), assigned(), at(ENDED));
        assert_eq!((again.parts.len(), again.grants.len()), (0, 1));
        let twice = Former::and(Some(&again), id("kim"), assigned(), at("2026-11-24 11:00"));
        assert_eq!(twice.grants.len(), 1);
        assert_eq!(twice.grants[0].until, at("2026-11-24 11:00"));
    }
}
