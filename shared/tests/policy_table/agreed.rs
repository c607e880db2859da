//! The access table against the one that was agreed for the finished product (`agreed.md`), cell by cell, and every
//! place where ours departs from it on purpose, with the reason. What departs otherwise is found, and so is a departure
//! that departs no more.

use std::{collections::BTreeSet, fmt::Write as _, slice};

use shared::{
    Grant, Tag,
    policy::{Action, Actor, Keeping, Role, Thing, can},
    testkit::{date, id},
};

use super::{SHORT, asked};

/// The table as it was agreed, in its own words.
const AGREED: &str = include_str!("agreed.md");

/// What its lines are about, and the things of ours that stand for it.
const THINGS: &[(&str, &[Thing])] = &[
    ("person: name, contact", &[Thing::Person]),
    ("protected identity", &[Thing::ProtectedIdentity]),
    ("national id, asylum status", &[Thing::NationalId]),
    ("mapping", &[Thing::Mapping]),
    ("plan \"Min vei\"", &[Thing::Plan]),
    ("case note", &[Thing::CaseNote]),
    ("contact-person assignment", &[Thing::Assignment]),
    ("activity calendar (public)", &[Thing::OpenCalendar, Thing::Calendar]),
    ("enrolment in a group/session", &[Thing::Enrolment]),
    ("attendance mark", &[Thing::Mark]),
    ("absence notice, reason, document", &[Thing::Absence]),
    ("allowance basis", &[Thing::AllowanceBasis]),
    ("CV, competence, references", &[Thing::Competence]),
    ("placement, employer contact", &[Thing::Placement]),
    ("mentor match, meeting log", &[Thing::MentorMatch]),
    ("menu, recipe, allergens", &[Thing::Menu]),
    ("kitchen shift list", &[Thing::ShiftList]),
    ("meal order", &[Thing::Order]),
    ("packing, temperature, delivery", &[Thing::Packing]),
    ("diet counts", &[Thing::DietCounts]),
    ("food feedback", &[Thing::Feedback]),
    ("invoice basis", &[Thing::InvoiceBasis]),
    ("message", &[Thing::Message]),
    ("consent", &[Thing::ConsentGiven]),
    ("referral", &[Thing::Referral]),
    ("visit log (drop-in)", &[Thing::Visit]),
    ("outcomes, statistics", &[Thing::Statistics]),
    ("access log", &[Thing::AccessLog]),
    ("users, roles, devices", &[Thing::Account]),
];

/// What the words of a cell mean in ours.
const READINGS: &[(&str, &str)] = &[
    ("all", "all"),
    ("self", "self"),
    ("own", "self"),
    ("asg", "asg"),
    ("ses", "ses"),
    ("org", "org"),
    ("grt", "grt"),
    ("agg", "agg"),
    ("public", "all"),
    // A newcomer is tied to nobody yet.
    ("intake", "all"),
    ("self(contact)", "self (contact)"),
    ("ses first name", "ses (first name)"),
    ("exact ref", "all (exact ref)"),
    ("asg first name + agreed contact", "asg (first name + agreed contact)"),
    ("grt first name", "grt (first name)"),
    ("asg + named list", "named"),
    ("named list (two persons)", "named"),
    ("asg (step-up)", "asg (step-up)"),
    ("step-up", "all (step-up)"),
    ("own part", "self (part)"),
    ("with reason", "all (reason)"),
    ("asg goal if P shares", "asg (shared)"),
    ("grt shared part", "grt (shared)"),
    ("self (released)", "self (released)"),
    ("name", "all (name)"),
    ("request", "self (request)"),
    ("ses today first name", "today (first name)"),
    ("ses own activity first name", "ses (first name)"),
    ("self check-in (unconfirmed)", "self (check-in)"),
    ("self as worker", "self (as worker)"),
    ("ses today", "today"),
    ("ses own activity", "ses"),
    ("ses \"away\" without reason", "ses (without reason)"),
    ("\"reported ill\" without reason", "all (without reason)"),
    ("(other than the marker)", "all (another's work)"),
    ("with P present", "all (P present)"),
    ("grt without names until P says yes", "grt (no names)"),
    ("today first name/alias", "today (first name)"),
    // After it the same command is a question to the kitchen (`domain/order/change.rs`).
    ("org until deadline", "org"),
    ("(append)", "all"),
    ("receipt org", "org (receipt)"),
    // Neither holds anything else.
    ("numbers", "all"),
    ("org numbers", "org"),
    ("org anonymous", "org"),
    ("count + purpose", "all"),
    ("team", "all (team)"),
    ("system", "all (system)"),
    ("asg with P", "asg (P present)"),
    ("own status", "self (status)"),
    ("agg own", "agg (own)"),
    ("agg kitchen", "agg (own)"),
    ("agg org", "agg (own)"),
    ("agg grt", "agg (own)"),
    ("self (\"who looked at me\")", "self"),
    ("technical", "all (technical)"),
    ("own credentials", "self (credentials)"),
    // `domain/staff.rs` refuses whoever changes herself.
    ("(not own role)", "all"),
];

