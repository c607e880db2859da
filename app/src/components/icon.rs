//! A pictogram from the sprite `/icons.svg`; it says nothing to a screen reader.
//!
//! The names are the keys of `app/build/icons.json`. The sprite stands in the page itself: an icon from
//! there costs a tenth of one from another document.

use gloo_net::http::Request;
use leptos::{logging::warn, prelude::*};

use crate::platform::clock;

/// How long to wait before the sprite is asked for again, in milliseconds.
const BETWEEN_TRIES: u32 = 5_000;

/// Fetches the sprite and puts it into the page; icons that stand there already show when it has come.
pub async fn start() {
    let sprite = loop {
        match Request::get("/icons.svg").send().await {
            Ok(response) if response.ok() => match response.text().await {
                Ok(sprite) => break sprite,
                Err(fault) => warn!("no icons yet: {fault}"),
            },
            Ok(response) => warn!("no icons yet: status {}", response.status()),
            Err(fault) => warn!("no icons yet: {fault}"),
        }
        clock::sleep(BETWEEN_TRIES).await;
    };
    let Ok(place) = document().create_element("div") else {
        return;
    };
    place.set_inner_html(&sprite);
    // A new element takes any attribute, and a body any element.
    let _ = place.set_attribute("hidden", "");
    let _ = document().body().map(|body| body.append_child(&place));
}

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
            <use href=move || format!("#icon-{}", &*name.get())></use>
        </svg>
    }
}
