//! The client's rows: what the server has confirmed, and the replay of what still waits on top.
//!
//! Nothing else ever writes them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    command::{Change, Ctx},
    entity::{Grant, Key, Tag},
    policy::{Actor, Keeping, Role},
    prim::{AnyId, Date, Timestamp},
    registry::{AnyCommand, Kind, Record},
    rejection::Rejection,
    sync::{
        pull::is_kept,
        wire::{Grants, Patch, WireRow},
    },
    view::{Halt, Row, Source, View},
};

/// The place of a row.
pub type At = (Kind, Key);

/// The rows of one client.
pub struct Replica {
    confirmed: BTreeMap<At, Confirmed>,
    forecast: BTreeMap<At, Forecast>,
    /// Rows of days long past, while somebody looks at them.
    older: Option<BTreeMap<At, Confirmed>>,
    /// Some of them have changed since.
    is_older_stale: bool,
    grants: Option<Grants>,
    actor: Actor,
    held: Vec<Tag>,
    /// Rows of the first fill are still to come.
    is_filling: bool,
}

struct Confirmed {
    version: u64,
    record: Record,
}

struct Forecast {
    record: Option<Record>,
    seq: u64,
}

/// What became of a command on this device.
#[derive(Debug, Clone, PartialEq)]
pub enum Forecasted {
    /// It will change these rows, if the server agrees.
    Changes(Vec<At>),
    /// Something it depends on is not known here: only the server can say.
    Unknown,
    /// The rules say no.
    Refused(Rejection),
}

impl Default for Replica {
    fn default() -> Self {
        let nobody = AnyId::parse("nobody").expect("five letters");
        Self {
            confirmed: BTreeMap::new(),
            forecast: BTreeMap::new(),
            older: None,
            is_older_stale: false,
            grants: None,
            actor: Actor { user: nobody, role: Role::Admin, grants: Vec::new(), keeping: Keeping::OnDevice },
            held: Vec::new(),
            is_filling: false,
        }
    }
}

impl Replica {
    /// Whoever uses this device, with the rights the server told last.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The grants the server told last.
    #[must_use]
    pub fn grants(&self) -> Option<&Grants> {
        self.grants.as_ref()
    }

    /// Takes over grants, on loading from disk or from a patch.
    pub fn set_grants(&mut self, grants: Grants) {
        let Grants { user, role, list, keeping, .. } = grants.clone();
        self.actor = Actor { user, role, grants: list, keeping };
        self.held.clone_from(&grants.tags);
        self.grants = Some(grants);
    }

    /// Are rows of the first fill still to come? Until they are all here, what is missing is not
    /// known to be absent.
    pub fn set_filling(&mut self, is_filling: bool) {
        self.is_filling = is_filling;
    }

    /// The confirmed rows as they travel, for the disk.
    pub fn rows(&self) -> impl Iterator<Item = WireRow> {
        self.confirmed.values().map(|row| WireRow::of(row.version, &row.record))
    }

