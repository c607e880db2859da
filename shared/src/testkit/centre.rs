//! A small centre with fixed names: two schools, two groups, three participants, one of each role.

use crate::{
    domain::{
        group::{Enrolment, Group},
        person::Person,
        school::{Class, ClosedDays, School, SchoolYear},
        series::{ActivityKind, Series},
        staff::Staff,
        standing::{Standard, Standing},
    },
    policy::Role,
    prim::{Date, Id, Name, Note, TimeOfDay, Timestamp},
    registry::Record,
    testkit::Rows,
};

/// The identifier with this text.
///
/// # Panics
/// When the text is no identifier.
#[must_use]
pub fn id<T: ?Sized>(text: &str) -> Id<T> {
    Id::parse(text).expect("an id")
}

/// The name with this text.
///
/// # Panics
/// When the text is no name.
#[must_use]
pub fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

/// The note with this text.
///
/// # Panics
/// When the text is no note.
#[must_use]
pub fn note(text: &str) -> Note {
    Note::parse(text).expect("a note")
}

/// The date with this text: `2026-11-24`.
///
/// # Panics
/// When the text is no date.
#[must_use]
pub fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The time of day with this text: `09:00`.
///
/// # Panics
/// When the text is no time of day.
#[must_use]
pub fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).expect("a time of day")
}

/// The centre on a Tuesday in November 2026.
#[must_use]
pub fn centre() -> Rows {
    let people = [("amina", "adviser"), ("sara", "adviser"), ("lena", "other-adviser")];
    let staff = [
        ("adviser", Role::Adviser, None),
        ("other-adviser", Role::Adviser, None),
        ("teacher", Role::Teacher, None),
        ("kitchen", Role::Kitchen, None),
        ("manager", Role::Manager, None),
        ("secretary", Role::School, Some("slettebakken")),
        ("other-secretary", Role::School, Some("fridalen")),
    ];
    let staff = staff.map(|(user, role, school)| {
        Record::from(Staff { id: id(user), name: name(user), role, school: school.map(id) })
    });
    let groups = ["morning", "evening"].map(|group| {
        Record::from(Group { id: id(group), name: name(group), leader: (group == "morning").then(|| id("teacher")) })
    });
    let enrolments = [("morning", "amina"), ("morning", "lena"), ("evening", "sara")].map(|(group, person)| {
        Record::from(Enrolment {
            group: id(group),
            person: id(person),
            called: name(person),
            from: date("2026-08-17"),
            until: None,
            earlier: Vec::new(),
        })
    });
    let people = people.map(|(person, contact)| {
        Record::from(Person {
            id: id(person),
            first_name: name(person),
            last_name: None,
            phone: None,
            language: None,
            contact: id(contact),
            contact_name: name(contact),
            registered: date("2026-08-17"),
        })
    });
    let series = [("norwegian-tue", "morning", 2), ("norwegian-thu", "evening", 4)].map(|(series, group, weekday)| {
        Record::from(Series {
            id: id(series),
            title: name("Norskverksted"),
            kind: ActivityKind::Norwegian,
            group: Some(id(group)),
            weekday,
            start: Some(time("12:30")),
            end: Some(time("14:00")),
            place: Some(name("Rom 2")),
            leader: None,
            bring: None,
            from: date("2026-08-17"),
            until: None,
        })
    });
    let schools = [("slettebakken", "Slettebakken", 62), ("fridalen", "Fridalen", 55)];
    let standings = schools.map(|(school, _, count)| {
        Record::from(Standing {
            school: id(school),
            versions: vec![Standard {
                from: date("2026-08-17"),
                counts: [count; 5],
                by: "secretary".into(),
                received_at: Timestamp(0),
            }],
        })
    });
    let schools = schools.map(|(school, called, count)| {
        Record::from(School {
            id: id(school),
            name: name(called),
            classes: vec![Class { name: name("5A"), pupils: count }],
            deadlines: Vec::new(),
            years: vec![SchoolYear {
                from: date("2026-08-17"),
                until: date("2027-06-18"),
                closed: vec![ClosedDays {
                    from: date("2026-12-21"),
                    until: date("2027-01-03"),
                    reason: name("Juleferie"),
                }],
            }],
        })
    });
    let rows = [staff.to_vec(), groups.to_vec(), enrolments.to_vec(), people.to_vec()];
    let more = [series.to_vec(), standings.to_vec(), schools.to_vec()];
    Rows::of(rows.into_iter().chain(more).flatten())
}
