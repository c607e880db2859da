//! What the binary says for itself: its version, the demo accounts, and why it cannot start.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::process::{Process, minvei, serve};

/// Runs to the end: success, standard output, standard error.
fn run(command: &mut Command) -> (bool, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

/// The one line with which it refuses to start.
fn refusal(command: &mut Command) -> String {
    let (succeeded, _, said) = run(command);
    assert!(!succeeded);
    let mut lines = said.lines().filter(|line| line.starts_with("error: "));
    let line = lines.next().unwrap_or_else(|| panic!("it said {said:?}")).to_owned();
    assert_eq!(lines.next(), None);
    line
}

#[test]
fn it_knows_its_version() {
    let (succeeded, said, _) = run(minvei().arg("--version"));
    assert!(succeeded);
    assert_eq!(said.trim(), format!("minvei {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn it_lists_the_demo_accounts_without_a_database() {
    let (succeeded, said, _) = run(minvei().args(["demo", "accounts", "--json"]));
    assert!(succeeded);
    let list: Vec<Value> = serde_json::from_str(&said).unwrap();
    assert_eq!(list.len(), 33);
    let keys: Vec<_> = list[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["login", "name", "role", "secret"]);
    let (_, text, _) = run(minvei().args(["demo", "accounts"]));
    assert!(text.contains("kjokken") && text.contains("minvei-demo"), "{text}");
}

#[test]
fn the_clock_is_set_in_demo_mode_only() {
    let folder = tempfile::tempdir().unwrap();
    let line = refusal(serve(folder.path()).args(["--clock", "2026-11-24T09:00"]));
    assert!(line.contains("--demo"), "{line}");
    let line = refusal(serve(folder.path()).args(["--demo", "--clock", "soon"]));
    assert!(line.contains("\"soon\" is no time"), "{line}");
    for far in ["0001-01-01T00:00", "9999-12-10T09:00"] {
        let line = refusal(serve(folder.path()).args(["--demo", "--clock", far]));
        assert_eq!(line, format!("error: {far:?} is too far away: the clock can be set to the years 2000 to 2999"));
    }
}

#[test]
fn an_address_in_use_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = refusal(minvei().args(["serve", "--listen", &address, "--data"]).arg(folder.path()));
    assert_eq!(
        line,
        format!("error: {address} is in use: stop what listens there, or choose another address with --listen")
    );
}

#[test]
fn a_data_folder_that_cannot_be_used_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let line = refusal(&mut serve(&file));
    assert!(line.starts_with("error: cannot write to the data folder "), "{line}");
    let lock = fs::File::create(folder.path().join("minvei.lock")).unwrap();
    lock.try_lock().unwrap();
    let line = refusal(&mut serve(folder.path()));
    assert!(line.ends_with("is in use by another minvei"), "{line}");
}

#[test]
fn what_it_writes_is_for_nobody_else_on_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.db"));
    let process = Process::start(&data);
    let made = minvei().args(["backup"]).arg(&copy).arg("--data").arg(&data).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let of_data = fs::read_dir(&data).unwrap().map(|file| file.unwrap().path());
    let all: Vec<_> = of_data.chain([data.clone(), copy]).collect();
    assert!(all.len() > 3, "{all:?}");
    for path in all {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has the mode {mode:o}", path.display());
    }
    drop(process);
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let mut wide = serve(&data).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut said = BufReader::new(wide.stderr.take().unwrap()).lines();
    let warned = said.any(|line| line.unwrap().contains("chmod 700"));
    wide.kill().unwrap();
    wide.wait().unwrap();
    assert!(warned);
}

#[test]
fn whoever_stops_listening_is_no_bug_and_a_full_disk_is_told() {
    let (reader, gone) = std::io::pipe().unwrap();
    drop(reader);
    let listing = minvei().args(["demo", "accounts"]).stdout(gone).output().unwrap();
    assert_eq!((listing.status.success(), String::from_utf8_lossy(&listing.stderr).as_ref()), (true, ""));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let listing = minvei().args(["demo", "accounts"]).stdout(full).output().unwrap();
    let said = String::from_utf8(listing.stderr).unwrap();
    assert!(!listing.status.success() && said.starts_with("error: it is done, and cannot be told: "), "{said}");
}
