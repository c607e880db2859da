//! The week as a grid: a column for each day, side by side what happens at the same time.
//!
//! On a phone the same markup is a list by day. Everything in it is a button.

use leptos::prelude::*;
use shared::prim::Date;

use super::{
    Dialogs,
    model::{Closure, Day, Fate, Slot, Week},
    words,
};
use crate::{
    components::Icon,
    db::use_db,
    i18n::{dates, tr},
};

/// The grid of one week.
#[component]
pub fn Timetable(
    /// The week, once it is known.
    week: Memo<Option<Week>>,
    /// The dialogs its buttons open.
    dialogs: Dialogs,
) -> impl IntoView {
    let frame = Memo::new(move |_| {
        week.with(|week| {
            let week = week.as_ref();
            week.map_or((8, 8, 5), |week| (week.first_hour, week.hours, week.days.len()))
        })
    });
    let days = Memo::new(move |_| {
        week.with(|week| {
            let days = week.iter().flat_map(|week| &week.days);
            days.map(|day| day.date).collect::<Vec<_>>()
        })
    });
    let name = move || {
        let monday = week.with(|week| week.as_ref().map(|week| week.monday));
        monday.map(|monday| tr::planner_heading(dates::week_label(monday)))
    };
    let hours = move || {
        let (first, count, _) = frame.get();
        let hours = (first..first + count).map(|hour| view! { <li>{format!("{hour:02}")}</li> });
        hours.collect_view()
    };
    view! {
        <div
            class="timetable"
            role="group"
            aria-label=name
            style=("--days", move || frame.get().2.to_string())
            style=("--hours", move || frame.get().1.to_string())
        >
            <ol class="timetable__hours" aria-hidden="true">
                {hours}
            </ol>
            <For
                each=move || days.get()
                key=|date| date.to_string()
                children=move |date| view! { <DayColumn week date dialogs/> }
            />
        </div>
    }
}

#[component]
fn DayColumn(week: Memo<Option<Week>>, date: Date, dialogs: Dialogs) -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let day = Memo::new(move |_| week.with(|week| week.as_ref().and_then(|week| week.day(date).cloned())));
    let closed = Memo::new(move |_| day.with(|day| day.as_ref().and_then(|day| day.closed.clone())));
    let state = move || {
        if closed.with(Option::is_some) { Some("red") } else { (today.get() == date).then_some("today") }
    };
    let code = words::day_code(date);
    let heading = format!("day-{code}");
    let has_options = Memo::new(|_| super::may_close() || super::may_plan());
    let options = move || {
        has_options.get().then(|| {
            view! {
                <button
                    type="button"
                    aria-label=move || tr::planner_day_options(dates::long_date(date))
                    on:click=move |_| dialogs.open_day(date)
                >
                    <Icon name="menu"/>
                </button>
            }
        })
    };
    let slots = move || day.with(|day| day.as_ref().map(happening).unwrap_or_default());
    view! {
        <section
            class="timetable__day"
            data-day=code
            data-state=state
            aria-labelledby=heading.clone()
        >
            <header>
                <h3 id=heading.clone()>
                    {move || dates::capital(&dates::weekday_of(date))} " " <span>{move || words::day_and_month(date)}</span>
                </h3>
                {options}
            </header>
            <ol class="timetable__slots">
                {move || closed.get().map(|closed| view! { <Red closed/> })}
                <For
                    each=slots
                    key=|slot| format!("{}.{}", slot.series.id, slot.original)
                    children=move |slot| view! { <SlotButton day first=slot dialogs/> }
                />
            </ol>
        </section>
    }
}

/// What is drawn on a day: on a closed one nothing happens, and its options list what would.
fn happening(day: &Day) -> Vec<Slot> {
    let slots = day.slots.iter().filter(|slot| slot.fate != Fate::Closed);
    slots.cloned().collect()
}

#[component]
fn Red(closed: Closure) -> impl IntoView {
    view! {
        <li class="timetable__red">
            <Icon name="red-day"/>
            <span>{move || words::closure(&closed)}</span>
        </li>
    }
}

/// One activity. It keeps its place and the focus while what it says changes.
#[component]
fn SlotButton(day: Memo<Option<Day>>, first: Slot, dialogs: Dialogs) -> impl IntoView {
    let (series, original) = (first.series.id.clone(), first.original);
    let slot = Memo::new({
        let series = series.clone();
        move |before: Option<&Slot>| {
            let found = day.with(|day| {
                let mut slots = day.iter().flat_map(|day| &day.slots);
                slots.find(|slot| slot.series.id == series && slot.original == original).cloned()
            });
            found.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        }
    });
    let lane = move || slot.with(|slot| slot.lane);
    let state = move || {
        slot.with(|slot| match slot.fate {
            Fate::Planned | Fate::Closed => None,
            Fate::Moved => Some("moved"),
            Fate::Cancelled(_) => Some("cancelled"),
        })
    };
    view! {
        <li
            style=("--from", move || lane().from.to_string())
            style=("--to", move || lane().to.to_string())
            style=("--lane", move || lane().lane.to_string())
            style=("--lanes", move || lane().lanes.to_string())
        >
            <button
                type="button"
                class="slot"
                data-tone=move || slot.with(|slot| words::kind_marks(slot.series.kind).0)
                data-state=state
                data-start=move || slot.with(|slot| slot.now.start.is_none().then_some("unknown"))
                aria-label=move || slot.with(words::slot)
                on:click=move |_| dialogs.open_slot(series.clone(), original)
            >
                <span class="slot__title">{move || slot.with(|slot| slot.series.title.to_string())}</span>
                {move || word(&slot.get())}
                <span class="slot__time">{move || slot.with(time)}</span>
                {move || {
                    let place = slot.with(|slot| slot.now.place.clone());
                    place.map(|place| view! { <span class="slot__place">{place.to_string()}</span> })
                }}
                {move || {
                    let group = slot.with(|slot| slot.group.clone());
                    group.map(|group| view! { <span class="slot__place">{group.to_string()}</span> })
                }}
            </button>
        </li>
    }
}

/// What became of it, in a word and a picture.
fn word(slot: &Slot) -> impl IntoView + use<> {
    let (icon, said) = match &slot.fate {
        Fate::Planned | Fate::Closed => return None,
        Fate::Moved => ("moved", tr::planner_word_moved()),
        Fate::Cancelled(_) => ("cancelled", tr::today_cancelled()),
    };
    Some(view! {
        <span class="slot__word">
            <Icon name=icon/>
            {said}
        </span>
    })
}

/// Its time; where that differs from the template, the old one struck out before the new.
fn time(slot: &Slot) -> AnyView {
    let (before, now) = (slot.planned(), &slot.now);
    let new = words::hours(now.start, now.end);
    if (before.start, before.end) == (now.start, now.end) {
        return new.into_any();
    }
    view! {
        <del>{words::hours(before.start, before.end)}</del>
        " "
        <ins>{new}</ins>
    }
    .into_any()
}
