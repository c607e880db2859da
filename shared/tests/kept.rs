//! What was judged and lies in no backup yet is kept on the device for thirty days: until then it comes
//! back after the server was restored.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use shared::{
    AnyCommand,
    domain::packing,
    prim::Timestamp,
    sync::{
        engine::{Effect, Engine},
        wire::Request,
    },
    testkit::{Crash, Memory, at, date, id},
};

const FIRST: &str = "2026-11-24 09:00";
const DAY: i64 = 24 * 60 * 60_000;

fn tick() -> AnyCommand {
    packing::SetTick {
        day: date("2026-11-24"),
        school: id("fridalen"),
        step: packing::Step::Made,
        done: true,
        seen: Vec::new(),
        by: None,
    }
    .into()
}

/// Asks once. Returns the commands that were sent, and those that the disk need not hold any longer.
fn ask(server: &mut Memory, engine: &mut Engine, now: Timestamp) -> (Vec<String>, Vec<u64>) {
    engine.look();
    let (ticket, text) = engine.request().unwrap();
    let request: Request = serde_json::from_str(&text).unwrap();
    let sent = request.commands.iter().map(|command| command.get().to_owned()).collect();
    let answer = server.sync(&id("kitchen"), request, now, Crash::Never).unwrap();
    let effects = engine.answered(ticket, answer, now);
    let dropped = effects.into_iter().filter_map(|effect| match effect {
        Effect::Keep(keep) => Some(keep.drop),
        _ => None,
    });
    (sent, dropped.flatten().collect())
}

/// A command is judged, and the server is heard of again after so many days. Then it is restored from a
/// backup made before. Was the command let go, and what is sent under its number now?
fn after(days: i64) -> (Vec<u64>, String, String) {
    let first = at(FIRST);
    let mut server = Memory::new();
    let backup = server.backup();
    let mut engine = Engine::new(id("tablet"));
    ask(&mut server, &mut engine, first);
    let (seq, _) = engine.run(tick(), first).unwrap();
    engine.stored(seq);
    let (sent, dropped) = ask(&mut server, &mut engine, first);
    assert_eq!(dropped, [0; 0], "no backup holds it");
    let later = first.plus_millis(days * DAY);
    let (_, dropped) = ask(&mut server, &mut engine, later);
    server.restore(&backup, "m1".to_owned());
    ask(&mut server, &mut engine, later);
    let (again, _) = ask(&mut server, &mut engine, later);
    assert_eq!((sent.len(), again.len()), (1, 1));
    (dropped, sent[0].clone(), again[0].clone())
}

#[test]
fn for_thirty_days_a_command_comes_back_after_a_restore() {
    for days in [1, 29, 30] {
        let (dropped, sent, again) = after(days);
        assert_eq!(dropped, [0; 0], "after {days} days");
        assert_eq!(again, sent, "after {days} days");
    }
}

#[test]
fn after_thirty_days_a_command_is_let_go_and_its_number_is_filled() {
    let (dropped, _, again) = after(31);
    assert_eq!(dropped, [1]);
    assert_eq!(again, "null");
}
