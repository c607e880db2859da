//! What the server's machine promises about order, repetition and nonsense; and what the client's
//! does with the answers.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Rejection, Row, Source,
    domain::{order, packing},
    faults::{Fault, plant},
    prim::AnyId,
    sync::{
        engine::{Effect, Engine, Saved, Share, Ticket},
        wire::{Answer, Envelope, Outcome, Poke, Request},
    },
    testkit::{Crash, Memory, at, date, id},
};

const NOW: &str = "2026-11-24 09:00";

fn raw(text: impl Into<String>) -> Box<RawValue> {
    RawValue::from_string(text.into()).unwrap()
}

fn tick(done: bool) -> AnyCommand {
    packing::SetTick {
        day: date("2026-11-24"),
        school: id("fridalen"),
        step: packing::Step::Made,
        done,
        seen: Vec::new(),
        by: None,
    }
    .into()
}

fn encoded(command: &AnyCommand) -> Box<RawValue> {
    raw(Envelope::encode(command, at(NOW), at(NOW)))
}

fn push(server: &mut Memory, first: u64, commands: Vec<Box<RawValue>>) -> Answer {
    let request =
        Request { schema: 1, client: id("tablet"), cursor: None, epoch: None, held: None, stored: 0, first, commands };
    server.sync(&id::<()>("kitchen"), request, at(NOW), Crash::Never).unwrap()
}

#[test]
fn a_malformed_and_an_unknown_command_are_refused_and_the_queue_goes_on() {
    let mut server = Memory::new();
    let unknown = encoded(&tick(true)).get().replace("packing.tick", "packing.eat");
    let extra = encoded(&tick(true)).get().replace("\"done\":true", "\"done\":true,\"role\":\"manager\"");
    let answer = push(&mut server, 1, vec![raw("[]"), raw(unknown), raw(extra), encoded(&tick(true))]);
    let outcomes: Vec<_> = answer.outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    assert!(matches!(&outcomes[0], Outcome::Refused(Rejection::Malformed { .. })));
    assert_eq!(outcomes[1], Outcome::Refused(Rejection::UnknownCommand { name: "packing.eat".into() }));
    assert!(matches!(&outcomes[2], Outcome::Refused(Rejection::Malformed { detail }) if detail.contains("role")));
    assert!(matches!(outcomes[3], Outcome::Applied(_)));
    assert_eq!(answer.last_seq, 4);
}

#[test]
fn the_same_bytes_again_are_the_same_command() {
    let mut server = Memory::new();
    let first = push(&mut server, 1, vec![encoded(&tick(true))]);
    let again = push(&mut server, 1, vec![encoded(&tick(true))]);
    assert_eq!(first.outcomes, again.outcomes);
    assert_eq!(server.log.len(), 1);
}

#[test]
fn the_same_number_with_other_bytes_is_refused_alone() {
    let mut server = Memory::new();
    push(&mut server, 1, vec![encoded(&tick(true))]);
    let answer = push(&mut server, 1, vec![encoded(&tick(false)), encoded(&tick(false))]);
    assert_eq!(answer.outcomes[0], (1, Outcome::Refused(Rejection::ReusedId)));
    assert!(matches!(answer.outcomes[1], (2, Outcome::Applied(_))));
}

/// A process that remembers what it has read, beside another that writes the same row.
fn two_processes() -> Option<String> {
    let mut server = Memory::new();
    for (seq, elsewhere) in [(1, false), (2, true), (3, false)] {
        server.elsewhere = elsewhere;
        push(&mut server, seq, vec![encoded(&tick(seq != 2))]);
    }
    server.broken
}

#[test]
fn what_another_process_has_written_is_read_anew() {
    assert_eq!(two_processes(), None);
    plant(Some(Fault::StaleMemory));
    let broken = two_processes();
    plant(None);
    assert!(broken.is_some_and(|broken| broken.contains("has lost an answer")));
}

#[test]
fn after_a_gap_nothing_is_judged_and_the_last_number_is_told() {
    let mut server = Memory::new();
    push(&mut server, 1, vec![encoded(&tick(true))]);
    let answer = push(&mut server, 3, vec![encoded(&tick(false))]);
    assert_eq!((answer.last_seq, answer.outcomes.len()), (1, 0));
}

#[test]
fn a_command_from_a_newer_schema_waits_instead_of_being_refused() {
    let mut server = Memory::new();
    let newer =
        encoded(&tick(true)).get().replace("\"schema\":1", "\"schema\":9").replace("packing.tick", "packing.weigh");
    let answer = push(&mut server, 1, vec![raw(newer), encoded(&tick(true))]);
    assert!(answer.server_is_older);
    assert_eq!((answer.last_seq, answer.outcomes.len()), (0, 0));
    assert!(server.log.is_empty());
}

