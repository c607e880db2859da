//! What the server itself says while it works, as loud as it is shipped: nothing about anybody.

use std::{
    env, io,
    process::Command,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use server::{error::tell_bugs_by_place, serve::LOUDEST};
use shared::{
    domain::person,
    testkit::{id, name},
};
use tracing::info;

use crate::{
    centre::{Device, Reply},
    crawl::{everything, tells},
    shielded::{CANARY, PASSWORD, THREE, centre},
};

/// What was said so far.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Said {
    /// Listens to everything that this process says from now on, in all its threads.
    fn listen() -> Self {
        let said = Self::default();
        let writer = said.clone();
        let all = tracing_subscriber::fmt().with_max_level(LOUDEST).with_ansi(false);
        all.with_writer(move || writer.clone()).init();
        said
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines in which something stands that tells of one of the three.
    fn tells(&self) -> Vec<String> {
        self.text().lines().filter(|line| tells(line)).map(str::to_owned).collect()
    }
}

/// Pushes one command, whatever comes of it.
async fn push(device: &mut Device<'_>, text: &str) -> Reply {
    let mut body = device.standing();
    body["first"] = 1.into();
    body["commands"] = json!([serde_json::from_str::<Value>(text).unwrap()]);
    device.post("/api/sync", &body).await
}

#[tokio::test]
async fn the_servers_own_log_names_nobody() {
    let said = Said::listen();
    let centre = centre().await;
    let mut kari = centre.page("kari", PASSWORD).await;
    let forged = kari.pull().await["patch"]["grants"]["epoch"].clone();
    let bente = centre.page("bente", PASSWORD).await;
    let shown = [everything(&kari, &forged).await, everything(&bente, &forged).await].concat();
    assert!(shown.iter().filter(|one| tells(&one.text)).count() > 3, "the control: they are told of");
    let kari = centre.page("kari", PASSWORD).await;
    let card = kari.post("/api/cards", &json!({"person": THREE[0]})).await.json();
    let (code, pin) = (card["code"].as_str().unwrap(), card["pin"].as_str().unwrap());
    assert_eq!(centre.try_in(code, "Kanari", "phone").await.status, 401);
    assert_eq!(centre.try_page("kanari-login", "Kanari", "phone").await.status, 401);
    assert_eq!(centre.try_page(code, pin, "kanari-page").await.status, 200);
    assert_eq!(centre.get("/api/kanari").await.status, 404);

    // A row that was written by somebody else, with words of hers where none belong.
    let again = centre.page_of("kari", PASSWORD, "kanari-again").await;
    centre
        .meddle("update row set body = '{\"id\":\"kanari-en\",\"first_name\":[\"Kanarisang\"]}' where id = 'kanari-en'")
        .await;
    assert_eq!(again.post("/api/sync", &again.standing()).await.status, 503);
    assert!(said.text().contains("could not be served"), "it says why");
    // And for a writer that has to read it first: a server that has read nothing yet.
    let fresh = centre.beside().await;
    let mut bente = fresh.page_of("bente", PASSWORD, "fresh-page").await;
    let (first_name, last_name, phone, language) = (name("Kanarivinge"), None, None, None);
    let text = bente.encode(person::Correct { id: id(THREE[0]), first_name, last_name, phone, language });
    let before = said.text().len();
    assert_eq!(push(&mut bente, &text).await.status, 503);
    let spoken = said.text().split_off(before);
    assert!(spoken.contains("was rolled back"), "it says that nothing was written: {spoken}");
    centre.meddle("alter table row rename to row_of_kanari").await;
    assert_eq!(again.post("/api/sync", &again.standing()).await.status, 503);

    assert_eq!(said.tells(), Vec::<String>::new());
    for secret in [PASSWORD, code, again.bearer.as_deref().unwrap()] {
        assert!(!said.text().contains(secret), "{secret}");
    }
    info!(who = CANARY, "the control");
    assert_eq!(said.tells().len(), 1);
}

/// Says to this test, in a process of its own, how it should end.
const ENDS: &str = "MINVEI_TEST_ENDS";

/// What a process says that ends in a bug of whom it tells.
fn ends(how: &str) -> String {
    let test = "spoken::a_bug_is_told_by_its_place_and_not_by_what_it_says";
    let mut command = Command::new(env::current_exe().unwrap());
    let output = command.args(["--exact", test, "--nocapture"]).env(ENDS, how).output().unwrap();
    assert!(!output.status.success(), "it ends in a bug");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn a_bug_is_told_by_its_place_and_not_by_what_it_says() {
    if let Ok(how) = env::var(ENDS) {
        if how == "told by its place" {
            tell_bugs_by_place();
        }
        panic!("{CANARY}");
    }
    assert!(tells(&ends("as ever")), "the control");
    let said = ends("told by its place");
    assert!(said.contains("a bug at ") && said.contains("spoken.rs:"), "{said}");
    assert!(!tells(&said), "{said}");
}

#[test]
fn the_binary_tells_of_bugs_so_before_it_does_anything_else() {
    let source = include_str!("../../src/main.rs");
    let (_, body) = source.split_once("async fn main() -> ExitCode {").unwrap();
    assert_eq!(body.trim_start().lines().next(), Some("error::tell_bugs_by_place();"));
}
