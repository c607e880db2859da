//! The frame of a page: names the browser's tab and takes the focus after a navigation.
//!
//! A router does not move the focus, so a screen reader would stay where the link was.

use std::cell::Cell;

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast as _;

use crate::{i18n::tr, session};

thread_local! {
    /// The first page of a visit leaves the focus alone: the skip link comes first.
    static HAS_ARRIVED: Cell<bool> = const { Cell::new(false) };
}

/// Provided by what lies over a page ([`session::cover`]) to everything in it.
#[derive(Debug, Clone, Copy)]
pub struct OverPage;

/// Is what is being built in reach? What stands on a page is not while something lies over that. A view that asks the
/// answer follows it.
pub fn in_reach() -> impl Fn() -> bool + Copy {
    let is_over = use_context::<OverPage>().is_some();
    move || is_over || session::cover().is_none()
}

/// One page: `<Page title=tr::week_title>` … with one `<h1>` somewhere inside (see [`PageHead`]).
#[component]
pub fn Page(
    /// What the tab is called, before the product's name.
    #[prop(into)]
    title: TextProp,
    /// `wide` or `full`; a measure for reading if left out.
    #[prop(optional)]
    width: Option<&'static str>,
    /// A class beside `page`.
    #[prop(optional)]
    class: &'static str,
    /// The value of `data-page`, by which the print style finds it.
    #[prop(optional)]
    name: Option<&'static str>,
    /// The value of `data-print`: `landscape`.
    #[prop(optional)]
    print: Option<&'static str>,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    let pathname = use_location().pathname;
    let is_in_reach = in_reach();
    Effect::new(move |_| {
        // Under what lies over it a page gives its name away, and takes it again afterwards.
        if is_in_reach() {
            document().set_title(&tr::app_page_title(title.get().to_string()));
        }
    });
    Effect::new(move |_| {
        pathname.track();
        let Some(main) = main.get() else { return };
        if HAS_ARRIVED.replace(true) {
            focus_heading(&main);
        }
    });
    let classes = format!("page {class}");
    view! {
        <main
            node_ref=main
            id="main"
            tabindex="-1"
            class=classes.trim_end().to_owned()
            data-width=width
            data-page=name
            data-print=print
        >
            {children()}
        </main>
    }
}

/// The head of a page: its one `<h1>`, a sentence under it, and buttons beside it.
#[component]
pub fn PageHead(
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// A sentence under it.
    #[prop(optional, into)]
    lead: Option<TextProp>,
    /// Buttons and links beside it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1>{move || title.get().to_string()}</h1>
                {lead.map(|lead| view! { <p class="lead">{move || lead.get().to_string()}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-head__end">{children()}</div> })}
        </div>
    }
}

/// Puts the focus on the heading of the page that is shown, when what had it is gone.
pub fn focus_page() {
    let main = document().get_element_by_id("main");
    if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
        focus_heading(&main);
    }
}

/// Puts the focus on the heading, or on the page itself while it has none.
fn focus_heading(main: &web_sys::HtmlElement) {
    let heading = main.query_selector("h1").ok().flatten();
    let heading = heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok());
    let target = heading.as_ref().unwrap_or(main);
    // Neither can fail for an element of the document.
    let _ = target.set_attribute("tabindex", "-1");
    let _ = target.focus();
}
