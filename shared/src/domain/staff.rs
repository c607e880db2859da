//! Somebody with an account who is not a participant: colleagues, the kitchen, a school's contact.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{person::Person, school::School},
    entity::{Entity, Grant, Key, Part, Tag},
    policy::{self, Action, Permit, Role},
    prim::{AnyId, Date, Id, Name},
    registry::{Kind, Record},
    rejection::Rejection,
    view::{Halt, View},
};

/// A colleague or a school's contact. She chooses her password herself, by an invitation; the part she plays
/// follows from this row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staff {
    /// The user.
    pub id: AnyId,
    /// What others call her.
    pub name: Name,
    /// The part she plays.
    pub role: Role,
    /// The school she orders for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<Id<School>>,
    /// The day she left. Nobody signs in as her any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Date>,
}

impl Entity for Staff {
    const KIND: Kind = Kind::Staff;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        let school = self.school.as_ref().map(Tag::school);
        [Tag::staff()].into_iter().chain(school).collect()
    }

    fn grants(&self) -> Vec<Grant> {
        let school = self.school.as_ref().filter(|_| self.left.is_none());
        school.map(|school| Grant::organisation(self.id.clone(), Tag::school(school))).into_iter().collect()
    }

    fn part(&self) -> Option<Part> {
        let role = self.left.is_none().then_some(self.role);
        Some(Part { user: self.id.clone(), name: self.name.to_string(), role, is_shielded: false })
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::staff()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Staff(row) => Some(row),
            _ => None,
        }
    }
}

/// Registers a colleague or a school's contact. Her account is opened when she accepts her invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// A new id, minted by the device.
    pub id: AnyId,
    /// What others call her.
    pub name: Name,
    /// The part she will play.
    pub role: Role,
    /// The school she orders for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<Id<School>>,
}

impl Command for Register {
    const NAME: &'static str = "staff.register";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::InviteStaff, [Tag::staff()]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let school = school_of(self.role, self.school.as_ref(), view)?;
        let key = Key::of(&[&self.id]);
        // A colleague's id is also her user id: it must not be a participant's. Of a protected person it is said as of
        // somebody who was taken out.
        if view.get::<Person>(&key)?.is_some_and(Entity::is_shielded) {
            return Err(Rejection::Gone.into());
        }
        if view.get::<Staff>(&key)?.is_some() || view.get::<Person>(&key)?.is_some() {
            return Err(Rejection::Exists.into());
        }
        let staff = Staff { id: self.id.clone(), name: self.name.clone(), role: self.role, school, left: None };
        Ok(vec![Change::Put(staff.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Staff, Key::of(&[&self.id])))
    }
}

/// Corrects a colleague's name, part or school.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correct {
    /// Who.
    pub id: AnyId,
    /// What others call her.
    pub name: Name,
    /// The part she plays from now on.
    pub role: Role,
    /// The school she orders for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<Id<School>>,
}

impl Command for Correct {
    const NAME: &'static str = "staff.correct";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::CorrectStaff, [Tag::staff()]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Staff>(&Key::of(&[&self.id]))?;
        if ctx.actor.user == self.id && before.role != self.role {
            return Err(Rejection::OwnPart.into());
        }
        let school = school_of(self.role, self.school.as_ref(), view)?;
        let staff = Staff { name: self.name.clone(), role: self.role, school, ..before.clone() };
        Ok(vec![Change::Put(staff.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Staff, Key::of(&[&self.id])))
    }
}

/// Somebody leaves: her sessions end, and nobody signs in as her any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Who.
    pub id: AnyId,
}

impl Command for End {
    const NAME: &'static str = "staff.end";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::EndStaff, [Tag::staff()]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Staff>(&Key::of(&[&self.id]))?;
        if ctx.actor.user == self.id {
            return Err(Rejection::OwnPart.into());
        }
        let left = before.left.or_else(|| Some(ctx.received_at.date()));
        Ok(vec![Change::Put(Staff { left, ..before.clone() }.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Staff, Key::of(&[&self.id])))
    }
}

