//! Says that something was done, with undo for ten seconds; nothing waits for it.
//!
//! Undo is a command of its own, so the first one may be shared meanwhile.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use super::Icon;
use crate::i18n::tr;

/// How long a toast stays, in milliseconds; `sync.css` runs its bar as long.
const STAYS: u32 = 10_000;

#[derive(Debug, Clone, PartialEq)]
struct Toast {
    number: u32,
    said: String,
    can_undo: bool,
}

type Undo = Box<dyn FnOnce()>;

thread_local! {
    static SHOWN: ArcRwSignal<Vec<Toast>> = ArcRwSignal::new(Vec::new());
    /// What undo does, by number. Kept apart: a closure over page state is not `Send`.
    static UNDOS: RefCell<BTreeMap<u32, Undo>> = const { RefCell::new(BTreeMap::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// Says `said`, politely and for ten seconds.
pub fn say(said: String) {
    show(said, None);
}

/// Says `said` and offers to undo it for ten seconds.
pub fn offer_undo(said: String, undo: impl FnOnce() + 'static) {
    show(said, Some(Box::new(undo)));
}

fn show(said: String, undo: Option<Undo>) {
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    let toast = Toast { number, said, can_undo: undo.is_some() };
    // One at a time: a newer thing done is the one a person wants to undo.
    let toasts = shown();
    UNDOS.with_borrow_mut(|undos| {
        undos.clear();
        undos.extend(undo.map(|undo| (number, undo)));
    });
    toasts.set(vec![toast]);
    Timeout::new(STAYS, move || dismiss(number)).forget();
}

fn dismiss(number: u32) {
    UNDOS.with_borrow_mut(|undos| undos.remove(&number));
    shown().update(|toasts| toasts.retain(|toast| toast.number != number));
}

fn undo(number: u32) {
    // Taken out first: undoing runs a command, which may show the next toast.
    let undo = UNDOS.with_borrow_mut(|undos| undos.remove(&number));
    dismiss(number);
    if let Some(undo) = undo {
        undo();
    }
}

fn shown() -> ArcRwSignal<Vec<Toast>> {
    SHOWN.with(ArcRwSignal::clone)
}

/// Where toasts appear; once in the shell, always there so that it is read out.
#[component]
pub fn Toasts() -> impl IntoView {
    let toasts = shown();
    view! {
        <div class="toasts" role="status">
            <For
                each=move || toasts.get()
                key=|toast: &Toast| toast.number
                children=|toast: Toast| {
                    let number = toast.number;
                    view! {
                        <div class="toast">
                            <span>{toast.said}</span>
                            {toast.can_undo.then(|| view! {
                                <button type="button" on:click=move |_| undo(number)>
                                    <Icon name="undo" directional=true/>
                                    {tr::action_undo}
                                </button>
                            })}
                        </div>
                    }
                }
            />
        </div>
    }
}
