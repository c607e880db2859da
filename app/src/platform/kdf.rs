//! A key made from what somebody types. The browser makes it slowly, so that whoever guesses pays for each try.

use js_sys::{Array, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::JsValue;

use super::js;

/// The length of a key in bytes.
pub const KEY_LENGTH: usize = 32;

/// Does the browser do cryptography for this page?
pub fn is_offered() -> bool {
    js::has(&js::get(&window(), "crypto"), "subtle")
}

/// The key that PBKDF2 with HMAC-SHA-256 makes of `secret`; nothing where the browser does no cryptography for this
/// page, as on an address without TLS.
pub async fn key(secret: &str, salt: &[u8], rounds: u32) -> Option<[u8; KEY_LENGTH]> {
    let subtle = js::get(&js::get(&window(), "crypto"), "subtle");
    let typed = Uint8Array::from(secret.as_bytes());
    let use_for = Array::of1(&JsValue::from_str("deriveBits"));
    let import = [JsValue::from_str("raw"), typed.into(), JsValue::from_str("PBKDF2"), JsValue::FALSE, use_for.into()];
    let key = js::settled(js::call(&subtle, "importKey", &import).ok()?).await.ok()?;
    let how = js::object(&[
        ("name", JsValue::from_str("PBKDF2")),
        ("hash", JsValue::from_str("SHA-256")),
        ("salt", Uint8Array::from(salt).into()),
        ("iterations", JsValue::from(rounds)),
    ]);
    let length = JsValue::from(8 * KEY_LENGTH as u32);
    let bits = js::settled(js::call(&subtle, "deriveBits", &[how, key, length]).ok()?).await.ok()?;
    Uint8Array::new(&bits).to_vec().try_into().ok()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// The vector of RFC 7914, section 11, shortened to the length of our keys.
    #[wasm_bindgen_test]
    async fn the_browser_makes_the_key_of_the_standard() {
        let key = key("passwd", b"salt", 1).await.expect("a browser with cryptography");
        assert_eq!(key[..8], [0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f]);
        assert_eq!(key[24..], [0xe6, 0x8b, 0x9d, 0x57, 0xc2, 0x0d, 0xac, 0xbc]);
    }
}
