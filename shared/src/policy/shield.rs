//! Protected persons: who reaches rows that no device keeps (§ 44 sosialtjenesteloven; address blocks under
//! folkeregisterloven). Their audiences are never held by a session of a device, whoever signs in there.
//!
//! To be named is a right to ask. Only a session that keeps nothing turns it into an audience.

use serde::{Deserialize, Serialize};

use super::{Actor, Relation, Role, Verb, may_be_contact};
use crate::{
    entity::{Grant, Tag},
    planted,
    prim::{AnyId, Date, Id},
};

/// What becomes of the rows that a session receives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeping {
    /// The device keeps them, sealed.
    #[default]
    OnDevice,
    /// They are gone with the page.
    InMemory,
}

impl Keeping {
    /// Does the device keep them?
    #[must_use]
    pub fn is_on_device(&self) -> bool {
        *self == Self::OnDevice
    }
}

impl Tag {
    /// Is it an audience of protected persons, or a grant that leads to one? No device holds it or hears of it.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        let text = self.as_str();
        let is_alone = matches!(text, Self::EVERY_NAMED | Self::KNOWS_ALL | Self::KNOWING);
        is_alone || text.starts_with(Self::NAMED) || text.starts_with(Self::KNOWS)
    }

    /// Is it an audience of the rows of protected persons?
    fn is_of_protected(&self) -> bool {
        self.as_str().starts_with(Self::NAMED) || self.as_str() == Self::EVERY_NAMED
    }
}

impl Grant {
    /// `user` is named for a protected person, in each part in which one can be.
    pub fn named<T: ?Sized>(user: &AnyId, person: &Id<T>) -> impl Iterator<Item = Self> {
        let (user, tag) = (user.clone(), Tag::knows(person));
        let parts = Role::ALL.into_iter().filter(|role| may_be_contact(*role));
        parts.map(move |role| Self::lasting(user.clone(), tag.clone(), role))
    }

    /// `user` has broken the glass on `day`: she sees every protected person until it ends.
    #[must_use]
    pub fn broken_glass(user: AnyId, day: Date) -> Self {
        Self { from: Some(day), until: Some(day), ..Self::lasting(user, Tag::knows_all(), Role::Manager) }
    }
}

impl Actor {
    /// She, in a session of this kind.
    #[must_use]
    pub fn in_session(self, keeping: Keeping) -> Self {
        Self { keeping, ..self }
    }

    /// The audiences that a grant of hers brings her.
    pub fn brings(&self, grant: &Grant) -> impl Iterator<Item = Tag> + use<> {
        let tag = &grant.tag;
        let keeping = if planted!(ProtectedOnDevices) { Keeping::InMemory } else { self.keeping };
        let tags = match keeping {
            _ if !tag.is_hidden() => [Some(tag.clone()), None],
            Keeping::OnDevice => [None, None],
            Keeping::InMemory if *tag == Tag::knows_all() => [Some(Tag::every_named()), None],
            Keeping::InMemory => match tag.as_str().strip_prefix(Tag::KNOWS) {
                Some(person) => [Some(Tag::from_text(&format!("{}{person}", Tag::NAMED))), Some(Tag::knowing())],
                None => [Some(tag.clone()), None],
            },
        };
        tags.into_iter().flatten()
    }

    /// How she is tied to rows of a protected person, by a line of the table that gives something by `relation`. Whoever
    /// is assigned, or may do something with all, may do it with a protected person only if she is named for her, and in
    /// a session that keeps nothing.
    pub(super) fn reaches_protected(
        &self,
        relation: Relation,
        verb: Verb,
        about: &[Tag],
        day: Date,
    ) -> Option<Relation> {
        let about: Vec<&Tag> = about.iter().filter(|tag| tag.is_of_protected()).collect();
        if about.is_empty() {
            return None;
        }
        let holds = |leads: fn(&Tag) -> bool| {
            let grants = self.grants.iter().filter(|grant| grant.role == self.role && grant.holds_on(day));
            grants.filter(|grant| leads(&grant.tag)).any(|grant| self.brings(grant).any(|tag| about.contains(&&tag)))
        };
        let named = || holds(|tag| tag.as_str().starts_with(Tag::KNOWS)).then_some(Relation::Named);
        let broken = || holds(|tag| *tag == Tag::knows_all()).then_some(Relation::Glass);
        match relation {
            Relation::Own => holds(|tag| tag.as_str().starts_with(Tag::NAMED)).then_some(relation),
            Relation::Named | Relation::Assigned => named(),
            Relation::Glass => broken(),
            Relation::All if verb == Verb::Read => named().or_else(broken),
            Relation::All => named(),
            Relation::Session | Relation::Today | Relation::Organisation | Relation::Consent | Relation::Aggregate => {
                None
            }
        }
    }
}

