//! The clipboard of the device, where the browser lets a page write to it.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

use super::js;

/// Puts `text` there. Did that work? Not in every browser, and only after a tap.
pub async fn copy(text: &str) -> bool {
    let clipboard = js::get(&window().navigator(), "clipboard");
    let Ok(promise) = js::call(&clipboard, "writeText", &[JsValue::from_str(text)]) else {
        return false;
    };
    js::settled(promise).await.is_ok()
}
