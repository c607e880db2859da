//! What tests build with: a small centre, one `check` for rules, and a server in memory.

mod centre;
mod server;

use std::collections::BTreeMap;

pub use centre::{centre, date, id, name, note, time, used_centre};
pub use server::{Crash, Memory, answer_ids};

use crate::{
    command::{Change, Ctx},
    entity::Key,
    policy::{Actor, Keeping, Role, audiences},
    prim::{AnyId, Timestamp},
    registry::{AnyCommand, Kind, Record},
    rejection::Rejection,
    view::{Halt, Row, Source, View},
};

/// Rows in a map: what is not there does not exist.
#[derive(Debug, Clone, Default)]
pub struct Rows(pub BTreeMap<(Kind, Key), Record>);

impl Rows {
    /// These rows.
    pub fn of(records: impl IntoIterator<Item = Record>) -> Self {
        let rows = records.into_iter().map(|record| ((record.kind(), record.key()), record));
        Self(rows.collect())
    }

    /// These rows and this one.
    #[must_use]
    pub fn with(mut self, record: impl Into<Record>) -> Self {
        self.put(record.into());
        self
    }

    /// Writes a row.
    pub fn put(&mut self, record: Record) {
        self.0.insert((record.kind(), record.key()), record);
    }

    /// The user with all the grants that follow from these rows.
    #[must_use]
    pub fn actor(&self, user: &str, role: Role) -> Actor {
        let user: AnyId = id(user);
        let grants = self.0.values().flat_map(Record::grants);
        let grants = grants.filter(|grant| grant.user == user).collect();
        Actor { grants, user, role, keeping: Keeping::OnDevice }
    }

    /// What a user of this role does at `now`, made and received at once.
    pub fn run(
        &mut self,
        user: &str,
        role: Role,
        now: Timestamp,
        command: impl Into<AnyCommand>,
    ) -> Result<(), Rejection> {
        self.run_late(user, role, now, now, command)
    }

    /// As [`Rows::run`], in a session that keeps nothing.
    pub fn run_in_memory(
        &mut self,
        user: &str,
        role: Role,
        now: Timestamp,
        command: impl Into<AnyCommand>,
    ) -> Result<(), Rejection> {
        let actor = self.actor(user, role).in_session(Keeping::InMemory);
        self.judge(&actor, now, now, &command.into())
    }

    /// What a user did at `made_at` and the server receives at `received_at`.
    pub fn run_late(
        &mut self,
        user: &str,
        role: Role,
        made_at: Timestamp,
        received_at: Timestamp,
        command: impl Into<AnyCommand>,
    ) -> Result<(), Rejection> {
        let actor = self.actor(user, role);
        self.judge(&actor, made_at, received_at, &command.into())
    }

    fn judge(
        &mut self,
        actor: &Actor,
        made_at: Timestamp,
        received_at: Timestamp,
        command: &AnyCommand,
    ) -> Result<(), Rejection> {
        let number = self.0.values().map(|record| record.body().matches("\"id\"").count()).sum::<usize>();
        let id = format!("test-{}.{number}", actor.user);
        let ctx = Ctx { actor, id: &id, made_at, received_at };
        let changes = command.judge(&ctx, View::new(self)).map_err(|halt| match halt {
            Halt::Refuse(rejection) => rejection,
            Halt::Need(want) => unreachable!("a map knows everything, but {want:?} was asked for"),
        })?;
        for change in changes {
            match change {
                Change::Put(record) => self.put(record),
                Change::Delete(kind, key) => {
                    self.0.remove(&(kind, key));
                }
                Change::Looked(..) => {}
            }
        }
        Ok(())
    }

    /// Looks at the rows.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::new(self)
    }

    /// May a user of this role see the row?
    #[must_use]
    pub fn sees(&self, user: &str, role: Role, now: Timestamp, record: &Record) -> bool {
        let held = audiences(role).into_iter().chain(self.actor(user, role).tags(now.date()));
        let held: Vec<_> = held.collect();
        record.tags().iter().any(|tag| held.contains(tag))
    }
}

impl Source for Rows {
    fn row(&self, kind: Kind, key: &Key) -> Row<'_> {
        self.0.get(&(kind, key.clone())).map_or(Row::Absent, Row::Known)
    }

    fn under(&self, kind: Kind, prefix: &str) -> Option<Vec<&Record>> {
        let rows = self.0.range((kind, Key::from_text(prefix))..);
        let within = rows.take_while(|((found, key), _)| *found == kind && key.as_str().starts_with(prefix));
        Some(within.map(|(_, record)| record).collect())
    }
}

/// The instant at which the clock on the wall shows this: `2026-11-24 09:00`.
///
/// # Panics
/// When the text is no date and time.
#[must_use]
pub fn at(text: &str) -> Timestamp {
    let (day, clock) = text.split_once(' ').expect("a date, a space and a time");
    Timestamp::at(date(day), time(clock))
}
