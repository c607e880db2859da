//! The week as it will really be: template, exceptions and days off put together.

use crate::{
    domain::{
        day_off::DayOff,
        exception::{Exception, Instead},
        series::Series,
    },
    entity::Key,
    prim::{Date, Name, Note, PublicHoliday, TimeOfDay, days_from, public_holiday, sort_by},
    view::{Halt, View},
};

/// One activity on one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence<'a> {
    /// The activity in the template.
    pub series: &'a Series,
    /// Its date in the template: with the series, its identity.
    pub original: Date,
    /// The date it happens on.
    pub date: Date,
    /// When it starts.
    pub start: Option<TimeOfDay>,
    /// When it ends.
    pub end: Option<TimeOfDay>,
    /// Where it happens.
    pub place: Option<&'a Name>,
    /// What became of it.
    pub state: State<'a>,
}

/// What became of an occurrence.
#[derive(Debug, Clone, PartialEq)]
pub enum State<'a> {
    /// As the template says.
    Planned,
    /// At another time or place than the template says.
    Moved,
    /// It does not happen, and why.
    Cancelled(&'a Note),
    /// The centre is closed.
    Closed(Closed<'a>),
}

/// Why the centre is closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Closed<'a> {
    /// A public holiday.
    Holiday(PublicHoliday),
    /// A red day of the centre.
    DayOff(&'a Name),
}

impl Occurrence<'_> {
    /// Does it happen?
    #[must_use]
    pub fn happens(&self) -> bool {
        matches!(self.state, State::Planned | State::Moved)
    }
}