/// A device that has been filled, and its server.
fn filled(user: &str) -> (Memory, Engine, AnyId) {
    let mut server = Memory::new();
    let mut engine = Engine::new(id("phone"));
    let user: AnyId = id(user);
    let (ticket, answer) = ask(&mut server, &mut engine, &user);
    engine.answered(ticket, answer, at(NOW));
    (server, engine, user)
}

fn ask(server: &mut Memory, engine: &mut Engine, user: &AnyId) -> (Ticket, Answer) {
    let (ticket, text) = engine.request().unwrap();
    let request = serde_json::from_str(&text).unwrap();
    (ticket, server.sync(user, request, at(NOW), Crash::Never).unwrap())
}

fn run(engine: &mut Engine, command: AnyCommand) -> u64 {
    let (seq, _) = engine.run(command, at(NOW)).unwrap();
    engine.stored(seq);
    seq
}

#[test]
fn what_the_rules_refuse_here_and_now_is_not_kept() {
    let (_, mut engine, _) = filled("secretary");
    let silly = order::Change {
        school: id("slettebakken"),
        day: date("2026-11-26"),
        choice: order::Choice::Count(-1),
        seen: Vec::new(),
    };
    assert!(matches!(engine.run(silly.into(), at(NOW)), Err(Rejection::OutOfRange { .. })));
    assert!(engine.waiting().is_empty());
}

#[test]
fn what_the_server_refuses_lies_in_the_tray_until_its_author_takes_it() {
    let (mut server, mut engine, user) = filled("secretary");
    let wish = order::Change {
        school: id("slettebakken"),
        day: date("2026-11-26"),
        choice: order::Choice::Count(60),
        seen: Vec::new(),
    };
    let seq = run(&mut engine, wish.into());
    let (ticket, mut answer) = ask(&mut server, &mut engine, &user);
    answer.outcomes = vec![(seq, Outcome::Refused(Rejection::Forbidden))];
    engine.answered(ticket, answer, at(NOW));
    assert!(engine.waiting().is_empty());
    assert_eq!(engine.tray()[0].refused, Some(Rejection::Forbidden));
    let key = shared::Key::from_text("slettebakken.2026-11-26");
    assert_eq!(engine.share(shared::Kind::Order, &key), Share::Refused);
    let effects = engine.drop_from_tray(seq);
    assert!(matches!(&effects[0], Effect::Keep(keep) if keep.drop == [seq]));
    assert!(engine.tray().is_empty());
}

#[test]
fn a_body_that_is_too_large_is_halved_until_it_fits() {
    let (_, mut engine, _) = filled("kitchen");
    for done in [true, false].into_iter().cycle().take(2_000) {
        run(&mut engine, tick(done));
    }
    let length = |engine: &mut Engine| engine.request().unwrap().1.len();
    let first = length(&mut engine);
    assert!(first < 256 * 1024);
    engine.too_large();
    let second = length(&mut engine);
    assert!(second < first * 2 / 3, "{second} after {first}");
}

#[test]
fn after_a_session_is_over_nothing_is_sent_and_nothing_is_lost() {
    let (_, mut engine, _) = filled("secretary");
    engine.look();
    engine.request().unwrap();
    engine.session_over();
    let wish = order::Change {
        school: id("slettebakken"),
        day: date("2026-11-26"),
        choice: order::Choice::Closed,
        seen: Vec::new(),
    };
    run(&mut engine, wish.into());
    assert!(engine.request().is_none());
    assert_eq!(engine.waiting().len(), 1);
    engine.signed_in();
    assert!(engine.request().is_some());
}

#[test]
fn whoever_is_told_of_other_grants_asks_though_no_version_has_moved() {
    let (server, mut engine, user) = filled("teacher");
    let greeting = server.ear(&user, at(NOW)).greeting();
    engine.poked(greeting.clone(), at(NOW));
    assert!(engine.request().is_none(), "she stands where she is told to stand");
    engine.poked(Poke { epoch: None, ..greeting.clone() }, at(NOW));
    assert!(engine.request().is_none(), "a server of before says nothing of grants");
    engine.poked(Poke { epoch: Some("0011223344556677".into()), ..greeting }, at(NOW));
    assert!(engine.request().is_some());
}

#[test]
fn the_device_clock_is_corrected_by_the_server() {
    let (mut server, mut engine, user) = filled("secretary");
    engine.look();
    let (ticket, answer) = ask(&mut server, &mut engine, &user);
    let a_day_ahead = at("2026-11-25 09:00");
    engine.answered(ticket, answer, a_day_ahead);
    assert_eq!(engine.now(a_day_ahead), at(NOW));
}

