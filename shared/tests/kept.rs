//! What was judged and lies in no backup yet is kept on the device for thirty days: until then it comes
//! back after the server was restored. What tells of somebody of whom the device may know nothing goes at once.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;

use shared::{
    AnyCommand, Kind, Rejection, Role, Tag,
    domain::{crew, look, packing, person, shield},
    prim::{Bytes, Timestamp},
    sync::{
        engine::{Effect, Engine, Queued, Saved},
        wire::{Outcome, Request},
    },
    testkit::{Crash, Memory, at, centre, date, id, name, used_centre},
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

/// A device with its queue as the disk holds it.
struct Device {
    user: &'static str,
    engine: Engine,
    queue: BTreeMap<u64, Queued>,
}

impl Device {
    /// A device of this user, filled.
    fn of(user: &'static str, server: &mut Memory) -> Self {
        let mut device = Self { user, engine: Engine::new(id(&format!("{user}-pc"))), queue: BTreeMap::new() };
        device.ask(server);
        device
    }

    fn run(&mut self, command: impl Into<AnyCommand>) {
        let (seq, effects) = self.engine.run(command.into(), at(FIRST)).unwrap();
        self.write(effects);
        self.engine.stored(seq);
    }

    fn ask(&mut self, server: &mut Memory) {
        self.ask_and(server, |outcome| outcome);
    }

    /// Asks until there is nothing more to say; `told` says what the outcomes are told as.
    fn ask_and(&mut self, server: &mut Memory, told: impl Fn(Outcome) -> Outcome) {
        self.engine.look();
        while let Some((ticket, text)) = self.engine.request() {
            let request: Request = serde_json::from_str(&text).unwrap();
            let mut answer = server.sync(&id(self.user), request, at(FIRST), Crash::Never).unwrap();
            let outcomes = std::mem::take(&mut answer.outcomes).into_iter();
            answer.outcomes = outcomes.map(|(seq, outcome)| (seq, told(outcome))).collect();
            let effects = self.engine.answered(ticket, answer, at(FIRST));
            self.write(effects);
        }
    }

    fn write(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Store(queued) => drop(self.queue.insert(queued.seq, queued)),
                Effect::Keep(keep) => {
                    self.queue.retain(|seq, _| !keep.drop.contains(seq));
                    self.queue.extend(keep.refuse.into_iter().map(|queued| (queued.seq, queued)));
                }
                Effect::Changed(_) | Effect::Stands(_) => {}
            }
        }
    }

    /// Does any entry on the disk say this?
    fn says(&self, word: &str) -> bool {
        self.queue.values().any(|queued| queued.text.contains(word))
    }

    /// What lies in the tray when the app is opened again: is anything left of it, and why was it refused?
    fn tray(&self) -> Vec<(bool, Option<Rejection>)> {
        let saved = Saved { queue: self.queue.values().cloned().collect(), ..Saved::default() };
        let opened = Engine::restore(self.engine.meta().clone(), saved, at(FIRST));
        assert_eq!(opened.tray(), self.engine.tray());
        opened.tray().into_iter().map(|one| (!one.is_emptied(), one.refused)).collect()
    }
}

fn correct(person: &str, called: &str) -> person::Correct {
    let (first_name, last_name, phone, language) = (name(called), None, None, None);
    person::Correct { id: id(person), first_name, last_name, phone, language }
}

fn register(contact: Option<&str>) -> person::Register {
    person::Register {
        id: id("nadia"),
        first_name: name("Kanari"),
        last_name: None,
        phone: None,
        language: None,
        contact: contact.map(id),
        shielded_with: None,
    }
}

/// A manager gives Amina to another adviser.
fn hand_over(server: &mut Memory) {
    let mut manager = Device::of("manager", server);
    manager.run(person::Assign { id: id("amina"), contact: id("other-adviser") });
    manager.ask(server);
    assert!(manager.says("other-adviser"), "she sees everybody, and keeps it");
}

#[test]
fn what_was_done_with_somebody_goes_when_she_becomes_a_protected_person_and_so_does_that_she_is_one() {
    let mut server = Memory::new();
    let backup = server.backup();
    let mut device = Device::of("adviser", &mut server);
    device.run(correct("amina", "Kanari"));
    device.run(look::Look { people: vec![id("sara"), id("amina")], at: look::Place::List });
    device.run(correct("sara", "Trost"));
    device.ask(&mut server);
    assert_eq!(device.queue.len(), 3, "no backup holds it");
    device.run(shield::Shield { id: id("amina"), with: id("manager") });
    assert!(device.says("shield"), "it waits");
    device.ask(&mut server);
    assert!(!device.says("Kanari") && !device.says("amina") && !device.says("shield"));
    assert!(device.says("Trost"), "the control");
    // Their numbers are filled, and she must be protected once more.
    server.restore(&backup, "m1".to_owned());
    device.ask(&mut server);
    assert!(device.engine.waiting().is_empty() && device.engine.tray().is_empty());
    let client = id("adviser-pc");
    let outcomes = (1..=4).map(|seq| matches!(server.judged(&client, seq).unwrap().outcome, Outcome::Applied(_)));
    assert_eq!(outcomes.collect::<Vec<_>>(), [false, false, true, false]);
}

#[test]
fn a_page_that_knows_her_does_not_keep_that_she_is_protected() {
    let mut server = Memory::new();
    server.in_memory.insert(id("adviser-pc"));
    let mut page = Device::of("adviser", &mut server);
    page.run(shield::Shield { id: id("amina"), with: id("manager") });
    page.ask(&mut server);
    page.run(correct("amina", "Kanari"));
    page.ask(&mut server);
    assert!(!page.says("shield") && page.says("Kanari"));
}

