//! The weekly template: an activity that happens on the same weekday until it ends.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::group::Group,
    entity::{Entity, Key, Tag},
    policy::{self, Action, Permit},
    prim::{Date, Id, Name, TimeOfDay, days_from},
    registry::{Kind, Record},
    rejection::{Field, Rejection},
    view::{Halt, View},
};

/// What sort of activity it is: one pictogram and one tone, the same on phone, print and wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityKind {
    /// Mat & Prat, the kitchen.
    Kitchen,
    /// Norskverksted and Norwegian training.
    Norwegian,
    /// Dataveiledning.
    Computer,
    /// Jobbsøk and Jobbklubb.
    Job,
    /// Temamøte.
    Meeting,
    /// Samtalegruppe.
    Talk,
    /// Praksisgruppe.
    Practice,
    /// Leksehjelp.
    Homework,
    /// Nettverk, such as EMPO.
    Network,
    /// Yoga and fitness.
    Fitness,
    /// A café.
    Cafe,
}

impl ActivityKind {
    /// Every kind, in the order a form offers them.
    pub const ALL: [Self; 11] = [
        Self::Kitchen,
        Self::Norwegian,
        Self::Computer,
        Self::Job,
        Self::Meeting,
        Self::Talk,
        Self::Practice,
        Self::Homework,
        Self::Network,
        Self::Fitness,
        Self::Cafe,
    ];
}

/// One activity of the weekly template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Which.
    pub id: Id<Series>,
    /// What it is called.
    pub title: Name,
    /// What sort it is.
    pub kind: ActivityKind,
    /// The group it is for; without one it is open to all at the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Id<Group>>,
    /// ISO weekday, 1 (Monday) – 7.
    pub weekday: i8,
    /// The start, unknown for some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<TimeOfDay>,
    /// The end, unknown for some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<TimeOfDay>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Name>,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<Name>,
    /// What to bring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bring: Option<Name>,
    /// The first day it may happen.
    pub from: Date,
    /// The last day it may happen, or open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Series {
    /// Is it in the template on `day`, before exceptions and days off?
    #[must_use]
    pub fn falls_on(&self, day: Date) -> bool {
        day.weekday().to_monday_one_offset() == self.weekday
            && self.from <= day
            && self.until.is_none_or(|until| day <= until)
    }

    /// Who receives what belongs to it.
    #[must_use]
    pub fn audiences(&self) -> Vec<Tag> {
        match &self.group {
            Some(group) => vec![Tag::staff(), Tag::group(group)],
            None => vec![Tag::staff(), Tag::public()],
        }
    }

    /// The audiences a change to it is judged by: a leader is tied through the group's roster.
    #[must_use]
    pub fn concerns(&self) -> Vec<Tag> {
        let roster = self.group.as_ref().map(Tag::roster);
        self.audiences().into_iter().chain(roster).collect()
    }
}

impl Entity for Series {
    const KIND: Kind = Kind::Series;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        self.audiences()
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::staff()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Series(row) => Some(row),
            _ => None,
        }
    }
}

/// Refuses an end that does not come after its start.
pub(crate) fn in_order(start: Option<TimeOfDay>, end: Option<TimeOfDay>) -> Result<(), Rejection> {
    match (start, end) {
        (Some(start), Some(end)) if end <= start => Err(Rejection::EndBeforeStart),
        _ => Ok(()),
    }
}

/// Plans an activity of the week, or changes one that stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The activity as it shall be.
    #[serde(deserialize_with = "Planned::deserialize")]
    pub series: Series,
}

/// A [`Series`] as a command names it: the same fields, and no others. A row stays open, since a later build may have
/// written it; what somebody wishes does not. A field that is added there and not here does not compile.
#[derive(Deserialize)]
#[serde(remote = "Series", deny_unknown_fields)]
struct Planned {
    id: Id<Series>,
    title: Name,
    kind: ActivityKind,
    #[serde(default)]
    group: Option<Id<Group>>,
    weekday: i8,
    #[serde(default)]
    start: Option<TimeOfDay>,
    #[serde(default)]
    end: Option<TimeOfDay>,
    #[serde(default)]
    place: Option<Name>,
    #[serde(default)]
    leader: Option<Name>,
    #[serde(default)]
    bring: Option<Name>,
    from: Date,
    #[serde(default)]
    until: Option<Date>,
}

