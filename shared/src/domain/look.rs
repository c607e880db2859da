//! Who looked at whom: staff were shown what is secret about participants. No row comes of it, only entries in the
//! log of accesses, which the participants read (sosialtjenesteloven § 44).

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{
        group::{Enrolment, Group},
        person::Person,
        shield,
    },
    entity::{Entity, Key, Tag},
    policy::{self, Action, Permit},
    prim::{AnyId, Id},
    registry::Kind,
    rejection::{Field, Rejection},
    view::{Halt, View},
};

/// Where somebody was shown participants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// On the page of one of them.
    Page,
    /// In a list of participants.
    List,
    /// In the list of names of a group, with who was there.
    Group(Id<Group>),
}

/// Says that somebody was shown participants.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Whom she was shown, from one to [`Look::MOST`].
    pub people: Vec<Id<Person>>,
    /// Where.
    pub at: Place,
}

impl Look {
    /// The most participants of one look; a longer list is several.
    pub const MOST: usize = 200;

    /// The row in which she sees this participant.
    fn row_of(&self, person: &Id<Person>) -> (Kind, Key) {
        match &self.at {
            Place::Page | Place::List => (Kind::Person, Key::of(&[person])),
            Place::Group(group) => (Kind::Enrolment, Key::of(&[person, group])),
        }
    }

    /// The audiences of that row, if there is one.
    fn tags_of(&self, person: &Id<Person>, view: View<'_>) -> Result<Option<Vec<Tag>>, Halt> {
        let (_, key) = self.row_of(person);
        Ok(match self.at {
            Place::Page | Place::List => view.get::<Person>(&key)?.map(Entity::tags),
            Place::Group(_) => view.get::<Enrolment>(&key)?.map(Entity::tags),
        })
    }
}

