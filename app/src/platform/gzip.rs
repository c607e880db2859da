//! Packs what is sent, where the browser can: commands say the same words again and again.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};

use super::js;

/// Below this, in bytes, packing costs more than it saves.
const WORTH_IT: usize = 1_024;

/// `text` in gzip, as a body to send. Nothing when it is short, or the browser too old.
pub async fn packed(text: &str) -> Option<JsValue> {
    if text.len() < WORTH_IT {
        return None;
    }
    let way = new("CompressionStream", &JsValue::from_str("gzip"))?;
    let plain = new("Blob", &Array::of1(&JsValue::from_str(text)))?;
    let plain = js::call(&plain, "stream", &[]).ok()?;
    let packed = js::call(&plain, "pipeThrough", &[way]).ok()?;
    let whole = js::call(&new("Response", &packed)?, "arrayBuffer", &[]).ok()?;
    js::settled(whole).await.ok()
}

fn new(name: &str, arg: &JsValue) -> Option<JsValue> {
    let class: Function = js::get(&window(), name).dyn_into().ok()?;
    Reflect::construct(&class, &Array::of1(arg)).ok()
}
