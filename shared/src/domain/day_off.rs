//! A red day: the centre is closed, whatever the template says.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    entity::{Entity, Key, Tag},
    policy::{Action, Permit},
    prim::{Date, Name},
    registry::{Kind, Record},
    view::{Halt, View},
};

/// A day the centre is closed, beside the public holidays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayOff {
    /// Which day.
    pub date: Date,
    /// Why, as participants read it.
    pub reason: Name,
}

impl Entity for DayOff {
    const KIND: Kind = Kind::DayOff;

    fn key(&self) -> Key {
        Key::of(&[&self.date])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::public()]
    }

    fn window(&self) -> Option<Date> {
        Some(self.date)
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::public()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::DayOff(row) => Some(row),
            _ => None,
        }
    }
}

/// Declares a red day, or corrects its reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declare {
    /// Which day.
    pub date: Date,
    /// Why, as participants read it.
    pub reason: Name,
}

impl Command for Declare {
    const NAME: &'static str = "day-off.declare";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::ChangeDay, [Tag::staff(), Tag::public()]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, _view: View<'_>) -> Result<Vec<Change>, Halt> {
        let day_off = DayOff { date: self.date, reason: self.reason.clone() };
        Ok(vec![Change::Put(day_off.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::DayOff, Key::of(&[&self.date])))
    }
}

/// Takes a red day back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Which day.
    pub date: Date,
}

impl Command for Withdraw {
    const NAME: &'static str = "day-off.withdraw";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::ChangeDay, [Tag::staff(), Tag::public()]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let day_off = view.must::<DayOff>(&Key::of(&[&self.date]))?;
        Ok(vec![Change::Delete(Kind::DayOff, day_off.key())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::DayOff, Key::of(&[&self.date])))
    }
}
