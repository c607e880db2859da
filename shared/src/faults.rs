//! Faults that the simulation plants in the code that ships, to prove that it would find them.
//!
//! Only exists with the feature `planted`, which a release build refuses.

use std::cell::Cell;

#[cfg(not(debug_assertions))]
compile_error!("the feature `planted` must never be in a release build");

/// A fault worth finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server answers before the commit is on disk.
    AcknowledgeBeforeCommit,
    /// The server applies a command it has applied before.
    NoDedupe,
    /// The server's cursor is one too far.
    CursorPlusOne,
    /// The client throws its queue away when its session is over.
    DropQueueOnExpiry,
}

thread_local! {
    static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) };
}

/// Plants `fault` for this thread, or none.
pub fn plant(fault: Option<Fault>) {
    PLANTED.set(fault);
}

pub(crate) fn is(fault: Fault) -> bool {
    PLANTED.get() == Some(fault)
}
