//! `docs/PROTOCOL.md` is run as it stands: each `sh` block with bash and curl against the real
//! binary, and each `# expect:` line must be in what the block prints.

use std::process::Command;

use crate::process::Process;

const DOCUMENT: &str = include_str!("../../../docs/PROTOCOL.md");

/// The `sh` blocks of a document.
fn blocks(document: &str) -> Vec<&str> {
    document.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_session_in_the_document_goes_as_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder.path().join("data"));
    let blocks = blocks(DOCUMENT);
    assert!(blocks.len() >= 6, "the document has lost its session");
    for block in blocks {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", block])
            .env("MINVEI", &process.url)
            .env("NO_PROXY", "127.0.0.1")
            .current_dir(folder.path())
            .output()
            .expect("bash is there");
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{block}\nfailed: {said}\n{complained}");
        let expected: Vec<_> = block.lines().filter_map(|line| line.strip_prefix("# expect: ")).collect();
        assert!(!expected.is_empty(), "{block}\nexpects nothing");
        for text in expected {
            assert!(said.contains(text), "{block}\ndid not print {text:?} but: {said}");
        }
    }
}
