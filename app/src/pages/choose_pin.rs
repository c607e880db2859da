//! The PIN of this device: whoever has come in by typing nothing chooses one, before anything of hers is shown; and
//! whoever signs in on a device that several share, for all of them.

use leptos::{ev::SubmitEvent, html, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::{
    lock_screen::{SecretField, TakeAway, focus, said_wrong},
    sign_in::Hello,
};
use crate::{
    components::{Languages, Page, Submit},
    i18n::tr,
    session::{self, FEWEST_DIGITS, MOST_DIGITS, NoKey, Weak},
};

/// The page.
#[component]
pub fn ChoosePin() -> impl IntoView {
    let (pin, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<fn() -> String>);
    let is_wrong = Signal::derive(move || wrong.with(Option::is_some));
    // It is the browser that has failed then, and nothing is wrong with what she has typed.
    let is_unsaved = RwSignal::new(false);
    let is_under_way = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let is_shared = session::whoever_is_in().is_some_and(|me| me.role.stay().is_shared);
    let title: fn() -> String = if is_shared { tr::pin_shared_title } else { tr::pin_title };
    let lead: fn() -> String = if is_shared { tr::pin_shared_lead } else { tr::pin_lead };
    let choose = move |event: SubmitEvent| {
        event.prevent_default();
        if is_under_way.get_untracked() {
            return;
        }
        let chosen = pin.with_untracked(|pin| pin.trim().to_owned());
        let said = again.with_untracked(|again| wrong_with(&chosen, again.trim()));
        is_unsaved.set(false);
        wrong.set(said);
        if said.is_some() {
            // What cannot be seen is sooner typed anew than mended.
            pin.set(String::new());
            again.set(String::new());
            return focus(field);
        }
        is_under_way.set(true);
        spawn_local(async move {
            let kept = session::choose_pin(&chosen).await;
            // Once she has gone on, the page is gone.
            let _ = is_under_way.try_set(false);
            let _ = is_unsaved.try_set(kept == Err(NoKey));
        });
    };
    let answer = move || {
        let unsaved: Option<fn() -> String> = if is_unsaved.get() { Some(tr::pin_unsaved) } else { None };
        wrong.get().or(unsaved).map(said_wrong)
    };
    view! {
        <Page title=title class="sign-in">
            <Hello title=title lead=lead/>
            <form class="card sign-in__form" on:submit=choose novalidate>
                {answer}
                <SecretField
                    id="new-pin"
                    label=tr::pin_new
                    hint=hint
                    value=pin
                    wrong=is_wrong
                    is_pin=true
                    autocomplete="off"
                    field
                    first=true
                />
                <SecretField
                    id="new-pin-again"
                    label=tr::pin_again
                    value=again
                    wrong=is_wrong
                    is_pin=true
                    autocomplete="off"
                />
                <Submit is_under_way wide=true>
                    {move || if is_under_way.get() { tr::pin_saving() } else { tr::pin_save() }}
                </Submit>
            </form>
            <div class="sign-in__help stack">
                <TakeAway/>
            </div>
            <Languages/>
        </Page>
    }
}

/// Why this is not taken; nothing when it is.
fn wrong_with(pin: &str, again: &str) -> Option<fn() -> String> {
    let said: fn() -> String = match session::weakness(pin) {
        Some(Weak::Shape) => shape,
        Some(Weak::Easy) => tr::pin_easy,
        None if pin != again => tr::pin_differs,
        None => return None,
    };
    Some(said)
}

fn hint() -> String {
    tr::pin_hint(FEWEST_DIGITS, MOST_DIGITS)
}

fn shape() -> String {
    tr::pin_shape(FEWEST_DIGITS, MOST_DIGITS)
}
