//! The recovery codes: on the screen, on paper, and the page on which she writes them down before she goes on.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Hello;
use crate::{
    components::{Page, PrintButton, TakeAlong},
    i18n::tr,
    session::{self, Codes, Stage},
};

/// The page before everything else while there are such codes: they are shown this once, so nothing takes it away
/// but she.
#[component]
pub fn WriteDown() -> impl IntoView {
    // It is shown while there are some.
    let Stage::Codes(Codes { recovery, called, .. }) = untrack(session::stage) else { return ().into_any() };
    let is_leaving = RwSignal::new(false);
    let go_on = move |_| {
        is_leaving.set(true);
        spawn_local(session::written_down());
    };
    view! {
        <Page title=tr::recovery_title class="sign-in">
            <Hello title=tr::recovery_title lead=tr::recovery_what/>
            <div class="card stack">
                <List codes=recovery.clone()/>
                <TakeAlong
                    text=recovery.join("\n")
                    copy=tr::recovery_copy
                    copied=tr::recovery_copied
                    failed=tr::recovery_not_copied
                >
                    <PrintButton/>
                </TakeAlong>
                <button
                    type="button"
                    class="ds-button"
                    data-wide=""
                    disabled=move || is_leaving.get()
                    on:click=go_on
                >
                    {tr::recovery_written}
                </button>
            </div>
            <div>
                <Slip codes=recovery called/>
            </div>
        </Page>
    }
    .into_any()
}

/// The paper. Nothing of it is on the screen.
#[component]
fn Slip(codes: Vec<String>, called: String) -> impl IntoView {
    view! {
        <div class="print-only print-alone">
            <h2>{tr::app_name} " – " {move || tr::recovery_slip(called.clone())}</h2>
            <List codes/>
            <p>{tr::recovery_keep}</p>
        </div>
    }
}

#[component]
fn List(codes: Vec<String>) -> impl IntoView {
    let items = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> });
    view! { <ul class="recovery">{items.collect_view()}</ul> }
}
