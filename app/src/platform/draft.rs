//! Is somebody in the middle of writing? Then the page must not be loaded anew: what is typed and not
//! saved lives in the page alone.

use std::cell::{Cell, RefCell};

use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event};

use super::js;

/// Where typing is work: a form, but not one that only searches.
const FORM: &str = "form:not([role=search])";
/// A field that was sent and found wrong.
const WRONG: &str = "[aria-invalid=true]";

thread_local! {
    /// The form that was last typed in.
    static TYPED: RefCell<Option<Element>> = const { RefCell::new(None) };
    static IS_SENT: Cell<bool> = const { Cell::new(false) };
}

/// Notices what is typed from now on.
pub fn start() {
    js::listen(&document(), "input", |event| {
        if let Some(form) = form_of(&event) {
            IS_SENT.set(false);
            TYPED.set(Some(form));
        }
    });
    js::listen(&document(), "submit", |_| IS_SENT.set(true));
}

/// Is there a form with something that is neither sent nor left?
pub fn is_open() -> bool {
    TYPED.with_borrow(|form| {
        form.as_ref().is_some_and(|form| {
            let is_wrong = form.query_selector(WRONG).is_ok_and(|wrong| wrong.is_some());
            form.is_connected() && (!IS_SENT.get() || is_wrong)
        })
    })
}

fn form_of(event: &Event) -> Option<Element> {
    let field: Element = event.target()?.dyn_into().ok()?;
    field.closest(FORM).ok()?
}
