//! Taking along what is shown once: with the clipboard, or on paper.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Icon;
use crate::{i18n::tr, platform::clipboard};

/// A button that copies a text, and what came of it.
#[component]
pub fn TakeAlong(
    /// What is copied.
    text: String,
    /// What the button says.
    copy: fn() -> String,
    /// What is said when it is copied.
    copied: fn() -> String,
    /// What is said when the browser does not let it.
    failed: fn() -> String,
    /// The buttons beside it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let done = RwSignal::new(None::<bool>);
    let put = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let is_copied = clipboard::copy(&text).await;
            // The page may have been left meanwhile.
            let _ = done.try_set(Some(is_copied));
        });
    };
    let said = move || done.get().map(|is_copied| if is_copied { copied() } else { failed() });
    view! {
        // Here and not beside the page: in a dialog nothing else is seen or heard.
        <p role="status">{said}</p>
        <div class="actions">
            <button type="button" class="ds-button" data-variant="secondary" on:click=put>
                <Icon name="copy"/>
                {copy}
            </button>
            {children.map(|children| children())}
        </div>
    }
}

/// A button that prints what there is for paper.
#[component]
pub fn PrintButton() -> impl IntoView {
    let print = |_| {
        // Browsers without printing, such as some in-app ones, only do nothing.
        let _ = window().print();
    };
    view! {
        <button type="button" class="ds-button" data-variant="secondary" on:click=print>
            <Icon name="print"/>
            {tr::action_print}
        </button>
    }
}