/// Somebody comes back, or never left: she signs in as before.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// Who.
    pub id: AnyId,
}

impl Command for Return {
    const NAME: &'static str = "staff.return";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::EndStaff, [Tag::staff()]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Staff>(&Key::of(&[&self.id]))?;
        Ok(vec![Change::Put(Staff { left: None, ..before.clone() }.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Staff, Key::of(&[&self.id])))
    }
}

/// The school that belongs to a part: whoever orders for one must have one, nobody else has any.
fn school_of(role: Role, school: Option<&Id<School>>, view: View<'_>) -> Result<Option<Id<School>>, Halt> {
    if !policy::is_invited(role) {
        return Err(Rejection::Forbidden.into());
    }
    if !policy::has_school(role) {
        return Ok(None);
    }
    let school = school.ok_or(Rejection::NeedsSchool)?;
    Ok(Some(view.must::<School>(&Key::of(&[school]))?.id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        prim::Timestamp,
        testkit::{Rows, at, centre, id, name},
    };

    const NOW: &str = "2026-11-24 09:00";

    fn now() -> Timestamp {
        at(NOW)
    }

    fn register(role: Role, school: Option<&str>) -> Register {
        Register { id: id("new"), name: name("Nora"), role, school: school.map(id) }
    }

    fn correct(who: &str, role: Role) -> Correct {
        Correct { id: id(who), name: name("Nora"), role, school: None }
    }

    fn part(rows: &Rows, who: &str) -> Option<Role> {
        rows.view().must::<Staff>(&Key::from_text(who)).unwrap().part().unwrap().role
    }

    #[test]
    fn a_managers_colleague_has_a_part_and_a_schools_contact_a_school() {
        let mut rows = centre();
        rows.run("manager", Role::Manager, now(), register(Role::Adviser, None)).unwrap();
        assert_eq!(part(&rows, "new"), Some(Role::Adviser));
        let again = rows.run("manager", Role::Manager, now(), register(Role::Adviser, None));
        assert_eq!(again, Err(Rejection::Exists));
        for (role, school, refused) in [
            (Role::School, None, Rejection::NeedsSchool),
            (Role::School, Some("nowhere"), Rejection::Gone),
            (Role::Participant, None, Rejection::Forbidden),
        ] {
            let told = centre().run("manager", Role::Manager, now(), register(role, school));
            assert_eq!(told, Err(refused), "{role:?}");
        }
    }

    #[test]
    fn nobody_but_a_manager_keeps_accounts() {
        for (user, role) in [("adviser", Role::Adviser), ("secretary", Role::School), ("amina", Role::Participant)] {
            assert!(centre().run(user, role, now(), register(Role::Adviser, None)).is_err(), "{role:?}");
            assert!(centre().run(user, role, now(), End { id: id("adviser") }).is_err(), "{role:?}");
        }
    }

    #[test]
    fn nobody_changes_her_own_part() {
        let mut rows = centre();
        for refused in [
            rows.run("manager", Role::Manager, now(), correct("manager", Role::Admin)),
            rows.run("manager", Role::Manager, now(), End { id: id("manager") }),
        ] {
            assert_eq!(refused, Err(Rejection::OwnPart));
        }
        rows.run("manager", Role::Manager, now(), correct("manager", Role::Manager)).unwrap();
        assert_eq!(rows.view().must::<Staff>(&Key::from_text("manager")).unwrap().name, name("Nora"));
    }

    #[test]
    fn whoever_leaves_plays_no_part_until_she_returns() {
        let mut rows = centre();
        rows.run("manager", Role::Manager, now(), End { id: id("secretary") }).unwrap();
        let gone = rows.view().must::<Staff>(&Key::from_text("secretary")).unwrap().clone();
        assert_eq!((gone.left, part(&rows, "secretary"), gone.grants().len()), (Some(now().date()), None, 0));
        rows.run("manager", Role::Manager, now(), Return { id: id("secretary") }).unwrap();
        assert_eq!(part(&rows, "secretary"), Some(Role::School));
    }
}
