//! What comes too late from somebody who was allowed to do it when she did it: it is held for whoever answers for the
//! centre, neither refused nor done.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Entity as _, Key, Kind, Record, Rejection, Role, SCHEMA, Tag,
    domain::{attendance, crew, former::Former, glass, held, look, person, shield, staff},
    prim::{Bytes, Timestamp},
    sync::{
        engine::{Engine, Saved},
        wire::{Envelope, Outcome, Request},
    },
    testkit::{Crash, Memory, at, date, id, name, note},
};

const MADE: &str = "2026-11-24 14:10";
const ENDED: &str = "2026-11-24 15:00";
const LATER: &str = "2026-11-24 16:00";
const HELD: Outcome = Outcome::Held { for_whom: Role::Manager };
const GONE: Outcome = Outcome::Refused(Rejection::Gone);

fn mark(person: &str) -> AnyCommand {
    attendance::Set {
        series: id("norwegian-tue"),
        date: date("2026-11-24"),
        person: id(person),
        value: attendance::Attendance::Here,
        seen: Vec::new(),
    }
    .into()
}

/// One command under a number; it was made at `made` by somebody who had heard of nothing after `base`.
fn push(
    server: &mut Memory,
    (user, seq): (&str, u64),
    command: &AnyCommand,
    (made, base, now): (&str, &str, Timestamp),
) -> Outcome {
    let text = String::from(Envelope::encode(command, at(made), at(base)));
    push_all(server, (user, seq), vec![text], now).remove(0).1
}

/// Several commands under the numbers from `first`.
fn push_all(
    server: &mut Memory,
    (user, first): (&str, u64),
    texts: Vec<String>,
    now: Timestamp,
) -> Vec<(u64, Outcome)> {
    let request = Request {
        schema: SCHEMA,
        client: id(&format!("{user}-phone")),
        cursor: None,
        epoch: None,
        held: None,
        stored: 0,
        first,
        commands: texts.into_iter().map(|text| RawValue::from_string(text).unwrap()).collect(),
    };
    server.sync(&id(user), request, now, Crash::Never).unwrap().outcomes
}

/// The manager does this.
fn manage(server: &mut Memory, seq: u64, command: impl Into<AnyCommand>, now: &str) -> Outcome {
    push(server, ("manager", seq), &command.into(), (now, now, at(now)))
}

fn hand_over(server: &mut Memory) {
    let assign = person::Assign { id: id("amina"), contact: id("other-adviser") };
    assert!(matches!(manage(server, 1, assign, ENDED), Outcome::Applied(_)));
}

fn held_rows(server: &Memory) -> Vec<held::HeldCommand> {
    let rows = server.rows().0.into_values();
    let held = rows.filter_map(|record| match record {
        Record::HeldCommand(held) if held.answered.is_none() => Some(held),
        _ => None,
    });
    held.collect()
}

fn marked(server: &Memory) -> usize {
    let key = Key::from_text("norwegian-tue.2026-11-24.amina");
    match server.row(Kind::Mark, key) {
        Some(Record::Mark(mark)) => mark.answers.history().len(),
        _ => 0,
    }
}

#[test]
fn what_was_done_before_a_participant_was_handed_over_is_held_and_what_came_after_is_refused() {
    let mut server = Memory::new();
    hand_over(&mut server);
    assert_eq!(push(&mut server, ("adviser", 1), &mark("amina"), (MADE, MADE, at(LATER))), HELD);
    assert_eq!(push(&mut server, ("adviser", 2), &mark("amina"), ("2026-11-24 15:10", MADE, at(LATER))), GONE);
    assert_eq!(push(&mut server, ("adviser", 3), &mark("lena"), (MADE, MADE, at(LATER))), GONE, "never hers");
    let sara = push(&mut server, ("adviser", 4), &mark("sara"), (MADE, MADE, at(LATER)));
    assert!(matches!(sara, Outcome::Refused(Rejection::Gone)), "hers still, and not in that group");
    let held = held_rows(&server);
    let [held] = held.as_slice() else { panic!("{held:?}") };
    assert_eq!((&*held.id, held.by.as_str(), held.role), ("adviser-phone.1", "adviser", Role::Adviser));
    assert_eq!((held.made_at, held.received_at, marked(&server)), (at(MADE), at(LATER), 0));
}

