//! A school's desk: the next ten school days, what stands for each, and the standing order.
//!
//! Pure: rows and the time go in, the page's model comes out.

use std::collections::BTreeMap;

use shared::{
    Halt, Key, View,
    domain::{
        menu::Menu,
        order::{Choice, Late, Order, Stands},
        packing::{SchoolDay, Step, Tick, school_day},
        school::School,
        staff::Staff,
        standing::{self, Standing},
    },
    prim::{
        AnswersNow, AnyId, Date, Id, PublicHoliday, Timestamp, Weekday, day_after, days_from, monday_of, public_holiday,
    },
};

/// How many school days the page shows.
const DAYS: usize = 10;

/// Everything a school sees of its lunches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Desk {
    /// Which school.
    pub school: Id<School>,
    /// What it is called.
    pub name: String,
    /// The next school day after today, shown large.
    pub first: Option<Date>,
    /// Today, when there is lunch today.
    pub today: Option<Date>,
    /// The rows after the first day.
    pub rows: Vec<Row>,
    /// What the page knows of each day it shows.
    pub days: Vec<Day>,
    /// The standing order.
    pub standard: Standard,
}

/// A line of the list of days.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Row {
    /// A new week begins with this day.
    Week(Date),
    /// A school day.
    Open(Date),
    /// Days the calendar has closed.
    Closed {
        /// The first.
        from: Date,
        /// The last.
        until: Date,
        /// Why.
        why: WhyClosed,
    },
}

/// Why the calendar has a day closed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum WhyClosed {
    /// The school's own reason.
    Said(String),
    /// A public holiday.
    Holiday(PublicHoliday),
    /// Between two school years.
    OutsideYear,
}

/// One day's lunch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Day {
    /// Which day.
    pub date: Date,
    /// What the kitchen makes.
    pub stands: Stands,
    /// How many packets that is.
    pub packets: u16,
    /// How many it usually is.
    pub standard: u16,
    /// Until when it may be changed freely.
    pub deadline: Timestamp,
    /// The row that says so.
    pub row: Key,
    /// What accepted it last; 0 while it is a forecast.
    pub version: u64,
    /// Has anything been said of this day?
    pub has_order: bool,
    /// What was chosen, to go back to; nothing in a dispute.
    pub chosen: Option<Choice>,
    /// The answers one who looks at this has seen.
    pub seen: Vec<Box<str>>,
    /// The different answers of a dispute.
    pub disputed: Vec<Said>,
    /// The wish the kitchen has not answered.
    pub question: Option<Late>,
    /// The wish the kitchen answered last.
    pub answered: Option<Late>,
    /// The steps the kitchen has done, and when.
    pub done: Vec<(Step, Timestamp)>,
    /// What is in the packet.
    pub menu: Option<String>,
}

/// One of several answers that disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// What was answered.
    pub choice: Choice,
    /// Who answered, where this device knows the name.
    pub by: Option<String>,
    /// When it was made.
    pub at: Timestamp,
}

/// The standing order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standard {
    /// Packets on Monday to Friday, as set last; none before the first time.
    pub counts: Option<[u16; 5]>,
    /// The first day a change would rule.
    pub from: Option<Date>,
    /// The days from then on that were changed by hand and stay so.
    pub kept: Vec<Kept>,
}

/// A day that differs from the standing order by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Which day.
    pub date: Date,
    /// What was chosen; nothing in a dispute.
    pub choice: Option<Choice>,
}

impl Desk {
    /// What is known of `date`, if the page shows it.
    pub(crate) fn day(&self, date: Date) -> Option<&Day> {
        self.days.iter().find(|day| day.date == date)
    }
}

impl Standard {
    /// The count the form starts from on ISO weekday `index + 1`.
    pub(crate) fn count(&self, index: usize) -> u16 {
        self.counts.and_then(|counts| counts.get(index).copied()).unwrap_or(0)
    }
}

/// The names of colleagues this device knows, by user.
pub(crate) type Names = BTreeMap<String, String>;

