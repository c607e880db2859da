//! The world of the simulation: devices, a server, and what happens to them.

mod dice;
mod leaks;
mod network;

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Key, Record, Role, SCHEMA,
    domain::{held, person},
    faults::forget_process,
    prim::{AnyId, Timestamp},
    sync::{
        news::Ear,
        wire::{Answer, ClientId, Envelope, Request},
    },
    testkit::{Crash, Memory, at, id},
};

use self::{
    dice::Dice,
    network::{Line, Message},
};
use crate::device::{Device, End};

/// The longest time nothing happens, in minutes.
const MONTH: u64 = 30 * 24 * 60 + 1;
/// The most a clock is wrong, in milliseconds.
const DAY: u64 = 24 * 60 * 60_000;

/// How much happens in a history: about two hundred commands.
pub const STEPS: usize = 720;

/// Who uses each device.
pub const CLIENTS: [(&str, Role); 5] = [
    ("kitchen", Role::Kitchen),
    ("kitchen", Role::Kitchen),
    ("secretary", Role::School),
    ("adviser", Role::Adviser),
    ("amina", Role::Participant),
];

pub struct World {
    pub dice: Dice,
    pub server: Memory,
    pub devices: Vec<Device>,
    /// The live channel of each device, if it is open.
    pub ears: Vec<Option<Ear>>,
    pub network: Vec<Message>,
    /// What of each device's messages gets through.
    lines: Vec<Line>,
    pub now: Timestamp,
    pub minted: u64,
    pub backup: Option<Memory>,
    pub restores: u32,
    /// What nobody may see or be told, and somebody was.
    pub broken: Option<String>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let skews = [0, 0, 86_400_000, -86_400_000, 5 * 60_000];
        let devices = CLIENTS.iter().enumerate();
        let devices = devices.map(|(index, (user, _))| Device::new(index, user, skews[index]));
        let devices: Vec<Device> = devices.collect();
        let mut server = Memory::new();
        server.page = dice.pick(&[4_000, 4_000, 7, 30]);
        // In half of the histories one of the five has a build that is told nothing any more.
        let old = usize::try_from(dice.roll(10)).unwrap();
        let mut devices = devices;
        devices.iter_mut().skip(old).take(1).for_each(|device| device.is_too_old = true);
        let start = at("2026-11-24 08:00").plus_millis(i64::try_from(dice.roll(7 * 24 * 3600)).unwrap() * 1000);
        Self {
            dice,
            server,
            ears: devices.iter().map(|_| None).collect(),
            lines: vec![Line::Open; devices.len()],
            devices,
            network: Vec::new(),
            now: start,
            minted: 0,
            backup: None,
            restores: 0,
            broken: None,
        }
    }

    pub fn step(&mut self) {
        let index = usize::try_from(self.dice.roll(5)).unwrap();
        let most = self.dice.pick(&[0, 1, 100]);
        self.devices[index].converse(self.now, most);
        if self.dice.chance(5)
            && let Some(broken) = self.devices[index].disagreement()
        {
            self.broken.get_or_insert(broken);
        }
        match self.dice.roll(22) {
            0..=6 => self.act(index),
            7..=9 => self.devices[index].finish_writing(),
            10..=12 => self.ask(index),
            13..=16 => self.deliver(),
            17 if self.dice.chance(3) => {
                let is_update = self.dice.chance(3);
                let now = self.now;
                match self.dice.roll(4) {
                    0 => self.devices[index].crash(now, is_update),
                    end => {
                        let more = self.dice.pick(&[0, 1, 100]);
                        let end = if end == 1 { End::Robbed } else { End::Closed };
                        self.devices[index].succeed(now, end, more);
                    }
                }
            }
            17 => self.devices[index].fold(),
            18 => {
                let minutes = if self.dice.chance(36) { MONTH } else { 30 };
                self.now = self.now.plus_millis(i64::try_from(self.dice.roll(minutes)).unwrap() * 60_000);
                if minutes == MONTH {
                    // There is a backup every night.
                    self.backup = Some(self.server.backup());
                }
            }
            19 => self.disturb(index),
            20 if self.dice.chance(2) => self.hinder(index),
            20 => self.lines[index] = Line::Open,
            _ if self.dice.chance(3) => self.devices[index].expired = true,
            _ => {
                self.devices[index].expired = false;
                self.devices[index].engine.signed_in();
            }
        }
    }

    /// What happens to servers, and what strangers try.
    pub fn disturb(&mut self, index: usize) {
        match self.dice.roll(6) {
            0 | 1 => self.backup = Some(self.server.backup()),
            2 => {
                if let Some(backup) = &self.backup {
                    self.restores += 1;
                    self.server.restore(backup, format!("m{}", self.restores));
                    self.server_died();
                }
            }
            3 => self.server_died(),
            _ => self.pry(index),
        }
    }

    /// What happens to a device: its network, its clock, its disk, its user's part at the centre.
    fn hinder(&mut self, index: usize) {
        match self.dice.roll(8) {
            5 => self.hand_over(),
            6 | 7 => self.open_page(),
            0 | 1 => self.lines[index] = self.dice.pick(&[Line::NotOut, Line::NotIn, Line::Cut]),
            2 => {
                self.devices[index].skew = i64::try_from(self.dice.roll(2 * DAY)).unwrap() - i64::try_from(DAY).unwrap()
            }
            3 => self.devices[index].is_full = !self.devices[index].is_full,
            _ => {
                let (user, before) = CLIENTS[index];
                let role = if self.dice.chance(2) { before } else { Role::Teacher };
                let user = id(user);
                if self.server.set_role(&user, role) != Some(role) {
                    // Whose rights have changed is no longer told on the channels that were open.
                    let hers = self.devices.iter().zip(&mut self.ears).filter(|(device, _)| device.user == user);
                    hers.for_each(|(_, ear)| *ear = None);
                }
            }
        }
    }

    /// The manager, at a device of her own, gives a participant to another adviser: one loses her, one gains her.
    fn hand_over(&mut self) {
        let person = self.dice.pick(&["amina", "sara", "lena"]);
        let contact = self.dice.pick(&["adviser", "other-adviser"]);
        // Now and then she answers first what came too late because of it.
        let rows = self.server.rows();
        let held = rows.0.values().find_map(|record| match record {
            Record::HeldCommand(held) if held.answered.is_none() => Some(Key::from_text(&held.id)),
            _ => None,
        });
        let answer = held.filter(|_| self.dice.chance(2)).map(|id| held::Answer { id, yes: self.dice.chance(2) });
        let assign = || AnyCommand::from(person::Assign { id: id(person), contact: id(contact) });
        let command = answer.map_or_else(assign, AnyCommand::from);
        self.say(&id("manager"), &id("manager-pc"), Some(&command));
    }

    /// Somebody says something from where nothing is kept, and hears the answer.
    pub fn say(&mut self, user: &AnyId, client: &ClientId, command: Option<&AnyCommand>) -> Option<Answer> {
        let text = command.map(|command| Envelope::encode(command, self.now, self.now));
        let request = Request {
            schema: SCHEMA,
            client: client.clone(),
            cursor: None,
            epoch: None,
            held: None,
            stored: 0,
            first: self.server.last_seq(client) + 1,
            commands: text.map(|text| RawValue::from_string(text.into()).unwrap()).into_iter().collect(),
        };
        self.server.sync(user, request, self.now, Crash::Never)
    }

    /// Live channels die with their server, and so does what it kept only in memory.
    fn server_died(&mut self) {
        forget_process();
        self.ears.iter_mut().for_each(|ear| *ear = None);
        self.server.died();
    }

    pub fn act(&mut self, index: usize) {
        let command = self.command(CLIENTS[index].1);
        let in_tab = self.dice.chance(3);
        if let Some(command) = command {
            self.devices[index].run(command, self.now, in_tab);
        }
    }

    /// The network heals, everybody signs in, and all talk until there is nothing more to say.
    pub fn heal(&mut self) {
        for index in 0..self.devices.len() {
            self.devices[index].expired = false;
            self.devices[index].is_full = false;
            if std::mem::take(&mut self.devices[index].is_too_old) {
                // The new build is there at last.
                self.devices[index].finish_writing();
                self.devices[index].crash(self.now, true);
            }
            self.devices[index].engine.signed_in();
            self.devices[index].converse(self.now, 1_000);
            self.devices[index].finish_writing();
        }
        self.network.clear();
        for _ in 0..3 {
            for index in 0..self.devices.len() {
                self.devices[index].engine.failed();
                self.talk(index);
                self.devices[index].converse(self.now, 1_000);
                if let Some(broken) = self.devices[index].disagreement() {
                    self.broken.get_or_insert(broken);
                }
            }
        }
    }

    /// A device talks to the server until it has nothing more to say.
    fn talk(&mut self, index: usize) {
        for _ in 0..500 {
            let Some((ticket, text)) = self.devices[index].engine.request() else {
                return;
            };
            let request: Request = serde_json::from_str(&text).expect("the engine writes requests");
            let user = self.devices[index].user.clone();
            self.server.elsewhere = self.dice.chance(2);
            let answer = self.server.sync(&user, request, self.now, Crash::Never);
            let answer = answer.expect("nobody crashes any more");
            self.receive(Message::Tell(index, ticket, Box::new(answer)));
        }
        self.broken = Some(format!("{} never comes to an end", self.devices[index].client));
    }
}