/// Why the centre is closed on `day`, if it is.
pub fn closed(view: View<'_>, day: Date) -> Result<Option<Closed<'_>>, Halt> {
    if let Some(off) = view.get::<DayOff>(&Key::of(&[&day]))? {
        return Ok(Some(Closed::DayOff(&off.reason)));
    }
    Ok(public_holiday(day).map(Closed::Holiday))
}

/// Everything on `days` days from `from`, in the order of the day. What was moved away shows on
/// its new date only; what is cancelled stays where it was.
pub fn occurrences(view: View<'_>, from: Date, days: i64) -> Result<Vec<Occurrence<'_>>, Halt> {
    let until = days_from(from, days - 1);
    let exceptions = view.all::<Exception>()?;
    let exception_on =
        |series: &Series, day: Date| exceptions.iter().copied().find(|one| one.series == series.id && one.date == day);
    let mut found = Vec::new();
    for series in view.all::<Series>()? {
        for offset in 0..days {
            let day = days_from(from, offset);
            if !series.falls_on(day) {
                continue;
            }
            found.extend(occurrence(view, series, day, exception_on(series, day))?);
        }
        let moved_in = exceptions
            .iter()
            .copied()
            .filter(|one| one.series == series.id && !(from..=until).contains(&one.date) && series.falls_on(one.date));
        for exception in moved_in {
            found.extend(occurrence(view, series, exception.date, Some(exception))?);
        }
    }
    found.retain(|one| (from..=until).contains(&one.date));
    sort_by(&mut found, |a, b| order(a).cmp(&order(b)));
    Ok(found)
}

/// One occurrence by its identity, if the template has it.
pub fn one<'a>(view: View<'a>, series: &'a Series, original: Date) -> Result<Option<Occurrence<'a>>, Halt> {
    if !series.falls_on(original) {
        return Ok(None);
    }
    let exception = view.get::<Exception>(&Key::of(&[&series.id, &original]))?;
    occurrence(view, series, original, exception)
}

/// Known starts first, then known ends, then the rest; by title where times are equal.
fn order<'a>(one: &Occurrence<'a>) -> (Date, u16, &'a Name) {
    let minutes = one.start.or(one.end).map_or(u16::MAX, TimeOfDay::minutes);
    (one.date, minutes, &one.series.title)
}

fn occurrence<'a>(
    view: View<'a>,
    series: &'a Series,
    original: Date,
    exception: Option<&'a Exception>,
) -> Result<Option<Occurrence<'a>>, Halt> {
    let as_planned = Occurrence {
        series,
        original,
        date: original,
        start: series.start,
        end: series.end,
        place: series.place.as_ref(),
        state: State::Planned,
    };
    let changed = match exception.map(|exception| &exception.instead) {
        None => as_planned,
        Some(Instead::Cancelled { reason }) => Occurrence { state: State::Cancelled(reason), ..as_planned },
        Some(Instead::Moved { date, start, end, place }) => Occurrence {
            date: *date,
            start: *start,
            end: *end,
            place: place.as_ref(),
            state: State::Moved,
            ..as_planned
        },
    };
    if !changed.happens() {
        return Ok(Some(changed));
    }
    Ok(Some(match closed(view, changed.date)? {
        Some(why) => Occurrence { state: State::Closed(why), ..changed },
        None => changed,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            day_off::Declare,
            exception::{Cancel, Move, Restore},
            series::{Plan, Series},
        },
        policy::Role,
        rejection::Rejection,
        testkit::{Rows, at, centre, date, id, name, note, time},
    };

    /// Wednesday; the template has Tuesday (morning group) and Thursday (evening group).
    const NOW: &str = "2026-11-25 10:00";

    fn week(rows: &Rows, monday: &str) -> Vec<(String, bool)> {
        let found = occurrences(rows.view(), date(monday), 7).unwrap();
        found.iter().map(|one| (format!("{} {}", one.series.id, one.date), one.happens())).collect()
    }

    fn moving(to: &str) -> Move {
        Move {
            series: id("norwegian-tue"),
            date: date("2026-12-01"),
            to: date(to),
            start: Some(time("10:00")),
            end: Some(time("11:00")),
            place: None,
        }
    }

    #[test]
    fn the_template_repeats_every_week() {
        let rows = centre();
        let expected = [("norwegian-tue 2026-11-24".to_owned(), true), ("norwegian-thu 2026-11-26".to_owned(), true)];
        assert_eq!(week(&rows, "2026-11-23"), expected);
    }

    #[test]
    fn what_moves_to_another_week_is_found_there_and_only_there() {
        let mut rows = centre();
        rows.run("adviser", Role::Adviser, at(NOW), moving("2026-12-07")).unwrap();
        assert_eq!(week(&rows, "2026-11-30").len(), 1);
        let next = week(&rows, "2026-12-07");
        assert!(next.contains(&("norwegian-tue 2026-12-07".to_owned(), true)), "{next:?}");
        let back = Restore { series: id("norwegian-tue"), date: date("2026-12-01") };
        rows.run("adviser", Role::Adviser, at(NOW), back).unwrap();
        assert_eq!(week(&rows, "2026-11-30").len(), 2);
    }

    #[test]
    fn cancelled_stays_visible_with_its_reason() {
        let mut rows = centre();
        let cancel = Cancel { series: id("norwegian-thu"), date: date("2026-11-26"), reason: note("Læreren er syk") };
        rows.run("adviser", Role::Adviser, at(NOW), cancel).unwrap();
        let found = occurrences(rows.view(), date("2026-11-26"), 1).unwrap();
        assert!(matches!(found[0].state, State::Cancelled(reason) if reason.as_str() == "Læreren er syk"));
    }

    #[test]
    fn a_red_day_closes_what_is_planned_and_what_moves_there() {
        let mut rows = centre();
        let red = Declare { date: date("2026-12-02"), reason: name("Planleggingsdag") };
        rows.run("adviser", Role::Adviser, at(NOW), red).unwrap();
        rows.run("adviser", Role::Adviser, at(NOW), moving("2026-12-02")).unwrap();
        let found = occurrences(rows.view(), date("2026-12-02"), 1).unwrap();
        assert!(matches!(found[0].state, State::Closed(Closed::DayOff(_))));
        let holiday = closed(rows.view(), date("2026-12-25")).unwrap();
        assert_eq!(holiday, Some(Closed::Holiday(PublicHoliday::ChristmasDay)));
    }

    #[test]
    fn an_end_before_its_start_is_refused() {
        let mut rows = centre();
        let backwards = Move { start: Some(time("12:00")), end: Some(time("12:00")), ..moving("2026-12-01") };
        let refused = rows.run("adviser", Role::Adviser, at(NOW), backwards);
        assert_eq!(refused, Err(Rejection::EndBeforeStart));
        let series = rows.view().must::<Series>(&Key::from_text("norwegian-tue")).unwrap();
        let plan = Plan { series: Series { end: Some(time("12:00")), ..series.clone() } };
        let refused = rows.run("adviser", Role::Adviser, at(NOW), plan);
        assert_eq!(refused, Err(Rejection::EndBeforeStart));
    }

    #[test]
    fn another_weekday_begins_today_and_leaves_the_past_as_it_was() {
        let mut rows = centre();
        let series = rows.view().must::<Series>(&Key::from_text("norwegian-tue")).unwrap();
        let plan = Plan { series: Series { weekday: 5, ..series.clone() } };
        rows.run("adviser", Role::Adviser, at(NOW), plan).unwrap();
        let expected = [
            ("norwegian-tue 2026-11-24".to_owned(), true),
            ("norwegian-thu 2026-11-26".to_owned(), true),
            ("norwegian-tue-from-2026-11-25 2026-11-27".to_owned(), true),
        ];
        assert_eq!(week(&rows, "2026-11-23"), expected);
        assert_eq!(week(&rows, "2026-11-30").len(), 2);
    }

    #[test]
    fn only_what_is_planned_can_be_changed_and_only_by_who_may() {
        let mut rows = centre();
        let wrong_day = Move { date: date("2026-12-02"), ..moving("2026-12-03") };
        let refused = rows.run("adviser", Role::Adviser, at(NOW), wrong_day);
        assert!(matches!(refused, Err(Rejection::NotPlanned { .. })));
        rows.run("teacher", Role::Teacher, at(NOW), moving("2026-12-02")).unwrap();
        let not_hers = Cancel { series: id("norwegian-thu"), date: date("2026-11-26"), reason: note("Syk") };
        assert_eq!(rows.run("teacher", Role::Teacher, at(NOW), not_hers.clone()), Err(Rejection::Forbidden));
        assert_eq!(rows.run("kitchen", Role::Kitchen, at(NOW), not_hers), Err(Rejection::Gone));
    }
}
