//! The entries of the log in words.

use std::iter;

use shared::{
    Command as _,
    domain::{attendance, glass, group, held, look::Look, person, shield},
    policy::{self, Relation},
    prim::{AnyId, Date},
    sync::noted,
};

use super::Part;
use crate::{
    i18n::{self, dates, in_norwegian, tr},
    names, nav,
    sync::log::{Entry, Wanted},
};

/// The entries of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which day.
    pub date: Date,
    /// What it is called.
    pub title: String,
    /// What happened, newest first.
    pub lines: Vec<Line>,
    /// All of it in Norwegian, to be read aloud.
    pub spoken: Option<String>,
}

/// One entry, or several that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its pictogram, for a participant.
    pub icon: Option<&'static str>,
    /// What happened.
    pub said: String,
    /// When, by whom, and why she could.
    pub small: String,
}

/// Where somebody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    /// At the page of a participant.
    Page,
    /// At a list of participants.
    List,
    /// At who is in a group, and was there.
    Group,
}

/// Entries that are one line: the first of them is the newest.
struct Alike<'a>(&'a Entry, Vec<&'a Entry>);

/// What of `entries` is `wanted`, in words, day by day. They come newest first and stay so.
pub fn in_days(entries: &[Entry], wanted: &Wanted, part: Part, today: Date) -> Vec<Day> {
    let entries: Vec<&Entry> = entries.iter().filter(|entry| wanted.has(entry)).collect();
    let days = entries.chunk_by(|one, next| one.at.date() == next.at.date());
    let in_words = |entries: &[&Entry]| {
        let date = entries.first()?.at.date();
        let alike = alike(entries);
        let spoken = || {
            let said = alike.iter().flat_map(|Alike(newest, _)| iter::once(hers(newest).1).chain(why(newest, part)));
            iter::once(title(date, today)).chain(said).collect::<Vec<_>>().join(". ")
        };
        Some(Day {
            date,
            title: title(date, today),
            lines: alike.iter().map(|alike| line(alike, part)).collect(),
            spoken: (part == Part::Hers).then(|| in_norwegian(spoken)),
        })
    };
    days.filter_map(in_words).collect()
}

/// Looks of one colleague at one place on one day, by the same tie, are one line.
fn alike<'a>(entries: &[&'a Entry]) -> Vec<Alike<'a>> {
    let mut lines: Vec<Alike<'a>> = Vec::new();
    for &entry in entries {
        match lines.iter_mut().find(|Alike(newest, _)| is_same_look(newest, entry)) {
            Some(Alike(_, others)) => others.push(entry),
            None => lines.push(Alike(entry, Vec::new())),
        }
    }
    lines
}

fn is_same_look(one: &Entry, other: &Entry) -> bool {
    let made = |entry: &Entry| entry.made_at.map(|made| made.date());
    looked(one).is_some()
        && looked(one) == looked(other)
        && (&one.by, &one.what, one.ground, made(one)) == (&other.by, &other.what, other.ground, made(other))
}

/// Where somebody looked, if the entry is a look.
fn looked(entry: &Entry) -> Option<Looked> {
    if entry.name.as_deref() != Some(Look::NAME) {
        return None;
    }
    Some(match entry.what.as_deref() {
        Some(what) if what.starts_with("person/") => Looked::Page,
        Some(_) => Looked::Group,
        None => Looked::List,
    })
}

/// “I dag”, “Mandag 23. november”, with the year when that is another one.
fn title(date: Date, today: Date) -> String {
    if date == today {
        return tr::date_today();
    }
    let day = dates::capital(&dates::long_date(date));
    if date.year() == today.year() { day } else { format!("{day} {}", date.year()) }
}

fn line(alike: &Alike<'_>, part: Part) -> Line {
    let Alike(entry, others) = alike;
    let role = entry.by_role.map(nav::role_name);
    let people = || {
        let mut people: Vec<&AnyId> = Vec::new();
        for about in iter::once(entry).chain(others).filter_map(|entry| entry.about.as_ref()) {
            if !people.contains(&about) {
                people.push(about);
            }
        }
        people.len()
    };
    let (icon, said, by) = match part {
        Part::Hers => {
            let (icon, said) = hers(entry);
            // The reason says it already: whose contact person she is.
            (Some(icon), said, role.filter(|_| entry.ground != Some(Relation::Assigned)))
        }
        Part::Own => (None, deed(entry, people), None),
        Part::All => (None, deed(entry, people), Some(author(entry, role))),
    };
    let received = entry.at.date();
    let clock = dates::clock(entry.at.time_of_day().minutes());
    // Done without a network, and shared another day.
    let made = entry.made_at.filter(|made| made.date() != received);
    let made = made.map(|made| tr::log_made(dates::moment(made, received)));
    let small = [Some(clock), by, why(entry, part), made];
    Line { icon, said, small: small.into_iter().flatten().collect::<Vec<_>>().join(" · ") }
}

