//! The access table: printed into `docs/ACCESS.md`, which a person reads before it changes, held against what was
//! agreed, and against what the tags of every kind of row give to whom.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[path = "policy_table/agreed.rs"]
mod agreed;
#[path = "policy_table/letters.rs"]
mod letters;

use std::{collections::BTreeSet, fmt::Write as _};

use shared::{
    Grant, Kind, Record, Tag,
    policy::{Action, Actor, Cell, Keeping, Relation, Role, Thing, Verb, allowed},
    prim::AnyId,
    testkit::{Rows, date, id, used_centre},
};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ACCESS.md");
const BEGIN: &str = "<!-- the table begins: written by shared/tests/policy_table.rs -->\n";
const END: &str = "<!-- the table ends -->\n";
const DEPARTURES_BEGIN: &str = "<!-- the departures begin: written by shared/tests/policy_table/agreed.rs -->\n";
const DEPARTURES_END: &str = "<!-- the departures end -->\n";
const LETTERS_BEGIN: &str = "<!-- the letters begin: written by shared/tests/policy_table/letters.rs -->\n";
const LETTERS_END: &str = "<!-- the letters end -->\n";

/// The first letters of the roles, in the order of the table.
const SHORT: [(Role, &str); 10] = [
    (Role::Participant, "P"),
    (Role::Adviser, "A"),
    (Role::Teacher, "T"),
    (Role::Kitchen, "K"),
    (Role::School, "S"),
    (Role::Reception, "R"),
    (Role::Manager, "M"),
    (Role::Mentor, "Me"),
    (Role::Partner, "O"),
    (Role::Admin, "Ad"),
];

const fn tie(relation: Relation) -> &'static str {
    match relation {
        Relation::Own => "self",
        Relation::Assigned => "asg",
        Relation::Session => "ses",
        Relation::Today => "today",
        Relation::Organisation => "org",
        Relation::Consent => "grt",
        Relation::Named => "named",
        Relation::Glass => "glass",
        Relation::Aggregate => "agg",
        Relation::All => "all",
    }
}

/// What a cell asks for, as it is printed.
fn asked(cell: &Cell) -> String {
    let condition = cell.condition.map(|condition| format!(" ({})", condition.words()));
    format!("{}{}", tie(cell.relation), condition.unwrap_or_default())
}

fn printed() -> String {
    let mut text = String::from("| thing | class |");
    for (_, short) in SHORT {
        write!(text, " {short} |").unwrap();
    }
    text.push_str(" actions |\n|---|---|");
    text.push_str(&"---|".repeat(SHORT.len() + 1));
    text.push('\n');
    for thing in Thing::ALL {
        write!(text, "| {thing:?} | {:?} |", thing.class()).unwrap();
        for (role, _) in SHORT {
            let cells = thing.cells().iter().filter(|cell| cell.role == role).map(|cell| {
                let letters: String = cell.verbs.iter().map(|verb| verb.letter()).collect();
                format!("{letters} {}", asked(cell))
            });
            let cells: Vec<_> = cells.collect();
            write!(text, " {} |", cells.join(", ")).unwrap();
        }
        let actions = Action::ALL.into_iter().filter(|action| action.place().0 == *thing);
        let actions: Vec<_> = actions.map(|action| format!("{action:?} ({})", action.place().1.letter())).collect();
        writeln!(text, " {} |", actions.join(", ")).unwrap();
    }
    text
}

/// The document with `text` between two of its lines, and what stood there.
fn with_section(document: &str, (begin, end): (&str, &str), text: &str) -> (String, String) {
    let (before, rest) = document.split_once(begin).expect("the beginning of the section");
    let (held, after) = rest.split_once(end).expect("the end of the section");
    (format!("{before}{begin}\n{text}\n{end}{after}"), held.to_owned())
}