    /// How many rows are confirmed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.confirmed.len()
    }

    /// Is nothing confirmed?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.confirmed.is_empty()
    }

    /// Is any row of this participant here?
    pub(super) fn knows(&self, person: &AnyId) -> bool {
        let is_hers = |(kind, key): &At| kind.whose(key).as_ref() == Some(person);
        self.confirmed.contains_key(&(Kind::Person, Key::of(&[person]))) || self.confirmed.keys().any(is_hers)
    }

    /// Takes in what the server confirmed; `today` is the server's date. Returns the rows touched.
    pub fn confirm(&mut self, patch: &Patch, today: Date) -> BTreeSet<At> {
        let mut touched = BTreeSet::new();
        if patch.reset {
            touched.extend(std::mem::take(&mut self.confirmed).into_keys());
            self.is_older_stale |= self.older.is_some();
        }
        if let Some(grants) = &patch.grants {
            self.set_grants(grants.clone());
            touched.extend(self.drop_unseen(&grants.tags));
        }
        for (kind, key) in &patch.gone {
            let Some(kind) = Kind::parse(kind) else { continue };
            let at = (kind, key.clone());
            self.confirmed.remove(&at);
            // What is too old for a device is told as gone, however it has changed, and be it new.
            self.is_older_stale |= self.older.is_some();
            touched.insert(at);
        }
        for row in &patch.rows {
            let Some(record) = row.read() else { continue };
            let at = (record.kind(), record.key());
            let version = row.version;
            self.confirmed.insert(at.clone(), Confirmed { version, record });
            touched.insert(at);
        }
        touched.extend(self.age(today));
        touched
    }

    /// Drops what is too old for a device.
    pub fn age(&mut self, today: Date) -> Vec<At> {
        let held = self.grants.as_ref().map(|grants| grants.tags.clone()).unwrap_or_default();
        self.drop_where(|record| !is_kept(record, &held, today))
    }

    /// Drops the rows that none of `tags` brings any more.
    fn drop_unseen(&mut self, tags: &[Tag]) -> Vec<At> {
        let older = self.older.iter_mut();
        older.for_each(|older| older.retain(|_, row| row.record.tags().iter().any(|tag| tags.contains(tag))));
        self.drop_where(|record| !record.tags().iter().any(|tag| tags.contains(tag)))
    }

    fn drop_where(&mut self, unwanted: impl Fn(&Record) -> bool) -> Vec<At> {
        let dropped: Vec<At> =
            self.confirmed.iter().filter(|(_, row)| unwanted(&row.record)).map(|(at, _)| at.clone()).collect();
        for at in &dropped {
            self.confirmed.remove(at);
        }
        dropped
    }

    /// Holds these rows of days long past, in place of those before; `None` when nobody looks at them any
    /// more. Returns the rows touched.
    pub(super) fn look_back(&mut self, rows: Option<&[WireRow]>) -> BTreeSet<At> {
        self.is_older_stale = false;
        let mut touched = BTreeSet::new();
        touched.extend(self.older.take().into_iter().flat_map(BTreeMap::into_keys));
        self.older = rows.map(|rows| {
            let mut older = BTreeMap::new();
            for row in rows {
                let Some(record) = row.read() else { continue };
                let at = (record.kind(), record.key());
                touched.insert(at.clone());
                older.insert(at, Confirmed { version: row.version, record });
            }
            older
        });
        touched
    }

    /// Have rows of days long past changed since they came?
    #[must_use]
    pub fn is_older_stale(&self) -> bool {
        self.is_older_stale
    }

    fn known(&self, at: &At) -> Option<&Confirmed> {
        self.confirmed.get(at).or_else(|| self.older.as_ref()?.get(at))
    }

    /// Forgets all forecasts, to replay them. Returns the rows they stood on.
    pub fn rewind(&mut self) -> BTreeSet<At> {
        let mut touched = BTreeSet::new();
        touched.extend(std::mem::take(&mut self.forecast).into_keys());
        if let Some(grants) = self.grants.take() {
            self.set_grants(grants);
        }
        touched
    }

    /// Replays one waiting command on top of what is known; `now` is the corrected clock.
    pub fn replay(
        &mut self,
        seq: u64,
        id: &str,
        command: &AnyCommand,
        made_at: Timestamp,
        now: Timestamp,
    ) -> Forecasted {
        let ctx = Ctx { actor: &self.actor, id, made_at: made_at.min(now), received_at: now };
        let known = Presuming { replica: self, about: command.about() };
        let view = View::new(&known);
        let changes = match command.judge(&ctx, view) {
            Ok(changes) => changes,
            Err(Halt::Need(_)) => return Forecasted::Unknown,
            Err(Halt::Refuse(rejection)) => return Forecasted::Refused(rejection),
        };
        let mut touched = Vec::new();
        for change in changes {
            let at = change.at();
            let record = match change {
                Change::Put(record) => Some(record),
                Change::Delete(..) => None,
                Change::Looked(..) => continue,
            };
            if let Some(record) = &record {
                self.foresee_grants(&record.grants(), now.date());
            }
            self.forecast.insert(at.clone(), Forecast { record, seq });
            touched.push(at);
        }
        Forecasted::Changes(touched)
    }

    /// A participant she has just registered is hers already, before the server says so.
    fn foresee_grants(&mut self, grants: &[Grant], today: Date) {
        let mine = grants.iter().filter(|grant| grant.user == self.actor.user);
        let new: Vec<_> = mine.filter(|grant| !self.actor.grants.contains(grant)).cloned().collect();
        if new.is_empty() {
            return;
        }
        let holding = new.iter().filter(|grant| grant.holds_on(today));
        self.held.extend(holding.flat_map(|grant| self.actor.brings(grant)));
        self.actor.grants.extend(new);
    }

    /// The rows that stand as the waiting command with this number leaves them.
    pub(super) fn touched_by(&self, seq: u64) -> impl Iterator<Item = At> {
        self.forecast.iter().filter(move |(_, forecast)| forecast.seq == seq).map(|(at, _)| at.clone())
    }

    /// The last waiting command that touches a row.
    #[must_use]
    pub fn waiting_on(&self, at: &At) -> Option<u64> {
        self.forecast.get(at).map(|forecast| forecast.seq)
    }
}

