//! What was done, by whom and to whom: what the log of accesses is made of.

use std::{collections::BTreeSet, fmt};

use super::{Read, Reading, rows::Rows};
use crate::{
    command::Change,
    domain::held::{self, HeldCommand},
    entity::{Entity as _, Key},
    prim::{AnyId, Id, Note, Timestamp},
    registry::{AnyCommand, Kind, Record},
    sync::{noted, wire::command_id},
};

/// A command that was let happen, or something else that is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When the server received it.
    pub at: Timestamp,
    /// When the device says it was made.
    pub made_at: Timestamp,
    /// Who; nobody knows who has tried in vain to sign in.
    pub by: Option<AnyId>,
    /// The command's id.
    pub id: String,
    /// What: the command's name.
    pub name: &'static str,
    /// What it was done to, where that is named.
    pub what: Option<What>,
    /// The participants whose rows it is about, and nobody when it is about none.
    pub about: Vec<AnyId>,
    /// Why, where she has to say it.
    pub reason: Option<Note>,
}

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A row.
    Row(Kind, Key),
    /// An entry of the log itself, by its number.
    Entry(i64),
    /// Nothing, so many times: tries to sign in.
    Tries(u32),
}

impl fmt::Display for What {
    /// As it stands in the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(kind, key) => write!(f, "{}/{key}", kind.name()),
            Self::Entry(number) => write!(f, "log/{number}"),
            Self::Tries(count) => write!(f, "tries/{count}"),
        }
    }
}

/// The deed of a command that was let happen.
pub(super) fn of(push: &Reading, read: &Read, about: BTreeSet<AnyId>) -> Option<Deed> {
    let command = read.command.as_ref().ok()?;
    Some(Deed {
        at: push.received_at,
        made_at: read.made_at,
        by: Some(push.user.clone()),
        id: command_id(&push.client, read.seq),
        name: command.name(),
        what: command.about().map(|(kind, key)| What::Row(kind, key)),
        about: about.into_iter().collect(),
        reason: command.reason().cloned(),
    })
}

/// The deed of whoever did what is held from now on: the log shows that it came, and later who answered.
pub(super) fn held(held: &HeldCommand) -> Deed {
    Deed {
        at: held.received_at,
        made_at: held.made_at,
        by: Some(held.by.clone()),
        id: held.id.to_string(),
        name: noted::HELD,
        what: Some(What::Row(Kind::HeldCommand, held.key())),
        about: held.persons.iter().map(Id::cast).collect(),
        reason: None,
    }
}

/// The deed of whoever did, while she was allowed to, what this answer now lets happen: the log shows both of them.
/// `rows` are those before the answer.
pub(super) fn on_behalf(push: &Reading, read: &Read, rows: &Rows, about: BTreeSet<AnyId>) -> Option<Deed> {
    let Ok(AnyCommand::HeldAnswer(held::Answer { id, yes: true })) = &read.command else { return None };
    let held = HeldCommand::from_record(rows.now(Kind::HeldCommand, id)?)?;
    let command = held.command().ok()?;
    Some(Deed {
        at: push.received_at,
        made_at: held.made_at,
        by: Some(held.by.clone()),
        id: held.id.to_string(),
        name: command.name(),
        what: command.about().map(|(kind, key)| What::Row(kind, key)),
        about: about.into_iter().collect(),
        reason: command.reason().cloned(),
    })
}

/// The participants whose rows are changed or looked at, as the rows are and as they will be.
pub(super) fn persons(changes: &[Change], rows: &Rows) -> BTreeSet<AnyId> {
    let mut found = BTreeSet::new();
    for change in changes {
        let (kind, key) = change.at();
        let before = rows.now(kind, &key);
        let after = match change {
            Change::Put(record) => Some(record),
            Change::Delete(..) | Change::Looked(..) => None,
        };
        let tags = before.into_iter().chain(after).flat_map(Record::tags);
        found.extend(tags.filter_map(|tag| tag.person()));
    }
    found
}
