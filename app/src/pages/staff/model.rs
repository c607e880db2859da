//! Colleagues and schools' contacts as their pages show them, how it stands with their access, and who can take
//! over participants.
//!
//! Pure: rows and what the server said of accounts go in, owned lists come out.

use shared::{
    Role,
    domain::{person::Person, school::School, staff::Staff},
    entity::Key,
    policy,
    prim::{AnyId, Date, Id, Timestamp, sort_by_key},
    view::{Halt, View},
};

use crate::{components::field::Choices, pages::people::model::alphabet, sync::accounts::Account};

/// One colleague or school's contact as the list shows her.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Colleague {
    /// Who.
    pub id: AnyId,
    /// What others call her.
    pub name: String,
    /// The part she plays.
    pub role: Role,
    /// The name of the school she orders for.
    pub school: Option<String>,
    /// The day she left.
    pub left: Option<Date>,
}

/// Everybody, each list by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Everybody {
    /// Those who work at the centre or with it.
    pub colleagues: Vec<Colleague>,
    /// Those who order for a school.
    pub schools: Vec<Colleague>,
    /// Those who have left.
    pub gone: Vec<Colleague>,
}

/// How it stands with somebody's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// She has never been invited, or what she had was withdrawn.
    NotInvited,
    /// She has an invitation.
    Invited {
        /// So long it is good.
        until: Timestamp,
    },
    /// A link lets her in.
    HasLink,
    /// She has a password.
    HasPassword,
    /// She is signed in somewhere.
    Active {
        /// When she last did something there.
        used: Timestamp,
    },
    /// She signs in with a second factor.
    Second,
}

/// Everybody who is invited rather than handed a card.
pub fn everybody(view: View<'_>) -> Result<Everybody, Halt> {
    let mut list = Everybody::default();
    for staff in view.all::<Staff>()? {
        let group = match staff.left {
            Some(_) => &mut list.gone,
            None if policy::has_school(staff.role) => &mut list.schools,
            None => &mut list.colleagues,
        };
        group.push(Colleague {
            id: staff.id.clone(),
            name: staff.name.to_string(),
            role: staff.role,
            school: school_name(view, staff),
            left: staff.left,
        });
    }
    for group in [&mut list.colleagues, &mut list.schools, &mut list.gone] {
        sort_by_key(group, |one| alphabet(&one.name));
    }
    Ok(list)
}

/// The name of the school she orders for, as far as it is known on this device.
pub fn school_name(view: View<'_>, staff: &Staff) -> Option<String> {
    let school = staff.school.as_ref()?;
    let school = view.get::<School>(&Key::of(&[school])).ok().flatten();
    school.map(|school| school.name.to_string())
}

/// The schools to choose from, by name.
pub fn schools(view: View<'_>) -> Result<Choices, Halt> {
    let mut schools: Choices =
        view.all::<School>()?.into_iter().map(|school| (school.id.to_string(), school.name.to_string())).collect();
    sort_by_key(&mut schools, |(_, name)| alphabet(name));
    Ok(schools)
}

/// Who can be a participant's contact person, beside `except`, by name. Whoever has left cannot.
pub fn contacts(view: View<'_>, except: &AnyId) -> Result<Choices, Halt> {
    let staff = view.all::<Staff>()?;
    let may = staff.into_iter().filter(|one| one.left.is_none() && policy::may_be_contact(one.role));
    let mut contacts: Choices =
        may.filter(|one| one.id != *except).map(|one| (one.id.to_string(), one.name.to_string())).collect();
    sort_by_key(&mut contacts, |(_, name)| alphabet(name));
    Ok(contacts)
}

/// The participants whose contact person `contact` is.
pub fn participants_of(view: View<'_>, contact: &AnyId) -> Result<Vec<Id<Person>>, Halt> {
    let hers = view.all::<Person>()?.into_iter().filter(|person| person.contact == *contact);
    Ok(hers.map(|person| person.id.clone()).collect())
}

