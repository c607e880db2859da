//! A participant: as little as the day's work needs, and one contact person.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{
        group::Enrolment,
        shield::{self, Asked, Named},
        staff::Staff,
    },
    entity::{Entity, Grant, Key, Part, Tag},
    policy::{self, Action, Permit},
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
    /// Who may know of her, if she is a protected person: two at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Vec<Named>>,
    /// What one of them has asked and another has not answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asked>,
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
        if self.is_shielded() { shield::tags(&self.id) } else { vec![Tag::participant(&self.id), Tag::people()] }
    }

    fn grants(&self) -> Vec<Grant> {
        if let Some(named) = &self.named {
            let own = Grant::own(self.id.cast(), Tag::named(&self.id));
            let named = named.iter().flat_map(|one| Grant::named(&one.user, &self.id));
            return [own].into_iter().chain(named).collect();
        }
        let tag = Tag::participant(&self.id);
        vec![Grant::own(self.id.cast(), tag.clone()), Grant::assigned(self.contact.clone(), tag)]
    }

    fn part(&self) -> Option<Part> {
        let (user, role) = (self.id.cast(), Some(policy::TAKES_PART));
        Some(Part { user, name: self.full_name(), role, is_shielded: self.is_shielded() })
    }

    fn is_shielded(&self) -> bool {
        self.named.is_some()
    }

    fn homes(key: &Key) -> Vec<Tag> {
        shield::homes(key.part(0))
    }

    fn whose(key: &Key) -> Option<AnyId> {
        key.id_at(0)
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Person(row) => Some(row),
            _ => None,
        }
    }
}

/// Registers a participant.
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
    /// Her contact person, unless it is whoever registers her.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<AnyId>,
    /// The second colleague who may know of her, if she is a protected person from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shielded_with: Option<AnyId>,
}

impl Command for Register {
    const NAME: &'static str = "person.register";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::RegisterPerson, [Tag::staff()]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let contact = self.contact.as_ref().unwrap_or(&ctx.actor.user);
        let contact = contact_person(contact, view)?;
        let named = match &self.shielded_with {
            // What a device keeps until it is shared, it keeps of her.
            Some(_) if ctx.actor.keeping.is_on_device() => return Err(Rejection::Gone.into()),
            Some(with) => Some(shield::first_named(contact, with, ctx, view)?),
            None => None,
        };
        // After all that: the answer is the one for somebody who was taken out, of whom only the server knows. Whoever
        // may not see her is told neither that she is there nor that she has become protected.
        let key = Key::of(&[&self.id]);
        if let Some(person) = view.get::<Person>(&key)? {
            let is_told = policy::can(ctx.actor, Action::SeePerson, person.tags(), ctx.received_at.date());
            return Err(if is_told { Rejection::Exists } else { Rejection::Gone }.into());
        }
        // A participant's id is also her user id: it must not be a colleague's.
        if view.get::<Staff>(&key)?.is_some() {
            return Err(Rejection::Exists.into());
        }
        let person = Person {
            id: self.id.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            contact: contact.id.clone(),
            contact_name: contact.name.clone(),
            registered: ctx.received_at.date(),
            named,
            asked: Vec::new(),
        };
        Ok(vec![Change::Put(person.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Person, Key::of(&[&self.id])))
    }

    fn tells_of_protection(&self) -> bool {
        self.shielded_with.is_some()
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
        Ok(Ask::new(Action::CorrectPerson, shield::about(&self.id)))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = shield::reached(&self.id, &permit, ctx, view)?;
        let person = Person {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            ..before.clone()
        };
        // The groups know her by her first name only; it follows.
        let mut changes = vec![Change::Put(person.into())];
        for enrolment in view.children::<Enrolment>(&format!("{}.", self.id))? {
            let renamed = Enrolment { called: self.first_name.clone(), ..enrolment.clone() };
            changes.push(Change::Put(renamed.into()));
        }
        Ok(changes)
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Person, Key::of(&[&self.id])))
    }
}

/// Gives a participant another contact person: who she was before sees her no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// Who.
    pub id: Id<Person>,
    /// Her contact person from now on.
    pub contact: AnyId,
}

