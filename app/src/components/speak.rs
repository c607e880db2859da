//! The round button that reads a text aloud in Norwegian.
//!
//! It is only there when the device has a Norwegian voice.

use leptos::prelude::*;

use super::Icon;
use crate::{i18n::tr, platform::speech};

/// Reads `text` aloud when tapped, and stops when tapped again.
#[component]
pub fn Speak(
    /// What is read, in Norwegian.
    #[prop(into)]
    text: TextProp,
    /// What is read, in a few words, for the button's name; the text itself if left out.
    #[prop(optional, into)]
    label: Option<TextProp>,
) -> impl IntoView {
    let is_speaking = RwSignal::new(false);
    let toggle = {
        let text = text.clone();
        move || {
            if is_speaking.get_untracked() {
                speech::stop();
            } else {
                speech::say(&untrack(|| text.get().to_string()), is_speaking);
            }
        }
    };
    on_cleanup(move || {
        if is_speaking.try_get_untracked() == Some(true) {
            speech::stop();
        }
    });
    let named = label.unwrap_or(text);
    move || {
        speech::has_voice().then(|| {
            let (toggle, named) = (toggle.clone(), named.clone());
            let name = move || {
                if is_speaking.get() {
                    tr::today_stop_reading()
                } else {
                    format!("{}: {}", tr::today_read_aloud(), &*named.get())
                }
            };
            view! {
                <button
                    type="button"
                    class="listen"
                    aria-label=name
                    aria-pressed=move || if is_speaking.get() { "true" } else { "false" }
                    on:click=move |_| toggle()
                >
                    <Icon name="speaker"/>
                </button>
            }
        })
    }
}
