//! Signing in: a card code and a PIN, or a user name and a password, and what the server asks for beside it; or a
//! passkey alone.
//!
//! Shown on every address while nobody is signed in; the address stays, so the person comes back to
//! where she was.

mod attempt;
mod card;
mod passkey;
mod password;
mod provider;
mod recovery;
mod second;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use shared::policy::Proof;

use self::{
    attempt::Step,
    card::{CardForm, card_in},
    second::{CodeForm, SetSecondForm},
};
pub use self::{
    attempt::{Answer, Attempt, Blank, SendButton, why},
    passkey::{AskPasskey, ByPasskey},
    password::{LoginField, PasswordField, PasswordForm},
    provider::{Way, WayButtons, WaySaid, leave_for, when_back, why as why_not},
    recovery::WriteDown,
    second::{CodeField, Fits, Focus, SetUp, StepLead, TypedCode, focus_when},
};
use crate::{
    components::{Icon, Languages, Notice, Page},
    db::{Trouble, use_db},
    i18n::tr,
    pages::Home,
    parts::Door,
    session::{self, Cover},
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

/// The sign-in over a page on which something is half-written, for whoever works there.
#[component]
pub fn SignInOver() -> impl IntoView {
    let (attempt, way) = (Attempt::going_on(), Way::new());
    let is_card = session::me().is_some_and(|me| me.role.proof() == Proof::Card);
    let may_wait = untrack(session::cover) == Some(Cover::SignIn { may_wait: true });
    let is_beyond = Memo::new(move |_| attempt.is_beyond_password());
    let inside = move || {
        if is_beyond.get() {
            return next_step(attempt);
        }
        let form = match is_card {
            true => view! { <CardForm attempt/> }.into_any(),
            false => view! {
                <PasswordForm attempt/>
                <ByPasskey/>
            }
            .into_any(),
        };
        view! {
            <WaySaid way/>
            {form}
            <WayButtons way/>
        }
        .into_any()
    };
    let back = may_wait.then(|| {
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-wide=""
                on:click=|_| session::sign_in_later()
            >
                {tr::action_back}
            </button>
        }
    });
    view! {
        <Page title=tr::auth_title class="sign-in">
            <Hello title=tr::auth_title lead=tr::auth_again/>
            {inside}
            {back}
        </Page>
    }
}

/// The sign-in.
#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    // Until she chooses, it is the form of whoever was here last, where that is known; but a card says who comes.
    let has_card = use_location().hash.with_untracked(|hash| card_in(hash).is_some());
    let is_likely_staff = !has_card && session::was_of_staff();
    let who = Memo::new(move |_| {
        let asked = query.with(|query| query.get("as"));
        let is_staff = asked.map_or(is_likely_staff, |asked| asked == "staff");
        if is_staff { Who::Staff } else { Who::Participant }
    });
    // They outlive a look at the other form, and a step back.
    let (card, staff, way) = (Attempt::new(), Attempt::going_on(), Way::new());
    let asked = Memo::new(move |_| (card.is_beyond_password(), staff.is_beyond_password()));
    let inside = move || match asked.get() {
        (true, _) => next_step(card),
        (false, true) => next_step(staff),
        (false, false) => view! { <Doors who card staff way/> }.into_any(),
    };
    view! {
        <Page title=tr::auth_title class="sign-in">
            <Hello title=tr::auth_title/>
            {inside}
            <Languages/>
        </Page>
    }
}

/// The product's mark over the heading of a page that belongs to nobody yet.
#[component]
pub fn Hello(
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// A sentence under it.
    #[prop(optional, into)]
    lead: Option<TextProp>,
) -> impl IntoView {
    view! {
        <div class="sign-in__hello">
            <Icon name="minvei" class="sign-in__mark"/>
            <h1>{move || title.get().to_string()}</h1>
            {lead.map(|lead| view! { <p class="lead">{move || lead.get().to_string()}</p> })}
        </div>
    }
}

/// The ways in, and what to do when none opens.
#[component]
fn Doors(who: Memo<Who>, card: Attempt, staff: Attempt, way: Way) -> impl IntoView {
    let form = move || match who.get() {
        Who::Participant => view! { <CardForm attempt=card/> }.into_any(),
        Who::Staff => view! {
            <PasswordForm attempt=staff/>
            <ByPasskey/>
        }
        .into_any(),
    };
    let for_staff = move || {
        (who.get() == Who::Staff).then(|| {
            view! {
                <p class="sign-in__help">{tr::auth_school}</p>
                // Loaded anew: that page looks at nothing that lies here.
                <p class="sign-in__help">
                    <a href="/online" rel="external">
                        {tr::online_title}
                    </a>
                </p>
            }
        })
    };
    // The PIN or password of this device was wrong too often.
    let shut = session::is_shut().then(|| {
        view! {
            <Notice color="warning">
                <p>{tr::lock_shut}</p>
            </Notice>
        }
    });
    let wiped = session::was_wiped().map(|is_any_refused| {
        let said: fn() -> String = if is_any_refused { tr::held_wiped_late } else { tr::held_wiped };
        view! {
            <Notice color="info">
                <p>{said}</p>
            </Notice>
        }
    });
    let lost = move || match who.get() {
        Who::Participant => tr::auth_lost(),
        Who::Staff => tr::auth_lost_password(),
    };
    let current = move |which: Who| move || (who.get() == which).then_some("page");
    view! {
        {wiped}
        <WaySaid way/>
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
        {shut}
        {form}
        <WayButtons way/>
        <p class="sign-in__help">{lost}</p>
        {for_staff}
    }
}

/// What comes after the password is a part of its own.
fn next_step(attempt: Attempt) -> AnyView {
    provide_context(attempt);
    Door::NextStep.show()
}

/// The step an attempt has come to that somebody above provides.
#[component]
pub fn NextStep() -> impl IntoView {
    let attempt = use_context::<Attempt>();
    attempt.map(|attempt| view! { <Steps attempt/> })
}

/// The step an attempt has come to.
#[component]
pub fn Steps(
    /// The attempt.
    attempt: Attempt,
) -> impl IntoView {
    let step = Memo::new(move |_| attempt.step());
    move || match step.get() {
        Step::Password => view! { <PasswordForm attempt/> }.into_any(),
        Step::Code => view! { <CodeForm attempt/> }.into_any(),
        Step::SetSecond(second) => view! { <SetSecondForm attempt second/> }.into_any(),
    }
}
