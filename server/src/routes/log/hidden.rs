//! What the log does not show: entries about protected persons, to whoever is not named for them in a session that
//! keeps nothing. To her they are not there. That the glass was broken is there, but not why; and of somebody who is
//! protected no more it is not told that a colleague was named for her then.

use std::collections::BTreeSet;

use shared::{
    Action, Actor, AnyCommand, Command as _, Key, Kind, Record, Tag,
    domain::glass::{Break, Glass},
    policy::{self, Ground, Relation},
    prim::AnyId,
    sync::noted,
};

use crate::{
    AppState,
    error::Refusal,
    store::{
        CentreId,
        audit::{Entry, Read},
    },
};

/// Whom the entries must not speak of, for one reader.
pub(super) struct Hidden {
    reader: AnyId,
    people: BTreeSet<Key>,
    /// The protected persons for whom she is named.
    known: BTreeSet<Key>,
    /// Each time the glass was broken.
    broken: Vec<Glass>,
}

impl Hidden {
    pub(super) async fn from(app: &AppState, centre: &CentreId, reader: &Actor) -> Result<Self, Refusal> {
        let today = app.clock.now().date();
        let rows = app.store.snapshot(centre).await?.changes(&[Tag::every_named()], 0, usize::MAX).await?;
        let reader_id = reader.user.clone();
        let mut hidden =
            Self { reader: reader_id, people: BTreeSet::new(), known: BTreeSet::new(), broken: Vec::new() };
        for row in rows {
            match row.record {
                Some(Record::Glass(glass)) => hidden.broken.push(glass),
                _ if row.kind != Kind::Person => {}
                Some(record) if !record.is_shielded() => {}
                // To let somebody be named no more is for those who are named, and for nobody else.
                Some(record) if policy::can(reader, Action::EndNamed, record.tags(), today) => {
                    hidden.known.insert(row.key);
                }
                // Whoever was taken out while she was protected stays so.
                Some(_) | None => {
                    hidden.people.insert(row.key);
                }
            }
        }
        Ok(hidden)
    }

    /// Is this one of them, and not the reader herself?
    pub(super) fn is(&self, user: &str) -> bool {
        user != self.reader.as_str() && self.people.contains(&Key::from_text(user))
    }

    /// The entry as she may read it, if she may. Why somebody broke the glass is for herself and for whoever is named
    /// for anybody: it may name one of them.
    pub(super) fn shown(&self, mut read: Read) -> Option<Read> {
        if self.hides(&read) {
            return None;
        }
        let knows_why = !self.known.is_empty() || read.entry.by == self.reader.as_str();
        if let Some(body) = &mut read.body {
            if body.name == Break::NAME && !knows_why {
                body.reason = None;
            }
            if body.ground.is_some_and(Ground::tells_of_protection) && !self.may_be_told_of(&read.entry) {
                body.ground = None;
            }
            if body.ground.is_some_and(|ground| ground.relation == Relation::Glass) && knows_why {
                body.reason = self.broken_for(&read.entry);
            }
        }
        Some(read)
    }

    /// Is the entry about the reader, or about a protected person for whom she is named?
    fn may_be_told_of(&self, entry: &Entry) -> bool {
        entry.about == self.reader.as_str() || self.known.contains(&Key::from_text(&entry.about))
    }

    /// Why its author had broken the glass. It stands with that and not in every entry that follows from it: it may name
    /// another than the one whom the entry is about.
    fn broken_for(&self, entry: &Entry) -> Option<String> {
        let hers = self.broken.iter().filter(|glass| glass.by.as_str() == entry.by && glass.on == entry.at.date());
        let reasons: Vec<&str> = hers.map(|glass| glass.reason.as_str()).collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// Is the entry not to be shown?
    pub(super) fn hides(&self, read: &Read) -> bool {
        let entry = &read.entry;
        let (name, what) = match &read.body {
            Some(body) => (body.name.as_str(), body.what.as_deref().unwrap_or_default()),
            None => ("", ""),
        };
        let says_it = || (AnyCommand::is_of_protected(name) || name == noted::RECEIVED) && !self.may_be_told_of(entry);
        self.is(&entry.about) || self.is(&entry.by) || what.split(['/', '.']).any(|part| self.is(part)) || says_it()
    }
}
