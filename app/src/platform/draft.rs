//! Is somebody in the middle of writing? Then the page must not be loaded anew: what is typed and not
//! saved lives in the page alone.

use std::cell::RefCell;

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event};

use super::js;

/// Where typing is work: a form, but not one that only searches.
const FORM: &str = "form:not([role=search])";
/// A form that was sent and found wrong says so inside.
const WRONG: &str = "[aria-invalid=true], [role=alert]";

/// A form that was typed in.
struct Typed {
    form: Element,
    is_sent: bool,
}

thread_local! {
    static TYPED: RefCell<Vec<Typed>> = const { RefCell::new(Vec::new()) };
}

/// Notices what is typed from now on.
pub fn start() {
    js::listen(&document(), "input", |event| note(&event, false));
    js::listen(&document(), "submit", |event| note(&event, true));
}

/// Is there a form with something that is neither sent nor left?
pub fn is_open() -> bool {
    TYPED.with_borrow_mut(|typed| {
        typed.retain(|one| one.form.is_connected());
        typed.iter().any(|one| !one.is_sent || one.form.query_selector(WRONG).is_ok_and(|wrong| wrong.is_some()))
    })
}

fn note(event: &Event, is_sent: bool) {
    let Some(form) = form_of(event) else {
        return;
    };
    TYPED.with_borrow_mut(|typed| {
        typed.retain(|one| one.form != form && one.form.is_connected());
        typed.push(Typed { form, is_sent });
    });
}

fn form_of(event: &Event) -> Option<Element> {
    let field: Element = event.target()?.dyn_into().ok()?;
    field.closest(FORM).ok()?
}
