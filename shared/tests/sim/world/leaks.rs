//! What the server of the simulation must not say: what somebody may not see, and what is not true.

use shared::{
    SCHEMA,
    sync::wire::{Answer, Patch, Request, WireRow},
    testkit::Crash,
};

use super::World;

impl World {
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

    pub fn look_for_leaks_in(&mut self, index: usize, answer: &Answer) {
        if let Some(patch) = &answer.patch {
            self.look_for_leaks(index, patch);
        }
    }

    /// Whatever is sent to a device, its user may see at that moment.
    pub fn look_for_leaks(&mut self, index: usize, patch: &Patch) {
        self.look_for_protected(index, patch);
        let user = &self.devices[index].user;
        let held = self.server.actor(user).tags(self.now.date());
        let sent = patch.rows.iter().filter_map(WireRow::read);
        let leaked = sent.filter(|record| !record.tags().iter().any(|tag| held.contains(tag)));
        for record in leaked {
            self.broken.get_or_insert_with(|| format!("{user} was sent {:?} {}", record.kind(), record.key()));
        }
    }

    /// What is acknowledged is committed, and nobody forgets what is right.
    pub fn look_for_false_answers(&mut self, index: usize, request: &Request, answer: &Answer) {
        let client = &self.devices[index].client;
        let unknown = answer.outcomes.iter().find(|(seq, _)| self.server.judged(client, *seq).is_none());
        if let Some((seq, _)) = unknown {
            self.broken = Some(format!("{client}.{seq} was acknowledged before it was committed"));
        }
        let is_anew = answer.patch.as_ref().is_some_and(|patch| patch.reset);
        if is_anew && request.cursor.as_ref().is_some_and(|cursor| self.server.holds(cursor, self.now)) {
            self.broken = Some(format!("{client} is told to forget rows that are right"));
        }
    }
}
