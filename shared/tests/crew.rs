//! Who ticks, on a device and at the server: a device believes what it has tested itself, the server what is proved.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use shared::{
    AnyCommand, Key, Kind, Record, Row, Source,
    domain::{
        crew::{Add, By, Symbol},
        packing::{SetTick, Step},
    },
    prim::{AnyId, Bytes},
    sync::{engine::Engine, wire::Request},
    testkit::{Crash, Memory, at, date, id, name},
};

const NOW: &str = "2026-11-24 09:00";
const TICK: &str = "2026-11-24.fridalen.made";

fn tick(proved_with: u8) -> AnyCommand {
    let (day, step) = (date("2026-11-24"), Step::Made);
    let tick = SetTick { day, school: id("fridalen"), step, done: true, seen: Vec::new(), by: None };
    let by = Some(By::prove(id("k1"), &Bytes::new([proved_with; 32]), &tick.said()));
    SetTick { by, ..tick }.into()
}

fn run(engine: &mut Engine, command: AnyCommand) {
    let (seq, _) = engine.run(command, at(NOW)).unwrap();
    engine.stored(seq);
}

fn share(server: &mut Memory, engine: &mut Engine) {
    engine.look();
    let (ticket, text) = engine.request().unwrap();
    let request: Request = serde_json::from_str(&text).unwrap();
    let answer = server.sync(&id("kitchen"), request, at(NOW), Crash::Never).unwrap();
    engine.answered(ticket, answer, at(NOW));
}

/// Whose hand gave the last answer.
fn hand(engine: &Engine) -> Option<AnyId> {
    match engine.replica().row(Kind::Tick, &Key::from_text(TICK)) {
        Row::Known(Record::Tick(tick)) => tick.answers.history().last().unwrap().hand.clone(),
        other => panic!("{other:?}"),
    }
}

/// A tablet with somebody in its crew, which the server has heard of.
fn tablet(server: &mut Memory) -> Engine {
    let mut engine = Engine::new(id("tablet"));
    share(server, &mut engine);
    let (salt, key) = (Bytes::new([1; 32]), Bytes::new([7; 32]));
    run(&mut engine, Add { id: id("k1"), alias: name("Amina"), symbol: Symbol::Sun, salt, key }.into());
    share(server, &mut engine);
    engine
}

#[test]
fn a_tick_shows_whose_it_is_before_and_after_the_server_has_judged_it() {
    let mut server = Memory::new();
    let mut engine = tablet(&mut server);
    run(&mut engine, tick(7));
    assert_eq!(hand(&engine), Some(id("k1")), "the tablet does not wait for the server");
    share(&mut server, &mut engine);
    assert!(engine.waiting().is_empty() && engine.tray().is_empty());
    assert_eq!(hand(&engine), Some(id("k1")));
}

#[test]
fn what_is_not_proved_is_believed_by_nobody_but_the_device_it_was_done_on() {
    let mut server = Memory::new();
    let mut engine = tablet(&mut server);
    run(&mut engine, tick(8));
    assert_eq!(hand(&engine), Some(id("k1")));
    share(&mut server, &mut engine);
    assert!(engine.waiting().is_empty() && engine.tray().is_empty(), "it is ticked all the same");
    assert_eq!(hand(&engine), None);
}

#[test]
fn no_device_holds_the_key_once_the_server_has_it() {
    let mut server = Memory::new();
    let engine = tablet(&mut server);
    let key = Key::from_text("k1");
    assert!(server.row(Kind::CrewKey, key.clone()).is_some());
    assert!(matches!(engine.replica().row(Kind::CrewKey, &key), Row::Unknown));
    assert!(matches!(engine.replica().row(Kind::Crew, &key), Row::Known(_)));
}