/// The replica as a forecast sees it: the row a command is about, when nothing is known of it here,
/// is presumed not to exist. Else a leader could not mark the first attendance without a network.
struct Presuming<'a> {
    replica: &'a Replica,
    about: Option<At>,
}

impl Source for Presuming<'_> {
    fn row(&self, kind: Kind, key: &Key) -> Row<'_> {
        match self.replica.row(kind, key) {
            Row::Unknown if self.about.as_ref().is_some_and(|at| at.0 == kind && at.1 == *key) => Row::Absent,
            row => row,
        }
    }

    fn under(&self, kind: Kind, prefix: &str) -> Option<Vec<&Record>> {
        self.replica.under(kind, prefix)
    }

    fn version(&self, kind: Kind, key: &Key) -> u64 {
        self.replica.version(kind, key)
    }

    fn is_forecast(&self) -> bool {
        true
    }
}

impl Source for Replica {
    fn row(&self, kind: Kind, key: &Key) -> Row<'_> {
        let at = (kind, key.clone());
        if let Some(forecast) = self.forecast.get(&at) {
            return forecast.record.as_ref().map_or(Row::Absent, Row::Known);
        }
        if let Some(row) = self.known(&at) {
            return Row::Known(&row.record);
        }
        let is_whole = !self.is_filling && kind.homes(key).iter().any(|home| self.held.contains(home));
        if is_whole { Row::Absent } else { Row::Unknown }
    }

    fn under(&self, kind: Kind, prefix: &str) -> Option<Vec<&Record>> {
        let within = |(found, key): &At| *found == kind && key.as_str().starts_with(prefix);
        let from = (kind, Key::from_text(prefix));
        let older = self.older.iter().flat_map(|older| older.range(from.clone()..)).take_while(|(at, _)| within(at));
        let confirmed = self.confirmed.range(from.clone()..).take_while(|(at, _)| within(at));
        let forecast = self.forecast.range(from.clone()..).take_while(|(at, _)| within(at));
        let mut rows: BTreeMap<&At, Option<&Record>> = BTreeMap::new();
        rows.extend(older.chain(confirmed).map(|(at, row)| (at, Some(&row.record))));
        rows.extend(forecast.map(|(at, forecast)| (at, forecast.record.as_ref())));
        Some(rows.into_values().flatten().collect())
    }

    fn version(&self, kind: Kind, key: &Key) -> u64 {
        let at = (kind, key.clone());
        if self.forecast.contains_key(&at) {
            return 0;
        }
        self.known(&at).map_or(0, |row| row.version)
    }
}
