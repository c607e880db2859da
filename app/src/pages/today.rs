//! A participant's day: what is now, what is next, what was changed, and a glance at tomorrow.
//!
//! Everything on it is on the device, and every minute it says again where in the day we are.

pub(crate) mod cards;
pub(crate) mod plan;

use leptos::prelude::*;
use shared::{
    domain::series::Series,
    prim::{Date, Timestamp, day_after},
};

use self::{
    cards::{Between, Cards, DayBand, Detail, Heading, RedDay, spoken_day},
    plan::{DayPlan, When, next_start, when},
};
use crate::{
    components::{Empty, Page, Skeleton},
    db::use_db,
    i18n::{dates, tr},
    pages::plan::words,
};

/// What the page has to say of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Screen {
    /// The first data is on its way.
    Loading,
    /// No activity is planned at all.
    NotPlanned,
    /// Nothing today.
    Free,
    /// There are cards.
    Cards,
}

/// The participant's day.
#[component]
pub fn Today() -> impl IntoView {
    let db = use_db();
    let (clock, date, is_filled) = (db.now(), db.today(), db.is_filled());
    let now = Memo::new(move |_| plan::whole_minute(clock.get()));
    let today = db.view(move |view| plan::day(view, date.get()));
    let tomorrow = db.view(move |view| plan::day(view, day_after(date.get())));
    let has_plan = db.view(|view| Ok(!view.all::<Series>()?.is_empty()));
    let cards = Memo::new(move |_| today.with(|day| day.as_ref().map(|day| day.cards.clone()).unwrap_or_default()));
    let closed = Memo::new(move |_| today.with(|day| day.as_ref().and_then(|day| day.closed.clone())));
    let screen = Memo::new(move |_| {
        let is_known = today.with(Option::is_some) && is_filled.get();
        match has_plan.get() {
            _ if !cards.with(Vec::is_empty) => Screen::Cards,
            Some(has_plan) if is_known => {
                if has_plan {
                    Screen::Free
                } else {
                    Screen::NotPlanned
                }
            }
            Some(_) | None => Screen::Loading,
        }
    });
    let spoken = Memo::new(move |_| {
        today.with(|day| day.as_ref().map(|day| spoken_day(day, Some(now.get()))).unwrap_or_default())
    });
    let is_over = Memo::new(move |_| cards.with(|cards| nothing_more(cards, now.get())));
    let content = move || match screen.get() {
        Screen::Loading => view! { <Skeleton/> }.into_any(),
        Screen::NotPlanned => {
            view! { <Empty icon="calendar" title=tr::today_not_planned_title todo=tr::today_not_planned_todo/> }
                .into_any()
        }
        // On a red day its own card says why nothing happens.
        Screen::Free => (move || closed.with(Option::is_none).then(|| view! { <Free/> })).into_any(),
        Screen::Cards => view! {
            <Cards cards now detail=Detail::Live/>
            {move || is_over.get().then(|| view! { <Between said=tr::today_nothing_more/> })}
        }
        .into_any(),
    };
    view! {
        <Page title=tr::today_title name="today">
            <DayBand date heading=Heading::Page spoken/>
            {move || closed.get().map(|closed| view! { <RedDay closed/> })}
            {content}
            <Tomorrow plan=tomorrow now/>
        </Page>
    }
}

#[component]
fn Free() -> impl IntoView {
    view! {
        <Empty icon="sun" title=tr::today_nothing>
            <a class="ds-button" data-variant="secondary" href="/week">
                {tr::participant_see_week}
            </a>
        </Empty>
    }
}

/// Tomorrow, quieter and shorter.
#[component]
fn Tomorrow(plan: Memo<Option<DayPlan>>, now: Memo<Timestamp>) -> impl IntoView {
    let date = Memo::new(move |_| plan.with(|plan| plan.as_ref().map(|plan| plan.date)));
    let cards = Memo::new(move |_| plan.with(|plan| plan.as_ref().map(|plan| plan.cards.clone()).unwrap_or_default()));
    let closed = move || plan.with(|plan| plan.as_ref().and_then(|plan| plan.closed.clone()));
    let quiet = move || {
        if let Some(closed) = closed() {
            return Some(tr::today_red_day_because(words::closure(&closed)));
        }
        cards.with(Vec::is_empty).then(tr::week_day_empty)
    };
    let section = move |date: Date| {
        view! {
            <section class="tomorrow" data-day=words::day_code(date) aria-labelledby="tomorrow">
                <h2 id="tomorrow">{move || tr::participant_tomorrow(dates::weekday_of(date))}</h2>
                {move || quiet().map(|said| view! { <p class="soft">{said}</p> })}
                <Cards cards now detail=Detail::Short/>
            </section>
        }
    };
    move || date.get().map(section)
}

/// Is everything of today over? Nothing is said of a day on which nothing happens.
fn nothing_more(cards: &[plan::Card], now: Timestamp) -> bool {
    let next = next_start(cards, now);
    let mut happening = cards.iter().filter(|card| card.happens()).peekable();
    happening.peek().is_some() && happening.all(|card| when(card, now, next) == When::Past)
}
