//! Days that have left this device: asked for when somebody looks at them, in memory while she does.

use std::cell::Cell;

use leptos::prelude::{ArcRwSignal, Get, GetUntracked, Set};
use shared::{prim::Date, sync::wire::OlderRequest};
use wasm_bindgen_futures::spawn_local;

use super::net;
use crate::platform::clock;

/// How far the days that are asked for have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// They are asked for.
    Asking,
    /// They are here.
    Here,
    /// The server cannot be reached.
    Away,
}

type Days = Option<OlderRequest>;

thread_local! {
    static REACH: ArcRwSignal<(Days, Reach)> = ArcRwSignal::new((None, Reach::Away));
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// How far the days from `first` to `last` have come.
pub fn reach(first: Date, last: Date) -> Reach {
    let (days, reach) = REACH.with(ArcRwSignal::clone).get();
    if days == Some(OlderRequest { first, last }) { reach } else { Reach::Asking }
}

/// Somebody looks at the days from `first` to `last`.
pub fn look_back(first: Date, last: Date) {
    let wanted = OlderRequest { first, last };
    if REACH.with(ArcRwSignal::clone).get_untracked() != (Some(wanted), Reach::Here) {
        say(Some(wanted), Reach::Asking);
    }
    ask(wanted);
}

/// Nobody looks at them any more.
pub fn look_away() {
    say(None, Reach::Away);
    super::change(|engine| ((), engine.look_back(None, clock::now())));
}

/// What somebody looks at may have changed since it came.
pub fn renew() {
    let is_stale = super::look(|engine| engine.replica().is_older_stale()).unwrap_or(false);
    let wanted = REACH.with(ArcRwSignal::clone).get_untracked().0;
    if let Some(wanted) = wanted.filter(|_| is_stale && !IS_ASKING.get()) {
        ask(wanted);
    }
}

fn ask(wanted: OlderRequest) {
    IS_ASKING.set(true);
    spawn_local(async move {
        let found = net::older(wanted).await;
        IS_ASKING.set(false);
        let (days, reach) = REACH.with(ArcRwSignal::clone).get_untracked();
        if days != Some(wanted) {
            return;
        }
        match found {
            Ok(older) => {
                super::change(|engine| ((), engine.look_back(Some(&older.rows), clock::now())));
                say(days, Reach::Here);
            }
            // What came before is better than nothing.
            Err(_) if reach == Reach::Here => {}
            Err(_) => say(days, Reach::Away),
        }
    });
}

fn say(days: Days, reach: Reach) {
    let known = REACH.with(ArcRwSignal::clone);
    if known.get_untracked() != (days, reach) {
        known.set((days, reach));
    }
}
