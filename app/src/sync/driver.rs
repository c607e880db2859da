//! Sends what the engine has to say: one request at a time, again and again until it is answered.
//!
//! Pauses grow from 1 to 30 seconds; a poke, the network's return, the person's wish and the page
//! coming to the front end a pause at once.

use std::cell::RefCell;

use gloo_storage::{LocalStorage, Storage as _};
use leptos::{
    logging::warn,
    prelude::{document, window},
};
use shared::sync::{
    engine::Ticket,
    wire::{Answer, Poke},
};
use wasm_bindgen_futures::spawn_local;

use super::{
    bearer, live,
    net::{self, Reply},
    signals::{self, Trouble},
    tabs::{self, Ask},
    writer,
};
use crate::platform::{clock, ids, js, lock};

/// The first pause after a failure and the longest, in milliseconds.
const PAUSES: (u32, u32) = (1_000, 30_000);
/// How often views are told the time, in milliseconds.
const TICK: u32 = 5_000;
/// How often the server is asked without a reason, in milliseconds: the live channel may be deaf.
const LOOK: u32 = 60_000;

/// Remembers, on this device, that the person wants to work without the network.
const ALONE: &str = "minvei.alone";

#[derive(Default)]
struct Driver {
    is_running: bool,
    follows_browser: bool,
    is_sending: bool,
    /// Failures in a row.
    failures: u32,
    /// The number of the pause under way.
    pause: Option<u64>,
    pauses: u64,
}

thread_local! {
    static DRIVER: RefCell<Driver> = RefCell::default();
}

/// Starts sending and listening.
pub fn start() {
    watch();
    DRIVER.with_borrow_mut(|driver| driver.is_running = true);
    live::open();
    send();
}

/// Watches the browser and the clock; a tab that follows does no more than this.
pub fn watch() {
    signals::set_alone(is_to_be_alone());
    let is_new = DRIVER.with_borrow_mut(|driver| !std::mem::replace(&mut driver.follows_browser, true));
    if is_new {
        follow_browser();
    }
}

/// Has the person chosen to work without the network? Where nothing is kept, nobody can.
pub fn is_to_be_alone() -> bool {
    !bearer::is_here() && LocalStorage::get(ALONE).unwrap_or(false)
}

/// Works without the network from now on, because the person wants it so, or with it again.
pub fn stay_alone(is_alone: bool) {
    if LocalStorage::set(ALONE, is_alone).is_err() {
        warn!("this choice lasts as long as the page");
    }
    be_alone(is_alone);
}

fn be_alone(is_alone: bool) {
    signals::set_alone(is_alone);
    let is_running = DRIVER.with_borrow(|driver| driver.is_running);
    if is_alone {
        live::close();
    } else if is_running {
        live::open();
        look();
    }
}

/// Sends and listens no more.
pub fn stop() {
    DRIVER.with_borrow_mut(|driver| {
        driver.is_running = false;
        driver.pause = None;
    });
    live::close();
}

fn follow_browser() {
    js::listen(&window(), "online", |_| look());
    js::listen(&window(), "offline", |_| {
        // A tab that follows hears it from its leader, in the order in which it happens there.
        if !tabs::follows() {
            signals::set_online(false);
        }
    });
    // Another tab has changed what all tabs remember.
    js::listen(&window(), "storage", |_| {
        if is_to_be_alone() != signals::was_alone() {
            be_alone(is_to_be_alone());
        }
    });
    js::listen(&document(), "visibilitychange", |_| {
        if !document().hidden() {
            signals::tick();
            look();
        }
    });
    clock::every(TICK, || {
        lock::beat();
        signals::tick();
    });
    clock::every(LOOK, || {
        if tabs::follows() {
            return tabs::ask(Ask::Look);
        }
        super::tell(|engine| engine.look());
        wake();
    });
}

/// Asks the server now, whatever is known.
pub fn look() {
    if tabs::follows() {
        return tabs::ask(Ask::Look);
    }
    super::tell(|engine| engine.look());
    live::hurry();
    hurry();
}

/// The server tells what has changed, or only that something has.
pub fn poked(poke: Poke) {
    signals::set_online(true);
    let is_told = poke.news.is_some();
    super::change(|engine| ((), engine.poked(poke, clock::now())));
    // What was told need not be asked for: no pause is cut short.
    if is_told { wake() } else { hurry() }
}

