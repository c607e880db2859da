//! What the texts need of the browser: its languages, a remembered choice, the page's own tag.

use gloo_storage::{LocalStorage, Storage as _};
use leptos::prelude::{document, window};

use super::Language;

/// Where the choice lies, readable before anybody has signed in.
const REMEMBERED: &str = "minvei.language";

/// Language tags by preference: the remembered choice, then those the browser asks for.
pub(super) fn preferences() -> Vec<String> {
    let remembered = storage_works().then(|| LocalStorage::get::<String>(REMEMBERED).ok()).flatten();
    let asked_for = window().navigator().languages();
    let asked_for = asked_for.iter().filter_map(|tag| tag.as_string());
    remembered.into_iter().chain(asked_for).collect()
}

/// Keeps the choice for the next start; a full or closed storage only means it is asked again.
pub(super) fn remember(code: &str) {
    if !storage_works() {
        return;
    }
    if let Err(fault) = LocalStorage::set(REMEMBERED, code) {
        leptos::logging::warn!("the language is not remembered: {fault}");
    }
}

/// Tells the page's language and direction to the browser, its speech and its style sheets.
pub(super) fn mark_document(language: &Language) {
    let Some(root) = document().document_element() else {
        return;
    };
    let marked =
        root.set_attribute("lang", language.code).and_then(|()| root.set_attribute("dir", language.direction.html()));
    debug_assert!(marked.is_ok(), "lang and dir are valid names");
}

/// `gloo-storage` panics where the browser forbids storage, which is when people need our texts.
fn storage_works() -> bool {
    window().local_storage().is_ok_and(|storage| storage.is_some())
}
