//! The recovery codes: on the screen, on paper, and the page on which she writes them down before she goes on.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Hello;
use crate::{
    components::{Icon, Page},
    i18n::tr,
    platform::clipboard,
    session::{self, Stage},
};

/// The page between the sign-in and her own: the codes are shown this once, so nothing takes it away but she.
#[component]
pub fn WriteDown() -> impl IntoView {
    // It is shown while there are some.
    let Stage::Codes(who) = untrack(session::stage) else { return ().into_any() };
    let (codes, called) = (who.recovery.clone(), who.name.clone());
    let is_leaving = RwSignal::new(false);
    let go_on = move |_| {
        is_leaving.set(true);
        spawn_local(session::begin(who.clone()));
    };
    view! {
        <Page title=tr::recovery_title class="sign-in">
            <Hello title=tr::recovery_title lead=tr::recovery_what/>
            <div class="card stack">
                <RecoveryCodes codes=codes.clone()/>
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
                <RecoverySlip codes called/>
            </div>
        </Page>
    }
    .into_any()
}

/// The codes on the screen, to be printed or copied.
#[component]
pub fn RecoveryCodes(
    /// The codes.
    codes: Vec<String>,
) -> impl IntoView {
    let text = codes.join("\n");
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let is_copied = clipboard::copy(&text).await;
            let _ = copied.try_set(Some(is_copied));
        });
    };
    let said =
        move || copied.get().map(|is_copied| if is_copied { tr::recovery_copied() } else { tr::recovery_not_copied() });
    let print = |_| {
        // Browsers without printing, such as some in-app ones, only do nothing.
        let _ = window().print();
    };
    view! {
        <List codes/>
        // Here and not beside the page: in a dialog nothing else is seen or heard.
        <p role="status">{said}</p>
        <div class="actions">
            <button type="button" class="ds-button" data-variant="secondary" on:click=print>
                <Icon name="print"/>
                {tr::action_print}
            </button>
            <button type="button" class="ds-button" data-variant="secondary" on:click=copy>
                <Icon name="copy"/>
                {tr::recovery_copy}
            </button>
        </div>
    }
}

/// The paper. Nothing of it is on the screen.
#[component]
pub fn RecoverySlip(
    /// The codes.
    codes: Vec<String>,
    /// Whose they are.
    called: String,
) -> impl IntoView {
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
