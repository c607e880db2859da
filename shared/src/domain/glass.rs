//! The glass: whoever answers for the centre breaks it with a reason, and sees every protected person until the day
//! ends. Those who are named for anybody are told.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::staff::Staff,
    entity::{Entity, Grant, Key, Tag},
    policy::{Action, Permit},
    prim::{AnyId, Date, Id, Name, Note},
    registry::{Kind, Record},
    rejection::{Field, Rejection},
    view::{Halt, View},
};

/// That somebody has broken the glass. It belongs to no day's work, and never leaves those who are to be told: one of
/// them may open her page for the first time in months.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Glass {
    /// Which time.
    pub id: Id<Glass>,
    /// Who.
    pub by: AnyId,
    /// What she is called.
    pub by_name: Name,
    /// Why.
    pub reason: Note,
    /// The day on which she sees.
    pub on: Date,
}

impl Entity for Glass {
    const KIND: Kind = Kind::Glass;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::knowing(), Tag::every_named()]
    }

    fn grants(&self) -> Vec<Grant> {
        vec![Grant::broken_glass(self.by.clone(), self.on)]
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::knowing()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Glass(row) => Some(row),
            _ => None,
        }
    }
}

/// Breaks it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// A new id, minted by whoever does it.
    pub id: Id<Glass>,
    /// Why, in 10 to 200 characters.
    pub reason: Note,
}

impl Break {
    /// The fewest characters of a reason.
    pub const SHORTEST: u32 = 10;
    /// The most.
    pub const LONGEST: u32 = 200;
}

impl Command for Break {
    const NAME: &'static str = "glass.break";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::BreakGlass, [Tag::staff()]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        // A device would keep that there is a glass.
        if ctx.actor.keeping.is_on_device() {
            return Err(Rejection::Gone.into());
        }
        let (min, max) = (Self::SHORTEST, Self::LONGEST);
        let length = u32::try_from(self.reason.as_str().chars().count()).unwrap_or(u32::MAX);
        if !(min..=max).contains(&length) {
            return Err(Rejection::OutOfRange { field: Field::Reason, min, max }.into());
        }
        if view.get::<Glass>(&Key::of(&[&self.id]))?.is_some() {
            return Err(Rejection::Exists.into());
        }
        let staff = view.must::<Staff>(&Key::of(&[&ctx.actor.user]))?;
        let glass = Glass {
            id: self.id.clone(),
            by: staff.id.clone(),
            by_name: staff.name.clone(),
            reason: self.reason.clone(),
            on: ctx.received_at.date(),
        };
        Ok(vec![Change::Put(glass.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Glass, Key::of(&[&self.id])))
    }

    fn reason(&self) -> Option<&Note> {
        Some(&self.reason)
    }

    /// That it was broken, whoever answers for the centre may know; the reason may name somebody.
    fn tells_of_protection(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{person::Person, shield::Shield},
        policy::{Keeping, Role},
        sync::pull,
        testkit::{Rows, at, centre, date, id, note},
    };

    const NOW: &str = "2026-11-24 23:59";
    const NEXT: &str = "2026-11-25 00:00";
    const REASON: &str = "Politiet ringer om henne nå";

    fn shielded() -> Rows {
        let mut rows = centre();
        let shield = Shield { id: id("amina"), with: id("other-adviser") };
        rows.run("adviser", Role::Adviser, at(NOW), shield).unwrap();
        rows
    }

    fn smash(rows: &mut Rows, user: &str, role: Role, reason: &str) -> Result<(), Rejection> {
        rows.run_in_memory(user, role, at(NOW), Break { id: id("g1"), reason: note(reason) })
    }

    #[test]
    fn it_is_broken_with_a_reason_by_whoever_answers_for_the_centre_where_nothing_is_kept() {
        let mut rows = shielded();
        let by = |rows: &mut Rows, user, role| smash(rows, user, role, REASON);
        assert_eq!(by(&mut rows, "adviser", Role::Adviser), Err(Rejection::Forbidden));
        assert_eq!(by(&mut rows, "sara", Role::Participant), Err(Rejection::Gone));
        let bounds = Rejection::OutOfRange { field: Field::Reason, min: 10, max: 200 };
        for reason in ["Hastesak", &"x".repeat(201)] {
            assert_eq!(smash(&mut rows, "manager", Role::Manager, reason), Err(bounds.clone()), "{reason}");
        }
        let kept = Break { id: id("g1"), reason: note(REASON) };
        assert_eq!(rows.run("manager", Role::Manager, at(NOW), kept), Err(Rejection::Gone));
        by(&mut rows, "manager", Role::Manager).unwrap();
        assert_eq!(by(&mut rows, "manager", Role::Manager), Err(Rejection::Exists));
    }

    #[test]
    fn she_sees_until_midnight_and_those_who_are_named_are_told() {
        let mut rows = shielded();
        let amina = Record::from(rows.view().must::<Person>(&Key::from_text("amina")).unwrap().clone());
        let sees = |rows: &Rows, user, role, now, keeping, record: &Record| {
            rows.actor(user, role).in_session(keeping).sees(&record.tags(), at(now).date())
        };
        let manager = |rows: &Rows, now, keeping| sees(rows, "manager", Role::Manager, now, keeping, &amina);
        assert!(!manager(&rows, NOW, Keeping::InMemory));
        smash(&mut rows, "manager", Role::Manager, REASON).unwrap();
        assert!(manager(&rows, NOW, Keeping::InMemory));
        assert!(!manager(&rows, NOW, Keeping::OnDevice));
        assert!(!manager(&rows, NEXT, Keeping::InMemory));
        let glass = Record::from(rows.view().must::<Glass>(&Key::from_text("g1")).unwrap().clone());
        let told = |user, role| sees(&rows, user, role, NEXT, Keeping::InMemory, &glass);
        assert!(told("adviser", Role::Adviser) && told("other-adviser", Role::Adviser));
        assert!(!told("teacher", Role::Teacher) && !told("amina", Role::Participant));
        assert!(!told("manager", Role::Manager), "she is named for nobody");
    }

    #[test]
    fn whoever_opens_her_page_a_year_later_is_still_told() {
        let mut rows = shielded();
        smash(&mut rows, "manager", Role::Manager, REASON).unwrap();
        let glass = Record::from(rows.view().must::<Glass>(&Key::from_text("g1")).unwrap().clone());
        let held = rows.actor("adviser", Role::Adviser).in_session(Keeping::InMemory).tags(date("2027-11-24"));
        assert!(held.contains(&Tag::knowing()));
        assert!(pull::is_kept(&glass, &held, date("2027-11-24")));
    }
}
