//! What is left of a participant who was taken out of reach, or shredded, and that no command brings her back.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use shared::{
    AnyCommand, Entity as _, Key, Kind, Record, Rejection, Role, Tag, Want,
    domain::{erasure::Erasure, person, staff},
    policy::Keeping,
    prim::Id,
    sync::{
        authority::{
            Authority, Known, Opening, Push, Step,
            erase::{Erase, Erased, NotErased, Verb, names_her},
        },
        wire::{Envelope, Outcome},
    },
    testkit::{Rows, at, id, name, note, used_centre},
};

const NOW: &str = "2026-11-24 09:00";
const HER: &str = "amina";
/// The version of the centre before.
const BEFORE: u64 = 1 << 50;

fn hers(rows: &Rows) -> Vec<(u64, Record)> {
    let tags = ["participant:amina", "mention:amina"].map(Tag::from_text);
    let is_hers = |record: &&Record| record.tags().iter().any(|tag| tags.contains(tag));
    rows.0.values().filter(is_hers).map(|record| (1, record.clone())).collect()
}

fn erasure(rows: &Rows) -> Option<(u64, Erasure)> {
    let key = Erasure::key_of::<person::Person>(&id(HER));
    let record = rows.0.get(&(Kind::Erasure, key))?;
    Some((1, Erasure::from_record(record)?.clone()))
}

/// Does it with Amina, and answers what comes of it.
fn erase(rows: &mut Rows, verb: Verb) -> Result<Erased, NotErased> {
    let person = id::<person::Person>(HER);
    let of = Erasure::number(&person);
    let erase = Erase { of, person: Some(person), verb, at: at(NOW), reason: note("Sak 7") };
    let erased = erase.decide(BEFORE, hers(rows), erasure(rows))?;
    for row in &erased.commit.rows {
        match &row.record {
            Some(record) => rows.put(record.clone()),
            None => drop(rows.0.remove(&(row.kind, row.key.clone()))),
        }
    }
    Ok(erased)
}

fn told_of(rows: &Rows) -> usize {
    rows.0.values().filter(|record| record.body().contains(HER)).count()
}

#[test]
fn whoever_is_shredded_stands_in_no_row_of_any_kind() {
    let before = used_centre();
    let mut rows = before.clone();
    assert!(told_of(&rows) >= 4, "the control: she, her place in a group, her attendance, and what is held of it");
    let erased = erase(&mut rows, Verb::Shred).unwrap();
    assert_eq!((told_of(&rows), erased.rows), (0, 4));

    let left = before.0.iter().filter(|(_, record)| !record.body().contains(HER));
    let left: BTreeMap<_, _> = left.map(|(at, record)| (at.clone(), record.clone())).collect();
    let (_, erasure) = erasure(&rows).unwrap();
    rows.0.remove(&(Kind::Erasure, erasure.key()));
    assert_eq!(rows.0, left, "everybody else is as before");

    let Erased { commit, poked, .. } = erased;
    assert_eq!((commit.version, commit.shredded), (BEFORE + 1, vec![id(HER)]));
    let gone: Vec<_> = commit.rows.iter().filter(|row| row.kind != Kind::Erasure).collect();
    assert!(gone.iter().all(|row| row.record.is_none() && row.tags.is_empty() && !row.lost_tags.is_empty()));
    let parts: Vec<_> = gone.iter().filter_map(|row| row.part.as_ref()).map(|part| part.role).collect();
    assert_eq!(parts, [None], "nobody signs in as her");
    let concerned: Vec<_> = poked.users.iter().map(Id::as_str).collect();
    assert_eq!(concerned, ["adviser", HER]);
    let [deed] = commit.deeds.as_slice() else { panic!("{:?}", commit.deeds) };
    assert!(deed.about.is_empty() && !format!("{deed:?}").contains(HER), "{deed:?}");
}

#[test]
fn whoever_was_restricted_comes_back_as_she_was() {
    let before = used_centre();
    let mut rows = before.clone();
    let erased = erase(&mut rows, Verb::Restrict).unwrap();
    assert_eq!((hers(&rows).len(), erased.rows, erased.commit.shredded.len()), (0, 4, 0));
    assert_eq!(told_of(&rows), 1, "the archive holds her");
    let lifted = erase(&mut rows, Verb::Lift).unwrap();
    assert_eq!(rows.0, before.0);
    assert!(lifted.commit.rows.iter().any(|row| row.part.as_ref().is_some_and(|part| part.role.is_some())));
}

#[test]
fn what_is_in_the_archive_can_be_shredded_and_what_is_shredded_cannot_be_lifted() {
    let mut rows = used_centre();
    assert_eq!(erase(&mut rows, Verb::Lift), Err(NotErased::NotRestricted));
    erase(&mut rows, Verb::Restrict).unwrap();
    assert_eq!(erase(&mut rows, Verb::Restrict), Err(NotErased::Already));
    assert_eq!(erase(&mut rows, Verb::Shred).unwrap().rows, 4);
    assert_eq!(told_of(&rows), 0);
    for verb in [Verb::Restrict, Verb::Lift] {
        assert_eq!(erase(&mut rows, verb), Err(NotErased::Shredded));
    }
    let again = erase(&mut rows, Verb::Shred).unwrap();
    assert_eq!((again.commit.version, again.commit.rows.len()), (BEFORE, 0));
    assert_eq!(again.commit.shredded, [id(HER)], "what was left when it was cut off goes too");
}

