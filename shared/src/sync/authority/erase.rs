//! What is done with everything of one participant by whoever keeps the installation running. There is no name for it
//! on the wire, so no client can send it. It goes through the same rows as every command, so that versions, audiences,
//! rights and the log follow.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Commit, Deed, Poked, What, rows::Rows};
use crate::{
    command::Change,
    domain::{
        erasure::{Erasure, Kept, State},
        person::Person,
        staff::Staff,
    },
    entity::{Entity, Key, Part},
    prim::{AnyId, Id, Note, Timestamp},
    registry::{Kind, Record, UnreadableRow},
    rejection::Rejection,
    sync::{noted, version},
    view::{Halt, View, Want},
};

/// What shall be done with everything of one participant.
#[derive(Debug, Clone, PartialEq)]
pub struct Erase {
    /// Her number.
    pub of: Id<Erasure>,
    /// Who she is; nothing where this centre has never heard of her.
    pub person: Option<Id<Person>>,
    /// What shall be done.
    pub verb: Verb,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Note,
}

/// What can be done with everything of one participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Out of everybody's reach, and kept.
    Restrict,
    /// Back in reach.
    Lift,
    /// Destroyed.
    Shred,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Erased {
    /// To be written in the transaction in which everything was read.
    pub commit: Commit,
    /// Whom it concerns.
    pub poked: Poked,
    /// How many rows left, or came back.
    pub rows: usize,
}

/// Why it is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotErased {
    /// There is nothing to be lifted.
    #[error("she is not out of reach")]
    NotRestricted,
    /// It was done before.
    #[error("she is out of reach already")]
    Already,
    /// Nothing is left of her.
    #[error("she was shredded: nothing of her is left")]
    Shredded,
    /// A row that was kept cannot be read.
    #[error(transparent)]
    Row(#[from] UnreadableRow),
}

impl Erase {
    /// What it comes to in a centre at `version`. `hers` is every row of her audience with its version, `before` what
    /// was done with her until now.
    pub fn decide(
        &self,
        version: u64,
        hers: Vec<(u64, Record)>,
        before: Option<(u64, Erasure)>,
    ) -> Result<Erased, NotErased> {
        let (known, state) = before.map(|(known, erasure)| (known, erasure.state)).unzip();
        let mut desk = Desk::new(version::after(version, self.at), &hers);
        if let (Some(known), Some(state)) = (known, &state) {
            desk.learn(known, self.row(state.clone()));
        }
        let shredded: Vec<AnyId> = match self.verb {
            Verb::Shred => self.person.iter().map(Id::cast).collect(),
            Verb::Restrict | Verb::Lift => Vec::new(),
        };
        let rows = match (self.verb, state) {
            (Verb::Shred, Some(State::Shredded)) if hers.is_empty() => {
                // Once more, for what may have been left when it was cut off.
                let commit = Commit { version, shredded, ..Commit::default() };
                return Ok(Erased { commit, poked: Poked::default(), rows: 0 });
            }
            (Verb::Shred, state) => {
                let kept = match state {
                    Some(State::Restricted { rows }) => rows.len(),
                    Some(State::Shredded) | None => 0,
                };
                desk.remove(&hers);
                desk.put(self.row(State::Shredded));
                hers.len() + kept
            }
            (Verb::Restrict | Verb::Lift, Some(State::Shredded)) => return Err(NotErased::Shredded),
            (Verb::Restrict, Some(State::Restricted { .. })) => return Err(NotErased::Already),
            (Verb::Restrict, None) => {
                desk.remove(&hers);
                let rows = hers.iter().map(|(_, record)| Kept::of(record)).collect();
                desk.put(self.row(State::Restricted { rows }));
                hers.len()
            }
            (Verb::Lift, None) => return Err(NotErased::NotRestricted),
            (Verb::Lift, Some(State::Restricted { rows })) => {
                for kept in &rows {
                    desk.put(kept.read()?);
                }
                desk.rows.put(Kind::Erasure, Key::of(&[&self.of]), desk.version, None);
                rows.len()
            }
        };
        Ok(desk.cleared(self.deed(), shredded, rows))
    }

