//! The network of the simulation: what is on its way between the devices and the server, what gets lost, and what comes
//! of what does not.

use shared::{
    sync::{
        engine::Ticket,
        news::Heard,
        wire::{Answer, Outcome, Poke, Request},
    },
    testkit::Crash,
};

use super::World;

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
pub enum Line {
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

impl World {
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
}
