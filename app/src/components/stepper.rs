//! A whole number with one less, one more, and a field to type in.

use leptos::prelude::*;

use super::Icon;
use crate::i18n::tr;

/// A whole number. Tells of a new one when a button is tapped, Enter pressed or the field left.
#[component]
pub fn Stepper(
    /// What the number is.
    #[prop(into)]
    label: TextProp,
    /// The number.
    #[prop(into)]
    value: Signal<i64>,
    /// A new number, within the bounds for the buttons and as typed for the field.
    #[prop(into)]
    on_change: Callback<i64>,
    /// The least the buttons reach.
    #[prop(default = 0)]
    min: i64,
    /// The most the buttons reach.
    #[prop(default = 9_999)]
    max: i64,
    /// `lg` for the one number a page is about.
    #[prop(optional)]
    size: Option<&'static str>,
    /// Was the number refused?
    #[prop(optional, into)]
    invalid: Signal<bool>,
    /// May it not be changed?
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let step = move |by: i64| on_change.run((value.get_untracked() + by).clamp(min, max));
    let name = {
        let label = label.clone();
        move || label.get().to_string()
    };
    let field_name = move || label.get().to_string();
    // A field that was emptied or holds no number shows the standing one again.
    let typed = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        let number = text.trim().parse::<i64>();
        match number {
            Ok(number) if number != value.get_untracked() => on_change.run(number),
            Ok(_) => {}
            Err(_) => {
                let field = event_target::<web_sys::HtmlInputElement>(&event);
                field.set_value(&value.get_untracked().to_string());
            }
        }
    };
    // Comparisons stand outside of `view!`, which takes `>` for the end of a tag.
    let is_least = move || disabled.get() || value.get() <= min;
    let is_most = move || disabled.get() || value.get() >= max;
    view! {
        <div class="stepper" role="group" aria-label=name data-size=size>
            <button
                type="button"
                aria-label=tr::order_fewer
                disabled=is_least
                on:click=move |_| step(-1)
            >
                <Icon name="minus"/>
            </button>
            <input
                type="text"
                inputmode="numeric"
                maxlength="6"
                autocomplete="off"
                aria-label=field_name
                aria-invalid=move || invalid.get().then_some("true")
                disabled=move || disabled.get()
                prop:value=move || value.get().to_string()
                on:change=typed
            />
            <button
                type="button"
                aria-label=tr::order_more
                disabled=is_most
                on:click=move |_| step(1)
            >
                <Icon name="plus"/>
            </button>
        </div>
    }
}
