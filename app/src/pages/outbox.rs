//! What is not shared yet, by name, and the tray of what was refused: correct, try again, let it be.

use leptos::prelude::*;
use shared::{
    domain::held::{self, HeldCommand},
    prim::Timestamp,
    sync::engine::{AnyCommandEq, Waiting},
};

use crate::{
    components::{Empty, Icon, Notice, Page, PageHead, ShareMark},
    db::use_db,
    i18n::{self, dates, tr},
    names,
    platform::file,
    session,
};

/// What is not shared yet, and what was refused.
#[component]
pub fn Outbox() -> impl IntoView {
    let db = use_db();
    let (waiting, tray, counts) = (db.waiting(), db.tray(), db.counts());
    let is_empty = Memo::new(move |_| counts.get() == (0, 0) && tray.with(Vec::is_empty));
    let title = move || if is_empty.get() { tr::outbox_all_shared_title() } else { tr::outbox_title() };
    let lead = move || match counts.get().0 {
        0 => tr::sync_all_shared(),
        count => format!("{}. {}", tr::sync_waiting(count), tr::outbox_hint()),
    };
    let content = move || {
        if is_empty.get() {
            return view! { <Empty icon="shared" title=tr::outbox_empty/> }.into_any();
        }
        view! {
            <Waitings waiting/>
            <ToManager tray/>
            <Tray tray/>
        }
        .into_any()
    };
    view! {
        <Page title=title name="outbox">
            <PageHead title=title lead=lead/>
            {content}
            <FromManager/>
        </Page>
    }
}

/// What waits to be shared, oldest first.
#[component]
fn Waitings(waiting: Memo<Vec<Waiting>>) -> impl IntoView {
    let db = use_db();
    let is_any = move || waiting.with(|waiting| !waiting.is_empty());
    view! {
        <Show when=is_any>
            <ol class="outbox">
                <For
                    each=move || waiting.get()
                    key=|one: &Waiting| one.seq
                    children=|one: Waiting| view! { <Item waiting=one/> }
                />
            </ol>
            <div class="actions">
                <button type="button" class="ds-button" data-variant="secondary" on:click=move |_| db.look()>
                    <Icon name="refresh"/>
                    {tr::outbox_share_now}
                </button>
            </div>
            <Rescue/>
        </Show>
    }
}

/// The last way out: what waits, as a file that a desk takes in.
#[component]
fn Rescue() -> impl IntoView {
    let has_failed = RwSignal::new(false);
    let save = move |_| {
        let file = session::rescue();
        has_failed.set(!file.is_some_and(|text| file::save("minvei.json", &text)));
    };
    view! {
        <details class="ds-details">
            <summary>{tr::outbox_rescue}</summary>
            <div class="stack">
                <p>{tr::outbox_rescue_what}</p>
                <button type="button" class="ds-button" data-variant="secondary" on:click=save>
                    <Icon name="download"/>
                    {tr::outbox_rescue_save}
                </button>
                {move || {
                    has_failed
                        .get()
                        .then(|| view! { <Notice color="danger" alert=true>{tr::fault_not_saved}</Notice> })
                }}
            </div>
        </details>
    }
}

/// What was refused, oldest first.
#[component]
fn Tray(tray: Memo<Vec<Waiting>>) -> impl IntoView {
    let refused = Memo::new(move |_| tray.get().into_iter().filter(|one| !one.is_held).collect::<Vec<_>>());
    let is_any = move || refused.with(|refused| !refused.is_empty());
    view! {
        <Show when=is_any>
            <section class="stack" aria-labelledby="refused">
                <h2 id="refused">{tr::outbox_refused_heading}</h2>
                <ol class="tray">
                    <For
                        each=move || refused.get()
                        key=|one: &Waiting| one.seq
                        children=|one: Waiting| view! { <Refused waiting=one/> }
                    />
                </ol>
            </section>
        </Show>
    }
}

/// What somebody who answers for the centre is asked about, oldest first.
#[component]
fn ToManager(tray: Memo<Vec<Waiting>>) -> impl IntoView {
    let held = Memo::new(move |_| tray.get().into_iter().filter(|one| one.is_held).collect::<Vec<_>>());
    let is_any = move || held.with(|held| !held.is_empty());
    view! {
        <Show when=is_any>
            <section class="stack" aria-labelledby="held">
                <h2 id="held">{tr::outbox_held_heading}</h2>
                <ol class="tray">
                    <For
                        each=move || held.get()
                        key=|one: &Waiting| one.seq
                        children=|one: Waiting| view! { <Held waiting=one/> }
                    />
                </ol>
            </section>
        </Show>
    }
}

