//! Follows the service worker: notices a new version, and changes over when the person says so.
//!
//! The page is loaded anew once, and never while something is being written to the device.

use std::cell::{Cell, RefCell};

use leptos::prelude::{ArcRwSignal, Get as _, Set as _, document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::EventTarget;

use super::{clock, draft, js};

/// How often the browser looks for a new version while the page is open, in milliseconds.
const LOOKS: u32 = 60 * 60 * 1_000;

/// How long the browser may take to change over, in milliseconds.
const PATIENCE: u32 = 4_000;

thread_local! {
    static IS_READY: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static REGISTRATION: RefCell<Option<JsValue>> = const { RefCell::new(None) };
    /// Has the person asked for the new version? Then the page is loaded anew, once.
    static IS_TAKEN: Cell<bool> = const { Cell::new(false) };
    /// Was the new version taken in another tab? This page is of the old one until it is loaded anew.
    static IS_OVERTAKEN: Cell<bool> = const { Cell::new(false) };
    /// Was the page to be loaded anew while something on it was shown that is shown once?
    static IS_OVERDUE: Cell<bool> = const { Cell::new(false) };
}

/// Does a new version wait? A view that asks follows it.
pub fn is_ready() -> bool {
    IS_READY.with(ArcRwSignal::clone).get()
}

/// Registers the service worker and follows it, where the browser has one.
pub fn start() {
    let container = js::get(&window().navigator(), "serviceWorker");
    let Ok(promise) = js::call(&container, "register", &[JsValue::from_str("/sw.js")]) else {
        return;
    };
    let Ok(events) = container.dyn_into::<EventTarget>() else {
        return;
    };
    js::listen(&events, "controllerchange", |_| {
        if IS_TAKEN.replace(false) {
            return reload();
        }
        IS_OVERTAKEN.set(true);
        IS_READY.with(ArcRwSignal::clone).set(true);
    });
    spawn_local(async move {
        match js::settled(promise).await {
            Ok(registration) => follow(registration),
            Err(fault) => leptos::logging::warn!("no service worker: {fault:?}"),
        }
    });
}

/// Changes over to the waiting version. What is saved here stays.
pub fn take() {
    let waiting = REGISTRATION
        .with_borrow(|registration| registration.as_ref().map(|registration| js::get(registration, "waiting")));
    let message = js::object(&[("type", JsValue::from_str("SKIP_WAITING"))]);
    IS_TAKEN.set(true);
    let told = waiting.map(|waiting| js::call(&waiting, "postMessage", &[message]));
    if !matches!(told, Some(Ok(_))) {
        // It has changed over already, in another tab.
        return reload();
    }
    spawn_local(async {
        clock::sleep(PATIENCE).await;
        while draft::is_open() {
            clock::sleep(PATIENCE).await;
        }
        // Some browsers now and then leave it waiting; loading the page anew moves them on.
        if IS_TAKEN.replace(false) {
            reload();
        }
    });
}

/// Loads the page anew; where something is shown that is shown once, she writes it down first.
pub fn reload() {
    if draft::is_unread() {
        return IS_OVERDUE.set(true);
    }
    let reloaded = window().location().reload();
    debug_assert!(reloaded.is_ok(), "a page may load itself anew");
}

/// Is the page to be loaded anew as soon as she has written down what is shown once?
pub fn is_overdue() -> bool {
    IS_OVERDUE.get()
}

fn follow(registration: JsValue) {
    REGISTRATION.set(Some(registration.clone()));
    notice(&registration);
    let Ok(events) = registration.clone().dyn_into::<EventTarget>() else {
        return;
    };
    js::listen(&events, "updatefound", move |_| {
        let worker = js::get(&registration, "installing");
        let Ok(events) = worker.dyn_into::<EventTarget>() else {
            return;
        };
        let registration = registration.clone();
        js::listen(&events, "statechange", move |_| notice(&registration));
    });
    clock::every(LOOKS, look);
    js::listen(&document(), "visibilitychange", |_| {
        if !document().hidden() {
            look();
        }
    });
}

/// A waiting worker is a new version, unless it is the very first.
fn notice(registration: &JsValue) {
    let container = js::get(&window().navigator(), "serviceWorker");
    let is_waiting = js::has(registration, "waiting") && js::has(&container, "controller");
    IS_READY.with(ArcRwSignal::clone).set(is_waiting || IS_OVERTAKEN.get());
}

fn look() {
    let registration = REGISTRATION.with_borrow(Option::clone);
    let Some(Ok(promise)) = registration.map(|registration| js::call(&registration, "update", &[])) else {
        return;
    };
    spawn_local(async move {
        // No network: there will be another day.
        let _ = js::settled(promise).await;
    });
}
