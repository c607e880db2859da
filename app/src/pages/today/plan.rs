//! One day of a participant's plan: what happens, what became of it, and where in it we are now.
//!
//! Pure: rows and the time go in, cards come out. A time nobody wrote down stays unknown.

use shared::{
    Halt, View,
    domain::{
        exception::{Exception, Instead},
        series::{ActivityKind, Series},
        week::{self, Closed, Occurrence, State},
    },
    prim::{Date, Id, TimeOfDay, Timestamp, days_from, monday_of, sort_by},
};

use crate::pages::plan::model::{Closure, Setting};

/// An activity whose end nobody wrote down is called current for so many minutes.
const UNKNOWN_END: i64 = 120;

/// One day of the plan.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayPlan {
    /// Which day.
    pub date: Date,
    /// Why the centre is closed, if it is.
    pub closed: Option<Closure>,
    /// Its activities, in the order of the day.
    pub cards: Vec<Card>,
}

/// One activity as a card.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Card {
    /// The activity in the template: with `original`, the identity of the card.
    pub series: Id<Series>,
    /// Its date in the template.
    pub original: Date,
    /// What it is called.
    pub title: String,
    /// What sort it is.
    pub kind: ActivityKind,
    /// When and where it happens.
    pub now: Setting,
    /// With whom.
    pub leader: Option<String>,
    /// What to bring.
    pub bring: Option<String>,
    /// What became of it.
    pub fate: Fate,
}

/// What became of an activity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    /// It happens as it always does.
    Planned,
    /// It happens at another time or place than this.
    Moved(Setting),
    /// It was moved away from this day, to there.
    MovedAway(Setting),
    /// It does not happen, and why.
    Cancelled(String),
}

/// Where in its time an activity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// It is over.
    Past,
    /// It goes on; with how far it has come, if its end is known.
    Now(Option<Progress>),
    /// It is the next to start, in so many minutes.
    Next(i64),
    /// It comes later, or nobody knows when.
    Later,
}

/// How far an activity has come, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Minutes since it started.
    pub passed: i64,
    /// Minutes it takes.
    pub total: i64,
}

impl Card {
    /// Does it happen on this day?
    pub(crate) const fn happens(&self) -> bool {
        matches!(self.fate, Fate::Planned | Fate::Moved(_))
    }

    /// A text that tells it from every other card of its day.
    pub(crate) fn key(&self) -> String {
        format!("{}.{}", self.series, self.original)
    }

    /// The instant it starts, if that is known.
    fn starts_at(&self) -> Option<Timestamp> {
        self.now.start.map(|start| Timestamp::at(self.now.date, start))
    }

    fn of(one: &Occurrence<'_>) -> Self {
        let planned = Self::planned(one.series, one.original);
        let fate = match &one.state {
            State::Planned | State::Closed(_) => Fate::Planned,
            State::Moved => Fate::Moved(planned.now.clone()),
            State::Cancelled(reason) => Fate::Cancelled(reason.to_string()),
        };
        let now = Setting { date: one.date, start: one.start, end: one.end, place: one.place.cloned() };
        Self { now, fate, ..planned }
    }

    fn planned(series: &Series, date: Date) -> Self {
        Self {
            series: series.id.clone(),
            original: date,
            title: series.title.to_string(),
            kind: series.kind,
            now: Setting::planned(series, date),
            leader: series.leader.as_ref().map(ToString::to_string),
            bring: series.bring.as_ref().map(ToString::to_string),
            fate: Fate::Planned,
        }
    }
}

/// The plan of one day. On a red day nothing is listed but what was moved to another day.
pub(crate) fn day(view: View<'_>, date: Date) -> Result<DayPlan, Halt> {
    let closed = week::closed(view, date)?.map(|closed| match closed {
        Closed::Holiday(holiday) => Closure::Holiday(holiday),
        Closed::DayOff(reason) => Closure::RedDay(reason.clone()),
    });
    let mut cards = moved_away(view, date)?;
    if closed.is_none() {
        cards.extend(week::occurrences(view, date, 1)?.iter().map(Card::of));
    }
    sort_by(&mut cards, |a, b| order(a).cmp(&order(b)));
    Ok(DayPlan { date, closed, cards })
}

