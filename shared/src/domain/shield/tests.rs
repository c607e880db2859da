//! Who knows of a protected person, and that it takes two to change it.

use super::*;
use crate::{
    domain::{attendance, glass, group, look, person, staff},
    policy::{Keeping, Role},
    prim::Timestamp,
    registry::{AnyCommand, Record},
    testkit::{Rows, at, centre, date, id, name, note},
};

const NOW: &str = "2026-11-24 15:00";

fn now() -> Timestamp {
    at(NOW)
}

/// The centre where Amina, who has been marked, is a protected person: two advisers are named.
fn shielded() -> Rows {
    let mut rows = centre();
    rows.run("adviser", Role::Adviser, now(), mark("amina")).unwrap();
    rows.run("adviser", Role::Adviser, now(), Shield { id: id("amina"), with: id("other-adviser") }).unwrap();
    rows
}

fn mark(person: &str) -> attendance::Set {
    attendance::Set {
        series: id("norwegian-tue"),
        date: date("2026-11-24"),
        person: id(person),
        value: attendance::Attendance::Here,
        seen: Vec::new(),
    }
}

fn amina(rows: &Rows) -> Person {
    rows.view().must::<Person>(&Key::from_text("amina")).unwrap().clone()
}

/// Those who may know of her.
fn named(rows: &Rows) -> Vec<String> {
    amina(rows).named.unwrap_or_default().iter().map(|one| one.user.to_string()).collect()
}

fn hers(rows: &Rows) -> Vec<Record> {
    rows.0.values().filter(|record| record.body().contains("amina")).cloned().collect()
}

fn manager() -> Wanted {
    Wanted::Name { user: id("manager") }
}

fn ask(wish: Wanted) -> Ask {
    Ask { person: id("amina"), wish }
}

fn answer(wish: Wanted, yes: bool) -> Answer {
    Answer { person: id("amina"), wish, yes }
}

#[test]
fn all_her_rows_have_two_audiences_that_no_device_holds() {
    let rows = shielded();
    let hers = hers(&rows);
    assert_eq!(hers.len(), 3, "she, her place in a group, and her attendance");
    for record in &hers {
        assert_eq!(record.tags(), tags::<Person>(&id("amina")), "{record:?}");
        let users = rows.0.values().filter_map(Record::part).filter_map(|part| Some((part.user, part.role?)));
        for (user, role) in users {
            assert!(!rows.sees(user.as_str(), role, now(), record), "{user} on a device: {record:?}");
            let in_memory = rows.actor(user.as_str(), role).in_session(Keeping::InMemory);
            let knows = ["amina", "adviser", "other-adviser"].contains(&user.as_str());
            assert_eq!(in_memory.sees(&record.tags(), now().date()), knows, "{user}: {record:?}");
        }
    }
}

#[test]
fn it_takes_a_second_colleague_who_may_be_a_contact_person() {
    let run = |with: &str| centre().run("adviser", Role::Adviser, now(), Shield { id: id("amina"), with: id(with) });
    assert_eq!(run("adviser"), Err(Rejection::TwoPersons));
    assert_eq!(run("teacher"), Err(Rejection::NoContact));
    assert_eq!(run("nobody"), Err(Rejection::Gone));
    assert_eq!(run("manager"), Ok(()));
    let mut rows = centre();
    let by_manager = Shield { id: id("amina"), with: id("adviser") };
    rows.run("manager", Role::Manager, now(), by_manager).unwrap();
    assert_eq!(named(&rows), ["adviser", "manager"], "her contact person and the manager");
    let other = Shield { id: id("amina"), with: id("manager") };
    assert_eq!(centre().run("other-adviser", Role::Adviser, now(), other.clone()), Err(Rejection::Gone));
    assert_eq!(centre().run("teacher", Role::Teacher, now(), other), Err(Rejection::Gone));
}

