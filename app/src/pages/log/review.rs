//! What in the log deserves a second look: each item with a button that says it has had it.

use leptos::prelude::*;
use shared::{
    Command as _,
    domain::{glass, staff::Staff},
    policy,
};
use wasm_bindgen_futures::spawn_local;

use super::words::item;
use crate::{
    components::{Another, Empty, Icon, Notice, Skeleton, focus_page},
    db::use_db,
    i18n::tr,
    sync::{
        log::{self, Entry, Review},
        net::Fault,
    },
};

/// What the server has told, and whether something went wrong since.
#[derive(Clone, Copy)]
struct Told {
    review: RwSignal<Option<Result<Review, Fault>>>,
    is_asking: RwSignal<bool>,
    has_failed: RwSignal<bool>,
}

impl Told {
    fn new() -> Self {
        Self { review: RwSignal::new(None), is_asking: RwSignal::new(false), has_failed: RwSignal::new(false) }
    }

    /// Asks for the newest.
    fn ask(self) {
        spawn_local(async move {
            let told = log::review(None).await;
            // The page may have been left meanwhile.
            let _ = self.review.try_set(Some(told));
        });
    }

    /// Goes further back.
    fn go_on(self) {
        let Some(before) = self.next() else { return };
        self.is_asking.set(true);
        spawn_local(async move {
            let older = log::review(Some(&before)).await;
            let _ = self.is_asking.try_set(false);
            let _ = self.has_failed.try_set(older.is_err());
            if let Ok(older) = older {
                self.change(move |review| {
                    // Asked for twice, or before all of it was asked for anew.
                    if review.next.as_ref() == Some(&before) {
                        review.go_on(older);
                    }
                });
            }
        });
    }

    /// The entry that stands here has been looked through.
    fn mark(self, place: String) {
        self.is_asking.set(true);
        spawn_local(async move {
            let marked = log::mark(&place).await;
            let _ = self.is_asking.try_set(false);
            let _ = self.has_failed.try_set(marked.is_err());
            if marked.is_ok() && self.change(|review| review.take_out(place)) {
                // The button that was tapped has gone with its item.
                focus_page();
            }
        });
    }

    /// Changes what is shown, if the page is still there.
    fn change(self, change: impl FnOnce(&mut Review)) -> bool {
        let changed = self.review.try_update(|review| match review {
            Some(Ok(review)) => {
                change(review);
                true
            }
            Some(Err(_)) | None => false,
        });
        changed == Some(true)
    }

    fn next(self) -> Option<String> {
        self.review.with_untracked(|review| review.as_ref()?.as_ref().ok()?.next.clone())
    }

    fn with<T>(self, look: impl FnOnce(&Review) -> T) -> Option<T> {
        self.review.with(|review| review.as_ref().and_then(|told| told.as_ref().ok()).map(look))
    }
}

/// The list of what deserves a second look.
#[component]
pub fn Reviewing() -> impl IntoView {
    let db = use_db();
    let is_online = db.is_online();
    let told = Told::new();
    Effect::new(move |_| {
        if is_online.get() {
            told.ask();
        }
    });
    let items = Memo::new(move |_| told.with(|review| review.items.clone()).unwrap_or_default());
    let is_known = Memo::new(move |_| told.with(|_| ()).is_some());
    let is_unknown = Memo::new(move |_| told.review.with(|review| matches!(review, Some(Err(_)))));
    let is_empty = Memo::new(move |_| items.with(Vec::is_empty));
    let has_older = Memo::new(move |_| told.with(|review| review.next.is_some()).unwrap_or(false));
    let again = move |_| {
        told.review.set(None);
        told.ask();
    };
    let content = move || match (is_known.get(), is_empty.get()) {
        (true, true) => {
            let title = move || if has_older.get() { tr::log_review_older() } else { tr::log_review_empty() };
            view! { <Empty icon="check-circle" title=title/> }.into_any()
        }
        (true, false) => view! {
            <ol class="outbox">
                <For
                    each=move || items.get()
                    key=|entry: &Entry| (entry.place.clone(), entry.people)
                    children=move |entry: Entry| view! { <Item entry told/> }
                />
            </ol>
        }
        .into_any(),
        // What is here already stays when the network goes.
        (false, _) if !is_online.get() => {
            view! { <Empty icon="offline" title=tr::log_offline todo=tr::older_away_todo/> }.into_any()
        }
        (false, _) if is_unknown.get() => view! {
            <Notice color="warning" alert=true>
                <p>{tr::log_not_known}</p>
                <div class="cluster">
                    <button type="button" class="ds-button" data-variant="secondary" on:click=again>
                        <Icon name="refresh"/>
                        {tr::action_retry}
                    </button>
                </div>
            </Notice>
        }
        .into_any(),
        (false, _) => view! { <Skeleton/> }.into_any(),
    };
    let failed = move || {
        let notice = || view! { <Notice color="warning" alert=true>{tr::log_not_known}</Notice> };
        told.has_failed.get().then(notice)
    };
    let cannot_ask = Signal::derive(move || told.is_asking.get() || !is_online.get());
    let on_tap = Callback::new(move |()| told.go_on());
    let older = move || has_older.get().then(|| view! { <Another said=tr::log_older disabled=cannot_ask on_tap/> });
    view! {
        <p class="soft">{tr::log_review_lead}</p>
        {failed}
        {content}
        {older}
    }
}

/// One item, and the button that takes it out of the list.
#[component]
fn Item(entry: Entry, told: Told) -> impl IntoView {
    let db = use_db();
    let (today, is_online) = (db.today(), db.is_online());
    let place = entry.place.clone();
    let is_own = entry.by == Some(db.me().user) && entry.name.as_deref() == Some(glass::Break::NAME);
    let line = Memo::new(move |_| item(&entry, today.get()));
    let icon = line.with_untracked(|line| line.icon);
    let said = move || line.with(|line| line.said.clone());
    let done = if is_own {
        view! { <Own/> }.into_any()
    } else {
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="secondary"
                data-size="sm"
                aria-label=move || tr::log_review_done_of(said())
                disabled=move || told.is_asking.get() || !is_online.get()
                on:click=move |_| told.mark(place.clone())
            >
                {tr::log_review_done}
            </button>
        }
        .into_any()
    };
    view! {
        <li>
            {icon.map(|name| view! { <Icon name/> })}
            <div>
                <b>{said}</b>
                <span class="soft small">{move || line.with(|line| line.small.clone())}</span>
            </div>
            {done}
        </li>
    }
}

/// That another must look through it; and where there is no other, how there comes to be one.
#[component]
fn Own() -> impl IntoView {
    let db = use_db();
    let me = db.me().user;
    let is_alone = db.view(move |view| {
        let answers = |one: &Staff| one.left.is_none() && one.role == policy::ANSWERS;
        Ok(!view.all::<Staff>()?.into_iter().any(|one| answers(one) && one.id != me))
    });
    view! {
        <p class="soft small">
            {tr::log_review_own}
            <Show when=move || is_alone.get() == Some(true)>
                " " {tr::log_review_alone} " " <a href="/staff">{tr::log_review_staff}</a>
            </Show>
        </p>
    }
}
