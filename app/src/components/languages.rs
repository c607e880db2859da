//! The languages by their own names; a tap changes the whole screen.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Notice;
use crate::i18n::{self, Language, tr};

/// Every language there is, by its own name.
#[component]
pub fn Languages() -> impl IntoView {
    let has_failed = RwSignal::new(false);
    let choose = move |language: &'static Language| {
        spawn_local(async move {
            let chosen = i18n::use_language(language.code).await;
            // The page may have been left meanwhile.
            let _ = has_failed.try_set(chosen.is_err());
        });
    };
    let buttons = tr::LANGUAGES.iter().map(|language| {
        let pressed = move || if i18n::language() == language { "true" } else { "false" };
        view! {
            <button
                type="button"
                lang=language.code
                dir=language.direction.html()
                aria-pressed=pressed
                on:click=move |_| choose(language)
            >
                {language.own_name}
            </button>
        }
    });
    view! {
        <div class="languages" role="group" aria-label=tr::language_choose>
            {buttons.collect_view()}
        </div>
        {move || {
            has_failed
                .get()
                .then(|| {
                    view! {
                        <Notice color="warning" alert=true>
                            <p>{tr::language_failed}</p>
                        </Notice>
                    }
                })
        }}
    }
}
