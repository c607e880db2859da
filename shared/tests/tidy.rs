//! The rules of the house, run as tests: where things may live, who may lean on whom, how long a
//! file may be.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const MOST_LINES: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

fn rust_files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in ["shared", "app", "server", "xtask", "benches"] {
        collect(&root().join(part), ".rs", &mut found);
    }
    assert!(found.len() > 40, "the sources were not found");
    found
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", "generated"].contains(&name.as_str()) {
            collect(&path, ending, found);
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let path = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            found.push((path, text));
        }
    }
}

/// The part of a file before its inline tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn offenders(broken: impl Fn(&str, &str) -> bool) -> BTreeSet<String> {
    let files = rust_files();
    files.into_iter().filter(|(path, text)| broken(path, text)).map(|(path, _)| path).collect()
}

fn none(offenders: &BTreeSet<String>, rule: &str) {
    assert!(offenders.is_empty(), "{rule}: {offenders:?}");
}

#[test]
fn every_file_says_first_what_it_is() {
    let found = offenders(|_, text| !text.starts_with("//!"));
    none(&found, "begins with `//!`");
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let found = offenders(|_, text| text.lines().count() > MOST_LINES);
    none(&found, "at most 600 lines");
}

#[test]
fn nothing_is_called_by_what_it_is_not() {
    let vague = ["utils", "util", "helpers", "helper", "common", "manager", "service", "misc"];
    let found = offenders(|path, _| {
        let stem = Path::new(path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        vague.contains(&stem.as_str())
    });
    none(&found, "a file is named after the thing in it");
}

#[test]
fn shared_does_no_io_and_reads_no_clock() {
    let forbidden =
        ["std::fs", "std::net", "std::time", "std::env", "std::thread", "async fn", "Timestamp::now", "Zoned::now"];
    let found =
        offenders(|path, text| path.starts_with("shared/src") && forbidden.iter().any(|word| text.contains(word)));
    none(&found, "shared is pure");
}

#[test]
fn app_and_server_never_see_each_other() {
    let found = offenders(|path, text| {
        (path.starts_with("app/src") && text.contains("server::"))
            || (path.starts_with("server/") && text.contains("app::pages"))
    });
    none(&found, "app → shared ← server");
}

#[test]
fn a_role_is_named_only_where_its_powers_are() {
    // Where a role is told apart for another reason than power: seeds, grants, which page is home, and what the
    // parts are called.
    let allowed = [
        "shared/src/policy",
        "shared/src/sync/replica.rs",
        "shared/src/testkit",
        "shared/tests",
        "server/src/demo",
        "server/src/openapi/wire.rs",
        "server/tests",
        "app/src/pages/home.rs",
        "app/src/nav.rs",
    ];
    let found = offenders(|path, text| {
        without_tests(text).contains("Role::") && !allowed.iter().any(|place| path.starts_with(place))
    });
    let found = found.into_iter().filter(|path| !path.ends_with("tests.rs")).collect();
    none(&found, "`Role::` only in the policy");
}

#[test]
fn every_message_is_said_somewhere() {
    fn is_between(letter: char) -> bool {
        !letter.is_alphanumeric() && letter != '_' && letter != '-'
    }
    let files = rust_files();
    let app = files.iter().filter(|(path, _)| path.starts_with("app/"));
    let words: BTreeSet<&str> = app.flat_map(|(_, text)| text.split(is_between)).collect();
    let messages = fs::read_to_string(root().join("app/locales/nb.ftl")).expect("the messages");
    let keys = messages.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
    let keys = keys.filter_map(|line| Some(line.split_once(" =")?.0));
    // A few are read by the build itself, as they are spelt.
    let is_said = |key: &str| words.contains(key) || words.contains(key.replace('-', "_").as_str());
    let unsaid: BTreeSet<String> = keys.filter(|key| !is_said(key)).map(str::to_owned).collect();
    none(&unsaid, "a message that nobody says is taken out of every file");
}

#[test]
fn sql_lives_in_the_store() {
    let words = ["select ", "insert into ", "delete from ", "update row "];
    let found = offenders(|path, text| {
        path.starts_with("server/src")
            && !path.starts_with("server/src/store")
            && without_tests(text)
                .lines()
                .any(|line| !line.trim_start().starts_with("//") && words.iter().any(|word| line.contains(word)))
    });
    none(&found, "SQL only under server/src/store");
}

#[test]
fn javascript_values_stay_at_the_edge() {
    let allowed = ["app/src/store", "app/src/platform", "app/src/sync/live.rs", "app/src/i18n/browser.rs"];
    let found = offenders(|path, text| {
        path.starts_with("app/src")
            && without_tests(text).contains("js_sys")
            && !allowed.iter().any(|place| path.starts_with(place))
    });
    none(&found, "js_sys only under app/src/store and app/src/platform");
}

#[test]
fn shared_leans_on_nothing_but_this() {
    let manifest = fs::read_to_string(root().join("shared/Cargo.toml")).expect("the manifest");
    let section = manifest.split("[dependencies]").nth(1).expect("dependencies");
    let section = section.split("\n[").next().unwrap_or(section);
    let names: BTreeSet<_> =
        section.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty()).collect();
    let allowed =
        BTreeSet::from(["chacha20poly1305", "computus", "hmac", "jiff", "serde", "serde_json", "sha2", "thiserror"]);
    assert_eq!(names, allowed);
}

#[test]
fn within_shared_things_lean_one_way() {
    let layers = [
        (
            "shared/src/prim",
            &["crate::entity", "crate::view", "crate::policy", "crate::command", "crate::domain", "crate::sync"][..],
        ),
        ("shared/src/domain", &["crate::sync"][..]),
        ("shared/src/policy.rs", &["crate::domain", "crate::sync", "crate::registry"][..]),
    ];
    for (place, forbidden) in layers {
        let found = offenders(|path, text| path.starts_with(place) && forbidden.iter().any(|word| text.contains(word)));
        none(&found, place);
    }
}

#[test]
fn what_the_security_page_names_as_proof_is_there_and_holds_a_test() {
    let page = fs::read_to_string(root().join("docs/SECURITY.md")).expect("the page");
    let (_, tries) = page.split_once("| try | answer | shown by |").expect("the table");
    let rows: Vec<&str> = tries.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.len() > 50, "{} rows", rows.len());
    let mut sources = rust_files();
    collect(&root().join("e2e/tests"), ".ts", &mut sources);
    sources.retain(|(_, text)| {
        ["#[test]", "#[tokio::test", "wasm_bindgen_test", "\ntest(", "  test("].iter().any(|word| text.contains(word))
    });
    let mut unproved = BTreeSet::new();
    for row in rows {
        let shown_by = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap_or_default();
        let files = shown_by.split('`').skip(1).step_by(2).filter(|name| !name.starts_with("cargo xtask "));
        let missing = files.filter(|name| !sources.iter().any(|(path, _)| is_at(path, name)));
        unproved.extend(missing.map(|name| format!("{name} in {row}")));
        if !shown_by.contains('`') && !shown_by.contains("suite") {
            unproved.insert(row.to_owned());
        }
    }
    none(&unproved, "a file with tests, or a folder of such files");
}

/// Is it the file of this name, or one in the folder of this name? As on the page, its path may begin in the middle.
fn is_at(path: &str, name: &str) -> bool {
    let (path, name) = (format!("/{path}"), format!("/{}", name.trim_end_matches("/*")));
    path.ends_with(&name) || path.contains(&format!("{name}/"))
}
