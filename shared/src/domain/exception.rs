//! A dated exception to the weekly template: this one time it is moved, or cancelled.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{
        group::Group,
        series::{Series, in_order},
    },
    entity::{Entity, Key, Tag},
    policy::{Action, Permit},
    prim::{Date, Id, Name, Note, TimeOfDay},
    registry::{Kind, Record},
    rejection::Rejection,
    view::{Halt, View},
};

/// What happens to one occurrence. Its identity stays (series, original date).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    /// Which activity.
    pub series: Id<Series>,
    /// The date it stands on in the template.
    pub date: Date,
    /// The group whose plan it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Id<Group>>,
    /// What happens instead.
    pub instead: Instead,
}

/// What happens instead of the template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Instead {
    /// It happens at another time or place.
    Moved {
        /// The new date.
        date: Date,
        /// The new start.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<TimeOfDay>,
        /// The new end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end: Option<TimeOfDay>,
        /// The new place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Name>,
    },
    /// It does not happen.
    Cancelled {
        /// Why, as participants read it.
        reason: Note,
    },
}

impl Entity for Exception {
    const KIND: Kind = Kind::Exception;

    fn key(&self) -> Key {
        Key::of(&[&self.series, &self.date])
    }

    fn tags(&self) -> Vec<Tag> {
        match &self.group {
            Some(group) => vec![Tag::staff(), Tag::group(group)],
            None => vec![Tag::staff(), Tag::public()],
        }
    }

    fn window(&self) -> Option<Date> {
        match &self.instead {
            Instead::Moved { date, .. } => Some((*date).max(self.date)),
            Instead::Cancelled { .. } => Some(self.date),
        }
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::staff()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Exception(row) => Some(row),
            _ => None,
        }
    }
}

/// The audiences of the activity a command is about.
fn concerns(series: &Id<Series>, view: View<'_>) -> Result<Ask, Halt> {
    let series = view.must::<Series>(&Key::of(&[series]))?;
    Ok(Ask::new(Action::ChangeDay, series.concerns()))
}

/// The exception on `date`, if the template has the activity on that date.
fn instead(series: &Id<Series>, date: Date, view: View<'_>, instead: Instead) -> Result<Vec<Change>, Halt> {
    let series = view.must::<Series>(&Key::of(&[series]))?;
    if !series.falls_on(date) {
        return Err(Rejection::NotPlanned { date }.into());
    }
    let exception = Exception { series: series.id.clone(), date, group: series.group.clone(), instead };
    Ok(vec![Change::Put(exception.into())])
}

/// Moves one occurrence to another date, time or place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// Which activity.
    pub series: Id<Series>,
    /// Its date in the template.
    pub date: Date,
    /// The new date.
    pub to: Date,
    /// The new start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<TimeOfDay>,
    /// The new end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<TimeOfDay>,
    /// The new place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Name>,
}

impl Command for Move {
    const NAME: &'static str = "exception.move";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        concerns(&self.series, view)
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        in_order(self.start, self.end)?;
        let moved = Instead::Moved { date: self.to, start: self.start, end: self.end, place: self.place.clone() };
        instead(&self.series, self.date, view, moved)
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Exception, Key::of(&[&self.series, &self.date])))
    }
}

/// Cancels one occurrence, with a reason.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// Which activity.
    pub series: Id<Series>,
    /// Its date in the template.
    pub date: Date,
    /// Why, as participants read it.
    pub reason: Note,
}

impl Command for Cancel {
    const NAME: &'static str = "exception.cancel";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        concerns(&self.series, view)
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let cancelled = Instead::Cancelled { reason: self.reason.clone() };
        instead(&self.series, self.date, view, cancelled)
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Exception, Key::of(&[&self.series, &self.date])))
    }
}

/// Takes an exception back: the template holds again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// Which activity.
    pub series: Id<Series>,
    /// Its date in the template.
    pub date: Date,
}

impl Command for Restore {
    const NAME: &'static str = "exception.restore";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        concerns(&self.series, view)
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let exception = view.must::<Exception>(&Key::of(&[&self.series, &self.date]))?;
        Ok(vec![Change::Delete(Kind::Exception, exception.key())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Exception, Key::of(&[&self.series, &self.date])))
    }
}
