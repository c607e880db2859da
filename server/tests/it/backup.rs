//! Backups: made while others write, looked through, put back, and what devices do then.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::Value;
use shared::{
    AnyCommand,
    domain::order::{Change, Choice},
    prim::Timestamp,
    sync::wire::Envelope,
    testkit::{date, id},
};

use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

use crate::{
    centre::MORNING,
    cluster::Cluster,
    process::{Client, Process, minvei, serve},
};

fn change(seq: u64) -> Box<str> {
    let count = 40 + i64::try_from(seq % 40).unwrap();
    let change =
        Change { school: id("slettebakken"), day: date("2026-11-27"), choice: Choice::Count(count), seen: Vec::new() };
    Envelope::encode(&AnyCommand::from(change), Timestamp(0), Timestamp(0))
}

fn request(first: u64, commands: &[Box<str>]) -> String {
    format!(r#"{{"schema":1,"client":"pc","first":{first},"commands":[{}]}}"#, commands.join(","))
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refusal(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn task(name: &str, file: &Path, data: &Path) -> Command {
    let mut command = minvei();
    command.arg(name).arg(file).arg("--data").arg(data);
    command
}

#[test]
fn a_backup_is_made_under_writes_and_devices_bring_back_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("night.db");
    let mut process = Process::start(&data);
    let pc = Client::sign_in(&process.url, "slettebakken", "pc");
    let done = AtomicBool::new(false);
    let written = thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut written = Vec::new();
            for seq in 1.. {
                let command = change(seq);
                let answer = pc.sync(&request(seq, std::slice::from_ref(&command))).unwrap();
                assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
                written.push(command);
                if done.load(Ordering::Relaxed) {
                    return written;
                }
            }
            unreachable!("it is told to stop")
        });
        let text = said(&run(&mut task("backup", &file, &data)));
        assert!(text.contains("rows"), "{text}");
        done.store(true, Ordering::Relaxed);
        writing.join().unwrap()
    });
    // From now on the server says how far the backup goes.
    let last = written.len() as u64;
    let answer = pc.sync(&request(last + 1, &[change(last + 1)])).unwrap();
    let covered = answer["covered"].as_u64().unwrap_or(0);
    assert!(covered <= last, "{covered} of {last}");
    assert!(said(&run(&mut task("check", &file, &data))).contains("Sound"));
    assert!(refusal(&run(&mut task("backup", &file, &data))).contains("exists already"));
    assert!(refusal(&run(&mut task("restore", &file, &data))).contains("in use by another minvei"));
    process.kill();

    let text = said(&run(&mut task("restore", &file, &data)));
    assert!(text.contains("What was there is in"), "{text}");
    let process = Process::start(&data);
    let guest = pc.moved_to(&process.url).status(r#"{"schema":1,"client":"pc"}"#);
    assert_eq!(guest, 401, "sessions of before the restore are over");
    let pc = Client::sign_in(&process.url, "slettebakken", "pc");
    let answer = pc.sync(r#"{"schema":1,"client":"pc"}"#).unwrap();
    let known = answer["last_seq"].as_u64().unwrap();
    assert!(known >= covered, "the backup holds what was said to be covered: {known}, {covered}");
    assert!(answer["patch"]["reset"].as_bool().unwrap());
    // As the engine does: what is kept is sent again, byte for byte.
    let from = usize::try_from(known).unwrap();
    for (seq, chunk) in (known + 1..).step_by(100).zip(written[from..].chunks(100)) {
        pc.sync(&request(seq, chunk)).unwrap();
    }
    let answer = pc.sync(&request(last + 1, &[change(last + 1)])).unwrap();
    assert_eq!(answer["last_seq"], last + 1);
    let rows = pc.sync(r#"{"schema":1,"client":"pc"}"#).unwrap();
    let rows = rows["patch"]["rows"].as_array().unwrap().clone();
    let order = rows.iter().find(|row| row["k"] == "order" && row["b"]["day"] == "2026-11-27").unwrap();
    let answers: Vec<&Value> = order["b"]["answers"].as_array().unwrap().iter().map(|answer| &answer["id"]).collect();
    let expected: Vec<String> = (1..=last + 1).map(|seq| format!("pc.{seq}")).collect();
    assert_eq!(answers, expected.iter().collect::<Vec<_>>());
}

#[test]
fn what_is_not_sound_is_never_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(Process::start(&data));
    let file = folder.path().join("night.db");
    said(&run(&mut task("backup", &file, &data)));
    let whole = fs::read(&file).unwrap();
    // A file cut short, and one with a page of something else in it.
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    refusal(&run(&mut task("restore", &file, &data)));
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 4096].fill(0x5a);
    fs::write(&file, &damaged).unwrap();
    refusal(&run(&mut task("check", &file, &data)));
    refusal(&run(&mut task("restore", &file, &data)));
    fs::write(&file, "no database").unwrap();
    refusal(&run(&mut task("restore", &file, &data)));
    refusal(&run(&mut task("restore", Path::new("/nowhere/night.db"), &data)));
    // Nothing of that has touched what is there.
    let mut check = minvei();
    assert!(said(&run(check.args(["check", "--data"]).arg(&data))).contains("Sound"));
    fs::write(&file, &whole).unwrap();
    said(&run(&mut task("restore", &file, &data)));
}