/// There may be something to say; a pause after a failure goes on.
pub fn wake() {
    let is_paused = DRIVER.with_borrow(|driver| driver.pause.is_some());
    if !is_paused {
        send();
    }
}

fn hurry() {
    DRIVER.with_borrow_mut(|driver| driver.pause = None);
    send();
}

fn send() {
    let is_free = DRIVER.with_borrow(|driver| driver.is_running && !driver.is_sending) && !signals::was_alone();
    if !is_free {
        return;
    }
    let Some(Some((ticket, body))) = super::tell(|engine| engine.request()) else {
        return;
    };
    DRIVER.with_borrow_mut(|driver| driver.is_sending = true);
    spawn_local(async move {
        let reply = net::sync(body).await;
        let went_well = receive(ticket, reply).await;
        DRIVER.with_borrow_mut(|driver| {
            driver.is_sending = false;
            driver.failures = if went_well { 0 } else { driver.failures + 1 };
        });
        if went_well { send() } else { pause() }
    });
}

/// Takes in a reply. Did it bring us on?
async fn receive(ticket: Ticket, reply: Reply) -> bool {
    signals::set_online(!matches!(reply, Reply::Unreachable));
    match reply {
        Reply::Answer(answer) => {
            take_in(ticket, answer).await;
            true
        }
        Reply::TooOld(answer) => {
            take_in(ticket, answer).await;
            super::tell(|engine| engine.too_old());
            live::close();
            signals::set_trouble(Trouble::TooOld);
            true
        }
        Reply::SessionOver => {
            session_over();
            // Somebody else may have ended it, and this device with it.
            tabs::session_over();
            true
        }
        Reply::ForeignClient => {
            session_over();
            true
        }
        Reply::TooLarge => {
            super::tell(|engine| engine.too_large());
            false
        }
        Reply::Refused(status) => {
            warn!("the server answered {status} to a sync");
            super::tell(|engine| engine.failed());
            false
        }
        Reply::Unreachable => {
            super::tell(|engine| engine.failed());
            false
        }
    }
}

fn session_over() {
    super::tell(|engine| engine.session_over());
    live::close();
    signals::set_trouble(Trouble::SessionOver);
}

async fn take_in(ticket: Ticket, answer: Answer) {
    if answer.server_is_older {
        signals::set_trouble(Trouble::ServerIsOlder);
    } else {
        signals::trouble_over(Trouble::ServerIsOlder);
    }
    super::change(|engine| ((), engine.answered(ticket, answer, clock::now())));
    signals::tick();
    // The next request tells the server what is kept here: it must be true by then.
    writer::kept().await;
}

fn pause() {
    let (number, length) = DRIVER.with_borrow_mut(|driver| {
        driver.pauses += 1;
        driver.pause = Some(driver.pauses);
        (driver.pauses, backoff(driver.failures))
    });
    spawn_local(async move {
        clock::sleep(length).await;
        let is_due = DRIVER.with_borrow_mut(|driver| {
            let is_due = driver.pause == Some(number);
            if is_due {
                driver.pause = None;
            }
            is_due
        });
        if is_due {
            send();
        }
    });
}

/// How long to wait after so many failures in a row: between half and all of a growing pause, so
/// that devices do not come back in step.
pub fn backoff(failures: u32) -> u32 {
    drawn(failures, ids::fraction())
}

fn drawn(failures: u32, fraction: f64) -> u32 {
    let longest = PAUSES.0.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(PAUSES.1);
    let half = longest / 2;
    half + (fraction * f64::from(half)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_are_drawn_by_lot() {
        for failures in 1..=40 {
            let (least, most) = (drawn(failures, 0.0), drawn(failures, 0.999_999));
            assert!(least >= drawn(failures.saturating_sub(1).max(1), 0.0), "{failures}");
            assert!(least < most && most <= least * 2, "{failures}: {least} to {most}");
            assert!(most <= PAUSES.1);
        }
        assert!(drawn(1, 0.0) < drawn(2, 0.0) && drawn(40, 0.0) == PAUSES.1 / 2);
    }
}
