//! Attendance marks: the allowance is paid on them, so no answer silently replaces another.
//!
//! Paid in arrears on registered attendance (sosialtjenesteloven § 39). A session nobody
//! registered is the centre's gap, never the participant's absence.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{
        group::{Enrolment, Group},
        person::Person,
        series::Series,
        shield, week,
    },
    entity::{Entity, Key, Tag},
    policy::{self, Action, Permit},
    prim::{Answers, AnyId, Date, Id, days_from},
    registry::{Kind, Record},
    rejection::{Field, Rejection},
    sync::pull::SESSION_DAYS,
    view::{Halt, View},
};

/// Was she there?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attendance {
    /// There.
    Here,
    /// There, but came late by this many minutes (1–480).
    Late(u16),
    /// Not there.
    Away,
}

/// The marks for one participant at one occurrence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Which activity.
    pub series: Id<Series>,
    /// Its date in the template.
    pub date: Date,
    /// Who.
    pub person: Id<Person>,
    /// The group she came with.
    pub group: Id<Group>,
    /// What was said of her attendance.
    pub answers: Answers<Attendance>,
    /// Is she a protected person?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shielded: bool,
}

impl Mark {
    /// The audiences of the marks of somebody who comes with a group, unless she is a protected person.
    #[must_use]
    pub fn audiences(person: &Id<Person>, group: &Id<Group>) -> Vec<Tag> {
        vec![Tag::participant(person), Tag::roster(group), Tag::people()]
    }
}

impl Entity for Mark {
    const KIND: Kind = Kind::Mark;

    fn key(&self) -> Key {
        Key::of(&[&self.series, &self.date, &self.person])
    }

    fn tags(&self) -> Vec<Tag> {
        if self.shielded {
            return shield::tags(&self.person);
        }
        Self::audiences(&self.person, &self.group)
    }

    fn is_shielded(&self) -> bool {
        self.shielded
    }

    fn window(&self) -> Option<Date> {
        Some(self.date)
    }

    fn homes(key: &Key) -> Vec<Tag> {
        shield::homes(key.part(2))
    }

    fn whose(key: &Key) -> Option<AnyId> {
        key.id_at(2)
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Mark(row) => Some(row),
            _ => None,
        }
    }
}

/// Says whether a participant was there.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Which activity.
    pub series: Id<Series>,
    /// Its date in the template.
    pub date: Date,
    /// Who.
    pub person: Id<Person>,
    /// Was she there?
    pub value: Attendance,
    /// The answers its author was looking at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Box<str>>,
}

impl Command for Set {
    const NAME: &'static str = "attendance.set";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        let series = view.must::<Series>(&Key::of(&[&self.series]))?;
        let roster = series.group.as_ref().map(Tag::roster);
        let about = shield::about(&self.person).into_iter().chain(roster);
        let standing = view.get::<Mark>(&self.key())?;
        let action = if standing.is_some() { Action::CorrectMark } else { Action::MarkAttendance };
        Ok(Ask::new(action, about))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        if matches!(self.value, Attendance::Late(minutes) if !(1..=480).contains(&minutes)) {
            return Err(Rejection::OutOfRange { field: Field::Time, min: 1, max: 480 }.into());
        }
        let series = view.must::<Series>(&Key::of(&[&self.series]))?;
        let not_planned = Rejection::NotPlanned { date: self.date };
        let happens = week::one(view, series, self.date)?.filter(week::Occurrence::happens);
        let occurrence = happens.ok_or(not_planned.clone())?;
        if occurrence.date > ctx.received_at.date() {
            return Err(Rejection::DayIsAhead { date: occurrence.date }.into());
        }
        // Whoever only leads the session may put right what is a week old; after that her contact person does.
        let oldest = days_from(ctx.received_at.date(), -SESSION_DAYS);
        let hers = shield::about(&self.person);
        if occurrence.date < oldest && !policy::can(ctx.actor, permit.action(), hers, ctx.received_at.date()) {
            return Err(Rejection::DayIsOver { date: occurrence.date }.into());
        }
        let group = series.group.as_ref().ok_or(not_planned)?;
        let enrolment = view.must::<Enrolment>(&Key::of(&[&self.person, group]))?;
        if !enrolment.holds_on(occurrence.date) {
            return Err(Rejection::Gone.into());
        }
        let mut mark = view.get::<Mark>(&self.key())?.cloned().unwrap_or_else(|| Mark {
            series: self.series.clone(),
            date: self.date,
            person: self.person.clone(),
            group: group.clone(),
            answers: Answers::default(),
            shielded: enrolment.shielded,
        });
        mark.answers.add(ctx.answer(self.value, &self.seen));
        Ok(vec![Change::Put(mark.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Mark, self.key()))
    }
}

