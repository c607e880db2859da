//! The week as the plan page shows it: days, slots side by side, and what differs from the template.
//!
//! Pure: rows go in, an owned model comes out, and nothing here knows of a screen.

use shared::{
    domain::{
        day_off::DayOff,
        exception::{Exception, Instead},
        group::Group,
        series::Series,
        week::{self, Closed, Occurrence, State},
    },
    entity::Key,
    prim::{Date, Id, Name, Note, PublicHoliday, TimeOfDay, days_from, sort_by, sort_by_key},
    view::{Halt, View},
};

use super::lanes::{self, Lane};

/// One week of the centre.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Five days, or seven when something happens on the weekend.
    pub days: Vec<Day>,
    /// The first full hour the timetable shows.
    pub first_hour: u16,
    /// How many hours it shows.
    pub hours: u16,
    /// What differs from the template this week, by day.
    pub changes: Vec<Change>,
    /// The groups an activity can be for, by name.
    pub groups: Groups,
}

/// Groups with what they are called.
pub type Groups = Vec<(Id<Group>, Name)>;

/// One day of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Why the centre is closed, if it is.
    pub closed: Option<Closure>,
    /// What stands on it. On a closed day it stands here too, but does not happen.
    pub slots: Vec<Slot>,
}

/// Why the centre is closed.
#[derive(Debug, Clone, PartialEq)]
pub enum Closure {
    /// A public holiday.
    Holiday(PublicHoliday),
    /// A red day of the centre, which staff may take back.
    RedDay(Name),
}

/// One activity on one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// The activity in the template.
    pub series: Series,
    /// Its date in the template.
    pub original: Date,
    /// How it really is.
    pub now: Setting,
    /// What became of it.
    pub fate: Fate,
    /// The exception that stands on this date, whatever the day itself is.
    pub instead: Option<Instead>,
    /// The name of its group.
    pub group: Option<Name>,
    /// Where it is drawn.
    pub lane: Lane,
}

/// Day, time and place of an activity.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The day.
    pub date: Date,
    /// The start, unknown for some.
    pub start: Option<TimeOfDay>,
    /// The end, unknown for some.
    pub end: Option<TimeOfDay>,
    /// The place, unknown for some.
    pub place: Option<Name>,
}

/// What became of an activity on one date.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// As the template says.
    Planned,
    /// At another time or place.
    Moved,
    /// It does not happen.
    Cancelled(Note),
    /// The centre is closed.
    Closed,
}

/// One difference from the template.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// An activity is moved or cancelled.
    Exception(Changed),
    /// A red day.
    RedDay {
        /// Which.
        date: Date,
        /// Why.
        reason: Name,
    },
}

/// An activity that on one date is not as the template has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The activity.
    pub series: Series,
    /// Its date in the template.
    pub original: Date,
    /// What happens instead.
    pub instead: Instead,
}

impl Setting {
    /// As the template has it on `date`.
    pub fn planned(series: &Series, date: Date) -> Self {
        Self { date, start: series.start, end: series.end, place: series.place.clone() }
    }
}

impl Slot {
    /// The same activity on the same date as the template has it.
    pub fn planned(&self) -> Setting {
        Setting::planned(&self.series, self.original)
    }

    /// What stands on this date instead of the template, if anything does.
    pub fn changed(&self) -> Option<Changed> {
        let instead = self.instead.clone();
        instead.map(|instead| Changed { series: self.series.clone(), original: self.original, instead })
    }
}

impl Change {
    /// The day it is listed under: where the template has it.
    const fn date(&self) -> Date {
        match self {
            Self::Exception(changed) => changed.original,
            Self::RedDay { date, .. } => *date,
        }
    }
}

