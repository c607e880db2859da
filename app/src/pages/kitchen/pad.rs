//! The digits of a PIN, large enough for wet hands. A keyboard types them, too.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use shared::domain::crew::PIN_DIGITS;

use crate::{components::Icon, i18n::tr};

/// Takes the digits of a PIN.
#[component]
pub(super) fn Pad(
    /// What has been typed.
    typed: RwSignal<String>,
    /// Is an answer waited for? Then nothing is typed.
    #[prop(into)]
    is_under_way: Signal<bool>,
    /// All digits have been typed.
    on_full: Callback<String>,
) -> impl IntoView {
    let pad = NodeRef::<html::Div>::new();
    // The button that led here is gone, and the focus was on it.
    Effect::new(move |_| {
        request_animation_frame(move || {
            if let Some(pad) = pad.get_untracked() {
                // Fails only for a part that has just left the page.
                let _ = pad.focus();
            }
        });
    });
    let count = Memo::new(move |_| typed.with(String::len));
    let press = move |digit: char| {
        if is_under_way.get_untracked() || count.get_untracked() >= PIN_DIGITS {
            return;
        }
        typed.update(|typed| typed.push(digit));
        if count.get_untracked() == PIN_DIGITS {
            on_full.run(typed.get_untracked());
        }
    };
    let erase = move || {
        if !is_under_way.get_untracked() {
            typed.update(|typed| {
                typed.pop();
            });
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        let mut letters = key.chars();
        match (letters.next(), letters.next()) {
            (Some(digit @ '0'..='9'), None) => press(digit),
            _ if key == "Backspace" => erase(),
            _ => {}
        }
    };
    let digit = move |digit: char| {
        view! {
            <button
                type="button"
                class="pad__key"
                aria-disabled=move || is_under_way.get().then_some("true")
                on:click=move |_| press(digit)
            >
                {digit.to_string()}
            </button>
        }
    };
    let dots = move || "●".repeat(count.get()) + &"○".repeat(PIN_DIGITS.saturating_sub(count.get()));
    let said = move || {
        if is_under_way.get() { tr::crew_checking() } else { tr::crew_typed(count.get(), PIN_DIGITS) }
    };
    view! {
        <div class="pad" role="group" aria-label=tr::crew_pin tabindex="-1" node_ref=pad on:keydown=on_key>
            <p>{tr::crew_type_pin}</p>
            <p class="pad__typed">
                <span aria-hidden="true">{dots}</span>
                <span class="ds-sr-only" role="status">
                    {said}
                </span>
            </p>
            <div class="pad__keys">
                {('1'..='9').chain(['0']).map(digit).collect_view()}
                <button type="button" class="pad__key" aria-label=tr::crew_erase on:click=move |_| erase()>
                    <Icon name="chevron-prev"/>
                </button>
            </div>
        </div>
    }
}
