//! A participant: as little as the day's work needs, and one contact person.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::staff::Staff,
    entity::{Entity, Grant, Key, Tag},
    policy::{Action, Permit},
    prim::{AnyId, Date, Id, Name},
    registry::{Kind, Record},
    rejection::Rejection,
    view::{Halt, View},
};

/// A participant. Her user id is the same text as her person id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: Id<Person>,
    /// What she is called in the group.
    pub first_name: Name,
    /// Family name, unknown for some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Name>,
    /// Telephone number as it is written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Name>,
    /// The language she reads or hears best, as a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Id<Language>>,
    /// Her one contact person.
    pub contact: AnyId,
    /// The contact person's name, which she sees.
    pub contact_name: Name,
    /// The day she was registered.
    pub registered: Date,
}

/// Marks an identifier as a language tag in lower case: `nb`, `ti`, `fa`.
pub enum Language {}

impl Person {
    /// First name and family name.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.to_string(),
        }
    }
}

impl Entity for Person {
    const KIND: Kind = Kind::Person;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::participant(&self.id), Tag::people()]
    }

    fn grants(&self) -> Vec<Grant> {
        let tag = Tag::participant(&self.id);
        vec![Grant::own(self.id.cast(), tag.clone()), Grant::assigned(self.contact.clone(), tag)]
    }

    fn home(key: &Key) -> Option<Tag> {
        Id::<Person>::parse(key.as_str()).ok().map(|id| Tag::participant(&id))
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Person(row) => Some(row),
            _ => None,
        }
    }
}

/// Registers a participant; whoever registers her becomes her contact person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// A new id, minted by the device.
    pub id: Id<Person>,
    /// What she is called.
    pub first_name: Name,
    /// Family name, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Name>,
    /// Telephone, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Name>,
    /// Language, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Id<Language>>,
}

impl Command for Register {
    const NAME: &'static str = "person.register";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::RegisterPerson, [Tag::staff()]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        if view.get::<Person>(&Key::of(&[&self.id]))?.is_some() {
            return Err(Rejection::Exists.into());
        }
        let contact = view.must::<Staff>(&Key::of(&[&ctx.actor.user]))?;
        let person = Person {
            id: self.id.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            contact: contact.id.clone(),
            contact_name: contact.name.clone(),
            registered: ctx.received_at.date(),
        };
        Ok(vec![Change::Put(person.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Person, Key::of(&[&self.id])))
    }
}

/// Corrects what is known of a participant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correct {
    /// Who.
    pub id: Id<Person>,
    /// What she is called.
    pub first_name: Name,
    /// Family name, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Name>,
    /// Telephone, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Name>,
    /// Language, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Id<Language>>,
}

impl Command for Correct {
    const NAME: &'static str = "person.correct";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::CorrectPerson, [Tag::participant(&self.id)]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Person>(&Key::of(&[&self.id]))?;
        let person = Person {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            ..before.clone()
        };
        Ok(vec![Change::Put(person.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Person, Key::of(&[&self.id])))
    }
}
