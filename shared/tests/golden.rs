//! What releases have written, kept for ever: every later build reads it. A queue may lie on a phone
//! for a month, a row in a backup for years.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use shared::{
    AnyCommand, Kind, Rejection,
    sync::{
        engine::{Effect, Engine, Keep, Meta, Queued, Saved},
        wire::{Outcome, Request, WireRow},
    },
    testkit::{Crash, Memory, at, id},
};

/// When the queues are sent that the releases have left.
const NOW: &str = "2026-11-24 15:00";

/// The file of this name of every release there has been.
fn of_every_release(name: &str) -> Vec<(PathBuf, String)> {
    let releases = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap();
    let files = releases.map(|release| release.unwrap().path().join(name));
    files.map(|file| (file.clone(), fs::read_to_string(&file).unwrap())).collect()
}

/// The schema a release spoke.
fn schema_of(release: &str) -> u16 {
    match release {
        "0.1.0" => 1,
        _ => panic!("say here which schema {release} speaks"),
    }
}

/// Somebody at the test centre who may do this.
fn who_may(command: &str) -> &'static str {
    match command {
        "standing.set" | "order.change" => "secretary",
        "order.answer" | "packing.tick" | "menu.plan" => "kitchen",
        _ => "adviser",
    }
}

/// A command as a release has left it in the queue of a device, opened by this build.
fn opened(schema: u16, queued: Queued) -> Engine {
    let meta = Meta { schema, next_seq: queued.seq + 1, ..Meta::new(id("phone")) };
    Engine::restore(meta, Saved { queue: vec![queued], ..Saved::default() }, at(NOW))
}

fn kept(effects: Vec<Effect>) -> Keep {
    let keep = effects.into_iter().find_map(|effect| match effect {
        Effect::Keep(keep) => Some(*keep),
        _ => None,
    });
    keep.unwrap()
}

#[test]
fn the_commands_of_every_release_can_be_read() {
    for (file, text) in of_every_release("commands.txt") {
        for line in text.lines() {
            let (name, body) = line.split_once(' ').unwrap();
            let read = AnyCommand::read(name, body);
            assert!(read.is_ok(), "{}: {line}: {read:?}", file.display());
        }
    }
}

#[test]
fn the_commands_of_every_release_are_judged_and_those_refused_are_kept_for_their_author() {
    for (file, text) in of_every_release("commands.txt") {
        let release = file.parent().and_then(|folder| folder.file_name()).unwrap().to_string_lossy();
        let schema = schema_of(&release);
        let (mut applied, mut refused) = (0, 0);
        for line in text.lines() {
            let (name, body) = line.split_once(' ').unwrap();
            let time = at(NOW).0;
            // Written out: what a release has encoded must not follow the encoder of today.
            let sent =
                format!(r#"{{"name":"{name}","schema":{schema},"made_at":{time},"base_at":{time},"body":{body}}}"#);
            let queued = Queued { seq: 1, text: sent.as_str().into(), refused: None, is_held: false };
            let mut engine = opened(schema, queued);
            let (ticket, request) = engine.request().unwrap();
            let request: Request = serde_json::from_str(&request).unwrap();
            let again: Vec<_> = request.commands.iter().map(|command| command.get()).collect();
            assert_eq!(again, [sent.as_str()], "byte for byte as first encoded");
            let answer = Memory::new().sync(&id(who_may(name)), request, at(NOW), Crash::Never).unwrap();
            let outcomes = answer.outcomes.clone();
            let keep = kept(engine.answered(ticket, answer, at(NOW)));
            assert!(engine.waiting().is_empty(), "{release}: {line}");
            match outcomes.as_slice() {
                [(1, Outcome::Applied(_))] => {
                    applied += 1;
                    assert!(keep.refuse.is_empty() && engine.tray().is_empty(), "{release}: {line}");
                }
                [(1, Outcome::Refused(why))] => {
                    refused += 1;
                    assert!(is_reason(why), "{release}: {line}: {why}");
                    let tray = Queued { seq: 1, text: sent.into(), refused: Some(why.clone()), is_held: false };
                    assert_eq!(keep.refuse, std::slice::from_ref(&tray));
                    assert_eq!(keep.drop, [0; 0]);
                    let meant = AnyCommand::read(name, body).unwrap().body();
                    // In the tray now, and when the app is opened again.
                    for engine in [engine, opened(schema, tray)] {
                        let items = engine.tray();
                        let [item] = items.as_slice() else { panic!("{release}: {line} is not in the tray") };
                        assert_eq!((item.name.as_str(), item.refused.as_ref()), (name, Some(why)));
                        let body = item.command.as_ref().map(|command| command.0.body());
                        assert_eq!(body.as_deref(), Some(meant.as_str()));
                    }
                }
                other => panic!("{release}: {line}: {other:?}"),
            }
        }
        assert!(applied > refused, "{release}: {applied} applied, {refused} refused");
    }
}

/// Does it say what is wrong with the intention, and not with how it was written or who has sent it?
fn is_reason(why: &Rejection) -> bool {
    !matches!(
        why,
        Rejection::Malformed { .. }
            | Rejection::UnknownCommand { .. }
            | Rejection::Bug { .. }
            | Rejection::Forbidden
            | Rejection::ReusedId
            | Rejection::Newer
    )
}

#[test]
fn the_rows_of_every_release_can_be_read() {
    for (file, text) in of_every_release("rows.jsonl") {
        let mut kinds = BTreeSet::new();
        for line in text.lines() {
            let row: WireRow = serde_json::from_str(line).unwrap();
            let record = row.read().unwrap_or_else(|| panic!("{}: {line}", file.display()));
            kinds.insert(record.kind());
        }
        assert!(kinds.len() >= 13 && kinds.len() <= Kind::ALL.len());
    }
}