/// The names of colleagues this device knows.
pub(crate) fn names(view: View<'_>) -> Result<Names, Halt> {
    let staff = view.all::<Staff>()?;
    let mut names = Names::new();
    names.extend(staff.iter().map(|one| (one.id.to_string(), one.name.to_string())));
    Ok(names)
}

/// The answers that disagree, if they do.
pub(crate) fn disputed(order: Option<&Order>, names: &Names) -> Vec<Said> {
    match order.map(|order| order.answers.now()) {
        Some(AnswersNow::Disputed(heads)) => heads
            .into_iter()
            .map(|head| Said { choice: head.value, by: names.get(&*head.by).cloned(), at: head.made_at })
            .collect(),
        Some(AnswersNow::Settled(_) | AnswersNow::Open) | None => Vec::new(),
    }
}

/// The desk of the school that `me` orders for, at `now`; nothing when there is no such school.
pub(crate) fn desk(view: View<'_>, me: &AnyId, now: Timestamp) -> Result<Option<Desk>, Halt> {
    let Some(school) = school_of(view, me)? else {
        return Ok(None);
    };
    let today = now.date();
    let open = school.open_days(day_after(today), DAYS);
    let first = open.first().copied();
    let is_open_today = school.open_on(today).is_ok();
    let today = is_open_today.then_some(today);
    let mut days = Vec::new();
    for date in today.iter().chain(&open) {
        days.push(day(view, school, *date)?);
    }
    Ok(Some(Desk {
        school: school.id.clone(),
        name: school.name.to_string(),
        first,
        today,
        rows: rows(school, now.date(), &open),
        days,
        standard: standard(view, school, now)?,
    }))
}

fn school_of<'a>(view: View<'a>, me: &AnyId) -> Result<Option<&'a School>, Halt> {
    let staff = view.all::<Staff>()?;
    let mine = staff.iter().find(|one| one.id == *me).and_then(|one| one.school.as_ref());
    let schools = view.all::<School>()?;
    Ok(schools.into_iter().find(|school| mine.is_none_or(|mine| school.id == *mine)))
}

/// The days after the first open one, with the closed ones between and a mark where a week begins.
fn rows(school: &School, today: Date, open: &[Date]) -> Vec<Row> {
    let Some((first, last)) = open.first().zip(open.last()) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut week = monday_of(*first);
    let mut date = day_after(today);
    while date <= *last {
        let is_open = open.contains(&date);
        let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        if date == *first || (!is_open && (is_weekend || extend(&mut rows, school, date))) {
            date = day_after(date);
            continue;
        }
        if monday_of(date) > week {
            week = monday_of(date);
            rows.push(Row::Week(date));
        }
        rows.push(if is_open {
            Row::Open(date)
        } else {
            Row::Closed { from: date, until: date, why: why_closed(school, date) }
        });
        date = day_after(date);
    }
    rows
}

/// Does `date` go on the closed days of the last row? Then that row now ends with it.
fn extend(rows: &mut [Row], school: &School, date: Date) -> bool {
    let Some(Row::Closed { until, why, .. }) = rows.last_mut() else {
        return false;
    };
    let mut between = (1..).map(|days| days_from(*until, days)).take_while(|day| *day < date);
    let goes_on = between.all(|day| school.open_on(day).is_err()) && *why == why_closed(school, date);
    if goes_on {
        *until = date;
    }
    goes_on
}

fn why_closed(school: &School, date: Date) -> WhyClosed {
    let said = school.reason_closed(date).map(|reason| WhyClosed::Said(reason.to_string()));
    said.or_else(|| public_holiday(date).map(WhyClosed::Holiday)).unwrap_or(WhyClosed::OutsideYear)
}