#[test]
fn the_key_of_a_pin_goes_once_it_is_judged() {
    let mut server = Memory::new();
    let mut tablet = Device::of("kitchen", &mut server);
    let (salt, key) = (Bytes::new([1; 32]), Bytes::new([7; 32]));
    let digits = "07".repeat(32);
    tablet.run(crew::Add { id: id("k1"), alias: name("Amina"), symbol: crew::Symbol::Sun, salt: salt.clone(), key });
    assert!(tablet.says(&digits), "it waits");
    tablet.run(tick());
    tablet.ask(&mut server);
    assert!(!tablet.says(&digits) && tablet.says("packing.tick"));
    tablet.run(crew::SetPin { id: id("k1"), salt, key: Bytes::new([8; 32]) });
    tablet.ask(&mut server);
    assert!(!tablet.says(&"08".repeat(32)) && tablet.tray().is_empty());
}

#[test]
fn whoever_hands_a_participant_over_keeps_nothing_of_her() {
    let mut server = Memory::new();
    let mut device = Device::of("adviser", &mut server);
    device.run(correct("amina", "Kanari"));
    device.run(correct("sara", "Trost"));
    device.ask(&mut server);
    assert!(device.says("Kanari"));
    hand_over(&mut server);
    device.ask(&mut server);
    assert!(!device.says("Kanari") && device.says("Trost"));
}

#[test]
fn who_registers_somebody_keeps_it_only_if_she_may_see_her() {
    let mut server = Memory::new();
    let mut adviser = Device::of("adviser", &mut server);
    adviser.run(register(None));
    adviser.ask(&mut server);
    assert!(adviser.says("Kanari"), "her row came with the answer");
    let mut server = Memory::new();
    server.set_role(&id("teacher"), Role::Reception);
    let mut desk = Device::of("teacher", &mut server);
    desk.run(register(Some("adviser")));
    assert!(desk.says("Kanari"), "it waits");
    desk.ask(&mut server);
    assert!(server.rows().0.values().any(|record| record.body().contains("Kanari")) && !desk.says("Kanari"));
}

#[test]
fn of_what_was_refused_only_that_it_was_stays_when_nothing_may_be_known_of_her() {
    let mut server = Memory::new();
    let mut device = Device::of("adviser", &mut server);
    device.run(correct("amina", "Kanari"));
    hand_over(&mut server);
    assert!(device.says("Kanari"), "it waits");
    device.ask(&mut server);
    assert_eq!((device.tray(), device.says("Kanari")), (vec![(false, Some(Rejection::Gone))], false));
    // It lay in the tray before: she may know of her still, and then no more.
    let mut server = Memory::new();
    let mut device = Device::of("adviser", &mut server);
    device.run(correct("amina", "Kanari"));
    device.ask_and(&mut server, |_| Outcome::Refused(Rejection::Exists));
    assert_eq!(device.tray(), [(true, Some(Rejection::Exists))]);
    let tab = Engine::following(device.engine.picture(), at(FIRST));
    assert_eq!(tab.tray(), device.engine.tray());
    hand_over(&mut server);
    device.ask(&mut server);
    assert_eq!((device.tray(), device.says("Kanari")), (vec![(false, Some(Rejection::Exists))], false));
}

#[test]
fn a_registration_that_was_refused_stays_for_whoever_made_it() {
    let mut server = Memory::new();
    server.set_role(&id("teacher"), Role::Reception);
    let mut desk = Device::of("teacher", &mut server);
    desk.run(register(Some("adviser")));
    desk.ask_and(&mut server, |_| Outcome::Refused(Rejection::NoContact));
    assert_eq!((desk.tray(), desk.says("Kanari")), (vec![(true, Some(Rejection::NoContact))], true));
}

#[test]
fn a_command_names_everybody_about_whom_it_asks() {
    let written = include_str!("golden/0.1.0/commands.txt").lines().map(|line| {
        let (name, body) = line.split_once(' ').unwrap();
        AnyCommand::read(name, body).unwrap()
    });
    let later: [AnyCommand; 3] = [
        person::Assign { id: id("amina"), contact: id("manager") }.into(),
        shield::Shield { id: id("amina"), with: id("manager") }.into(),
        look::Look { people: vec![id("amina"), id("sara")], at: look::Place::List }.into(),
    ];
    let rows = centre();
    let mut named = 0;
    for command in written.chain(later) {
        let Ok(ask) = command.ask(rows.view()) else { continue };
        let persons = command.persons();
        for asked in ask.about.iter().filter_map(Tag::person) {
            named += 1;
            assert!(persons.contains(&asked), "{} asks about {asked}", command.name());
        }
    }
    assert!(named > 8, "{named}");
}

#[test]
fn a_row_of_a_participants_says_by_its_key_whose_it_is() {
    let mut kinds = BTreeMap::new();
    for record in used_centre().0.into_values().filter(|record| record.kind() != Kind::HeldCommand) {
        let audience = record.tags().iter().find_map(Tag::person);
        assert_eq!(record.kind().whose(&record.key()), audience, "{record:?}");
        *kinds.entry((record.kind(), audience.is_some())).or_insert(0) += 1;
    }
    assert!(kinds.contains_key(&(Kind::Person, true)) && kinds.contains_key(&(Kind::School, false)), "{kinds:?}");
}