/// Monday to Sunday of the week `date` lies in.
pub(crate) fn whole_week(view: View<'_>, date: Date) -> Result<Vec<DayPlan>, Halt> {
    let monday = monday_of(date);
    (0..7).map(|offset| day(view, days_from(monday, offset))).collect()
}

/// Known starts first, then known ends, then the rest: as the centre's own list has it.
fn order(card: &Card) -> (u16, &str) {
    let minutes = card.now.start.or(card.now.end).map_or(u16::MAX, TimeOfDay::minutes);
    (minutes, &card.title)
}

/// What the template has on `date` but happens on another day this time.
fn moved_away(view: View<'_>, date: Date) -> Result<Vec<Card>, Halt> {
    let all = view.all::<Series>()?;
    let mut cards = Vec::new();
    for exception in view.all::<Exception>()? {
        let Instead::Moved { date: to, start, end, place } = &exception.instead else {
            continue;
        };
        if exception.date != date || *to == date {
            continue;
        }
        let there = Setting { date: *to, start: *start, end: *end, place: place.clone() };
        let series = all.iter().find(|series| series.id == exception.series && series.falls_on(date));
        cards.extend(series.map(|series| Card { fate: Fate::MovedAway(there), ..Card::planned(series, date) }));
    }
    Ok(cards)
}

/// `now` without its seconds: a person counts from what the clock on the wall shows.
pub(crate) fn whole_minute(now: Timestamp) -> Timestamp {
    now.plus_millis(-now.0.rem_euclid(60_000))
}

/// The instant at which the next of `cards` starts, after `now`.
pub(crate) fn next_start(cards: &[Card], now: Timestamp) -> Option<Timestamp> {
    let happening = cards.iter().filter(|card| card.happens());
    happening.filter_map(Card::starts_at).filter(|start| *start > now).min()
}

