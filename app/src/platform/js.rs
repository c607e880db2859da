//! JavaScript by name, for what the bindings lack or what an old browser may lack.

use std::{cell::Cell, rc::Rc};

use futures::channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget};

/// `target[name]`, or `undefined`.
pub fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Is there such a thing in `target`? An old browser's answer is no.
pub fn has(target: &JsValue, name: &str) -> bool {
    let value = get(target, name);
    !value.is_undefined() && !value.is_null()
}

/// `target[name](…args)`; an error when there is no such function.
pub fn call(target: &JsValue, name: &str, args: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(target, name).dyn_into()?;
    let list = Array::new();
    for arg in args {
        list.push(arg);
    }
    function.apply(target, &list)
}

/// What a promise comes to.
pub async fn settled(promise: JsValue) -> Result<JsValue, JsValue> {
    let promise: Promise = promise.dyn_into()?;
    JsFuture::from(promise).await
}

/// An object of these fields.
pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = JsValue::from(Object::new());
    for (name, value) in fields {
        let is_set = Reflect::set(&object, &JsValue::from_str(name), value);
        debug_assert!(is_set.is_ok(), "a new object takes any field");
    }
    object
}

/// Runs `listener` at each event called `name`, as long as the page lives.
pub fn listen(target: &EventTarget, name: &str, mut listener: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| listener(event));
    let added = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    debug_assert!(added.is_ok(), "an event target takes any listener");
    closure.forget();
}

/// Waits for the first of two events, and tells whether it was the `good` one.
///
/// Called with the target's work already under way and awaited at once: events come later than
/// the code that asked for them.
pub async fn first_of(target: &EventTarget, good: &str, bad: &str) -> bool {
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(Cell::new(Some(sender)));
    let wait_for = |name: &str, is_good: bool| {
        let sender = Rc::clone(&sender);
        let closure = Closure::<dyn FnMut(Event)>::new(move |_: Event| {
            if let Some(sender) = sender.take() {
                // Nobody waits any more: then nobody minds.
                let _ = sender.send(is_good);
            }
        });
        let added = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        debug_assert!(added.is_ok(), "an event target takes any listener");
        closure
    };
    let listeners = (wait_for(good, true), wait_for(bad, false));
    let was_good = receiver.await.unwrap_or(false);
    drop(listeners);
    was_good
}

/// The name of a `DOMException` or another error: `QuotaExceededError`.
pub fn error_name(error: &JsValue) -> String {
    get(error, "name").as_string().unwrap_or_default()
}
