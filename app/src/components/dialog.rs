//! A dialog over the page: the browser's own `<dialog>`, which keeps the focus inside.

use std::cell::Cell;

use leptos::{html, prelude::*};

use super::{Icon, Submit, in_reach};
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
    let is_in_reach = in_reach();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        // Under the closed screen it would keep the focus from that: it comes back with what was written in it.
        let is_shown = open.get() && is_in_reach();
        if is_shown == dialog.open() {
            return;
        }
        if is_shown {
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
            on:close=move |_| {
                if untrack(is_in_reach) {
                    open.set(false);
                }
            }
        >
            {inside}
        </dialog>
    }
}

/// The end of a form in a dialog: the way out that changes nothing, and the button that sends it.
#[component]
pub fn DialogButtons(
    /// What the button that sends it says.
    #[prop(into)]
    send: TextProp,
    /// Does it take something away?
    #[prop(optional)]
    danger: bool,
    /// Is an answer waited for?
    #[prop(optional, into)]
    is_under_way: Signal<bool>,
    /// What to do when the person wants out.
    cancel: Callback<()>,
    /// What else can be done, before them.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="actions">
            {children.map(|children| children())}
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-color="neutral"
                on:click=move |_| cancel.run(())
            >
                {tr::action_cancel}
            </button>
            <Submit danger is_under_way>
                {move || send.get().to_string()}
            </Submit>
        </div>
    }
}
