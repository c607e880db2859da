//! The standing order: a count per weekday that orders itself.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{
        order::{Order, in_bounds},
        school::School,
    },
    entity::{Entity, Key, Tag},
    policy::{Action, Permit},
    prim::{Date, Id, Timestamp},
    registry::{Kind, Record},
    view::{Halt, View},
};

/// A school's standing order with all it has been, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Which school.
    pub school: Id<School>,
    /// What it was from which day on.
    pub versions: Vec<Standard>,
}

/// The counts from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standard {
    /// The first lunch day it rules.
    pub from: Date,
    /// Packets on Monday to Friday.
    pub counts: [u16; 5],
    /// Who set it.
    pub by: Box<str>,
    /// When the server received it.
    pub received_at: Timestamp,
}

impl Standing {
    /// The standing count on `day`; 0 on weekends and before the first standard.
    #[must_use]
    pub fn on(&self, day: Date) -> u16 {
        let standard = self.versions.iter().rev().find(|one| one.from <= day);
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        standard.and_then(|one| one.counts.get(weekday)).copied().unwrap_or(0)
    }
}

impl Entity for Standing {
    const KIND: Kind = Kind::Standing;

    fn key(&self) -> Key {
        Key::of(&[&self.school])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::kitchen(), Tag::school(&self.school)]
    }

    fn homes(key: &Key) -> Vec<Tag> {
        let own = key.part(0).and_then(|text| Id::<School>::parse(text).ok());
        own.iter().map(Tag::school).chain([Tag::kitchen()]).collect()
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Standing(row) => Some(row),
            _ => None,
        }
    }
}

/// Sets the standing counts, from the first day whose deadline is still open at receipt.
/// Hand-made exceptions stay as they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Which school.
    pub school: Id<School>,
    /// Packets on Monday to Friday, 0–5 000 each.
    pub counts: [i64; 5],
}

impl Command for Set {
    const NAME: &'static str = "standing.set";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::ChangeStanding, [Tag::school(&self.school)]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let school = view.must::<School>(&Key::of(&[&self.school]))?;
        let mut counts = [0; 5];
        for (count, wanted) in counts.iter_mut().zip(self.counts) {
            *count = in_bounds(wanted)?;
        }
        let Some(from) = school.first_changeable(ctx.received_at) else {
            return Err(school.outside(ctx.received_at.date()).into());
        };
        let mut standing = view
            .get::<Standing>(&Key::of(&[&self.school]))?
            .cloned()
            .unwrap_or_else(|| Standing { school: self.school.clone(), versions: Vec::new() });
        standing.versions.retain(|one| one.from < from);
        standing.versions.push(Standard {
            from,
            counts,
            by: ctx.actor.user.as_str().into(),
            received_at: ctx.received_at,
        });
        Ok(vec![Change::Put(standing.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Standing, Key::of(&[&self.school])))
    }
}

/// The days from `from` on that differ from the standard by hand: what a change of standard keeps.
pub fn hand_made<'a>(view: View<'a>, school: &Id<School>, from: Date) -> Result<Vec<&'a Order>, Halt> {
    let mut orders = view.children::<Order>(&format!("{school}."))?;
    orders.retain(|order| order.day >= from && order.is_hand_made());
    Ok(orders)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::order::{Change as ChangeOrder, Choice, Stands, lunch},
        policy::Role,
        rejection::Rejection,
        testkit::{Rows, at, centre, date, id},
    };

    fn set(rows: &mut Rows, now: &str, counts: [i64; 5]) -> Result<(), Rejection> {
        let command = Set { school: id("slettebakken"), counts };
        rows.run("secretary", Role::School, at(now), command)
    }

    fn stands(rows: &Rows, day: &str) -> Stands {
        let school = rows.view().must::<School>(&Key::from_text("slettebakken")).unwrap();
        lunch(rows.view(), school, date(day)).unwrap().stands
    }

    #[test]
    fn a_new_standard_begins_on_the_first_day_whose_deadline_is_open() {
        let mut rows = centre();
        set(&mut rows, "2026-11-24 13:00", [10, 20, 30, 40, 50]).unwrap();
        assert_eq!(stands(&rows, "2026-11-25"), Stands::Standard(62));
        assert_eq!(stands(&rows, "2026-11-26"), Stands::Standard(40));
        assert_eq!(stands(&rows, "2026-11-30"), Stands::Standard(10));
    }

    #[test]
    fn hand_made_exceptions_survive_a_change_of_standard_and_are_listed() {
        let mut rows = centre();
        let by_hand = ChangeOrder {
            school: id("slettebakken"),
            day: date("2026-11-30"),
            choice: Choice::Count(7),
            seen: Vec::new(),
        };
        rows.run("secretary", Role::School, at("2026-11-24 09:00"), by_hand).unwrap();
        set(&mut rows, "2026-11-24 09:00", [1, 2, 3, 4, 5]).unwrap();
        assert_eq!(stands(&rows, "2026-11-30"), Stands::ByHand(7));
        let kept = hand_made(rows.view(), &id("slettebakken"), date("2026-11-24")).unwrap();
        assert_eq!(kept.iter().map(|order| order.day).collect::<Vec<_>>(), [date("2026-11-30")]);
    }

    #[test]
    fn a_count_out_of_bounds_changes_nothing() {
        let mut rows = centre();
        let before = rows.0.clone();
        assert!(set(&mut rows, "2026-11-24 09:00", [1, 2, -3, 4, 5]).is_err());
        assert_eq!(rows.0, before);
    }
}
