//! Builds of different schemas: a server that was rolled back, an app that was, and an app that is too old.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Kind, Row, SCHEMA, Source,
    domain::{order, packing},
    entity::Key,
    prim::AnyId,
    sync::{
        engine::{Engine, Meta, Queued, Saved},
        wire::{Answer, Envelope, Request},
    },
    testkit::{Crash, Memory, at, date, id},
};

const NOW: &str = "2026-11-24 09:00";

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

fn encoded(command: &AnyCommand) -> Box<str> {
    Envelope::encode(command, at(NOW), at(NOW))
}

/// A command that only a later schema knows.
fn newer() -> Box<str> {
    let later = format!(r#""schema":{}"#, SCHEMA + 8);
    let text = encoded(&tick(true)).replace(&format!(r#""schema":{SCHEMA}"#), &later);
    text.replace("packing.tick", "packing.weigh").into()
}

/// What a server of the later schema reads: to it, weighing is what ticking is to this one.
fn as_later(text: &str) -> String {
    text.replace("packing.weigh", "packing.tick")
}

fn serve(server: &mut Memory, text: &str) -> Answer {
    let request: Request = serde_json::from_str(text).unwrap();
    server.sync(&id("kitchen"), request, at(NOW), Crash::Never).unwrap()
}

fn commands(text: &str) -> Vec<String> {
    let request: Request = serde_json::from_str(text).unwrap();
    request.commands.iter().map(|command| command.get().to_owned()).collect()
}

fn run(engine: &mut Engine, command: AnyCommand) {
    let (seq, _) = engine.run(command, at(NOW)).unwrap();
    engine.stored(seq);
}

/// The kitchen's device looks for what is new; it sends nothing with that.
fn look(server: &mut Memory, engine: &mut Engine) {
    engine.look();
    let (ticket, text) = engine.request().unwrap();
    assert_eq!(commands(&text), [""; 0]);
    engine.answered(ticket, serve(server, &text), at(NOW));
}

/// The kitchen's device, filled, and its server.
fn filled() -> (Memory, Engine) {
    let mut server = Memory::new();
    let mut engine = Engine::new(id("phone"));
    look(&mut server, &mut engine);
    (server, engine)
}

/// A school orders, and the kitchen may see it.
fn order(server: &mut Memory) -> Key {
    let school: AnyId = id("secretary");
    let wish = order::Change {
        school: id("slettebakken"),
        day: date("2026-11-26"),
        choice: order::Choice::Count(58),
        seen: Vec::new(),
    };
    let request = Request {
        schema: SCHEMA,
        client: id("school-pc"),
        cursor: None,
        epoch: None,
        held: None,
        stored: 0,
        first: 1,
        commands: vec![RawValue::from_string(encoded(&wish.into()).into()).unwrap()],
    };
    server.sync(&school, request, at(NOW), Crash::Never).unwrap();
    Key::from_text("slettebakken.2026-11-26")
}

#[test]
fn while_the_server_is_older_the_queue_waits_and_it_goes_on_when_the_server_is_new_again() {
    let (mut server, mut engine) = filled();
    run(&mut engine, tick(true));
    let second = engine.meta().next_seq;
    engine.take_over(newer(), at(NOW)).unwrap();
    engine.stored(second);
    run(&mut engine, tick(false));
    let (ticket, text) = engine.request().unwrap();
    let sent = commands(&text);
    assert_eq!(sent.len(), 3);

    // What the older server understands is judged; at the rest it stops.
    let answer = serve(&mut server, &text);
    assert_eq!((answer.last_seq, answer.server_is_older), (1, true));
    engine.answered(ticket, answer, at(NOW));
    assert_eq!(engine.request(), None);
    run(&mut engine, tick(true));
    assert_eq!(engine.request(), None, "what is done meanwhile comes after it");
    assert_eq!((engine.waiting().len(), engine.tray().len()), (3, 0));

    // Reading goes on. Each time the server has answered, it is tried whether it is still older.
    let key = order(&mut server);
    look(&mut server, &mut engine);
    assert!(matches!(engine.replica().row(Kind::Order, &key), Row::Known(_)));
    let (ticket, text) = engine.request().unwrap();
    let again = commands(&text);
    assert_eq!(again[..2], sent[1..], "byte for byte as first encoded");
    let answer = serve(&mut server, &text);
    assert_eq!((answer.last_seq, answer.server_is_older), (1, true));
    engine.answered(ticket, answer, at(NOW));
    assert_eq!(engine.request(), None);
    assert_eq!(engine.waiting().len(), 3);

    look(&mut server, &mut engine);
    let (ticket, text) = engine.request().unwrap();
    assert_eq!(commands(&text), again);
    let answer = serve(&mut server, &as_later(&text));
    assert_eq!((answer.last_seq, answer.server_is_older), (4, false));
    engine.answered(ticket, answer, at(NOW));
    assert_eq!((engine.waiting().len(), engine.tray().len()), (0, 0));
    let judged = server.log.iter().filter(|(client, _)| client.as_str() == "phone").map(|(_, seq)| *seq);
    assert_eq!(judged.collect::<Vec<_>>(), [1, 2, 3, 4], "each once, in its order");
}

#[test]
fn an_app_that_was_rolled_back_keeps_what_it_cannot_read_and_shares_it_in_its_order() {
    let texts = [encoded(&tick(true)), newer(), encoded(&tick(false))];
    let queue = (1..).zip(&texts).map(|(seq, text)| Queued { seq, text: text.clone(), refused: None, is_held: false });
    let meta = Meta { schema: SCHEMA + 8, next_seq: 4, ..Meta::new(id("phone")) };
    let saved = Saved { queue: queue.collect(), ..Saved::default() };
    let mut engine = Engine::restore(meta, saved, at(NOW));
    let waiting = engine.waiting();
    assert_eq!(waiting.len(), 3);
    assert_eq!((waiting[1].name.as_str(), &waiting[1].command), ("packing.weigh", &None));
    let (ticket, text) = engine.request().unwrap();
    assert_eq!(commands(&text), texts.each_ref().map(|text| text.to_string()));
    let mut server = Memory::new();
    engine.answered(ticket, serve(&mut server, &as_later(&text)), at(NOW));
    assert_eq!((engine.waiting().len(), engine.tray().len()), (0, 0));
    assert_eq!(server.log.len(), 3);
}

#[test]
fn an_app_that_is_too_old_is_told_nothing_and_what_is_done_in_it_is_shared() {
    let (mut server, mut engine) = filled();
    // 426: what was pushed is judged, and the patch is withheld.
    let withheld = |answer: Answer| Answer { patch: None, say_held: false, ..answer };
    engine.look();
    let (ticket, text) = engine.request().unwrap();
    let answer = withheld(serve(&mut server, &text));
    engine.answered(ticket, answer, at(NOW));
    engine.too_old();
    engine.look();
    assert_eq!(engine.request(), None, "nothing is asked for");
    run(&mut engine, tick(true));
    let (ticket, text) = engine.request().unwrap();
    assert_eq!(commands(&text).len(), 1);
    let answer = withheld(serve(&mut server, &text));
    engine.answered(ticket, answer, at(NOW));
    assert!(engine.is_too_old());
    assert_eq!((engine.waiting().len(), engine.tray().len()), (0, 0));
    assert_eq!(server.log.len(), 1);
}