/// `MINVEI_WRITE=1 cargo test -p shared --test policy_table` writes the table and the departures into the document.
#[test]
fn the_document_holds_the_table_and_where_it_departs() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (table, departures, letters) = (printed(), agreed::printed(), letters::printed());
    let (document, held) = with_section(&document, (BEGIN, END), &table);
    let (document, told) = with_section(&document, (DEPARTURES_BEGIN, DEPARTURES_END), &departures);
    let (document, waits) = with_section(&document, (LETTERS_BEGIN, LETTERS_END), &letters);
    if std::env::var_os("MINVEI_WRITE").is_some() {
        std::fs::write(DOCUMENT, document).unwrap();
        return;
    }
    assert_eq!(held.trim(), table.trim(), "MINVEI_WRITE=1 writes it anew; read what has changed");
    assert_eq!(told.trim(), departures.trim(), "MINVEI_WRITE=1 writes it anew; read what has changed");
    assert_eq!(waits.trim(), letters.trim(), "MINVEI_WRITE=1 writes it anew; read what has changed");
}

#[test]
fn nobody_is_named_twice_for_one_thing_with_one_tie_and_one_verb() {
    for thing in Thing::ALL {
        for verb in Verb::ALL {
            let mut cells: Vec<_> = allowed(*thing, verb).collect();
            let all = cells.len();
            cells.sort_unstable();
            cells.dedup();
            assert_eq!(cells.len(), all, "{thing:?} {verb:?}");
        }
    }
}

#[test]
fn whoever_may_change_a_thing_may_see_it_except_where_it_is_handed_in() {
    let handed_in = [Thing::Person, Thing::Card, Thing::LateAnswer, Thing::CarriedQueue, Thing::Referral];
    let shielded = [Thing::ProtectedIdentity, Thing::BrokenGlass];
    let sent = [Thing::Feedback, Thing::Message, Thing::Visit, Thing::AllowanceBasis, Thing::Account];
    // They tell the leader who has come, and see nobody's marks.
    let tells = [(Thing::Mark, Role::Reception), (Thing::Mark, Role::Partner)];
    for thing in Thing::ALL.iter().filter(|thing| ![&handed_in[..], &sent, &shielded].concat().contains(thing)) {
        for verb in [Verb::Create, Verb::Correct, Verb::Cancel, Verb::Approve, Verb::Export] {
            for (role, relation) in allowed(*thing, verb) {
                let sees = allowed(*thing, Verb::Read)
                    .any(|(other, tie)| other == role && (tie == relation || tie == Relation::All))
                    || (verb == Verb::Create && tells.contains(&(*thing, role)));
                assert!(sees, "{role:?} may {verb:?} {thing:?} ({relation:?}) and not see it");
            }
        }
    }
}

/// The thing of the table that a row is.
fn thing(record: &Record) -> Thing {
    match record.kind() {
        _ if record.is_shielded() => Thing::ProtectedIdentity,
        Kind::Person => Thing::Person,
        Kind::Staff => Thing::Colleague,
        Kind::Enrolment => Thing::Enrolment,
        Kind::Mark => Thing::Mark,
        Kind::School => Thing::SchoolLine,
        Kind::Standing => Thing::Standing,
        Kind::Order => Thing::Order,
        Kind::Tick => Thing::Packing,
        Kind::Menu => Thing::Menu,
        Kind::Erasure => Thing::Erasure,
        Kind::Crew => Thing::Crew,
        Kind::CrewKey => Thing::CrewKey,
        Kind::Glass => Thing::BrokenGlass,
        Kind::Former => Thing::Former,
        Kind::HeldCommand => Thing::HeldCommand,
        Kind::Group | Kind::Series | Kind::Exception | Kind::DayOff => {
            let is_open = record.tags().contains(&Tag::public());
            if is_open { Thing::OpenCalendar } else { Thing::Calendar }
        }
    }
}

