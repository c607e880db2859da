//! The kitchen's day: how many, for whom, and what is made, packed, loaded and delivered.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{
        crew::{self, By},
        menu::Menu,
        order::{Lunch, lunch},
        school::School,
    },
    entity::{Entity, Key, Tag},
    policy::{Action, Permit},
    prim::{Answer, Answers, Date, Id, sort_by},
    registry::{Kind, Record},
    view::{Halt, View},
};

/// A step of the day's work, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The packets are made.
    Made,
    /// They are packed and labelled.
    Packed,
    /// They are in the car.
    Loaded,
    /// The school has them.
    Delivered,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 4] = [Self::Made, Self::Packed, Self::Loaded, Self::Delivered];

    /// Its name in keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Packed => "packed",
            Self::Loaded => "loaded",
            Self::Delivered => "delivered",
        }
    }
}

/// Whether a step is done for a school on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    /// Which day.
    pub day: Date,
    /// Which school.
    pub school: Id<School>,
    /// Which step.
    pub step: Step,
    /// Done, or not.
    pub answers: Answers<bool>,
    /// For how many packets it was said last.
    pub packets: u16,
}

impl Entity for Tick {
    const KIND: Kind = Kind::Tick;

    fn key(&self) -> Key {
        Key::of(&[&self.day, &self.school, &self.step.name()])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::kitchen(), Tag::school(&self.school)]
    }

    fn window(&self) -> Option<Date> {
        Some(self.day)
    }

    fn homes(key: &Key) -> Vec<Tag> {
        let own = key.part(1).and_then(|text| Id::<School>::parse(text).ok());
        own.iter().map(Tag::school).chain([Tag::kitchen()]).collect()
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Tick(row) => Some(row),
            _ => None,
        }
    }
}

/// Ticks a step, or takes the tick away.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetTick {
    /// Which day.
    pub day: Date,
    /// Which school.
    pub school: Id<School>,
    /// Which step.
    pub step: Step,
    /// Done, or not.
    pub done: bool,
    /// The answers its author was looking at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Box<str>>,
    /// Who of the crew has ticked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
}

impl SetTick {
    /// What whoever ticks proves to have said. For ever: a queue may lie on a tablet for a month.
    #[must_use]
    pub fn said(&self) -> String {
        let Self { day, school, step, done, seen, by: _ } = self;
        format!("{} {day} {school} {} {done} {}", Self::NAME, step.name(), seen.join(" "))
    }
}

impl Command for SetTick {
    const NAME: &'static str = "packing.tick";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        let about = [Tag::kitchen(), Tag::school(&self.school)];
        Ok(Ask::new(Action::TickPacking, about))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let school = view.must::<School>(&Key::of(&[&self.school]))?;
        school.open_on(self.day)?;
        let lunch = lunch(view, school, self.day)?;
        let key = Key::of(&[&self.day, &self.school, &self.step.name()]);
        let mut tick = view.get::<Tick>(&key)?.cloned().unwrap_or_else(|| Tick {
            day: self.day,
            school: self.school.clone(),
            step: self.step,
            answers: Answers::default(),
            packets: 0,
        });
        let hand = crew::hand(self.by.as_ref(), &self.said(), view)?;
        tick.answers.add(Answer { hand, ..ctx.answer(self.done, &self.seen) });
        tick.packets = lunch.stands.packets(lunch.standard);
        Ok(vec![Change::Put(tick.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        let key = Key::of(&[&self.day, &self.school, &self.step.name()]);
        Some((Kind::Tick, key))
    }

    fn foreseen(&self) -> Vec<(Kind, Key)> {
        self.about().into_iter().chain(self.by.as_ref().map(By::foreseen)).collect()
    }
}

/// The kitchen's sheet for a day: the total first, then per school.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet<'a> {
    /// Which day.
    pub day: Date,
    /// All packets.
    pub total: u32,
    /// What is on the menu.
    pub menu: Option<&'a Menu>,
    /// The schools, by name.
    pub schools: Vec<SchoolDay<'a>>,
}

/// One school on the kitchen's sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolDay<'a> {
    /// Which school.
    pub school: &'a School,
    /// Its lunch.
    pub lunch: Lunch<'a>,
    /// How many packets to make.
    pub packets: u16,
    /// The ticks of the four steps, in order; `None` where nobody has said anything.
    pub ticks: [Option<&'a Tick>; 4],
}

impl SchoolDay<'_> {
    /// The packets for which `step` is done: fewer than all when some were added afterwards.
    #[must_use]
    pub fn done(&self, step: Step) -> u16 {
        let tick = self.ticks[step as usize].filter(|tick| tick.answers.settled() == Some(&true));
        tick.map_or(0, |tick| tick.packets.min(self.packets))
    }

