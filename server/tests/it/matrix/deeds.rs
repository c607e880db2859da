//! What everybody tries, and the centre in which she tries it.

use shared::{
    Action, AnyCommand, Key, Role,
    domain::{
        attendance, crew, day_off, exception, group,
        held::{self, Answered, HeldCommand},
        look, menu, order, packing, person, series,
        series::Series,
        shield, staff, standing,
    },
    prim::Bytes,
    testkit::{Rows, at, date, id, name, note, time, used_centre},
};

use super::{About, USERS, of_group, of_person, of_school};

/// The test centre in use. Both schools have asked for something too late, and of the two who are named for the protected
/// person each has asked something. Each of the staff has been told what became of something she did.
pub(super) fn rows() -> Rows {
    let mut rows = used_centre();
    for (user, role) in USERS.into_iter().filter(|(_, role)| *role != Role::Participant) {
        let told = HeldCommand {
            id: format!("{user}s-phone.1").into(),
            by: id(user),
            role,
            reached: Vec::new(),
            made_at: at("2026-11-17 14:00"),
            received_at: at("2026-11-24 08:30"),
            name: "day-off.declare".into(),
            body: "".into(),
            persons: Vec::new(),
            shielded: false,
            answered: Some(Answered { yes: true, on: date("2026-11-24") }),
        };
        rows.put(told.into());
    }
    let late = |school: &str| {
        let (day, choice) = (date("2026-11-24"), order::Choice::Count(60));
        order::Change { school: id(school), day, choice, seen: Vec::new() }
    };
    let (early, noon) = (at("2026-11-24 08:30"), at("2026-11-24 12:30"));
    let ask = |wish| shield::Ask { person: id("noor"), wish };
    let name_another = shield::Wanted::Name { user: id("other-adviser") };
    let done = [
        rows.run("secretary", Role::School, early, late("slettebakken")),
        rows.run("other-secretary", Role::School, early, late("fridalen")),
        rows.run_in_memory("adviser", Role::Adviser, noon, ask(shield::Wanted::Lift)),
        rows.run_in_memory("manager", Role::Manager, noon, ask(name_another)),
    ];
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    rows
}

/// What this school has asked for too late.
fn question(school: &str) -> Box<str> {
    let rows = rows();
    let order = rows.view().must::<order::Order>(&Key::from_text(&format!("{school}.2026-11-24"))).unwrap();
    order.late.last().unwrap().id.clone()
}

