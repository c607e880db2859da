//! Rows that another build has written. Older ones are upgraded as they are read; what this build cannot
//! read, the server names, and a device asks for it anew with the build that can.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Kind, Record, Row, SCHEMA, Source,
    domain::menu,
    entity::Key,
    faults::OLDER_SHAPE,
    registry::UnreadableRow,
    sync::{
        engine::{Effect, Engine, Keep, LogEntry, Meta, Saved, Ticket},
        wire::{Answer, Cursor, Envelope, Patch, Request, WireRow},
    },
    testkit::{Crash, Memory, at, date, id, name},
};

const NOW: &str = "2026-11-24 15:00";
const TODAY: &str = "2026-11-24";
/// The number of a shape that this build does not know.
const NEWER_SHAPE: u16 = u16::MAX;

/// A row of each kind, at least.
fn records() -> Vec<Record> {
    let lines = include_str!("golden/0.1.0/rows.jsonl").lines();
    lines.map(|line| serde_json::from_str::<WireRow>(line).unwrap().read().unwrap()).collect()
}

fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap()
}

/// The row as an older build wrote it.
fn older(record: &Record) -> WireRow {
    let body = raw(format!(r#"{{"row":{}}}"#, record.body()));
    WireRow { shape: OLDER_SHAPE, body, ..WireRow::of(7, record) }
}

#[test]
fn a_stored_row_of_an_older_shape_is_upgraded_as_the_server_reads_it() {
    for record in records() {
        let stored = older(&record);
        let read = Record::read(record.kind(), OLDER_SHAPE, stored.body.get());
        assert_eq!(read, Ok(record.clone()));
        let as_of_today = Record::read(record.kind(), record.kind().shape(), stored.body.get());
        assert!(as_of_today.is_err(), "{stored:?} is read by its shape, not by luck");
    }
}

#[test]
fn stored_rows_of_an_older_shape_are_upgraded_as_a_device_reads_them() {
    let records = records();
    let (pages, log) = records.split_at(records.len() / 2);
    let patch = Patch {
        to: Cursor { history: "m0".into(), version: 7 },
        reset: false,
        more: false,
        grants: None,
        rows: log.iter().map(older).collect(),
        gone: Vec::new(),
    };
    let saved = Saved {
        rows: pages.iter().map(older).collect(),
        log: vec![LogEntry { patch, today: date(TODAY) }],
        ..Saved::default()
    };
    let meta = Meta { server_time: at(NOW), ..Meta::new(id("phone")) };
    let engine = Engine::restore(meta, saved, at(NOW));
    for record in &records {
        let row = engine.replica().row(record.kind(), &record.key());
        assert!(matches!(row, Row::Known(held) if held == record), "{record:?}");
    }
    // What is written to the pages next is of today.
    assert_eq!(engine.replica().rows().count(), records.len());
    assert!(engine.replica().rows().all(|row| row.shape != OLDER_SHAPE && row.read().is_some()));
}

#[test]
fn the_server_names_the_row_it_cannot_read() {
    for record in records() {
        let kind = record.kind();
        let newer = Record::read(kind, NEWER_SHAPE, &record.body());
        assert_eq!(newer, Err(UnreadableRow { kind, shape: NEWER_SHAPE }));
        let shape = kind.shape();
        assert_eq!(Record::read(kind, shape, "{}"), Err(UnreadableRow { kind, shape }));
    }
    let unreadable = UnreadableRow { kind: Kind::Menu, shape: 9 };
    assert_eq!(unreadable.to_string(), "a menu of shape 9 cannot be read by this build");
}

fn ask(server: &mut Memory, engine: &mut Engine) -> (Ticket, Answer) {
    let (ticket, text) = engine.request().unwrap();
    let request = serde_json::from_str(&text).unwrap();
    (ticket, server.sync(&id("adviser"), request, at(NOW), Crash::Never).unwrap())
}

fn kept(effects: Vec<Effect>) -> Keep {
    let keep = effects.into_iter().find_map(|effect| match effect {
        Effect::Keep(keep) => Some(*keep),
        _ => None,
    });
    keep.unwrap()
}

/// A server with a dish on the menu.
fn with_a_menu() -> Memory {
    let mut server = Memory::new();
    let plan: AnyCommand = menu::Plan { day: date(TODAY), dish: name("Suppe"), beside: Vec::new() }.into();
    let request = Request {
        schema: SCHEMA,
        client: id("tablet"),
        cursor: None,
        epoch: None,
        held: None,
        stored: 0,
        first: 1,
        commands: vec![raw(Envelope::encode(&plan, at(NOW), at(NOW)).into())],
    };
    server.sync(&id("kitchen"), request, at(NOW), Crash::Never).unwrap();
    server
}

#[test]
fn a_row_that_an_app_cannot_read_yet_comes_anew_to_the_build_that_can() {
    let mut server = with_a_menu();
    let mut engine = Engine::new(id("phone"));
    let (ticket, mut answer) = ask(&mut server, &mut engine);
    // The server is a newer build, and has changed how a dish is written.
    let rows = &mut answer.patch.as_mut().unwrap().rows;
    let all = rows.len();
    rows.iter_mut().filter(|row| &*row.kind == "menu").for_each(|row| row.shape = NEWER_SHAPE);
    let keep = kept(engine.answered(ticket, answer, at(NOW)));
    assert_eq!(engine.replica().len(), all - 1, "it is the only one that is not read");
    let log = keep.log.unwrap();
    let as_it_came = log.patch.rows.iter().find(|row| row.shape == NEWER_SHAPE).unwrap();
    assert!(as_it_came.body.get().contains("Suppe"), "the disk holds it as it came");

    // The app is updated: what this build was sent does not count any more.
    let meta = Meta { schema: SCHEMA - 1, ..keep.meta };
    let mut engine = Engine::restore(meta, Saved { log: vec![log], ..Saved::default() }, at(NOW));
    let key = Key::from_text(TODAY);
    let row = engine.replica().row(Kind::Menu, &key);
    assert!(!engine.is_filled() && matches!(row, Row::Unknown), "nobody takes it for absent");
    let (ticket, answer) = ask(&mut server, &mut engine);
    assert!(answer.patch.as_ref().is_some_and(|patch| patch.reset), "all is asked for anew");
    engine.answered(ticket, answer, at(NOW));
    let row = engine.replica().row(Kind::Menu, &key);
    assert!(matches!(row, Row::Known(Record::Menu(menu)) if menu.dish == name("Suppe")));
}
