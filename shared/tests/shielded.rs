//! Protected persons between a server and its clients: what is sent to a device, and to a page that keeps nothing.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Kind, Row, SCHEMA, Source,
    domain::{person, shield},
    entity::{Key, Tag},
    policy::Keeping,
    sync::{
        engine::Engine,
        wire::{Answer, Envelope, Outcome, Request},
    },
    testkit::{Crash, Memory, at, id, name},
};

const NOW: &str = "2026-11-24 09:00";

fn request(client: &str, first: u64, commands: &[AnyCommand]) -> Request {
    let encoded =
        |command: &AnyCommand| RawValue::from_string(Envelope::encode(command, at(NOW), at(NOW)).into()).unwrap();
    Request {
        schema: SCHEMA,
        client: id(client),
        cursor: None,
        epoch: None,
        held: None,
        stored: 0,
        first,
        commands: commands.iter().map(encoded).collect(),
    }
}

fn correct(called: &str) -> AnyCommand {
    let (first_name, last_name, phone, language) = (name(called), None, None, None);
    person::Correct { id: id("amina"), first_name, last_name, phone, language }.into()
}

/// The test centre, where the adviser has made Amina a protected person, and has a page beside her device.
fn shielded() -> Memory {
    let mut server = Memory::new();
    server.in_memory.insert(id("page"));
    let shield = shield::Shield { id: id("amina"), with: id("manager") };
    let answer = sync(&mut server, request("pc", 1, &[shield.into()]));
    assert!(matches!(answer.outcomes[..], [(1, Outcome::Applied(_))]), "{:?}", answer.outcomes);
    server
}

fn sync(server: &mut Memory, request: Request) -> Answer {
    server.sync(&id("adviser"), request, at(NOW), Crash::Never).unwrap()
}

/// A client of the adviser's, filled.
fn filled(server: &mut Memory, client: &str) -> Engine {
    let mut engine = Engine::new(id(client));
    ask(server, &mut engine);
    engine
}

fn ask(server: &mut Memory, engine: &mut Engine) {
    let (ticket, text) = engine.request().unwrap();
    let answer = sync(server, serde_json::from_str(&text).unwrap());
    engine.answered(ticket, answer, at(NOW));
}

fn is_known(engine: &Engine) -> bool {
    matches!(engine.replica().row(Kind::Person, &Key::from_text("amina")), Row::Known(_))
}

#[test]
fn a_device_is_sent_neither_her_rows_nor_that_somebody_knows_of_her() {
    let mut server = shielded();
    let device = filled(&mut server, "pc");
    let grants = device.replica().grants().unwrap();
    assert!(!is_known(&device));
    assert!(grants.tags.iter().chain(grants.list.iter().map(|grant| &grant.tag)).all(|tag| !tag.is_hidden()));
    let page = filled(&mut server, "page");
    let grants = page.replica().grants().unwrap();
    assert!(is_known(&page));
    assert_eq!(grants.keeping, Keeping::InMemory);
    assert!(grants.tags.contains(&Tag::named::<person::Person>(&id("amina"))));
}

#[test]
fn a_page_foresees_what_is_done_with_her_and_a_device_does_not() {
    let mut server = shielded();
    let mut device = filled(&mut server, "pc");
    assert!(device.run(correct("Aamina"), at(NOW)).is_err());
    let mut page = filled(&mut server, "page");
    let (seq, _) = page.run(correct("Aamina"), at(NOW)).unwrap();
    page.stored(seq);
    ask(&mut server, &mut page);
    assert!(page.waiting().is_empty() && page.tray().is_empty());
    assert!(server.row(Kind::Person, Key::from_text("amina")).unwrap().body().contains("Aamina"));
}

#[test]
fn what_one_user_pushes_in_one_batch_is_judged_by_where_it_comes_from() {
    let mut server = shielded();
    let pushes = [request("pc", 2, &[correct("Nytt")]), request("page", 1, &[correct("Aamina")])];
    let pushes = pushes.map(|request| (id("adviser"), request)).to_vec();
    let answers = server.sync_all(pushes, at(NOW), Crash::Never).unwrap();
    let refused = &answers[0].outcomes[..];
    assert!(matches!(refused, [(2, Outcome::Refused(shared::Rejection::Gone))]), "{refused:?}");
    assert!(matches!(answers[1].outcomes[..], [(1, Outcome::Applied(_))]), "{:?}", answers[1].outcomes);
}
