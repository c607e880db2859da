//! What views follow: a trigger for each kind of row, one for the queue, and a few values.
//!
//! They are reference-counted, so that they outlive every page.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use leptos::prelude::{ArcRwSignal, ArcTrigger, Get, GetUntracked, Notify, Set, Track, window};
use serde::{Deserialize, Serialize};
use shared::{
    Key, Kind,
    prim::{Date, Timestamp},
    sync::replica::At,
};

use super::tabs;
use crate::platform::clock;

/// What stands in the way, and what the person can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// The browser stores nothing.
    StorageMissing,
    /// There is no room left.
    StorageFull,
    /// Another tab keeps the database from opening.
    StorageBlocked,
    /// The app is open in another tab.
    OtherTab,
    /// A newer build has changed the database.
    NewerDatabase,
    /// The session is over; work goes on, sharing waits.
    SessionOver,
    /// This build is too old for the server.
    TooOld,
    /// The server is older than what waits here.
    ServerIsOlder,
}

thread_local! {
    static KINDS: Vec<ArcTrigger> = Kind::ALL.iter().map(|_| ArcTrigger::new()).collect();
    /// Where each row stands, for those that somebody has asked for.
    static ROWS: RefCell<BTreeMap<At, ArcTrigger>> = const { RefCell::new(BTreeMap::new()) };
    static QUEUE: ArcTrigger = ArcTrigger::new();
    static STANDING: ArcTrigger = ArcTrigger::new();
    static NOW: ArcRwSignal<Timestamp> = ArcRwSignal::new(Timestamp(0));
    static TODAY: ArcRwSignal<Date> = ArcRwSignal::new(Timestamp(0).date());
    static ONLINE: ArcRwSignal<bool> = ArcRwSignal::new(window().navigator().on_line());
    static ALONE: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static TROUBLE: ArcRwSignal<Option<Trouble>> = ArcRwSignal::new(None);
}

/// A set of kinds, one bit each.
#[derive(Debug, Default)]
pub struct Kinds(Cell<u64>);

impl Kinds {
    /// Notes that rows of `kind` were looked at.
    pub fn note(&self, kind: Kind) {
        self.0.set(self.0.get() | bit(kind));
    }

    /// Follows the kinds noted: whoever asks runs anew when a row of theirs changes.
    pub fn track(&self) {
        self.each(track_kind);
    }

    fn each(&self, act: impl Fn(Kind)) {
        Kind::ALL.iter().filter(|kind| self.0.get() & bit(**kind) != 0).for_each(|kind| act(*kind));
    }
}

/// There are far fewer kinds than 64.
fn bit(kind: Kind) -> u64 {
    1_u64 << (kind as u32)
}

/// Follows every row of `kind`.
pub fn track_kind(kind: Kind) {
    let trigger = KINDS.with(|kinds| kinds.get(kind as usize).cloned());
    if let Some(trigger) = trigger {
        trigger.track();
    }
}

/// Follows where one row stands between this device and everybody else.
pub fn track_row(kind: Kind, key: &Key) {
    let trigger = ROWS.with_borrow_mut(|rows| rows.entry((kind, key.clone())).or_default().clone());
    trigger.track();
}

/// Follows what waits to be shared and what was refused.
pub fn track_queue() {
    QUEUE.with(ArcTrigger::clone).track();
}

/// Follows the user's rights, and whether this device has ever been filled.
pub fn track_standing() {
    STANDING.with(ArcTrigger::clone).track();
}

/// These rows look different now.
pub fn rows_changed(rows: &BTreeSet<At>) {
    let kinds = Kinds::default();
    rows.iter().for_each(|(kind, _)| kinds.note(*kind));
    kinds.each(kind_changed);
    rows_stand(rows);
}

/// These rows stand elsewhere now.
pub fn rows_stand(rows: &BTreeSet<At>) {
    let followed = ROWS.with_borrow(|followed| rows.iter().filter_map(|at| followed.get(at).cloned()).collect());
    notify(followed);
}

fn notify(triggers: Vec<ArcTrigger>) {
    triggers.iter().for_each(ArcTrigger::notify);
}

fn kind_changed(kind: Kind) {
    let trigger = KINDS.with(|kinds| kinds.get(kind as usize).cloned());
    if let Some(trigger) = trigger {
        trigger.notify();
    }
}

/// Something was queued, stored, shared, refused or dropped.
pub fn queue_changed() {
    QUEUE.with(ArcTrigger::clone).notify();
}

/// Everything may look different: new rights, a first fill.
pub fn all_changed() {
    tick();
    STANDING.with(ArcTrigger::clone).notify();
    Kind::ALL.iter().for_each(|kind| kind_changed(*kind));
    // Whoever still looks asks again.
    notify(ROWS.take().into_values().collect());
    queue_changed();
}

/// Moves the clock of the views on.
pub fn tick() {
    let device = clock::now();
    let now = super::look(|engine| engine.now(device)).unwrap_or(device);
    now_signal().set(now);
    let today = today_signal();
    if today.get_untracked() != now.date() {
        today.set(now.date());
    }
}

/// The corrected clock.
pub fn now_signal() -> ArcRwSignal<Timestamp> {
    NOW.with(ArcRwSignal::clone)
}

/// The date by the corrected clock.
pub fn today_signal() -> ArcRwSignal<Date> {
    TODAY.with(ArcRwSignal::clone)
}

/// Was the server reachable lately, and may it be reached?
pub fn is_online() -> bool {
    ONLINE.with(ArcRwSignal::clone).get() && !is_alone()
}

/// Does the person want to work without the network?
pub fn is_alone() -> bool {
    ALONE.with(ArcRwSignal::clone).get()
}

/// As [`is_alone`], for code that is no view.
pub fn was_alone() -> bool {
    ALONE.with(ArcRwSignal::clone).get_untracked()
}

/// She wants to, or no longer.
pub fn set_alone(is_alone: bool) {
    ALONE.with(ArcRwSignal::clone).set(is_alone);
}

/// As [`is_online`], for code that is no view.
pub fn was_online() -> bool {
    ONLINE.with(ArcRwSignal::clone).get_untracked()
}

/// The server was reached, or was not.
pub fn set_online(is_online: bool) {
    let online = ONLINE.with(ArcRwSignal::clone);
    if online.get_untracked() != is_online {
        online.set(is_online);
        tabs::tell_weather();
    }
}

/// What stands in the way, if anything does.
pub fn trouble() -> Option<Trouble> {
    trouble_signal().get()
}

/// As [`trouble`], as a signal.
pub fn trouble_signal() -> ArcRwSignal<Option<Trouble>> {
    TROUBLE.with(ArcRwSignal::clone)
}

/// This stands in the way from now on.
pub fn set_trouble(trouble: Trouble) {
    let shown = trouble_signal();
    if shown.get_untracked() != Some(trouble) {
        shown.set(Some(trouble));
        tabs::tell_weather();
    }
}

/// This is over, if it was what stood in the way.
pub fn trouble_over(trouble: Trouble) {
    let shown = trouble_signal();
    if shown.get_untracked() == Some(trouble) {
        shown.set(None);
        tabs::tell_weather();
    }
}
