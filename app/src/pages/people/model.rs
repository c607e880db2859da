//! Everybody this user may see, and who of them a search is for.
//!
//! Pure: rows go in, an owned list comes out. A group's leader sees first names only.

use shared::{
    domain::{
        group::{Enrolment, Group},
        look::Place,
        person::Person,
    },
    entity::Key,
    prim::{AnyId, Date, Id, sort_by_key},
    view::{Halt, View},
};

/// One participant as the list shows her.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Who.
    pub id: Id<Person>,
    /// Her full name, or all that this user may see of it.
    pub name: String,
    /// The names of her groups today.
    pub groups: Vec<String>,
    /// What her own page shows; none for a leader who only sees her in the group.
    pub known: Option<Known>,
    /// The group in which a leader sees her.
    pub seen_in: Option<Id<Group>>,
}

/// What is on the device of those who may see more than her first name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Known {
    /// The tag of her language.
    pub language: Option<String>,
    /// Her contact person.
    pub contact: AnyId,
    /// The contact person's name.
    pub contact_name: String,
    /// Is she a protected person?
    pub is_shielded: bool,
}

/// Whose participants are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those this user is the contact person of.
    Mine,
    /// Everybody she may see.
    All,
}

/// Everybody, in the order of the Norwegian alphabet.
pub fn everybody(view: View<'_>, today: Date) -> Result<Vec<Entry>, Halt> {
    let mut enrolments = view.all::<Enrolment>()?;
    enrolments.retain(|one| one.holds_on(today));
    let groups_of = |person: &Id<Person>| -> Result<Vec<String>, Halt> {
        let mut names = Vec::new();
        for enrolment in enrolments.iter().filter(|one| one.person == *person) {
            let group = view.get::<Group>(&Key::of(&[&enrolment.group]))?;
            names.extend(group.map(|group| group.name.to_string()));
        }
        sort_by_key(&mut names, |name| alphabet(name));
        Ok(names)
    };
    let mut list = Vec::new();
    for person in view.all::<Person>()? {
        list.push(Entry {
            id: person.id.clone(),
            name: person.full_name(),
            groups: groups_of(&person.id)?,
            known: Some(Known {
                language: person.language.as_ref().map(ToString::to_string),
                contact: person.contact.clone(),
                contact_name: person.contact_name.to_string(),
                is_shielded: person.named.is_some(),
            }),
            seen_in: None,
        });
    }
    for enrolment in &enrolments {
        if list.iter().any(|entry| entry.id == enrolment.person) {
            continue;
        }
        list.push(Entry {
            id: enrolment.person.clone(),
            name: enrolment.called.to_string(),
            groups: groups_of(&enrolment.person)?,
            known: None,
            seen_in: Some(enrolment.group.clone()),
        });
    }
    sort_by_key(&mut list, |entry| alphabet(&entry.name));
    Ok(list)
}

/// Those of `list` who are `whose` for `me`, and in whose line every word of `query` stands somewhere.
pub fn find(list: &[Entry], whose: Whose, me: &AnyId, query: &str, language: impl Fn(&str) -> String) -> Vec<Entry> {
    let is_listed = |entry: &&Entry| match whose {
        Whose::All => true,
        Whose::Mine => is_mine(entry, me),
    };
    let line = |entry: &Entry| {
        let language = entry.known.as_ref().and_then(|known| known.language.as_deref()).map(&language);
        let parts = [entry.name.clone()].into_iter().chain(entry.groups.clone()).chain(language);
        parts.collect::<Vec<_>>().join(" ").to_lowercase()
    };
    let query = query.to_lowercase();
    let found = list.iter().filter(is_listed).filter(|entry| {
        let line = line(entry);
        query.split_whitespace().all(|word| line.contains(word))
    });
    found.cloned().collect()
}

