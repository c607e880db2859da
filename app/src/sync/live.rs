//! The live channel: the server says what has changed; what cannot be said in a few words is pulled.
//!
//! A WebSocket first. Where something in between knows none, server-sent events; the browser's own
//! reconnecting of these gives up after some errors, this does not.

use std::cell::{Cell, RefCell};

use leptos::prelude::window;
use shared::{prim::json, sync::wire::Poke};
use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventSource, EventTarget, MessageEvent, WebSocket};

use super::{bearer, driver, signals};
use crate::platform::clock;

/// How long an opened channel may say nothing, in milliseconds: the server greets at once.
const SILENCE: u32 = 5_000;

/// What carries the channel.
enum Source {
    Socket(WebSocket),
    Events(EventSource),
}

impl Source {
    /// Opens the kind of channel whose turn it is.
    fn open() -> Option<Self> {
        if IS_SOCKET_DEAF.get() {
            return EventSource::new("/api/live").ok().map(Self::Events);
        }
        let origin = window().location().origin().ok()?;
        // https becomes wss.
        let address = origin.replacen("http", "ws", 1) + "/api/live";
        WebSocket::new(&address).ok().map(Self::Socket)
    }

    fn target(&self) -> &EventTarget {
        match self {
            Self::Socket(socket) => socket,
            Self::Events(events) => events,
        }
    }
}

/// An open channel; closed when dropped.
struct Channel {
    source: Source,
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_end: Closure<dyn FnMut(Event)>,
}

impl Channel {
    fn open() -> Option<Self> {
        let channel = Self {
            source: Source::open()?,
            on_message: Closure::new(|event: MessageEvent| hear(&event)),
            // Not at once: the channel must not be dropped while it calls us.
            on_end: Closure::new(|_: Event| spawn_local(reconnect())),
        };
        for (name, listener) in channel.listeners() {
            let added = channel.source.target().add_event_listener_with_callback(name, listener);
            debug_assert!(added.is_ok(), "an event target takes any listener");
        }
        Some(channel)
    }

    fn listeners(&self) -> [(&'static str, &js_sys::Function); 3] {
        let on_end = self.on_end.as_ref().unchecked_ref();
        [("message", self.on_message.as_ref().unchecked_ref()), ("error", on_end), ("close", on_end)]
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        for (name, listener) in self.listeners() {
            // It was added above.
            let _ = self.source.target().remove_event_listener_with_callback(name, listener);
        }
        match &self.source {
            // Without a code it cannot fail.
            Source::Socket(socket) => drop(socket.close()),
            Source::Events(events) => events.close(),
        }
    }
}

thread_local! {
    static CHANNEL: RefCell<Option<Channel>> = const { RefCell::new(None) };
    static IS_WANTED: Cell<bool> = const { Cell::new(false) };
    /// Has the open channel said anything?
    static HAS_SPOKEN: Cell<bool> = const { Cell::new(false) };
    /// The last WebSocket said nothing: the other kind is tried next.
    static IS_SOCKET_DEAF: Cell<bool> = const { Cell::new(false) };
    /// Failures in a row.
    static FAILURES: Cell<u32> = const { Cell::new(0) };
    /// The number of the pause under way, 0 for none.
    static PAUSE: Cell<u64> = const { Cell::new(0) };
    static PAUSES: Cell<u64> = const { Cell::new(0) };
    /// How many channels have been opened.
    static OPENED: Cell<u64> = const { Cell::new(0) };
}

/// Opens the channel and keeps it open. A browser sends no token along: a session that keeps nothing asks instead.
pub fn open() {
    if bearer::is_here() {
        return;
    }
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
    if !IS_WANTED.get() || is_open || signals::was_alone() {
        return;
    }
    PAUSE.set(0);
    HAS_SPOKEN.set(false);
    let channel = Channel::open();
    if channel.is_none() {
        return spawn_local(try_again());
    }
    CHANNEL.set(channel);
    let number = OPENED.get() + 1;
    OPENED.set(number);
    spawn_local(async move {
        clock::sleep(SILENCE).await;
        // What passes no sockets on need not say so: some let them hang.
        if OPENED.get() == number && !HAS_SPOKEN.get() {
            reconnect().await;
        }
    });
}

fn hear(event: &MessageEvent) {
    FAILURES.set(0);
    HAS_SPOKEN.set(true);
    let text = event.data().as_string().unwrap_or_default();
    // What we do not understand still says that something has changed.
    match json::read::<Poke>(&text) {
        Ok(poke) => driver::poked(poke),
        Err(_) => driver::look(),
    }
}

async fn reconnect() {
    if CHANNEL.take().is_some() && IS_WANTED.get() {
        try_again().await;
    }
}

async fn try_again() {
    // A socket that never spoke, though the server answers, does not get through to it.
    IS_SOCKET_DEAF.set(!HAS_SPOKEN.get() && !IS_SOCKET_DEAF.get() && signals::was_online());
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
