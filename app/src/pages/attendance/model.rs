//! Sessions, who belongs to them, and what was said of each one's attendance.
//!
//! Pure: rows go in, owned models come out. A session nobody registered is the centre's gap.

use std::{cmp::Reverse, collections::BTreeSet};

use shared::{
    domain::{
        attendance::{Attendance, Mark},
        group::{self, Group},
        person::Person,
        series::{ActivityKind, Series},
        staff::Staff,
        week::{self, Occurrence},
    },
    entity::{Key, Tag},
    prim::{AnswersNow, AnyId, Date, Id, TimeOfDay, Timestamp, days_from, sort_by, sort_by_key},
    view::{Halt, View},
};

/// How far back the list of sessions reaches, in days before today.
const DAYS_BACK: i64 = 7;

/// One activity of a group on one date, with its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// The activity in the template.
    pub series: Id<Series>,
    /// Its date in the template: with the series, its identity.
    pub original: Date,
    /// The group it is for.
    pub group: Id<Group>,
    /// What it is called.
    pub title: String,
    /// What sort it is.
    pub kind: ActivityKind,
    /// The day it happens on.
    pub date: Date,
    /// The start, unknown for some.
    pub start: Option<TimeOfDay>,
    /// The end, unknown for some.
    pub end: Option<TimeOfDay>,
    /// Where.
    pub place: Option<String>,
    /// Those of its group this user can see, by name.
    pub members: Vec<Member>,
}

/// One participant at one session.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Who.
    pub person: Id<Person>,
    /// Her full name, or all that the group's leader sees of it.
    pub name: String,
    /// May only few know of her?
    pub is_protected: bool,
    /// What was said of her attendance.
    pub mark: MarkNow,
    /// The answers on the screen, to be sent as `seen`.
    pub seen: Vec<Box<str>>,
}

/// Where the question of somebody's attendance stands.
#[derive(Debug, Clone, PartialEq)]
pub enum MarkNow {
    /// Nobody has said.
    Open,
    /// One answer stands.
    Settled(Attendance),
    /// Different answers stand until somebody chooses.
    Disputed(Vec<Said>),
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// What was said.
    pub value: Attendance,
    /// By whom, where this device knows the name.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What there is under the address of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Sheet {
    /// No such session, or not for this user's eyes.
    Gone,
    /// It is planned but does not happen: cancelled, or the centre is closed.
    DoesNotHappen,
    /// It is open to all: there is no list of names.
    OpenToAll,
    /// The session.
    Session(Session),
}

impl Session {
    /// The same session with those members only for whom `keep` holds, by the audiences that leave
    /// to mark them is judged by.
    pub fn only(mut self, keep: impl Fn(Vec<Tag>) -> bool) -> Self {
        let group = self.group.clone();
        self.members.retain(|member| keep(about(&group, &member.person)));
        self
    }

    /// How many members each answer has.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for member in &self.members {
            match &member.mark {
                MarkNow::Open => tally.open += 1,
                MarkNow::Settled(Attendance::Here) => tally.here += 1,
                MarkNow::Settled(Attendance::Late(_)) => tally.late += 1,
                MarkNow::Settled(Attendance::Away) => tally.away += 1,
                MarkNow::Disputed(_) => tally.disputed += 1,
            }
        }
        tally
    }
}

/// How many members each answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// There in time.
    pub here: usize,
    /// There, but late.
    pub late: usize,
    /// Not there.
    pub away: usize,
    /// Nobody has said.
    pub open: usize,
    /// Two answers.
    pub disputed: usize,
}

impl Tally {
    /// How many members there are.
    pub const fn total(self) -> usize {
        self.answered() + self.open + self.disputed
    }

    /// How many have an answer that stands.
    pub const fn answered(self) -> usize {
        self.here + self.late + self.away
    }

    /// Has everybody one?
    pub const fn is_done(self) -> bool {
        self.open == 0 && self.disputed == 0
    }
}

/// The audiences by which leave to mark `person` in `group` is judged.
pub fn about(group: &Id<Group>, person: &Id<Person>) -> Vec<Tag> {
    vec![Tag::participant(person), Tag::named(person), Tag::roster(group)]
}

/// The answers that stand now for one participant at one session.
pub fn seen_now(
    view: View<'_>,
    series: &Id<Series>,
    original: Date,
    person: &Id<Person>,
) -> Result<Vec<Box<str>>, Halt> {
    let marks = view.children::<Mark>(&format!("{series}.{original}."))?;
    let mark = marks.into_iter().find(|mark| mark.person == *person);
    Ok(mark.map(|mark| mark.answers.seen()).unwrap_or_default())
}

