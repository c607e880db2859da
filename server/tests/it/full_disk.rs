//! The disk is full for real: strace has the system refuse what the server writes to its database.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    orders::{PULL, order, ordered},
    process::{Client, Process, minvei},
};

/// What a full disk refuses: the write itself, or only the sync, where space is given late.
const REFUSED: [&str; 3] = ["pwrite64", "fsync,fdatasync", "pwrite64,fsync,fdatasync,ftruncate"];
/// How soon all is well when there is room again.
const HEALED: Duration = Duration::from_secs(10);

/// A disk without room, until it is dropped.
struct FullDisk {
    strace: Child,
    /// strace says good-bye to each thread, and must be able to.
    _said: BufReader<ChildStderr>,
}

impl FullDisk {
    /// From now on these calls fail for the database of the server.
    fn under(server: &Process, data: &Path, calls: &str) -> Self {
        let mut command = Command::new("strace");
        command.args(["-f", "-o", "/dev/null", "-p", &server.child.id().to_string()]);
        for name in ["minvei.db", "minvei.db-wal"] {
            command.arg("-P").arg(data.join(name));
        }
        command.args(["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:error=ENOSPC")]);
        let mut strace = command.stderr(Stdio::piped()).spawn().expect("strace, from Debian's package strace");
        let mut said = BufReader::new(strace.stderr.take().unwrap());
        let mut text = String::new();
        while !text.contains(" attached") {
            let read = said.read_line(&mut text).unwrap();
            assert!(read > 0, "strace may not watch the server; is kernel.yama.ptrace_scope above 0? {text}");
        }
        Self { strace, _said: said }
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        // Asked to end, strace lets the server go first.
        let _ = Command::new("kill").arg(self.strace.id().to_string()).status();
        let _ = self.strace.wait();
    }
}

fn is_sound(data: &Path) {
    let check = minvei().args(["check", "--data"]).arg(data).output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}

fn is_applied(answer: &Value, seq: u64) {
    assert_eq!(answer["last_seq"], seq, "{answer}");
    assert!(answer["outcomes"][0][1]["applied"].is_u64(), "{answer}");
}

/// Sends the same bytes until they are taken in.
fn insist(device: &Client, request: &str) -> Value {
    let begun = Instant::now();
    loop {
        let (status, answer) = device.ask(request).unwrap();
        if status == 200 {
            return answer;
        }
        assert!(begun.elapsed() < HEALED, "there is room again, and still {status} {answer}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn on_a_full_disk_nothing_is_acknowledged_reads_go_on_and_room_heals_all() {
    for calls in REFUSED {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let mut server = Process::start(data);
        let pc = Client::sign_in(&server.url, "slettebakken", "pc");
        let kitchen = Client::sign_in(&server.url, "kjokken", "tablet");
        is_applied(&pc.sync(&order(1, 51)).unwrap(), 1);

        let full = FullDisk::under(&server, data, calls);
        for _ in 0..3 {
            assert_eq!(pc.ask(&order(2, 52)).unwrap(), (503, json!({"error": "not-yet"})), "{calls}");
            let own = pc.sync(PULL).unwrap();
            assert_eq!((&own["last_seq"], ordered(&own)), (&json!(1), vec!["pc.1".to_owned()]), "{calls}");
            let others = kitchen.sync(r#"{"schema":1,"client":"tablet"}"#).unwrap();
            assert_eq!(ordered(&others), ["pc.1"], "{calls}");
        }
        drop(full);

        let taken = insist(&pc, &order(2, 52));
        is_applied(&taken, 2);
        assert_eq!(pc.sync(&order(2, 52)).unwrap()["outcomes"], taken["outcomes"], "{calls}");
        for seq in 3..=4 {
            is_applied(&pc.sync(&order(seq, 53)).unwrap(), seq);
        }
        let all = ["pc.1", "pc.2", "pc.3", "pc.4"];
        assert_eq!(ordered(&pc.sync(PULL).unwrap()), all, "{calls}");
        is_sound(data);
        server.kill();
        let server = Process::start_again(data);
        assert_eq!(ordered(&pc.moved_to(&server.url).sync(PULL).unwrap()), all, "{calls}");
        is_sound(data);
    }
}

#[test]
fn killed_while_the_disk_is_full_the_server_has_all_it_acknowledged_and_nothing_twice() {
    for calls in REFUSED {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let mut server = Process::start(data);
        let pc = Client::sign_in(&server.url, "slettebakken", "pc");
        is_applied(&pc.sync(&order(1, 51)).unwrap(), 1);
        let full = FullDisk::under(&server, data, calls);
        assert_eq!(pc.ask(&order(2, 52)).unwrap().0, 503, "{calls}");
        server.kill();
        drop(full);
        let server = Process::start_again(data);
        let pc = pc.moved_to(&server.url);
        // Whether the second was written before its sync failed or not: sent again it is there once.
        is_applied(&pc.sync(&order(2, 52)).unwrap(), 2);
        assert_eq!(ordered(&pc.sync(PULL).unwrap()), ["pc.1", "pc.2"], "{calls}");
        is_sound(data);
    }
}