/// Why she could do it to a participant: the tie, as the participant reads it or as staff do, and what she wrote where
/// she had to. What is her own needs no reason, and no rows of a participant are reached by the other ties.
fn why(entry: &Entry, part: Part) -> Option<String> {
    let is_hers = part == Part::Hers;
    let tie = match entry.ground.filter(|_| entry.about.is_some()) {
        Some(Relation::Assigned) if is_hers => Some(tr::log_why_hers_contact()),
        Some(Relation::Assigned) => Some(tr::log_why_contact()),
        Some(Relation::Session) if is_hers => Some(tr::log_why_hers_session()),
        Some(Relation::Session) => Some(tr::log_why_session()),
        Some(Relation::Named) if is_hers => Some(tr::log_why_hers_named()),
        Some(Relation::Named) => Some(tr::log_why_named()),
        Some(Relation::Glass) => Some(tr::log_why_glass()),
        Some(Relation::All) if entry.by_role == Some(policy::ANSWERS) => Some(tr::log_why_answers()),
        Some(Relation::All) => Some(tr::log_why_works()),
        Some(Relation::Own | Relation::Today | Relation::Organisation | Relation::Consent | Relation::Aggregate)
        | None => None,
    };
    let why = match (tie, &entry.reason) {
        (Some(tie), Some(reason)) => format!("{tie} ({reason})"),
        (tie, reason) => tie.or_else(|| reason.clone())?,
    };
    Some(tr::log_why(why))
}

/// An entry that deserves a second look.
pub fn item(entry: &Entry, today: Date) -> Line {
    let said = match entry.people {
        Some(people) => tr::log_many_pages(people),
        None => deed(entry, || 1),
    };
    let by = author(entry, entry.by_role.map(nav::role_name));
    let small = [Some(dates::moment(entry.at, today)), Some(by), why(entry, Part::All)];
    Line { icon: Some(mark(entry)), said, small: small.into_iter().flatten().collect::<Vec<_>>().join(" · ") }
}

/// The pictogram of an entry that deserves a second look.
fn mark(entry: &Entry) -> &'static str {
    match entry.name.as_deref() {
        Some(noted::WRONG) => "lock",
        Some(Look::NAME | noted::READ) => "eye",
        Some(glass::Break::NAME) => "alert",
        _ => "person",
    }
}

/// Who did it, and the part she plays.
fn author(entry: &Entry, role: Option<String>) -> String {
    match role {
        Some(role) => format!("{} ({role})", who(entry)),
        None => who(entry),
    }
}

/// What was done to her, in a sentence for a participant, and its pictogram.
fn hers(entry: &Entry) -> (&'static str, String) {
    let who = who(entry);
    match (entry.name.as_deref(), looked(entry)) {
        (None, _) => ("trash", tr::log_hers_erased(who)),
        (_, Some(Looked::Page)) => ("eye", tr::log_hers_page(who)),
        (_, Some(Looked::List)) => ("eye", tr::log_hers_list(who)),
        (_, Some(Looked::Group)) => ("eye", tr::log_hers_group(who)),
        (Some(person::Register::NAME), _) => ("person-plus", tr::log_hers_registered(who)),
        (Some(person::Correct::NAME), _) => ("person", tr::log_hers_corrected(who)),
        (Some(person::Assign::NAME), _) => ("leader", tr::log_hers_contact(who)),
        (Some(group::Enrol::NAME), _) => ("people", tr::log_hers_enrolled(who)),
        (Some(group::Leave::NAME), _) => ("people", tr::log_hers_left(who)),
        (Some(attendance::Set::NAME), _) => ("tasks", tr::log_hers_attendance(who)),
        (Some(shield::Shield::NAME), _) => ("lock", tr::log_hers_shielded(who)),
        (Some(shield::Ask::NAME), _) => ("lock", tr::log_hers_shield_asked(who)),
        (Some(shield::Answer::NAME), _) => ("lock", tr::log_hers_shield_answered(who)),
        (Some(shield::Unname::NAME), _) => ("lock", tr::log_hers_unnamed(who)),
        (Some(held::Answer::NAME), _) => ("edit", tr::log_hers_held_answered(who)),
        (Some(noted::HELD), _) => ("edit", tr::log_hers_held(who)),
        (Some(noted::CARD), _) => ("card", tr::log_hers_card(who)),
        (Some(noted::SIGN_IN), _) => ("door", tr::log_hers_sign_in()),
        (Some(noted::SIGN_IN_BY), _) => ("door", tr::log_hers_sign_in_by()),
        (Some(noted::LINK), _) => ("lock", tr::log_hers_link()),
        (Some(noted::UNLINK), _) => ("lock", tr::log_hers_unlink()),
        (Some(noted::WRONG), _) => ("lock", tr::log_hers_wrong()),
        (Some(noted::READ), _) => ("eye", tr::log_hers_read(who)),
        (Some(noted::RECEIVED), _) => ("eye", tr::log_hers_received(who)),
        (Some(_), _) => ("edit", tr::log_hers_other(who)),
    }
}

