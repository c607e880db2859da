//! Writes what the engine wants kept: commands strictly and together, the rest one by one.
//!
//! *Group commit*: whatever waits while a strict transaction is under way goes into the next one.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use futures::channel::oneshot;
use leptos::logging::warn;
use shared::sync::{
    engine::{Effect, Keep, Queued, Told},
    wire::WireRow,
};
use wasm_bindgen_futures::spawn_local;

use super::{
    bearer, driver,
    signals::{self, Trouble},
    tabs,
};
use crate::{
    platform::{clock, lock},
    store::{DiskError, Place, Vault},
};

/// How long nobody must have written before the pages are written anew, in milliseconds.
const IDLE: u32 = 2_000;
/// How often that is doubled after failures.
const MOST_DOUBLINGS: u32 = 8;
/// The first pause after a failure, and the longest, in milliseconds.
const PAUSES: (u32, u32) = (1_000, 30_000);

type Disk = Rc<Vault<Place>>;

#[derive(Default)]
struct Writer {
    disk: Option<Disk>,
    to_store: VecDeque<Queued>,
    is_storing: bool,
    to_keep: VecDeque<Keep>,
    is_keeping: bool,
    /// Who waits until everything is kept.
    waiting: Vec<oneshot::Sender<()>>,
    /// Counts what was asked for, to know when nobody asks.
    asked: u64,
    /// How often in a row the pages could not be written anew.
    failed_folds: u32,
}

thread_local! {
    static WRITER: RefCell<Writer> = RefCell::default();
}

/// Writes to `disk` from now on. What the app before this one had no time to take off it goes first.
pub fn start(disk: Disk) {
    WRITER.with_borrow_mut(|writer| {
        writer.disk = Some(disk);
        writer.failed_folds = 0;
    });
    fold_when_due();
}

/// Writes nothing more: another tab has taken over, or the data is to go.
pub fn stop() -> Option<Disk> {
    WRITER.with_borrow_mut(|writer| {
        // What waits has numbers that may be another's soon.
        writer.to_store.clear();
        writer.to_keep.clear();
        writer.disk.take()
    })
}

/// May it write to `disk` now? Not once another tab leads; what is kept nowhere is no other tab's.
async fn may_write_to(disk: &Disk) -> bool {
    (bearer::is_here() || lock::is_sure().await) && writes_to(disk)
}

/// Does it still write to `disk`?
fn writes_to(disk: &Disk) -> bool {
    WRITER.with_borrow(|writer| writer.disk.as_ref().is_some_and(|current| Rc::ptr_eq(current, disk)))
}

/// Writes a command to the queue, with all others that wait.
pub fn store(queued: Queued) {
    let must_start = WRITER.with_borrow_mut(|writer| {
        writer.asked += 1;
        writer.to_store.push_back(queued);
        !std::mem::replace(&mut writer.is_storing, true)
    });
    if must_start {
        spawn_local(store_all());
    }
}