#[test]
fn a_centre_moves_from_one_file_to_a_database_for_many_servers_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let (small, large) = (folder.path().join("small"), cluster.database("large"));
    let process = Process::start(&small);
    let pc = Client::sign_in(&process.url, "slettebakken", "pc");
    pc.sync(&request(1, &[change(1)])).unwrap();
    let access = [
        "insert into link (digest, centre, user_id, created, until) values ('abc', 'ns', 'fridalen', 1, null)",
        "insert into second_factor (centre, user_id, secret, last_step) values ('ns', 'kari', 'SECRET', 7)",
        "insert into recovery_code (centre, user_id, digest) values ('ns', 'kari', 'def')",
        "insert into passkey (id, centre, user_id, name, credential, created)
         values ('ghi', 'ns', 'kari', 'Mobilen', '{}', 3)",
        "update account set closed = 1 where user_id = 'jonas'",
    ];
    for sql in access {
        assert_eq!(meddle(&small, sql), 1, "{sql}");
    }
    let (first, second) = (folder.path().join("first.db"), folder.path().join("second.db"));
    let held = said(&run(&mut task("backup", &first, &small)));
    drop(process);

    let in_database = |name: &str, file: &Path| run(minvei().arg(name).arg(file).args(["--database", &large]));
    said(&in_database("restore", &first));
    assert!(refusal(&in_database("restore", &first)).contains("a centre in this database already"));
    let process = Process::wait_for(serve(&folder.path().join("none")).args([
        "--demo",
        "--clock",
        MORNING,
        "--database",
        &large,
    ]));
    let pc = Client::sign_in(&process.url, "slettebakken", "pc");
    let answer = pc.sync(&request(2, &[change(2)])).unwrap();
    assert_eq!((answer["last_seq"].as_u64(), answer["covered"].as_u64()), (Some(2), None));
    // To look through a database is not to keep a copy of it: the devices keep what they have.
    said(&run(minvei().args(["check", "--database", &large])));
    assert_eq!(pc.sync(r#"{"schema":1,"client":"pc"}"#).unwrap()["covered"], Value::Null);
    assert!(said(&in_database("backup", &second)).contains(" rows, "));
    let answer = pc.sync(r#"{"schema":1,"client":"pc"}"#).unwrap();
    assert_eq!(answer["covered"], 2);
    drop(process);

    let back = folder.path().join("back");
    said(&run(&mut task("restore", &second, &back)));
    for (sql, count) in [
        ("delete from link where digest = 'abc' and until is null", 1),
        ("delete from recovery_code where digest = 'def'", 1),
        ("delete from second_factor where secret = 'SECRET' and pending = '' and last_step = 7", 1),
        ("delete from passkey where id = 'ghi' and name = 'Mobilen' and credential = '{}' and used is null", 1),
        ("update account set closed = 0 where user_id = 'jonas' and closed = 1", 1),
        ("update audit set at = at", 4),
    ] {
        assert_eq!(meddle(&back, sql), count, "{sql}");
    }
    said(&run(minvei().args(["audit", "verify", "--data"]).arg(&back)));
    let process = Process::start(&back);
    let pc = Client::sign_in(&process.url, "slettebakken", "pc");
    let there = pc.sync(r#"{"schema":1,"client":"pc"}"#).unwrap();
    let rows = |answer: &Value| {
        let mut rows: Vec<String> =
            answer["patch"]["rows"].as_array().unwrap().iter().map(|row| row["b"].to_string()).collect();
        rows.sort();
        rows
    };
    assert_eq!(rows(&there), rows(&answer), "the same rows, byte for byte");
    assert!(held.contains(" rows, "));
}

#[test]
fn what_still_lies_in_the_log_is_restored_too() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy, back) = (folder.path().join("data"), folder.path().join("copy"), folder.path().join("back"));
    let mut process = Process::start(&data);
    let pc = Client::sign_in(&process.url, "slettebakken", "pc");
    pc.sync(&request(1, &[change(1), change(2)])).unwrap();
    // No goodbye: what was written last is only in the log.
    process.kill();
    fs::create_dir(&copy).unwrap();
    for name in ["minvei.db", "minvei.db-wal"] {
        fs::copy(data.join(name), copy.join(name)).unwrap();
    }
    said(&run(&mut task("restore", &copy.join("minvei.db"), &back)));
    let process = Process::start(&back);
    let pc = Client::sign_in(&process.url, "slettebakken", "pc");
    assert_eq!(pc.sync(r#"{"schema":1,"client":"pc"}"#).unwrap()["last_seq"], 2);
}

#[test]
fn after_a_restore_nobody_takes_over_the_device_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("night.db"));
    let mut process = Process::start(&data);
    said(&run(&mut task("backup", &file, &data)));
    // The device is younger than the backup.
    Client::sign_in(&process.url, "slettebakken", "pc");
    process.kill();
    said(&run(&mut task("restore", &file, &data)));
    let process = Process::start(&data);
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let held = |login: &str| {
        let held = format!(r#"{{"user":"slettebakken","key":"{key}"}}"#);
        let body = format!(r#"{{"login":"{login}","secret":"minvei-demo","client":"pc","held":{held}}}"#);
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.build().into();
        let request = agent.post(format!("{}/api/sign-in", process.url)).header("content-type", "application/json");
        let mut response = request.send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    };
    let (status, said) = held("fridalen");
    assert_eq!((status, said.contains("foreign-client")), (403, true), "{said}");
    let (status, said) = held("slettebakken");
    assert_eq!((status, said.contains(key)), (200, true), "{said}");
}

/// Does this to the database of a folder. Answers how many lines it touched.
fn meddle(data: &Path, sql: &'static str) -> u64 {
    let file = SqliteConnectOptions::new().filename(data.join("minvei.db"));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut connection = file.connect().await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.unwrap().rows_affected()
    })
}