/// What is said without letters, and the right it gives, if any.
const SAYINGS: &[(&str, &str)] = &[
    ("decides", "A asg"),
    // A thing of its own: `LateAnswer`.
    ("answers late ones", ""),
    ("never approves own", ""),
    // The command line of the server, where no role is asked for.
    ("verify", ""),
    ("no content roles", ""),
    // A visit holds none.
    ("no name by default", ""),
];

/// A cell that is another one than was agreed.
struct Departure {
    thing: Thing,
    role: Role,
    /// What stands in our table instead.
    here: &'static str,
    because: &'static str,
}

const fn departs(thing: Thing, role: Role, here: &'static str, because: &'static str) -> Departure {
    Departure { thing, role, here, because }
}

const GROUPS_TELL: &str =
    "where a group meets and when says where its participants are; the open calendar is for everybody";
const PUBLIC_IS_READ: &str = "what is open to all is read by all, not only what is her own";
const WHO_MARKS_SEES: &str = "whoever marks sees what stands there: two different answers stay until somebody chooses";
const PROTECTED: &str = "asking, answering and ending each have a right of their own, and a glass can be broken (0027)";

const DEPARTURES: &[Departure] = &[
    departs(Thing::Person, Role::Adviser, "C all, RU asg", "a newcomer is assigned to nobody until she is registered"),
    departs(Thing::Person, Role::Manager, "CRU all", "nobody else can yet stand in for an adviser who is ill"),
    departs(Thing::ProtectedIdentity, Role::Adviser, "C asg, RUXA named", PROTECTED),
    departs(Thing::ProtectedIdentity, Role::Manager, "C all, RUXA named, UA glass", PROTECTED),
    departs(Thing::OpenCalendar, Role::Teacher, "R all, CU ses", PUBLIC_IS_READ),
    departs(Thing::OpenCalendar, Role::Partner, "R all, CU ses", PUBLIC_IS_READ),
    departs(Thing::Calendar, Role::Participant, "R self", GROUPS_TELL),
    departs(
        Thing::Calendar,
        Role::Teacher,
        "R all, U ses",
        "colleagues read the whole week; whoever plans it plans the leader's too, since a plan names the group it is \
         for and nothing judges yet whether that is hers",
    ),
    departs(Thing::Calendar, Role::Kitchen, "", GROUPS_TELL),
    departs(Thing::Calendar, Role::School, "", GROUPS_TELL),
    departs(Thing::Calendar, Role::Mentor, "", GROUPS_TELL),
    departs(Thing::Calendar, Role::Partner, "", GROUPS_TELL),
    departs(Thing::Enrolment, Role::Manager, "CRUX all", "nobody else can yet stand in for an adviser who is ill"),
    departs(Thing::Mark, Role::Adviser, "CRU asg", WHO_MARKS_SEES),
    departs(Thing::Mark, Role::Teacher, "CRU ses", WHO_MARKS_SEES),
    departs(
        Thing::Order,
        Role::Manager,
        "RUX all",
        "a school telephones: whoever may correct what it has ordered says for it, too, that nothing is wanted",
    ),
    departs(Thing::DietCounts, Role::School, "CU org, R org", "whoever writes the numbers sees them"),
];

