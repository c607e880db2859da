//! What was done, by whom and to whom: what the log of accesses is made of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{Read, Reading, rows::Rows};
use crate::{
    command::Change,
    domain::held::{self, HeldCommand},
    entity::{Entity as _, Key, Tag},
    policy::Ground,
    prim::{AnyId, Id, Note, Timestamp},
    registry::{AnyCommand, Kind, Record},
    sync::{noted, wire::command_id},
    view::View,
};

/// A command that was let happen, or something else that is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When the server received it.
    pub at: Timestamp,
    /// When the device says it was made.
    pub made_at: Timestamp,
    /// Who; nobody knows who has tried in vain to sign in.
    pub by: Option<AnyId>,
    /// The command's id.
    pub id: String,
    /// What: the command's name.
    pub name: &'static str,
    /// What it was done to, where that is named.
    pub what: Option<What>,
    /// The participants whose rows it is about, and nobody when it is about none.
    pub about: Vec<AnyId>,
    /// On what ground; nothing where the access table was not asked: on the server's command line, and where somebody
    /// has tried in vain to sign in.
    pub ground: Option<Ground>,
    /// Why, where she has to say it.
    pub reason: Option<Note>,
}

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A row.
    Row(Kind, Key),
    /// An entry of the log itself, by its number.
    Entry(i64),
    /// Nothing, so many times: tries to sign in.
    Tries(u32),
}

impl fmt::Display for What {
    /// As it stands in the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(kind, key) => write!(f, "{}/{key}", kind.name()),
            Self::Entry(number) => write!(f, "log/{number}"),
            Self::Tries(count) => write!(f, "tries/{count}"),
        }
    }
}

/// Whom something is done to, by the ground on which it is let happen; with nobody there, where it is about nobody.
pub(super) type Whom = BTreeMap<Ground, BTreeSet<AnyId>>;

/// The deeds of a command that was let happen, one for each ground: a list may hold somebody who is hers, and another
/// for whom she is named.
pub(super) fn of(push: &Reading, read: &Read, whom: Whom) -> Vec<Deed> {
    let Ok(command) = &read.command else { return Vec::new() };
    let deed = |(ground, about): (Ground, BTreeSet<AnyId>)| Deed {
        at: push.received_at,
        made_at: read.made_at,
        by: Some(push.user.clone()),
        id: command_id(&push.client, read.seq),
        name: command.name(),
        what: command.about().map(|(kind, key)| What::Row(kind, key)),
        about: about.into_iter().collect(),
        ground: Some(ground),
        reason: command.reason().cloned(),
    };
    whom.into_iter().map(deed).collect()
}

/// The deed of whoever did what is held from now on: the log shows that it came, and later who answered.
pub(super) fn held(held: &HeldCommand, rows: &Rows) -> Deed {
    Deed {
        at: held.received_at,
        made_at: held.made_at,
        by: Some(held.by.clone()),
        id: held.id.to_string(),
        name: noted::HELD,
        what: Some(What::Row(Kind::HeldCommand, held.key())),
        about: held.persons.iter().map(Id::cast).collect(),
        ground: held.ground(View::new(rows)).ok(),
        reason: None,
    }
}

/// The deed of whoever did, while she was allowed to, what this answer now lets happen: the log shows both of them.
/// `rows` are those before the answer.
pub(super) fn on_behalf(push: &Reading, read: &Read, rows: &Rows, whom: &Whom) -> Option<Deed> {
    let Ok(AnyCommand::HeldAnswer(held::Answer { id, yes: true })) = &read.command else { return None };
    let held = HeldCommand::from_record(rows.now(Kind::HeldCommand, id)?)?;
    let command = held.command().ok()?;
    Some(Deed {
        at: push.received_at,
        made_at: held.made_at,
        by: Some(held.by.clone()),
        id: held.id.to_string(),
        name: command.name(),
        what: command.about().map(|(kind, key)| What::Row(kind, key)),
        about: whom.values().flatten().cloned().collect(),
        ground: held.ground(View::new(rows)).ok(),
        reason: command.reason().cloned(),
    })
}

/// The participants whose rows are changed or looked at, as the rows are and as they will be, each by the narrowest
/// ground on which she who asks reaches one of them. A row she reaches only by what she does to it, such as one that is
/// new, and nobody at all, go by the ground of her `leave`.
pub(super) fn whom(
    changes: &[Change],
    rows: &Rows,
    leave: Ground,
    reached: impl Fn(Vec<Tag>) -> Option<Ground>,
) -> Whom {
    let mut found: BTreeMap<AnyId, Ground> = BTreeMap::new();
    for change in changes {
        let (kind, key) = change.at();
        let before = rows.now(kind, &key);
        let after = match change {
            Change::Put(record) => Some(record),
            Change::Delete(..) | Change::Looked(..) => None,
        };
        let tags: Vec<Tag> = before.into_iter().chain(after).flat_map(Record::tags).collect();
        let persons: Vec<AnyId> = tags.iter().filter_map(Tag::person).collect();
        if persons.is_empty() {
            continue;
        }
        let ground = reached(tags).unwrap_or(leave);
        for person in persons {
            let narrowest = found.entry(person).or_insert(ground);
            *narrowest = ground.min(*narrowest);
        }
    }
    let mut whom = Whom::new();
    for (person, ground) in found {
        whom.entry(ground).or_default().insert(person);
    }
    if whom.is_empty() {
        whom.insert(leave, BTreeSet::new());
    }
    whom
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Ask,
        policy::{self, Action, Keeping, Relation, Role},
        testkit::{date, id, used_centre},
        view::Want,
    };

    /// Whom a manager who is named for Noor looks at, by her tie.
    fn looked(people: &[&str]) -> Vec<(Relation, Vec<String>)> {
        let centre = used_centre();
        let mut rows = Rows::default();
        for record in centre.0.values() {
            rows.learn(Want::Row(record.kind(), record.key()), vec![(1, record.clone())]);
        }
        let manager = centre.actor("manager", Role::Manager).in_session(Keeping::InMemory);
        let changes: Vec<Change> =
            people.iter().map(|one| Change::Looked(Kind::Person, Key::of(&[&id::<()>(one)]))).collect();
        let reached = |tags: Vec<Tag>| {
            let permit = policy::check(&manager, &Ask::new(Action::SeePerson, tags), date("2026-11-24"));
            permit.ok().map(|permit| permit.ground())
        };
        let leave = Ground { role: Role::Manager, relation: Relation::All };
        let whom = whom(&changes, &rows, leave, reached);
        let in_words = |people: BTreeSet<AnyId>| people.iter().map(ToString::to_string).collect();
        whom.into_iter().map(|(ground, people)| (ground.relation, in_words(people))).collect()
    }

    #[test]
    fn of_a_list_each_is_reached_on_a_ground_of_her_own() {
        let all = looked(&["sara", "noor", "amina"]);
        let of = |people: &[&str]| people.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected = [(Relation::Named, of(&["noor"])), (Relation::All, of(&["amina", "sara"]))];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_is_about_nobody_has_the_ground_of_its_leave() {
        assert_eq!(looked(&[]), [(Relation::All, Vec::new())]);
    }
}
