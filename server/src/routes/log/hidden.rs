//! What the log does not show: entries about protected persons, to whoever is not named for them in a session that
//! keeps nothing. To her they are not there. That the glass was broken is there, but not why.

use std::collections::BTreeSet;

use shared::{
    Action, Actor, AnyCommand, Command as _, Key, Kind, Tag, domain::glass::Break, policy, prim::AnyId, sync::noted,
};

use crate::{
    AppState,
    error::Refusal,
    store::{CentreId, audit::Read},
};

/// Whom the entries must not speak of, for one reader.
pub(super) struct Hidden {
    reader: AnyId,
    people: BTreeSet<Key>,
    /// The protected persons for whom she is named.
    known: BTreeSet<Key>,
}

impl Hidden {
    pub(super) async fn from(app: &AppState, centre: &CentreId, reader: &Actor) -> Result<Self, Refusal> {
        let today = app.clock.now().date();
        let rows = app.store.snapshot(centre).await?.changes(&[Tag::every_named()], 0, usize::MAX).await?;
        let mut hidden = Self { reader: reader.user.clone(), people: BTreeSet::new(), known: BTreeSet::new() };
        for row in rows.into_iter().filter(|row| row.kind == Kind::Person) {
            match row.record {
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
        if let Some(body) = &mut read.body
            && body.name == Break::NAME
            && !knows_why
        {
            body.reason = None;
        }
        Some(read)
    }

    /// Is the entry not to be shown?
    pub(super) fn hides(&self, read: &Read) -> bool {
        let entry = &read.entry;
        let (name, what) = match &read.body {
            Some(body) => (body.name.as_str(), body.what.as_deref().unwrap_or_default()),
            None => ("", ""),
        };
        let says_it = || {
            let is_hers = entry.about == self.reader.as_str() || self.known.contains(&Key::from_text(&entry.about));
            (AnyCommand::is_of_protected(name) || name == noted::RECEIVED) && !is_hers
        };
        self.is(&entry.about) || self.is(&entry.by) || what.split(['/', '.']).any(|part| self.is(part)) || says_it()
    }
}
