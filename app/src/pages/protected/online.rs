//! Signing in where nothing is kept. The same form is for all: a user name or the code on a card, and its secret; below
//! it the ways in without typing.

use leptos::prelude::*;

use crate::{
    components::{Languages, Page},
    i18n::tr,
    pages::sign_in::{
        Answer, Attempt, Blank, ByPasskey, Hello, LoginField, PasswordField, SendButton, Steps, Way, WayButtons,
        WaySaid,
    },
};

/// The page at `/online`.
#[component]
pub fn Online() -> impl IntoView {
    let (attempt, way) = (Attempt::new(), Way::new());
    let is_beyond = Memo::new(move |_| attempt.is_beyond_password());
    let inside = move || {
        if is_beyond.get() { view! { <Steps attempt/> }.into_any() } else { view! { <Doors attempt way/> }.into_any() }
    };
    view! {
        <Page title=tr::online_title class="sign-in">
            <Hello title=tr::online_title lead=tr::online_lead/>
            {inside}
            // Loaded anew: this page looks at nothing that lies here.
            <p class="sign-in__help">
                <a href="/sign-in" rel="external">
                    {tr::online_back}
                </a>
            </p>
            <Languages/>
        </Page>
    }
}

/// The ways in.
#[component]
fn Doors(attempt: Attempt, way: Way) -> impl IntoView {
    view! {
        <WaySaid way/>
        <Form attempt/>
        <ByPasskey/>
        <WayButtons way/>
    }
}

#[component]
fn Form(attempt: Attempt) -> impl IntoView {
    let wrong = Signal::derive(move || attempt.is_wrong());
    view! {
        <form class="card sign-in__form" on:submit=move |event| attempt.send(&event) novalidate>
            <Answer attempt wrong=tr::online_wrong/>
            <LoginField
                value=attempt.login
                wrong
                blank=attempt.is_blank(Blank::Login)
                hint=tr::online_login_hint
            />
            <PasswordField
                label=tr::online_secret
                value=attempt.secret
                wrong
                blank=attempt.is_blank(Blank::Secret)
            />
            <SendButton attempt/>
        </form>
    }
}
