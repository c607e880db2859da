//! Whoever was sent the rows of a protected person is in that person's log, whatever program she asked with: that she
//! has looked is said by the app alone ([`shared::domain::look`]), and another one says nothing.

use std::collections::BTreeSet;

use shared::{
    Record, Tag,
    prim::AnyId,
    sync::{authority::Deed, noted, wire::WireRow},
};

use super::deed;
use crate::{AppState, auth::session::Who, error::Refusal};

/// Before these rows leave for her: writes down of whom they are, once a day for each. Without the entry she is sent
/// nothing. No device is sent such rows, so that only a session that keeps nothing pays for it.
pub(in crate::routes) async fn note(app: &AppState, who: &Who, rows: &[WireRow]) -> Result<(), Refusal> {
    if who.keeping.is_on_device() {
        return Ok(());
    }
    let today = app.clock.now().date();
    let people = app.lately.not_received(&who.centre, &who.user, shielded(rows, &who.user), today);
    if people.is_empty() {
        return Ok(());
    }
    let received = deed(app, Some(who.user.clone()), (noted::RECEIVED, None), None);
    let received = Deed { about: people.iter().cloned().collect(), ..received };
    app.store.audit_note(&who.centre, received).await?;
    app.lately.received(&who.centre, &who.user, people, today);
    Ok(())
}

/// The protected persons of these rows, other than the reader.
fn shielded(rows: &[WireRow], reader: &AnyId) -> BTreeSet<AnyId> {
    let records = rows.iter().filter_map(WireRow::read).filter(Record::is_shielded);
    let tags = records.flat_map(|record| record.tags());
    tags.filter_map(|tag: Tag| tag.person()).filter(|person| person != reader).collect()
}

#[cfg(test)]
mod tests {
    use shared::testkit::{id, used_centre};

    use super::*;

    #[test]
    fn only_protected_persons_are_found_and_nobody_finds_herself() {
        let all: Vec<WireRow> = used_centre().0.values().map(|record| WireRow::of(1, record)).collect();
        let found = |reader: &str| shielded(&all, &id(reader));
        assert_eq!(found("adviser"), BTreeSet::from([id("noor")]));
        assert_eq!(found("noor"), BTreeSet::new());
        let ordinary: Vec<WireRow> = all.into_iter().filter(|row| !row.read().unwrap().is_shielded()).collect();
        assert!(!ordinary.is_empty() && shielded(&ordinary, &id("adviser")).is_empty());
    }
}