impl Week {
    /// Looks at the week that begins on `monday`.
    pub fn look(view: View<'_>, monday: Date) -> Result<Self, Halt> {
        let occurrences = week::occurrences(view, monday, 7)?;
        let count = if occurrences.iter().any(|one| one.date >= days_from(monday, 5)) { 7 } else { 5 };
        let mut days = (0..count)
            .map(|offset| day(view, days_from(monday, offset), &occurrences))
            .collect::<Result<Vec<_>, Halt>>()?;
        let (first_hour, hours) = lanes::frame(days.iter().flat_map(|day| &day.slots).map(|slot| slot.lane));
        for slot in days.iter_mut().flat_map(|day| &mut day.slots) {
            slot.lane = slot.lane.within(first_hour, hours);
        }
        let mut groups: Vec<_> =
            view.all::<Group>()?.into_iter().map(|group| (group.id.clone(), group.name.clone())).collect();
        sort_by(&mut groups, |a, b| a.1.cmp(&b.1));
        Ok(Self { monday, days, first_hour, hours, changes: changes(view, monday)?, groups })
    }

    /// The activity `series` that the template has on `original`, if this week shows it.
    pub fn slot(&self, series: &Id<Series>, original: Date) -> Option<&Slot> {
        let mut slots = self.days.iter().flat_map(|day| &day.slots);
        slots.find(|slot| slot.series.id == *series && slot.original == original)
    }

    /// The day `date`, if this week shows it.
    pub fn day(&self, date: Date) -> Option<&Day> {
        self.days.iter().find(|day| day.date == date)
    }
}

fn day(view: View<'_>, date: Date, occurrences: &[Occurrence<'_>]) -> Result<Day, Halt> {
    let closed = week::closed(view, date)?.map(|why| match why {
        Closed::Holiday(holiday) => Closure::Holiday(holiday),
        Closed::DayOff(reason) => Closure::RedDay(reason.clone()),
    });
    let mut slots = occurrences
        .iter()
        .filter(|one| one.date == date)
        .map(|one| slot(view, one))
        .collect::<Result<Vec<_>, Halt>>()?;
    let spans: Vec<_> = slots.iter().map(|slot| lanes::span(slot.now.start, slot.now.end)).collect();
    for (slot, lane) in slots.iter_mut().zip(lanes::side_by_side(&spans)) {
        slot.lane = lane;
    }
    Ok(Day { date, closed, slots })
}

fn slot(view: View<'_>, one: &Occurrence<'_>) -> Result<Slot, Halt> {
    let group = match &one.series.group {
        Some(group) => view.get::<Group>(&Key::of(&[group]))?.map(|group| group.name.clone()),
        None => None,
    };
    let exception = view.get::<Exception>(&Key::of(&[&one.series.id, &one.original]))?;
    Ok(Slot {
        series: one.series.clone(),
        original: one.original,
        now: Setting { date: one.date, start: one.start, end: one.end, place: one.place.cloned() },
        fate: match one.state {
            State::Planned => Fate::Planned,
            State::Moved => Fate::Moved,
            State::Cancelled(reason) => Fate::Cancelled(reason.clone()),
            State::Closed(_) => Fate::Closed,
        },
        instead: exception.map(|one| one.instead.clone()),
        group,
        lane: Lane::default(),
    })
}

