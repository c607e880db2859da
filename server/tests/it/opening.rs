//! A centre that is opened on an empty machine: its manager is invited, and must have a second factor.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};
use ureq::Agent;

use crate::process::{Process, minvei, serve};

/// What `minvei centre open` says, and whether it was done.
fn open(data: &Path, id: &str, manager: &str) -> (bool, String) {
    let address = ["--address", "https://minvei.example/"];
    let mut command = minvei();
    let command = command.args(["centre", "open", id, "--manager", manager]).args(address).arg("--data").arg(data);
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// Posts JSON: the status, and what came back.
fn post(process: &Process, path: &str, body: &Value) -> (u16, Value) {
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(60)));
    let agent: Agent = config.build().into();
    let request = agent.post(format!("{}{path}", process.url)).header("content-type", "application/json");
    let mut response = request.send(body.to_string()).unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
}

#[test]
fn a_new_centre_has_a_manager_who_chooses_her_password() {
    let folder = tempfile::tempdir().unwrap();
    let (is_open, said) = open(folder.path(), "bg", "Bente Aarseth");
    assert!(is_open && said.contains("https://minvei.example/invite#"), "{said}");
    let token = said.trim().split_once('#').unwrap().1;
    for (id, manager, complaint) in [
        ("bg", "Ola", "already"),
        ("Bergen!", "Ola", "no id"),
        ("os", " ", "name"),
        ("123456789", "Ola", "no id"),
        ("ns", "Ola", "demo"),
    ] {
        let (is_open, said) = open(folder.path(), id, manager);
        assert!(!is_open && said.contains(complaint), "{said}");
    }

    let process = Process::wait_for(&mut serve(folder.path()));
    let seen = post(&process, "/api/invitation", &json!({"token": token}));
    assert_eq!(seen, (200, json!({"name": "Bente Aarseth", "role": "manager", "login": null})));
    let chosen = json!({"token": token, "login": "bente", "secret": "gulrot traktor månelys"});
    assert_eq!(post(&process, "/api/accept", &chosen).0, 204);
    let sign_in = json!({"login": "bente", "secret": "gulrot traktor månelys", "client": "pc"});
    let (status, asked) = post(&process, "/api/sign-in", &sign_in);
    assert_eq!((status, &asked["error"]), (401, &json!("set-second-factor")));
    // Her phone is lost, and nobody else can invite her.
    let mut command = minvei();
    let command = command.args(["centre", "invite", "bg", "--name", "Bente Aarseth", "--data"]).arg(folder.path());
    let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let token = said.trim().split_once('#').unwrap().1;
    assert_eq!(post(&process, "/api/invitation", &json!({"token": token})).1["login"], "bente");
    // A second centre has nothing to do with the first.
    assert!(open(folder.path(), "os", "Ola Nes").0, "beside a server at work");
    drop(process);
    let demo = serve(folder.path()).arg("--demo").output().unwrap();
    assert!(!demo.status.success(), "a demo asks nobody for a second factor");
}
