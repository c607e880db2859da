//! A pictogram from the sprite `/icons.svg`; it says nothing to a screen reader.
//!
//! The names are the keys of `app/build/icons.json`.

use leptos::prelude::*;

/// A pictogram: `<Icon name="check"/>`.
#[component]
pub fn Icon(
    /// Its name in the sprite: a text, or a closure that gives one.
    #[prop(into)]
    name: TextProp,
    /// Does it point along the text? Then it turns around where lines run from right to left.
    #[prop(optional)]
    directional: bool,
    /// A class beside `icon`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let direction = if directional { " icon--dir" } else { "" };
    let classes = format!("icon{direction} {class}");
    view! {
        <svg class=classes.trim_end().to_owned() aria-hidden="true">
            <use href=move || format!("/icons.svg#{}", &*name.get())></use>
        </svg>
    }
}
