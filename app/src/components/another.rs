//! The button that leads elsewhere, in a line of its own under what the page or the dialog is about.

use leptos::prelude::*;

/// A button that is not the main one here.
#[component]
pub fn Another(
    /// What it says.
    said: fn() -> String,
    /// Is it as wide as what stands above it?
    #[prop(optional)]
    wide: bool,
    /// Can nothing be done with it now?
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What a tap does.
    on_tap: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="actions">
            <button
                type="button"
                class="ds-button"
                data-variant="secondary"
                data-wide=wide.then_some("")
                disabled=move || disabled.get()
                on:click=move |_| on_tap.run(())
            >
                {said}
            </button>
        </div>
    }
}
