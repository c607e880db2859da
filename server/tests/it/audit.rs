//! The log of accesses: what stands in it, and that nobody changes it without being found out.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use server::store::audit::Entry;
use shared::{
    domain::{attendance, order, person},
    prim::Timestamp,
    testkit::{date, id, name},
};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::{centre::Centre, process::minvei};

/// A data folder with eight entries in its log, about Amina and about nobody.
async fn used() -> TempDir {
    let centre = Centre::open().await;
    let mut kari = centre.device("kari", "pc").await;
    let mut school = centre.device("slettebakken", "school-pc").await;
    for called in ["Amina", "Amina Noor", "Amina"] {
        let correct =
            person::Correct { id: id("amina"), first_name: name(called), last_name: None, phone: None, language: None };
        assert!(kari.push(correct).await["applied"].is_u64());
    }
    for count in [50, 51, 52] {
        let choice = order::Choice::Count(count);
        let order = order::Change { school: id("slettebakken"), day: date("2026-11-26"), choice, seen: Vec::new() };
        assert!(school.push(order).await["applied"].is_u64());
    }
    let folder = tempfile::tempdir().unwrap();
    let mut connection =
        SqliteConnectOptions::new().filename(centre.folder.path().join("test.db")).connect().await.unwrap();
    let copy = folder.path().join("minvei.db");
    sqlx::query("vacuum into ?1").bind(copy.to_str().unwrap()).execute(&mut connection).await.unwrap();
    folder
}