/// The sessions of groups, from a week ago to today, and older ones in which two answers wait for a choice.
pub fn recent(view: View<'_>, today: Date) -> Result<Vec<Session>, Halt> {
    let first = days_from(today, -DAYS_BACK);
    let mut sessions = Vec::new();
    for (series, date) in undecided(view, first)? {
        // What is not known here is no reason to hide the rest; what was moved into the week is listed there.
        if let Ok(Sheet::Session(session)) = sheet(view, &series, date)
            && session.date < first
        {
            sessions.push(session);
        }
    }
    for one in week::occurrences(view, first, DAYS_BACK + 1)? {
        if one.happens() {
            sessions.extend(session(view, &one)?);
        }
    }
    Ok(sessions)
}

/// The sessions before `first` with an answer that somebody must choose.
fn undecided(view: View<'_>, first: Date) -> Result<BTreeSet<(Id<Series>, Date)>, Halt> {
    let old = view.children::<Mark>("")?.into_iter().filter(|mark| mark.date < first);
    let disputed = old.filter(|mark| matches!(mark.answers.now(), AnswersNow::Disputed(_)));
    let mut sessions = BTreeSet::new();
    sessions.extend(disputed.map(|mark| (mark.series.clone(), mark.date)));
    Ok(sessions)
}

/// Those with an answer missing first, then the newest day first, in the order of the day.
pub fn sort(sessions: &mut Vec<Session>) {
    sort_by_key(sessions, |one| (one.tally().is_done(), Reverse(one.date)));
}

/// The session the template has of `series` on `original`.
pub fn sheet(view: View<'_>, series: &Id<Series>, original: Date) -> Result<Sheet, Halt> {
    let Some(series) = view.get::<Series>(&Key::of(&[series]))? else {
        return Ok(Sheet::Gone);
    };
    let Some(one) = week::one(view, series, original)? else {
        return Ok(Sheet::Gone);
    };
    if !one.happens() {
        return Ok(Sheet::DoesNotHappen);
    }
    Ok(session(view, &one)?.map_or(Sheet::OpenToAll, Sheet::Session))
}

fn session(view: View<'_>, one: &Occurrence<'_>) -> Result<Option<Session>, Halt> {
    let Some(group) = &one.series.group else {
        return Ok(None);
    };
    let marks = view.children::<Mark>(&format!("{}.{}.", one.series.id, one.original))?;
    let mut members = Vec::new();
    for enrolment in group::members(view, group, one.original)? {
        let mark = marks.iter().find(|mark| mark.person == enrolment.person);
        let person = view.get::<Person>(&Key::of(&[&enrolment.person])).ok().flatten();
        members.push(Member {
            person: enrolment.person.clone(),
            name: person.map_or_else(|| enrolment.called.to_string(), Person::full_name),
            is_protected: person.is_some_and(|person| person.named.is_some()),
            mark: mark.map_or(MarkNow::Open, |mark| standing(view, mark)),
            seen: mark.map(|mark| mark.answers.seen()).unwrap_or_default(),
        });
    }
    sort_by(&mut members, |a, b| a.name.cmp(&b.name));
    Ok(Some(Session {
        series: one.series.id.clone(),
        original: one.original,
        group: group.clone(),
        title: one.series.title.to_string(),
        kind: one.series.kind,
        date: one.date,
        start: one.start,
        end: one.end,
        place: one.place.map(ToString::to_string),
        members,
    }))
}

fn standing(view: View<'_>, mark: &Mark) -> MarkNow {
    match mark.answers.now() {
        AnswersNow::Open => MarkNow::Open,
        AnswersNow::Settled(answer) => MarkNow::Settled(answer.value),
        AnswersNow::Disputed(answers) => MarkNow::Disputed(
            answers
                .into_iter()
                .map(|answer| Said { value: answer.value, by: colleague(view, &answer.by), at: answer.made_at })
                .collect(),
        ),
    }
}