    /// Is `step` done for every packet?
    #[must_use]
    pub fn is_done(&self, step: Step) -> bool {
        let tick = self.ticks[step as usize].filter(|tick| tick.answers.settled() == Some(&true));
        tick.is_some_and(|tick| tick.packets >= self.packets)
    }
}

impl Sheet<'_> {
    /// The packets for which `step` is done.
    #[must_use]
    pub fn done(&self, step: Step) -> u32 {
        self.schools.iter().map(|one| u32::from(one.done(step))).sum()
    }
}

/// The kitchen's sheet for `day`.
pub fn sheet(view: View<'_>, day: Date) -> Result<Sheet<'_>, Halt> {
    let mut schools = Vec::new();
    for school in view.all::<School>()? {
        schools.push(school_day(view, school, day)?);
    }
    sort_by(&mut schools, |a, b| a.school.name.cmp(&b.school.name));
    Ok(Sheet {
        day,
        total: schools.iter().map(|one| u32::from(one.packets)).sum(),
        menu: view.get::<Menu>(&Key::of(&[&day]))?,
        schools,
    })
}

/// One school's day as kitchen and school see it.
pub fn school_day<'a>(view: View<'a>, school: &'a School, day: Date) -> Result<SchoolDay<'a>, Halt> {
    let lunch = lunch(view, school, day)?;
    let mut ticks = [None; 4];
    for (tick, step) in ticks.iter_mut().zip(Step::ALL) {
        *tick = view.get::<Tick>(&Key::of(&[&day, &school.id, &step.name()]))?;
    }
    Ok(SchoolDay { school, packets: lunch.stands.packets(lunch.standard), lunch, ticks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::Role,
        rejection::Rejection,
        testkit::{Rows, at, centre, date, id},
    };

    fn tick(rows: &mut Rows, day: &str, done: bool, seen: Vec<Box<str>>) -> Result<(), Rejection> {
        let command = SetTick { day: date(day), school: id("slettebakken"), step: Step::Packed, done, seen, by: None };
        rows.run("kitchen", Role::Kitchen, at("2026-11-24 08:00"), command)
    }

    #[test]
    fn the_sheet_says_the_total_first_and_counts_what_is_done() {
        let mut rows = centre();
        tick(&mut rows, "2026-11-24", true, Vec::new()).unwrap();
        let sheet = sheet(rows.view(), date("2026-11-24")).unwrap();
        assert_eq!(sheet.total, 117);
        assert_eq!(sheet.done(Step::Packed), 62);
        assert_eq!(sheet.done(Step::Loaded), 0);
        let names: Vec<_> = sheet.schools.iter().map(|one| one.school.name.as_str()).collect();
        assert_eq!(names, ["Fridalen", "Slettebakken"]);
    }

    #[test]
    fn two_tablets_that_tick_the_same_agree() {
        let mut rows = centre();
        tick(&mut rows, "2026-11-24", true, Vec::new()).unwrap();
        tick(&mut rows, "2026-11-24", true, Vec::new()).unwrap();
        let sheet = sheet(rows.view(), date("2026-11-24")).unwrap();
        assert_eq!(sheet.done(Step::Packed), 62);
    }

    #[test]
    fn a_tick_can_be_taken_away_by_who_saw_it() {
        let mut rows = centre();
        tick(&mut rows, "2026-11-24", true, Vec::new()).unwrap();
        let key = Key::of(&[&"2026-11-24", &"slettebakken", &"packed"]);
        let seen = rows.view().must::<Tick>(&key).unwrap().answers.seen();
        tick(&mut rows, "2026-11-24", false, seen).unwrap();
        assert_eq!(sheet(rows.view(), date("2026-11-24")).unwrap().done(Step::Packed), 0);
    }

    #[test]
    fn packets_added_after_the_tick_are_not_done() {
        let mut rows = centre();
        let order = |count| crate::domain::order::Change {
            school: id("slettebakken"),
            day: date("2026-11-25"),
            choice: crate::domain::order::Choice::Count(count),
            seen: Vec::new(),
        };
        tick(&mut rows, "2026-11-25", true, Vec::new()).unwrap();
        rows.run("secretary", Role::School, at("2026-11-24 09:00"), order(66)).unwrap();
        let sheet = sheet(rows.view(), date("2026-11-25")).unwrap();
        assert_eq!((sheet.done(Step::Packed), sheet.total), (62, 121));
        assert!(!sheet.schools[1].is_done(Step::Packed));
    }

    #[test]
    fn on_a_saturday_nothing_is_made() {
        let mut rows = centre();
        assert_eq!(sheet(rows.view(), date("2026-11-28")).unwrap().total, 0);
        let refused = tick(&mut rows, "2026-11-28", true, Vec::new());
        assert!(matches!(refused, Err(Rejection::SchoolClosed { .. })));
    }
}