fn audit(data: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command: Command = minvei();
    let output = command.arg("audit").args(arguments).arg("--data").arg(data).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

async fn meddle(data: &Path, sql: &'static str) {
    let mut connection = SqliteConnectOptions::new().filename(data.join("minvei.db")).connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn every_change_is_written_down_once_with_who_and_whose() {
    let centre = Centre::open().await;
    let mut kari = centre.device("kari", "pc").await;
    let text = kari.encode(person::Correct {
        id: id("amina"),
        first_name: name("Aamina"),
        last_name: None,
        phone: None,
        language: None,
    });
    for _ in 0..2 {
        kari.push_bytes(1, std::slice::from_ref(&text)).await;
    }
    // What is refused has not happened.
    kari.next = 2;
    let value = attendance::Attendance::Here;
    let day = date("2026-11-30");
    let mark = attendance::Set { series: id("nobody"), date: day, person: id("amina"), value, seen: Vec::new() };
    assert!(kari.push(mark).await["applied"].is_null());
    let mut connection =
        SqliteConnectOptions::new().filename(centre.folder.path().join("test.db")).connect().await.unwrap();
    let entries: Vec<(i64, String, String)> =
        sqlx::query_as("select number, by_user, about from audit order by number")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    // She signed in, and corrected.
    let expected = [(1, "kari", ""), (2, "kari", "amina")];
    assert_eq!(entries, expected.map(|(number, by, about)| (number, by.to_owned(), about.to_owned())));
}

#[tokio::test]
async fn a_log_that_nobody_has_touched_is_whole() {
    let folder = used().await;
    let data = folder.path();
    assert!(audit(data, &["checkpoint", data.join("c1").to_str().unwrap()]).0);
    let (is_whole, said) = audit(data, &["verify", "--checkpoint", data.join("c1").to_str().unwrap()]);
    assert!(is_whole && said.contains("8 entries"), "{said}");
}

#[tokio::test]
async fn whatever_is_done_to_the_log_is_found() {
    let folder = used().await;
    let data = folder.path();
    let checkpoint = data.join("kept.json");
    assert!(audit(data, &["checkpoint", checkpoint.to_str().unwrap()]).0);
    let kept = data.join("kept.db");
    fs::copy(data.join("minvei.db"), &kept).unwrap();
    for (done, sql, found_by_the_chain) in [
        ("edit", "update audit set by_user = 'jonas' where number = 3", true),
        ("edit of what is sealed", "update audit set body = replace(body, 'A', 'B') where number = 2", true),
        ("restamp", "update audit set at = at + 60000 where number = 4", true),
        ("delete", "delete from audit where number = 3", true),
        (
            "delete, and the rest moved up",
            "delete from audit where number = 3; update audit set number = number - 1 where number > 3;
             update centre set audited = audited - 1",
            true,
        ),
        (
            "insert",
            "update audit set number = number + 100 where number > 3;
             update audit set number = number - 99 where number > 100;
             insert into audit select centre, 4, at, by_user, about, body, digest from audit where number = 3;
             update centre set audited = audited + 1",
            true,
        ),
        (
            "reorder",
            "update audit set number = 100 where number = 2; update audit set number = 2 where number = 3;
             update audit set number = 3 where number = 100",
            true,
        ),
        (
            "something beyond its end",
            "insert into audit select centre, 50, at, by_user, about, body, digest from audit where number = 3",
            true,
        ),
        ("cut", "delete from audit where number > 4", true),
        (
            "cut, and the head set back",
            "delete from audit where number > 4; update centre set audited = 4,
                audit_digest = (select digest from audit where audit.centre = centre.id and number = 4)",
            false,
        ),
        ("all of it", "delete from audit; update centre set audited = 0, audit_digest = ''", false),
    ] {
        fs::copy(&kept, data.join("minvei.db")).unwrap();
        meddle(data, sql).await;
        let (is_whole, said) = audit(data, &["verify"]);
        assert_eq!(!is_whole, found_by_the_chain, "{done}: {said}");
        let (is_whole, said) = audit(data, &["verify", "--checkpoint", checkpoint.to_str().unwrap()]);
        assert!(!is_whole && said.contains("the log of ns"), "{done}: {said}");
    }
    fs::copy(&kept, data.join("minvei.db")).unwrap();
    let (is_whole, said) = audit(data, &["verify", "--checkpoint", checkpoint.to_str().unwrap()]);
    assert!(is_whole, "the control: {said}");
}

/// Says that somebody else did what entry 3 says, and computes the log anew from there on, as whoever can write the
/// database can.
async fn compute_anew(data: &Path) {
    let mut connection = SqliteConnectOptions::new().filename(data.join("minvei.db")).connect().await.unwrap();
    let lines: Vec<(i64, i64, String, String, String, String)> =
        sqlx::query_as("select number, at, by_user, about, body, digest from audit order by number")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let mut before = String::new();
    for (number, at, by, about, body, digest) in lines {
        let mut entry = Entry { number, at: Timestamp(at), by, about, body, digest };
        if number == 3 {
            assert_ne!(entry.by, "jonas");
            entry.by = "jonas".to_owned();
        }
        entry.digest = entry.digest_after(&id("ns"), &before);
        sqlx::query("update audit set by_user = $1, digest = $2 where centre = 'ns' and number = $3")
            .bind(&entry.by)
            .bind(&entry.digest)
            .bind(number)
            .execute(&mut connection)
            .await
            .unwrap();
        before = entry.digest;
    }
    let head = sqlx::query("update centre set audit_digest = $1 where id = 'ns'").bind(before);
    head.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn an_edited_log_whose_chain_is_computed_anew_is_found_by_a_checkpoint() {
    let folder = used().await;
    let data = folder.path();
    let checkpoint = data.join("kept.json");
    let file = checkpoint.to_str().unwrap();
    assert!(audit(data, &["checkpoint", file]).0);
    compute_anew(data).await;
    let (is_whole, said) = audit(data, &["verify"]);
    assert!(is_whole && said.contains("8 entries"), "a chain has no key: {said}");
    let (is_whole, said) = audit(data, &["verify", "--checkpoint", file]);
    assert!(!is_whole && said.contains("entry 8 is not the one of"), "{said}");
}

#[tokio::test]
async fn a_forged_checkpoint_is_found() {
    let folder = used().await;
    let data = folder.path();
    let checkpoint = data.join("kept.json");
    let file = checkpoint.to_str().unwrap();
    assert!(audit(data, &["checkpoint", file]).0);
    let text = fs::read_to_string(&checkpoint).unwrap();
    fs::write(&checkpoint, text.replace("\"number\": 8", "\"number\": 4")).unwrap();
    let (is_whole, said) = audit(data, &["verify", "--checkpoint", file]);
    assert!(!is_whole && said.contains("changed since it was signed"), "{said}");
    fs::write(&checkpoint, "{}").unwrap();
    let (is_whole, said) = audit(data, &["verify", "--checkpoint", file]);
    assert!(!is_whole && said.contains("no checkpoint"), "{said}");
    fs::write(&checkpoint, text).unwrap();
    fs::remove_file(data.join("audit.key")).unwrap();
    let (is_whole, said) = audit(data, &["verify", "--checkpoint", file]);
    assert!(!is_whole && said.contains("audit.key"), "{said}");
    assert!(!audit(data, &["checkpoint", file]).0, "one of earlier is not replaced");
    assert!(audit(data, &["checkpoint", data.join("other").to_str().unwrap()]).0, "a new key");
    let (is_whole, said) = audit(data, &["verify", "--checkpoint", file]);
    assert!(!is_whole && said.contains("another key"), "{said}");
}

#[tokio::test]
async fn a_destroyed_key_makes_a_person_unreadable_and_breaks_no_chain() {
    let folder = used().await;
    let data = folder.path();
    meddle(data, "delete from audit_key where about = 'amina'").await;
    let (is_whole, said) = audit(data, &["verify"]);
    assert!(is_whole, "{said}");
}

#[tokio::test]
async fn what_is_no_command_is_written_down_too() {
    let centre = Centre::open().await;
    let (bente, kari) = (centre.device("bente", "pc").await, centre.device("kari", "kari-pc").await);
    kari.post("/api/cards", &json!({"person": "amina"})).await;
    bente.post("/api/invitations", &json!({"staff": "jonas"})).await;
    bente.post("/api/invitations/end", &json!({"staff": "jonas"})).await;
    let log = bente.get("/api/log").await.json();
    let told: Vec<_> =
        log.as_array().unwrap().iter().map(|line| (&line["name"], &line["by"], &line["about"])).collect();
    let null = &Value::Null;
    let expected = [
        (&"staff.withdraw".into(), &"bente".into(), null),
        (&"staff.invite".into(), &"bente".into(), null),
        (&"card.issue".into(), &"kari".into(), &"amina".into()),
    ];
    assert_eq!(told[1..4], expected);
    assert_eq!(told[0], (&"log.read".into(), &"bente".into(), null), "and that she reads it");
}

/// These lines, without where they stand.
fn placeless(log: &Value) -> Vec<Value> {
    let mut lines = log.as_array().unwrap().clone();
    for line in &mut lines {
        line.as_object_mut().unwrap().remove("place");
    }
    lines
}

#[tokio::test]
async fn everybody_sees_of_the_log_what_is_hers() {
    let centre = Centre::open().await;
    let mut kari = centre.device("kari", "pc").await;
    let correct =
        person::Correct { id: id("amina"), first_name: name("Aamina"), last_name: None, phone: None, language: None };
    kari.push(correct).await;
    let bente = centre.device("bente", "bente-pc").await;
    let (amina, jonas) = (centre.phone("amina").await, centre.device("jonas", "jonas-pc").await);

    let hers = amina.get("/api/log").await.json();
    assert_eq!((hers.as_array().unwrap().len(), &hers[0]["name"]), (2, &"sign-in".into()), "{hers}");
    let line = &hers[1];
    let told = (&line["by_name"], &line["by_role"], &line["about"], &line["name"]);
    assert_eq!(told, (&"Kari Nilsen".into(), &"adviser".into(), &"amina".into(), &"person.correct".into()));
    let own = kari.get("/api/log").await.json();
    assert_ne!(own[0]["place"], hers[1]["place"], "each is told otherwise where it stands");
    assert_eq!(
        (&placeless(&own)[0], &own[1]["name"]),
        (&placeless(&hers)[1], &"sign-in".into()),
        "what she did herself"
    );
    let all = bente.get("/api/log").await.json();
    let names: Vec<_> = all.as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["log.read", "sign-in", "sign-in", "sign-in", "person.correct", "sign-in"]);
    let about = bente.get("/api/log?about=amina").await.json();
    let about_her = placeless(&about);
    let (read, before) = about_her.split_first().unwrap();
    assert_eq!((&read["name"], &read["by"]), (&"log.read".into(), &"bente".into()));
    assert_eq!(before, placeless(&hers));
    assert_eq!(bente.get("/api/log?about=amina").await.json(), about, "once a day");
    let by_jonas = bente.get("/api/log?by=jonas").await.json();
    assert!(by_jonas.as_array().unwrap().iter().all(|line| line["by"] == "jonas"), "{by_jonas}");
    assert_eq!(jonas.get("/api/log").await.json().as_array().unwrap().len(), 1, "that he signed in");
    for (device, path) in
        [(&jonas, "/api/log?about=amina"), (&jonas, "/api/log?by=kari"), (&amina, "/api/log?about=sara")]
    {
        assert_eq!(device.get(path).await.error(), (404, "gone".to_owned()), "{path}");
    }
    assert_eq!(placeless(&amina.get("/api/log?about=amina").await.json()), about_her, "she reads who reads it");
    assert_eq!(bente.get("/api/log?colour=blue").await.error(), (400, "malformed".to_owned()));
    centre.meddle("delete from audit_key where about = 'amina'").await;
    let shredded = bente.get("/api/log?about=amina").await.json();
    assert_eq!((&shredded[2]["name"], &shredded[2]["by"]), (&Value::Null, &"kari".into()));
}
