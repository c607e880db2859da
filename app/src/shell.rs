//! The frame around every page: the top bar, the quiet lines under it, and the full stop.

use std::cell::Cell;

use leptos::prelude::*;
use shared::Role;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Icon, Page},
    db::{Trouble, use_db},
    i18n::{self, tr},
    platform::{clock, draft, update},
    session, sync,
};

/// Past everything that is the same on each page.
#[component]
pub fn SkipLink() -> impl IntoView {
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let main = document().get_element_by_id("main");
        if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Cannot fail for an element of the document.
            let _ = main.focus();
        }
    };
    view! {
        <a class="skip" href="#main" on:click=skip>
            {tr::app_skip_to_content}
        </a>
    }
}

/// The product, the state of sharing, and the way to language and device.
#[component]
pub fn TopBar(
    /// The part of whoever is signed in.
    role: Memo<Option<Role>>,
) -> impl IntoView {
    let end = move || {
        role.get().map(|_| {
            view! {
                <SyncChip/>
                <a class="top__button" href="/more" title=tr::shell_language>
                    <Icon name="language"/>
                    <span>{move || i18n::language().own_name}</span>
                </a>
            }
        })
    };
    view! {
        <header class="top">
            <a class="brand" href="/">
                <Icon name="minvei" class="brand__mark"/>
                <span>{tr::app_name}</span>
            </a>
            <div class="top__end">{end}</div>
        </header>
    }
}

/// How much is not shared yet; leads to the list of it by name.
#[component]
fn SyncChip() -> impl IntoView {
    let db = use_db();
    let (queue, is_online) = (db.counts(), db.is_online());
    let counts = Memo::new(move |_| {
        let (waiting, refused) = queue.get();
        (refused, waiting, is_online.get())
    });
    let state = move || match counts.get() {
        (1.., _, _) => "refused",
        (0, _, false) => "offline",
        (0, 1.., true) => "saved",
        (0, 0, true) => "shared",
    };
    let said = move || match counts.get() {
        (refused @ 1.., _, _) => tr::sync_chip_refused(refused),
        (0, 0, false) => tr::sync_chip_offline(),
        (0, count, false) => tr::sync_chip_offline_count(count),
        (0, 1.., true) if session::keeps_nothing() => tr::sync_sharing(),
        (0, count @ 1.., true) => tr::sync_chip_saved(count),
        (0, 0, true) => tr::sync_shared(),
    };
    view! {
        <a class="sync-chip" href="/outbox" data-state=state>
            <Icon name=state/>
            <span>{said}</span>
        </a>
    }
}

/// Quiet lines under the top bar: nothing is kept, no network, something in the way, a new version.
#[component]
pub fn Lines(
    /// The part of whoever is signed in.
    role: Memo<Option<Role>>,
) -> impl IntoView {
    let db = use_db();
    let (is_online, trouble) = (db.is_online(), db.trouble());
    let is_alone = db.is_alone();
    let offline = move || {
        let is_shown = role.get().is_some() && !is_online.get();
        is_shown.then(|| {
            let said = move || match (trouble.get(), is_alone.get()) {
                // Then nothing is saved, and the line below says so.
                (Some(Trouble::StorageFull), _) => tr::sync_chip_offline(),
                (_, _) if session::keeps_nothing() => tr::online_offline(),
                (_, true) => tr::sync_alone(),
                (_, false) => tr::sync_offline(),
            };
            let back = move || {
                is_alone.get().then(|| {
                    view! {
                        <button type="button" on:click=move |_| db.stay_alone(false)>
                            {tr::sync_alone_end}
                        </button>
                    }
                })
            };
            view! {
                <p class="line" data-kind="offline">
                    <Icon name="offline"/>
                    <span>{said}</span>
                    {back}
                </p>
            }
        })
    };
    let is_kept_nowhere = move || role.get().is_some() && session::keeps_nothing();
    let kept_nowhere = move || {
        is_kept_nowhere().then(|| {
            view! {
                <p class="line" data-kind="online">
                    <Icon name="eye-off"/>
                    <span>{tr::online_line}</span>
                    <button type="button" on:click=|_| spawn_local(session::sign_out())>
                        {tr::auth_sign_out}
                    </button>
                </p>
            }
        })
    };
    // Paper is kept, and seen by whoever passes the printer.
    let unprinted =
        move || is_kept_nowhere().then(|| view! { <p class="print-only unprinted">{tr::online_unprinted}</p> });
    // Asked for while something is half-written: it comes when that is saved or left.
    let is_waiting = RwSignal::new(false);
    let take = move |_| {
        is_waiting.set(draft::is_open());
        change_over();
    };
    let new_version = move || {
        let said = move || match is_waiting.get() {
            true => tr::update_waits(),
            false => sentences(tr::update_ready_title, tr::update_ready_todo),
        };
        let button = move || {
            (!is_waiting.get()).then(|| {
                view! {
                    <button type="button" on:click=take>
                        {tr::update_take}
                    </button>
                }
            })
        };
        update::is_ready().then(|| {
            view! {
                <p class="line" data-kind="version">
                    <Icon name="refresh"/>
                    <span>{said}</span>
                    {button}
                </p>
            }
        })
    };
    let in_the_way = move || {
        let trouble = trouble.get().filter(|_| role.get().is_some())?;
        line(trouble)
    };
    view! {
        {unprinted}
        <div class="lines" aria-live="polite">
            {kept_nowhere} {offline} {in_the_way} {new_version}
        </div>
    }
}