/// What is tried: the command, what it is about, and by which line of the table.
pub(super) fn deeds() -> Vec<(Action, About, AnyCommand)> {
    let mut deeds: Vec<(Action, About, AnyCommand)> = Vec::new();
    let (tuesday, thursday) = (date("2026-11-24"), date("2026-11-19"));
    let register = person::Register {
        id: id("new"),
        first_name: name("Ny"),
        last_name: None,
        phone: None,
        language: None,
        contact: Some(id("adviser")),
        shielded_with: None,
    };
    deeds.push((Action::RegisterPerson, About::default(), register.into()));
    let (week_ago, before_that) = (date("2026-11-17"), date("2026-11-12"));
    for (who, in_group, series, marked, unmarked) in [
        ("amina", "morning", "norwegian-tue", tuesday, week_ago),
        ("lena", "morning", "norwegian-tue", tuesday, week_ago),
        ("sara", "evening", "norwegian-thu", thursday, before_that),
    ] {
        let look = |at| look::Look { people: vec![id(who)], at };
        deeds.push((Action::SeePerson, of_person(who, None), look(look::Place::Page).into()));
        let roster = look(look::Place::Group(id(in_group)));
        deeds.push((Action::SeeEnrolment, of_person(who, Some(in_group)), roster.into()));
        for (action, day) in [(Action::CorrectMark, marked), (Action::MarkAttendance, unmarked)] {
            let mark = attendance::Set {
                series: id(series),
                date: day,
                person: id(who),
                value: attendance::Attendance::Away,
                seen: Vec::new(),
            };
            deeds.push((action, of_person(who, Some(in_group)), mark.into()));
        }
        let correct =
            person::Correct { id: id(who), first_name: name("Nytt"), last_name: None, phone: None, language: None };
        deeds.push((Action::CorrectPerson, of_person(who, None), correct.into()));
        deeds.push((Action::Enrol, of_person(who, None), group::Enrol { group: id(in_group), person: id(who) }.into()));
        deeds.push((
            Action::Unenrol,
            of_person(who, None),
            group::Leave { group: id(in_group), person: id(who) }.into(),
        ));
    }
    for (in_group, series, day) in
        [("morning", "norwegian-tue", "2026-12-08"), ("evening", "norwegian-thu", "2026-12-10")]
    {
        let cancel = exception::Cancel { series: id(series), date: date(day), reason: note("Syk") };
        deeds.push((Action::ChangeDay, of_group(in_group), cancel.into()));
        let planned = Series {
            id: id(&format!("new-{in_group}")),
            title: name("Jobbklubb"),
            kind: series::ActivityKind::Talk,
            group: Some(id(in_group)),
            weekday: 3,
            start: Some(time("10:00")),
            end: Some(time("11:00")),
            place: None,
            leader: None,
            bring: None,
            from: date("2026-11-25"),
            until: None,
        };
        deeds.push((Action::PlanWeek, of_group(in_group), series::Plan { series: planned }.into()));
        let end = series::End { series: id(series), last: Some(date("2026-12-18")) };
        deeds.push((Action::ChangeSeries, of_group(in_group), end.into()));
        let rows = rows();
        let standing = rows.view().must::<Series>(&Key::from_text(series)).unwrap();
        let changed = Series { place: Some(name("Rom 3")), ..standing.clone() };
        deeds.push((Action::ChangeSeries, of_group(in_group), series::Plan { series: changed }.into()));
    }
    let red_day = day_off::Declare { date: date("2026-12-02"), reason: name("Dugnad") };
    deeds.push((Action::ChangeDay, About::default(), red_day.into()));
    for school in ["slettebakken", "fridalen"] {
        let counts = standing::Set { school: id(school), counts: [50; 5] };
        deeds.push((Action::ChangeStanding, of_school(school), counts.into()));
        let day = date("2026-11-26");
        for (action, choice) in
            [(Action::OrderLunch, order::Choice::Count(40)), (Action::CloseLunch, order::Choice::Closed)]
        {
            let order = order::Change { school: id(school), day, choice, seen: Vec::new() };
            deeds.push((action, of_school(school), order.into()));
        }
        let step = packing::Step::Packed;
        let tick = packing::SetTick { day: tuesday, school: id(school), step, done: true, seen: Vec::new(), by: None };
        deeds.push((Action::TickPacking, of_school(school), tick.into()));
        let answer = order::AnswerLate {
            school: id(school),
            day: tuesday,
            question: question(school),
            verdict: order::Verdict::No,
            by: None,
        };
        deeds.push((Action::AnswerLate, of_school(school), answer.into()));
    }
    for (action, day) in [(Action::PlanMenu, date("2026-11-27")), (Action::CorrectMenu, tuesday)] {
        let dish = menu::Plan { day, dish: name("Suppe"), beside: Vec::new() };
        deeds.push((action, About::default(), dish.into()));
    }
    let (salt, key) = (Bytes::new([2; 32]), Bytes::new([9; 32]));
    let (symbol, alias) = (crew::Symbol::Cup, name("Selam"));
    let add = crew::Add { id: id("k2"), alias, symbol, salt: salt.clone(), key: key.clone() };
    deeds.push((Action::AddCrew, About::default(), add.into()));
    deeds.push((Action::SetCrewPin, About::default(), crew::SetPin { id: id("k1"), salt, key }.into()));
    deeds.push((Action::EndCrew, About::default(), crew::End { id: id("k1") }.into()));
    for who in ["amina", "sara", "lena"] {
        let assign = person::Assign { id: id(who), contact: id("other-adviser") };
        deeds.push((Action::AssignContact, of_person(who, None), assign.into()));
    }
    let (colleague, called, role) = (id("colleague"), name("Nora"), Role::Teacher);
    let register = staff::Register { id: colleague, name: called.clone(), role, school: None };
    deeds.push((Action::InviteStaff, About::default(), register.into()));
    let correct = staff::Correct { id: id("teacher"), name: called, role, school: None };
    deeds.push((Action::CorrectStaff, About::default(), correct.into()));
    deeds.push((Action::EndStaff, About::default(), staff::End { id: id("other-adviser") }.into()));
    deeds.push((Action::EndStaff, About::default(), staff::Return { id: id("other-adviser") }.into()));
    let answer = held::Answer { id: Key::from_text("lefts-phone.1"), yes: false };
    deeds.push((Action::AnswerHeld, About::default(), answer.into()));
    deeds
}

/// What is tried with a protected person; who may do it with all, or with those assigned to her, may if she is named.
pub(super) fn protected_deeds(user: &str) -> Vec<(Action, AnyCommand)> {
    let (first_name, last_name, phone, language) = (name("Nytt"), None, None, None);
    let mark = attendance::Set {
        series: id("norwegian-tue"),
        date: date("2026-11-24"),
        person: id("noor"),
        value: attendance::Attendance::Away,
        seen: Vec::new(),
    };
    let name_another = shield::Wanted::Name { user: id("other-adviser") };
    // Nobody answers what she has asked herself.
    let asked = if user == "adviser" { name_another.clone() } else { shield::Wanted::Lift };
    vec![
        (Action::SeePerson, look::Look { people: vec![id("noor")], at: look::Place::Page }.into()),
        (Action::CorrectPerson, person::Correct { id: id("noor"), first_name, last_name, phone, language }.into()),
        (Action::CorrectMark, mark.into()),
        (Action::Enrol, group::Enrol { group: id("evening"), person: id("noor") }.into()),
        (Action::AssignContact, person::Assign { id: id("noor"), contact: id("manager") }.into()),
        (Action::AskShield, shield::Ask { person: id("noor"), wish: name_another }.into()),
        (Action::AnswerShield, shield::Answer { person: id("noor"), wish: asked, yes: false }.into()),
        (Action::EndNamed, shield::Unname { person: id("noor"), user: id("teacher") }.into()),
    ]
}
