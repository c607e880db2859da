//! Is somebody in the middle of writing? Then the page must not be loaded anew: what is typed and not
//! saved lives in the page alone. So does what is shown once, until she has written it down.

use std::cell::{Cell, RefCell};

use leptos::prelude::{document, window};
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
    /// Is something shown that is shown once, and not written down yet?
    static IS_UNREAD: Cell<bool> = const { Cell::new(false) };
}

/// Notices what is typed from now on.
pub fn start() {
    js::listen(&document(), "input", |event| note(&event, false));
    js::listen(&document(), "submit", |event| note(&event, true));
    js::listen(&window(), "beforeunload", |event| {
        // The browser asks whether she really means it.
        if is_unread() {
            event.prevent_default();
        }
    });
}

/// From now on something is shown that is shown once, or nothing is any more.
pub fn set_unread(is_unread: bool) {
    IS_UNREAD.set(is_unread);
}

/// Is something shown that is shown once, and not written down yet?
pub fn is_unread() -> bool {
    IS_UNREAD.get()
}

/// Is there a form with something that is neither sent nor left, or something she has to write down?
pub fn is_open() -> bool {
    is_unread() || has_form()
}

fn has_form() -> bool {
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
