//! The rows of a batch: what was loaded, and what the batch has made of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Commit, RowChange};
use crate::{
    entity::{Key, Part},
    planted,
    registry::{Kind, Record},
    view::{Row, Source, Want},
};

impl RowChange {
    /// A row that was not there before.
    #[must_use]
    pub fn new(version: u64, record: Record) -> Self {
        Self {
            kind: record.kind(),
            key: record.key(),
            version,
            tags: record.tags(),
            lost_tags: Vec::new(),
            grants: Some(record.grants()),
            part: record.part(),
            record: Some(record),
        }
    }
}

impl Commit {
    /// What a history begins with: one version for each row.
    #[must_use]
    pub fn first(records: impl IntoIterator<Item = Record>) -> Self {
        let rows: Vec<_> = (1..).zip(records).map(|(version, record)| RowChange::new(version, record)).collect();
        Self { version: rows.last().map_or(0, |row| row.version), rows, ..Self::default() }
    }
}

/// The rows of a batch: what was loaded, and what the batch has made of it.
#[derive(Debug, Default, Clone)]
pub(super) struct Rows {
    rows: BTreeMap<(Kind, Key), Held>,
    whole: BTreeSet<(Kind, String)>,
}

/// A row as it is now.
#[derive(Debug, Clone)]
struct Held {
    now: Option<Record>,
    version: u64,
    /// What it was before the batch, once the batch has changed it.
    before: Option<Option<Record>>,
}

impl Rows {
    pub(super) fn learn(&mut self, want: Want, records: Vec<(u64, Record)>) {
        if let Want::Row(kind, key) = &want
            && records.is_empty()
        {
            self.know(*kind, key.clone(), 0, None);
        }
        for (version, record) in records {
            self.know(record.kind(), record.key(), version, Some(record));
        }
        if let Want::Under(kind, prefix) = want {
            self.whole.insert((kind, prefix));
        }
    }

    /// Keeps what was loaded, unless the batch already knows better.
    fn know(&mut self, kind: Kind, key: Key, version: u64, now: Option<Record>) {
        self.rows.entry((kind, key)).or_insert(Held { now, version, before: None });
    }

    pub(super) fn now(&self, kind: Kind, key: &Key) -> Option<&Record> {
        self.rows.get(&(kind, key.clone()))?.now.as_ref()
    }

    pub(super) fn put(&mut self, kind: Kind, key: Key, version: u64, record: Option<Record>) {
        let held = self.rows.entry((kind, key)).or_insert(Held { now: None, version: 0, before: None });
        let old = std::mem::replace(&mut held.now, record);
        held.before.get_or_insert(old);
        held.version = version;
    }

    pub(super) fn changed(&self) -> impl Iterator<Item = RowChange> {
        self.rows.iter().filter_map(|((kind, key), held)| {
            let before = held.before.as_ref()?.as_ref();
            let tags = held.now.as_ref().map(Record::tags).unwrap_or_default();
            let mut lost_tags = before.map(Record::tags).unwrap_or_default();
            lost_tags.retain(|tag| !tags.contains(tag));
            let old = before.map(Record::grants).unwrap_or_default();
            let new = held.now.as_ref().map(Record::grants).unwrap_or_default();
            let now = held.now.as_ref().and_then(Record::part);
            let was = before.and_then(Record::part);
            // Whoever has no row any more plays no part.
            let part = now.or_else(|| Some(Part { role: None, ..was.clone()? }));
            Some(RowChange {
                kind: *kind,
                key: key.clone(),
                version: held.version,
                record: held.now.clone(),
                tags,
                lost_tags,
                grants: (old != new).then_some(new),
                part: part.filter(|part| was.as_ref() != Some(part)),
            })
        })
    }

    /// What the rows that have changed were before.
    pub(super) fn before(&self) -> impl Iterator<Item = &Record> {
        self.rows.values().filter_map(|held| held.before.as_ref()?.as_ref())
    }

    /// After the commit: what later batches will want again. Rows that were written rarely are.
    pub(super) fn committed(&mut self) {
        let whole = &self.whole;
        self.rows.retain(|(kind, key), held| {
            held.before.take().is_none() || is_within(whole, *kind, key) || planted!(StaleMemory)
        });
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len() + self.whole.len()
    }
}

/// Does a prefix of which everything is known cover this key?
fn is_within(whole: &BTreeSet<(Kind, String)>, kind: Kind, key: &Key) -> bool {
    let of_kind = whole.range((kind, String::new())..).take_while(|(found, _)| *found == kind);
    of_kind.into_iter().any(|(_, prefix)| key.as_str().starts_with(prefix.as_str()))
}

impl Source for Rows {
    fn row(&self, kind: Kind, key: &Key) -> Row<'_> {
        match self.rows.get(&(kind, key.clone())) {
            Some(held) => held.now.as_ref().map_or(Row::Absent, Row::Known),
            None if is_within(&self.whole, kind, key) => Row::Absent,
            None => Row::Unknown,
        }
    }

    fn under(&self, kind: Kind, prefix: &str) -> Option<Vec<&Record>> {
        let known = self.whole.iter().any(|(whole, covers)| *whole == kind && prefix.starts_with(covers.as_str()));
        if !known {
            return None;
        }
        let from = (kind, Key::from_text(prefix));
        let rows = self.rows.range(from..);
        let within = rows.take_while(|((found, key), _)| *found == kind && key.as_str().starts_with(prefix));
        Some(within.filter_map(|(_, held)| held.now.as_ref()).collect())
    }

    fn version(&self, kind: Kind, key: &Key) -> u64 {
        self.rows.get(&(kind, key.clone())).map_or(0, |held| held.version)
    }
}