/// Things of which nothing was agreed, and why they are things of their own.
const OURS: &[(Thing, &str)] = &[
    (Thing::Card, "to hand out a card is another right than to correct a name"),
    (Thing::BrokenGlass, "who has seen every protected person, and why (0027)"),
    (Thing::Erasure, "nobody sees it: the server's command line does it (0026)"),
    (Thing::Crew, "who ticks at the bench, by what they are called there (0031)"),
    (Thing::CrewKey, "nobody sees it (0031)"),
    (Thing::SchoolLine, "a school as those who cook for it see it"),
    (Thing::Standing, "what a school orders every week; a day is a meal order"),
    (Thing::LateAnswer, "the kitchen answers late orders, and whoever may correct orders"),
    (Thing::Colleague, "a name and a part; the account behind it is more secret"),
    (Thing::CarriedQueue, "to carry somebody's file is no right to what is in it (0014)"),
    (Thing::HeldCommand, "what somebody did while she was allowed to (0030)"),
    (Thing::HeldAnswer, "what its author is told of it (0030)"),
    (Thing::Former, "nobody sees it: what somebody was allowed until lately (0030)"),
];

/// What somebody may do: each letter, and what it asks for.
type Rights = BTreeSet<(char, String)>;

/// The rights that our own notation says: `C all, RU asg`.
fn rights(text: &str) -> Rights {
    let parts = text.split(", ").filter_map(|part| part.split_once(' '));
    parts.flat_map(|(letters, tie)| letters.chars().map(move |letter| (letter, tie.to_owned()))).collect()
}

/// What our table gives.
fn here(thing: Thing, role: Role) -> Rights {
    let hers = thing.cells().iter().filter(|cell| cell.role == role);
    hers.flat_map(|cell| cell.verbs.iter().map(move |verb| (verb.letter(), asked(cell)))).collect()
}

/// What was agreed, line by line: what it is about, and a cell for each role.
fn lines() -> Vec<(&'static str, Vec<&'static str>)> {
    let rows = AGREED.lines().filter(|line| line.starts_with('|'));
    let mut lines = rows.map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        (cells.next().unwrap(), cells.collect::<Vec<_>>())
    });
    let (_, roles) = lines.next().unwrap();
    assert_eq!(roles, SHORT.map(|(_, short)| short), "a column for each role");
    lines.skip(1).collect()
}

/// The rights that a cell of what was agreed says. A letter without a tie has that of the part before it; a tie without
/// a letter has its letters.
fn read(subject: &str, cell: &str) -> Rights {
    let mut found = Rights::new();
    let (mut letters, mut tie) = ("", "all");
    let cell = cell.replace("**", "").replace("grt, no names", "grt without names");
    for part in cell.split(", ").filter(|part| *part != "–") {
        if let Some((_, meant)) = SAYINGS.iter().find(|(said, _)| *said == part) {
            found.extend(rights(meant));
            continue;
        }
        let (said, words) = part.split_once(' ').unwrap_or((part, ""));
        let has_letters = said.chars().all(|letter| "CRUXAE".contains(letter));
        let words = if has_letters { words } else { part };
        if has_letters {
            letters = said;
        }
        let meant = if words.is_empty() { tie } else { meaning(subject, words) };
        tie = meant.split(" (").next().unwrap_or(meant);
        found.extend(letters.chars().map(|letter| (letter, meant.to_owned())));
    }
    found
}

/// What the words after the letters mean. An activity is one's own by leading it.
fn meaning(subject: &str, words: &str) -> &'static str {
    if subject.starts_with("activity calendar") && words == "own" {
        return "ses";
    }
    let reading = READINGS.iter().find(|(said, _)| *said == words);
    reading.map(|(_, meant)| *meant).unwrap_or_else(|| panic!("nothing says what “{words}” means"))
}

fn shown(rights: &Rights) -> String {
    let parts: Vec<_> = rights.iter().map(|(letter, asked)| format!("{letter} {asked}")).collect();
    parts.join(", ")
}

/// The cells, how many were looked at and which are neither as agreed nor as a departure says.
fn deviations(here: impl Fn(Thing, Role) -> Rights, departures: &[Departure]) -> (usize, Vec<String>) {
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for (subject, cells) in lines() {
        let (_, things) = THINGS.iter().find(|(one, _)| *one == subject).expect("a line stands for something");
        for thing in *things {
            for ((role, _), cell) in SHORT.into_iter().zip(&cells) {
                let (agreed, now) = (read(subject, cell), here(*thing, role));
                let departure = departures.iter().find(|one| (one.thing, one.role) == (*thing, role));
                looked_at += 1;
                let what = match departure {
                    None if agreed == now => continue,
                    None => format!("agreed [{}], here [{}]", shown(&agreed), shown(&now)),
                    Some(_) if agreed == now => "departs no more".to_owned(),
                    Some(one) if rights(one.here) == now => continue,
                    Some(one) => format!("departs by [{}], and not by [{}]", shown(&now), one.here),
                };
                wrong.push(format!("{thing:?} {role:?}: {what}"));
            }
        }
    }
    (looked_at, wrong)
}