/// What was done, and whom it was about where this device knows her; a list was shown with so many `people`.
fn deed(entry: &Entry, people: impl Fn() -> usize) -> String {
    let colleague = |id: &str| names::colleague(&AnyId::parse(id).ok()?);
    let what = entry.what.as_deref();
    let named = || what?.strip_prefix("staff/").and_then(colleague);
    let about = || entry.about.as_ref().and_then(|id| names::participant(id).or_else(|| names::colleague(id)));
    let kind = match (entry.name.as_deref(), looked(entry)) {
        (None, _) => tr::log_erased(),
        (_, Some(Looked::Page)) => tr::log_page_seen(),
        (_, Some(Looked::List)) => return tr::log_list_seen(people()),
        (_, Some(Looked::Group)) => return tr::log_group_seen(people()),
        (Some(name), None) => i18n::kind(name),
    };
    let said = match about().or_else(named) {
        Some(about) => format!("{kind}: {about}"),
        None => kind,
    };
    match what.and_then(|what| what.strip_prefix("tries/")?.parse::<u32>().ok()) {
        Some(count) => format!("{said} ({})", tr::log_tries(count)),
        None => said,
    }
}

fn who(entry: &Entry) -> String {
    let is_operator = entry.by.as_ref().is_some_and(|by| by.as_str() == noted::OPERATOR);
    let operator = || is_operator.then(tr::log_operator);
    entry.by_name.clone().or_else(operator).unwrap_or_else(tr::log_somebody)
}

#[cfg(test)]
mod tests {
    use shared::{
        policy::Role,
        testkit::{at, date, id},
    };

    use super::*;
    use crate::i18n::speak;

    fn entry(when: &str, name: Option<&str>) -> Entry {
        Entry {
            place: "1".to_owned(),
            at: at(when),
            made_at: name.map(|_| at(when)),
            by: Some(id("kari")),
            by_name: Some("Kari Nilsen".to_owned()),
            by_role: None,
            about: None,
            what: None,
            name: name.map(str::to_owned),
            people: None,
            ground: None,
            reason: None,
        }
    }

    /// Kari has looked at Amina, or at another.
    fn look(when: &str, what: Option<&str>, about: &str) -> Entry {
        let what = what.map(str::to_owned);
        Entry { what, about: Some(id(about)), ..entry(when, Some("person.look")) }
    }

    fn days(entries: &[Entry], part: Part) -> Vec<Day> {
        in_days(entries, &Wanted::default(), part, date("2026-11-24"))
    }

    fn said(day: &Day) -> Vec<&str> {
        day.lines.iter().map(|line| line.said.as_str()).collect()
    }

    #[test]
    fn days_stand_apart_newest_first() {
        speak("nb");
        let times = ["2026-11-24 10:03", "2026-11-24 09:00", "2026-11-23 15:00", "2025-12-01 08:00"];
        let days = days(&times.map(|when| entry(when, Some("attendance.set"))), Part::Own);
        let titles: Vec<&str> = days.iter().map(|day| day.title.as_str()).collect();
        assert_eq!(titles, ["I dag", "Mandag 23. november", "Mandag 1. desember 2025"]);
        let first: Vec<&str> = days[0].lines.iter().map(|line| line.small.as_str()).collect();
        assert_eq!(first, ["10.03", "09.00"]);
    }

