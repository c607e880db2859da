//! Files of the device: one that is saved, one that was chosen.

use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, HtmlElement, HtmlInputElement, Url};

use super::js;

/// Offers `text` to the browser as a file to keep. Did that work?
pub fn save(name: &str, text: &str) -> bool {
    offer(name, text).is_ok()
}

fn offer(name: &str, text: &str) -> Result<(), JsValue> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text)))?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlElement = document().create_element("a")?.dyn_into()?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", name)?;
    link.click();
    // The address lives as long as the page; a click takes its time and there are few of them.
    Ok(())
}

/// The text of the file chosen in this field.
pub async fn chosen(field: &HtmlInputElement) -> Option<String> {
    let files = js::get(field, "files");
    let file = js::get(&files, "0");
    let text = js::call(&file, "text", &[]).ok()?;
    js::settled(text).await.ok()?.as_string()
}
