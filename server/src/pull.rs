//! What a client receives: the rows of one moment, planned by the shared rules, each looked at once
//! more with the rights of whoever asks.

use std::collections::BTreeMap;

use shared::{
    Actor,
    prim::Timestamp,
    sync::{
        pull::{self, Plan},
        wire::{Patch, Request, WireRow},
    },
};

use crate::store::{Changed, Snapshot, StoreFault};

/// The oldest schema that is still sent changes. Pushes of every schema are judged for ever.
pub const OLDEST_SCHEMA: u16 = 1;

/// What is there for a client.
#[derive(Debug)]
pub enum Pulled {
    /// The changes since its cursor.
    Patch(Box<Patch>),
    /// Its rights have changed: it must say what it holds.
    SayHeld,
}

/// Reads what brings a client up to the moment of the snapshot.
pub async fn pull(
    snapshot: &mut dyn Snapshot,
    request: &Request,
    actor: &Actor,
    now: Timestamp,
) -> Result<Pulled, StoreFault> {
    let today = now.date();
    let (version, history) = snapshot.centre().await?;
    let Some(plan) = pull::plan(request, &history, pull::grants(actor, today)) else {
        return Ok(Pulled::SayHeld);
    };
    let Plan { reset, whole, delta, since, grants } = plan;
    let mut found = BTreeMap::new();
    for (tags, since, came) in [(delta, since, Came::Since), (whole, 0, Came::Whole)] {
        if tags.is_empty() {
            continue;
        }
        for row in snapshot.changes(&tags, since).await? {
            found.entry((row.kind, row.key.clone())).or_insert((came, row));
        }
    }
    let held = actor.tags(today);
    let is_for_her = |row: &Changed| {
        row.record.as_ref().is_some_and(|record| {
            pull::is_kept(record, today) && record.tags().iter().any(|tag| held.binary_search(tag).is_ok())
        })
    };
    let mut rows = Vec::new();
    let mut gone = Vec::new();
    for (at, (came, row)) in found {
        match &row.record {
            Some(record) if is_for_her(&row) => rows.push(WireRow::of(row.version, record)),
            _ if came == Came::Since => gone.push((at.0.name().into(), at.1)),
            _ => {}
        }
    }
    rows.sort_by_key(|row| row.version);
    let to = pull::cursor(&history, version);
    Ok(Pulled::Patch(Box::new(Patch { to, reset, more: false, grants, rows, gone })))
}

/// How a row came into a patch: a device that never had it need not be told that it is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    Since,
    Whole,
}
