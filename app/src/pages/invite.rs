//! An invitation, `/invite#…`: greets her by name, lets her choose user name and password, and signs her in.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};
use shared::policy::Proof;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Languages, Notice, Page, Submit},
    db::{Trouble, use_db},
    i18n::tr,
    nav,
    pages::{
        enter::{DeadEnd, NotNow, SignedInAlready, to_front, token_in},
        sign_in::{Attempt, Blank, Hello, LoginField, PasswordField, Steps, focus_when, why},
    },
    session,
    sync::net::{self, Fault, Invitation, NotAccepted},
};

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// The server is asked whom it is for.
    Asked,
    /// It does not hold, or nobody knows just now.
    Refused(Fault),
    /// She chooses.
    Open(Invitation),
    /// She has chosen; now she signs in with it.
    Accepted,
}

/// The page of an invitation.
#[component]
pub fn Invite() -> impl IntoView {
    let hash = use_location().hash;
    let navigate = use_navigate();
    let attempt = Attempt::and_then(Callback::new(move |()| navigate("/", to_front())));
    let stage = RwSignal::new(Stage::Asked);
    let look = move || {
        let token = token_in(&hash.get_untracked());
        stage.set(Stage::Asked);
        spawn_local(async move {
            let found = match net::invitation(&token).await {
                Ok(invitation) => {
                    let _ = attempt.login.try_set(invitation.login.clone().unwrap_or_default());
                    Stage::Open(invitation)
                }
                Err(fault) => Stage::Refused(fault),
            };
            let _ = stage.try_set(found);
        });
    };
    Effect::new(move |_| {
        hash.track();
        look();
    });
    let shown = move || match stage.get() {
        Stage::Asked => view! { <Hello title=tr::app_loading/> }.into_any(),
        Stage::Refused(Fault::Gone) => view! {
            <DeadEnd icon="lock" title=tr::invite_gone_title todo=tr::invite_gone_todo>
                <a class="ds-button" data-variant="secondary" href="/sign-in?as=staff">
                    {tr::auth_title}
                </a>
            </DeadEnd>
        }
        .into_any(),
        Stage::Refused(fault) => view! { <NotNow fault again=Callback::new(move |()| look())/> }.into_any(),
        Stage::Open(invitation) => view! { <Choose invitation attempt stage/> }.into_any(),
        Stage::Accepted => view! {
            <Hello title=tr::auth_title/>
            <Steps attempt/>
        }
        .into_any(),
    };
    view! {
        <Page title=tr::auth_title class="sign-in">
            {shown}
            <Languages/>
        </Page>
    }
}

/// The page of an invitation where somebody is signed in: whoever has forgotten her password takes it when her
/// session is over, without losing what waits here.
#[component]
pub fn InviteAgain() -> impl IntoView {
    let trouble = use_db().trouble();
    let is_over = Memo::new(move |_| trouble.get() == Some(Trouble::SessionOver));
    move || if is_over.get() { view! { <Invite/> }.into_any() } else { view! { <SignedInAlready/> }.into_any() }
}

/// Her user name and her password, as she wants them.
#[component]
fn Choose(invitation: Invitation, attempt: Attempt, stage: RwSignal<Stage>) -> impl IntoView {
    let hash = use_location().hash;
    let Invitation { name, role, login } = invitation;
    let declined = RwSignal::new(None::<NotAccepted>);
    let is_under_way = RwSignal::new(false);
    let accept = move |event: SubmitEvent| {
        event.prevent_default();
        if is_under_way.get_untracked() {
            return;
        }
        if attempt.lacks() {
            return declined.set(None);
        }
        let login = attempt.login.get_untracked().trim().to_lowercase();
        let secret = attempt.secret.get_untracked();
        if secret.chars().count() < Proof::SHORTEST_PASSWORD {
            return declined.set(Some(NotAccepted::WeakSecret));
        }
        is_under_way.set(true);
        declined.set(None);
        let token = token_in(&hash.get_untracked());
        spawn_local(async move {
            let accepted = session::accept(&token, &login, &secret).await;
            if accepted.is_ok() {
                attempt.run().await;
            }
            // She may be in by now, and the page gone.
            let _ = is_under_way.try_set(false);
            match accepted {
                Ok(()) => {
                    let _ = stage.try_set(Stage::Accepted);
                }
                Err(NotAccepted::Fault(Fault::Gone)) => {
                    let _ = stage.try_set(Stage::Refused(Fault::Gone));
                }
                Err(no) => {
                    let _ = declined.try_set(Some(no));
                }
            }
        });
    };
    let said = move || {
        declined.get().map(|no| {
            let said = move || match no {
                NotAccepted::LoginTaken => tr::invite_login_taken(),
                NotAccepted::WeakLogin => tr::invite_login_weak(),
                NotAccepted::WeakSecret => tr::invite_password_weak(Proof::SHORTEST_PASSWORD),
                NotAccepted::Fault(fault) => why(fault),
            };
            view! {
                <Notice color="danger" alert=true>
                    <p>{said}</p>
                </Notice>
            }
        })
    };
    let is_login_wrong =
        Signal::derive(move || matches!(declined.get(), Some(NotAccepted::LoginTaken | NotAccepted::WeakLogin)));
    let is_password_wrong = Signal::derive(move || declined.get() == Some(NotAccepted::WeakSecret));
    let (login_field, password_field) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    focus_when(is_login_wrong, login_field);
    focus_when(is_password_wrong, password_field);
    let lead: fn() -> String = if login.is_some() { tr::invite_renew } else { tr::invite_choose };
    view! {
        <Hello title=move || tr::invite_hello(name.clone()) lead/>
        <form class="card sign-in__form" on:submit=accept novalidate>
            <p class="soft">{move || tr::invite_part(nav::role_name(role))}</p>
            {said}
            <LoginField
                value=attempt.login
                wrong=is_login_wrong
                blank=attempt.is_blank(Blank::Login)
                hint=tr::invite_login_how
                field=login_field
            />
            <PasswordField
                label=tr::invite_password
                value=attempt.secret
                wrong=is_password_wrong
                blank=attempt.is_blank(Blank::Secret)
                autocomplete="new-password"
                hint=password_how
                field=password_field
            />
            <Submit is_under_way wide=true>
                {move || if is_under_way.get() { tr::auth_signing_in() } else { tr::invite_send() }}
            </Submit>
        </form>
    }
}

fn password_how() -> String {
    tr::invite_password_how(Proof::SHORTEST_PASSWORD)
}