    fn row(&self, state: State) -> Record {
        Erasure { of: self.of.clone(), state, at: self.at, reason: self.reason.clone() }.into()
    }

    /// What the log says of it: her number, and nothing else about her.
    fn deed(&self) -> Deed {
        let name = match self.verb {
            Verb::Restrict => noted::RESTRICT,
            Verb::Lift => noted::LIFT,
            Verb::Shred => noted::SHRED,
        };
        Deed {
            at: self.at,
            made_at: self.at,
            by: Some(Id::parse(noted::OPERATOR).expect("the operator's id is one")),
            id: String::new(),
            name,
            what: Some(What::Row(Kind::Erasure, Key::of(&[&self.of]))),
            about: Vec::new(),
            ground: None,
            reason: None,
        }
    }
}

/// The rows while they are taken away or put back.
struct Desk {
    version: u64,
    rows: Rows,
}

impl Desk {
    fn new(version: u64, hers: &[(u64, Record)]) -> Self {
        let mut desk = Self { version, rows: Rows::default() };
        for (known, record) in hers {
            desk.learn(*known, record.clone());
        }
        desk
    }

    fn learn(&mut self, known: u64, record: Record) {
        self.rows.learn(Want::Row(record.kind(), record.key()), vec![(known, record)]);
    }

    fn remove(&mut self, hers: &[(u64, Record)]) {
        for (_, record) in hers {
            self.rows.put(record.kind(), record.key(), self.version, None);
        }
    }

    fn put(&mut self, record: Record) {
        self.rows.put(record.kind(), record.key(), self.version, Some(record));
    }

    fn cleared(self, deed: Deed, shredded: Vec<AnyId>, rows: usize) -> Erased {
        let changed: Vec<_> = self.rows.changed().collect();
        let mut poked = Poked { version: self.version, ..Poked::default() };
        let before = self.rows.before().flat_map(Record::grants);
        let after = changed.iter().filter_map(|row| row.grants.as_ref()).flatten().cloned();
        poked.users = before.chain(after).map(|grant| grant.user).collect();
        poked.users.extend(changed.iter().filter_map(|row| row.part.as_ref()).map(|Part { user, .. }| user.clone()));
        poked.tags = changed.iter().flat_map(|row| row.tags.iter().chain(&row.lost_tags)).cloned().collect();
        let commit = Commit { version: self.version, rows: changed, deeds: vec![deed], shredded, ..Commit::default() };
        Erased { commit, poked, rows }
    }
}

/// Do these words name the participant of one of these rows? What is written down of an erasure must not.
#[must_use]
pub fn names_her(words: &str, id: &str, rows: &[Record]) -> bool {
    let apart = |text: &str| -> BTreeSet<String> {
        let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let said = apart(words);
    let persons = rows.iter().filter_map(Person::from_record);
    let mut names = persons.flat_map(|person| [Some(&person.first_name), person.last_name.as_ref()]).flatten();
    names.any(|name| !apart(name.as_str()).is_disjoint(&said)) || words.to_lowercase().contains(id)
}

/// Nobody who was taken out comes back by a command: a device may still hold the one that registered her. Nor does a
/// colleague get her id.
pub(super) fn nobody_returns(changes: &[Change], view: View<'_>) -> Result<(), Halt> {
    for change in changes {
        let (is_new, erased) = match change {
            Change::Put(Record::Person(one)) => (view.get::<Person>(&one.key())?.is_none(), Erasure::key_of(&one.id)),
            Change::Put(Record::Staff(one)) => (view.get::<Staff>(&one.key())?.is_none(), Erasure::key_of(&one.id)),
            _ => continue,
        };
        if is_new && view.get::<Erasure>(&erased)?.is_some() {
            return Err(Rejection::Gone.into());
        }
    }
    Ok(())
}