/// A leader sees first names only: the person herself is not on her device.
fn colleague(view: View<'_>, user: &str) -> Option<String> {
    let user = AnyId::parse(user).ok()?;
    let staff = view.get::<Staff>(&Key::of(&[&user])).ok().flatten();
    staff.map(|staff| staff.name.to_string())
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        domain::{attendance, exception},
        testkit::{Rows, at, centre, date, id, note},
    };

    use super::*;

    const TUESDAY: &str = "2026-11-24";

    fn session_on(rows: &Rows, day: &str) -> Session {
        match sheet(rows.view(), &id("norwegian-tue"), date(day)).unwrap() {
            Sheet::Session(session) => session,
            other => panic!("no session but {other:?}"),
        }
    }

    fn mark(rows: &mut Rows, user: &str, role: Role, person: &str, value: Attendance, seen: &[Box<str>]) {
        let command = attendance::Set {
            series: id("norwegian-tue"),
            date: date(TUESDAY),
            person: id(person),
            value,
            seen: seen.to_vec(),
        };
        rows.run(user, role, at("2026-11-24 13:00"), command).unwrap();
    }

    fn names(session: &Session) -> Vec<&str> {
        session.members.iter().map(|member| member.name.as_str()).collect()
    }

    #[test]
    fn a_sheet_begins_without_any_answer() {
        let session = session_on(&centre(), TUESDAY);
        assert_eq!(names(&session), ["amina", "lena"]);
        assert!(session.members.iter().all(|member| member.mark == MarkNow::Open && member.seen.is_empty()));
        assert!(!session.tally().is_done());
        assert_eq!(session.tally().total(), 2);
    }

    #[test]
    fn a_second_thought_that_saw_the_first_settles() {
        let mut rows = centre();
        mark(&mut rows, "adviser", Role::Adviser, "amina", Attendance::Here, &[]);
        let seen = session_on(&rows, TUESDAY).members[0].seen.clone();
        assert_eq!(seen.len(), 1);
        mark(&mut rows, "adviser", Role::Adviser, "amina", Attendance::Late(10), &seen);
        let session = session_on(&rows, TUESDAY);
        assert_eq!(session.members[0].mark, MarkNow::Settled(Attendance::Late(10)));
        assert_eq!((session.tally().late, session.tally().open), (1, 1));
    }

    #[test]
    fn two_who_did_not_see_each_other_are_two_answers_by_name() {
        let mut rows = centre();
        mark(&mut rows, "adviser", Role::Adviser, "amina", Attendance::Here, &[]);
        mark(&mut rows, "teacher", Role::Teacher, "amina", Attendance::Away, &[]);
        let session = session_on(&rows, TUESDAY);
        let MarkNow::Disputed(answers) = &session.members[0].mark else {
            panic!("{:?}", session.members[0].mark);
        };
        let by: Vec<_> = answers.iter().map(|said| said.by.as_deref()).collect();
        assert_eq!(by, [Some("adviser"), Some("teacher")]);
        assert_eq!(session.members[0].seen.len(), 2);
        assert!(!session.tally().is_done());
    }

    #[test]
    fn what_lacks_an_answer_comes_first_and_then_the_newest_day() {
        let mut rows = centre();
        mark(&mut rows, "adviser", Role::Adviser, "amina", Attendance::Here, &[]);
        mark(&mut rows, "other-adviser", Role::Adviser, "lena", Attendance::Here, &[]);
        let mut sessions = recent(rows.view(), date(TUESDAY)).unwrap();
        sort(&mut sessions);
        let order: Vec<_> = sessions.iter().map(|one| one.date.to_string()).collect();
        assert_eq!(order, ["2026-11-19", "2026-11-17", TUESDAY]);
        assert!(sessions[2].tally().is_done());
    }

    #[test]
    fn two_answers_stay_on_the_list_until_somebody_chooses() {
        let mut rows = centre();
        let weeks_later = date("2026-12-10");
        let listed =
            |rows: &Rows| recent(rows.view(), weeks_later).unwrap().iter().any(|one| one.date == date(TUESDAY));
        mark(&mut rows, "adviser", Role::Adviser, "amina", Attendance::Here, &[]);
        assert!(!listed(&rows));
        mark(&mut rows, "teacher", Role::Teacher, "amina", Attendance::Away, &[]);
        assert!(listed(&rows));
        let seen = session_on(&rows, TUESDAY).members[0].seen.clone();
        mark(&mut rows, "adviser", Role::Adviser, "amina", Attendance::Away, &seen);
        assert!(!listed(&rows));
    }

    #[test]
    fn a_cancelled_session_has_no_list() {
        let mut rows = centre();
        let command =
            exception::Cancel { series: id("norwegian-tue"), date: date(TUESDAY), reason: note("Solveig er syk") };
        rows.run("adviser", Role::Adviser, at("2026-11-23 10:00"), command).unwrap();
        let found = sheet(rows.view(), &id("norwegian-tue"), date(TUESDAY)).unwrap();
        assert_eq!(found, Sheet::DoesNotHappen);
        let nowhere = sheet(rows.view(), &id("norwegian-tue"), date("2026-11-25")).unwrap();
        assert_eq!(nowhere, Sheet::Gone);
    }
}
