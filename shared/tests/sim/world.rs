//! The world of the simulation: devices, a server, and a network between them that loses things.

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Key, Record, Role, SCHEMA,
    domain::{held, person},
    faults::forget_process,
    prim::Timestamp,
    sync::{
        engine::Ticket,
        news::{Ear, Heard},
        wire::{Answer, ClientId, Envelope, Outcome, Patch, Poke, Request, WireRow},
    },
    testkit::{Crash, Memory, at, id},
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

/// Numbers from a seed (splitmix64): the same seed is the same history.
pub struct Dice(u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    pub fn chance(&mut self, one_in: u64) -> bool {
        self.roll(one_in) == 0
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let count = u64::try_from(list.len()).expect("a short list");
        list[usize::try_from(self.roll(count)).expect("a short list")].clone()
    }
}

pub enum Message {
    Ask(usize, Ticket, String),
    Tell(usize, Ticket, Box<Answer>),
    Expired(usize),
    TooLarge(usize),
    /// Something said on the live channel.
    Hear(usize, Box<Poke>),
}

/// The network between a device and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Open,
    /// Nothing reaches the server.
    NotOut,
    /// Nothing reaches the device.
    NotIn,
    Cut,
}

impl Message {
    /// Which device, and whether it goes out from there.
    const fn way(&self) -> (usize, bool) {
        match self {
            Self::Ask(index, ..) => (*index, true),
            Self::Tell(index, ..) | Self::Expired(index) | Self::TooLarge(index) | Self::Hear(index, _) => {
                (*index, false)
            }
        }
    }
}

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
        let mut dice = Dice(seed);
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
        let text = String::from(Envelope::encode(&command, self.now, self.now));
        let client: ClientId = id("manager-pc");
        let request = Request {
            schema: SCHEMA,
            first: self.server.last_seq(&client) + 1,
            client,
            cursor: None,
            epoch: None,
            held: None,
            stored: 0,
            commands: vec![RawValue::from_string(text).unwrap()],
        };
        self.server.sync(&id("manager"), request, self.now, Crash::Never);
    }

    /// Live channels die with their server, and so does what it kept only in memory.
    fn server_died(&mut self) {
        forget_process();
        self.ears.iter_mut().for_each(|ear| *ear = None);
        self.server.died();
    }

    /// A device opens its live channel, or the channel looks at its rights anew.
    fn listen(&mut self, index: usize) {
        let ear = self.server.ear(&self.devices[index].user, self.now);
        self.network.push(Message::Hear(index, Box::new(ear.greeting())));
        self.ears[index] = Some(ear);
    }

    /// Whoever listens is told of what was committed.
    fn tell(&mut self) {
        for committed in std::mem::take(&mut self.server.untold) {
            for index in 0..self.ears.len() {
                let Some(ear) = &mut self.ears[index] else { continue };
                match ear.hear(&committed, self.now) {
                    Heard::Nothing => {}
                    Heard::LookAgain => self.listen(index),
                    Heard::Since(since) => {
                        let poke = ear.poke(&committed, since, self.now);
                        if let Some(news) = &poke.news {
                            self.look_for_leaks(index, &news.patch);
                        }
                        self.network.push(Message::Hear(index, Box::new(poke)));
                    }
                }
            }
        }
    }

    /// A device asks for everything, as if it held every audience.
    pub fn pry(&mut self, index: usize) {
        let device = &self.devices[index];
        let request = Request {
            schema: SCHEMA,
            client: device.client.clone(),
            cursor: Some(self.server.beginning()),
            epoch: Some("forged".into()),
            held: Some(self.server.every_tag()),
            stored: 0,
            first: 1,
            commands: Vec::new(),
        };
        let user = device.user.clone();
        if let Some(answer) = self.server.sync(&user, request, self.now, Crash::Never) {
            self.look_for_leaks_in(index, &answer);
        }
    }

    fn look_for_leaks_in(&mut self, index: usize, answer: &Answer) {
        if let Some(patch) = &answer.patch {
            self.look_for_leaks(index, patch);
        }
    }

    /// Whatever is sent to a device, its user may see at that moment.
    fn look_for_leaks(&mut self, index: usize, patch: &Patch) {
        self.look_for_protected(index, patch);
        let user = &self.devices[index].user;
        let held = self.server.actor(user).tags(self.now.date());
        let sent = patch.rows.iter().filter_map(WireRow::read);
        let leaked = sent.filter(|record| !record.tags().iter().any(|tag| held.contains(tag)));
        for record in leaked {
            self.broken.get_or_insert_with(|| format!("{user} was sent {:?} {}", record.kind(), record.key()));
        }
    }

    pub fn act(&mut self, index: usize) {
        let command = self.command(CLIENTS[index].1);
        let in_tab = self.dice.chance(3);
        if let Some(command) = command {
            self.devices[index].run(command, self.now, in_tab);
        }
    }

    pub fn ask(&mut self, index: usize) {
        if self.dice.chance(3) {
            self.devices[index].engine.look();
        }
        if self.ears[index].is_none() && self.dice.chance(3) {
            self.listen(index);
        }
        let Some(request) = self.devices[index].engine.request() else {
            return;
        };
        let (ticket, text) = request;
        self.network.push(Message::Ask(index, ticket, text));
    }

    pub fn deliver(&mut self) {
        if self.network.is_empty() {
            return;
        }
        let count = u64::try_from(self.network.len()).unwrap();
        let at = usize::try_from(self.dice.roll(count)).unwrap();
        let message = self.network.swap_remove(at);
        // What is lost is noticed by its sender as a time-out.
        let (index, is_out) = message.way();
        let is_cut = match self.lines[index] {
            Line::Open => false,
            Line::NotOut => is_out,
            Line::NotIn => !is_out,
            Line::Cut => true,
        };
        if is_cut || self.dice.chance(6) {
            match message {
                Message::Ask(index, ..)
                | Message::Tell(index, ..)
                | Message::Expired(index)
                | Message::TooLarge(index) => self.devices[index].engine.failed(),
                // Nobody notices that something was not said.
                Message::Hear(..) => {}
            }
            return;
        }
        self.receive(message);
    }

    pub fn receive(&mut self, message: Message) {
        match message {
            Message::Ask(index, ticket, text) => {
                if self.dice.chance(5) {
                    self.network.push(Message::Ask(index, ticket, text.clone()));
                }
                self.serve(index, ticket, &text);
            }
            Message::Tell(index, ticket, answer) => {
                let now = self.now;
                let tears = self.dice.chance(12);
                let device = &mut self.devices[index];
                device.tears = tears;
                let applied = answer.outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Applied(_)));
                device.applied.extend(applied.map(|(seq, _)| *seq));
                let clock = device.clock(now);
                // An answer to the build before is not listened to.
                let is_too_old = device.is_too_old && answer.patch.is_none() && !answer.say_held;
                let effects = device.engine.answered(ticket, *answer, clock);
                if is_too_old {
                    device.engine.too_old();
                }
                device.refused.extend(device.engine.tray().iter().map(|one| one.seq));
                device.perform(effects);
                device.tears = false;
                if device.is_torn {
                    device.crash(now, false);
                }
            }
            Message::Expired(index) => self.devices[index].engine.session_over(),
            Message::TooLarge(index) => self.devices[index].engine.too_large(),
            Message::Hear(index, poke) => {
                if self.dice.chance(5) {
                    self.network.push(Message::Hear(index, poke.clone()));
                }
                let device = &mut self.devices[index];
                let clock = device.clock(self.now);
                let effects = device.engine.poked(*poke, clock);
                device.perform(effects);
            }
        }
    }

    pub fn serve(&mut self, index: usize, ticket: Ticket, text: &str) {
        if self.devices[index].expired {
            self.network.push(Message::Expired(index));
            return;
        }
        if self.dice.chance(25) {
            self.network.push(Message::TooLarge(index));
            return;
        }
        let crash = match self.dice.roll(8) {
            0 => Crash::AfterSteps(usize::try_from(self.dice.roll(4)).unwrap()),
            _ => Crash::Never,
        };
        let mut asking = vec![(index, ticket, self.request(index, text))];
        // What others have sent meanwhile is judged in the same batch.
        while self.dice.chance(2) {
            let Some(at) = self.network.iter().position(|message| self.can_join(message)) else { break };
            if let Message::Ask(index, ticket, text) = self.network.swap_remove(at) {
                asking.push((index, ticket, self.request(index, &text)));
            }
        }
        self.server.elsewhere = self.dice.chance(2);
        let requests = asking.iter().map(|(index, _, request)| (self.devices[*index].user.clone(), request.clone()));
        let answers = self.server.sync_all(requests.collect(), self.now, crash);
        if crash != Crash::Never {
            self.server_died();
        }
        self.tell();
        let Some(answers) = answers else {
            return asking.iter().for_each(|(index, ..)| self.devices[*index].engine.failed());
        };
        for ((index, ticket, request), answer) in asking.into_iter().zip(answers) {
            self.look_for_leaks_in(index, &answer);
            self.look_for_false_answers(index, &request, &answer);
            self.network.push(Message::Tell(index, ticket, Box::new(answer)));
        }
    }

    /// Would this message get to a server that is up, from somebody who is signed in?
    fn can_join(&self, message: &Message) -> bool {
        matches!(message, Message::Ask(index, ..)
            if !self.devices[*index].expired && matches!(self.lines[*index], Line::Open | Line::NotIn))
    }

    fn request(&self, index: usize, text: &str) -> Request {
        let request: Request = serde_json::from_str(text).expect("the engine writes requests");
        let schema = request.schema - u16::from(self.devices[index].is_too_old);
        Request { schema, ..request }
    }

    fn look_for_false_answers(&mut self, index: usize, request: &Request, answer: &Answer) {
        let client = &self.devices[index].client;
        let unknown = answer.outcomes.iter().find(|(seq, _)| self.server.judged(client, *seq).is_none());
        if let Some((seq, _)) = unknown {
            self.broken = Some(format!("{client}.{seq} was acknowledged before it was committed"));
        }
        let is_anew = answer.patch.as_ref().is_some_and(|patch| patch.reset);
        if is_anew && request.cursor.as_ref().is_some_and(|cursor| self.server.holds(cursor)) {
            self.broken = Some(format!("{client} is told to forget rows that are right"));
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