impl Set {
    fn key(&self) -> Key {
        Key::of(&[&self.series, &self.date, &self.person])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::Role,
        prim::AnswersNow,
        testkit::{Rows, at, centre, date, id},
    };

    const AFTER: &str = "2026-11-24 14:10";

    fn mark(rows: &mut Rows, user: &str, role: Role, value: Attendance) -> Result<(), Rejection> {
        rows.run(user, role, at(AFTER), set("amina", "2026-11-24", value))
    }

    fn set(person: &str, day: &str, value: Attendance) -> Set {
        Set { series: id("norwegian-tue"), date: date(day), person: id(person), value, seen: Vec::new() }
    }

    fn key() -> Key {
        Key::of(&[&"norwegian-tue", &"2026-11-24", &"amina"])
    }

    #[test]
    fn contact_person_and_leader_may_mark_and_others_may_not() {
        for (user, role, expected) in [
            ("adviser", Role::Adviser, Ok(())),
            ("teacher", Role::Teacher, Ok(())),
            ("other-adviser", Role::Adviser, Err(Rejection::Gone)),
            ("amina", Role::Participant, Err(Rejection::Forbidden)),
            ("manager", Role::Manager, Err(Rejection::Gone)),
        ] {
            assert_eq!(mark(&mut centre(), user, role, Attendance::Here), expected, "{user}");
        }
    }

    #[test]
    fn a_leader_marks_what_is_a_week_old_and_her_contact_person_what_is_older() {
        for (user, role, later, expected) in [
            ("teacher", Role::Teacher, "2026-12-01 14:10", Ok(())),
            ("teacher", Role::Teacher, "2026-12-02 09:00", Err(Rejection::DayIsOver { date: date("2026-11-24") })),
            ("adviser", Role::Adviser, "2027-02-02 09:00", Ok(())),
        ] {
            let set = set("amina", "2026-11-24", Attendance::Here);
            assert_eq!(centre().run(user, role, at(later), set), expected, "{user}, {later}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_or_forward_changes_nothing() {
        let over = Err(Rejection::DayIsOver { date: date("2026-11-24") });
        let ahead = Err(Rejection::DayIsAhead { date: date("2026-11-24") });
        for (clock, received, expected) in [
            ("2026-11-24 14:10", "2026-12-02 09:00", over),
            ("2026-11-24 14:10", "2026-11-23 09:00", ahead),
            ("2027-02-02 09:00", "2026-11-24 14:10", Ok(())),
        ] {
            let set = set("amina", "2026-11-24", Attendance::Here);
            let judged = centre().run_late("teacher", Role::Teacher, at(clock), at(received), set);
            assert_eq!(judged, expected, "made at {clock}, received at {received}");
        }
    }

    #[test]
    fn two_who_differ_are_both_kept() {
        let mut rows = centre();
        mark(&mut rows, "adviser", Role::Adviser, Attendance::Here).unwrap();
        mark(&mut rows, "teacher", Role::Teacher, Attendance::Away).unwrap();
        let row = rows.view().must::<Mark>(&key()).unwrap();
        assert!(matches!(row.answers.now(), AnswersNow::Disputed(heads) if heads.len() == 2));
    }

    #[test]
    fn only_members_on_days_it_happens_can_be_marked() {
        let mut rows = centre();
        let mut run = |command: Set| rows.run("adviser", Role::Adviser, at(AFTER), command);
        assert_eq!(run(set("sara", "2026-11-24", Attendance::Here)), Err(Rejection::Gone));
        let tomorrow = run(set("amina", "2026-12-01", Attendance::Here));
        assert!(matches!(tomorrow, Err(Rejection::DayIsAhead { .. })));
        let wrong = run(set("amina", "2026-11-25", Attendance::Here));
        assert!(matches!(wrong, Err(Rejection::NotPlanned { .. })));
        let late = run(set("amina", "2026-11-24", Attendance::Late(481)));
        assert!(matches!(late, Err(Rejection::OutOfRange { .. })));
    }
}
