//! A small centre with fixed names: two schools, two groups, three participants, one of each role.

use crate::{
    domain::{
        attendance::{self, Attendance},
        crew::{self, Symbol},
        day_off::DayOff,
        erasure::{Erasure, State},
        exception,
        former::{Former, Lost},
        glass,
        group::{self, Enrolment, Group},
        held::HeldCommand,
        menu::Menu,
        order::{self, Choice},
        packing::{self, Step},
        person::{self, Person},
        school::{Class, ClosedDays, School, SchoolYear},
        series::{ActivityKind, Series},
        staff::Staff,
        standing::{Standard, Standing},
    },
    entity::Tag,
    policy::Role,
    prim::{Bytes, Date, Id, Name, Note, TimeOfDay, Timestamp},
    registry::Record,
    testkit::{Rows, at},
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
        Record::from(Staff { id: id(user), name: name(user), role, school: school.map(id), left: None })
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
            shielded: false,
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
            named: None,
            asked: Vec::new(),
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
            number: None,
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

/// The centre in use: a row of every kind, on and around that Tuesday.
///
/// # Panics
/// When the rules no longer let its people do what they do here.
#[must_use]
pub fn used_centre() -> Rows {
    let day = date("2026-11-24");
    let open = Series {
        id: id("yoga"),
        title: name("Yoga"),
        kind: ActivityKind::Talk,
        group: None,
        weekday: 5,
        start: Some(time("10:00")),
        end: Some(time("11:00")),
        place: None,
        leader: None,
        bring: None,
        from: date("2026-08-17"),
        until: None,
    };
    let mut rows = centre()
        .with(Staff { id: id("reception"), name: name("reception"), role: Role::Reception, school: None, left: None })
        .with(Menu { day, dish: name("Taco"), beside: Vec::new() })
        .with(DayOff { date: date("2026-11-30"), reason: name("Planleggingsdag") })
        .with(open);
    let of = Erasure::number::<Person>(&id("gone"));
    rows.put(Erasure { of, state: State::Shredded, at: Timestamp(0), reason: note("Sak 2026/7") }.into());
    // A colleague has left who had marked Amina.
    let amina: Id<Person> = id("amina");
    let lost = Lost { part: Some(Role::Adviser), grants: vec![(Tag::participant(&amina), Role::Adviser)] };
    rows.put(Former::and(None, id("left"), lost, at("2026-11-24 08:00")).into());
    let body = r#"{"series":"norwegian-tue","date":"2026-11-17","person":"amina","value":"here"}"#;
    rows.put(
        HeldCommand {
            id: "lefts-phone.1".into(),
            by: id("left"),
            role: Role::Adviser,
            reached: vec![Tag::participant(&amina)],
            made_at: at("2026-11-17 14:00"),
            received_at: at("2026-11-24 08:30"),
            name: "attendance.set".into(),
            body: body.into(),
            persons: vec![amina],
            shielded: false,
            answered: None,
        }
        .into(),
    );
    let order = |school: &str| order::Change { school: id(school), day, choice: Choice::Count(58), seen: Vec::new() };
    let tick = |school: &str| packing::SetTick {
        day,
        school: id(school),
        step: Step::Made,
        done: true,
        seen: Vec::new(),
        by: None,
    };
    let mark = |series: &str, date, person: &str| attendance::Set {
        series: id(series),
        date,
        person: id(person),
        value: Attendance::Here,
        seen: Vec::new(),
    };
    let crew = crew::Add {
        id: id("k1"),
        alias: name("Hodan"),
        symbol: Symbol::Sun,
        salt: Bytes::new([1; 32]),
        key: Bytes::new([7; 32]),
    };
    let cancel = |series: &str, date| exception::Cancel { series: id(series), date, reason: note("Syk") };
    let (evening, noon) = (at("2026-11-23 10:00"), at("2026-11-24 12:00"));
    let thursday = date("2026-11-19");
    let done = [
        rows.run("secretary", Role::School, evening, order("slettebakken")),
        rows.run("other-secretary", Role::School, evening, order("fridalen")),
        rows.run("kitchen", Role::Kitchen, noon, tick("slettebakken")),
        rows.run("kitchen", Role::Kitchen, noon, tick("fridalen")),
        rows.run("adviser", Role::Adviser, noon, mark("norwegian-tue", day, "amina")),
        rows.run("other-adviser", Role::Adviser, noon, mark("norwegian-tue", day, "lena")),
        rows.run("adviser", Role::Adviser, noon, mark("norwegian-thu", thursday, "sara")),
        rows.run("adviser", Role::Adviser, noon, cancel("norwegian-tue", date("2026-12-01"))),
        rows.run("adviser", Role::Adviser, noon, cancel("norwegian-thu", date("2026-11-26"))),
        rows.run("adviser", Role::Adviser, noon, cancel("yoga", date("2026-11-27"))),
        rows.run("kitchen", Role::Kitchen, noon, crew),
    ];
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    shielded(&mut rows);
    rows
}

/// Noor, a protected person in a group and there on that Tuesday; and the glass, broken on the day before.
fn shielded(rows: &mut Rows) {
    let (noon, tuesday) = (at("2026-11-24 12:00"), date("2026-11-24"));
    let register = person::Register {
        id: id("noor"),
        first_name: name("noor"),
        last_name: None,
        phone: None,
        language: None,
        contact: None,
        shielded_with: Some(id("manager")),
    };
    let enrol = group::Enrol { group: id("morning"), person: id("noor") };
    let mark = attendance::Set {
        series: id("norwegian-tue"),
        date: tuesday,
        person: id("noor"),
        value: Attendance::Here,
        seen: Vec::new(),
    };
    let smash = glass::Break { id: id("g1"), reason: note("Politiet ringer nå") };
    let done = [
        rows.run_in_memory("adviser", Role::Adviser, noon, register),
        rows.run_in_memory("adviser", Role::Adviser, noon, enrol),
        rows.run_in_memory("adviser", Role::Adviser, noon, mark),
        rows.run_in_memory("manager", Role::Manager, at("2026-11-23 12:00"), smash),
    ];
    assert!(done.iter().all(Result::is_ok), "{done:?}");
}