#[test]
fn what_a_colleague_did_before_her_account_ended_is_held_though_it_is_gone() {
    let mut server = Memory::new();
    manage(&mut server, 1, staff::End { id: id("adviser") }, ENDED);
    assert_eq!(push(&mut server, ("adviser", 1), &mark("amina"), (MADE, MADE, at(LATER))), HELD);
    assert_eq!(push(&mut server, ("adviser", 2), &mark("amina"), (LATER, MADE, at(LATER))), GONE);
    // Afterwards her participants are given to somebody else.
    let assign = person::Assign { id: id("amina"), contact: id("other-adviser") };
    manage(&mut server, 2, assign, "2026-11-24 17:00");
    let later = at("2026-11-24 18:00");
    assert_eq!(push(&mut server, ("adviser", 3), &mark("amina"), (MADE, MADE, later)), HELD);
}

#[test]
fn nobody_says_that_she_did_it_before_what_she_had_heard_of() {
    let mut server = Memory::new();
    hand_over(&mut server);
    let heard = "2026-11-24 15:30";
    assert_eq!(push(&mut server, ("adviser", 1), &mark("amina"), (MADE, heard, at(LATER))), GONE);
}

#[test]
fn after_thirty_days_nobody_is_asked_any_more() {
    for (days, expected) in [(29, HELD), (31, GONE)] {
        let mut server = Memory::new();
        hand_over(&mut server);
        let now = at(ENDED).plus_millis(days * 24 * 60 * 60_000);
        assert_eq!(push(&mut server, ("adviser", 1), &mark("amina"), (MADE, MADE, now)), expected, "{days}");
    }
}

#[test]
fn what_is_sent_again_is_held_once_and_done_once() {
    let mut server = Memory::new();
    hand_over(&mut server);
    for _ in 0..2 {
        assert_eq!(push(&mut server, ("adviser", 1), &mark("amina"), (MADE, MADE, at(LATER))), HELD);
        assert_eq!(held_rows(&server).len(), 1);
    }
    let answer = || held::Answer { id: Key::from_text("adviser-phone.1"), yes: true };
    assert!(matches!(manage(&mut server, 2, answer(), LATER), Outcome::Applied(_)));
    assert_eq!((held_rows(&server).len(), marked(&server)), (0, 1));
    assert_eq!(manage(&mut server, 3, answer(), LATER), GONE);
    assert_eq!(push(&mut server, ("adviser", 1), &mark("amina"), (MADE, MADE, at(LATER))), HELD);
    assert_eq!((held_rows(&server).len(), marked(&server)), (0, 1));
}

#[test]
fn a_look_is_never_held_and_nor_is_an_answer() {
    let mut server = Memory::new();
    hand_over(&mut server);
    let look = look::Look { people: vec![id("amina")], at: look::Place::Page }.into();
    assert_eq!(push(&mut server, ("adviser", 1), &look, (MADE, MADE, at(LATER))), GONE);
    push(&mut server, ("adviser", 2), &mark("amina"), (MADE, MADE, at(LATER)));
    // Whoever answered for the centre does so no more when her answer comes.
    let correct = |role| staff::Correct { id: id("manager"), name: name("Mona"), role, school: None };
    let second = staff::Correct { id: id("teacher"), ..correct(Role::Manager) };
    manage(&mut server, 2, second, "2026-11-24 17:00");
    let demote = correct(Role::Teacher).into();
    let evening = "2026-11-24 19:00";
    let demoted = push(&mut server, ("teacher", 1), &demote, (evening, evening, at(evening)));
    assert!(matches!(demoted, Outcome::Applied(_)), "{demoted:?}");
    let answer = held::Answer { id: Key::from_text("adviser-phone.2"), yes: true };
    let late = ("2026-11-24 18:00", "2026-11-24 18:00", at("2026-11-24 20:00"));
    assert_eq!(push(&mut server, ("manager", 3), &answer.into(), late), GONE);
    assert_eq!(held_rows(&server).len(), 1);
}