/// Where in its time `card` is at `now`, when the next of its day starts at `next`.
pub(crate) fn when(card: &Card, now: Timestamp, next: Option<Timestamp>) -> When {
    if !card.happens() {
        return When::Later;
    }
    let end = card.now.end.map(|end| Timestamp::at(card.now.date, end));
    if end.is_some_and(|end| end <= now) {
        return When::Past;
    }
    let Some(start) = card.starts_at() else {
        return When::Later;
    };
    if start > now {
        let ahead = now.minutes_to(start);
        return if next == Some(start) { When::Next(ahead) } else { When::Later };
    }
    let passed = start.minutes_to(now);
    match end {
        Some(end) => When::Now(Some(Progress { passed, total: start.minutes_to(end) })),
        None if passed < UNKNOWN_END => When::Now(None),
        None => When::Past,
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        domain::{day_off, exception},
        prim::PublicHoliday,
        testkit::{Rows, at, centre, date, id, name, note, time},
    };

    use super::*;

    const TUESDAY: &str = "2026-11-24";

    fn plan(rows: &Rows, on: &str) -> DayPlan {
        day(rows.view(), date(on)).unwrap()
    }

    fn moved(rows: &mut Rows, to: &str, start: &str) {
        let command = exception::Move {
            series: id("norwegian-tue"),
            date: date(TUESDAY),
            to: date(to),
            start: Some(time(start)),
            end: Some(time("15:00")),
            place: Some(name("Rom 3")),
        };
        rows.run("adviser", Role::Adviser, at("2026-11-23 10:00"), command).unwrap();
    }

    #[test]
    fn an_ordinary_day_is_its_template() {
        let plan = plan(&centre(), TUESDAY);
        assert_eq!(plan.closed, None);
        let [card] = plan.cards.as_slice() else {
            panic!("one card, not {:?}", plan.cards);
        };
        assert_eq!(card.title, "Norskverksted");
        assert_eq!(card.fate, Fate::Planned);
    }

    #[test]
    fn what_is_moved_within_the_day_names_the_old_time_and_place() {
        let mut rows = centre();
        moved(&mut rows, TUESDAY, "13:30");
        let plan = plan(&rows, TUESDAY);
        let before = Setting {
            date: date(TUESDAY),
            start: Some(time("12:30")),
            end: Some(time("14:00")),
            place: Some(name("Rom 2")),
        };
        assert_eq!(plan.cards.len(), 1);
        assert_eq!(plan.cards[0].now.start, Some(time("13:30")));
        assert_eq!(plan.cards[0].fate, Fate::Moved(before));
    }

    #[test]
    fn what_is_moved_to_another_day_is_said_on_both() {
        let mut rows = centre();
        moved(&mut rows, "2026-11-25", "10:00");
        let there = plan(&rows, "2026-11-25").cards.remove(0);
        assert!(matches!(there.fate, Fate::Moved(_)));
        assert_eq!(plan(&rows, TUESDAY).cards[0].fate, Fate::MovedAway(there.now));
    }

    #[test]
    fn what_is_cancelled_stays_with_its_reason() {
        let mut rows = centre();
        let command =
            exception::Cancel { series: id("norwegian-tue"), date: date(TUESDAY), reason: note("Solveig er syk") };
        rows.run("adviser", Role::Adviser, at("2026-11-23 10:00"), command).unwrap();
        let plan = plan(&rows, TUESDAY);
        assert_eq!(plan.cards[0].fate, Fate::Cancelled("Solveig er syk".to_owned()));
        assert_eq!(when(&plan.cards[0], at("2026-11-24 13:00"), None), When::Later);
    }

    #[test]
    fn a_red_day_lists_nothing() {
        let mut rows = centre();
        let command = day_off::Declare { date: date(TUESDAY), reason: name("Planleggingsdag") };
        rows.run("adviser", Role::Adviser, at("2026-11-23 10:00"), command).unwrap();
        let plan = plan(&rows, TUESDAY);
        assert_eq!(plan.closed, Some(Closure::RedDay(name("Planleggingsdag"))));
        assert_eq!(plan.cards, []);
    }

    #[test]
    fn christmas_day_is_closed_by_law_and_the_week_53_is_whole() {
        let days = whole_week(centre().view(), date("2026-12-31")).unwrap();
        assert_eq!(days.len(), 7);
        assert_eq!(days[0].date, date("2026-12-28"));
        assert_eq!(days[4].closed, Some(Closure::Holiday(PublicHoliday::NewYear)));
    }

    #[test]
    fn the_day_passes_from_next_to_now_to_past() {
        let card = plan(&centre(), TUESDAY).cards.remove(0);
        let look = |clock: &str| {
            let now = whole_minute(at(&format!("{TUESDAY} {clock}")).plus_millis(59_000));
            when(&card, now, next_start(std::slice::from_ref(&card), now))
        };
        assert_eq!(look("12:10"), When::Next(20));
        assert_eq!(look("12:30"), When::Now(Some(Progress { passed: 0, total: 90 })));
        assert_eq!(look("13:59"), When::Now(Some(Progress { passed: 89, total: 90 })));
        assert_eq!(look("14:00"), When::Past);
    }

    #[test]
    fn a_time_nobody_wrote_down_is_not_invented() {
        let mut card = plan(&centre(), TUESDAY).cards.remove(0);
        card.now.start = None;
        assert_eq!(when(&card, at("2026-11-24 08:00"), None), When::Later);
        assert_eq!(when(&card, at("2026-11-24 14:00"), None), When::Past);
        card.now.end = None;
        assert_eq!(when(&card, at("2026-11-24 23:00"), None), When::Later);
        card.now.start = Some(time("12:30"));
        assert_eq!(when(&card, at("2026-11-24 13:00"), None), When::Now(None));
        assert_eq!(when(&card, at("2026-11-24 15:00"), None), When::Past);
    }

    #[test]
    fn minutes_are_counted_across_the_night_the_clocks_change() {
        let mut card = plan(&centre(), TUESDAY).cards.remove(0);
        card.now.date = date("2026-10-25");
        card.now.start = Some(time("04:00"));
        card.now.end = None;
        let now = at("2026-10-25 01:00");
        assert_eq!(when(&card, now, next_start(std::slice::from_ref(&card), now)), When::Next(240));
    }
}
