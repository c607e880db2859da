//! Somebody at work while a participant is taken out of the system.

use std::collections::BTreeSet;

use shared::{
    AnyCommand, Rejection,
    policy::Keeping,
    prim::Timestamp,
    sync::{
        engine::{Effect, Engine},
        wire::Answer,
    },
    testkit::id,
};

use super::{CANARY, HER};
use crate::process::{Client, Process};

/// The device of somebody, or her page that keeps nothing: a real engine and its session.
pub struct Seat {
    engine: Engine,
    pub client: Client,
    pub login: &'static str,
    pub keeping: Keeping,
}

fn now() -> Timestamp {
    Timestamp(1_795_507_200_000)
}

impl Seat {
    /// Signs in and receives everything.
    pub fn at(process: &Process, login: &'static str, device: &str) -> Self {
        Self::of(process, login, device, Keeping::OnDevice)
    }

    /// The same on a page that keeps nothing.
    pub fn on_page(process: &Process, login: &'static str, page: &str) -> Self {
        Self::of(process, login, page, Keeping::InMemory)
    }

    /// She at another device, or on another page.
    pub fn another(&self, process: &Process, called: &str) -> Self {
        Self::of(process, self.login, called, self.keeping)
    }

    fn of(process: &Process, login: &'static str, called: &str, keeping: Keeping) -> Self {
        let called = format!("{login}-{called}");
        let client = match keeping {
            Keeping::OnDevice => Client::sign_in(&process.url, login, &called),
            Keeping::InMemory => Client::page(&process.url, login, &called),
        };
        let mut this = Self { engine: Engine::new(id(&called)), client, login, keeping };
        this.talk();
        this
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Store(queued) = effect {
                self.engine.stored(queued.seq);
            }
        }
    }

    /// Says what there is to say, and hears what there is to hear.
    pub fn talk(&mut self) {
        self.engine.look();
        for _ in 0..100 {
            let Some((ticket, body)) = self.engine.request() else { return };
            let answer: Answer = serde_json::from_value(self.client.sync(&body).unwrap()).unwrap();
            let effects = self.engine.answered(ticket, answer, now());
            self.perform(effects);
        }
        panic!("{} never has enough", self.login);
    }

    /// Does something without a network.
    pub fn keep(&mut self, command: impl Into<AnyCommand>) -> u64 {
        let (seq, effects) = self.engine.run(command.into(), now()).unwrap();
        self.perform(effects);
        seq
    }

    /// Does something. Answers why not, if the server says no.
    pub fn run(&mut self, command: impl Into<AnyCommand>) -> Option<Rejection> {
        let seq = self.keep(command);
        self.talk();
        let refused = self.engine.tray().into_iter().find(|item| item.seq == seq)?.refused;
        let effects = self.engine.drop_from_tray(seq);
        self.perform(effects);
        refused
    }

    /// The server is elsewhere by now.
    pub fn follow(&mut self, process: &Process) {
        self.client = self.client.moved_to(&process.url);
        self.talk();
    }

    /// How many of the rows on this device tell of her.
    pub fn knows(&self) -> usize {
        let rows = self.engine.replica().rows().map(|row| serde_json::to_string(&row).unwrap());
        rows.filter(|row| row.contains(CANARY) || row.contains(HER)).count()
    }

    /// The rows on this device that do not.
    pub fn others(&self) -> BTreeSet<String> {
        let rows = self.engine.replica().rows().map(|row| serde_json::to_string(&row).unwrap());
        rows.filter(|row| !row.contains(HER)).collect()
    }
}
