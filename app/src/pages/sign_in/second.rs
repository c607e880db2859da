//! The second step of staff: a code of the app on her phone, or of the paper with recovery codes; and setting it up.

use leptos::{html, prelude::*};

use super::{
    attempt::{Answer, Attempt, Blank, SendButton},
    password::said_if,
};
use crate::{
    components::{Icon, Qr},
    i18n::tr,
    sync::net::Second,
};

/// A code that is typed: the digits of her app, or a recovery code while she does not have her phone.
#[derive(Clone, Copy)]
pub struct TypedCode {
    digits: RwSignal<String>,
    recovery: RwSignal<String>,
    has_phone: RwSignal<bool>,
}

/// Which codes fit in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    /// Those of her app.
    Digits,
    /// Those of her app, and her recovery codes.
    Both,
}

/// Who has the focus when a field appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The field: there is nothing to read before it.
    Field,
    /// Whoever has it.
    Stays,
}

impl TypedCode {
    /// Nothing is typed yet, and she has her phone.
    pub fn new() -> Self {
        Self {
            digits: RwSignal::new(String::new()),
            recovery: RwSignal::new(String::new()),
            has_phone: RwSignal::new(true),
        }
    }

    /// What is typed, without the blanks in it.
    pub fn read(self) -> String {
        let typed = if self.has_phone.get_untracked() { self.digits } else { self.recovery };
        typed.with_untracked(|typed| typed.split_whitespace().collect())
    }

    /// Forgets what was typed: a code is good once.
    pub fn clear(self) {
        let _ = self.digits.try_set(String::new());
        let _ = self.recovery.try_set(String::new());
        let _ = self.has_phone.try_set(true);
    }
}

/// The field for a code.
#[component]
pub fn CodeField(
    /// What is typed.
    code: TypedCode,
    /// Was it wrong?
    wrong: Signal<bool>,
    /// Was it left empty?
    #[prop(optional)]
    blank: Signal<bool>,
    /// Which codes fit.
    fits: Fits,
    /// Who has the focus when it appears.
    focus: Focus,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |before: Option<()>| {
        let field = field.get();
        // The field for the other kind of code has the focus when she has asked for it.
        if let Some(field) = field.filter(|_| before.is_some() || focus == Focus::Field) {
            // Cannot fail for an element of the document.
            let _ = field.focus();
        }
    });
    focus_when(wrong, field);
    focus_when(blank, field);
    let invalid = move || (wrong.get() || blank.get()).then_some("true");
    let input = move || {
        type Words = fn() -> String;
        let has_phone = code.has_phone.get();
        let value = if has_phone { code.digits } else { code.recovery };
        let (keyboard, filled_with) = if has_phone { ("numeric", "one-time-code") } else { ("text", "off") };
        let (label, hint): (Words, Words) = if has_phone {
            (tr::second_code, tr::second_code_hint)
        } else {
            (tr::second_recovery, tr::second_recovery_hint)
        };
        view! {
            <label class="ds-label" for="second-code">
                {label}
            </label>
            <p data-field="description" id="second-hint">
                {hint}
            </p>
            <input
                class="ds-input code-input"
                id="second-code"
                name="second-code"
                type="text"
                required
                inputmode=keyboard
                autocomplete=filled_with
                autocapitalize="characters"
                spellcheck="false"
                aria-describedby="second-hint"
                aria-invalid=invalid
                aria-errormessage=move || blank.get().then_some("second-error")
                node_ref=field
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {said_if(blank, "second-error", label)}
        }
    };
    let other = (fits == Fits::Both).then(|| {
        let said = move || if code.has_phone.get() { tr::second_no_phone() } else { tr::second_has_phone() };
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                on:click=move |_| code.has_phone.update(|has_phone| *has_phone = !*has_phone)
            >
                {said}
            </button>
        }
    });
    view! {
        <div class="ds-field">{input}</div>
        {other}
    }
}

/// Whoever typed something wrong is led back to it, and can type over it.
pub fn focus_when(wrong: Signal<bool>, field: NodeRef<html::Input>) {
    Effect::new(move |_| {
        if wrong.get()
            && let Some(field) = field.get_untracked()
        {
            // Cannot fail for an element of the document.
            let _ = field.focus();
            field.select();
        }
    });
}

/// The step in which she types a code.
#[component]
pub fn CodeForm(
    /// What she types.
    attempt: Attempt,
) -> impl IntoView {
    view! {
        <form class="card sign-in__form" on:submit=move |event| attempt.send(&event) novalidate>
            <Answer attempt wrong=tr::auth_wrong_password/>
            <CodeField
                code=attempt.code
                wrong=Signal::derive(move || attempt.is_wrong_code())
                blank=attempt.is_blank(Blank::Code)
                fits=Fits::Both
                focus=Focus::Field
            />
            <SendButton attempt/>
            <BackButton attempt/>
        </form>
    }
}

/// The step in which she sets it up, because her part needs it.
#[component]
pub fn SetSecondForm(
    /// What she types.
    attempt: Attempt,
    /// What her app has to know.
    second: Second,
) -> impl IntoView {
    view! {
        <form class="card sign-in__form" on:submit=move |event| attempt.send(&event) novalidate>
            <StepLead>{tr::second_why}</StepLead>
            <SetUp second>
                <CodeField
                    code=attempt.code
                    wrong=Signal::derive(move || attempt.is_wrong_code())
                    blank=attempt.is_blank(Blank::Code)
                    fits=Fits::Digits
                    focus=Focus::Stays
                />
            </SetUp>
            <Answer attempt wrong=tr::auth_wrong_password/>
            <SendButton attempt/>
            <BackButton attempt/>
        </form>
    }
}

/// The way back to the password.
#[component]
fn BackButton(attempt: Attempt) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ds-button"
            data-variant="tertiary"
            data-color="neutral"
            on:click=move |_| attempt.go_back()
        >
            {tr::action_back}
        </button>
    }
}

/// How to set it up: an app, the code for its camera, the same as a text and as a link, and the first code.
#[component]
pub fn SetUp(
    /// What her app has to know.
    second: Second,
    /// The field for the first code.
    children: Children,
) -> impl IntoView {
    let Second { secret, uri, qr } = second;
    view! {
        <ol class="set-up">
            <li>{tr::second_app}</li>
            <li>
                <div class="stack" data-gap="2">
                    <p>{tr::second_scan}</p>
                    <Qr code=qr label=tr::second_qr/>
                    <p>{tr::second_by_hand}</p>
                    <p>
                        <code>{secret}</code>
                    </p>
                    <a class="ds-button" data-variant="secondary" href=uri>
                        <Icon name="phone"/>
                        {tr::second_same_phone}
                    </a>
                </div>
            </li>
            <li>{children()}</li>
        </ol>
    }
}

/// The first sentence of a new step. It takes the focus, for what had it is gone.
#[component]
pub fn StepLead(
    /// The sentence.
    children: Children,
) -> impl IntoView {
    let lead = NodeRef::<html::P>::new();
    lead.on_load(|lead| {
        // Cannot fail for an element of the document.
        let _ = lead.focus();
    });
    view! {
        <p tabindex="-1" node_ref=lead>
            {children()}
        </p>
    }
}