#[test]
fn what_a_restored_server_does_not_know_is_sent_again_as_it_was() {
    let (mut server, mut engine, user) = filled("kitchen");
    run(&mut engine, tick(true));
    let (ticket, answer) = ask(&mut server, &mut engine, &user);
    engine.answered(ticket, answer, at(NOW));
    let backup = server.backup();
    let texts: Vec<String> = [false, true]
        .into_iter()
        .map(|done| {
            run(&mut engine, tick(done));
            let (ticket, text) = engine.request().unwrap();
            let request: Request = serde_json::from_str(&text).unwrap();
            let sent = request.commands[0].get().to_owned();
            let answer = server.sync(&user, request, at(NOW), Crash::Never).unwrap();
            engine.answered(ticket, answer, at(NOW));
            sent
        })
        .collect();
    assert!(engine.waiting().is_empty());
    server.restore(&backup, "m1".to_owned());
    engine.look();
    let (ticket, answer) = ask(&mut server, &mut engine, &user);
    assert_eq!((answer.last_seq, answer.covered), (1, 1));
    engine.answered(ticket, answer, at(NOW));
    assert_eq!(engine.waiting().len(), 2, "they are not shared any more, and the page says so");
    let (_, text) = engine.request().unwrap();
    let request: Request = serde_json::from_str(&text).unwrap();
    let again: Vec<_> = request.commands.iter().map(|command| command.get()).collect();
    assert_eq!((request.first, again), (2, texts.iter().map(String::as_str).collect()));
}

#[test]
fn a_first_fill_comes_in_pages_and_nothing_is_absent_before_the_last() {
    let mut server = Memory::new();
    server.page = 1;
    let user: AnyId = id("kitchen");
    let mut engine = Engine::new(id("phone"));
    let missing = shared::Key::of(&[&date("2026-11-24"), &"fridalen", &"made"]);
    let mut pages = 0;
    loop {
        let (ticket, answer) = ask(&mut server, &mut engine, &user);
        let more = answer.patch.as_ref().unwrap().more;
        engine.answered(ticket, answer, at(NOW));
        pages += 1;
        let row = engine.replica().row(shared::Kind::Tick, &missing);
        assert_eq!((matches!(row, Row::Absent), engine.is_filled()), (!more, !more));
        if !more {
            break;
        }
        // The app dies in between and goes on where it was.
        let saved =
            Saved { rows: engine.replica().rows().collect(), meta: Some(engine.meta().clone()), ..Saved::default() };
        engine = Engine::restore(engine.meta().clone(), saved, at(NOW));
    }
    assert!(pages > 2, "{pages}");
    let (_, whole, _) = filled("kitchen");
    assert_eq!(engine.replica().len(), whole.replica().len());
}

#[test]
fn older_days_are_there_while_somebody_looks_and_stale_when_they_change() {
    let (mut server, mut engine, user) = filled("kitchen");
    let day = date("2026-09-15");
    let key = shared::Key::of(&[&day, &"fridalen", &"made"]);
    let is_there = |engine: &Engine| matches!(engine.replica().row(shared::Kind::Tick, &key), Row::Known(_));
    let command: AnyCommand = packing::SetTick {
        day,
        school: id("fridalen"),
        step: packing::Step::Made,
        done: true,
        seen: Vec::new(),
        by: None,
    }
    .into();
    run(&mut engine, command.clone());
    let (ticket, answer) = ask(&mut server, &mut engine, &user);
    engine.answered(ticket, answer, at(NOW));
    assert!(!is_there(&engine), "it has left the devices");
    let rows = |server: &Memory| {
        let row = server.row(shared::Kind::Tick, key.clone()).expect("it was ticked");
        vec![shared::sync::wire::WireRow::of(1, row)]
    };
    engine.look_back(Some(&rows(&server)), at(NOW));
    assert!(is_there(&engine) && !engine.replica().is_older_stale());
    assert!(engine.replica().rows().all(|row| &*row.kind != "tick"), "nothing of it is kept");

    run(&mut engine, command);
    assert!(!engine.replica().is_older_stale());
    let (ticket, answer) = ask(&mut server, &mut engine, &user);
    engine.answered(ticket, answer, at(NOW));
    assert!(engine.replica().is_older_stale() && is_there(&engine), "it shows what it knows, and asks again");
    engine.look_back(None, at(NOW));
    assert!(!is_there(&engine) && !engine.replica().is_older_stale());
}