/// The grants by which somebody in this role is tied like this to the row, if one can be.
fn ties(role: Role, relation: Relation, record: &Record) -> Vec<Grant> {
    let family = match relation {
        Relation::Own => ["participant:", "group:", "named:"].as_slice(),
        Relation::Assigned => &["participant:"],
        Relation::Session => &["roster:"],
        Relation::Organisation => &["school:"],
        Relation::Named => return names(role, record),
        Relation::Today | Relation::Consent | Relation::Glass | Relation::Aggregate | Relation::All => &[],
    };
    let tags = record.tags().into_iter().filter(|tag| family.iter().any(|family| tag.as_str().starts_with(family)));
    let user: AnyId = id("somebody");
    tags.map(|tag| Grant { user: user.clone(), tag, role, from: None, until: None }).collect()
}

/// The grant by which somebody in this role is named for the person of the row, or for anybody.
fn names(role: Role, record: &Record) -> Vec<Grant> {
    let tags = record.tags();
    let person = tags.iter().find_map(|tag| tag.as_str().strip_prefix("named:"));
    let anybody = (record.kind() == Kind::Glass).then_some("anybody");
    let grant = |person: &str| {
        let tag = Tag::from_text(&format!("knows:{person}"));
        Grant { user: id("somebody"), tag, role, from: None, until: None }
    };
    person.or(anybody).map(grant).into_iter().collect()
}

/// Each role, each kind of row, each tie: what the tags give is what the table says. Answers how many cells were
/// looked at, and the first that is wrong.
fn deviations(rows: &Rows, says: impl Fn(Role, Relation, Thing) -> bool) -> (usize, Vec<String>) {
    let (mut looked_at, mut wrong) = (0, Vec::new());
    let day = date("2026-11-24");
    for record in rows.0.values() {
        let thing = thing(record);
        for role in Role::ALL {
            let tied = [Relation::Own, Relation::Assigned, Relation::Session, Relation::Organisation, Relation::Named];
            for relation in tied.into_iter().chain([Relation::All]) {
                let grants = ties(role, relation, record);
                if relation != Relation::All && grants.is_empty() {
                    continue;
                }
                let actor = Actor { user: id("somebody"), role, grants, keeping: Keeping::InMemory };
                let is_hidden = record.tags().iter().any(Tag::is_hidden);
                let on_device = actor.clone().in_session(Keeping::OnDevice);
                if is_hidden && on_device.sees(&record.tags(), day) {
                    wrong.push(format!("{role:?} {relation:?} {:?} on a device", record.kind()));
                }
                let expected = says(role, relation, thing) || says(role, Relation::All, thing);
                looked_at += 1;
                if relation != Relation::All && !has_such_ties(role, relation) {
                    continue;
                }
                if actor.sees(&record.tags(), day) != expected {
                    wrong.push(format!("{role:?} {relation:?} {:?} ({thing:?})", record.kind()));
                }
            }
        }
    }
    (looked_at, wrong)
}

/// Which grants the rows ever give to whom: a participant herself, an adviser hers, and so on.
fn has_such_ties(role: Role, relation: Relation) -> bool {
    matches!(
        (role, relation),
        (Role::Participant, Relation::Own)
            | (Role::Adviser, Relation::Assigned)
            | (Role::Teacher, Relation::Session)
            | (Role::School, Relation::Organisation)
            | (Role::Adviser | Role::Manager, Relation::Named)
    )
}

fn says(role: Role, relation: Relation, thing: Thing) -> bool {
    allowed(thing, Verb::Read).any(|cell| cell == (role, relation))
}

#[test]
fn what_the_tags_of_rows_give_is_what_the_table_says() {
    let kinds: BTreeSet<_> = used_centre().0.into_keys().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.len(), Kind::ALL.len(), "a kind of row is missing");
    let (looked_at, wrong) = deviations(&used_centre(), says);
    println!("{looked_at} cells looked at");
    assert!(looked_at > 200, "{looked_at}");
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_wrong_cell_is_found() {
    let planted = |role, relation, thing| {
        let is_planted = (role, relation, thing) == (Role::Kitchen, Relation::All, Thing::Person);
        is_planted || says(role, relation, thing)
    };
    let (_, wrong) = deviations(&used_centre(), planted);
    assert!(wrong.iter().any(|wrong| wrong.starts_with("Kitchen All Person")), "{wrong:?}");
}
