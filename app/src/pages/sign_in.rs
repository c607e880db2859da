//! Signing in: a card code and a PIN, or a user name and a password.
//!
//! Shown on every address while nobody is signed in; the address stays, so the person comes back to
//! where she was.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_query_map;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Icon, Languages, Notice, Page, Speak},
    db::{Trouble, use_db},
    i18n::{in_norwegian, tr},
    pages::Home,
    session,
    sync::net::Fault,
};

/// Who signs in: decides the words and the keyboard, not the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Participant,
    Staff,
}

/// The page at `/sign-in` of somebody who is signed in: her session may be over at the server.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let trouble = use_db().trouble();
    let is_over = Memo::new(move |_| trouble.get() == Some(Trouble::SessionOver));
    move || if is_over.get() { view! { <SignIn/> }.into_any() } else { view! { <Home/> }.into_any() }
}

/// The sign-in.
#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    let who = Memo::new(move |_| {
        let is_staff = query.with(|query| query.get("as").as_deref() == Some("staff"));
        if is_staff { Who::Staff } else { Who::Participant }
    });
    let form = move || match who.get() {
        Who::Participant => view! { <CardForm/> }.into_any(),
        Who::Staff => view! { <PasswordForm/> }.into_any(),
    };
    let current = move |which: Who| move || (who.get() == which).then_some("page");
    view! {
        <Page title=tr::auth_title class="sign-in">
            <div class="sign-in__hello">
                <Icon name="minvei" class="sign-in__mark"/>
                <h1>{tr::auth_title}</h1>
            </div>
            <nav class="links" aria-label=tr::auth_who>
                <a href="?as=participant" aria-current=current(Who::Participant)>
                    <Icon name="card"/>
                    {tr::role_participant}
                </a>
                <a href="?as=staff" aria-current=current(Who::Staff)>
                    <Icon name="person"/>
                    {tr::auth_staff_heading}
                </a>
            </nav>
            {form}
            <p class="sign-in__help">{tr::auth_lost}</p>
            <Languages/>
        </Page>
    }
}

/// What is typed, and what came of it.
#[derive(Clone, Copy)]
struct Try {
    login: RwSignal<String>,
    secret: RwSignal<String>,
    fault: RwSignal<Option<Fault>>,
    is_under_way: RwSignal<bool>,
}

impl Try {
    fn new() -> Self {
        Self {
            login: RwSignal::new(String::new()),
            secret: RwSignal::new(String::new()),
            fault: RwSignal::new(None),
            is_under_way: RwSignal::new(false),
        }
    }

    fn send(self, event: &SubmitEvent) {
        event.prevent_default();
        if self.is_under_way.get_untracked() {
            return;
        }
        self.is_under_way.set(true);
        self.fault.set(None);
        let (login, secret) = (self.login.get_untracked(), self.secret.get_untracked());
        spawn_local(async move {
            let result = session::sign_in(&login, &secret).await;
            // After a success this page is gone.
            let _ = self.is_under_way.try_set(false);
            let _ = self.fault.try_set(result.err());
        });
    }

    fn is_wrong(self) -> Option<&'static str> {
        (self.fault.get() == Some(Fault::WrongSecret)).then_some("true")
    }
}