    #[test]
    fn a_participant_reads_and_hears_a_sentence() {
        speak("en");
        let days = days(&[entry("2026-11-24 10:03", Some("attendance.set"))], Part::Hers);
        assert_eq!(days[0].lines[0].said, "Kari Nilsen wrote down whether you were here");
        assert_eq!(days[0].spoken.as_deref(), Some("I dag. Kari Nilsen skrev ned om du var her"));
    }

    #[test]
    fn many_looks_of_one_colleague_on_one_day_are_one_line() {
        speak("nb");
        let page = |when| look(when, Some("person/amina"), "amina");
        let others = Entry { by: Some(id("bente")), by_name: Some("Bente".to_owned()), ..page("2026-11-24 09:30") };
        let entries = [
            page("2026-11-24 10:03"),
            look("2026-11-24 10:00", None, "amina"),
            page("2026-11-24 09:45"),
            others,
            page("2026-11-24 08:00"),
            page("2026-11-23 08:00"),
        ];
        let days = days(&entries, Part::Hers);
        let (page, list) = ("Kari Nilsen så på siden din", "Kari Nilsen så navnet ditt i en liste");
        assert_eq!(said(&days[0]), [page, list, "Bente så på siden din"]);
        assert_eq!(days[0].lines[0].small, "10.03", "the newest of them");
        assert_eq!(said(&days[1]), [page]);
        let aloud = "I dag. Kari Nilsen så på siden din. Kari Nilsen så navnet ditt i en liste. Bente så på siden din";
        assert_eq!(days[0].spoken.as_deref(), Some(aloud));
    }

    /// Kari has looked at Amina's page, in a part and by a tie.
    fn by_tie(ground: Relation, role: Role) -> Entry {
        let page = look("2026-11-24 10:03", Some("person/amina"), "amina");
        Entry { ground: Some(ground), by_role: Some(role), ..page }
    }

    fn small(entry: Entry, part: Part) -> String {
        days(&[entry], part)[0].lines[0].small.clone()
    }

    #[test]
    fn everybody_reads_why_she_could() {
        speak("nb");
        for (ground, role, hers, own) in [
            (Relation::Assigned, Role::Adviser, "er kontaktpersonen din", "kontaktperson"),
            (Relation::Session, Role::Teacher, "leder gruppa di", "leder gruppa"),
            (Relation::Named, Role::Adviser, "er en av dem som vet at du er her", "en av dem som vet om deltakeren"),
            (Relation::Glass, Role::Manager, "nødtilgang", "nødtilgang"),
            (Relation::All, Role::Manager, "leder senteret", "leder senteret"),
            (Relation::All, Role::Reception, "jobber på senteret", "jobber på senteret"),
        ] {
            let told = |part: Part| small(by_tie(ground, role), part);
            assert!(told(Part::Hers).ends_with(&format!(" · Grunn: {hers}")), "{}", told(Part::Hers));
            assert_eq!(told(Part::Own), format!("10.03 · Grunn: {own}"));
            assert!(told(Part::All).ends_with(&format!(" · Grunn: {own}")), "{}", told(Part::All));
        }
        let once = small(by_tie(Relation::Assigned, Role::Adviser), Part::Hers);
        assert_eq!(once, "10.03 · Grunn: er kontaktpersonen din", "the part says the same");
        assert_eq!(small(by_tie(Relation::Own, Role::Adviser), Part::Own), "10.03");
        let of_before = Entry { ground: None, ..by_tie(Relation::Own, Role::Adviser) };
        assert_eq!(small(of_before, Part::Own), "10.03", "an entry of before it was written down");
        let aloud = days(&[by_tie(Relation::Assigned, Role::Adviser)], Part::Hers)[0].spoken.clone();
        let said = "I dag. Kari Nilsen så på siden din. Grunn: er kontaktpersonen din";
        assert_eq!(aloud.as_deref(), Some(said));
    }

    #[test]
    fn what_the_glass_was_broken_for_stands_with_it_for_whoever_is_told() {
        speak("nb");
        let reason = Some("Politiet ringer".to_owned());
        let looked = Entry { reason: reason.clone(), ..by_tie(Relation::Glass, Role::Manager) };
        assert_eq!(small(looked, Part::Own), "10.03 · Grunn: nødtilgang (Politiet ringer)");
        let broken = Entry { ground: Some(Relation::All), reason, ..entry("2026-11-24 10:03", Some("glass.break")) };
        let line = item(&broken, date("2026-11-24"));
        assert!(line.small.ends_with(" · Grunn: Politiet ringer"), "{}", line.small);
    }

