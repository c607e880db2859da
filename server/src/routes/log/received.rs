//! Whoever was sent the rows of a protected person is in that person's log, whatever program she asked with: that she
//! has looked is said by the app alone ([`shared::domain::look`]), and another one says nothing.

use std::collections::BTreeMap;

use shared::{
    Action, Actor, Ask, Record, Tag,
    policy::{self, Ground},
    prim::{AnyId, Date},
    sync::{authority::Deed, noted, wire::WireRow},
};

use super::deed;
use crate::{AppState, auth::session::Who, error::Refusal};

/// Before these rows leave for her: writes down of whom they are, once a day for each. Without the entry she is sent
/// nothing. No device is sent such rows, so that only a session that keeps nothing pays for it. `reader` is she with the
/// rights by which they were chosen.
pub(in crate::routes) async fn note(
    app: &AppState,
    who: &Who,
    reader: &Actor,
    rows: &[WireRow],
) -> Result<(), Refusal> {
    if who.keeping.is_on_device() {
        return Ok(());
    }
    let today = app.clock.now().date();
    let mut grounds = shielded(rows, reader, today);
    let people = app.lately.not_received(&who.centre, &who.user, grounds.keys().cloned().collect(), today);
    grounds.retain(|person, _| people.contains(person));
    let mut told: BTreeMap<Option<Ground>, Vec<AnyId>> = BTreeMap::new();
    for (person, ground) in grounds {
        told.entry(ground).or_default().push(person);
    }
    for (ground, about) in told {
        let received = deed(app, None, (noted::RECEIVED, None), None);
        let received = Deed { by: Some(who.user.clone()), about, ground, ..received };
        app.store.audit_note(&who.centre, received).await?;
    }
    app.lately.received(&who.centre, &who.user, people, today);
    Ok(())
}

/// The protected persons of these rows, other than the reader, each with the ground on which she sees them. There is none
/// if midnight has ended it since they were chosen.
fn shielded(rows: &[WireRow], reader: &Actor, today: Date) -> BTreeMap<AnyId, Option<Ground>> {
    let mut found = BTreeMap::new();
    for record in rows.iter().filter_map(WireRow::read).filter(Record::is_shielded) {
        let tags = record.tags();
        let people: Vec<AnyId> = tags.iter().filter_map(Tag::person).filter(|one| *one != reader.user).collect();
        let permit = policy::check(reader, &Ask::new(Action::SeePerson, tags), today);
        let ground = permit.ok().map(|permit| permit.ground());
        for person in people {
            found.entry(person).or_insert(ground);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        policy::{Keeping, Relation},
        testkit::{date, id, used_centre},
    };

    use super::*;

    #[test]
    fn only_protected_persons_are_found_and_nobody_finds_herself() {
        let (centre, today) = (used_centre(), date("2026-11-24"));
        let all: Vec<WireRow> = centre.0.values().map(|record| WireRow::of(1, record)).collect();
        let reader = |user: &str, role: Role| centre.actor(user, role).in_session(Keeping::InMemory);
        let found = |user: &str, role: Role| shielded(&all, &reader(user, role), today);
        let named = Ground { role: Role::Adviser, relation: Relation::Named };
        assert_eq!(found("adviser", Role::Adviser), BTreeMap::from([(id("noor"), Some(named))]));
        assert_eq!(found("other-adviser", Role::Adviser), BTreeMap::from([(id("noor"), None)]), "the control");
        assert_eq!(found("noor", Role::Participant), BTreeMap::new());
        let ordinary: Vec<WireRow> = all.iter().filter(|row| !row.read().unwrap().is_shielded()).cloned().collect();
        let adviser = reader("adviser", Role::Adviser);
        assert!(!ordinary.is_empty() && shielded(&ordinary, &adviser, today).is_empty());
    }
}