/// Where we depart, and what is ours, as the document shows it.
pub fn printed() -> String {
    let mut text = String::from("| thing | who | agreed | here | because |\n|---|---|---|---|---|\n");
    let lines = lines();
    for one in DEPARTURES {
        let (subject, _) = THINGS.iter().find(|(_, things)| things.contains(&one.thing)).unwrap();
        let (_, cells) = lines.iter().find(|(line, _)| line == subject).unwrap();
        let column = SHORT.iter().position(|(role, _)| *role == one.role).unwrap();
        let (thing, who, agreed) = (one.thing, SHORT[column].1, cells[column]);
        writeln!(text, "| {thing:?} | {who} | {agreed} | {} | {} |", one.here, one.because).unwrap();
    }
    text.push_str("\nOf these nothing was agreed:\n\n| thing | what it is |\n|---|---|\n");
    for (thing, because) in OURS {
        writeln!(text, "| {thing:?} | {because} |").unwrap();
    }
    text
}

#[test]
fn the_table_is_the_agreed_one_but_where_it_says_so() {
    let (looked_at, wrong) = deviations(here, DEPARTURES);
    println!("{looked_at} cells looked at, {} depart", DEPARTURES.len());
    assert_eq!((lines().len(), looked_at), (29, 300));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_thing_was_agreed_or_is_ours_and_each_departure_is_one() {
    let agreed = THINGS.iter().flat_map(|(_, things)| things.iter().copied());
    let mut things: Vec<_> = agreed.chain(OURS.iter().map(|(thing, _)| *thing)).collect();
    things.sort_unstable();
    assert_eq!(things, Thing::ALL, "each once, and none besides");
    let mut places: Vec<_> = DEPARTURES.iter().map(|one| (one.thing, one.role)).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), DEPARTURES.len(), "a cell departs once");
    assert!(places.iter().all(|(thing, _)| !OURS.iter().any(|(ours, _)| ours == thing)), "{places:?}");
}

#[test]
fn every_word_of_what_was_agreed_is_read() {
    let agreed = AGREED.replace("**", "").replace("grt, no names", "grt without names");
    let said = READINGS.iter().chain(SAYINGS).map(|(said, _)| *said);
    let dead: Vec<_> = said.filter(|said| !agreed.contains(&format!(" {said}"))).collect();
    assert!(dead.is_empty(), "a reading of nothing: {dead:?}");
}

#[test]
fn a_wrong_cell_and_a_departure_of_nothing_are_found() {
    let planted = |thing: Thing, role: Role| match (thing, role) {
        (Thing::Person, Role::Kitchen) => rights("R all"),
        (Thing::Mark, Role::Manager) => rights("R all, C all"),
        (Thing::Plan, Role::Manager) => rights("R all"),
        (Thing::Enrolment, Role::Manager) => rights("R all"),
        (Thing::Calendar, Role::School) => rights("R org"),
        _ => here(thing, role),
    };
    let (_, wrong) = deviations(planted, DEPARTURES);
    assert_eq!(
        wrong,
        [
            "Person Kitchen: agreed [], here [R all]",
            "Plan Manager: agreed [R all (reason)], here [R all]",
            "Calendar School: departs by [R org], and not by []",
            "Enrolment Manager: departs no more",
            "Mark Manager: agreed [R all], here [C all, R all]",
        ]
    );
}

#[test]
fn a_cell_that_asks_for_more_lets_nobody_do_anything() {
    let waiting = Thing::ALL.iter().flat_map(|thing| thing.cells()).filter(|cell| cell.condition.is_some()).count();
    assert!(waiting > 30, "{waiting}");
    assert!(here(Thing::Mark, Role::Participant).contains(&('C', "self (check-in)".to_owned())));
    let amina = Tag::participant::<()>(&id("amina"));
    let grants = vec![Grant::own(id("amina"), amina.clone())];
    let actor = Actor { user: id("amina"), role: Role::Participant, grants, keeping: Keeping::InMemory };
    assert!(actor.sees(slice::from_ref(&amina), date("2026-11-24")));
    assert!(!can(&actor, Action::MarkAttendance, [amina], date("2026-11-24")));
}
