//! What a batch does with a command that cannot be judged: it is refused, and it alone.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Kind, Record, Rejection, Role,
    domain::{group, look, packing, person},
    entity::Key,
    faults::{Fault, plant},
    policy::{Keeping, Relation},
    sync::{
        authority::{Authority, Commit, Known, Opening, Push, Step, What},
        wire::{Envelope, Outcome},
    },
    testkit::{Rows, at, centre, date, id, name},
    view::Want,
};

const NOW: &str = "2026-11-24 09:00";
/// The version of the centre before the batch: the clock has been set back since.
const BEFORE: u64 = 1 << 50;

/// What one client sends for the first time.
struct Sent {
    client: &'static str,
    user: &'static str,
    role: Role,
    commands: Vec<AnyCommand>,
}

/// What became of a batch.
#[derive(Default)]
struct Verdict {
    /// The outcomes of each client's commands.
    outcomes: Vec<Vec<(u64, Outcome)>>,
    commit: Commit,
    /// How often the row was asked for that is never found.
    asked: usize,
}

/// Judges a batch over the rows of the test centre. The store never finds `lost`.
fn judge(sent: &[Sent], lost: Option<&Want>) -> Verdict {
    let store = centre();
    let known = |one: &Sent| Known { user: id(one.user), last_seq: 0, covered: 0 };
    let opening = Opening {
        version: BEFORE,
        history: "m0".to_owned(),
        left: BTreeMap::new(),
        actors: sent.iter().map(|one| store.actor(one.user, one.role)).collect(),
        clients: sent.iter().map(|one| (id(one.client), known(one))).collect(),
        judged: BTreeMap::new(),
    };
    let pushes = sent.iter().map(|one| Push {
        client: id(one.client),
        user: id(one.user),
        first: 1,
        commands: one.commands.iter().map(encoded).collect(),
        stored: 0,
        received_at: at(NOW),
        keeping: Keeping::OnDevice,
        ended: None,
    });
    let pushes: Vec<_> = pushes.collect();
    let mut authority = Authority::new(opening, &pushes);
    let mut verdict = Verdict::default();
    for _ in 0..100 {
        match authority.step() {
            Step::Load(wants) => {
                let (missed, wants): (Vec<_>, Vec<_>) = wants.into_iter().partition(|want| Some(want) == lost);
                verdict.asked += missed.len();
                authority.loaded(wants.into_iter().map(|want| (want.clone(), load(&store, &want))).collect());
            }
            Step::Commit(commit) => verdict.commit = commit,
            Step::Answer(answers, _) => {
                verdict.outcomes = answers.into_iter().map(|answer| answer.unwrap().outcomes).collect();
            }
            Step::Done => return verdict,
        }
    }
    panic!("a batch that never comes to an end");
}

fn load(store: &Rows, want: &Want) -> Vec<(u64, Record)> {
    let is_wanted = |kind: Kind, key: &Key| match want {
        Want::Row(of, at) => kind == *of && key == at,
        Want::Under(of, prefix) => kind == *of && key.as_str().starts_with(prefix.as_str()),
    };
    let found = store.0.iter().filter(|((kind, key), _)| is_wanted(*kind, key));
    found.map(|(_, record)| (1, record.clone())).collect()
}

fn encoded(command: &AnyCommand) -> Box<RawValue> {
    RawValue::from_string(Envelope::encode(command, at(NOW), at(NOW)).into()).unwrap()
}

fn enrol(person: &str, group: &str) -> AnyCommand {
    group::Enrol { group: id(group), person: id(person) }.into()
}

/// Writes more than one row: the participant's, and that of each group she is in.
fn correct(person: &str, called: &str) -> AnyCommand {
    person::Correct { id: id(person), first_name: name(called), last_name: None, phone: None, language: None }.into()
}

fn register(person: &str) -> AnyCommand {
    person::Register {
        id: id(person),
        first_name: name("Nadia"),
        last_name: None,
        phone: None,
        language: None,
        contact: None,
        shielded_with: None,
    }
    .into()
}

fn tick() -> AnyCommand {
    packing::SetTick {
        day: date("2026-11-24"),
        school: id("fridalen"),
        step: packing::Step::Made,
        done: true,
        seen: Vec::new(),
        by: None,
    }
    .into()
}

fn adviser(commands: Vec<AnyCommand>) -> Sent {
    Sent { client: "desk", user: "adviser", role: Role::Adviser, commands }
}

fn kitchen() -> Sent {
    Sent { client: "tablet", user: "kitchen", role: Role::Kitchen, commands: vec![tick()] }
}

fn applied(seq: u64, version: u64) -> (u64, Outcome) {
    (seq, Outcome::Applied(version))
}

fn refused(seq: u64, reference: &str) -> (u64, Outcome) {
    (seq, Outcome::Refused(Rejection::Bug { reference: reference.to_owned() }))
}

/// The keys of the rows that are written, with the version of each.
fn written(commit: &Commit) -> Vec<(&str, u64)> {
    commit.rows.iter().map(|row| (row.key.as_str(), row.version)).collect()
}

/// Three commands of two clients.
fn three() -> [Sent; 2] {
    [adviser(vec![enrol("sara", "morning"), correct("amina", "Aamina")]), kitchen()]
}