/// What somebody who answers for the centre has said to what she did, the latest first.
#[component]
fn FromManager() -> impl IntoView {
    let db = use_db();
    let me = db.me().user;
    let told = db.view(move |view| Ok(held::told(&me, view)?.into_iter().cloned().collect::<Vec<_>>()));
    let told = Memo::new(move |_| told.get().unwrap_or_default());
    view! {
        <Show when=move || told.with(|told| !told.is_empty())>
            <section class="stack" aria-labelledby="answered">
                <h2 id="answered">{tr::outbox_answered_heading}</h2>
                <ol class="tray">
                    <For
                        each=move || told.get()
                        key=|one: &HeldCommand| one.id.clone()
                        children=|one: HeldCommand| view! { <Told one/> }
                    />
                </ol>
            </section>
        </Show>
    }
}

/// One answer. What it was about is not hers any more.
#[component]
fn Told(one: HeldCommand) -> impl IntoView {
    let HeldCommand { name, made_at, answered, .. } = one;
    let said = move || {
        answered.as_ref().map(|answered| {
            let on = dates::long_date(answered.on);
            if answered.yes { tr::outbox_answered_yes(on) } else { tr::outbox_answered_no(on) }
        })
    };
    view! {
        <li class="card">
            <h3>{move || i18n::kind(&name)}</h3>
            <p>{said}</p>
            <p class="soft small">{move || tr::outbox_made_at(when(made_at))}</p>
        </li>
    }
}

/// One thing a manager decides: there is nothing to be done but to know it.
#[component]
fn Held(waiting: Waiting) -> impl IntoView {
    let db = use_db();
    let (seq, made_at) = (waiting.seq, waiting.made_at);
    view! {
        <li class="card">
            <h3>{move || i18n::what(&waiting)}</h3>
            <p>{tr::outbox_held}</p>
            <p class="soft small">{move || tr::outbox_made_at(when(made_at))}</p>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="neutral"
                    on:click=move |_| db.drop_from_tray(seq)
                >
                    <Icon name="check"/>
                    {tr::outbox_dismiss}
                </button>
            </div>
        </li>
    }
}

/// One thing that waits.
#[component]
fn Item(waiting: Waiting) -> impl IntoView {
    let icon = icon(&waiting);
    let made_at = waiting.made_at;
    let about = waiting.command.as_ref().and_then(|AnyCommandEq(command)| command.about());
    let state = about.map(|(kind, key)| view! { <ShareMark kind key/> });
    view! {
        <li>
            <Icon name=icon/>
            <div>
                <b>{move || i18n::what(&waiting)}</b>
                <span class="soft small">{move || tr::outbox_made_at(when(made_at))}</span>
            </div>
            {state}
        </li>
    }
}

/// One thing the server refused: why, and three ways on.
#[component]
fn Refused(waiting: Waiting) -> impl IntoView {
    let db = use_db();
    let still_refused = RwSignal::new(None::<shared::Rejection>);
    let seq = waiting.seq;
    let made_at = waiting.made_at;
    let why = waiting.refused.clone();
    let page = waiting.command.as_ref().map(|AnyCommandEq(command)| names::page_of(command));
    let retry = move |_| still_refused.set(db.retry(seq).err());
    let retry = (!waiting.is_emptied()).then(|| {
        view! {
            <button type="button" class="ds-button" data-variant="secondary" on:click=retry>
                <Icon name="refresh"/>
                {tr::outbox_try_again}
            </button>
        }
    });
    let edit = page.map(|page| {
        view! {
            <a class="ds-button" href=page>
                <Icon name="edit"/>
                {tr::outbox_edit}
            </a>
        }
    });
    let why = move || {
        let reason = why.as_ref().map(i18n::rejection).unwrap_or_default();
        tr::outbox_why(reason)
    };
    let answer = move || {
        still_refused.get().map(|rejection| {
            let said = move || tr::outbox_retry_refused(i18n::rejection(&rejection));
            view! {
                <Notice color="danger" alert=true>
                    <p>{said}</p>
                </Notice>
            }
        })
    };
    view! {
        <li class="card">
            <h3>{move || i18n::what(&waiting)}</h3>
            <p class="tray__why">{why}</p>
            <p class="state" data-state="refused">
                <Icon name="refused"/>
                <span>{move || format!("{} · {}", tr::sync_refused(), when(made_at))}</span>
            </p>
            {answer}
            <div class="actions">
                {edit}
                {retry}
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="neutral"
                    on:click=move |_| db.drop_from_tray(seq)
                >
                    <Icon name="trash"/>
                    {tr::outbox_dismiss}
                </button>
            </div>
        </li>
    }
}

fn icon(waiting: &Waiting) -> &'static str {
    let command = waiting.command.as_ref();
    command.map_or("outbox", |AnyCommandEq(command)| names::icon(command))
}

fn when(made_at: Timestamp) -> String {
    dates::moment(made_at, use_db().today_now())
}
