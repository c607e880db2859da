//! Protected persons: address blocks on life and safety. Nobody but those who are named for her knows that there is
//! such a person, no device keeps her rows, and who is named is changed by two.

use serde::{Deserialize, Serialize};

use crate::{
    command::{self, Change, Command, Ctx},
    domain::{
        attendance::Mark,
        group::Enrolment,
        held::HeldCommand,
        person::{Person, contact_person},
        staff::Staff,
    },
    entity::{Entity, Key, Tag},
    policy::{self, Action, Permit},
    prim::{AnyId, Date, Id, Name},
    registry::Kind,
    rejection::Rejection,
    view::{Halt, View},
};

/// Somebody who may know of a protected person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Who.
    pub user: AnyId,
    /// What she is called.
    pub name: Name,
    /// Since which day.
    pub since: Date,
}

/// What one has asked, and another is to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// What.
    pub wish: Wish,
    /// Who asks.
    pub by: AnyId,
    /// What she is called.
    pub by_name: Name,
    /// On which day.
    pub on: Date,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", try_from = "Said")]
pub enum Wish {
    /// That somebody more may know of her.
    Name {
        /// Who.
        user: AnyId,
        /// What she is called.
        name: Name,
    },
    /// That she is protected no more.
    Lift,
}

/// Which wish a command means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", try_from = "Said")]
pub enum Wanted {
    /// That this user may know of her.
    Name {
        /// Who.
        user: AnyId,
    },
    /// That she is protected no more.
    Lift,
}

/// Every field of every wish: what serde makes for reading a tagged enum weighs a lot of wasm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    what: Box<str>,
    user: Option<AnyId>,
    name: Option<Name>,
}

/// It is no wish.
const NO_WISH: &str = "a wish is to name a user, or to lift";

impl TryFrom<Said> for Wish {
    type Error = &'static str;

    fn try_from(Said { what, user, name }: Said) -> Result<Self, Self::Error> {
        match (&*what, user, name) {
            ("name", Some(user), Some(name)) => Ok(Self::Name { user, name }),
            ("lift", None, None) => Ok(Self::Lift),
            _ => Err(NO_WISH),
        }
    }
}

impl TryFrom<Said> for Wanted {
    type Error = &'static str;

    fn try_from(Said { what, user, name }: Said) -> Result<Self, Self::Error> {
        match (&*what, user, name) {
            ("name", Some(user), None) => Ok(Self::Name { user }),
            ("lift", None, None) => Ok(Self::Lift),
            _ => Err(NO_WISH),
        }
    }
}

impl Wish {
    /// How a command means it.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        match self {
            Self::Name { user, .. } => Wanted::Name { user: user.clone() },
            Self::Lift => Wanted::Lift,
        }
    }
}

/// The audiences of every row of a protected person.
pub(super) fn tags<T: ?Sized>(person: &Id<T>) -> Vec<Tag> {
    vec![Tag::named(person), Tag::every_named()]
}

/// The audiences by which a command may reach a participant, whether she is protected or not: for greying, too.
#[must_use]
pub fn about<T: ?Sized>(person: &Id<T>) -> [Tag; 2] {
    [Tag::participant(person), Tag::named(person)]
}

/// The audiences that have every row of the participant with this id. Whoever has all people and not her row takes her
/// for nobody, as she takes an id that was never given.
pub(super) fn homes(person: Option<&str>) -> Vec<Tag> {
    let person = person.and_then(|text| Id::<Person>::parse(text).ok());
    person.iter().flat_map(about).chain([Tag::people()]).collect()
}

/// The participant, if she who asks may do with her what she has leave for. A protected person is nobody to all others.
pub(super) fn reached<'a>(
    person: &Id<Person>,
    permit: &Permit,
    ctx: &Ctx<'_>,
    view: View<'a>,
) -> Result<&'a Person, Halt> {
    let person = view.must::<Person>(&Key::of(&[person]))?;
    if person.is_shielded() && !policy::can(ctx.actor, permit.action(), person.tags(), ctx.received_at.date()) {
        return Err(Rejection::Gone.into());
    }
    Ok(person)
}

/// How many must be named for a protected person, and be there to agree.
pub const FEWEST: usize = 2;

