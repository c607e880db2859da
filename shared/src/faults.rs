//! Faults that tests plant in the code that ships, to prove that they would find them: the simulation, and the matrix.
//!
//! Only exists with the feature `planted`, which a release build refuses.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    prim::json,
    sync::{authority::Known, wire::ClientId},
};

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
    /// The server knows only in its memory what it has applied, not in its database.
    DedupePerProcess,
    /// The client throws its queue away when its session is over.
    DropQueueOnExpiry,
    /// The client throws away what was too large to be sent.
    DropOnTooLarge,
    /// Of two answers the one with the later device clock replaces the other.
    LastWriteByClock,
    /// The server believes the audiences a client names.
    ScopeFromParameter,
    /// A device is not told of rows that its user may no longer see.
    PurgeNotSent,
    /// What got no answer is sent again under a new number.
    RetryWithNewId,
    /// The server says no and does it all the same.
    AppliedThoughRefused,
    /// A newer build of the app begins with an empty queue.
    QueueClearedAtUpdate,
    /// What the server has acknowledged is forgotten before a backup holds it.
    ForgetBeforeBackup,
    /// The client takes in news that do not continue what it has.
    NewsWithAGap,
    /// What was done in a tab is forgotten with the tab that leads it.
    NothingCarried,
    /// The server goes on from rows it has read before somebody else wrote them.
    StaleMemory,
    /// Devices are sent protected persons as if they kept nothing.
    ProtectedOnDevices,
    /// A device keeps what was judged, of whomever it tells.
    KeepsWhatIsGone,
    /// The second command of each client panics when all but its last word is spoken.
    PoisonCommand,
    /// Two cells of the access table are wrong: the reception may mark attendance, and the kitchen writes no menu.
    WrongCells,
}

/// The number of a shape that no release has written: in it, a row's body of today lies in `row`. It shows
/// that older rows can be read while there is no older shape yet.
pub const OLDER_SHAPE: u16 = 0;

pub(crate) fn upgrade<T: DeserializeOwned>(body: &str) -> Option<T> {
    #[derive(Deserialize)]
    struct Older<T> {
        row: T,
    }
    json::read::<Older<T>>(body).ok().map(|older| older.row)
}

thread_local! {
    static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) };
    static PROCESS: RefCell<BTreeMap<ClientId, u64>> = const { RefCell::new(BTreeMap::new()) };
}

/// The server has died and is started again.
pub fn forget_process() {
    PROCESS.take();
}

pub(crate) fn recall(mut clients: BTreeMap<ClientId, Known>) -> BTreeMap<ClientId, Known> {
    if is(Fault::DedupePerProcess) {
        PROCESS.with_borrow(|process| {
            for (client, known) in &mut clients {
                known.last_seq = process.get(client).copied().unwrap_or(known.last_seq);
            }
        });
    }
    clients
}

pub(crate) fn remember(clients: &BTreeMap<ClientId, Known>) {
    let last = clients.iter().map(|(client, known)| (client.clone(), known.last_seq));
    PROCESS.with_borrow_mut(|process| process.extend(last));
}

/// Plants `fault` for this thread, or none.
pub fn plant(fault: Option<Fault>) {
    PLANTED.set(fault);
}

pub(crate) fn is(fault: Fault) -> bool {
    PLANTED.get() == Some(fault)
}