/// How it stands with somebody's access, from what the server said of her account; most important first.
pub fn access(account: Option<&Account>, now: Timestamp) -> Vec<Access> {
    let Some(account) = account else {
        return vec![Access::NotInvited];
    };
    let invited = account.invited_until.filter(|until| *until > now).map(|until| Access::Invited { until });
    let active = account.used.map(|used| Access::Active { used });
    let way_in = match (account.login.is_some(), account.has_link) {
        _ if invited.is_some() || active.is_some() => None,
        (true, _) => Some(Access::HasPassword),
        (false, true) => Some(Access::HasLink),
        (false, false) => Some(Access::NotInvited),
    };
    let second = account.has_second.then_some(Access::Second);
    [invited, active, way_in, second].into_iter().flatten().collect()
}

/// Can something that was handed out to her be withdrawn?
pub fn can_withdraw(account: &Account, now: Timestamp) -> bool {
    account.has_link || account.invited_until.is_some_and(|until| until > now)
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::staff::{End, Register},
        testkit::{Rows, at, centre, id, name},
    };

    use super::*;

    const NOW: &str = "2026-11-24 09:00";

    fn names(list: &[Colleague]) -> Vec<&str> {
        list.iter().map(|one| one.name.as_str()).collect()
    }

    fn end(rows: &mut Rows, who: &str) {
        rows.run("manager", Role::Manager, at(NOW), End { id: id(who) }).unwrap();
    }

    fn account() -> Account {
        Account {
            user: id("adviser"),
            login: None,
            has_second: false,
            has_link: false,
            invited_until: None,
            used: None,
        }
    }

    #[test]
    fn colleagues_schools_and_those_who_have_left_stand_apart() {
        let mut rows = centre();
        end(&mut rows, "teacher");
        let list = everybody(rows.view()).unwrap();
        assert_eq!(names(&list.colleagues), ["adviser", "kitchen", "manager", "other-adviser"]);
        assert_eq!(names(&list.schools), ["other-secretary", "secretary"]);
        assert_eq!(names(&list.gone), ["teacher"]);
        assert_eq!(list.gone[0].left, Some(at(NOW).date()));
        assert_eq!(list.schools[1].school.as_deref(), Some("Slettebakken"));
    }

    #[test]
    fn names_are_sorted_as_in_a_norwegian_list() {
        let mut rows = centre();
        for (new, called) in [("n1", "Åse"), ("n2", "Zara")] {
            let register = Register { id: id(new), name: name(called), role: Role::Teacher, school: None };
            rows.run("manager", Role::Manager, at(NOW), register).unwrap();
        }
        let list = everybody(rows.view()).unwrap();
        assert_eq!(names(&list.colleagues)[5..], ["Zara", "Åse"]);
    }

    #[test]
    fn whoever_has_left_takes_nobody_over() {
        let mut rows = centre();
        let names = |rows: &Rows| {
            let choices = contacts(rows.view(), &id("adviser")).unwrap();
            choices.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(&rows), ["manager", "other-adviser"]);
        end(&mut rows, "other-adviser");
        assert_eq!(names(&rows), ["manager"]);
    }

    #[test]
    fn participants_are_found_by_their_contact_person() {
        let rows = centre();
        let of = |who: &str| participants_of(rows.view(), &id(who)).unwrap();
        assert_eq!(of("adviser"), [id("amina"), id("sara")]);
        assert!(of("manager").is_empty());
    }

    #[test]
    fn access_is_told_from_what_the_server_knows() {
        let (before, now, later) = (at("2026-11-24 08:00"), at(NOW), at("2026-12-01 09:00"));
        assert_eq!(access(None, now), [Access::NotInvited]);
        let of = |account: Account| access(Some(&account), now);
        assert_eq!(of(account()), [Access::NotInvited]);
        assert_eq!(of(Account { has_link: true, ..account() }), [Access::HasLink]);
        let invited = Account { has_link: true, invited_until: Some(later), ..account() };
        assert_eq!(of(invited.clone()), [Access::Invited { until: later }]);
        assert_eq!(of(Account { has_link: false, invited_until: Some(before), ..account() }), [Access::NotInvited]);
        let login = Some("kari".to_owned());
        let at_work = Account { login: login.clone(), has_second: true, used: Some(before), ..account() };
        assert_eq!(of(at_work.clone()), [Access::Active { used: before }, Access::Second]);
        let away = Account { login, has_second: true, ..account() };
        assert_eq!(of(away), [Access::HasPassword, Access::Second]);
        assert!(can_withdraw(&invited, now) && !can_withdraw(&at_work, now));
        assert!(!can_withdraw(&Account { has_link: false, ..invited }, later));
    }
}