/// Those of `named` who can be asked: they work here, in a part that may be a contact person.
pub fn still_there<'a>(named: &'a [Named], view: View<'_>) -> Result<Vec<&'a Named>, Halt> {
    let mut there = Vec::new();
    for one in named {
        let colleague = view.get::<Staff>(&Key::of(&[&one.user]))?;
        if colleague.is_some_and(|staff| staff.left.is_none() && policy::may_be_contact(staff.role)) {
            there.push(one);
        }
    }
    Ok(there)
}

/// May `user`, whom the policy lets, ask and answer? She is named; or fewer than two of those who are named are still
/// there, so that somebody else must be the second.
pub fn may_act(named: &[Named], user: &AnyId, view: View<'_>) -> Result<bool, Halt> {
    Ok(named.iter().any(|one| one.user == *user) || still_there(named, view)?.len() < FEWEST)
}

/// Makes sure that she who asks or answers may. Whoever is not named can do nothing but let somebody else be named.
fn acts(person: &Person, wish: &Wanted, ctx: &Ctx<'_>, view: View<'_>) -> Result<(), Halt> {
    let named = person.named.as_deref().ok_or(Rejection::Gone)?;
    let is_named = named.iter().any(|one| one.user == ctx.actor.user);
    let may = is_named || (*wish != Wanted::Lift && may_act(named, &ctx.actor.user, view)?);
    if may { Ok(()) } else { Err(Rejection::Forbidden.into()) }
}

/// Who may know of a new protected person: her contact person, whoever makes her one, and a colleague beside her.
pub(super) fn first_named(contact: &Staff, with: &AnyId, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Named>, Halt> {
    if *with == ctx.actor.user {
        return Err(Rejection::TwoPersons.into());
    }
    let with = contact_person(with, view)?;
    let actor = view.get::<Staff>(&Key::of(&[&ctx.actor.user]))?;
    let actor = actor.filter(|staff| policy::may_be_contact(staff.role));
    let mut named: Vec<Named> = Vec::new();
    for colleague in [Some(contact), actor, Some(with)].into_iter().flatten() {
        if named.iter().all(|one| one.user != colleague.id) {
            named.push(Named {
                user: colleague.id.clone(),
                name: colleague.name.clone(),
                since: ctx.received_at.date(),
            });
        }
    }
    if named.len() < FEWEST { Err(Rejection::TwoPersons.into()) } else { Ok(named) }
}

/// She and all her rows, as they are while she is protected, or when she is no more.
fn with_rows(person: Person, view: View<'_>) -> Result<Vec<Change>, Halt> {
    let shielded = person.is_shielded();
    let mut changes = Vec::new();
    for enrolment in view.children::<Enrolment>(&format!("{}.", person.id))? {
        changes.push(Change::Put(Enrolment { shielded, ..enrolment.clone() }.into()));
    }
    for mark in view.all::<Mark>()?.into_iter().filter(|mark| mark.person == person.id) {
        changes.push(Change::Put(Mark { shielded, ..mark.clone() }.into()));
    }
    for held in view.all::<HeldCommand>()?.into_iter().filter(|held| held.persons.contains(&person.id)) {
        changes.push(Change::Put(HeldCommand { shielded, ..held.clone() }.into()));
    }
    changes.push(Change::Put(person.into()));
    Ok(changes)
}

fn row(person: &Id<Person>) -> Option<(Kind, Key)> {
    Some((Kind::Person, Key::of(&[person])))
}

/// Makes a participant a protected person: from now on only those who are named know of her.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shield {
    /// Who.
    pub id: Id<Person>,
    /// The second colleague who may know of her.
    pub with: AnyId,
}

impl Command for Shield {
    const NAME: &'static str = "person.shield";
    const IS_OF_PROTECTED: bool = true;

    fn ask(&self, _view: View<'_>) -> Result<command::Ask, Halt> {
        Ok(command::Ask::new(Action::ShieldPerson, about(&self.id)))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = reached(&self.id, &permit, ctx, view)?;
        if before.is_shielded() {
            return Ok(vec![Change::Put(before.clone().into())]);
        }
        let contact = contact_person(&before.contact, view)?;
        let named = Some(first_named(contact, &self.with, ctx, view)?);
        with_rows(Person { named, ..before.clone() }, view)
    }

    fn about(&self) -> Option<(Kind, Key)> {
        row(&self.id)
    }
}

/// Asks that somebody more may know of a protected person, or that she is protected no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Whom it is about.
    pub person: Id<Person>,
    /// What.
    pub wish: Wanted,
}

impl Command for Ask {
    const NAME: &'static str = "shield.ask";
    const IS_OF_PROTECTED: bool = true;

