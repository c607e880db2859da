//! A school's link, `/enter#…`: it signs in at once. It stays in the address until then, for a bookmark.

use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Icon, Languages, Page},
    db::{Trouble, use_db},
    i18n::tr,
    pages::{
        Home,
        sign_in::{Hello, why},
    },
    session,
    sync::net::Fault,
};

/// The page behind a link while nobody is signed in, or while her session is over.
#[component]
pub fn Enter() -> impl IntoView {
    let hash = use_location().hash;
    let navigate = use_navigate();
    // Nothing while an answer is waited for.
    let refused = RwSignal::new(None::<Fault>);
    let enter = move || {
        let (token, navigate) = (token_in(&hash.get_untracked()), navigate.clone());
        if token.is_empty() {
            return refused.set(Some(Fault::Gone));
        }
        refused.set(None);
        spawn_local(async move {
            let fault = match session::enter(&token).await {
                Ok(()) if session::me().is_some() => return navigate("/", to_front()),
                // What was on this device was nobody's any more, and has just been thrown away.
                Ok(()) => Fault::NotYet,
                Err(fault) => fault,
            };
            // The page may have been left meanwhile.
            let _ = refused.try_set(Some(fault));
        });
    };
    Effect::new({
        let enter = enter.clone();
        move |_| {
            hash.track();
            enter();
        }
    });
    let shown = move || match refused.get() {
        None => view! { <Hello title=tr::auth_signing_in/> }.into_any(),
        Some(Fault::Gone) => view! {
            <DeadEnd icon="lock" title=tr::enter_gone_title todo=tr::enter_gone_todo>
                <a class="ds-button" data-variant="secondary" href="/sign-in">
                    {tr::enter_other_way}
                </a>
            </DeadEnd>
        }
        .into_any(),
        Some(fault) => {
            let enter = enter.clone();
            view! {
                <NotNow fault again=Callback::new(move |()| enter())/>
            }
            .into_any()
        }
    };
    view! {
        <Page title=tr::auth_title class="sign-in">
            {shown}
            <Languages/>
        </Page>
    }
}

/// The page behind a link while somebody is signed in on this device: her own leads home.
#[component]
pub fn EnterAgain() -> impl IntoView {
    let trouble = use_db().trouble();
    let is_over = Memo::new(move |_| trouble.get() == Some(Trouble::SessionOver));
    let token = token_in(&use_location().hash.get_untracked());
    if session::came_by(&token) {
        // What is on the device shows at once; the server is asked meanwhile.
        spawn_local(async move { session::come_again(&token).await });
        return view! { <Home/> }.into_any();
    }
    let page = move || {
        if is_over.get() { view! { <Enter/> }.into_any() } else { view! { <SignedInAlready/> }.into_any() }
    };
    page.into_any()
}

/// Somebody who is signed in has opened a link by which somebody else would sign in.
#[component]
pub fn SignedInAlready() -> impl IntoView {
    let name = use_db().me().name;
    view! {
        <Page title=tr::enter_already_title class="sign-in">
            <Hello title=tr::enter_already_title lead=move || tr::auth_signed_in_as(name.clone())/>
            <div class="card stack">
                <a class="ds-button" data-wide="" href="/">
                    {tr::enter_to_page}
                </a>
                <p>{tr::enter_already_todo}</p>
                <a class="ds-button" data-variant="secondary" data-wide="" href="/more">
                    {tr::more_title}
                </a>
            </div>
        </Page>
    }
}

/// It did not work just now: why, and once more.
#[component]
pub fn NotNow(
    /// What happened.
    fault: Fault,
    /// Tries again.
    again: Callback<()>,
) -> impl IntoView {
    let is_offline = fault == Fault::Unreachable;
    let icon = if is_offline { "offline" } else { "alert" };
    let title: fn() -> String = if is_offline { tr::enter_offline_title } else { tr::enter_failed_title };
    let todo = move || if is_offline { tr::auth_no_network_todo() } else { why(fault) };
    // Whoever is signed in can work on without the server.
    let home = session::me().map(|_| {
        view! {
            <a class="ds-button" data-variant="secondary" href="/">
                {tr::enter_to_page}
            </a>
        }
    });
    view! {
        <DeadEnd icon title todo>
            <button type="button" class="ds-button" on:click=move |_| again.run(())>
                {tr::action_retry}
            </button>
            {home}
        </DeadEnd>
    }
}

/// Here it does not go on: what is wrong, what to do, and a way out. It takes the focus and is read out.
#[component]
pub fn DeadEnd(
    /// Its picture.
    icon: &'static str,
    /// What is wrong.
    title: fn() -> String,
    /// What to do.
    #[prop(into)]
    todo: TextProp,
    /// The way out.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    heading.on_load(|heading| {
        // Cannot fail for an element of the document.
        let _ = heading.focus();
    });
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h1 tabindex="-1" node_ref=heading>
                {title}
            </h1>
            <p role="alert">{move || todo.get().to_string()}</p>
            {children()}
        </div>
    }
}

/// What stands behind `#` in the address: no browser sends it, and no log holds it.
pub fn token_in(hash: &str) -> String {
    hash.strip_prefix('#').unwrap_or(hash).to_owned()
}

/// To the front page, in the place of an address that has served its turn.
pub fn to_front() -> NavigateOptions {
    NavigateOptions { replace: true, ..NavigateOptions::default() }
}
