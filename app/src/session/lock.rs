//! The lock of the app: when nobody has touched the device for a while its screen closes, with or without a network,
//! until she types her PIN or password. What is half-written stays behind it. Whoever has typed nothing to come in has
//! chosen a PIN for it (`choose.rs`), or signs in anew where she has gone before that; staff have their session's end
//! instead. On a device that several share, a page may stay readable while the screen is closed: then it asks by
//! itself whoever wants to do something.
//!
//! The lock is another thing than the session at the server: that one may go on, or be over long ago.

use std::cell::Cell;

use gloo_storage::{LocalStorage, Storage as _};
use leptos::prelude::{ArcRwSignal, Get as _, GetUntracked as _, Set as _, document, window};

use super::{choose, me, record::Record};
use crate::{
    platform::{clock, draft, js, speech, update},
    presence,
};

/// When somebody last touched the device, in any tab.
const SEEN: &str = "minvei.seen";
/// How often that is written down at the most, in milliseconds.
const OFTEN_ENOUGH: i64 = 5_000;
/// How often it is looked whether she has gone, in milliseconds.
const TICK: u32 = 5_000;

/// What lies over a page that is open. What is half-written stays behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// The closed screen.
    Lock,
    /// The sign-in: her session at the server is over.
    SignIn {
        /// Is the page still hers, so that she may go on with it before she has signed in?
        may_wait: bool,
    },
}

thread_local! {
    static COVER: ArcRwSignal<Option<Cover>> = ArcRwSignal::new(None);
    /// Is the page that is open one that may be read while the screen is closed?
    static IS_READABLE: ArcRwSignal<bool> = ArcRwSignal::new(false);
    /// When this tab has last written down that somebody is here.
    static NOTED: Cell<i64> = const { Cell::new(0) };
    /// Who wants to know that the screen closes.
    static WHEN_CLOSED: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// What lies over a page that is open. A view that asks follows it.
pub fn cover() -> Option<Cover> {
    let cover = COVER.with(ArcRwSignal::clone).get()?;
    let is_seen_through = cover == Cover::Lock && IS_READABLE.with(ArcRwSignal::clone).get();
    (!is_seen_through).then_some(cover)
}

/// Is the screen closed, also where the page under it can be read? A view that asks follows it.
pub fn is_closed() -> bool {
    COVER.with(ArcRwSignal::clone).get() == Some(Cover::Lock)
}

/// The page that is open may be read while the screen is closed, or may not any more. It names nobody then, and asks who
/// is there before it does anything.
pub fn set_readable(is_readable: bool) {
    IS_READABLE.with(ArcRwSignal::clone).set(is_readable);
}

/// Is the screen closed, or anything else over the page that is open, for one moment?
pub fn was_locked() -> bool {
    was_covered().is_some()
}

fn was_covered() -> Option<Cover> {
    COVER.with(ArcRwSignal::clone).get_untracked()
}

/// Lays the sign-in over the page. From behind a closed screen it never leads back to the page by itself.
pub fn sign_in_over(may_wait: bool) {
    put_over(Cover::SignIn { may_wait: may_wait && !asks_who_is_there() });
}

/// She goes on with the page, and signs in later.
pub fn sign_in_later() {
    if was_covered() == Some(Cover::SignIn { may_wait: true }) {
        open();
    }
}

/// Watches from now on whether somebody is there; `is_open` says whether there is anything to close.
pub fn watch(is_open: fn() -> bool) {
    for sign in presence::SIGNS {
        js::listen(&document(), sign, move |_| touched(is_open));
    }
    clock::every(TICK, move || close_if_due(is_open));
    // A phone that wakes up runs no timer before it shows the page.
    js::listen(&document(), "visibilitychange", move |_| close_if_due(is_open));
    js::listen(&window(), "pageshow", move |_| close_if_due(is_open));
}

/// Calls `closed` from now on whenever the screen closes, before a touch after that counts.
pub fn when_closed(closed: fn()) {
    WHEN_CLOSED.set(Some(closed));
}

/// Somebody is here: she has signed in, or opened the device.
pub fn is_here() {
    let now = clock::now().0;
    NOTED.set(now);
    // Where it cannot be written, the device asks her more often.
    let _ = LocalStorage::set(SEEN, now);
}

/// Nobody is signed in here any more.
pub fn forget() {
    LocalStorage::delete(SEEN);
}

/// Has nobody touched this device for so long that it must ask who is there?
pub fn is_due(record: &Record) -> bool {
    record.lock.is_some_and(is_untouched)
}

fn is_untouched(millis: i64) -> bool {
    // Somebody may have set the clock back.
    LocalStorage::get::<i64>(SEEN).map_or(true, |seen| !(-OFTEN_ENOUGH..millis).contains(&(clock::now().0 - seen)))
}

/// Opens the screen again.
pub fn open() {
    is_here();
    if was_locked() {
        COVER.with(ArcRwSignal::clone).set(None);
    }
}

fn touched(is_open: fn() -> bool) {
    // The first touch after a long time is not yet hers.
    close_if_due(is_open);
    let is_early = (0..OFTEN_ENOUGH).contains(&(clock::now().0 - NOTED.get()));
    if !is_early && is_open() && !asks_who_is_there() {
        is_here();
    }
}

/// Is the page already behind something that opens to nobody but her?
pub(super) fn asks_who_is_there() -> bool {
    matches!(was_covered(), Some(Cover::Lock | Cover::SignIn { may_wait: false }))
}

fn close_if_due(is_open: fn() -> bool) {
    if asks_who_is_there() || !is_open() {
        return;
    }
    match Record::read() {
        Some(record) if is_due(&record) && me().is_none() => choose::give_up(),
        Some(record) if is_due(&record) && record.has_lock() => put_over(Cover::Lock),
        // Nothing she could type here opens it: the page asks the server, whose session is over as soon.
        Some(record) if is_due(&record) && me().is_some_and(|me| me.role.stay().idle.is_some()) => {
            if draft::is_open() {
                sign_in_over(false)
            } else {
                update::reload()
            }
        }
        Some(_) | None => {}
    }
}

fn put_over(cover: Cover) {
    speech::stop();
    if cover == Cover::Lock
        && let Some(closed) = WHEN_CLOSED.get()
    {
        closed();
    }
    COVER.with(ArcRwSignal::clone).set(Some(cover));
}