#[component]
fn CardForm() -> impl IntoView {
    let attempt = Try::new();
    view! {
        <form class="card sign-in__form" on:submit=move |event| attempt.send(&event)>
            <Answer attempt wrong=tr::auth_wrong_pin/>
            <div class="ds-field">
                <div class="label-picture">
                    <Icon name="card"/>
                    <div>
                        <label class="ds-label" for="code">
                            {tr::auth_card_code}
                        </label>
                        <small id="code-hint">{tr::auth_card_code_hint}</small>
                    </div>
                    <Speak text=move || in_norwegian(tr::auth_card_code)/>
                </div>
                <input
                    class="ds-input code-input"
                    id="code"
                    name="code"
                    type="text"
                    required
                    autocomplete="username"
                    autocapitalize="characters"
                    spellcheck="false"
                    aria-describedby="code-hint"
                    aria-invalid=move || attempt.is_wrong()
                    prop:value=move || attempt.login.get()
                    on:input=move |event| attempt.login.set(event_target_value(&event))
                />
            </div>
            <div class="ds-field">
                <div class="label-picture">
                    <Icon name="lock"/>
                    <div>
                        <label class="ds-label" for="pin">
                            {tr::auth_pin}
                        </label>
                        <small id="pin-hint">{tr::auth_pin_hint}</small>
                    </div>
                    <Speak text=move || in_norwegian(tr::auth_pin)/>
                </div>
                <input
                    class="ds-input pin-input"
                    id="pin"
                    name="pin"
                    type="password"
                    required
                    inputmode="numeric"
                    autocomplete="current-password"
                    aria-describedby="pin-hint"
                    aria-invalid=move || attempt.is_wrong()
                    prop:value=move || attempt.secret.get()
                    on:input=move |event| attempt.secret.set(event_target_value(&event))
                />
            </div>
            <SendButton attempt/>
        </form>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let attempt = Try::new();
    let is_shown = RwSignal::new(false);
    let kind = move || if is_shown.get() { "text" } else { "password" };
    let icon = move || if is_shown.get() { "eye-off" } else { "eye" };
    let said = move || if is_shown.get() { tr::auth_password_hide() } else { tr::auth_password_show() };
    view! {
        <form class="card sign-in__form" on:submit=move |event| attempt.send(&event)>
            <Answer attempt wrong=tr::auth_wrong_password/>
            <div class="ds-field">
                <label class="ds-label" for="login">
                    {tr::auth_user_name}
                </label>
                <input
                    class="ds-input"
                    id="login"
                    name="login"
                    type="text"
                    required
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || attempt.is_wrong()
                    prop:value=move || attempt.login.get()
                    on:input=move |event| attempt.login.set(event_target_value(&event))
                />
            </div>
            <div class="ds-field">
                <label class="ds-label" for="password">
                    {tr::auth_password}
                </label>
                <div class="password">
                    <input
                        class="ds-input"
                        id="password"
                        name="password"
                        type=kind
                        required
                        autocomplete="current-password"
                        aria-invalid=move || attempt.is_wrong()
                        prop:value=move || attempt.secret.get()
                        on:input=move |event| attempt.secret.set(event_target_value(&event))
                    />
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="tertiary"
                        data-color="neutral"
                        data-icon=""
                        aria-label=said
                        on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
                    >
                        <Icon name=icon/>
                    </button>
                </div>
            </div>
            <SendButton attempt/>
        </form>
    }
}

#[component]
fn SendButton(attempt: Try) -> impl IntoView {
    let is_under_way = attempt.is_under_way;
    view! {
        <button type="submit" class="ds-button" data-wide="" disabled=move || is_under_way.get()>
            {move || if is_under_way.get() { tr::auth_signing_in() } else { tr::auth_sign_in() }}
        </button>
    }
}

/// What came of the last try: what happened, and what to do.
#[component]
fn Answer(attempt: Try, wrong: fn() -> String) -> impl IntoView {
    move || {
        attempt.fault.get().map(|fault| {
            let said = move || match fault {
                Fault::WrongSecret => wrong(),
                Fault::Wait { seconds } => tr::auth_wait(seconds),
                Fault::OtherPerson | Fault::Forbidden => tr::auth_other_waiting(),
                Fault::Unreachable => format!("{}. {}", tr::auth_no_network_title(), tr::auth_no_network_todo()),
                Fault::NotYet | Fault::Unreadable => tr::auth_not_yet(),
            };
            view! {
                <Notice color="danger" alert=true>
                    <p>{said}</p>
                </Notice>
            }
        })
    }
}
