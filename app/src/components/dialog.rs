//! A dialog over the page: the browser's own `<dialog>`, which keeps the focus inside.

use std::cell::Cell;

use leptos::{html, prelude::*};

use super::Icon;
use crate::i18n::tr;

thread_local! {
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// A dialog with a heading and a way out. What is in it is built anew each time it opens.
#[component]
pub fn Dialog(
    /// Is it open? Becomes false when the person closes it, with Escape too.
    open: RwSignal<bool>,
    /// Its heading and name.
    #[prop(into)]
    title: TextProp,
    /// A sentence under the heading.
    #[prop(optional, into)]
    lead: Option<TextProp>,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let number = LAST.get() + 1;
    LAST.set(number);
    let heading = format!("dialog-{number}");
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() == dialog.open() {
            return;
        }
        if open.get_untracked() {
            // Fails only for a dialog that has just left the page.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    let inside = {
        let heading = heading.clone();
        move || {
            open.get().then(|| {
                let (title, lead, heading) = (title.clone(), lead.clone(), heading.clone());
                view! {
                    <button
                        type="button"
                        class="ds-button dialog-close"
                        data-variant="tertiary"
                        data-color="neutral"
                        data-icon=""
                        aria-label=tr::action_close
                        on:click=move |_| open.set(false)
                    >
                        <Icon name="close"/>
                    </button>
                    <h2 id=heading tabindex="-1" autofocus>
                        {move || title.get().to_string()}
                    </h2>
                    {lead
                        .map(|lead| view! { <p class="soft">{move || lead.get().to_string()}</p> })}
                    {children()}
                }
            })
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="ds-dialog"
            aria-labelledby=heading
            on:close=move |_| open.set(false)
        >
            {inside}
        </dialog>
    }
}
