//! A participant's week: five columns of pictograms in the colours of the days, and one day below.
//!
//! The day below is the one in the address, or today.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::prim::{Date, TimeOfDay, Timestamp, days_from, monday_of};

use super::today::{
    cards::{Cards, DayBand, Detail, Heading, RedDay, spoken_day},
    plan::{Card, DayPlan, Fate, whole_minute, whole_week},
};
use crate::{
    components::{DateNav, Empty, Icon, Page, Skeleton},
    db::use_db,
    i18n::{dates, tr},
    pages::{older::Older, plan::words},
};

/// The participant's week.
#[component]
pub fn Week() -> impl IntoView {
    let db = use_db();
    let (clock, today) = (db.now(), db.today());
    let now = Memo::new(move |_| whole_minute(clock.get()));
    let address = use_params_map();
    let chosen = Memo::new(move |_| {
        let date = address.with(|params| params.get("date"));
        date.and_then(|date| date.parse::<Date>().ok()).unwrap_or_else(|| today.get())
    });
    let monday = Memo::new(move |_| monday_of(chosen.get()));
    let week = db.view(move |view| whole_week(view, monday.get()));
    let day = Memo::new(move |_| {
        week.with(|week| week.as_ref().and_then(|week| week.iter().find(|day| day.date == chosen.get()).cloned()))
    });
    let columns = move || week.with(|week| week.as_deref().map(shown).unwrap_or_default());
    let is_known = Memo::new(move |_| week.with(Option::is_some));
    let is_empty = Memo::new(move |_| {
        week.with(|week| week.as_deref().is_some_and(|week| week.iter().all(|day| day.cards.is_empty())))
    });
    let is_this = Memo::new(move |_| monday.get() == monday_of(today.get()));
    let span = move || {
        let last = week.with(|week| week.as_deref().and_then(|week| shown(week).last().map(|day| day.date)));
        let last = last.unwrap_or_else(|| days_from(monday.get(), 4));
        tr::participant_span(words::day_and_month(monday.get()), words::day_and_month(last))
    };
    let step = move |days: i64| format!("/week/{}", days_from(monday.get(), days));
    let other_week = move |days: i64| dates::week_label(days_from(monday.get(), days));
    let list = move || {
        let days = columns();
        let count = days.len().to_string();
        let columns = days.into_iter().map(|day| view! { <Column day chosen today/> }).collect_view();
        view! { <ol class="week" data-days=count>{columns}</ol> }
    };
    view! {
        <Page title=tr::week_title name="week">
            <DateNav
                previous=move || format!("{}, {}", tr::week_previous(), other_week(-7))
                previous_href=move || step(-7)
                next=move || format!("{}, {}", tr::week_next(), other_week(7))
                next_href=move || step(7)
            >
                <h1>
                    {move || dates::capital(&dates::week_label(monday.get()))} " " <small>{span}</small>
                </h1>
            </DateNav>
            {move || {
                (!is_this.get())
                    .then(|| {
                        view! {
                            <p class="cluster">
                                <a class="ds-button" data-variant="secondary" href="/week">
                                    {tr::week_this}
                                </a>
                            </p>
                        }
                    })
            }}
            <Older first=monday days=7>
                {move || if is_known.get() { list().into_any() } else { view! { <Skeleton/> }.into_any() }}
                {move || {
                    is_empty
                        .get()
                        .then(|| view! { <Empty icon="calendar" title=tr::week_empty_title todo=tr::week_empty_todo/> })
                }}
                {move || (is_known.get() && !is_empty.get()).then(|| view! { <ChosenDay day chosen now/> })}
            </Older>
        </Page>
    }
}

/// The days that get a column: Saturday and Sunday only when something is on them.
fn shown(week: &[DayPlan]) -> Vec<DayPlan> {
    let last = week.iter().rposition(|day| !day.cards.is_empty()).unwrap_or(0);
    week.iter().take(last.max(4) + 1).cloned().collect()
}

