//! Protected persons in the simulation: they become so from a device, and everything else is done on pages that keep
//! nothing, where those who are named are sent their rows and nobody else is.

use shared::{
    AnyCommand, Entity as _, Record,
    domain::{attendance, glass, person::Person, shield},
    policy::Keeping,
    prim::{Id, days_from},
    sync::wire::{ClientId, Patch, WireRow},
    testkit::{id, note},
};

use crate::world::World;

/// Who opens such a page.
const PAGES: [(&str, &str); 4] = [
    ("adviser", "page-of-adviser"),
    ("other-adviser", "page-of-other-adviser"),
    ("manager", "page-of-manager"),
    ("amina", "page-of-amina"),
];

impl World {
    /// The protected persons there are.
    fn protected(&self) -> Vec<Id<Person>> {
        let rows = self.server.rows();
        let people = rows.0.values().filter_map(Person::from_record).filter(|person| person.is_shielded());
        people.map(|person| person.id.clone()).collect()
    }

    /// Somebody opens a page that keeps nothing, does something there, and is sent what she may see.
    pub fn open_page(&mut self) {
        let (user, client) = self.dice.pick(&PAGES);
        let protected = self.protected();
        let command = if protected.is_empty() { None } else { Some(self.deed_on_page(&protected)) };
        let (user, client): (_, ClientId) = (id(user), id(client));
        self.server.in_memory.insert(client.clone());
        let answer = self.say(&user, &client, command.as_ref());
        if let Some(patch) = answer.and_then(|answer| answer.patch) {
            let actor = self.server.actor(&user).in_session(Keeping::InMemory);
            let tags = actor.tags(self.now.date());
            let is_hers = |record: &Record| record.tags().iter().any(|tag| tags.contains(tag));
            self.look_at_page(user.as_str(), &patch, is_hers);
        }
    }

    fn look_at_page(&mut self, user: &str, patch: &Patch, is_hers: impl Fn(&Record) -> bool) {
        let sent: Vec<Record> = patch.rows.iter().filter_map(WireRow::read).collect();
        if let Some(record) = sent.iter().find(|record| !is_hers(record)) {
            self.broken = Some(format!("the page of {user} was sent {:?} {}", record.kind(), record.key()));
        }
        if patch.more {
            return;
        }
        let rows = self.server.rows();
        let hers = rows.0.values().filter(|record| record.is_shielded() && is_hers(record));
        let mut missing = hers.filter(|record| Person::from_record(record).is_some() && !sent.contains(record));
        if let Some(record) = missing.next() {
            self.broken = Some(format!("the page of {user} was not sent {:?} {}", record.kind(), record.key()));
        }
    }

    /// Something that is done with a protected person.
    fn deed_on_page(&mut self, protected: &[Id<Person>]) -> AnyCommand {
        let today = self.now.date();
        let person = self.dice.pick(protected);
        let wish = match self.dice.roll(3) {
            0 => shield::Wanted::Name { user: id("other-adviser") },
            _ => shield::Wanted::Lift,
        };
        match self.dice.roll(8) {
            0..=2 => shield::Ask { person, wish }.into(),
            3..=5 => shield::Answer { person, wish, yes: true }.into(),
            6 => {
                self.minted += 1;
                let reason = note("Politiet ringer om en deltaker");
                glass::Break { id: id(&format!("glass-{}", self.minted)), reason }.into()
            }
            _ => attendance::Set {
                series: id("norwegian-tue"),
                date: days_from(today, -1),
                person,
                value: attendance::Attendance::Here,
                seen: Vec::new(),
            }
            .into(),
        }
    }

    /// Nothing of a protected person is ever sent to a device.
    pub fn look_for_protected(&mut self, index: usize, patch: &Patch) {
        let mut sent = patch.rows.iter().filter_map(WireRow::read);
        if let Some(record) = sent.find(Record::is_shielded) {
            let user = &self.devices[index].user;
            self.broken = Some(format!("a device of {user} was sent protected {:?} {}", record.kind(), record.key()));
        }
    }
}
