//! The device's clock and its timers: the only place that reads the time.
//!
//! Pages ask `db.now()`, which is corrected by the server's last answer.

use gloo_timers::{callback::Interval, future::TimeoutFuture};
use shared::prim::Timestamp;

/// What the device's clock shows; it may be wrong by days.
pub fn now() -> Timestamp {
    // Milliseconds since 1970 fit a f64 for some 285 000 years.
    Timestamp(js_sys::Date::now() as i64)
}

/// Waits.
pub async fn sleep(millis: u32) {
    TimeoutFuture::new(millis).await;
}

/// Runs `task` every so often, as long as the page lives.
pub fn every(millis: u32, task: impl FnMut() + 'static) {
    Interval::new(millis, task).forget();
}
