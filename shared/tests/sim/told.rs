//! Of whom a device's queue tells, read without the help of the rules that are put to the test.

use std::collections::BTreeSet;

use shared::{
    AnyCommand, Record,
    prim::{AnyId, json},
    sync::{engine::Queued, wire::Envelope},
};

use crate::{device::Device, world::World};

/// A command by whom it is about.
#[derive(Default)]
pub struct Deed {
    pub people: BTreeSet<AnyId>,
    /// Does it say that somebody is protected?
    pub of_protection: bool,
    /// Does it register her?
    pub registers: bool,
}

/// What the bytes of a command tell.
pub fn deed_in(text: &str) -> Deed {
    let Ok(envelope) = json::read::<Envelope>(text) else {
        return Deed::default();
    };
    let Ok(command) = AnyCommand::read(&envelope.name, envelope.body.get()) else {
        return Deed::default();
    };
    let of_protection = match &command {
        AnyCommand::PersonShield(_) => true,
        AnyCommand::PersonRegister(register) => register.shielded_with.is_some(),
        _ => false,
    };
    let registers = matches!(command, AnyCommand::PersonRegister(_));
    let people: Vec<AnyId> = match command {
        AnyCommand::PersonRegister(one) => vec![one.id.cast()],
        AnyCommand::PersonCorrect(one) => vec![one.id.cast()],
        AnyCommand::PersonAssign(one) => vec![one.id.cast()],
        AnyCommand::PersonShield(one) => vec![one.id.cast()],
        AnyCommand::PersonLook(one) => one.people.iter().map(|person| person.cast()).collect(),
        AnyCommand::GroupEnrol(one) => vec![one.person.cast()],
        AnyCommand::GroupLeave(one) => vec![one.person.cast()],
        AnyCommand::AttendanceSet(one) => vec![one.person.cast()],
        _ => Vec::new(),
    };
    Deed { people: people.into_iter().collect(), of_protection, registers }
}

/// The participant whose row it is.
pub fn whose(record: &Record) -> Option<AnyId> {
    match record {
        Record::Person(row) => Some(row.id.cast()),
        Record::Enrolment(row) => Some(row.person.cast()),
        Record::Mark(row) => Some(row.person.cast()),
        _ => None,
    }
}

impl World {
    /// What is judged and still lies on a device, though it tells of somebody of whom nothing is there: `here` are
    /// those of whom something may be. What was refused about somebody whom the same device has tried to register is
    /// its author's alone.
    pub fn still_told(&self, device: &Device, here: &BTreeSet<AnyId>) -> Option<String> {
        let judged = device.engine.meta().judged;
        let is_judged = |queued: &&Queued| queued.refused.is_some() || queued.seq <= judged;
        let deeds = || device.disk.queue.values().filter(is_judged).map(|queued| (queued, deed_in(&queued.text)));
        let tried = deeds().filter(|(queued, deed)| queued.refused.is_some() && deed.registers);
        let tried: BTreeSet<AnyId> = tried.flat_map(|(_, deed)| deed.people).collect();
        let mut told = deeds().filter(|(queued, deed)| {
            let is_flag = deed.of_protection && queued.refused.is_none();
            is_flag || deed.people.iter().any(|person| !here.contains(person) && !tried.contains(person))
        });
        told.next().map(|(queued, deed)| format!("{}.{} still tells of {:?}", device.client, queued.seq, deed.people))
    }
}
