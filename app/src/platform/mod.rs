//! What the app needs of the browser, and nothing of the app.
//!
//! Only this folder, `store/`, `sync/live.rs` and `sync/tabs.rs` touch JavaScript values.

pub mod clipboard;
pub mod clock;
pub mod draft;
pub mod file;
pub mod gzip;
pub mod ids;
pub mod js;
pub mod kdf;
pub mod lock;
pub mod passkey;
pub mod speech;
pub mod storage;
pub mod update;
#[allow(dead_code, reason = "a vocabulary: pages take what they need")]
pub mod wake_lock;