impl Command for Assign {
    const NAME: &'static str = "person.assign";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::AssignContact, shield::about(&self.id).into_iter().chain([Tag::people()])))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = shield::reached(&self.id, &permit, ctx, view)?;
        let contact = contact_person(&self.contact, view)?;
        if before.named.as_ref().is_some_and(|named| named.iter().all(|one| one.user != contact.id)) {
            // Nobody is let in to a protected person by one alone.
            return Err(Rejection::TwoPersons.into());
        }
        let person = Person { contact: contact.id.clone(), contact_name: contact.name.clone(), ..before.clone() };
        Ok(vec![Change::Put(person.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Person, Key::of(&[&self.id])))
    }
}

/// A colleague who can be a contact person: in a part that may be one, and still here.
pub(super) fn contact_person<'a>(user: &AnyId, view: View<'a>) -> Result<&'a Staff, Halt> {
    let contact = view.must::<Staff>(&Key::of(&[user]))?;
    if !policy::may_be_contact(contact.role) || contact.left.is_some() {
        return Err(Rejection::NoContact.into());
    }
    Ok(contact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::Role,
        testkit::{at, centre, id, name},
    };

    const NOW: &str = "2026-11-24 09:00";

    fn register(person: &str) -> Register {
        Register {
            id: id(person),
            first_name: name("Nadia"),
            last_name: None,
            phone: None,
            language: None,
            contact: None,
            shielded_with: None,
        }
    }

    #[test]
    fn nobody_is_registered_under_a_colleagues_id() {
        let refused = centre().run("adviser", Role::Adviser, at(NOW), register("manager"));
        assert_eq!(refused, Err(Rejection::Exists));
    }

    #[test]
    fn reception_names_a_contact_person_and_is_none() {
        let mut rows = centre();
        rows.put(Staff { id: id("desk"), name: name("Desk"), role: Role::Reception, school: None, left: None }.into());
        assert_eq!(rows.run("desk", Role::Reception, at(NOW), register("nadia")), Err(Rejection::NoContact));
        let with_contact = Register { contact: Some(id("adviser")), ..register("nadia") };
        rows.run("desk", Role::Reception, at(NOW), with_contact).unwrap();
        let person = rows.view().must::<Person>(&Key::from_text("nadia")).unwrap();
        assert_eq!(person.contact_name, name("adviser"));
        assert!(!rows.sees("desk", Role::Reception, at(NOW), &person.clone().into()));
    }

    #[test]
    fn a_new_contact_person_sees_her_and_the_one_before_does_not() {
        let mut rows = centre();
        let colleague = |left| Staff { id: id("ola"), name: name("Ola"), role: Role::Adviser, school: None, left };
        let assign = || Assign { id: id("amina"), contact: id("ola") };
        rows.put(colleague(Some(at(NOW).date())).into());
        assert_eq!(rows.run("manager", Role::Manager, at(NOW), assign()), Err(Rejection::NoContact));
        rows.put(colleague(None).into());
        assert_eq!(rows.run("adviser", Role::Adviser, at(NOW), assign()), Err(Rejection::Forbidden));
        rows.run("manager", Role::Manager, at(NOW), assign()).unwrap();
        let amina = rows.view().must::<Person>(&Key::from_text("amina")).unwrap().clone();
        assert_eq!(amina.contact_name, name("Ola"));
        let amina = amina.into();
        assert!(rows.sees("ola", Role::Adviser, at(NOW), &amina));
        assert!(!rows.sees("adviser", Role::Adviser, at(NOW), &amina));
    }

    #[test]
    fn a_corrected_first_name_follows_into_the_groups() {
        let mut rows = centre();
        let correct =
            Correct { id: id("amina"), first_name: name("Aamina"), last_name: None, phone: None, language: None };
        rows.run("adviser", Role::Adviser, at(NOW), correct).unwrap();
        let enrolment = rows.view().must::<Enrolment>(&Key::from_text("amina.morning")).unwrap();
        assert_eq!(enrolment.called, name("Aamina"));
    }
}