    fn ask(&self, _view: View<'_>) -> Result<command::Ask, Halt> {
        Ok(command::Ask::new(Action::AskShield, tags(&self.person)))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let mut person = reached(&self.person, &permit, ctx, view)?.clone();
        acts(&person, &self.wish, ctx, view)?;
        let named = person.named.as_deref().ok_or(Rejection::Gone)?;
        let is_done = match &self.wish {
            Wanted::Name { user } => named.iter().any(|one| one.user == *user),
            Wanted::Lift => false,
        };
        if !is_done && person.asked.iter().all(|one| one.wish.wanted() != self.wish) {
            let wish = match &self.wish {
                Wanted::Name { user } => {
                    let colleague = contact_person(user, view)?;
                    Wish::Name { user: colleague.id.clone(), name: colleague.name.clone() }
                }
                Wanted::Lift => Wish::Lift,
            };
            let by = view.must::<Staff>(&Key::of(&[&ctx.actor.user]))?;
            let (by, by_name, on) = (by.id.clone(), by.name.clone(), ctx.received_at.date());
            person.asked.push(Asked { wish, by, by_name, on });
        }
        Ok(vec![Change::Put(person.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        row(&self.person)
    }
}

/// Answers what another has asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whom it is about.
    pub person: Id<Person>,
    /// What was asked.
    pub wish: Wanted,
    /// Shall it be done?
    pub yes: bool,
}

impl Command for Answer {
    const NAME: &'static str = "shield.answer";
    const IS_OF_PROTECTED: bool = true;

    fn ask(&self, _view: View<'_>) -> Result<command::Ask, Halt> {
        Ok(command::Ask::new(Action::AnswerShield, tags(&self.person)))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let mut person = reached(&self.person, &permit, ctx, view)?.clone();
        acts(&person, &self.wish, ctx, view)?;
        let asked = person.asked.iter().position(|one| one.wish.wanted() == self.wish);
        let Asked { wish, by, .. } = person.asked.remove(asked.ok_or(Rejection::AlreadyAnswered)?);
        let is_about_her = matches!(&wish, Wish::Name { user, .. } if *user == ctx.actor.user);
        let named = person.named.as_deref().unwrap_or_default();
        let is_named = named.iter().any(|one| one.user == ctx.actor.user);
        // Whoever is still there is one of the two.
        let passes_over = !is_named && still_there(named, view)?.iter().any(|one| one.user != by);
        if by == ctx.actor.user || is_about_her || passes_over {
            return Err(Rejection::TwoPersons.into());
        }
        match wish {
            _ if !self.yes => {}
            Wish::Name { user, .. } => {
                let colleague = contact_person(&user, view)?;
                let named = person.named.get_or_insert_default();
                if named.iter().all(|one| one.user != colleague.id) {
                    let (user, name) = (colleague.id.clone(), colleague.name.clone());
                    named.push(Named { user, name, since: ctx.received_at.date() });
                }
            }
            Wish::Lift => {
                (person.named, person.asked) = (None, Vec::new());
                return with_rows(person, view);
            }
        }
        Ok(vec![Change::Put(person.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        row(&self.person)
    }
}

/// Somebody may know of a protected person no more. Two who are there stay, and her contact person does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unname {
    /// Whom it is about.
    pub person: Id<Person>,
    /// Who is named no more.
    pub user: AnyId,
}

impl Command for Unname {
    const NAME: &'static str = "shield.unname";
    const IS_OF_PROTECTED: bool = true;

    fn ask(&self, _view: View<'_>) -> Result<command::Ask, Halt> {
        Ok(command::Ask::new(Action::EndNamed, [Tag::named(&self.person)]))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let mut person = reached(&self.person, &permit, ctx, view)?.clone();
        let mut named = person.named.take().ok_or(Rejection::Gone)?;
        if named.iter().any(|one| one.user == self.user) {
            if self.user == person.contact {
                return Err(Rejection::NoContact.into());
            }
            if still_there(&named, view)?.iter().filter(|one| one.user != self.user).count() < FEWEST {
                return Err(Rejection::TwoPersons.into());
            }
            named.retain(|one| one.user != self.user);
            // What she has asked is nobody's wish any more.
            person.asked.retain(|one| one.by != self.user);
        }
        person.named = Some(named);
        Ok(vec![Change::Put(person.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        row(&self.person)
    }
}

#[cfg(test)]
mod tests;