    #[test]
    fn looks_by_another_tie_stand_apart() {
        speak("nb");
        let looks = [by_tie(Relation::Assigned, Role::Adviser), by_tie(Relation::Named, Role::Adviser)];
        assert_eq!(days(&looks, Part::Hers)[0].lines.len(), 2);
    }

    #[test]
    fn what_was_looked_at_on_another_day_and_shared_today_stands_apart() {
        speak("nb");
        let page = |when| look(when, Some("person/amina"), "amina");
        let late = Entry { made_at: Some(at("2026-11-23 14:10")), ..page("2026-11-24 08:00") };
        let days = days(&[page("2026-11-24 10:03"), late], Part::Hers);
        let small: Vec<&str> = days[0].lines.iter().map(|line| line.small.as_str()).collect();
        assert_eq!(small, ["10.03", "08.00 · gjort mandag 23. november, 14.10"]);
    }

    #[test]
    fn staff_read_how_many_a_list_has_shown_them() {
        speak("nb");
        let group = Some("group/morning");
        let entries = [
            look("2026-11-24 10:00", group, "sara"),
            look("2026-11-24 10:00", group, "amina"),
            look("2026-11-24 09:00", group, "amina"),
            look("2026-11-24 08:00", None, "amina"),
        ];
        let days = days(&entries, Part::Own);
        assert_eq!(said(&days[0]), ["Så oppmøteliste med 2 deltakere", "Så liste med 1 deltaker"]);
    }

    #[test]
    fn everything_that_can_be_done_to_a_participant_has_its_own_sentence() {
        speak("nb");
        let known =
            ["person.register", "person.correct", "person.assign", "group.enrol", "group.leave", "attendance.set"];
        let protected = ["person.shield", "shield.ask", "shield.answer", "shield.unname", "held.answer"];
        let known = known.iter().chain(&protected);
        let noted = [noted::CARD, noted::SIGN_IN, noted::WRONG, noted::READ, noted::RECEIVED, noted::HELD];
        let entries = known.chain(&noted).map(|name| entry("2026-11-24 10:03", Some(name)));
        let looks = [Some("person/amina"), Some("group/morning"), None];
        let looks = looks.map(|what| look("2026-11-24 10:03", what, "amina"));
        let mut said: Vec<String> = entries.chain(looks).map(|entry| hers(&entry).1).collect();
        said.push(hers(&entry("2026-11-24 10:03", Some("card.lend"))).1);
        said.push(hers(&entry("2026-11-24 10:03", None)).1);
        let all = said.len();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), all);
    }

    #[test]
    fn what_was_erased_says_so_and_who_did_it() {
        speak("nb");
        let days = days(&[entry("2026-11-24 10:03", None)], Part::All);
        assert_eq!(days[0].lines[0].said, "Innholdet er slettet");
        assert_eq!(days[0].lines[0].small, "10.03 · Kari Nilsen");
    }

    #[test]
    fn what_was_done_on_the_server_names_nobody() {
        speak("nb");
        let shredded =
            Entry { by: Some(id("operator")), by_name: None, ..entry("2026-11-24 10:03", Some("person.shred")) };
        let days = days(&[shredded], Part::All);
        let line = &days[0].lines[0];
        assert_eq!((line.said.as_str(), line.small.as_str()), ("Deltaker slettet", "10.03 · Den som drifter Minvei"));
    }

    #[test]
    fn what_was_shared_later_says_when_it_was_done() {
        speak("nb");
        let late = Entry { made_at: Some(at("2026-11-23 14:10")), ..entry("2026-11-24 10:03", Some("attendance.set")) };
        assert_eq!(days(&[late], Part::Own)[0].lines[0].small, "10.03 · gjort mandag 23. november, 14.10");
    }

    #[test]
    fn an_item_of_the_review_says_how_often_or_how_many_and_by_whom() {
        speak("nb");
        let today = date("2026-11-24");
        let wrong = entry("2026-11-24 10:03", Some(noted::WRONG));
        let wrong = Entry { by: None, by_name: None, what: Some("tries/3".to_owned()), ..wrong };
        let Line { icon, said, small } = item(&wrong, today);
        assert_eq!((icon, said.as_str()), (Some("lock"), "Feil PIN, passord eller kode (3 forsøk)"));
        assert!(small.ends_with(" · Noen"), "{small}");
        let many = Entry { people: Some(25), ..look("2026-11-24 10:03", Some("person/amina"), "amina") };
        assert_eq!(item(&many, today).said, "Åpnet sidene til 25 deltakere på én dag");
    }
}
