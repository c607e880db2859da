//! Who did what with whose information: a participant sees what was done to hers, staff what they did themselves,
//! whoever answers for the centre all of it, and what of it deserves a second look. The log is the server's, so the
//! page needs a network.

mod entries;
mod review;
mod words;

use leptos::prelude::*;
use shared::policy::{self, Action};

use self::{entries::Entries, review::Reviewing};
use crate::{
    components::{Page, PageHead},
    db::use_db,
    i18n::tr,
};

/// What of the log somebody sees. The server decides it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What was done to her rows.
    Hers,
    /// What she did herself.
    Own,
    /// All of it.
    All,
}

impl Part {
    /// The part of whoever is signed in.
    pub fn now() -> Self {
        let db = use_db();
        if db.can(Action::SeeLog, Vec::new()) {
            Self::All
        } else if db.me().role == policy::TAKES_PART {
            Self::Hers
        } else {
            Self::Own
        }
    }

    /// What it is called.
    pub fn title(self) -> String {
        match self {
            Self::Hers => tr::log_hers_title(),
            Self::Own => tr::log_own_title(),
            Self::All => tr::log_all_title(),
        }
    }

    /// What stands in it.
    pub fn lead(self) -> String {
        match self {
            Self::Hers => tr::log_hers_lead(),
            Self::Own => tr::log_own_lead(),
            Self::All => tr::log_all_lead(),
        }
    }

    /// That nothing stands in it.
    fn nothing(self) -> String {
        match self {
            Self::Hers => tr::log_hers_empty(),
            Self::Own | Self::All => tr::log_empty(),
        }
    }
}

/// What is shown of all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Every entry, day by day.
    Everything,
    /// What deserves a second look.
    Review,
}

/// The page of the log.
#[component]
pub fn LogPage() -> impl IntoView {
    let part = Memo::new(|_| Part::now());
    let chosen = RwSignal::new(Shown::Everything);
    let shown = Memo::new(move |_| if part.get() == Part::All { chosen.get() } else { Shown::Everything });
    let title = move || part.get().title();
    view! {
        <Page title=title name="log">
            <PageHead title=title lead=move || part.get().lead()/>
            {move || (part.get() == Part::All).then(|| view! { <Choice chosen/> })}
            {move || match shown.get() {
                Shown::Everything => view! { <Entries part/> }.into_any(),
                Shown::Review => view! { <Reviewing/> }.into_any(),
            }}
        </Page>
    }
}

/// Everything, or what deserves a second look.
#[component]
fn Choice(chosen: RwSignal<Shown>) -> impl IntoView {
    let choice = |shown: Shown, said: fn() -> String| {
        view! {
            <label>
                <input
                    type="radio"
                    name="log-shown"
                    prop:checked=move || chosen.get() == shown
                    on:change=move |_| chosen.set(shown)
                />
                <span>{move || said()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments">
            <legend class="ds-sr-only">{tr::log_shown}</legend>
            {choice(Shown::Everything, tr::log_everything)}
            {choice(Shown::Review, tr::log_review)}
        </fieldset>
    }
}