#[test]
fn a_reason_that_names_her_is_noticed() {
    let rows: Vec<_> = hers(&used_centre()).into_iter().map(|(_, record)| record).collect();
    for named in ["Sak 7: AMINA", "amina, sak 7", "se people/amina"] {
        assert!(names_her(named, HER, &rows), "{named}");
    }
    for fine in ["Sak 7", "min sak", "Vedtak 12. mai"] {
        assert!(!names_her(fine, HER, &rows), "{fine}");
    }
}

/// What becomes of a command of the adviser's.
fn judged(rows: &Rows, command: &AnyCommand) -> Outcome {
    judged_of(rows, ("adviser", Role::Adviser), command)
}

/// What becomes of a command of this user's.
fn judged_of(rows: &Rows, (user, role): (&str, Role), command: &AnyCommand) -> Outcome {
    let opening = Opening {
        version: BEFORE,
        history: "m0".to_owned(),
        left: BTreeMap::new(),
        actors: vec![rows.actor(user, role)],
        clients: [(id("c1"), Known { user: id(user), last_seq: 0, covered: 0 })].into(),
        judged: BTreeMap::new(),
    };
    let command = RawValue::from_string(Envelope::encode(command, at(NOW), at(NOW)).into()).unwrap();
    let push = Push {
        client: id("c1"),
        user: id(user),
        first: 1,
        commands: vec![command],
        stored: 0,
        received_at: at(NOW),
        keeping: Keeping::OnDevice,
        ended: None,
    };
    let mut authority = Authority::new(opening, &[push]);
    loop {
        match authority.step() {
            Step::Load(wants) => {
                authority.loaded(wants.into_iter().map(|want| (want.clone(), load(rows, &want))).collect());
            }
            Step::Commit(_) => {}
            Step::Answer(answers, _) => return answers[0].as_ref().unwrap().outcomes[0].1.clone(),
            Step::Done => panic!("no answer"),
        }
    }
}

fn load(rows: &Rows, want: &Want) -> Vec<(u64, Record)> {
    let is_wanted = |kind: Kind, key: &Key| match want {
        Want::Row(of, at) => kind == *of && key == at,
        Want::Under(of, prefix) => kind == *of && key.as_str().starts_with(prefix.as_str()),
    };
    let found = rows.0.iter().filter(|((kind, key), _)| is_wanted(*kind, key));
    found.map(|(_, record)| (1, record.clone())).collect()
}

#[test]
fn a_device_that_registered_her_does_not_bring_her_back() {
    let register = |who: &str| -> AnyCommand {
        let (first_name, last_name, phone, language, contact) = (name("Amina"), None, None, None, None);
        person::Register { id: id(who), first_name, last_name, phone, language, contact, shielded_with: None }.into()
    };
    for verb in [Verb::Restrict, Verb::Shred] {
        let mut rows = used_centre();
        erase(&mut rows, verb).unwrap();
        assert_eq!(judged(&rows, &register(HER)), Outcome::Refused(Rejection::Gone), "{verb:?}");
        assert!(matches!(judged(&rows, &register("nadia")), Outcome::Applied(_)), "the control");
    }
}

#[test]
fn an_id_that_is_taken_says_nothing_of_whoever_has_it() {
    let mut rows = used_centre();
    erase(&mut rows, Verb::Shred).unwrap();
    let register = |who: &str, contact: &str| -> AnyCommand {
        let (first_name, last_name, phone, language) = (name("Amina"), None, None, None);
        let (contact, shielded_with) = (Some(id(contact)), None);
        person::Register { id: id(who), first_name, last_name, phone, language, contact, shielded_with }.into()
    };
    // Somebody else's, a protected person, and one who was shredded.
    let taken = |contact: &str| ["sara", "noor", HER].map(|who| register(who, contact));
    for who in [("other-adviser", Role::Adviser), ("reception", Role::Reception)] {
        let judged = |command: &AnyCommand| judged_of(&rows, who, command);
        for command in taken("adviser") {
            assert_eq!(judged(&command), Outcome::Refused(Rejection::Gone), "{who:?} {command:?}");
        }
        for command in taken("teacher") {
            assert_eq!(judged(&command), Outcome::Refused(Rejection::NoContact), "{who:?} {command:?}");
        }
        assert!(matches!(judged(&register("nadia", "adviser")), Outcome::Applied(_)), "the control: {who:?}");
    }
    // Whoever may see her is told that she is there already; of the two others she knows as little as everybody.
    let manager = ("manager", Role::Manager);
    let told = taken("adviser").map(|command| judged_of(&rows, manager, &command));
    assert_eq!(told, [Rejection::Exists, Rejection::Gone, Rejection::Gone].map(Outcome::Refused));
    let colleague = |who: &str, role| -> AnyCommand {
        staff::Register { id: id(who), name: name("Nora"), role, school: None }.into()
    };
    for who in ["noor", HER] {
        let refused = judged_of(&rows, manager, &colleague(who, Role::Teacher));
        assert_eq!(refused, Outcome::Refused(Rejection::Gone), "{who}");
        let unclear = judged_of(&rows, manager, &colleague(who, Role::School));
        assert_eq!(unclear, Outcome::Refused(Rejection::NeedsSchool), "{who}");
    }
    let hired = judged_of(&rows, manager, &colleague("nora", Role::Teacher));
    assert!(matches!(hired, Outcome::Applied(_)), "the control");
}
