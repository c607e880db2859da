//! A look is a command like any other on its way to the server, and no work of its author's that waits.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use shared::{
    AnyCommand, Key, Kind, Rejection,
    domain::look::{Look, Place},
    prim::AnyId,
    sync::{
        engine::{Effect, Engine, Keep, Share, Ticket},
        wire::{Answer, Outcome, Request},
    },
    testkit::{Crash, Memory, at, id},
};

const NOW: &str = "2026-11-24 09:00";

fn adviser() -> AnyId {
    id("adviser")
}

fn look() -> AnyCommand {
    Look { people: vec![id("amina")], at: Place::Page }.into()
}

fn ask(server: &mut Memory, engine: &mut Engine) -> (Ticket, Request, Answer) {
    let (ticket, text) = engine.request().unwrap();
    let request: Request = serde_json::from_str(&text).unwrap();
    let answer = server.sync(&adviser(), request.clone(), at(NOW), Crash::Never).unwrap();
    (ticket, request, answer)
}

/// The adviser's device, filled, with a look at Amina that is safe on it.
fn looked() -> (Memory, Engine) {
    let mut server = Memory::new();
    let mut engine = Engine::new(id("desk"));
    let (ticket, _, answer) = ask(&mut server, &mut engine);
    engine.answered(ticket, answer, at(NOW));
    let (seq, _) = engine.run(look(), at(NOW)).unwrap();
    engine.stored(seq);
    (server, engine)
}

fn shown(engine: &Engine) -> ((usize, usize), usize, Share) {
    let share = engine.share(Kind::Person, &Key::from_text("amina"));
    (engine.counts(), engine.waiting().len() + engine.tray().len(), share)
}

const NOTHING: ((usize, usize), usize, Share) = ((0, 0), 0, Share::Shared);

fn kept(effects: Vec<Effect>) -> Keep {
    let keep = effects.into_iter().find_map(|effect| match effect {
        Effect::Keep(keep) => Some(*keep),
        _ => None,
    });
    keep.unwrap()
}

#[test]
fn a_look_waits_without_a_word_and_is_sent_once() {
    let (mut server, mut engine) = looked();
    assert_eq!(shown(&engine), NOTHING);
    let tab = Engine::following(engine.picture(), at(NOW));
    assert_eq!((shown(&tab), tab.rescue().unwrap().commands.len()), (NOTHING, 1), "another tab, and the file");
    let (ticket, request, answer) = ask(&mut server, &mut engine);
    assert_eq!((request.commands.len(), answer.outcomes.len()), (1, 1));
    assert!(matches!(answer.outcomes[0].1, Outcome::Applied(_)));
    assert!(answer.patch.as_ref().unwrap().rows.is_empty(), "no row comes of it");
    engine.answered(ticket, answer, at(NOW));
    assert_eq!(shown(&engine), NOTHING);
    assert!(engine.request().is_none());
}

#[test]
fn a_look_that_is_refused_is_nobodys_business() {
    let (mut server, mut engine) = looked();
    let backup = server.backup();
    let (ticket, sent, mut answer) = ask(&mut server, &mut engine);
    answer.covered = 0;
    answer.outcomes = vec![(1, Outcome::Refused(Rejection::Gone))];
    let keep = kept(engine.answered(ticket, answer, at(NOW)));
    assert!(keep.refuse.is_empty() && keep.drop.is_empty());
    assert_eq!(shown(&engine), NOTHING);
    // Like what was let happen it comes back after a restore, as it was.
    server.restore(&backup, "m1".to_owned());
    engine.look();
    let (ticket, _, answer) = ask(&mut server, &mut engine);
    engine.answered(ticket, answer, at(NOW));
    let (_, again, _) = ask(&mut server, &mut engine);
    let texts = |request: &Request| -> Vec<String> {
        request.commands.iter().map(|command| command.get().to_owned()).collect()
    };
    assert_eq!(texts(&again), texts(&sent));
}

#[test]
fn what_she_may_not_see_here_and_now_is_no_look() {
    let (_, mut engine) = looked();
    let waits = engine.rescue().map(|contents| contents.commands.len());
    let others = Look { people: vec![id("lena")], at: Place::Page };
    assert_eq!(engine.run(others.into(), at(NOW)).err(), Some(Rejection::Gone));
    assert_eq!(engine.rescue().map(|contents| contents.commands.len()), waits);
}