/// What is, and what to do, in one line.
fn sentences(title: fn() -> String, todo: fn() -> String) -> String {
    format!("{}. {}", title(), todo())
}

/// A new version cuts off no write, and takes nothing away that is being written.
fn change_over() {
    thread_local! {
        static IS_WAITING: Cell<bool> = const { Cell::new(false) };
    }
    if IS_WAITING.replace(true) {
        return;
    }
    spawn_local(async {
        while sync::is_saving() || draft::is_open() {
            clock::sleep(100).await;
        }
        IS_WAITING.set(false);
        update::take();
    });
}

/// What stands in the way while work can go on.
fn line(trouble: Trouble) -> Option<AnyView> {
    match trouble {
        Trouble::StorageFull => Some(
            view! {
                <p class="line" data-kind="storage">
                    <Icon name="alert"/>
                    <span>{move || sentences(tr::storage_full_title, tr::storage_full_todo)}</span>
                </p>
            }
            .into_any(),
        ),
        Trouble::SessionOver => Some(session_over()),
        Trouble::TooOld => Some(
            view! {
                <p class="line" data-kind="version">
                    <Icon name="refresh"/>
                    <span>{tr::shell_too_old}</span>
                    <button type="button" on:click=move |_| change_over()>
                        {tr::storage_reload}
                    </button>
                </p>
            }
            .into_any(),
        ),
        Trouble::ServerIsOlder => Some(
            view! {
                <p class="line" data-kind="storage">
                    <Icon name="alert"/>
                    <span>{tr::shell_server_older}</span>
                </p>
            }
            .into_any(),
        ),
        Trouble::StorageMissing | Trouble::StorageBlocked | Trouble::OtherTab | Trouble::NewerDatabase => None,
    }
}

/// She comes in again the way she came before.
fn session_over() -> AnyView {
    let has_link = session::has_link();
    let said = move || if has_link { tr::enter_again() } else { tr::auth_again() };
    // Another page would take what is half-written with it.
    let sign_in = |event: leptos::ev::MouseEvent| {
        if draft::is_open() {
            event.prevent_default();
            session::sign_in_over(true);
        }
    };
    view! {
        <p class="line" data-kind="storage">
            <Icon name="lock"/>
            <span>{said}</span>
            {(!has_link)
                .then(|| {
                    view! {
                        <a href="/sign-in" on:click=sign_in>
                            {tr::auth_sign_in}
                        </a>
                    }
                })}
        </p>
    }
    .into_any()
}

/// Must work stop until this is dealt with? Two engines on one disk, or none, would lose something.
pub const fn stops(trouble: Trouble) -> bool {
    match trouble {
        Trouble::StorageMissing | Trouble::StorageBlocked | Trouble::OtherTab | Trouble::NewerDatabase => true,
        Trouble::StorageFull | Trouble::SessionOver | Trouble::TooOld | Trouble::ServerIsOlder => false,
    }
}

/// A full stop: what is wrong, what to do, one button.
#[component]
pub fn Stopped(
    /// What stands in the way.
    trouble: Trouble,
) -> impl IntoView {
    type Words = fn() -> String;
    let (title, todo, button): (Words, Words, Words) = match trouble {
        Trouble::StorageMissing => (tr::storage_missing_title, tr::storage_missing_todo, tr::action_retry),
        Trouble::StorageFull => (tr::storage_full_title, tr::storage_full_todo, tr::action_retry),
        Trouble::StorageBlocked => (tr::storage_blocked_title, tr::storage_blocked_todo, tr::action_retry),
        Trouble::OtherTab => (tr::storage_elsewhere_title, tr::storage_elsewhere_todo, tr::storage_elsewhere_use_here),
        Trouble::NewerDatabase => (tr::storage_newer_title, tr::storage_newer_todo, tr::storage_reload),
        Trouble::SessionOver | Trouble::TooOld | Trouble::ServerIsOlder => {
            (tr::fault_page_title, tr::fault_page_todo, tr::storage_reload)
        }
    };
    view! {
        <Page title=title>
            <div class="empty" role="alert">
                <Icon name="alert"/>
                <h1>{title}</h1>
                <p>{todo}</p>
                <button type="button" class="ds-button" on:click=|_| update::reload()>
                    {button}
                </button>
            </div>
        </Page>
    }
}
