//! The live channel: the server says that something has changed, and the driver pulls.
//!
//! The browser's own reconnecting gives up after some errors; this does not.

use std::cell::{Cell, RefCell};

use shared::sync::wire::Poke;
use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventSource, MessageEvent};

use super::driver;
use crate::platform::clock;

/// An open channel; closed when dropped.
struct Channel {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

thread_local! {
    static CHANNEL: RefCell<Option<Channel>> = const { RefCell::new(None) };
    static IS_WANTED: Cell<bool> = const { Cell::new(false) };
    /// Failures in a row.
    static FAILURES: Cell<u32> = const { Cell::new(0) };
    /// The number of the pause under way, 0 for none.
    static PAUSE: Cell<u64> = const { Cell::new(0) };
    static PAUSES: Cell<u64> = const { Cell::new(0) };
}

/// Opens the channel and keeps it open.
pub fn open() {
    IS_WANTED.set(true);
    connect();
}

/// Closes the channel.
pub fn close() {
    IS_WANTED.set(false);
    PAUSE.set(0);
    drop(CHANNEL.take());
}

/// Ends a pause: the network may be back.
pub fn hurry() {
    if PAUSE.replace(0) != 0 {
        connect();
    }
}

fn connect() {
    let is_open = CHANNEL.with_borrow(Option::is_some);
    if !IS_WANTED.get() || is_open {
        return;
    }
    PAUSE.set(0);
    let Ok(source) = EventSource::new("/api/live") else {
        return;
    };
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| hear(&event));
    // Not at once: the channel must not be dropped while it calls us.
    let on_error = Closure::<dyn FnMut(Event)>::new(|_: Event| spawn_local(reconnect()));
    source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    CHANNEL.set(Some(Channel { source, _on_message: on_message, _on_error: on_error }));
}

fn hear(event: &MessageEvent) {
    FAILURES.set(0);
    let text = event.data().as_string().unwrap_or_default();
    // What we do not understand still says that something has changed.
    match serde_json::from_str::<Poke>(&text) {
        Ok(poke) => driver::poked(poke.version),
        Err(_) => driver::look(),
    }
}

async fn reconnect() {
    if CHANNEL.take().is_none() || !IS_WANTED.get() {
        return;
    }
    FAILURES.set(FAILURES.get().saturating_add(1));
    if FAILURES.get() == 1 {
        // Is the server gone, or only the channel? The driver finds out, and shows it.
        driver::look();
    }
    let number = PAUSES.get() + 1;
    PAUSES.set(number);
    PAUSE.set(number);
    clock::sleep(driver::backoff(FAILURES.get())).await;
    if PAUSE.get() == number {
        connect();
    }
}
