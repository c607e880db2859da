//! Messages inside a page: what is, what to do; empty pages that teach; grey bars while waiting.

use leptos::prelude::*;

use super::Icon;

/// A message inside a page. With `alert` it is read out at once when it appears.
#[component]
pub fn Notice(
    /// `info`, `success`, `warning` or `danger`.
    #[prop(optional)]
    color: Option<&'static str>,
    /// Its icon; the one of its colour if left out.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Is it an answer to what the person has just done?
    #[prop(optional)]
    alert: bool,
    /// What it says, in paragraphs, and buttons.
    children: Children,
) -> impl IntoView {
    let icon = icon.unwrap_or(match color {
        Some("success") => "check-circle",
        Some("warning") => "alert",
        Some("danger") => "refused",
        _ => "info",
    });
    view! {
        <div class="note" data-color=color role=alert.then_some("alert")>
            <Icon name=icon/>
            <div>{children()}</div>
        </div>
    }
}

/// An empty state: a picture, one sentence, and a next step.
#[component]
pub fn Empty(
    /// Its picture.
    icon: &'static str,
    /// The sentence.
    #[prop(into)]
    title: TextProp,
    /// What to do.
    #[prop(optional, into)]
    todo: Option<TextProp>,
    /// A button or a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <p>{move || title.get().to_string()}</p>
            {todo.map(|todo| view! { <p class="soft small">{move || todo.get().to_string()}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// Grey bars in place of data that is not here yet; appears after a moment, says nothing aloud.
#[component]
pub fn Skeleton() -> impl IntoView {
    let bar = || view! { <span class="skeleton"></span> };
    view! {
        <div class="card stack" aria-busy="true" aria-hidden="true">
            {bar()} {bar()} {bar()}
        </div>
    }
}