fn day(view: View<'_>, school: &School, date: Date) -> Result<Day, Halt> {
    let SchoolDay { lunch, packets, ticks, .. } = school_day(view, school, date)?;
    let order = view.get::<Order>(&Key::of(&[&school.id, &date]))?;
    Ok(Day {
        date,
        packets,
        standard: lunch.standard,
        deadline: lunch.deadline,
        row: lunch.row,
        version: lunch.version,
        has_order: order.is_some(),
        chosen: chosen(order),
        seen: order.map(|order| order.answers.seen()).unwrap_or_default(),
        disputed: disputed(order, &names(view)?),
        question: lunch.question.cloned(),
        answered: lunch.answered.cloned(),
        done: ticks.into_iter().flatten().filter_map(done).collect(),
        menu: view.get::<Menu>(&Key::of(&[&date]))?.map(|menu| menu.dish.to_string()),
        stands: lunch.stands,
    })
}

/// What stands as chosen; nothing while answers disagree.
fn chosen(order: Option<&Order>) -> Option<Choice> {
    match order.map(|order| order.answers.now()) {
        None | Some(AnswersNow::Open) => Some(Choice::Standard),
        Some(AnswersNow::Settled(answer)) => Some(answer.value),
        Some(AnswersNow::Disputed(_)) => None,
    }
}

fn done(tick: &Tick) -> Option<(Step, Timestamp)> {
    match tick.answers.now() {
        AnswersNow::Settled(answer) if answer.value => Some((tick.step, answer.made_at)),
        AnswersNow::Settled(_) | AnswersNow::Open | AnswersNow::Disputed(_) => None,
    }
}

fn standard(view: View<'_>, school: &School, now: Timestamp) -> Result<Standard, Halt> {
    let standing = view.get::<Standing>(&Key::of(&[&school.id]))?;
    let from = school.first_changeable(now);
    let kept = standing::hand_made(view, &school.id, from.unwrap_or_else(|| now.date()))?;
    let kept = kept.into_iter().map(|order| Kept { date: order.day, choice: chosen(Some(order)) });
    Ok(Standard {
        counts: standing.and_then(|standing| standing.versions.last()).map(|version| version.counts),
        from,
        kept: kept.collect(),
    })
}

/// Where a school's lunch on `date` lies.
pub(crate) fn key(school: &Id<School>, date: Date) -> Key {
    Key::of(&[school, &date])
}