async fn store_all() {
    let mut pause = PAUSES.0;
    while let Some((disk, batch)) = next_batch() {
        let done = if may_write_to(&disk).await { disk.store(&batch).await } else { Ok(()) };
        match done {
            _ if !writes_to(&disk) => {}
            Ok(()) => {
                pause = PAUSES.0;
                signals::trouble_over(Trouble::StorageFull);
                are_stored(&batch);
            }
            Err(fault) => {
                report(&fault);
                put_back(batch);
                if fault == DiskError::Full && shed(&disk).await {
                    continue;
                }
                clock::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
        }
    }
}

fn next_batch() -> Option<(Disk, Vec<Queued>)> {
    WRITER.with_borrow_mut(|writer| {
        let disk = writer.disk.clone();
        if let (Some(disk), false) = (disk, writer.to_store.is_empty()) {
            return Some((disk, writer.to_store.drain(..).collect()));
        }
        writer.is_storing = false;
        None
    })
}

fn put_back(batch: Vec<Queued>) {
    WRITER.with_borrow_mut(|writer| {
        for queued in batch.into_iter().rev() {
            writer.to_store.push_front(queued);
        }
    });
}

/// Sends first and shows then: the page has much to draw, and the server is waited for.
fn are_stored(batch: &[Queued]) {
    let effects = super::tell(|engine| {
        let effects = batch.iter().flat_map(|queued| engine.stored(queued.seq));
        effects.collect::<Vec<Effect>>()
    });
    tabs::tell(|| Told::Stored(batch.iter().map(|queued| queued.seq).collect()));
    driver::wake();
    super::perform(effects.unwrap_or_default());
}

/// Writes what one answer changes, after everything asked for before.
pub fn keep(keep: Keep) {
    let must_start = WRITER.with_borrow_mut(|writer| {
        writer.asked += 1;
        writer.to_keep.push_back(keep);
        !std::mem::replace(&mut writer.is_keeping, true)
    });
    if must_start {
        spawn_local(keep_all());
    }
}

/// Waits until everything asked for is kept. Only then may the server be told so.
pub async fn kept() {
    let receiver = WRITER.with_borrow_mut(|writer| {
        writer.is_keeping.then(|| {
            let (sender, receiver) = oneshot::channel();
            writer.waiting.push(sender);
            receiver
        })
    });
    if let Some(receiver) = receiver {
        // A writer that has stopped keeps nothing, and nothing more is sent either.
        let _ = receiver.await;
    }
}

async fn keep_all() {
    let mut pause = PAUSES.0;
    while let Some((disk, keep)) = next_keep() {
        let done = if may_write_to(&disk).await { write(&disk, &keep).await } else { Ok(()) };
        match done {
            _ if !writes_to(&disk) => {}
            Ok(()) => {
                pause = PAUSES.0;
                signals::trouble_over(Trouble::StorageFull);
            }
            Err(fault) => {
                report(&fault);
                WRITER.with_borrow_mut(|writer| writer.to_keep.push_front(keep));
                if fault == DiskError::Full && disk.shed().await == Ok(true) {
                    continue;
                }
                clock::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
        }
    }
    fold_when_due();
}

fn next_keep() -> Option<(Disk, Keep)> {
    WRITER.with_borrow_mut(|writer| {
        let next = writer.disk.clone().and_then(|disk| Some((disk, writer.to_keep.pop_front()?)));
        if next.is_none() {
            writer.is_keeping = false;
            for waiting in writer.waiting.drain(..) {
                // Whoever waited has gone.
                let _ = waiting.send(());
            }
        }
        next
    })
}

/// A refusal is written strictly first: the server forgets it as soon as we say we have it.
async fn write(disk: &Disk, keep: &Keep) -> Result<(), DiskError> {
    if !keep.refuse.is_empty() {
        disk.store(&keep.refuse).await?;
        if !may_write_to(disk).await {
            return Ok(());
        }
    }
    disk.keep(keep).await
}

/// Gives the rows on `disk` up, to make room for the queue. Was there anything to give up?
async fn shed(disk: &Disk) -> bool {
    // Nothing may be kept meanwhile.
    let is_free = WRITER.with_borrow_mut(|writer| !std::mem::replace(&mut writer.is_keeping, true));
    if !is_free {
        return false;
    }
    let has_shed = may_write_to(disk).await && disk.shed().await == Ok(true);
    // What was asked for meanwhile waited.
    spawn_local(keep_all());
    has_shed
}

/// Writes the pages anew: at once when rows lie there that the user may no longer have, else once nobody has asked for
/// anything for a while. What could not be done at once waits like the rest.
fn fold_when_due() {
    let due = WRITER.with_borrow(|writer| {
        let disk = writer.disk.as_ref().filter(|disk| disk.wants_folding())?;
        Some((disk.holds_gone() && writer.failed_folds == 0, writer.asked))
    });
    let Some((is_urgent, asked)) = due else {
        return;
    };
    spawn_local(async move {
        if !is_urgent {
            let failed = WRITER.with_borrow(|writer| writer.failed_folds);
            clock::sleep(IDLE << failed.min(MOST_DOUBLINGS)).await;
        }
        let disk = WRITER.with_borrow_mut(|writer| {
            let is_idle = is_urgent || (writer.asked == asked && !writer.is_storing);
            let disk = writer.disk.clone().filter(|_| is_idle && !writer.is_keeping)?;
            writer.is_keeping = true;
            Some(disk)
        });
        let Some(disk) = disk else {
            // Whoever keeps something next tries again; a command alone starts no new round.
            retry_folding();
            return;
        };
        let now = super::look(|engine| (engine.replica().rows().collect::<Vec<WireRow>>(), engine.meta_to_keep()));
        let mut done = None;
        if let Some((rows, meta)) = now
            && may_write_to(&disk).await
        {
            done = Some(disk.fold(rows, &meta).await);
        }
        let failed = |before: u32| if done == Some(Ok(())) { 0 } else { before + 1 };
        WRITER.with_borrow_mut(|writer| writer.failed_folds = failed(writer.failed_folds));
        if let Some(Err(fault)) = done {
            report(&fault);
        }
        // What was asked for meanwhile waited for the fold.
        keep_all().await;
    });
}

fn retry_folding() {
    let is_free = WRITER.with_borrow(|writer| !writer.is_keeping && writer.disk.is_some());
    if is_free {
        fold_when_due();
    }
}

fn report(fault: &DiskError) {
    warn!("not kept yet: {fault}");
    match fault {
        DiskError::Full => signals::set_trouble(Trouble::StorageFull),
        DiskError::Closed | DiskError::Newer => signals::set_trouble(Trouble::NewerDatabase),
        DiskError::Missing(_) => signals::set_trouble(Trouble::StorageMissing),
        DiskError::Blocked => signals::set_trouble(Trouble::StorageBlocked),
        DiskError::Locked | DiskError::Failed(_) => {}
    }
}
