//! One attempt to sign in: what is typed, how far it has come, and what came of the last try.

use leptos::{ev::SubmitEvent, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::{super::lock_screen::TakeAway, second::TypedCode};
use crate::{
    components::{Notice, Submit, focus_page},
    i18n::tr,
    session,
    sync::net::{Fault, Second, SignInReply},
};

/// What the server asks for next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A card or a user name, with what belongs to it.
    Password,
    /// A code of her second step.
    Code,
    /// The first code of a second step that she sets up now.
    SetSecond(Second),
}

/// A field that must not stay empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// The card's code or the user name.
    Login,
    /// The PIN or the password.
    Secret,
    /// The code of her second step.
    Code,
}

/// What is typed, and what came of it. What was typed stays, whatever the answer.
#[derive(Clone, Copy)]
pub struct Attempt {
    /// The card's code or the user name.
    pub login: RwSignal<String>,
    /// The PIN or the password.
    pub secret: RwSignal<String>,
    /// The code of her second step.
    pub code: TypedCode,
    step: RwSignal<Step>,
    blank: RwSignal<Option<Blank>>,
    fault: RwSignal<Option<Fault>>,
    is_under_way: RwSignal<bool>,
    /// What is to be done once she is in.
    then: Option<Callback<()>>,
}

impl Attempt {
    /// Nothing is typed yet. Afterwards she is where she was, for the address stays.
    pub fn new() -> Self {
        Self {
            login: RwSignal::new(String::new()),
            secret: RwSignal::new(String::new()),
            code: TypedCode::new(),
            step: RwSignal::new(Step::Password),
            blank: RwSignal::new(None),
            fault: RwSignal::new(None),
            is_under_way: RwSignal::new(false),
            then: None,
        }
    }

    /// As [`Attempt::new`]; where she has just typed her password to open the device, it goes on from there.
    pub fn going_on() -> Self {
        let attempt = Self::new();
        if let Some((login, secret)) = session::half_way() {
            attempt.login.set(login);
            attempt.secret.set(secret);
            attempt.step.set(Step::Code);
        }
        attempt
    }

    /// As [`Attempt::new`], with something to do once she is in.
    pub fn and_then(then: Callback<()>) -> Self {
        Self { then: Some(then), ..Self::new() }
    }

    /// What the server asks for.
    pub fn step(self) -> Step {
        self.step.get()
    }

    /// Has the server asked for more than the password?
    pub fn is_beyond_password(self) -> bool {
        self.step.with(|step| *step != Step::Password)
    }

    /// Is an answer waited for?
    pub fn is_under_way(self) -> bool {
        self.is_under_way.get()
    }

    /// Were login and secret wrong?
    pub fn is_wrong(self) -> bool {
        self.fault.get() == Some(Fault::WrongSecret)
    }

    /// Was the code wrong?
    pub fn is_wrong_code(self) -> bool {
        self.fault.get() == Some(Fault::WrongCode)
    }

    /// Was this field empty when it was sent?
    pub fn is_blank(self, field: Blank) -> Signal<bool> {
        Signal::derive(move || self.blank.get() == Some(field))
    }

    /// Is a field empty that must not be? Then the first of them says so, and takes the focus.
    pub fn lacks(self) -> bool {
        let is_empty = |text: RwSignal<String>| text.with_untracked(|text| text.trim().is_empty());
        let blank = self.step.with_untracked(|step| match step {
            Step::Password if is_empty(self.login) => Some(Blank::Login),
            Step::Password => is_empty(self.secret).then_some(Blank::Secret),
            Step::Code | Step::SetSecond(_) => self.code.read().is_empty().then_some(Blank::Code),
        });
        self.blank.set(blank);
        blank.is_some()
    }

    /// Back to the password.
    pub fn go_back(self) {
        self.code.clear();
        self.blank.set(None);
        self.fault.set(None);
        self.step.set(Step::Password);
        focus_page();
    }

    /// Sends what is typed.
    pub fn send(self, event: &SubmitEvent) {
        event.prevent_default();
        if self.lacks() {
            // What was said before was about something else.
            return self.fault.set(None);
        }
        spawn_local(self.run());
    }

    /// As [`Attempt::send`], until there is an answer.
    pub async fn run(self) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.is_under_way.set(true);
        self.fault.set(None);
        let (login, secret) = (self.login.get_untracked(), self.secret.get_untracked());
        let code = untrack(|| self.is_beyond_password()).then(|| self.code.read());
        let fault = match session::sign_in(&login, &secret, code.as_deref()).await {
            Ok(SignInReply::SignedIn(who)) => {
                session::admit(who).await;
                // After this the page is gone.
                if let Some(then) = self.then {
                    then.try_run(());
                }
                None
            }
            Ok(SignInReply::NeedsCode) => self.go_on(Step::Code, code),
            Ok(SignInReply::SetSecond(second)) => self.go_on(Step::SetSecond(second), code),
            Err(Fault::WrongSecret) => {
                let _ = self.step.try_set(Step::Password);
                Some(Fault::WrongSecret)
            }
            Err(fault) => Some(fault),
        };
        let _ = self.is_under_way.try_set(false);
        let _ = self.fault.try_set(fault);
    }

    /// Goes on to what the server asks for. If it asks although there was a code, that was not the right one.
    fn go_on(self, step: Step, code: Option<String>) -> Option<Fault> {
        let _ = self.step.try_set(step);
        code.map(|_| Fault::WrongCode)
    }
}

/// The button that sends the form.
#[component]
pub fn SendButton(
    /// What is sent.
    attempt: Attempt,
) -> impl IntoView {
    view! {
        <Submit is_under_way=attempt.is_under_way wide=true>
            {move || if attempt.is_under_way() { tr::auth_signing_in() } else { tr::auth_sign_in() }}
        </Submit>
    }
}

/// What came of the last try: what happened, and what to do.
#[component]
pub fn Answer(
    /// What was sent.
    attempt: Attempt,
    /// What is said when login and secret do not belong together.
    wrong: fn() -> String,
) -> impl IntoView {
    move || {
        attempt.fault.get().map(|fault| {
            let said = move || if fault == Fault::WrongSecret { wrong() } else { why(fault) };
            let is_others = fault == Fault::OtherPerson;
            view! {
                <Notice color="danger" alert=true>
                    <p>{said}</p>
                    {is_others.then(|| view! { <TakeAway/> })}
                </Notice>
            }
        })
    }
}

/// Why she was not let in, whichever way she came.
pub fn why(fault: Fault) -> String {
    match fault {
        Fault::WrongSecret => tr::auth_wrong_password(),
        Fault::WrongCode => tr::second_wrong(),
        Fault::Wait { seconds } => tr::auth_wait(seconds),
        Fault::OtherPerson | Fault::Forbidden => tr::auth_other_waiting(),
        Fault::OnlineOnly => tr::online_only(),
        Fault::Gone => tr::enter_gone_title(),
        Fault::Unreachable => format!("{}. {}", tr::auth_no_network_title(), tr::auth_no_network_todo()),
        Fault::NotYet | Fault::Unreadable => tr::auth_not_yet(),
    }
}
