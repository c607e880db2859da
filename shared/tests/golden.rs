//! What releases have written, kept for ever: every later build reads it. A queue may lie on a phone
//! for a month, a row in a backup for years.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use shared::{AnyCommand, Kind, sync::wire::WireRow};

/// The file of this name of every release there has been.
fn of_every_release(name: &str) -> Vec<(PathBuf, String)> {
    let releases = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden")).unwrap();
    let files = releases.map(|release| release.unwrap().path().join(name));
    files.map(|file| (file.clone(), fs::read_to_string(&file).unwrap())).collect()
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
