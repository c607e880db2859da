//! The closed screen: who opens the page shows with her PIN or password that it is she, without a network too.

use leptos::{ev::SubmitEvent, html, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::sign_in::Hello;
use crate::{
    components::{Dialog, Icon, Languages, Notice, Page, Speak},
    i18n::{in_norwegian, tr},
    platform::clock,
    session::{self, Asks, Opened},
};

/// The closed screen.
#[component]
pub fn LockScreen() -> impl IntoView {
    let is_pin = session::asks() == Asks::Pin;
    let word: fn() -> String = if is_pin { tr::auth_pin } else { tr::auth_password };
    let wrong: fn(usize) -> String = if is_pin { tr::lock_wrong_pin } else { tr::lock_wrong_password };
    let forgotten: fn() -> String = if is_pin { tr::lock_forgotten_pin } else { tr::lock_forgotten_password };
    let secret = RwSignal::new(String::new());
    let left = RwSignal::new(None::<u8>);
    let is_under_way = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    // The page itself takes the focus when it comes.
    Effect::new(move |_| {
        spawn_local(async move {
            clock::sleep(0).await;
            focus(field)
        })
    });
    let open = move |event: SubmitEvent| {
        event.prevent_default();
        if is_under_way.get_untracked() || secret.with_untracked(String::is_empty) {
            return;
        }
        is_under_way.set(true);
        spawn_local(async move {
            let opened = session::unlock(&secret.get_untracked()).await;
            // Opened, the screen is gone.
            let _ = is_under_way.try_set(false);
            if let Opened::Wrong { left: so_many } = opened {
                let _ = left.try_set(Some(so_many));
                let _ = secret.try_set(String::new());
                focus(field);
            }
        });
    };
    let answer = move || {
        left.get().map(|left| {
            view! {
                <Notice color="danger" alert=true>
                    <p>{move || wrong(left.into())}</p>
                </Notice>
            }
        })
    };
    view! {
        <Page title=tr::auth_locked class="sign-in">
            <Hello title=tr::auth_locked lead=tr::lock_lead/>
            <form class="card sign-in__form" on:submit=open>
                {answer}
                <div class="ds-field">
                    <div class="label-picture">
                        <Icon name="lock"/>
                        <label class="ds-label" for="unlock">
                            {word}
                        </label>
                        <Speak text=move || in_norwegian(word)/>
                    </div>
                    <input
                        class="ds-input"
                        class=("pin-input", is_pin)
                        id="unlock"
                        type="password"
                        required
                        inputmode=is_pin.then_some("numeric")
                        autocomplete="current-password"
                        aria-invalid=move || left.get().map(|_| "true")
                        node_ref=field
                        prop:value=move || secret.get()
                        on:input=move |event| secret.set(event_target_value(&event))
                    />
                </div>
                <button type="submit" class="ds-button" data-wide="" aria-disabled=move || is_under_way.get().then_some("true")>
                    {move || if is_under_way.get() { tr::lock_opening() } else { tr::auth_unlock() }}
                </button>
            </form>
            <OtherWays forgotten/>
            <Languages/>
        </Page>
    }
}

/// For whoever has another PIN by now, and for somebody else.
#[component]
fn OtherWays(forgotten: fn() -> String) -> impl IntoView {
    view! {
        <div class="sign-in__help stack">
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-wide=""
                on:click=move |_| session::ask_server()
            >
                {forgotten}
            </button>
            <TakeAway/>
        </div>
    }
}

/// The way in for somebody else, when whoever was here does not come back.
#[component]
pub fn TakeAway() -> impl IntoView {
    let asks = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="ds-button"
            data-variant="tertiary"
            data-color="neutral"
            data-wide=""
            on:click=move |_| asks.set(true)
        >
            {tr::lock_other}
        </button>
        <Dialog open=asks title=tr::lock_other lead=tr::lock_other_lead>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    data-color="danger"
                    on:click=move |_| spawn_local(session::take_away())
                >
                    {tr::lock_take_away}
                </button>
                <button type="button" class="ds-button" on:click=move |_| asks.set(false)>
                    {tr::action_cancel}
                </button>
            </div>
        </Dialog>
    }
}

fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        // Cannot fail for an element of the document.
        let _ = field.focus();
    }
}
