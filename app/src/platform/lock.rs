//! The Web Lock that decides which tab leads. It is held until the page goes, or until it is stolen.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Promise};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;

use super::{clock, js};

/// The name of the lock.
const LOCK: &str = "minvei";
/// Whoever has done nothing for so long may have been robbed meanwhile, in milliseconds. Shorter than a
/// tab that follows is patient, and longer than the pause between two beats.
const ASLEEP: i64 = 7_000;

/// What happens to the lock.
#[derive(Clone, Copy)]
pub struct Events {
    /// This tab has it.
    pub granted: fn(),
    /// It was stolen from this tab.
    pub lost: fn(),
    /// This browser has no locks.
    pub missing: fn(),
}

thread_local! {
    static EVENTS: Cell<Option<Events>> = const { Cell::new(None) };
    /// The number of the request that holds the lock; 0 while this tab does not.
    static HELD: Cell<u64> = const { Cell::new(0) };
    static REQUESTS: Cell<u64> = const { Cell::new(0) };
    /// How often the lock has come or gone.
    static CHANGES: Cell<u64> = const { Cell::new(0) };
    static IS_STEALING: Cell<bool> = const { Cell::new(false) };
    static IS_MISSING: Cell<bool> = const { Cell::new(false) };
    /// When this tab was last known to be awake and to hold the lock.
    static AWAKE: Cell<i64> = const { Cell::new(0) };
    /// Gives the lock back.
    static LET_GO: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// What the browser calls this tab.
    static NAME: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Tells of the lock from now on.
pub fn follow(events: Events) {
    EVENTS.set(Some(events));
}

/// Does this tab hold the lock, as far as it has heard?
pub fn is_ours() -> bool {
    HELD.get() != 0 || IS_MISSING.get()
}

/// How often the lock has come or gone: whoever waits for something in between compares.
pub fn changes() -> u64 {
    CHANGES.get()
}

/// Gets in line for the lock.
pub fn wait() {
    request(false);
}

/// Takes the lock from the tab that has it.
pub fn steal() {
    if !is_ours() && !IS_STEALING.replace(true) {
        request(true);
    }
}

/// Gives the lock back, if this tab has it: another may do better.
pub fn release() {
    if HELD.replace(0) != 0 {
        CHANGES.set(CHANGES.get() + 1);
        let_go();
    }
}

fn let_go() {
    if let Some(let_go) = LET_GO.take() {
        // A promise takes any value.
        let _ = let_go.call0(&JsValue::UNDEFINED);
    }
}

/// Called every few seconds.
pub fn beat() {
    if !has_slept() {
        AWAKE.set(clock::now().0);
    }
}

/// Does this tab hold the lock for certain? One that hung or was frozen hears of a theft only after
/// whatever else it had to do, so it asks.
pub async fn is_sure() -> bool {
    if HELD.get() == 0 || !has_slept() {
        return is_ours();
    }
    let holder = holder().await;
    let is_ours = holder.is_none() || NAME.with_borrow(|name| name.is_none() || *name == holder);
    if HELD.get() == 0 {
        return false;
    }
    if is_ours {
        AWAKE.set(clock::now().0);
    } else {
        // The lock itself will say so too.
        HELD.set(0);
        let_go();
        tell(|events| events.lost);
    }
    is_ours
}

fn has_slept() -> bool {
    !(0..ASLEEP).contains(&(clock::now().0 - AWAKE.get()))
}

fn request(by_force: bool) {
    let number = REQUESTS.get() + 1;
    REQUESTS.set(number);
    let options = js::object(&[("steal", JsValue::from_bool(by_force))]);
    let granted = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |_| {
        IS_STEALING.set(false);
        AWAKE.set(clock::now().0);
        spawn_local(learn_name());
        if HELD.replace(number) == 0 {
            tell(|events| events.granted);
        }
        for_ever()
    });
    let locks = js::get(&window().navigator(), "locks");
    let args = [JsValue::from_str(LOCK), options, granted.into_js_value()];
    let Ok(promise) = js::call(&locks, "request", &args) else {
        return is_missing();
    };
    spawn_local(async move {
        let Err(fault) = js::settled(promise).await else {
            return;
        };
        if by_force {
            IS_STEALING.set(false);
        }
        // Only a thief ends a lock that is held for ever.
        if HELD.get() == number {
            HELD.set(0);
            tell(|events| events.lost);
        } else if matches!(js::error_name(&fault).as_str(), "SecurityError" | "NotSupportedError") {
            is_missing();
        }
    });
}

/// A promise that is kept when the lock is to be given back: a lock ends with its promise.
fn for_ever() -> JsValue {
    let promise: Promise = Promise::new(&mut |keep, _| LET_GO.set(Some(keep)));
    promise.into()
}

fn is_missing() {
    if !IS_MISSING.replace(true) {
        tell(|events| events.missing);
    }
}

fn tell(which: fn(Events) -> fn()) {
    CHANGES.set(CHANGES.get() + 1);
    if let Some(events) = EVENTS.get() {
        which(events)();
    }
}

async fn learn_name() {
    let holder = holder().await;
    if HELD.get() != 0 {
        NAME.set(holder);
    }
}

/// Does any tab hold it?
pub async fn is_held() -> bool {
    holder().await.is_some()
}

/// What the browser calls the tab that holds the lock.
async fn holder() -> Option<String> {
    let locks = js::get(&window().navigator(), "locks");
    let state = js::settled(js::call(&locks, "query", &[]).ok()?).await.ok()?;
    let held: Array = js::get(&state, "held").dyn_into().ok()?;
    let ours = held.iter().find(|lock| js::get(lock, "name").as_string().as_deref() == Some(LOCK))?;
    js::get(&ours, "clientId").as_string()
}
