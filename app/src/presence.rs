//! Tells the server that somebody is at work on this device: the session of staff goes on while they do
//! something, and ends when they have gone.
//!
//! Nothing the app does by itself counts: it shares and fetches in a page nobody looks at, too.

use std::cell::Cell;

use leptos::prelude::{GetUntracked as _, document};
use wasm_bindgen_futures::spawn_local;

use crate::{
    db::Trouble,
    platform::{clock, js},
    session,
    sync::{net, signals},
};

/// How often it is told at the most, in milliseconds: a fraction of the time after which a session ends.
const OFTEN_ENOUGH: i64 = 5 * 60 * 1_000;
/// How long to wait after it could not be told, in milliseconds.
const PAUSE: i64 = 30 * 1_000;
/// What somebody does who is there.
pub const SIGNS: [&str; 3] = ["pointerdown", "keydown", "wheel"];

thread_local! {
    /// When it need be told next, by the device's clock.
    static DUE: Cell<i64> = const { Cell::new(0) };
}

/// Notices from now on what she does.
pub fn start() {
    for sign in SIGNS {
        js::listen(&document(), sign, |_| note());
    }
}

fn note() {
    let now = clock::now().0;
    // The device's clock may have been set back since.
    let is_early = (1..=OFTEN_ENOUGH).contains(&(DUE.get() - now));
    let counts = || session::me().is_some_and(|me| me.role.stay().idle.is_some());
    let is_over = || signals::trouble_signal().get_untracked() == Some(Trouble::SessionOver);
    // Whoever types at the closed screen has not shown yet that it is she.
    let is_closed = session::was_locked();
    if is_early || is_closed || !signals::was_online() || signals::was_alone() || !counts() || is_over() {
        return;
    }
    DUE.set(now + OFTEN_ENOUGH);
    spawn_local(async move {
        if !net::here().await {
            DUE.set(now + PAUSE);
        }
    });
}
