//! What somebody did while she was allowed to, and the server heard of when she was not any more. It is neither
//! refused nor done: whoever answers for the centre decides.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::person::Person,
    entity::{Entity, Grant, Key, Tag},
    policy::{self, Action, Actor, Ground, Keeping, Permit, Role},
    prim::{AnyId, Date, Id, Timestamp},
    registry::{AnyCommand, Kind, Record},
    rejection::Rejection,
    view::{Halt, View},
};

/// How many commands of one author may wait for an answer: as many as are done in weeks without a network.
pub const MOST_WAITING: usize = 1_000;
/// How many bytes of them.
pub const MOST_BYTES: usize = 2_000_000;

/// A command that waits for an answer, with what it takes to do it as if nothing had come between. Written by the
/// rules that judge commands; no client sends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldCommand {
    /// The id of the command: its client and its number there.
    pub id: Box<str>,
    /// Who did it.
    pub by: AnyId,
    /// The part she played then.
    pub role: Role,
    /// Those of the audiences it is about that she reached then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached: Vec<Tag>,
    /// When it was made, as far as that can be true.
    pub made_at: Timestamp,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Its name.
    pub name: Box<str>,
    /// Its fields, as JSON.
    pub body: Box<str>,
    /// The participants it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Id<Person>>,
    /// One of them is a protected person: only those named for her see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shielded: bool,
    /// What was answered; from then on the row is for its author, and holds no more than she is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Answered>,
}

/// What whoever answers for the centre has said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Was it done?
    pub yes: bool,
    /// On which day.
    pub on: Date,
}

impl HeldCommand {
    /// Holds a command that asks this of `author`, who has the rights of when she made it.
    #[must_use]
    pub fn of(
        id: &str,
        command: &AnyCommand,
        ask: &Ask,
        author: &Actor,
        (made_at, received_at): (Timestamp, Timestamp),
    ) -> Self {
        let is_hers = |tag: &&Tag| author.grants.iter().any(|grant| grant.tag == **tag && grant.role == author.role);
        let mut persons: Vec<Id<Person>> = command.persons().iter().map(|person| person.cast()).collect();
        persons.sort_unstable();
        persons.dedup();
        Self {
            id: id.into(),
            by: author.user.clone(),
            role: author.role,
            reached: ask.about.iter().filter(is_hers).cloned().collect(),
            made_at,
            received_at,
            name: command.name().into(),
            body: command.body().into(),
            persons,
            shielded: false,
            answered: None,
        }
    }

    /// Is there room for it beside what waits of its author already? All of that lies on the device of every manager.
    pub fn has_room(&self, view: View<'_>) -> Result<bool, Halt> {
        let hers = view.all::<Self>()?.into_iter().filter(|one| one.answered.is_none() && one.by == self.by);
        let (count, bytes) = hers.fold((1, self.body.len()), |(count, bytes), one| (count + 1, bytes + one.body.len()));
        Ok(count <= MOST_WAITING && bytes <= MOST_BYTES)
    }

    /// As its author is told of it: what it said stands where it was done, or nowhere.
    fn told(&self, answered: Answered) -> Self {
        Self { reached: Vec::new(), body: "".into(), answered: Some(answered), ..self.clone() }
    }

    /// What it would do, unless this build cannot read it.
    pub fn command(&self) -> Result<AnyCommand, Rejection> {
        AnyCommand::read(&self.name, &self.body)
    }

    /// Its author, with those of her rights of when it was made that it needs.
    fn author(&self) -> Actor {
        let grants = self.reached.iter().map(|tag| Grant {
            user: self.by.clone(),
            tag: tag.clone(),
            role: self.role,
            from: None,
            until: None,
        });
        let grants = grants.collect();
        Actor { user: self.by.clone(), role: self.role, grants, keeping: Keeping::OnDevice }
    }

    /// The leave she had for it.
    fn permit(&self, command: &AnyCommand, author: &Actor, view: View<'_>) -> Result<Permit, Halt> {
        Ok(policy::check(author, &command.ask(view)?, self.made_at.date())?)
    }

