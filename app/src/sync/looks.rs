//! Who was shown to whom: pages say so, and the log of accesses is told once for each participant, place and day.
//!
//! That is remembered for as long as this page lives. Another tab, or a page that is loaded anew, tells it again.

use std::cell::RefCell;

use leptos::prelude::GetUntracked as _;
use shared::{
    domain::{
        look::{Look, Place},
        person::Person,
    },
    prim::{Date, Id},
};

use super::signals;
use crate::db::Db;

thread_local! {
    static TOLD: RefCell<Told> = RefCell::default();
}

/// What was told today.
#[derive(Default)]
struct Told {
    day: Option<Date>,
    looks: Vec<(Place, Id<Person>)>,
}

impl Told {
    /// Those of `people` of whom nothing was told yet on `today`.
    fn new_among(&self, today: Date, at: &Place, people: Vec<Id<Person>>) -> Vec<Id<Person>> {
        if self.day != Some(today) {
            return people;
        }
        let is_told = |person: &Id<Person>| self.looks.iter().any(|(place, told)| told == person && place == at);
        people.into_iter().filter(|person| !is_told(person)).collect()
    }

    fn add(&mut self, today: Date, at: &Place, people: &[Id<Person>]) {
        if self.day.replace(today) != Some(today) {
            self.looks.clear();
        }
        self.looks.extend(people.iter().map(|person| (at.clone(), person.clone())));
    }
}

/// These participants were shown there.
pub fn note(db: Db, at: &Place, people: Vec<Id<Person>>) {
    let today = signals::today_signal().get_untracked();
    let new = TOLD.with_borrow(|told| told.new_among(today, at, people));
    for people in new.chunks(Look::MOST) {
        // To look at herself is no look, and neither is what the rules do not let her see.
        if db.run(Look { people: people.to_vec(), at: at.clone() }).is_ok() {
            TOLD.with_borrow_mut(|told| told.add(today, at, people));
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::testkit::{date, id};

    use super::*;

    #[test]
    fn each_is_told_once_for_each_place_and_day() {
        let mut told = Told::default();
        let (monday, tuesday) = (date("2026-11-23"), date("2026-11-24"));
        let both = || vec![id("amina"), id("sara")];
        assert_eq!(told.new_among(monday, &Place::Page, both()), both());
        told.add(monday, &Place::Page, &[id("amina")]);
        assert_eq!(told.new_among(monday, &Place::Page, both()), [id("sara")]);
        assert_eq!(told.new_among(monday, &Place::List, both()), both());
        assert_eq!(told.new_among(tuesday, &Place::Page, both()), both());
        told.add(tuesday, &Place::Page, &both());
        assert!(told.new_among(tuesday, &Place::Page, both()).is_empty());
        assert_eq!(told.looks.len(), 2, "yesterday is forgotten");
    }
}