/// Are all of these, if there are any, audiences of protected persons?
pub(super) fn is_protected(about: &[Tag]) -> bool {
    !about.is_empty() && about.iter().all(Tag::is_of_protected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::{Action, can},
        testkit::{date, id},
    };

    fn actor(role: Role, keeping: Keeping, grants: Vec<Grant>) -> Actor {
        Actor { user: id("kari"), role, grants, keeping }
    }

    fn rows() -> Vec<Tag> {
        vec![Tag::named::<()>(&id("noor")), Tag::every_named()]
    }

    fn named() -> Vec<Grant> {
        Grant::named::<()>(&id("kari"), &id("noor")).collect()
    }

    #[test]
    fn to_be_named_is_an_audience_only_where_nothing_is_kept() {
        let day = date("2026-11-24");
        for role in [Role::Adviser, Role::Manager] {
            let on_device = actor(role, Keeping::OnDevice, named());
            let in_memory = actor(role, Keeping::InMemory, named());
            assert!(!on_device.sees(&rows(), day) && on_device.tags(day).iter().all(|tag| !tag.is_hidden()));
            assert!(in_memory.sees(&rows(), day) && in_memory.tags(day).contains(&Tag::knowing()));
            assert!(can(&in_memory, Action::CorrectPerson, rows(), day));
            assert!(!can(&on_device, Action::CorrectPerson, rows(), day));
        }
        let teacher = actor(Role::Teacher, Keeping::InMemory, named());
        assert!(!teacher.sees(&rows(), day), "she may be named no more in this part");
    }

    #[test]
    fn whoever_may_do_all_may_do_nothing_with_a_protected_person() {
        let day = date("2026-11-24");
        for keeping in [Keeping::OnDevice, Keeping::InMemory] {
            let manager = actor(Role::Manager, keeping, Vec::new());
            for action in [Action::SeePerson, Action::CorrectPerson, Action::IssueCard, Action::Enrol] {
                assert!(!can(&manager, action, rows(), day), "{action:?}");
                assert!(can(&manager, action, [Tag::people()], day), "the control: {action:?}");
            }
        }
    }

    #[test]
    fn a_broken_glass_lets_her_see_until_the_day_ends_and_change_nothing_but_who_is_named() {
        let (day, next) = (date("2026-11-24"), date("2026-11-25"));
        let glass = || vec![Grant::broken_glass(id("kari"), day)];
        let manager = actor(Role::Manager, Keeping::InMemory, glass());
        assert!(manager.sees(&rows(), day) && can(&manager, Action::SeePerson, rows(), day));
        assert!(!can(&manager, Action::CorrectPerson, rows(), day));
        assert!(!can(&manager, Action::EndNamed, rows(), day));
        for action in [Action::AskShield, Action::AnswerShield] {
            assert!(can(&manager, action, rows(), day), "where fewer than two are there: {action:?}");
            assert!(!can(&manager, action, rows(), next), "{action:?}");
            assert!(!can(&actor(Role::Manager, Keeping::OnDevice, glass()), action, rows(), day), "{action:?}");
            assert!(!can(&actor(Role::Adviser, Keeping::InMemory, glass()), action, rows(), day), "{action:?}");
        }
        assert!(!manager.sees(&rows(), next) && !can(&manager, Action::SeePerson, rows(), next));
        assert!(!actor(Role::Manager, Keeping::OnDevice, glass()).sees(&rows(), day));
    }
}