#[test]
fn what_is_given_again_at_once_is_not_lost_and_of_participants_nothing_is_remembered() {
    let mut server = Memory::new();
    let again = person::Assign { id: id("amina"), contact: id("adviser") };
    manage(&mut server, 1, again, ENDED);
    manage(&mut server, 2, shared::domain::group::Leave { group: id("morning"), person: id("amina") }, ENDED);
    let remembered = |server: &Memory| {
        let rows = server.rows().0.into_values();
        rows.filter_map(|record| Former::from_record(&record).map(|former| former.user.clone())).collect::<Vec<_>>()
    };
    assert!(remembered(&server).is_empty());
    let given = person::Assign { id: id("amina"), contact: id("manager") };
    manage(&mut server, 3, given, ENDED);
    assert_eq!(remembered(&server), [id("adviser")]);
}

#[test]
fn her_device_shows_what_is_held_until_she_has_taken_note_of_it() {
    let mut server = Memory::new();
    let mut engine = Engine::new(id("adviser-phone"));
    let ask = |server: &mut Memory, engine: &mut Engine, now: &str| {
        engine.look();
        let (ticket, text) = engine.request().unwrap();
        let request = serde_json::from_str(&text).unwrap();
        let answer = server.sync(&id("adviser"), request, at(now), Crash::Never).unwrap();
        engine.answered(ticket, answer, at(now));
    };
    ask(&mut server, &mut engine, "2026-11-24 14:00");
    let (seq, _) = engine.run(mark("amina"), at(MADE)).unwrap();
    engine.stored(seq);
    hand_over(&mut server);
    ask(&mut server, &mut engine, LATER);
    let shown = |engine: &Engine| engine.tray().iter().map(|one| (one.seq, one.is_held)).collect::<Vec<_>>();
    assert_eq!((shown(&engine), engine.counts()), (vec![(seq, true)], (0, 0)));
    // What a backup holds is no longer kept, and is still shown.
    let _copy = server.backup();
    ask(&mut server, &mut engine, LATER);
    assert_eq!(shown(&engine), [(seq, true)]);
    let text = Envelope::encode(&mark("amina"), at(MADE), at(MADE));
    let queued = shared::sync::engine::Queued { seq, text, refused: None, is_held: true };
    let again = Engine::restore(engine.meta().clone(), Saved { queue: vec![queued], ..Saved::default() }, at(LATER));
    assert_eq!(shown(&again), [(seq, true)]);
    engine.drop_from_tray(seq);
    assert!(shown(&engine).is_empty());
}

#[test]
fn nothing_is_held_of_a_protected_person_and_what_was_is_hidden() {
    let mut server = Memory::new();
    hand_over(&mut server);
    let late = |server: &mut Memory, seq| push(server, ("adviser", seq), &mark("amina"), (MADE, MADE, at(LATER)));
    assert_eq!(late(&mut server, 1), HELD);
    let shield = shield::Shield { id: id("amina"), with: id("adviser") };
    assert!(matches!(manage(&mut server, 2, shield, LATER), Outcome::Applied(_)));
    let held = held_rows(&server);
    assert!(held.len() == 1 && held[0].tags().iter().all(Tag::is_hidden), "{held:?}");
    assert_eq!(late(&mut server, 2), GONE);
    assert_eq!(held_rows(&server), held);
}

fn register(who: &str, shielded_with: Option<&str>) -> AnyCommand {
    person::Register {
        id: id(who),
        first_name: name("Noor"),
        last_name: None,
        phone: None,
        language: None,
        contact: None,
        shielded_with: shielded_with.map(id),
    }
    .into()
}

#[test]
fn what_protects_somebody_is_never_held() {
    let mut server = Memory::new();
    manage(&mut server, 1, staff::End { id: id("adviser") }, ENDED);
    let shield: AnyCommand = shield::Shield { id: id("amina"), with: id("other-adviser") }.into();
    let late = |server: &mut Memory, seq, command: &AnyCommand| {
        push(server, ("adviser", seq), command, (MADE, MADE, at(LATER)))
    };
    assert_eq!(late(&mut server, 1, &shield), GONE);
    assert_eq!(late(&mut server, 2, &register("noor", Some("other-adviser"))), GONE);
    assert!(held_rows(&server).is_empty(), "{:?}", held_rows(&server));
    // The control: what is done with everybody waits for a manager.
    assert_eq!(late(&mut server, 3, &mark("amina")), HELD);
    assert_eq!(late(&mut server, 4, &register("nadia", None)), HELD);
    assert_eq!(held_rows(&server).len(), 2);

    let mut server = Memory::new();
    hand_over(&mut server);
    assert_eq!(late(&mut server, 1, &shield), GONE);
    assert_eq!(late(&mut server, 2, &mark("amina")), HELD);
}

