//! Keeps the screen awake while the kitchen works, where the browser can.

use std::cell::{Cell, RefCell};

use leptos::prelude::{document, on_cleanup, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::js;

thread_local! {
    /// How many pages want the screen awake.
    static WANTED: Cell<u32> = const { Cell::new(0) };
    /// The browser's lock; it takes it back whenever the page is hidden.
    static LOCK: RefCell<Option<JsValue>> = const { RefCell::new(None) };
    static FOLLOWS: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the screen awake until the component that calls this leaves the page.
pub fn keep_awake() {
    WANTED.set(WANTED.get() + 1);
    on_cleanup(|| {
        WANTED.set(WANTED.get().saturating_sub(1));
        if WANTED.get() == 0 {
            release();
        }
    });
    if !FOLLOWS.replace(true) {
        js::listen(&document(), "visibilitychange", |_| take());
    }
    take();
}

fn take() {
    if WANTED.get() == 0 || document().hidden() {
        return;
    }
    let locks = js::get(&window().navigator(), "wakeLock");
    let Ok(promise) = js::call(&locks, "request", &[JsValue::from_str("screen")]) else {
        return;
    };
    spawn_local(async move {
        // Refused on a low battery: the screen then behaves as it always does.
        let Ok(lock) = js::settled(promise).await else {
            return;
        };
        let before = LOCK.replace(Some(lock));
        drop_lock(before);
        if WANTED.get() == 0 {
            release();
        }
    });
}

fn release() {
    drop_lock(LOCK.take());
}

fn drop_lock(lock: Option<JsValue>) {
    let released = lock.map(|lock| js::call(&lock, "release", &[]));
    if let Some(Ok(promise)) = released {
        spawn_local(async move {
            let _ = js::settled(promise).await;
        });
    }
}
