//! The people of the demo centre. None of them exists.

use sha2::{Digest, Sha256};
use shared::{
    Record, Role,
    domain::{
        group::{Enrolment, Group},
        person::Person,
        staff::Staff,
    },
    prim::{AnyId, Date, Id, days_from},
};

use super::{centre, id, name};
use crate::auth::login::card;

/// A participant before she is a row.
pub(super) struct Participant {
    pub(super) id: Id<Person>,
    first_name: &'static str,
    last_name: &'static str,
    language: &'static str,
    number: usize,
}

/// First name, family name, language.
const PARTICIPANTS: [(&str, &str, &str); 24] = [
    ("Amina", "Hassan", "so"),
    ("Fatuma", "Omar", "so"),
    ("Genet", "Tesfay", "ti"),
    ("Layla", "Khalil", "ar"),
    ("Marwa", "Said", "ar"),
    ("Nadia", "Ahmadi", "fa"),
    ("Oksana", "Kovalenko", "uk"),
    ("Sara", "Yusuf", "so"),
    ("Rahel", "Kidane", "ti"),
    ("Selam", "Gebremedhin", "ti"),
    ("Feven", "Tekle", "ti"),
    ("Letebrhan", "Haile", "ti"),
    ("Rima", "Haddad", "ar"),
    ("Yara", "Saleh", "ar"),
    ("Hanan", "Darwish", "ar"),
    ("Ikhlas", "Ibrahim", "ar"),
    ("Nagla", "Elhassan", "ar"),
    ("Hodan", "Warsame", "so"),
    ("Ifrah", "Jama", "so"),
    ("Maryam", "Nazari", "fa"),
    ("Shukria", "Rahimi", "fa"),
    ("Iryna", "Shevchuk", "uk"),
    ("Tetiana", "Bondar", "uk"),
    ("Shilan", "Karim", "ckb"),
];

/// The groups, and who leads each.
pub(super) const GROUPS: [(&str, &str, &str); 5] = [
    ("mat-prat", "Mat & Prat", "anders"),
    ("norsk-1", "Norsk 1", "ingunn"),
    ("norsk-2", "Norsk 2", "ingunn"),
    ("jobb", "Jobb", "anders"),
    ("samtale", "Samtale", "ingunn"),
];

/// The contact persons; each has every second participant.
const ADVISERS: [(&str, &str); 2] = [("kari", "Kari Nilsen"), ("jonas", "Jonas Berg")];

/// Those with an account who are not participants.
pub(super) fn colleagues() -> Vec<Staff> {
    let staff = |user: &str, called: &str, role, school: Option<&str>| Staff {
        id: id(user),
        name: name(called),
        role,
        school: school.map(id),
        left: None,
    };
    vec![
        staff("kari", "Kari Nilsen", Role::Adviser, None),
        staff("jonas", "Jonas Berg", Role::Adviser, None),
        staff("ingunn", "Ingunn Vik", Role::Teacher, None),
        staff("anders", "Anders Moe", Role::Teacher, None),
        staff("kjokken", "Kjøkkenet", Role::Kitchen, None),
        staff("bente", "Bente Aarseth", Role::Manager, None),
        staff("liv", "Liv Dahl", Role::Reception, None),
        staff("slettebakken", "Turid Myhre", Role::School, Some("slettebakken")),
        staff("fridalen", "Geir Lunde", Role::School, Some("fridalen")),
    ]
}

pub(super) fn participants() -> Vec<Participant> {
    let people = PARTICIPANTS.into_iter().enumerate();
    people
        .map(|(number, (first_name, last_name, language))| Participant {
            id: id(&first_name.to_lowercase()),
            first_name,
            last_name,
            language,
            number,
        })
        .collect()
}

impl Participant {
    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The code on her card: always the same, and as random as a real one looks.
    pub(super) fn card(&self) -> String {
        let digest = Sha256::digest(format!("minvei demo card {}", self.number));
        card(&centre(), std::array::from_fn(|index| digest[index]))
    }

    fn registered(&self, today: Date) -> Date {
        let weeks = 9 + 2 * i64::try_from(self.number).expect("two dozen");
        days_from(today, -7 * weeks)
    }

    fn row(&self, today: Date) -> Person {
        let (contact, contact_name) = ADVISERS[self.number % 2];
        Person {
            id: self.id.clone(),
            first_name: name(self.first_name),
            last_name: Some(name(self.last_name)),
            phone: None,
            language: Some(id(self.language)),
            contact: id(contact),
            contact_name: name(contact_name),
            registered: self.registered(today),
            named: None,
            asked: Vec::new(),
        }
    }

    /// A Norwegian group, something to do, and for half of them one thing more: a full week.
    fn groups(&self) -> Vec<&'static str> {
        let norwegian = ["norsk-1", "norsk-2"][self.number / 2 % 2];
        let main = ["mat-prat", "jobb", "samtale"][self.number % 3];
        let mut groups = vec![norwegian, main];
        match (self.number % 4, main) {
            (0, "mat-prat") => groups.push("samtale"),
            (0, _) => groups.push("mat-prat"),
            (2, "mat-prat" | "samtale") => groups.push("jobb"),
            _ => {}
        }
        groups
    }

    fn enrolments(&self, today: Date) -> impl Iterator<Item = Enrolment> {
        let from = self.registered(today);
        self.groups().into_iter().map(move |group| Enrolment {
            group: id(group),
            person: self.id.clone(),
            called: name(self.first_name),
            from,
            until: None,
            earlier: Vec::new(),
            shielded: false,
        })
    }
}

/// Everybody's place in her groups.
pub(super) fn enrolments(today: Date) -> Vec<Enrolment> {
    participants().iter().flat_map(|one| one.enrolments(today)).collect()
}

/// Who leads a group.
pub(super) fn leader(group: &Id<Group>) -> Option<AnyId> {
    let found = GROUPS.iter().find(|(key, ..)| *key == group.as_str());
    found.map(|(_, _, leader)| id(leader))
}

pub(super) fn rows(today: Date) -> Vec<Record> {
    let mut rows: Vec<Record> = colleagues().into_iter().map(Record::from).collect();
    rows.extend(GROUPS.map(|(key, called, leader)| {
        let group = Group { id: id(key), name: name(called), leader: Some(id(leader)) };
        Record::from(group)
    }));
    rows.extend(participants().iter().map(|one| Record::from(one.row(today))));
    rows.extend(enrolments(today).into_iter().map(Record::from));
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use shared::prim::date;

    use super::*;

    #[test]
    fn each_adviser_has_twelve_participants() {
        let mut count: BTreeMap<_, usize> = BTreeMap::new();
        for one in participants() {
            *count.entry(one.row(date(2026, 11, 24)).contact.to_string()).or_default() += 1;
        }
        assert_eq!(count, BTreeMap::from([("jonas".to_owned(), 12), ("kari".to_owned(), 12)]));
    }

    #[test]
    fn everybody_has_a_norwegian_group_and_something_to_do() {
        for one in participants() {
            let groups = one.groups();
            assert!(groups.len() >= 2, "{}: {groups:?}", one.full_name());
            assert!(groups.iter().all(|group| leader(&id(group)).is_some()));
        }
    }
}
