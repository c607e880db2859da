//! Language, this device, and signing out.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Dialog, Icon, Languages, Notice, Page, PageHead},
    db::use_db,
    i18n::tr,
    nav,
    platform::storage::{self, Keeping},
    session,
};

/// Language, this device, and signing out.
#[component]
pub fn More() -> impl IntoView {
    let me = use_db().me();
    let name = me.name.clone();
    let lead = move || format!("{} ({})", tr::auth_signed_in_as(name.clone()), nav::role_name(me.role));
    view! {
        <Page title=tr::more_title name="more">
            <PageHead title=tr::more_title lead=lead/>
            <section class="card stack" aria-labelledby="languages">
                <h2 id="languages">{tr::language_choose}</h2>
                <Languages/>
            </section>
            <ThisDevice/>
            <SignOut/>
        </Page>
    }
}

/// What the browser promises of what is saved here, how to install, and sharing now.
#[component]
fn ThisDevice() -> impl IntoView {
    let db = use_db();
    let waiting = db.waiting();
    let count = Memo::new(move |_| waiting.with(Vec::len));
    let sharing = move || match count.get() {
        0 => tr::sync_all_shared(),
        count => tr::sync_waiting(count),
    };
    let is_alone = db.is_alone();
    let keeping = move || match storage::keeping() {
        Keeping::ForGood => view! { <p>{tr::more_keeping_for_good}</p> }.into_any(),
        Keeping::Unknown => view! { <p>{tr::more_keeping_unknown}</p> }.into_any(),
        Keeping::AsLongAsItFits => view! {
            <Notice color="warning">
                <p>
                    <b>{tr::storage_not_persistent_title}</b>
                </p>
                <p>{tr::storage_not_persistent_todo}</p>
            </Notice>
        }
        .into_any(),
    };
    let install = (!storage::is_installed()).then(|| {
        view! {
            <details class="ds-details">
                <summary>{tr::more_install}</summary>
                <div>
                    <p>{tr::more_install_android}</p>
                    <p>{tr::more_install_iphone}</p>
                </div>
            </details>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="device">
            <h2 id="device">{tr::more_device}</h2>
            <p role="status">{sharing}</p>
            <div class="cluster">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    on:click=move |_| db.look()
                >
                    <Icon name="refresh"/>
                    {tr::outbox_share_now}
                </button>
                <a class="ds-button" data-variant="tertiary" href="/outbox">
                    {tr::outbox_title}
                </a>
            </div>
            <div class="stack">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="neutral"
                    on:click=move |_| db.stay_alone(!is_alone.get_untracked())
                >
                    <Icon name="offline"/>
                    {move || if is_alone.get() { tr::sync_alone_end() } else { tr::more_alone() }}
                </button>
                <p class="soft small">{tr::more_alone_what}</p>
            </div>
            {keeping}
            {install}
        </section>
    }
}

/// Signs out. Asks first only when something would be lost.
#[component]
fn SignOut() -> impl IntoView {
    let db = use_db();
    let (waiting, tray) = (db.waiting(), db.tray());
    let count = Memo::new(move |_| waiting.with(Vec::len) + tray.with(Vec::len));
    let asks = RwSignal::new(false);
    let is_leaving = RwSignal::new(false);
    let leave = move || {
        is_leaving.set(true);
        spawn_local(session::sign_out());
    };
    let tapped = move |_| if count.get_untracked() == 0 { leave() } else { asks.set(true) };
    view! {
        <p class="soft small">{tr::more_sign_out_what}</p>
        <button
            type="button"
            class="ds-button"
            data-variant="tertiary"
            data-color="neutral"
            data-wide=""
            disabled=move || is_leaving.get()
            on:click=tapped
        >
            <Icon name="leave" directional=true/>
            {tr::auth_sign_out}
        </button>
        <Dialog open=asks title=tr::auth_sign_out lead=move || tr::more_sign_out_loses(count.get())>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    data-color="danger"
                    on:click=move |_| leave()
                >
                    {tr::more_sign_out_anyway}
                </button>
                <button
                    type="button"
                    class="ds-button"
                    on:click=move |_| {
                        db.look();
                        asks.set(false);
                    }
                >
                    {tr::outbox_share_now}
                </button>
            </div>
        </Dialog>
    }
}
