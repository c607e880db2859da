//! Whoever has come by a link that is new on this device is told once how to keep it: it is the way in every time.

use leptos::prelude::*;

use crate::{
    components::{Notice, TakeAlong, focus_page},
    i18n::tr,
    session,
};

/// How to keep the link she has just come by; nothing on the next visit.
#[component]
pub fn KeepLink() -> impl IntoView {
    let close = |_| {
        session::forget_link();
        focus_page();
    };
    move || {
        session::new_link().map(|link| {
            view! {
                <Notice>
                    <p>
                        <b>{tr::enter_keep}</b>
                    </p>
                    <p>{tr::enter_keep_how}</p>
                    <TakeAlong
                        text=link
                        copy=tr::staff_link_copy
                        copied=tr::staff_link_copied
                        failed=tr::enter_keep_not_copied
                    >
                        <button
                            type="button"
                            class="ds-button"
                            data-variant="tertiary"
                            data-color="neutral"
                            on:click=close
                        >
                            {tr::action_close}
                        </button>
                    </TakeAlong>
                </Notice>
            }
        })
    }
}