    /// On what ground she could do it when she did.
    pub fn ground(&self, view: View<'_>) -> Result<Ground, Halt> {
        Ok(self.permit(&self.command()?, &self.author(), view)?.ground())
    }

    /// What it comes to now, with its author's rights of the day it was made.
    fn decide(&self, received_at: Timestamp, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let (command, author) = (self.command()?, self.author());
        let permit = self.permit(&command, &author, view)?;
        let ctx = Ctx { actor: &author, id: &self.id, made_at: self.made_at, received_at };
        command.permitted(permit, &ctx, view)
    }
}

impl Entity for HeldCommand {
    const KIND: Kind = Kind::HeldCommand;

    fn key(&self) -> Key {
        Key::from_text(&self.id)
    }

    /// Whoever may see every participant, and its author once it is answered; and by those it is about it is found when
    /// they are taken out of the system.
    fn tags(&self) -> Vec<Tag> {
        if self.shielded {
            let named = self.persons.iter().map(Tag::named);
            return named.chain([Tag::every_named()]).collect();
        }
        let whose = if self.answered.is_some() { Tag::user(&self.by) } else { Tag::people() };
        [whose].into_iter().chain(self.persons.iter().map(Tag::mention)).collect()
    }

    fn window(&self) -> Option<Date> {
        self.answered.as_ref().map(|answered| answered.on)
    }

    /// Its author reaches what was answered, whatever part she plays by now.
    fn grants(&self) -> Vec<Grant> {
        match self.answered {
            Some(_) if !self.shielded => Grant::told(&self.by).collect(),
            Some(_) | None => Vec::new(),
        }
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::people()]
    }

    fn is_shielded(&self) -> bool {
        self.shielded
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::HeldCommand(row) => Some(row),
            _ => None,
        }
    }
}

/// Answers whether what is held shall be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which: the id of the command.
    pub id: Key,
    /// Shall it be done?
    pub yes: bool,
}

impl Command for Answer {
    const NAME: &'static str = "held.answer";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        let held = view.must::<HeldCommand>(&self.id)?;
        Ok(Ask::new(Action::AnswerHeld, held.tags()))
    }

    /// Nobody says yes to what she did herself; no she may say, or it would wait for ever where nobody else answers. What
    /// the rules do not let happen today stays until somebody says no. Its author is told the answer; of a protected
    /// person nothing is told on any device.
    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let held = view.must::<HeldCommand>(&self.id)?;
        if held.answered.is_some() {
            return Err(Rejection::Gone.into());
        }
        if self.yes && held.by == ctx.actor.user {
            return Err(Rejection::Forbidden.into());
        }
        let mut changes = if self.yes { held.decide(ctx.received_at, view)? } else { Vec::new() };
        changes.push(if held.shielded {
            Change::Delete(Kind::HeldCommand, self.id.clone())
        } else {
            Change::Put(held.told(Answered { yes: self.yes, on: ctx.received_at.date() }).into())
        });
        Ok(changes)
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::HeldCommand, self.id.clone()))
    }
}

/// What waits for an answer, what was made first before the rest.
pub fn waiting<'a>(view: View<'a>) -> Result<Vec<&'a HeldCommand>, Halt> {
    let mut held = view.all::<HeldCommand>()?;
    held.retain(|one| one.answered.is_none());
    held.sort_by_key(|one| one.made_at);
    Ok(held)
}