#[test]
fn a_command_that_panics_is_refused_alone_and_nothing_of_it_is_written() {
    // What one push changes has one version.
    let whole = judge(&three(), None);
    assert_eq!(whole.outcomes, [vec![applied(1, BEFORE + 1), applied(2, BEFORE + 1)], vec![applied(1, BEFORE + 2)]]);
    let rows = [
        ("amina", BEFORE + 1),
        ("amina.morning", BEFORE + 1),
        ("sara.morning", BEFORE + 1),
        ("2026-11-24.fridalen.made", BEFORE + 2),
    ];
    assert_eq!(written(&whole.commit), rows);

    plant(Some(Fault::PoisonCommand));
    let poisoned = judge(&three(), None);
    plant(None);
    assert_eq!(poisoned.outcomes, [vec![applied(1, BEFORE + 1), refused(2, "desk.2")], vec![applied(1, BEFORE + 2)]]);
    assert_eq!(written(&poisoned.commit), [("sara.morning", BEFORE + 1), ("2026-11-24.fridalen.made", BEFORE + 2)]);
    assert_eq!(poisoned.commit.version, BEFORE + 2);
    let judged_to = poisoned.commit.clients.iter().map(|(client, seq)| (client.as_str(), *seq));
    assert_eq!(judged_to.collect::<Vec<_>>(), [("desk", 2), ("tablet", 1)]);
    // The refusal itself is kept: the same bytes get the same answer.
    let kept = poisoned.commit.judged.iter().map(|(client, seq, judged)| (client.as_str(), *seq, &judged.outcome));
    let kept: Vec<_> = kept.filter(|(.., outcome)| matches!(outcome, Outcome::Refused(_))).collect();
    assert_eq!(kept, [("desk", 2, &refused(2, "desk.2").1)]);
}

#[test]
fn after_a_command_that_panics_its_client_goes_on() {
    let commands = vec![enrol("sara", "morning"), correct("amina", "Aamina"), correct("sara", "Sarah")];
    plant(Some(Fault::PoisonCommand));
    let poisoned = judge(&[adviser(commands), kitchen()], None);
    plant(None);
    let desk = vec![applied(1, BEFORE + 1), refused(2, "desk.2"), applied(3, BEFORE + 1)];
    assert_eq!(poisoned.outcomes, [desk, vec![applied(1, BEFORE + 2)]]);
}

/// What a command of the test below asks for, and the store never finds.
fn lost() -> Want {
    Want::Row(Kind::Group, Key::from_text("evening"))
}

#[test]
fn a_command_that_needs_for_ever_is_refused_and_the_others_are_applied() {
    let commands = vec![enrol("amina", "evening"), correct("sara", "Sarah")];
    let stuck = judge(&[adviser(commands), kitchen()], Some(&lost()));
    assert_eq!(stuck.outcomes, [vec![refused(1, "desk.1"), applied(2, BEFORE + 1)], vec![applied(1, BEFORE + 2)]]);
    let rows = [("sara", BEFORE + 1), ("sara.evening", BEFORE + 1), ("2026-11-24.fridalen.made", BEFORE + 2)];
    assert_eq!(written(&stuck.commit), rows);
}

#[test]
fn what_is_never_found_is_asked_for_in_eight_rounds_and_no_more() {
    let stuck = judge(&[adviser(vec![enrol("amina", "evening")])], Some(&lost()));
    assert_eq!(stuck.outcomes, [[refused(1, "desk.1")]]);
    assert_eq!(stuck.asked, 8);
}

/// The second command of the other client can only be foreseen once its first is applied, and that waits.
#[test]
fn a_command_that_still_needs_something_when_another_is_given_up_is_not_given_up_with_it() {
    let office = Sent {
        client: "office",
        user: "other-adviser",
        role: Role::Adviser,
        commands: vec![register("nadia"), enrol("nadia", "morning")],
    };
    let stuck = judge(&[adviser(vec![enrol("amina", "evening")]), office], Some(&lost()));
    assert_eq!(stuck.outcomes, [vec![refused(1, "desk.1")], vec![applied(1, BEFORE + 1), applied(2, BEFORE + 1)]]);
}

/// A look at those with these names, on a list.
fn look(people: &[&str]) -> AnyCommand {
    look::Look { people: people.iter().map(|one| id(one)).collect(), at: look::Place::List }.into()
}

#[test]
fn a_look_is_written_down_and_changes_nothing() {
    let roster = look::Look { people: vec![id("amina"), id("lena")], at: look::Place::Group(id("morning")) };
    let verdict = judge(&[adviser(vec![look(&["sara", "amina", "lena"]), roster.into()])], None);
    assert_eq!(verdict.outcomes, [[applied(1, 0), applied(2, 0)]]);
    assert!(verdict.commit.rows.is_empty());
    let told = verdict.commit.deeds.iter().map(|deed| {
        let about: Vec<&str> = deed.about.iter().map(|one| one.as_str()).collect();
        let tie = deed.ground.map(|ground| ground.relation);
        (deed.name, deed.what.as_ref().map(What::to_string), about.join(" "), tie)
    });
    let roster = Some("group/morning".to_owned());
    let assigned = Some(Relation::Assigned);
    let expected = [
        ("person.look", None, "amina sara".to_owned(), assigned),
        ("person.look", roster, "amina".to_owned(), assigned),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected, "one entry for each of hers, none about anybody else");
}

#[test]
fn a_look_at_somebody_elses_participant_leaves_nothing() {
    let verdict = judge(&[adviser(vec![look(&["lena"]), look(&["nobody"])])], None);
    let gone = |seq| (seq, Outcome::Refused(Rejection::Gone));
    assert_eq!(verdict.outcomes, [[gone(1), gone(2)]]);
    assert!(verdict.commit.deeds.is_empty());
}

/// Each row by itself would take more rounds than a command has.
#[test]
fn a_long_list_is_loaded_at_once() {
    let strangers: Vec<String> = (0..30).map(|number| format!("p{number}")).collect();
    let people: Vec<&str> = strangers.iter().map(String::as_str).chain(["amina"]).collect();
    assert_eq!(judge(&[adviser(vec![look(&people)])], None).outcomes, [[applied(1, 0)]]);
}