#[test]
fn whoever_is_not_named_gets_the_answer_for_an_id_that_was_never_given() {
    let mut rows = shielded();
    let before = rows.0.clone();
    let commands = |who: &str| -> Vec<AnyCommand> {
        let (first_name, last_name, phone, language) = (name("Nytt"), None, None, None);
        vec![
            person::Correct { id: id(who), first_name, last_name, phone, language }.into(),
            person::Assign { id: id(who), contact: id("teacher") }.into(),
            person::Assign { id: id(who), contact: id("manager") }.into(),
            group::Enrol { group: id("evening"), person: id(who) }.into(),
            group::Leave { group: id("morning"), person: id(who) }.into(),
            mark(who).into(),
            look::Look { people: vec![id(who)], at: look::Place::Page }.into(),
            look::Look { people: vec![id(who)], at: look::Place::Group(id("morning")) }.into(),
            Shield { id: id(who), with: id("other-adviser") }.into(),
            Ask { person: id(who), wish: manager() }.into(),
            Answer { person: id(who), wish: Wanted::Lift, yes: true }.into(),
            Unname { person: id(who), user: id("adviser") }.into(),
        ]
    };
    for (user, role) in [("manager", Role::Manager), ("teacher", Role::Teacher), ("adviser", Role::Adviser)] {
        for (hers, nobodys) in commands("amina").into_iter().zip(commands("nobody")) {
            let name = hers.name();
            let refused = rows.run(user, role, now(), hers.clone());
            assert_eq!(refused, rows.run(user, role, now(), nobodys.clone()), "{user} {name}");
            assert_eq!(refused, Err(Rejection::Gone), "{user} {name}");
            if user != "adviser" {
                assert_eq!(rows.run_in_memory(user, role, now(), hers), Err(Rejection::Gone), "{user} {name}");
            }
        }
    }
    let register = |rows: &mut Rows| {
        let (first_name, last_name, phone, language) = (name("Nadia"), None, None, None);
        let (contact, shielded_with) = (None, None);
        let new = person::Register { id: id("amina"), first_name, last_name, phone, language, contact, shielded_with };
        rows.run("manager", Role::Manager, now(), new)
    };
    assert_eq!(register(&mut rows), Err(Rejection::Gone));
    let colleague = staff::Register { id: id("amina"), name: name("Nora"), role: Role::Teacher, school: None };
    assert_eq!(rows.run("manager", Role::Manager, now(), colleague), Err(Rejection::Gone));
    assert_eq!(rows.0, before);
}

#[test]
fn whoever_is_named_works_with_her_where_nothing_is_kept() {
    let mut rows = shielded();
    let enrol = || group::Enrol { group: id("evening"), person: id("amina") };
    assert_eq!(rows.run("adviser", Role::Adviser, now(), enrol()), Err(Rejection::Gone));
    for command in [
        AnyCommand::from(enrol()),
        mark("amina").into(),
        look::Look { people: vec![id("amina")], at: look::Place::Page }.into(),
        group::Leave { group: id("morning"), person: id("amina") }.into(),
    ] {
        rows.run_in_memory("adviser", Role::Adviser, now(), command).unwrap();
    }
    assert!(hers(&rows).iter().all(Record::is_shielded), "{:?}", hers(&rows));
}

#[test]
fn another_answers_what_one_has_asked() {
    let mut rows = shielded();
    let mut run = |user: &str, role, command: AnyCommand| rows.run_in_memory(user, role, now(), command);
    run("adviser", Role::Adviser, ask(manager()).into()).unwrap();
    run("other-adviser", Role::Adviser, ask(manager()).into()).unwrap();
    let yes = || AnyCommand::from(answer(manager(), true));
    assert_eq!(run("adviser", Role::Adviser, yes()), Err(Rejection::TwoPersons), "she has asked");
    assert_eq!(run("manager", Role::Manager, yes()), Err(Rejection::Gone), "she is not named yet");
    assert_eq!(run("other-adviser", Role::Adviser, answer(Wanted::Lift, true).into()), Err(Rejection::AlreadyAnswered));
    run("other-adviser", Role::Adviser, yes()).unwrap();
    assert_eq!(run("other-adviser", Role::Adviser, yes()), Err(Rejection::AlreadyAnswered), "it was asked once");
    assert_eq!(named(&rows), ["adviser", "other-adviser", "manager"]);
    let no = answer(Wanted::Lift, false);
    rows.run_in_memory("manager", Role::Manager, now(), ask(Wanted::Lift)).unwrap();
    rows.run_in_memory("adviser", Role::Adviser, now(), no).unwrap();
    assert!(amina(&rows).is_shielded() && amina(&rows).asked.is_empty());
}

#[test]
fn nobody_answers_for_herself() {
    let mut rows = shielded();
    let mut person = amina(&rows);
    let wish = Wish::Name { user: id("other-adviser"), name: name("other-adviser") };
    person.asked = vec![Asked { wish, by: id("adviser"), by_name: name("adviser"), on: now().date() }];
    rows.put(person.into());
    let herself = answer(Wanted::Name { user: id("other-adviser") }, true);
    let refused = rows.run_in_memory("other-adviser", Role::Adviser, now(), herself);
    assert_eq!(refused, Err(Rejection::TwoPersons));
}

