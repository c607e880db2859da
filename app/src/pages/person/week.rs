//! This week of one participant: what her groups do, and what is open to all.

use leptos::prelude::*;
use shared::{
    domain::{
        group,
        person::Person,
        week::{self, Closed, Occurrence, State},
    },
    prim::{Date, Id, TimeOfDay, days_from, monday_of},
    view::{Halt, View},
};

use crate::{
    db::use_db,
    i18n::{dates, tr},
    pages::plan::{model::Closure, words},
};

/// One day of her week.
#[derive(Debug, Clone, PartialEq)]
struct Day {
    date: Date,
    closed: Option<Closure>,
    items: Vec<Item>,
}

/// One thing on it.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    title: String,
    start: Option<TimeOfDay>,
    end: Option<TimeOfDay>,
    is_cancelled: bool,
}

/// Monday to Friday, and the weekend if there is something on it.
fn days(view: View<'_>, person: &Id<Person>, monday: Date) -> Result<Vec<Day>, Halt> {
    let occurrences = week::occurrences(view, monday, 7)?;
    let mut days = Vec::new();
    for offset in 0..7 {
        let date = days_from(monday, offset);
        let groups = group::groups_of(view, person, date)?;
        let is_hers = |one: &&Occurrence<'_>| {
            let group = one.series.group.as_ref();
            one.date == date && group.is_none_or(|group| groups.iter().any(|mine| mine.group == *group))
        };
        let items: Vec<_> = occurrences.iter().filter(is_hers).filter_map(item).collect();
        let closed = week::closed(view, date)?.map(|why| match why {
            Closed::Holiday(holiday) => Closure::Holiday(holiday),
            Closed::DayOff(reason) => Closure::RedDay(reason.clone()),
        });
        if offset < 5 || !items.is_empty() {
            days.push(Day { date, closed, items });
        }
    }
    Ok(days)
}

fn item(one: &Occurrence<'_>) -> Option<Item> {
    let is_cancelled = match one.state {
        State::Planned | State::Moved => false,
        State::Cancelled(_) => true,
        State::Closed(_) => return None,
    };
    Some(Item { title: one.series.title.to_string(), start: one.start, end: one.end, is_cancelled })
}

/// The section with her week.
#[component]
pub fn PersonWeek(
    /// Who.
    person: Id<Person>,
) -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let monday = Memo::new(move |_| monday_of(today.get()));
    let days = db.view(move |view| days(view, &person, monday.get()));
    let list = move || {
        let days = days.get().unwrap_or_default();
        days.into_iter().map(|day| view! { <DayLine day/> }).collect_view()
    };
    view! {
        <section class="card" aria-labelledby="person-week">
            <h2 id="person-week">{move || tr::people_her_week(dates::week_label(monday.get()))}</h2>
            <ol class="plan">{list}</ol>
        </section>
    }
}

#[component]
fn DayLine(day: Day) -> impl IntoView {
    let date = day.date;
    let said = move || {
        if let Some(closed) = &day.closed {
            return tr::today_red_day_because(words::closure(closed));
        }
        if day.items.is_empty() {
            return tr::week_day_empty();
        }
        day.items.iter().map(said).collect::<Vec<_>>().join(", ")
    };
    view! {
        <li data-day=words::day_code(date)>
            <b>{move || dates::capital(&dates::weekday_of(date))}</b>
            <span>{said}</span>
        </li>
    }
}

/// “Norskverksted 12.30–14.00”, “Yoga (avlyst)”.
fn said(item: &Item) -> String {
    if item.is_cancelled {
        return tr::people_week_cancelled(item.title.clone());
    }
    if item.start.or(item.end).is_none() {
        return item.title.clone();
    }
    format!("{} {}", item.title, words::hours(item.start, item.end))
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        domain::exception,
        testkit::{at, centre, date, id, note},
    };

    use super::*;
    use crate::i18n::speak;

    const MONDAY: &str = "2026-11-23";

    fn titles(days: &[Day]) -> Vec<String> {
        days.iter().map(|day| day.items.iter().map(said).collect::<Vec<_>>().join(", ")).collect()
    }

    #[test]
    fn her_week_is_that_of_her_groups() {
        speak("nb");
        let rows = centre();
        let of = |person: &str| titles(&days(rows.view(), &id(person), date(MONDAY)).unwrap());
        assert_eq!(of("amina"), ["", "Norskverksted 12.30–14.00", "", "", ""]);
        assert_eq!(of("sara"), ["", "", "", "Norskverksted 12.30–14.00", ""]);
    }

    #[test]
    fn what_is_cancelled_is_said_and_what_is_moved_to_the_weekend_is_shown() {
        speak("nb");
        let mut rows = centre();
        let cancel =
            exception::Cancel { series: id("norwegian-tue"), date: date("2026-11-24"), reason: note("Solveig er syk") };
        let to_saturday = exception::Move {
            series: id("norwegian-thu"),
            date: date("2026-11-26"),
            to: date("2026-11-28"),
            start: None,
            end: None,
            place: None,
        };
        rows.run("adviser", Role::Adviser, at("2026-11-23 09:00"), cancel).unwrap();
        rows.run("adviser", Role::Adviser, at("2026-11-23 09:00"), to_saturday).unwrap();
        let amina = days(rows.view(), &id("amina"), date(MONDAY)).unwrap();
        assert_eq!(titles(&amina)[1], "Norskverksted (avlyst)");
        let sara = days(rows.view(), &id("sara"), date(MONDAY)).unwrap();
        assert_eq!(titles(&sara), ["", "", "", "", "", "Norskverksted"]);
    }

    #[test]
    fn a_public_holiday_is_named() {
        let week = days(centre().view(), &id("amina"), date("2026-12-21")).unwrap();
        assert!(matches!(week[4].closed, Some(Closure::Holiday(_))));
    }
}