impl Command for Look {
    const NAME: &'static str = "person.look";
    const IS_LOOK: bool = true;

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        let people = self.people.iter().take(Self::MOST).flat_map(shield::about);
        Ok(match &self.at {
            Place::Page | Place::List => Ask::new(Action::SeePerson, people),
            Place::Group(group) => Ask::new(Action::SeeEnrolment, people.chain([Tag::roster(group)])),
        })
    }

    /// Those she may see at receipt are told of it, the others are left out: a list may hold somebody who has been
    /// handed over since. Nobody looks at herself.
    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        if !(1..=Self::MOST).contains(&self.people.len()) {
            let max = u32::try_from(Self::MOST).unwrap_or(u32::MAX);
            return Err(Rejection::OutOfRange { field: Field::Count, min: 1, max }.into());
        }
        let today = ctx.received_at.date();
        let mut looked = Vec::new();
        for person in &self.people {
            let tags = self.tags_of(person, view)?;
            let may_see = tags.is_some_and(|tags| policy::can(ctx.actor, permit.action(), tags, today));
            let (kind, key) = self.row_of(person);
            if may_see && person.as_str() != ctx.actor.user.as_str() {
                looked.push(Change::Looked(kind, key));
            }
        }
        if looked.is_empty() { Err(Rejection::Gone.into()) } else { Ok(looked) }
    }

    /// What the log names: her page by its participant, a group's list by the group, any other list by nothing.
    fn about(&self) -> Option<(Kind, Key)> {
        match (&self.at, self.people.as_slice()) {
            (Place::Page, [person]) => Some((Kind::Person, Key::of(&[person]))),
            (Place::Group(group), _) => Some((Kind::Group, Key::of(&[group]))),
            (Place::Page | Place::List, _) => None,
        }
    }

    fn persons(&self) -> Vec<AnyId> {
        self.people.iter().map(|person| person.cast()).collect()
    }

    fn foreseen(&self) -> Vec<(Kind, Key)> {
        self.people.iter().take(Self::MOST).map(|person| self.row_of(person)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::person::Assign,
        policy::Role,
        prim::Timestamp,
        testkit::{Rows, at, centre, id},
    };

    fn now() -> Timestamp {
        at("2026-11-24 09:00")
    }

    fn look(people: &[&str], at: Place) -> Look {
        Look { people: people.iter().map(|one| id(one)).collect(), at }
    }

    /// Whose rows are looked at.
    fn looked(rows: &Rows, user: &str, role: Role, look: &Look) -> Result<Vec<String>, Rejection> {
        let actor = rows.actor(user, role);
        let ctx = Ctx { actor: &actor, id: "c1.1", made_at: now(), received_at: now() };
        let judged = look.ask(rows.view()).and_then(|ask| {
            let permit = policy::check(&actor, &ask, now().date())?;
            look.decide(permit, &ctx, rows.view())
        });
        match judged {
            Ok(changes) => Ok(changes.iter().map(|change| change.at().1.to_string()).collect()),
            Err(Halt::Refuse(rejection)) => Err(rejection),
            Err(Halt::Need(want)) => unreachable!("a map knows everything, but {want:?} was asked for"),
        }
    }

    fn group() -> Place {
        Place::Group(id("morning"))
    }

    #[test]
    fn whoever_may_see_her_leaves_a_look_and_nobody_else() {
        let rows = centre();
        for (user, role, expected) in [
            ("adviser", Role::Adviser, Ok(vec!["amina".to_owned()])),
            ("manager", Role::Manager, Ok(vec!["amina".to_owned()])),
            ("other-adviser", Role::Adviser, Err(Rejection::Gone)),
            ("teacher", Role::Teacher, Err(Rejection::Gone)),
            ("kitchen", Role::Kitchen, Err(Rejection::Gone)),
            ("secretary", Role::School, Err(Rejection::Gone)),
            ("sara", Role::Participant, Err(Rejection::Gone)),
        ] {
            assert_eq!(looked(&rows, user, role, &look(&["amina"], Place::Page)), expected, "{user}");
        }
    }

    #[test]
    fn nobody_looks_at_herself() {
        let herself = looked(&centre(), "amina", Role::Participant, &look(&["amina"], Place::Page));
        assert_eq!(herself, Err(Rejection::Gone));
    }

    #[test]
    fn of_a_list_those_are_told_of_it_whom_she_may_see() {
        let mut rows = centre();
        let all = look(&["amina", "sara", "lena", "nobody"], Place::List);
        let hers = looked(&rows, "adviser", Role::Adviser, &all);
        assert_eq!(hers, Ok(vec!["amina".to_owned(), "sara".to_owned()]));
        assert_eq!(looked(&rows, "manager", Role::Manager, &all).map(|all| all.len()), Ok(3));
        // Handed over since she looked.
        rows.run("manager", Role::Manager, now(), Assign { id: id("amina"), contact: id("other-adviser") }).unwrap();
        assert_eq!(looked(&rows, "adviser", Role::Adviser, &all), Ok(vec!["sara".to_owned()]));
    }

    #[test]
    fn a_leader_looks_at_those_in_her_group_and_an_adviser_at_her_own_there() {
        let rows = centre();
        let all = look(&["amina", "lena", "sara"], group());
        let hers = |user, role| looked(&rows, user, role, &all).map(|keys| keys.join(" "));
        assert_eq!(hers("teacher", Role::Teacher).as_deref(), Ok("amina.morning lena.morning"));
        assert_eq!(hers("adviser", Role::Adviser).as_deref(), Ok("amina.morning"));
        let evening = look(&["sara"], Place::Group(id("evening")));
        assert_eq!(looked(&rows, "teacher", Role::Teacher, &evening), Err(Rejection::Gone));
    }

    #[test]
    fn a_look_is_at_somebody_and_at_not_too_many() {
        let many: Vec<String> = (0..=Look::MOST).map(|number| format!("p{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for people in [<&[&str]>::default(), many.as_slice()] {
            let refused = looked(&centre(), "manager", Role::Manager, &look(people, Place::List));
            assert!(matches!(refused, Err(Rejection::OutOfRange { .. })), "{refused:?}");
        }
        assert_eq!(look(&many, Place::List).foreseen().len(), Look::MOST);
    }

    #[test]
    fn no_row_comes_of_it() {
        let mut rows = centre();
        let before = rows.clone();
        rows.run("adviser", Role::Adviser, now(), look(&["amina", "sara"], Place::List)).unwrap();
        assert_eq!(rows.0, before.0);
    }

    #[test]
    fn the_log_names_a_page_by_its_participant_and_a_list_by_its_group() {
        let named = |look: Look| look.about().map(|(kind, key)| format!("{}/{key}", kind.name()));
        assert_eq!(named(look(&["amina"], Place::Page)).as_deref(), Some("person/amina"));
        assert_eq!(named(look(&["amina", "lena"], group())).as_deref(), Some("group/morning"));
        assert_eq!(named(look(&["amina"], Place::List)), None);
    }

    #[test]
    fn each_place_has_its_word_on_the_wire() {
        let body = |at: Place| serde_json::to_string(&look(&["amina"], at)).unwrap();
        assert_eq!(body(Place::Page), r#"{"people":["amina"],"at":"page"}"#);
        assert_eq!(body(Place::List), r#"{"people":["amina"],"at":"list"}"#);
        assert_eq!(body(group()), r#"{"people":["amina"],"at":{"group":"morning"}}"#);
    }
}
