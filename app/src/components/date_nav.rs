//! One step back and one forward around a heading: the week before, the week after.

use leptos::prelude::*;

use super::Icon;

/// Links to the time before and after, around what the page is about.
#[component]
pub fn DateNav(
    /// The name of the link back.
    #[prop(into)]
    previous: TextProp,
    /// Where it leads.
    #[prop(into)]
    previous_href: TextProp,
    /// The name of the link forward.
    #[prop(into)]
    next: TextProp,
    /// Where it leads.
    #[prop(into)]
    next_href: TextProp,
    /// The heading between them.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="week-nav">
            <Step name=previous href=previous_href icon="chevron-prev"/>
            {children()}
            <Step name=next href=next_href icon="chevron-next"/>
        </div>
    }
}

#[component]
fn Step(name: TextProp, href: TextProp, icon: &'static str) -> impl IntoView {
    view! {
        <a
            class="ds-button"
            data-variant="tertiary"
            data-color="neutral"
            data-icon=""
            href=move || href.get().to_string()
            aria-label=move || name.get().to_string()
        >
            <Icon name=icon directional=true/>
        </a>
    }
}