impl Command for Plan {
    const NAME: &'static str = "series.plan";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        Ok(match view.get::<Series>(&self.series.key())? {
            Some(standing) => Ask::new(Action::ChangeSeries, standing.concerns()),
            None => Ask::new(Action::PlanWeek, self.series.audiences()),
        })
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        if !(1..=7).contains(&self.series.weekday) {
            return Err(Rejection::OutOfRange { field: Field::Weekday, min: 1, max: 7 }.into());
        }
        in_order(self.series.start, self.series.end)?;
        if self.series.until.is_some_and(|until| until < self.series.from) {
            return Err(Rejection::EndBeforeStart.into());
        }
        if let Some(group) = &self.series.group {
            view.must::<Group>(&Key::of(&[group]))?;
        }
        let today = ctx.received_at.date();
        let standing = view.get::<Series>(&self.series.key())?;
        // Whoever may change what is her own group's gives it to no other group.
        let is_given_away = standing.is_some_and(|before| before.group != self.series.group);
        if is_given_away && !policy::can(ctx.actor, permit.action(), self.series.concerns(), today) {
            return Err(Rejection::Forbidden.into());
        }
        Ok(match standing.filter(|before| before.from < today && self.is_another_than(before)) {
            Some(before) => self.anew(before, today),
            None => vec![Change::Put(self.series.clone().into())],
        })
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Series, self.series.key()))
    }
}

impl Plan {
    /// On another weekday or with another group it is another activity: marks and exceptions of the
    /// past belong to the one that was.
    fn is_another_than(&self, before: &Series) -> bool {
        before.weekday != self.series.weekday || before.group != self.series.group
    }

    /// The old one ended yesterday, the new one begins today, under a name derived from both.
    fn anew(&self, before: &Series, today: Date) -> Vec<Change> {
        let ended = Series { until: Some(days_from(today, -1)), ..before.clone() };
        let stem = before.id.as_str().split("-from-").next().unwrap_or_default();
        let name = format!("{stem}-from-{today}");
        let id = Id::parse(&name).unwrap_or_else(|_| before.id.clone());
        let begun = Series { id, from: today.max(self.series.from), ..self.series.clone() };
        vec![Change::Put(ended.into()), Change::Put(begun.into())]
    }
}

/// Ends an activity; `last` is the last day it may happen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Which activity.
    pub series: Id<Series>,
    /// The last day, or open again.
    pub last: Option<Date>,
}

impl Command for End {
    const NAME: &'static str = "series.end";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        let series = view.must::<Series>(&Key::of(&[&self.series]))?;
        Ok(Ask::new(Action::ChangeSeries, series.concerns()))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Series>(&Key::of(&[&self.series]))?;
        let series = Series { until: self.last, ..before.clone() };
        Ok(vec![Change::Put(series.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Series, Key::of(&[&self.series])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Role,
        testkit::{Rows, at, date, id, name, used_centre},
    };

    /// What becomes of this activity when she says that it is another.
    fn changed(rows: &mut Rows, (user, role): (&str, Role), change: impl FnOnce(&mut Series)) -> Result<(), Rejection> {
        let mut series = rows.view().must::<Series>(&Key::from_text("norwegian-tue")).unwrap().clone();
        change(&mut series);
        rows.run(user, role, at("2026-11-24 08:30"), Plan { series }).map(drop)
    }

    #[test]
    fn whoever_leads_a_group_changes_what_is_planned_for_it_and_gives_it_to_no_other() {
        let mut rows = used_centre();
        let teacher = ("teacher", Role::Teacher);
        assert_eq!(changed(&mut rows, teacher, |one| one.place = Some(name("Rom 3"))), Ok(()));
        assert_eq!(changed(&mut rows, teacher, |one| one.group = Some(id("evening"))), Err(Rejection::Forbidden));
        assert_eq!(changed(&mut rows, teacher, |one| one.group = None), Err(Rejection::Forbidden), "open to all");
        let end = |series: &str| End { series: id(series), last: Some(date("2026-12-15")) };
        let now = at("2026-11-24 08:30");
        assert!(rows.run(teacher.0, teacher.1, now, end("norwegian-tue")).is_ok());
        assert_eq!(rows.run(teacher.0, teacher.1, now, end("norwegian-thu")).map(drop), Err(Rejection::Forbidden));
        // Whoever plans the week plans all of it.
        let adviser = ("adviser", Role::Adviser);
        assert_eq!(changed(&mut rows, adviser, |one| one.group = Some(id("evening"))), Ok(()));
    }
}