/// Where those on this list were shown: in a list of participants, or to a leader in the lists of her groups.
pub fn shown(list: &[Entry]) -> Vec<(Place, Vec<Id<Person>>)> {
    let mut shown: Vec<(Place, Vec<Id<Person>>)> = Vec::new();
    for entry in list {
        let place = entry.seen_in.clone().map_or(Place::List, Place::Group);
        match shown.iter_mut().find(|(other, _)| *other == place) {
            Some((_, people)) => people.push(entry.id.clone()),
            None => shown.push((place, vec![entry.id.clone()])),
        }
    }
    shown
}

/// Is `me` her contact person?
pub fn is_mine(entry: &Entry, me: &AnyId) -> bool {
    entry.known.as_ref().is_some_and(|known| known.contact == *me)
}

/// Two letters for the round sign beside a name.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let letters = first.into_iter().chain(words.next_back());
    letters.filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// `text` so that it sorts as in a Norwegian list: æ, ø and å come after z, in this order.
pub fn alphabet(text: &str) -> String {
    let letters = text.to_lowercase();
    letters
        .chars()
        .map(|letter| match letter {
            'æ' | 'ä' => '\u{e000}',
            'ø' | 'ö' => '\u{e001}',
            'å' => '\u{e002}',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::{
        Kind,
        testkit::{Rows, centre, date, id},
    };

    use super::*;

    fn found(query: &str, whose: Whose) -> Vec<String> {
        let list = everybody(centre().view(), date("2026-11-24")).unwrap();
        let found = find(&list, whose, &id("adviser"), query, |_| "arabisk".to_owned());
        found.into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn a_search_finds_names_and_groups_by_any_part() {
        assert_eq!(found("", Whose::All), ["amina", "lena", "sara"]);
        assert_eq!(found("AM", Whose::All), ["amina"]);
        assert_eq!(found("morn", Whose::All), ["amina", "lena"]);
        assert_eq!(found("lena morn", Whose::All), ["lena"]);
        assert!(found("lena evening", Whose::All).is_empty());
    }

    #[test]
    fn mine_are_those_i_am_the_contact_person_of() {
        assert_eq!(found("", Whose::Mine), ["amina", "sara"]);
        assert_eq!(found("morning", Whose::Mine), ["amina"]);
    }

    #[test]
    fn a_search_finds_the_language() {
        let entry = Entry {
            id: id("amina"),
            name: "Amina Hassan".to_owned(),
            groups: Vec::new(),
            known: Some(Known {
                language: Some("ar".to_owned()),
                contact: id("adviser"),
                contact_name: "Kari".to_owned(),
                is_shielded: false,
            }),
            seen_in: None,
        };
        let list = [entry];
        let hits = |query: &str| find(&list, Whose::All, &id("adviser"), query, |_| "Arabisk".to_owned()).len();
        assert_eq!((hits("arab"), hits("somali")), (1, 0));
    }

    #[test]
    fn a_list_shows_participants_and_to_a_leader_those_of_her_groups() {
        let mut rows = centre();
        let list = |rows: &Rows| shown(&everybody(rows.view(), date("2026-11-24")).unwrap());
        assert_eq!(list(&rows), [(Place::List, vec![id("amina"), id("lena"), id("sara")])]);
        rows.0.retain(|(kind, _), _| *kind != Kind::Person);
        let (morning, evening) = (Place::Group(id("morning")), Place::Group(id("evening")));
        assert_eq!(list(&rows), [(morning, vec![id("amina"), id("lena")]), (evening, vec![id("sara")])]);
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        assert_eq!(initials("Amina Hassan"), "AH");
        assert_eq!(initials("Amina"), "A");
        assert_eq!(initials("øyvind de la Ås"), "ØÅ");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn the_last_letters_of_the_alphabet_come_last() {
        let mut names = ["Åse", "Zara", "Ørjan", "Ægir", "amina"];
        names.sort_by_key(|name| alphabet(name));
        assert_eq!(names, ["amina", "Zara", "Ægir", "Ørjan", "Åse"]);
    }
}
