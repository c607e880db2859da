//! May the browser throw away what is saved here? Asks it not to, and tells what it answered.

use leptos::prelude::{ArcRwSignal, Get as _, Set as _, window};

use super::js;

/// What the browser promises about what is saved on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// It has not been asked yet, or cannot be asked.
    Unknown,
    /// It stays until the person removes it.
    ForGood,
    /// It may be thrown away when room is short or after days without a visit.
    AsLongAsItFits,
}

thread_local! {
    static KEEPING: ArcRwSignal<Keeping> = ArcRwSignal::new(Keeping::Unknown);
}

/// What the browser promises; a view that asks follows it.
pub fn keeping() -> Keeping {
    KEEPING.with(ArcRwSignal::clone).get()
}

/// May this page store anything at all? In some private windows it may not.
pub fn is_allowed() -> bool {
    window().local_storage().is_ok_and(|storage| storage.is_some())
}

/// Is the app installed, so that it runs in a window of its own?
pub fn is_installed() -> bool {
    let query = window().match_media("(display-mode: standalone)");
    let standalone = query.ok().flatten().is_some_and(|query| query.matches());
    standalone || js::get(&window().navigator(), "standalone").is_truthy()
}

/// Asks the browser to keep what is saved here. After sign-in, when it is worth keeping.
pub async fn ask_to_keep() {
    learn("persist").await;
}

/// Finds out what the browser promises, without asking for more.
pub async fn look() {
    learn("persisted").await;
}

async fn learn(method: &str) {
    let storage = js::get(&window().navigator(), "storage");
    let Ok(promise) = js::call(&storage, method, &[]) else {
        return;
    };
    let Ok(answer) = js::settled(promise).await else {
        return;
    };
    let keeping = if answer.is_truthy() { Keeping::ForGood } else { Keeping::AsLongAsItFits };
    KEEPING.with(ArcRwSignal::clone).set(keeping);
}
