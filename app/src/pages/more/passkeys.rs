//! Her passkeys: which she has, adding one, taking one away. The server knows them; without a network nobody does.

mod add;

use leptos::{html, prelude::*};
use shared::policy::Proof;
use wasm_bindgen_futures::spawn_local;

use self::add::{Add, Adding};
use crate::{
    components::{Dialog, Icon, Notice, Skeleton, toast},
    db::use_db,
    i18n::{dates, tr},
    platform::passkey,
    sync::{
        net::Fault,
        passkeys::{self, Passkey, Standing},
    },
};

/// Those she has, each with its way out, and the button for another.
#[component]
pub fn Passkeys() -> impl IntoView {
    let is_online = use_db().is_online();
    let found = RwSignal::new(None::<Result<Standing, Fault>>);
    let look = move || {
        spawn_local(async move {
            let standing = passkeys::standing().await;
            // The page may have been left meanwhile.
            let _ = found.try_set(Some(standing));
        });
    };
    Effect::new(move |_| {
        if is_online.get() {
            look();
        }
    });
    let heading = NodeRef::<html::H2>::new();
    let (adds, ends) = (RwSignal::new(false), RwSignal::new(false));
    let chosen = RwSignal::new(None::<Passkey>);
    let choose = move |passkey: Passkey| {
        chosen.set(Some(passkey));
        ends.set(true);
    };
    let list = move || match found.get() {
        _ if !is_online.get() => view! { <p class="soft">{tr::passkeys_offline}</p> }.into_any(),
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(_)) => view! { <Notice color="warning">{tr::passkeys_not_known}</Notice> }.into_any(),
        Some(Ok(Standing { passkeys, .. })) if passkeys.is_empty() => view! { <p>{tr::passkeys_none}</p> }.into_any(),
        Some(Ok(Standing { passkeys, .. })) => {
            let items = passkeys.into_iter().map(|passkey| view! { <Item passkey choose/> }).collect_view();
            view! { <ul class="outbox">{items}</ul> }.into_any()
        }
    };
    let adding = Adding::new();
    let shows = Memo::new(move |_| found.get().and_then(Result::ok).map(|standing| standing.shows));
    let show = move |_| {
        adding.start();
        adds.set(true);
    };
    let added = Callback::new(move |name: String| {
        adds.set(false);
        toast::say(untrack(|| tr::passkeys_added(name)));
        look();
    });
    let ended = Callback::new(move |()| look());
    let is_full = Memo::new(move |_| {
        let count = |found: &Option<Result<Standing, Fault>>| Some(found.as_ref()?.as_ref().ok()?.passkeys.len());
        found.with(count).is_some_and(|count| count >= Proof::MOST_PASSKEYS)
    });
    let another = if passkey::is_offered() {
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="secondary"
                disabled=move || !is_online.get() || shows.get().is_none() || is_full.get()
                on:click=show
            >
                <Icon name="key"/>
                {tr::passkeys_add}
            </button>
            <Show when=move || is_full.get()>
                <p class="soft small">{move || tr::passkeys_full(Proof::MOST_PASSKEYS)}</p>
            </Show>
        }
        .into_any()
    } else {
        view! { <p class="soft small">{tr::passkeys_no_browser}</p> }.into_any()
    };
    let called = Memo::new(move |_| chosen.get().map(|passkey| passkey.name).unwrap_or_default());
    view! {
        <section class="stack" aria-labelledby="passkeys">
            <h2 id="passkeys" tabindex="-1" node_ref=heading>
                {tr::passkeys_title}
            </h2>
            <p class="soft small">{tr::passkeys_what}</p>
            {list}
            {another}
            <Dialog open=adds title=tr::passkeys_add lead=tr::passkeys_add_what>
                <Add adding shows done=added/>
            </Dialog>
            <Dialog open=ends title=tr::passkeys_end lead=move || tr::passkeys_end_what(called.get())>
                <End chosen open=ends heading done=ended/>
            </Dialog>
        </section>
    }
}

#[component]
fn Item(passkey: Passkey, choose: impl Fn(Passkey) + 'static) -> impl IntoView {
    let Passkey { name, created, used, .. } = passkey.clone();
    let label = {
        let name = name.clone();
        move || tr::passkeys_end_named(name.clone())
    };
    let dates = move || {
        let today = use_db().today_now();
        let added = dates::moment(created, today);
        match used {
            Some(used) => tr::passkeys_dates(added, dates::moment(used, today)),
            None => tr::passkeys_dates_unused(added),
        }
    };
    view! {
        <li>
            <Icon name="key"/>
            <div>
                <b>{name}</b>
                <span class="soft small">{dates}</span>
            </div>
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-color="danger"
                aria-label=label
                on:click=move |_| choose(passkey.clone())
            >
                {tr::action_remove}
            </button>
        </li>
    }
}

/// Takes it away, when that is really meant: it cannot be undone.
#[component]
fn End(
    chosen: RwSignal<Option<Passkey>>,
    open: RwSignal<bool>,
    heading: NodeRef<html::H2>,
    done: Callback<()>,
) -> impl IntoView {
    let end = move |_| {
        open.set(false);
        let Some(Passkey { id, name, .. }) = chosen.get_untracked() else { return };
        spawn_local(async move {
            match passkeys::end(&id).await {
                Ok(()) => {
                    toast::say(untrack(|| tr::passkeys_ended(name)));
                    done.try_run(());
                    // The button that had the focus goes with its passkey.
                    if let Some(heading) = heading.try_get_untracked().flatten() {
                        let _ = heading.focus();
                    }
                }
                Err(_) => toast::say(untrack(tr::passkeys_not_ended)),
            }
        });
    };
    view! {
        <div class="actions">
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-color="neutral"
                on:click=move |_| open.set(false)
            >
                {tr::action_cancel}
            </button>
            <button type="button" class="ds-button" data-color="danger" on:click=end>
                {tr::action_remove}
            </button>
        </div>
    }
}