#[test]
fn a_lifted_protection_leaves_ordinary_rows() {
    let mut rows = shielded();
    rows.run_in_memory("adviser", Role::Adviser, now(), ask(Wanted::Lift)).unwrap();
    rows.run_in_memory("other-adviser", Role::Adviser, now(), answer(Wanted::Lift, true)).unwrap();
    let mut ordinary = centre();
    ordinary.run("adviser", Role::Adviser, now(), mark("amina")).unwrap();
    let without_ids = |rows: &Rows| -> Vec<_> { hers(rows).iter().map(|row| (row.key(), row.tags())).collect() };
    assert_eq!(without_ids(&rows), without_ids(&ordinary));
    assert!(rows.sees("manager", Role::Manager, now(), &amina(&rows).into()));
}

#[test]
fn two_stay_and_her_contact_person_is_one_of_them() {
    let mut rows = shielded();
    let unname = |user: &str| Unname { person: id("amina"), user: id(user) };
    let two = rows.run_in_memory("adviser", Role::Adviser, now(), unname("other-adviser"));
    assert_eq!(two, Err(Rejection::TwoPersons));
    rows.run_in_memory("adviser", Role::Adviser, now(), ask(manager())).unwrap();
    rows.run_in_memory("other-adviser", Role::Adviser, now(), answer(manager(), true)).unwrap();
    let contact = rows.run_in_memory("manager", Role::Manager, now(), unname("adviser"));
    assert_eq!(contact, Err(Rejection::NoContact));
    rows.run_in_memory("manager", Role::Manager, now(), unname("other-adviser")).unwrap();
    assert_eq!(named(&rows), ["adviser", "manager"]);
    let assign = person::Assign { id: id("amina"), contact: id("other-adviser") };
    let refused = rows.run_in_memory("manager", Role::Manager, now(), assign);
    assert_eq!(refused, Err(Rejection::TwoPersons), "nobody is let in by one alone");
}

/// Takes in a colleague who is not named for anybody.
fn hire(rows: &mut Rows, user: &str, role: Role) {
    rows.put(Staff { id: id(user), name: name(user), role, school: None, left: None }.into());
}

fn leaves(rows: &mut Rows, user: &str) {
    rows.run("manager", Role::Manager, now(), staff::End { id: id(user) }).unwrap();
}

fn breaks_the_glass(rows: &mut Rows, user: &str) {
    let glass = glass::Break { id: id(&format!("glass-{user}")), reason: note("Ingen er her til å svare") };
    rows.run_in_memory(user, Role::Manager, now(), glass).unwrap();
}

#[test]
fn whoever_has_left_does_not_count_as_one_of_two() {
    let mut rows = shielded();
    rows.run_in_memory("adviser", Role::Adviser, now(), ask(manager())).unwrap();
    rows.run_in_memory("other-adviser", Role::Adviser, now(), answer(manager(), true)).unwrap();
    leaves(&mut rows, "other-adviser");
    let unname = |user: &str| Unname { person: id("amina"), user: id(user) };
    let two = rows.run_in_memory("adviser", Role::Adviser, now(), unname("manager"));
    assert_eq!(two, Err(Rejection::TwoPersons));
    rows.run_in_memory("adviser", Role::Adviser, now(), unname("other-adviser")).unwrap();
    assert_eq!(named(&rows), ["adviser", "manager"]);
}

#[test]
fn when_one_is_left_she_and_a_manager_who_has_broken_the_glass_name_another() {
    let (one, boss) = (("other-adviser", Role::Adviser), ("boss", Role::Manager));
    for ((asks, as_one), (answers, as_other)) in [(one, boss), (boss, one)] {
        let mut rows = shielded();
        hire(&mut rows, "boss", Role::Manager);
        let unbroken = rows.run_in_memory("boss", Role::Manager, now(), ask(manager()));
        assert_eq!(unbroken, Err(Rejection::Gone));
        breaks_the_glass(&mut rows, "boss");
        let early = rows.run_in_memory("boss", Role::Manager, now(), ask(manager()));
        assert_eq!(early, Err(Rejection::Forbidden), "two are there");
        leaves(&mut rows, "adviser");
        rows.run_in_memory(asks, as_one, now(), ask(manager())).unwrap();
        let alone = rows.run_in_memory(asks, as_one, now(), answer(manager(), true));
        assert_eq!(alone, Err(Rejection::TwoPersons));
        rows.run_in_memory(answers, as_other, now(), answer(manager(), true)).unwrap();
        assert_eq!(named(&rows), ["adviser", "other-adviser", "manager"], "{asks} asks");
        let more = rows.run_in_memory("boss", Role::Manager, now(), ask(Wanted::Name { user: id("boss") }));
        assert_eq!(more, Err(Rejection::Forbidden), "two are there again");
    }
}

