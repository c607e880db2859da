//! The PIN of this device: whoever has come in by typing nothing chooses one, before anything of hers is shown.

use leptos::{ev::SubmitEvent, html, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::{lock_screen::TakeAway, sign_in::Hello};
use crate::{
    components::{Icon, Languages, Notice, Page, Speak, Submit},
    i18n::{in_norwegian, tr},
    platform::clock,
    session::{self, FEWEST_DIGITS, MOST_DIGITS, Weak},
};

/// The page.
#[component]
pub fn ChoosePin() -> impl IntoView {
    let (pin, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<fn() -> String>);
    let is_wrong = Signal::derive(move || wrong.with(Option::is_some));
    let is_under_way = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    // The page itself takes the focus when it comes.
    Effect::new(move |_| {
        spawn_local(async move {
            clock::sleep(0).await;
            focus(field)
        })
    });
    let choose = move |event: SubmitEvent| {
        event.prevent_default();
        if is_under_way.get_untracked() {
            return;
        }
        let chosen = pin.with_untracked(|pin| pin.trim().to_owned());
        let said = again.with_untracked(|again| wrong_with(&chosen, again.trim()));
        wrong.set(said);
        if said.is_some() {
            // What cannot be seen is sooner typed anew than mended.
            pin.set(String::new());
            again.set(String::new());
            return focus(field);
        }
        is_under_way.set(true);
        spawn_local(async move {
            session::choose_pin(&chosen).await;
            // She has gone on: the page is gone.
            let _ = is_under_way.try_set(false);
        });
    };
    let answer = move || {
        wrong.get().map(|said| {
            view! {
                <Notice color="danger" alert=true>
                    <p>{said}</p>
                </Notice>
            }
        })
    };
    view! {
        <Page title=tr::pin_title class="sign-in">
            <Hello title=tr::pin_title lead=tr::pin_lead/>
            <form class="card sign-in__form" on:submit=choose novalidate>
                {answer}
                <PinField id="new-pin" label=tr::pin_new hint=hint value=pin wrong=is_wrong field/>
                <PinField id="new-pin-again" label=tr::pin_again value=again wrong=is_wrong/>
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

/// A field for a PIN that is new, large as the one that will be asked for it.
#[component]
fn PinField(
    id: &'static str,
    label: fn() -> String,
    #[prop(optional)] hint: Option<fn() -> String>,
    value: RwSignal<String>,
    wrong: Signal<bool>,
    #[prop(optional)] field: NodeRef<html::Input>,
) -> impl IntoView {
    let described = hint.map(|_| format!("{id}-hint"));
    let said = described.clone().zip(hint).map(|(id, hint)| view! { <small id=id>{hint}</small> });
    let aloud = move || match hint {
        Some(hint) => format!("{}. {}", label(), hint()),
        None => label(),
    };
    view! {
        <div class="ds-field">
            <div class="label-picture">
                <Icon name="lock"/>
                <div>
                    <label class="ds-label" for=id>
                        {label}
                    </label>
                    {said}
                </div>
                <Speak text=move || in_norwegian(aloud)/>
            </div>
            <input
                class="ds-input pin-input"
                id=id
                type="password"
                required
                inputmode="numeric"
                autocomplete="off"
                aria-describedby=described
                aria-invalid=move || wrong.get().then_some("true")
                node_ref=field
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
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

fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        // Cannot fail for an element of the document.
        let _ = field.focus();
    }
}
