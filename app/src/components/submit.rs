//! The button that sends a form. Switched off it would lose the focus, so it only says that it is busy.

use leptos::{ev::MouseEvent, prelude::*};

/// The button that sends a form.
#[component]
pub fn Submit(
    /// Is an answer waited for? Then nothing is sent, by the return key neither.
    #[prop(optional, into)]
    is_under_way: Signal<bool>,
    /// Does it take something away?
    #[prop(optional)]
    danger: bool,
    /// Is it as wide as the form?
    #[prop(optional)]
    wide: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    // The return key in a field clicks this button, too.
    let click = move |event: MouseEvent| {
        if is_under_way.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <button
            type="submit"
            class="ds-button"
            data-color=danger.then_some("danger")
            data-wide=wide.then_some("")
            aria-disabled=move || is_under_way.get().then_some("true")
            on:click=click
        >
            {children()}
        </button>
    }
}
