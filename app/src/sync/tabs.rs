//! One tab at a time: two engines on one disk would give two commands the same number.
//!
//! A Web Lock decides. Where the browser has none we go on without.

use std::{cell::Cell, rc::Rc};

use futures::channel::oneshot;
use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen::{JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;

use super::{
    driver,
    signals::{self, Trouble},
    writer,
};
use crate::platform::{clock, js, update};

/// The name of the lock.
const LOCK: &str = "minvei";
/// Remembers, across one loading of the page, that the lock is to be taken from the other tab.
const USE_HERE: &str = "minvei.use-here";
const TRIES: u32 = 4;
/// In milliseconds.
const BETWEEN_TRIES: u32 = 200;

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Takes the lock for as long as the page lives; false when another tab has it.
///
/// A page that was closed a moment ago may still be letting go of it, so this asks a few times.
pub async fn claim() -> bool {
    if IS_OURS.get() {
        return true;
    }
    let option = if wants_here() { "steal" } else { "ifAvailable" };
    for _ in 0..TRIES {
        if ask(option).await {
            return true;
        }
        clock::sleep(BETWEEN_TRIES).await;
    }
    false
}

async fn ask(option: &str) -> bool {
    let options = js::object(&[(option, JsValue::TRUE)]);
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(Cell::new(Some(sender)));
    let granted = {
        let sender = Rc::clone(&sender);
        Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
            IS_OURS.set(!lock.is_null() && !lock.is_undefined());
            answer(&sender, IS_OURS.get());
            if IS_OURS.get() { for_ever() } else { JsValue::UNDEFINED }
        })
    };
    let locks = js::get(&window().navigator(), "locks");
    let args = [JsValue::from_str(LOCK), options, granted.into_js_value()];
    let Ok(promise) = js::call(&locks, "request", &args) else {
        return true;
    };
    spawn_local(async move {
        let ended = js::settled(promise).await;
        // Only a thief ends a lock that is held for ever.
        if ended.is_err() && IS_OURS.replace(false) {
            robbed();
        }
        // A browser that refuses to lock at all: we go on without.
        answer(&sender, true);
    });
    receiver.await.unwrap_or(true)
}

fn answer(sender: &Cell<Option<oneshot::Sender<bool>>>, is_ours: bool) {
    if let Some(sender) = sender.take() {
        // Whoever asked has gone with the page.
        let _ = sender.send(is_ours);
    }
}

/// Loads this page anew and takes the lock from the other tab.
pub fn use_here() {
    if let Ok(Some(storage)) = window().session_storage() {
        // Without it the page comes up as it is now, and the person taps once more.
        let _ = storage.set_item(USE_HERE, "1");
    }
    update::reload();
}

fn wants_here() -> bool {
    let Ok(Some(storage)) = window().session_storage() else {
        return false;
    };
    let wants = storage.get_item(USE_HERE).is_ok_and(|found| found.is_some());
    let _ = storage.remove_item(USE_HERE);
    wants
}

/// A promise that is never kept: a lock ends with its promise.
fn for_ever() -> JsValue {
    let promise: Promise = Promise::new(&mut |_, _| {});
    promise.into()
}

fn robbed() {
    driver::stop();
    drop(writer::stop());
    signals::set_trouble(Trouble::OtherTab);
}
