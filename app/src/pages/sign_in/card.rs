//! The form for a participant: the code on her card and her PIN. A camera that reads the card brings its code along.

use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{
    attempt::{Answer, Attempt, Blank, SendButton},
    password::said_if,
    second::focus_when,
};
use crate::{
    components::{Icon, Speak},
    i18n::{in_norwegian, tr},
};

/// What stands before the code in an address that a camera has read.
const IN_ADDRESS: &str = "#card=";
/// No card has a longer code.
const LONGEST: usize = 20;

/// The code of a card that came with the address.
pub fn card_in(hash: &str) -> Option<String> {
    let code = hash.strip_prefix(IN_ADDRESS)?;
    let is_code = (1..=LONGEST).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_code.then(|| code.to_owned())
}

/// The form: her code, and her PIN.
#[component]
pub fn CardForm(
    /// What she types.
    attempt: Attempt,
) -> impl IntoView {
    let location = use_location();
    let (hash, pathname) = (location.hash, location.pathname);
    let navigate = use_navigate();
    let (code, pin) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    Effect::new(move |_| {
        let Some(code) = hash.with(|hash| card_in(hash)) else { return };
        attempt.login.set(code);
        // It has served its turn: nobody else need find it in the address. The router must know it too.
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&pathname.get_untracked(), options);
        if let Some(pin) = pin.get_untracked() {
            // Cannot fail for an element of the document.
            let _ = pin.focus();
        }
    });
    let (no_code, no_pin) = (attempt.is_blank(Blank::Login), attempt.is_blank(Blank::Secret));
    focus_when(no_code, code);
    focus_when(no_pin, pin);
    let wrong = move |blank: Signal<bool>| move || (attempt.is_wrong() || blank.get()).then_some("true");
    view! {
        <form class="card sign-in__form" on:submit=move |event| attempt.send(&event) novalidate>
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
                    aria-invalid=wrong(no_code)
                    aria-errormessage=move || no_code.get().then_some("code-error")
                    node_ref=code
                    prop:value=move || attempt.login.get()
                    on:input=move |event| attempt.login.set(event_target_value(&event))
                />
                {said_if(no_code, "code-error", tr::auth_card_code)}
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
                    aria-invalid=wrong(no_pin)
                    aria-errormessage=move || no_pin.get().then_some("pin-error")
                    node_ref=pin
                    prop:value=move || attempt.secret.get()
                    on:input=move |event| attempt.secret.set(event_target_value(&event))
                />
                {said_if(no_pin, "pin-error", tr::auth_pin)}
            </div>
            <SendButton attempt/>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_is_taken_from_the_address() {
        assert_eq!(card_in("#card=NS-KRTP-6P").as_deref(), Some("NS-KRTP-6P"));
        for other in ["", "#card=", "#main", "#card=<b>", "#card=NS-KRTP-6P-NS-KRTP-6P-NS-KRTP-6P"] {
            assert_eq!(card_in(other), None, "{other}");
        }
    }
}