/// Exceptions that take something out of this week or bring something into it, and its red days.
fn changes(view: View<'_>, monday: Date) -> Result<Vec<Change>, Halt> {
    let days = monday..=days_from(monday, 6);
    let mut found = Vec::new();
    for exception in view.all::<Exception>()? {
        let goes_to = match &exception.instead {
            Instead::Moved { date, .. } => *date,
            Instead::Cancelled { .. } => exception.date,
        };
        if !days.contains(&exception.date) && !days.contains(&goes_to) {
            continue;
        }
        let series = view.get::<Series>(&Key::of(&[&exception.series]))?;
        // An exception of a date the template no longer has changes nothing.
        if let Some(series) = series.filter(|series| series.falls_on(exception.date)) {
            found.push(Change::Exception(Changed {
                series: series.clone(),
                original: exception.date,
                instead: exception.instead.clone(),
            }));
        }
    }
    for off in view.all::<DayOff>()? {
        if days.contains(&off.date) {
            found.push(Change::RedDay { date: off.date, reason: off.reason.clone() });
        }
    }
    sort_by_key(&mut found, Change::date);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        domain::{day_off, exception},
        testkit::{Rows, at, centre, date, id, name, note, time},
    };

    use super::*;

    const MONDAY: &str = "2026-11-23";
    const TUESDAY: &str = "2026-11-24";

    fn look(rows: &Rows, monday: &str) -> Week {
        Week::look(rows.view(), date(monday)).unwrap()
    }

    fn run(rows: &mut Rows, command: impl Into<shared::AnyCommand>) {
        rows.run("adviser", Role::Adviser, at("2026-11-23 09:00"), command).unwrap();
    }

    fn moved(to: &str, start: &str) -> exception::Move {
        exception::Move {
            series: id("norwegian-tue"),
            date: date(TUESDAY),
            to: date(to),
            start: Some(time(start)),
            end: Some(time("15:00")),
            place: Some(name("Rom 2")),
        }
    }

    #[test]
    fn a_week_has_five_days_and_shows_the_opening_hours() {
        let week = look(&centre(), MONDAY);
        assert_eq!(week.days.len(), 5);
        assert_eq!((week.first_hour, week.hours), (8, 8));
        let slot = week.slot(&id("norwegian-tue"), date(TUESDAY)).unwrap();
        assert_eq!((slot.lane.from, slot.lane.to), (270, 360));
        assert_eq!(slot.group, Some(name("morning")));
        assert_eq!(week.changes, []);
        assert_eq!(week.groups.len(), 2);
    }

    #[test]
    fn what_is_moved_to_saturday_shows_the_weekend() {
        let mut rows = centre();
        run(&mut rows, moved("2026-11-28", "13:00"));
        let week = look(&rows, MONDAY);
        assert_eq!(week.days.len(), 7);
        assert!(week.days[1].slots.is_empty());
        assert_eq!(week.days[5].slots[0].fate, Fate::Moved);
        assert_eq!(week.days[5].slots[0].planned().date, date(TUESDAY));
    }

    #[test]
    fn what_is_moved_to_next_week_is_a_change_of_both() {
        let mut rows = centre();
        run(&mut rows, moved("2026-12-02", "13:00"));
        for monday in [MONDAY, "2026-11-30"] {
            assert_eq!(look(&rows, monday).changes.len(), 1, "{monday}");
        }
        assert_eq!(look(&rows, "2026-12-07").changes, []);
    }

    #[test]
    fn a_red_day_keeps_what_would_have_been() {
        let mut rows = centre();
        let reason = name("Planleggingsdag");
        run(&mut rows, day_off::Declare { date: date(TUESDAY), reason: reason.clone() });
        let week = look(&rows, MONDAY);
        let day = week.day(date(TUESDAY)).unwrap();
        assert_eq!(day.closed, Some(Closure::RedDay(reason.clone())));
        assert_eq!(day.slots[0].fate, Fate::Closed);
        let date = date(TUESDAY);
        assert_eq!(week.changes, [Change::RedDay { date, reason }]);
    }

    #[test]
    fn an_exception_is_found_again_for_its_undo() {
        let mut rows = centre();
        run(
            &mut rows,
            exception::Cancel { series: id("norwegian-tue"), date: date(TUESDAY), reason: note("Solveig er syk") },
        );
        let week = look(&rows, MONDAY);
        let slot = week.slot(&id("norwegian-tue"), date(TUESDAY)).unwrap();
        let changed = slot.changed().unwrap();
        assert_eq!(changed.instead, Instead::Cancelled { reason: note("Solveig er syk") });
        assert_eq!(week.changes, [Change::Exception(changed)]);
    }
}
