//! Groups that share a plan, and who is in them.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{person::Person, shield},
    entity::{Entity, Grant, Key, Tag},
    policy::{Action, Permit},
    prim::{AnyId, Date, Id, Name, day_after, days_from, sort_by},
    registry::{Kind, Record},
    view::{Halt, View},
};

/// A group of participants with activities of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Which.
    pub id: Id<Group>,
    /// What it is called.
    pub name: Name,
    /// Who leads it and takes attendance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<AnyId>,
}

impl Entity for Group {
    const KIND: Kind = Kind::Group;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::staff(), Tag::group(&self.id)]
    }

    fn grants(&self) -> Vec<Grant> {
        let leader = self.leader.iter().cloned();
        leader.map(|user| Grant::session(user, Tag::roster(&self.id))).collect()
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::staff()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Group(row) => Some(row),
            _ => None,
        }
    }
}

/// A participant's place in a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Which group.
    pub group: Id<Group>,
    /// Who.
    pub person: Id<Person>,
    /// Her first name: all that the group's leader sees of her.
    pub called: Name,
    /// Her first day.
    pub from: Date,
    /// Her last day, or open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The times she was in the group before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Period>,
    /// Is she a protected person?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shielded: bool,
}

/// A time somebody was in a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

impl Enrolment {
    /// Does she belong to the group on `day`?
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        let earlier = self.earlier.iter().any(|period| (period.from..=period.until).contains(&day));
        earlier || (self.from <= day && self.until.is_none_or(|until| day <= until))
    }
}

impl Entity for Enrolment {
    const KIND: Kind = Kind::Enrolment;

    fn key(&self) -> Key {
        Key::of(&[&self.person, &self.group])
    }

    fn tags(&self) -> Vec<Tag> {
        if self.shielded {
            return shield::tags(&self.person);
        }
        vec![Tag::participant(&self.person), Tag::roster(&self.group), Tag::people()]
    }

    fn is_shielded(&self) -> bool {
        self.shielded
    }

    fn grants(&self) -> Vec<Grant> {
        let grant = Grant::own(self.person.cast(), Tag::group(&self.group));
        vec![Grant { from: Some(self.from), until: self.until, ..grant }]
    }

    fn homes(key: &Key) -> Vec<Tag> {
        shield::homes(key.part(0))
    }

    fn whose(key: &Key) -> Option<AnyId> {
        key.id_at(0)
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Enrolment(row) => Some(row),
            _ => None,
        }
    }
}

/// Puts a participant into a group, from today.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// Which group.
    pub group: Id<Group>,
    /// Who.
    pub person: Id<Person>,
}

impl Command for Enrol {
    const NAME: &'static str = "group.enrol";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::Enrol, shield::about(&self.person)))
    }

    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        view.must::<Group>(&Key::of(&[&self.group]))?;
        let person = shield::reached(&self.person, &permit, ctx, view)?;
        let today = ctx.received_at.date();
        let before = view.get::<Enrolment>(&Key::of(&[&self.person, &self.group]))?;
        let mut enrolment = Enrolment {
            group: self.group.clone(),
            person: self.person.clone(),
            called: person.first_name.clone(),
            from: today,
            until: None,
            earlier: before.map(|one| one.earlier.clone()).unwrap_or_default(),
            shielded: person.is_shielded(),
        };
        match before.map(|one| (one.from, one.until)) {
            None => {}
            // She never left, or comes back before a day has passed: it is one time.
            Some((from, until)) if until.is_none_or(|until| day_after(until) >= today) => enrolment.from = from,
            Some((from, until)) => enrolment.earlier.extend(until.map(|until| Period { from, until })),
        }
        Ok(vec![Change::Put(enrolment.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Enrolment, Key::of(&[&self.person, &self.group])))
    }
}

/// Takes a participant out of a group; yesterday was her last day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Which group.
    pub group: Id<Group>,
    /// Who.
    pub person: Id<Person>,
}

impl Command for Leave {
    const NAME: &'static str = "group.leave";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::Unenrol, shield::about(&self.person)))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Enrolment>(&Key::of(&[&self.person, &self.group]))?;
        let last = days_from(ctx.received_at.date(), -1);
        if last < before.from {
            return Ok(vec![Change::Delete(Kind::Enrolment, before.key())]);
        }
        let enrolment = Enrolment { until: Some(last), ..before.clone() };
        Ok(vec![Change::Put(enrolment.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Enrolment, Key::of(&[&self.person, &self.group])))
    }
}

/// Who is in `group` on `day`, by first name.
pub fn members<'a>(view: View<'a>, group: &Id<Group>, day: Date) -> Result<Vec<&'a Enrolment>, Halt> {
    let mut members = view.all::<Enrolment>()?;
    members.retain(|one| one.group == *group && one.holds_on(day));
    sort_by(&mut members, |a, b| a.called.cmp(&b.called));
    Ok(members)
}

/// The groups `person` is in on `day`.
pub fn groups_of<'a>(view: View<'a>, person: &Id<Person>, day: Date) -> Result<Vec<&'a Enrolment>, Halt> {
    let mut groups = view.children::<Enrolment>(&format!("{person}."))?;
    groups.retain(|one| one.holds_on(day));
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::person::Register,
        policy::Role,
        rejection::Rejection,
        testkit::{at, centre, date, id, name},
    };

    const NOW: &str = "2026-11-24 09:00";

    #[test]
    fn who_registers_a_participant_may_put_her_in_a_group() {
        let mut rows = centre();
        let register = Register {
            id: id("nadia"),
            first_name: name("Nadia"),
            last_name: None,
            phone: None,
            language: None,
            contact: None,
            shielded_with: None,
        };
        let enrol = Enrol { group: id("morning"), person: id("nadia") };
        rows.run("adviser", Role::Adviser, at(NOW), register.clone()).unwrap();
        rows.run("adviser", Role::Adviser, at(NOW), enrol.clone()).unwrap();
        let called: Vec<_> = members(rows.view(), &id("morning"), date("2026-11-24")).unwrap();
        assert_eq!(called.iter().map(|one| one.called.as_str()).collect::<Vec<_>>(), ["Nadia", "amina", "lena"]);
        assert_eq!(rows.run("other-adviser", Role::Adviser, at(NOW), enrol), Err(Rejection::Gone));
        assert_eq!(rows.run("adviser", Role::Adviser, at(NOW), register), Err(Rejection::Exists));
    }

    #[test]
    fn her_plan_comes_and_goes_with_the_group() {
        let mut rows = centre();
        let plan = Tag::group(&id::<Group>("evening"));
        let today = date("2026-11-24");
        let sees = |rows: &crate::testkit::Rows, day| rows.actor("amina", Role::Participant).tags(day).contains(&plan);
        assert!(!sees(&rows, today));
        let enrol = Enrol { group: id("evening"), person: id("amina") };
        rows.run("adviser", Role::Adviser, at(NOW), enrol).unwrap();
        assert!(sees(&rows, today));
        let leave = Leave { group: id("evening"), person: id("amina") };
        rows.run("adviser", Role::Adviser, at("2026-11-26 09:00"), leave).unwrap();
        assert!(sees(&rows, today));
        assert!(!sees(&rows, date("2026-11-26")));
    }
}
