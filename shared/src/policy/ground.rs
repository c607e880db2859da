//! Why somebody could do something: the cell of the access table that let her. Nobody types it, and the log of accesses
//! keeps it.

use serde::{Deserialize, Serialize};

use super::{Relation, Role};

/// The part somebody played, and how she was tied to what she did it to. Where several ties let her, the narrowest
/// counts, in the order of [`Relation`]: whoever may see all and is named for one sees that one as named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ground {
    /// Her part.
    pub role: Role,
    /// Her tie.
    pub relation: Relation,
}

impl Ground {
    /// She did it with what is her own, such as her sign-in. The table is not asked for that.
    #[must_use]
    pub const fn own(role: Role) -> Self {
        Self { role, relation: Relation::Own }
    }

    /// Would whoever reads it learn that somebody is a protected person, or was one?
    #[must_use]
    pub const fn tells_of_protection(self) -> bool {
        matches!(self.relation, Relation::Named | Relation::Glass)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Ask,
        entity::{Grant, Tag},
        policy::{Action, Actor, Keeping, check},
        prim::AnyId,
        testkit::{date, id},
    };

    const DAY: &str = "2026-11-24";

    fn actor(role: Role, grants: Vec<Grant>) -> Actor {
        Actor { user: id("kari"), role, grants, keeping: Keeping::InMemory }
    }

    /// The tie by which she may do it.
    fn tie(actor: &Actor, action: Action, about: &[Tag]) -> Option<Relation> {
        let permit = check(actor, &Ask::new(action, about.iter().cloned()), date(DAY)).ok()?;
        assert_eq!((permit.action(), permit.ground().role), (action, actor.role));
        Some(permit.ground().relation)
    }

    fn kari() -> AnyId {
        id("kari")
    }

    fn amina() -> Tag {
        Tag::participant::<()>(&id("amina"))
    }

    fn noor() -> [Tag; 2] {
        [Tag::named::<()>(&id("noor")), Tag::every_named()]
    }

    #[test]
    fn the_order_is_from_the_narrowest_to_the_widest() {
        use Relation::{Aggregate, All, Assigned, Consent, Glass, Named, Organisation, Own, Session, Today};
        let order = [Own, Assigned, Session, Today, Organisation, Consent, Named, Glass, Aggregate, All];
        assert_eq!(Relation::ALL, order);
        assert!(order.is_sorted());
    }

    #[test]
    fn the_ground_is_the_cell_that_lets_her() {
        let morning = Tag::roster::<()>(&id("morning"));
        let school = Tag::school::<()>(&id("fridalen"));
        let adviser = actor(Role::Adviser, vec![Grant::assigned(kari(), amina())]);
        let leader = actor(Role::Teacher, vec![Grant::session(kari(), morning.clone())]);
        let secretary = actor(Role::School, vec![Grant::organisation(kari(), school.clone())]);
        let manager = actor(Role::Manager, Vec::new());
        let mark = [amina(), morning];
        assert_eq!(tie(&adviser, Action::MarkAttendance, &mark), Some(Relation::Assigned));
        assert_eq!(tie(&leader, Action::MarkAttendance, &mark), Some(Relation::Session));
        assert_eq!(tie(&secretary, Action::OrderLunch, &[school]), Some(Relation::Organisation));
        assert_eq!(tie(&manager, Action::SeePerson, &[amina(), Tag::people()]), Some(Relation::All));
        assert_eq!(tie(&leader, Action::SeeLog, &[Tag::user(&kari())]), Some(Relation::Own));
        assert_eq!(tie(&leader, Action::SeePerson, &mark), None);
    }

    #[test]
    fn of_several_ties_the_narrowest_counts() {
        let named: Vec<Grant> = Grant::named::<()>(&kari(), &id("noor")).collect();
        let glass = Grant::broken_glass(kari(), date(DAY));
        let both = actor(Role::Manager, [named, vec![glass.clone()]].concat());
        let broken = actor(Role::Manager, vec![glass]);
        assert_eq!(tie(&both, Action::SeePerson, &noor()), Some(Relation::Named), "all, glass and named");
        assert_eq!(tie(&broken, Action::SeePerson, &noor()), Some(Relation::Glass), "all and glass");
        assert_eq!(tie(&both, Action::AskShield, &noor()), Some(Relation::Named));
        assert_eq!(tie(&broken, Action::AskShield, &noor()), Some(Relation::Glass));
        assert_eq!(tie(&broken, Action::CorrectPerson, &noor()), None);
        assert_eq!(tie(&both, Action::SeePerson, &[amina(), Tag::people()]), Some(Relation::All), "another one");
    }

    #[test]
    fn whoever_is_assigned_reaches_a_protected_person_as_named_and_she_herself_as_herself() {
        let named = actor(Role::Adviser, Grant::named::<()>(&kari(), &id("noor")).collect());
        assert_eq!(tie(&named, Action::CorrectPerson, &noor()), Some(Relation::Named));
        let herself = actor(Role::Participant, vec![Grant::own(kari(), Tag::named::<()>(&id("noor")))]);
        assert_eq!(tie(&herself, Action::SeeLog, &noor()), Some(Relation::Own));
    }

    #[test]
    fn each_ground_has_its_words_on_the_wire() {
        let ground = Ground { role: Role::Adviser, relation: Relation::Assigned };
        assert_eq!(serde_json::to_string(&ground).unwrap(), r#"{"role":"adviser","relation":"assigned"}"#);
        let words = Relation::ALL.map(|relation| serde_json::to_string(&relation).unwrap());
        let expected =
            ["own", "assigned", "session", "today", "organisation", "consent", "named", "glass", "aggregate", "all"];
        assert_eq!(words, expected.map(|word| format!("\"{word}\"")));
    }
}
