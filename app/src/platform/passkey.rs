//! Passkeys of this device, or of a key ring it can reach. What is asked of them comes from the server and what they
//! answer goes there: nothing of it is read here.

use js_sys::JSON;
use leptos::prelude::window;
use wasm_bindgen::JsValue;

use super::js;

/// Systems by a word of theirs in what the browser says of itself. The first that is found counts.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
];

/// Why a device has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPasskey {
    /// She has called it off, or it took too long: browsers do not tell the one from the other.
    CalledOff,
    /// There is one of hers on it already.
    Here,
    /// It could not.
    Failed,
}

/// Has this browser passkeys, for a page of this address? An old one has none, and none binds them to a bare address
/// like `127.0.0.1`.
pub fn is_offered() -> bool {
    let kind = js::get(&window(), "PublicKeyCredential");
    let can =
        ["parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON"].into_iter().all(|way| js::has(&kind, way))
            && js::has(&js::get(&kind, "prototype"), "toJSON");
    let host = window().location().hostname().unwrap_or_default();
    can && !host.starts_with('[') && host.contains(|c: char| !c.is_ascii_digit() && c != '.')
}

/// What the device is, as people call it; nothing where it does not say.
pub fn device() -> Option<&'static str> {
    let told = window().navigator().user_agent().unwrap_or_default();
    SYSTEMS.into_iter().find(|(word, _)| told.contains(word)).map(|(_, called)| called)
}

/// Has a passkey made. Both are JSON: what is asked, and the answer.
pub async fn make(options: &str) -> Result<String, NoPasskey> {
    asked("create", "parseCreationOptionsFromJSON", options).await.map_err(|fault| NoPasskey::of(&fault))
}

/// Has a passkey shown, whichever of this site she chooses. Both are JSON: what is asked, and the answer.
pub async fn show(options: &str) -> Result<String, NoPasskey> {
    asked("get", "parseRequestOptionsFromJSON", options).await.map_err(|fault| NoPasskey::of(&fault))
}

async fn asked(way: &str, reads: &str, options: &str) -> Result<String, JsValue> {
    let page = window();
    let options = js::call(&js::get(&page, "PublicKeyCredential"), reads, &[JSON::parse(options)?])?;
    let credentials = js::get(&page.navigator(), "credentials");
    let credential = js::settled(js::call(&credentials, way, &[js::object(&[("publicKey", options)])])?).await?;
    JSON::stringify(&js::call(&credential, "toJSON", &[])?).map(String::from)
}

impl NoPasskey {
    fn of(fault: &JsValue) -> Self {
        match js::error_name(fault).as_str() {
            "NotAllowedError" | "AbortError" => Self::CalledOff,
            "InvalidStateError" => Self::Here,
            _ => Self::Failed,
        }
    }
}
