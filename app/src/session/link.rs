//! The link that is somebody's way in, as far as this device knows it. Whoever has it is in, so it is never stored.

use leptos::prelude::{ArcRwSignal, Get as _, Set as _, window};

use super::{current, me};

thread_local! {
    /// The link by which she has come to this device for the first time, as long as the page lives.
    static NEW: ArcRwSignal<Option<String>> = ArcRwSignal::new(None);
}

/// Is a link her way in? Then she has no password.
pub fn has_link() -> bool {
    current().is_some_and(|session| session.about.link.is_some())
}

/// The link she has just come by, where it is new on this device; a view that asks follows it.
pub fn new_link() -> Option<String> {
    NEW.with(ArcRwSignal::clone).get()
}

/// She has seen how to keep it.
pub fn forget_link() {
    NEW.with(ArcRwSignal::clone).set(None);
}

/// Offers her the link of `token` to keep, if it has let her in.
pub(super) fn offer(token: &str) {
    if me().is_some()
        && let Ok(origin) = window().location().origin()
    {
        NEW.with(ArcRwSignal::clone).set(Some(format!("{origin}/enter#{token}")));
    }
}
