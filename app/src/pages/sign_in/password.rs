//! The form for staff and schools: a user name and a password.

use leptos::{html, prelude::*};

use super::{
    attempt::{Answer, Attempt, Blank, SendButton},
    second::focus_when,
};
use crate::{
    components::{Icon, field::error},
    i18n::tr,
};

/// The form: her user name, and her password.
#[component]
pub fn PasswordForm(
    /// What she types.
    attempt: Attempt,
) -> impl IntoView {
    view! {
        <form class="card sign-in__form" on:submit=move |event| attempt.send(&event) novalidate>
            <Answer attempt wrong=tr::auth_wrong_password/>
            <LoginField
                value=attempt.login
                wrong=Signal::derive(move || attempt.is_wrong())
                blank=attempt.is_blank(Blank::Login)
            />
            <PasswordField
                label=tr::auth_password
                value=attempt.secret
                wrong=Signal::derive(move || attempt.is_wrong())
                blank=attempt.is_blank(Blank::Secret)
            />
            <SendButton attempt/>
        </form>
    }
}

/// The field for a user name.
#[component]
pub fn LoginField(
    /// What is typed.
    value: RwSignal<String>,
    /// Was it wrong?
    wrong: Signal<bool>,
    /// Was it left empty?
    #[prop(optional)]
    blank: Signal<bool>,
    /// A sentence between label and field.
    #[prop(optional)]
    hint: Option<fn() -> String>,
    /// The field itself, for whoever puts the focus there.
    #[prop(optional)]
    field: NodeRef<html::Input>,
) -> impl IntoView {
    focus_when(blank, field);
    view! {
        <div class="ds-field">
            <label class="ds-label" for="login">
                {tr::auth_user_name}
            </label>
            {hint.map(|hint| view! { <p data-field="description" id="login-hint">{move || hint()}</p> })}
            <input
                class="ds-input"
                id="login"
                name="login"
                type="text"
                required
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=hint.map(|_| "login-hint")
                aria-invalid=move || (wrong.get() || blank.get()).then_some("true")
                aria-errormessage=move || blank.get().then_some("login-error")
                node_ref=field
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {said_if(blank, "login-error", tr::auth_user_name)}
        </div>
    }
}

/// The field for a password, which shows what is in it on demand.
#[component]
pub fn PasswordField(
    /// What it is called.
    label: fn() -> String,
    /// What is typed.
    value: RwSignal<String>,
    /// Was it wrong?
    wrong: Signal<bool>,
    /// Was it left empty?
    #[prop(optional)]
    blank: Signal<bool>,
    /// Whether it is one she has, or a `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    /// A sentence between label and field.
    #[prop(optional)]
    hint: Option<fn() -> String>,
    /// The field itself, for whoever puts the focus there.
    #[prop(optional)]
    field: NodeRef<html::Input>,
) -> impl IntoView {
    focus_when(blank, field);
    let is_shown = RwSignal::new(false);
    let kind = move || if is_shown.get() { "text" } else { "password" };
    let icon = move || if is_shown.get() { "eye-off" } else { "eye" };
    let said = move || if is_shown.get() { tr::auth_password_hide() } else { tr::auth_password_show() };
    view! {
        <div class="ds-field">
            <label class="ds-label" for="password">
                {move || label()}
            </label>
            {hint.map(|hint| view! { <p data-field="description" id="password-hint">{move || hint()}</p> })}
            <div class="password">
                <input
                    class="ds-input"
                    id="password"
                    name="password"
                    type=kind
                    required
                    autocomplete=autocomplete
                    aria-describedby=hint.map(|_| "password-hint")
                    aria-invalid=move || (wrong.get() || blank.get()).then_some("true")
                    aria-errormessage=move || blank.get().then_some("password-error")
                    node_ref=field
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
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
            {said_if(blank, "password-error", label)}
        </div>
    }
}

/// Under a field that was left empty: that it must not be.
pub fn said_if(blank: Signal<bool>, id: &'static str, label: fn() -> String) -> impl IntoView {
    move || error(id.to_owned(), blank.get().then(|| tr::reject_empty(label())))
}