#[test]
fn why_the_glass_was_broken_is_never_held() {
    let mut server = Memory::new();
    let correct = |user, role| staff::Correct { id: id(user), name: name("Mona"), role, school: None };
    manage(&mut server, 1, correct("teacher", Role::Manager), ENDED);
    let demote = correct("manager", Role::Teacher).into();
    assert!(matches!(push(&mut server, ("teacher", 1), &demote, (LATER, LATER, at(LATER))), Outcome::Applied(_)));
    let smash = glass::Break { id: id("g7"), reason: note("Politiet ringer om Noor") }.into();
    let late = |server: &mut Memory, seq, command: &AnyCommand| {
        let made = "2026-11-24 15:30";
        push(server, ("manager", seq), command, (made, made, at("2026-11-24 17:00")))
    };
    assert_eq!(late(&mut server, 2, &smash), Outcome::Refused(Rejection::Forbidden), "she is told herself");
    assert!(held_rows(&server).is_empty(), "{:?}", held_rows(&server));
    // The control.
    let assign = person::Assign { id: id("amina"), contact: id("other-adviser") }.into();
    assert_eq!(late(&mut server, 3, &assign), HELD);
}

#[test]
fn the_key_of_a_pin_is_never_held() {
    let mut server = Memory::new();
    manage(&mut server, 1, staff::End { id: id("kitchen") }, ENDED);
    let late = |server: &mut Memory, seq, command: AnyCommand| {
        push(server, ("kitchen", seq), &command, (MADE, MADE, at(LATER)))
    };
    let (salt, key) = (Bytes::new([1; 32]), Bytes::new([7; 32]));
    let symbol = crew::Symbol::Sun;
    let add = crew::Add { id: id("k1"), alias: name("Amina"), symbol, salt: salt.clone(), key: key.clone() };
    assert_eq!(late(&mut server, 1, add.into()), GONE);
    assert_eq!(late(&mut server, 2, crew::SetPin { id: id("k1"), salt, key }.into()), GONE);
    assert!(held_rows(&server).is_empty(), "{:?}", held_rows(&server));
    // The control: that somebody has left the kitchen is no secret.
    assert_eq!(late(&mut server, 3, crew::End { id: id("k1") }.into()), HELD);
}

#[test]
fn beyond_what_there_is_room_for_nothing_is_held_and_its_author_is_told() {
    let mut server = Memory::new();
    hand_over(&mut server);
    let text = String::from(Envelope::encode(&mark("amina"), at(MADE), at(MADE)));
    let outcomes = push_all(&mut server, ("adviser", 1), vec![text; held::MOST_WAITING + 1], at(LATER));
    let (waiting, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|(_, outcome)| *outcome == HELD);
    assert_eq!((waiting.len(), held_rows(&server).len()), (held::MOST_WAITING, held::MOST_WAITING));
    let last = u64::try_from(held::MOST_WAITING).unwrap() + 1;
    assert_eq!(refused, [(last, Outcome::Refused(Rejection::TooManyWait))]);
    // What is answered makes room.
    let no = held::Answer { id: Key::from_text("adviser-phone.1"), yes: false };
    assert!(matches!(manage(&mut server, 2, no, LATER), Outcome::Applied(_)));
    assert_eq!(push(&mut server, ("adviser", last + 1), &mark("amina"), (MADE, MADE, at(LATER))), HELD);
}

#[test]
fn what_was_done_where_nothing_is_kept_is_never_held() {
    for in_memory in [true, false] {
        let mut server = Memory::new();
        if in_memory {
            server.in_memory.insert(id("adviser-phone"));
        }
        hand_over(&mut server);
        let outcome = push(&mut server, ("adviser", 1), &mark("amina"), (MADE, MADE, at(LATER)));
        assert_eq!(outcome, if in_memory { GONE } else { HELD });
        assert_eq!(held_rows(&server).is_empty(), in_memory);
    }
}

#[test]
fn what_is_said_only_of_protected_persons_is_told_by_its_name() {
    let names: Vec<&str> = AnyCommand::NAMES.iter().copied().filter(|name| AnyCommand::is_of_protected(name)).collect();
    assert_eq!(names, ["person.shield", "shield.ask", "shield.answer", "shield.unname"]);
    assert!(!AnyCommand::is_of_protected("nothing.known"));
}