/// A day of the week as a column of pictograms; a tap shows the day below.
#[component]
fn Column(day: DayPlan, chosen: Memo<Date>, today: Memo<Date>) -> impl IntoView {
    let date = day.date;
    let weekday = date.weekday().to_monday_one_offset();
    let acts = day.cards.iter().map(mark).collect_view();
    let quiet = match day.closed {
        Some(closed) => Some(
            view! {
                <span class="week__free">
                    <Icon name="red-day"/>
                    <span>{move || words::closure(&closed)}</span>
                </span>
            }
            .into_any(),
        ),
        None if day.cards.is_empty() => Some(view! { <span class="week__free">{tr::week_day_empty}</span> }.into_any()),
        None => None,
    };
    view! {
        <li>
            <a
                class="week__day"
                data-day=words::day_code(date)
                href=format!("/week/{date}")
                aria-current=move || (today.get() == date).then_some("date")
                data-chosen=move || (chosen.get() == date).then_some("")
            >
                <span class="week__head">
                    <span class="ds-sr-only">{move || dates::long_date(date)}</span>
                    <b aria-hidden="true">{move || dates::capital(&dates::short_weekday(weekday))}</b>
                    <span aria-hidden="true">{date.day().to_string()}</span>
                </span>
                {quiet}
                <span class="week__acts">{acts}</span>
            </a>
        </li>
    }
}

/// One activity in a column: pictogram, name and time.
fn mark(card: &Card) -> impl IntoView + use<> {
    let (tone, icon) = words::kind_marks(card.kind);
    let (state, said): (_, Option<fn() -> String>) = match &card.fate {
        Fate::Planned => (None, None),
        Fate::Moved(_) => (Some("moved"), Some(tr::participant_mark_moved)),
        Fate::MovedAway(_) => (Some("cancelled"), Some(tr::participant_mark_moved)),
        Fate::Cancelled(_) => (Some("cancelled"), Some(tr::participant_mark_cancelled)),
    };
    let title = card.title.clone();
    let (start, end) = (card.now.start, card.now.end);
    let time = move || match (start.map(TimeOfDay::minutes), end.map(TimeOfDay::minutes)) {
        (Some(start), _) => Some(dates::clock(start)),
        (None, Some(end)) => Some(tr::date_range_until(dates::clock(end))),
        (None, None) => None,
    };
    view! {
        <span class="week__act" data-state=state>
            <span class="tile" data-tone=tone>
                <Icon name=icon/>
            </span>
            <span class="week__what">
                <span lang="nb">{title}</span>
                {said.map(|said| view! { <span class="ds-sr-only">{said}</span> })}
            </span>
            {move || time().map(|time| view! { <time>{time}</time> })}
        </span>
    }
}

/// The chosen day in full.
#[component]
fn ChosenDay(day: Memo<Option<DayPlan>>, chosen: Memo<Date>, now: Memo<Timestamp>) -> impl IntoView {
    let spoken = Memo::new(move |_| day.with(|day| day.as_ref().map(|day| spoken_day(day, None)).unwrap_or_default()));
    let cards = Memo::new(move |_| day.with(|day| day.as_ref().map(|day| day.cards.clone()).unwrap_or_default()));
    let closed = Memo::new(move |_| day.with(|day| day.as_ref().and_then(|day| day.closed.clone())));
    let is_free = move || cards.with(Vec::is_empty) && closed.with(Option::is_none);
    view! {
        <section class="stack" id="day" aria-labelledby="chosen-day">
            <DayBand date=chosen heading=Heading::Part("chosen-day") spoken/>
            {move || closed.get().map(|closed| view! { <RedDay closed/> })}
            {move || is_free().then(|| view! { <p class="soft">{tr::week_day_empty}</p> })}
            <Cards cards now detail=Detail::Full/>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        domain::exception,
        testkit::{at, centre, date, id},
    };

    use super::*;

    #[test]
    fn a_week_has_five_columns_unless_the_weekend_has_something() {
        let mut rows = centre();
        let columns = |rows: &shared::testkit::Rows| {
            let week = whole_week(rows.view(), date("2026-11-24")).unwrap();
            shown(&week).len()
        };
        assert_eq!(columns(&rows), 5);
        let to_saturday = exception::Move {
            series: id("norwegian-tue"),
            date: date("2026-11-24"),
            to: date("2026-11-28"),
            start: None,
            end: None,
            place: None,
        };
        rows.run("adviser", Role::Adviser, at("2026-11-23 10:00"), to_saturday).unwrap();
        assert_eq!(columns(&rows), 6);
    }
}
