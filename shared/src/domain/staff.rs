//! Somebody with an account who is not a participant: colleagues, the kitchen, a school's contact.

use serde::{Deserialize, Serialize};

use crate::{
    domain::school::School,
    entity::{Entity, Grant, Key, Tag},
    policy::Role,
    prim::{AnyId, Id, Name},
    registry::{Kind, Record},
};

/// A colleague or a school's contact. Accounts are opened by invitation, not by command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    /// The user.
    pub id: AnyId,
    /// What others call her.
    pub name: Name,
    /// The part she plays.
    pub role: Role,
    /// The school she orders for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<Id<School>>,
}

impl Entity for Staff {
    const KIND: Kind = Kind::Staff;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        let school = self.school.as_ref().map(Tag::school);
        [Tag::staff()].into_iter().chain(school).collect()
    }

    fn grants(&self) -> Vec<Grant> {
        let school = self.school.as_ref();
        school.map(|school| Grant::organisation(self.id.clone(), Tag::school(school))).into_iter().collect()
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::staff()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Staff(row) => Some(row),
            _ => None,
        }
    }
}
