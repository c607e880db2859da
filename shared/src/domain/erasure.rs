//! That a participant was taken out of reach, or destroyed (personvernforordningen art. 17 and 18; archive law limits
//! what may be destroyed, so there are two verbs). Written by whoever keeps the installation running; no client sends
//! it and none receives it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    entity::{Entity, Key, Tag},
    prim::{Id, Note, Timestamp},
    registry::{Kind, Record, UnreadableRow},
};

/// What was done with everything of one participant. As long as it stands, nobody registers her anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Erasure {
    /// Whom: her number, from which nobody reads her id.
    pub of: Id<Erasure>,
    /// What was done.
    pub state: State,
    /// When.
    pub at: Timestamp,
    /// Why. Her name is not in it.
    pub reason: Note,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Out of everybody's reach, kept for the archive.
    Restricted {
        /// Her rows as they were.
        rows: Vec<Kept>,
    },
    /// Destroyed.
    Shredded,
}

/// A row as it was when it was taken out of reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    kind: Kind,
    shape: u16,
    body: Box<str>,
}

impl Kept {
    /// Keeps a row.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self { kind: record.kind(), shape: record.kind().shape(), body: record.body().into() }
    }

    /// The row again.
    pub fn read(&self) -> Result<Record, UnreadableRow> {
        Record::read(self.kind, self.shape, &self.body)
    }
}

impl Erasure {
    /// The number of a participant: the same for ever, and nothing can be read from it.
    #[must_use]
    pub fn number<T: ?Sized>(person: &Id<T>) -> Id<Self> {
        let digest = Sha256::digest(format!("minvei erasure {person}"));
        let text: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Id::parse(&text).expect("64 digits are an id")
    }

    /// Where it lies that something was done with her.
    #[must_use]
    pub fn key_of<T: ?Sized>(person: &Id<T>) -> Key {
        Key::of(&[&Self::number(person)])
    }
}

impl Entity for Erasure {
    const KIND: Kind = Kind::Erasure;

    fn key(&self) -> Key {
        Key::of(&[&self.of])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::archive()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Erasure(row) => Some(row),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::person::Person,
        policy::Role,
        testkit::{at, centre, id, note},
    };

    const NOW: &str = "2026-11-24 09:00";

    #[test]
    fn a_number_says_nothing_and_is_always_the_same() {
        let number = Erasure::number::<Person>(&id("amina"));
        assert_eq!(number.as_str().len(), 64);
        assert!(!number.as_str().contains("amina"));
        assert_eq!(number, Erasure::number::<()>(&id("amina")));
        assert_ne!(number, Erasure::number::<()>(&id("sara")));
    }

    #[test]
    fn nobody_receives_it() {
        let rows = centre();
        let erasure = Erasure {
            of: Erasure::number::<Person>(&id("amina")),
            state: State::Shredded,
            at: at(NOW),
            reason: note("Sak 7"),
        };
        let erasure = Record::from(erasure);
        let amina = rows.view().must::<Person>(&Key::from_text("amina")).unwrap().clone().into();
        let everybody = [
            ("amina", Role::Participant),
            ("adviser", Role::Adviser),
            ("teacher", Role::Teacher),
            ("kitchen", Role::Kitchen),
            ("secretary", Role::School),
            ("manager", Role::Manager),
            ("admin", Role::Admin),
        ];
        for (user, role) in everybody {
            assert!(!rows.sees(user, role, at(NOW), &erasure), "{role:?}");
        }
        assert!(rows.sees("manager", Role::Manager, at(NOW), &amina), "the control");
    }

    #[test]
    fn a_row_that_is_kept_can_be_read_again() {
        for record in centre().0.into_values() {
            assert_eq!(Kept::of(&record).read(), Ok(record));
        }
    }
}