#[test]
fn two_managers_do_not_pass_over_whoever_is_there() {
    let mut rows = shielded();
    hire(&mut rows, "boss", Role::Manager);
    hire(&mut rows, "third", Role::Adviser);
    breaks_the_glass(&mut rows, "boss");
    breaks_the_glass(&mut rows, "manager");
    leaves(&mut rows, "adviser");
    let third = || Wanted::Name { user: id("third") };
    rows.run_in_memory("manager", Role::Manager, now(), ask(third())).unwrap();
    let passed_over = rows.run_in_memory("boss", Role::Manager, now(), answer(third(), true));
    assert_eq!(passed_over, Err(Rejection::TwoPersons));
    rows.run_in_memory("other-adviser", Role::Adviser, now(), answer(third(), true)).unwrap();
}

#[test]
fn when_nobody_is_left_two_managers_who_have_broken_the_glass_name_another() {
    let mut rows = shielded();
    hire(&mut rows, "boss", Role::Manager);
    hire(&mut rows, "third", Role::Adviser);
    leaves(&mut rows, "adviser");
    leaves(&mut rows, "other-adviser");
    breaks_the_glass(&mut rows, "boss");
    breaks_the_glass(&mut rows, "manager");
    let third = || Wanted::Name { user: id("third") };
    let lift = rows.run_in_memory("manager", Role::Manager, now(), ask(Wanted::Lift));
    assert_eq!(lift, Err(Rejection::Forbidden), "they can let somebody be named, and nothing else");
    rows.run_in_memory("manager", Role::Manager, now(), ask(third())).unwrap();
    let alone = rows.run_in_memory("manager", Role::Manager, now(), answer(third(), true));
    assert_eq!(alone, Err(Rejection::TwoPersons));
    rows.run_in_memory("boss", Role::Manager, now(), answer(third(), true)).unwrap();
    assert_eq!(named(&rows), ["adviser", "other-adviser", "third"]);
    // From here it goes on as where one is left.
    rows.run_in_memory("third", Role::Adviser, now(), ask(manager())).unwrap();
    rows.run_in_memory("boss", Role::Manager, now(), answer(manager(), true)).unwrap();
    rows.run_in_memory("manager", Role::Manager, now(), Unname { person: id("amina"), user: id("other-adviser") })
        .unwrap();
    assert_eq!(named(&rows), ["adviser", "third", "manager"]);
}

#[test]
fn a_protected_person_is_registered_where_nothing_is_kept() {
    let register = |with: &str| person::Register {
        id: id("noor"),
        first_name: name("Noor"),
        last_name: None,
        phone: None,
        language: None,
        contact: None,
        shielded_with: Some(id(with)),
    };
    let on_device = centre().run("adviser", Role::Adviser, now(), register("manager"));
    assert_eq!(on_device, Err(Rejection::Gone));
    let mut rows = centre();
    let alone = rows.run_in_memory("adviser", Role::Adviser, now(), register("adviser"));
    assert_eq!(alone, Err(Rejection::TwoPersons));
    rows.run_in_memory("adviser", Role::Adviser, now(), register("manager")).unwrap();
    let noor = rows.view().must::<Person>(&Key::from_text("noor")).unwrap().clone();
    assert_eq!(noor.tags(), tags::<Person>(&id("noor")));
    assert!(!rows.sees("manager", Role::Manager, now(), &noor.into()));
}

#[test]
fn a_wish_is_said_in_one_way() {
    let read = |text: &str| serde_json::from_str::<Wanted>(text).ok();
    assert_eq!(read(r#"{"what":"name","user":"manager"}"#), Some(manager()));
    assert_eq!(read(r#"{"what":"lift"}"#), Some(Wanted::Lift));
    assert_eq!(serde_json::to_string(&manager()).unwrap(), r#"{"what":"name","user":"manager"}"#);
    for wrong in [r#"{"what":"name"}"#, r#"{"what":"lift","user":"manager"}"#, r#"{"what":"else"}"#, "{}"] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}