/// What was answered to what `user` did, the latest first.
pub fn told<'a>(user: &AnyId, view: View<'a>) -> Result<Vec<&'a HeldCommand>, Halt> {
    let mut told = view.all::<HeldCommand>()?;
    told.retain(|one| one.by == *user && one.answered.is_some());
    told.sort_by_key(|one| std::cmp::Reverse(one.made_at));
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            attendance::{Attendance, Mark, Set},
            order,
        },
        testkit::{Rows, at, centre, date, id},
    };

    const MADE: &str = "2026-11-24 14:10";
    const NOW: &str = "2026-11-25 09:00";

    fn mark(person: &str) -> Set {
        Set {
            series: id("norwegian-tue"),
            date: date("2026-11-24"),
            person: id(person),
            value: Attendance::Here,
            seen: Vec::new(),
        }
    }

    fn held(by: &str, command: impl Into<AnyCommand>) -> HeldCommand {
        let (rows, command) = (centre(), command.into());
        let ask = command.ask(rows.view()).unwrap();
        HeldCommand::of("phone.7", &command, &ask, &rows.actor(by, Role::Adviser), (at(MADE), at(NOW)))
    }

    fn answer(rows: &mut Rows, user: &str, role: Role, yes: bool) -> Result<(), Rejection> {
        rows.run(user, role, at(NOW), Answer { id: Key::from_text("phone.7"), yes })
    }

    fn is_held(rows: &Rows) -> bool {
        !waiting(rows.view()).unwrap().is_empty()
    }

    fn marked(rows: &Rows) -> Option<Mark> {
        rows.view().get::<Mark>(&Key::from_text("norwegian-tue.2026-11-24.amina")).unwrap().cloned()
    }

    #[test]
    fn a_yes_does_it_as_its_author_did_it_and_a_no_does_nothing() {
        for yes in [true, false] {
            let mut rows = centre().with(held("adviser", mark("amina")));
            answer(&mut rows, "manager", Role::Manager, yes).unwrap();
            let answers = marked(&rows).map(|mark| mark.answers.history().to_vec()).unwrap_or_default();
            assert_eq!((answers.len(), is_held(&rows)), (usize::from(yes), false));
            if let Some(one) = answers.first() {
                assert_eq!((&*one.id, &*one.by, one.made_at), ("phone.7", "adviser", at(MADE)));
            }
            assert_eq!(answer(&mut rows, "manager", Role::Manager, yes), Err(Rejection::Gone));
        }
    }

    #[test]
    fn its_author_is_told_the_answer_and_nobody_else() {
        for yes in [true, false] {
            let mut rows = centre().with(held("adviser", mark("amina")));
            let author = id("adviser");
            assert!(told(&author, rows.view()).unwrap().is_empty());
            answer(&mut rows, "manager", Role::Manager, yes).unwrap();
            let found = told(&author, rows.view()).unwrap();
            let [one] = found.as_slice() else { panic!("{found:?}") };
            let on = date("2026-11-25");
            assert_eq!((&one.answered, &*one.name), (&Some(Answered { yes, on }), "attendance.set"));
            assert!(one.body.is_empty() && one.reached.is_empty(), "what it said is not hers any more");
            let record = Record::from((*one).clone());
            // She plays another part by now.
            for role in [Role::Adviser, Role::Teacher] {
                assert!(rows.sees("adviser", role, at(NOW), &record), "{role:?}");
            }
            for (user, role) in [("manager", Role::Manager), ("teacher", Role::Teacher), ("amina", Role::Participant)] {
                assert!(!rows.sees(user, role, at(NOW), &record), "{role:?}");
            }
            assert!(record.tags().contains(&Tag::mention(&id::<Person>("amina"))), "it is found when she is shredded");
        }
    }

    #[test]
    fn of_a_protected_person_nobody_is_told() {
        let row = HeldCommand { shielded: true, ..held("adviser", mark("amina")) };
        let rows = centre().with(row);
        let no = Answer { id: Key::from_text("phone.7"), yes: false };
        let ask = no.ask(rows.view()).unwrap();
        let grants = Grant::named::<Person>(&id("manager"), &id("amina")).collect();
        let named = Actor { user: id("manager"), role: Role::Manager, grants, keeping: Keeping::InMemory };
        let permit = policy::check(&named, &ask, date("2026-11-25")).unwrap();
        let ctx = Ctx { actor: &named, id: "pc.1", made_at: at(NOW), received_at: at(NOW) };
        let changes = no.decide(permit, &ctx, rows.view()).unwrap();
        assert_eq!(changes, [Change::Delete(Kind::HeldCommand, Key::from_text("phone.7"))]);
    }

    #[test]
    fn nobody_says_yes_to_what_she_did_herself_and_nobody_but_a_manager_answers() {
        let mut rows = centre().with(held("adviser", mark("amina")));
        assert_eq!(answer(&mut rows, "adviser", Role::Manager, true), Err(Rejection::Forbidden));
        for (user, role) in [("adviser", Role::Adviser), ("teacher", Role::Teacher), ("amina", Role::Participant)] {
            assert_eq!(answer(&mut rows, user, role, true), Err(Rejection::Gone), "{role:?}");
        }
        assert!(is_held(&rows) && marked(&rows).is_none());
    }

    #[test]
    fn whoever_did_it_may_say_no_to_it_herself() {
        let mut rows = centre().with(held("manager", mark("amina")));
        assert_eq!(answer(&mut rows, "manager", Role::Manager, true), Err(Rejection::Forbidden));
        answer(&mut rows, "manager", Role::Manager, false).unwrap();
        assert!(!is_held(&rows) && marked(&rows).is_none());
        assert_eq!(told(&id("manager"), rows.view()).unwrap().len(), 1);
    }

    #[test]
    fn what_waits_of_one_author_has_its_bounds() {
        let row = held("adviser", mark("amina"));
        let numbered = |number: usize, body: usize| HeldCommand {
            id: format!("phone.{number}").into(),
            body: "x".repeat(body).into(),
            ..row.clone()
        };
        let another = |row: HeldCommand| HeldCommand { by: id("other-adviser"), ..row };
        let full = (1..MOST_WAITING).fold(centre(), |rows, number| rows.with(numbered(number, 9)));
        let last = numbered(MOST_WAITING, 9);
        assert_eq!(last.has_room(full.view()), Ok(true));
        let mut full = full.with(last);
        let more = numbered(MOST_WAITING + 1, 9);
        assert_eq!(more.has_room(full.view()), Ok(false));
        assert_eq!(another(more.clone()).has_room(full.view()), Ok(true), "each has her own");
        answer(&mut full, "manager", Role::Manager, false).unwrap();
        assert_eq!(more.has_room(full.view()), Ok(true), "what is answered does not wait");

        let large = centre().with(numbered(1, MOST_BYTES - 9));
        assert_eq!(numbered(2, 9).has_room(large.view()), Ok(true));
        assert_eq!(numbered(2, 10).has_room(large.view()), Ok(false));
        assert_eq!(another(numbered(2, 10)).has_room(large.view()), Ok(true));
    }

    #[test]
    fn what_the_rules_do_not_let_happen_stays_until_somebody_says_no() {
        // Lena is another adviser's, and was then.
        let mut rows = centre().with(held("adviser", mark("lena")));
        assert_eq!(answer(&mut rows, "manager", Role::Manager, true), Err(Rejection::Gone));
        assert!(is_held(&rows));
        answer(&mut rows, "manager", Role::Manager, false).unwrap();
        assert!(!is_held(&rows));
    }

    #[test]
    fn it_is_found_by_whom_it_is_about_and_no_device_but_a_managers_holds_it() {
        let row = held("adviser", mark("amina"));
        assert_eq!(row.persons, [id("amina")]);
        let rows = centre().with(row.clone());
        let record = Record::from(row);
        for (user, role) in [("adviser", Role::Adviser), ("amina", Role::Participant), ("teacher", Role::Teacher)] {
            assert!(!rows.sees(user, role, at(NOW), &record), "{role:?}");
        }
        assert!(rows.sees("manager", Role::Manager, at(NOW), &record));
        let choice = order::Choice::Count(58);
        let order = order::Change { school: id("fridalen"), day: date("2026-11-26"), choice, seen: Vec::new() };
        assert!(held("adviser", order).persons.is_empty(), "the control");
    }
}