/// Where a school's standing order lies.
pub(crate) fn standing_key(school: &Id<School>) -> Key {
    Key::of(&[school])
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        domain::{order, packing},
        testkit::{Rows, at, centre, date, id},
    };

    use super::*;

    fn look(rows: &Rows, now: &str) -> Desk {
        desk(rows.view(), &id("secretary"), at(now)).unwrap().unwrap()
    }

    fn change(rows: &mut Rows, now: &str, day: &str, choice: Choice) {
        let day = date(day);
        let seen = look(rows, now).day(day).map(|day| day.seen.clone()).unwrap_or_default();
        let change = order::Change { school: id("slettebakken"), day, choice, seen };
        rows.run("secretary", Role::School, at(now), change).unwrap();
    }

    #[test]
    fn tomorrow_is_on_top_and_ten_school_days_are_shown() {
        let desk = look(&centre(), "2026-11-24 10:50");
        assert_eq!(desk.name, "Slettebakken");
        assert_eq!(desk.first, Some(date("2026-11-25")));
        assert_eq!(desk.today, Some(date("2026-11-24")));
        let open = desk.rows.iter().filter(|row| matches!(row, Row::Open(_))).count();
        assert_eq!(open, DAYS - 1);
        let weeks: Vec<_> = desk.rows.iter().filter(|row| matches!(row, Row::Week(_))).collect();
        assert_eq!(weeks, [&Row::Week(date("2026-11-30")), &Row::Week(date("2026-12-07"))]);
        let first = desk.day(date("2026-11-25")).unwrap();
        assert_eq!((first.packets, first.deadline), (62, at("2026-11-24 12:00")));
    }

    #[test]
    fn on_a_saturday_the_next_school_day_is_monday() {
        let desk = look(&centre(), "2026-11-28 10:00");
        assert_eq!(desk.first, Some(date("2026-11-30")));
        assert_eq!(desk.today, None);
    }

    #[test]
    fn a_holiday_is_one_row_with_its_reason() {
        let desk = look(&centre(), "2026-12-17 10:00");
        let closed = Row::Closed {
            from: date("2026-12-21"),
            until: date("2027-01-01"),
            why: WhyClosed::Said("Juleferie".to_owned()),
        };
        assert_eq!(desk.first, Some(date("2026-12-18")));
        assert_eq!(desk.rows[..3], [Row::Week(date("2026-12-21")), closed, Row::Week(date("2027-01-04"))]);
    }

    #[test]
    fn on_christmas_eve_the_closed_days_before_the_next_school_day_are_said() {
        let desk = look(&centre(), "2026-12-24 10:00");
        assert_eq!(desk.first, Some(date("2027-01-04")));
        assert!(matches!(&desk.rows[0], Row::Closed { from, .. } if *from == date("2026-12-25")));
    }

    #[test]
    fn after_the_last_school_day_there_is_nothing_to_order() {
        let desk = look(&centre(), "2027-06-18 10:00");
        assert_eq!(desk.first, None);
        assert_eq!(desk.rows, []);
        assert_eq!(desk.standard.from, None);
    }

    #[test]
    fn a_day_changed_by_hand_is_kept_and_can_go_back() {
        let mut rows = centre();
        change(&mut rows, "2026-11-24 10:00", "2026-11-26", Choice::Count(58));
        let desk = look(&rows, "2026-11-24 10:01");
        let day = desk.day(date("2026-11-26")).unwrap();
        assert_eq!((day.packets, day.chosen, day.seen.len()), (58, Some(Choice::Count(58)), 1));
        let kept = Kept { date: date("2026-11-26"), choice: Some(Choice::Count(58)) };
        assert_eq!(desk.standard.kept, [kept]);
    }

    #[test]
    fn what_comes_after_the_deadline_waits_for_the_kitchen() {
        let mut rows = centre();
        change(&mut rows, "2026-11-24 13:05", "2026-11-25", Choice::Count(66));
        let desk = look(&rows, "2026-11-24 13:06");
        let day = desk.day(date("2026-11-25")).unwrap();
        assert_eq!(day.packets, 62);
        assert_eq!(day.question.as_ref().map(|late| late.choice), Some(Choice::Count(66)));
    }

    #[test]
    fn two_who_did_not_see_each_other_are_both_shown() {
        let mut rows = centre();
        for (user, count) in [("secretary", 60), ("manager", 64)] {
            let change = order::Change {
                school: id("slettebakken"),
                day: date("2026-11-26"),
                choice: Choice::Count(count),
                seen: Vec::new(),
            };
            let role = if user == "manager" { Role::Manager } else { Role::School };
            rows.run(user, role, at("2026-11-24 10:00"), change).unwrap();
        }
        let desk = look(&rows, "2026-11-24 10:01");
        let day = desk.day(date("2026-11-26")).unwrap();
        let said: Vec<_> = day.disputed.iter().map(|said| (said.choice, said.by.as_deref())).collect();
        assert_eq!(said, [(Choice::Count(60), Some("secretary")), (Choice::Count(64), Some("manager"))]);
        assert_eq!((day.chosen, day.packets, day.seen.len()), (None, 64, 2));
    }

    #[test]
    fn the_school_sees_how_far_the_kitchen_is() {
        let mut rows = centre();
        let tick = packing::SetTick {
            day: date("2026-11-24"),
            school: id("slettebakken"),
            step: Step::Made,
            done: true,
            seen: Vec::new(),
            by: None,
        };
        rows.run("kitchen", Role::Kitchen, at("2026-11-24 08:40"), tick).unwrap();
        let desk = look(&rows, "2026-11-24 09:00");
        let day = desk.day(date("2026-11-24")).unwrap();
        assert_eq!(day.done, [(Step::Made, at("2026-11-24 08:40"))]);
    }
}
