//! What a client receives: the rows of one moment, planned and looked through by the shared rules.

use shared::{
    Actor,
    prim::Timestamp,
    sync::{
        news,
        pull::{self, Found, PAGE},
        version,
        wire::{Patch, Request},
    },
};

use crate::{
    apply::Pushed,
    store::{Snapshot, StoreFault},
};

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

/// What has changed since the client's cursor, if a push has just brought all that is needed into memory.
#[must_use]
pub fn recent(pushed: &Pushed, request: &Request, now: Timestamp) -> Option<Patch> {
    let today = now.date();
    let furthest = version::furthest(pushed.version, now);
    let plan = pull::plan(request, &pushed.history, furthest, pull::grants(pushed.actor.as_ref()?, today))?;
    let commits = pushed.recent.iter().map(|committed| &**committed);
    let found = news::recent(commits, &plan, pushed.version)?;
    Some(pull::patch(plan, found, &pushed.history, today))
}

/// Reads what brings a client up to the moment of the snapshot, or a good way towards it.
pub async fn pull(
    snapshot: &mut dyn Snapshot,
    request: &Request,
    actor: &Actor,
    now: Timestamp,
) -> Result<Pulled, StoreFault> {
    let today = now.date();
    let (version, history) = snapshot.centre().await?;
    let furthest = version::furthest(version, now);
    let Some(plan) = pull::plan(request, &history, furthest, pull::grants(actor, today)) else {
        return Ok(Pulled::SayHeld);
    };
    let mut found = Found::default();
    if !plan.delta.is_empty() {
        found.delta = snapshot.changes(&plan.delta, plan.since, PAGE).await?;
        found.cut(PAGE);
    }
    if !plan.whole.is_empty() {
        found.whole = snapshot.changes(&plan.whole, 0, usize::MAX).await?;
    }
    Ok(Pulled::Patch(Box::new(pull::patch(plan, found, &history, today))))
}
