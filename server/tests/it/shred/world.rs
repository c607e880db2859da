//! A centre in a database of either kind, its files, and what is looked for in them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::{CANARY, HER};
use crate::{
    centre::MORNING,
    cluster::Cluster,
    process::{Process, minvei, serve},
};

/// A centre in a database of either kind.
pub struct World {
    folder: TempDir,
    pub data: PathBuf,
    /// The cluster and the address, where it is no file.
    pub shared: Option<(Cluster, String)>,
}

impl World {
    pub fn small() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { data: folder.path().join("data"), folder, shared: None }
    }

    pub fn large() -> Self {
        let cluster = Cluster::start();
        let address = cluster.database("first");
        Self { shared: Some((cluster, address)), ..Self::small() }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn place(&self) -> Vec<String> {
        let mut place = vec!["--data".to_owned(), self.data.to_str().unwrap().to_owned()];
        if let Some((_, address)) = &self.shared {
            place.extend(["--database".to_owned(), address.clone()]);
        }
        place
    }

    pub fn start(&self) -> Process {
        let mut command = serve(&self.data);
        if let Some((_, address)) = &self.shared {
            command.args(["--database", address]);
        }
        Process::wait_for(command.args(["--demo", "--clock", MORNING]))
    }

    /// Stops the server where the task must be alone; without a goodbye, so that what was written last is only in
    /// the log. Several servers may go on.
    pub fn alone(&self, process: Process) -> Option<Process> {
        self.shared.is_some().then_some(process)
    }

    pub fn go_on(&self, process: Option<Process>) -> Process {
        process.unwrap_or_else(|| self.start())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        minvei().args(arguments).args(self.place()).output().unwrap()
    }

    pub fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.contains(CANARY) && !said.contains(HER), "{said}");
        said
    }

    pub fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    /// One value of the database, behind the server's back.
    fn ask(&self, sql: &'static str) -> Vec<u8> {
        let text = format!("select cast(({sql}) as text)");
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let text: String = if let Some((_, address)) = &self.shared {
                let mut connection = PgConnection::connect(address).await.unwrap();
                sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut connection).await.unwrap()
            } else {
                let file = SqliteConnectOptions::new().filename(self.data.join("minvei.db"));
                let mut connection = file.connect().await.unwrap();
                sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut connection).await.unwrap()
            };
            text.into_bytes()
        })
    }

    /// What must be nowhere any more: her words, her login, the hash of her PIN, her session, her keys.
    pub fn needles(&self) -> Vec<Vec<u8>> {
        let mut needles = vec![CANARY.as_bytes().to_vec()];
        needles.push(self.ask("select login from account where user_id = 'k7x2m4q9'"));
        needles.push(self.ask("select secret from account where user_id = 'k7x2m4q9'"));
        needles.push(self.ask("select token from session where user_id = 'k7x2m4q9'"));
        let keys = if self.shared.is_some() {
            [
                "select encode(key, 'hex') from client where user_id = 'k7x2m4q9'",
                "select encode(key, 'hex') from audit_key where about = 'k7x2m4q9'",
            ]
        } else {
            [
                "select hex(key) from client where user_id = 'k7x2m4q9'",
                "select hex(key) from audit_key where about = 'k7x2m4q9'",
            ]
        };
        needles.extend(keys.map(|sql| unhex(&self.ask(sql))));
        assert!(needles.iter().all(|needle| needle.len() > 7), "{needles:?}");
        needles
    }

    /// How many of the needles are in the database's files. PostgreSQL's own log is not among them.
    pub fn hits(&self, needles: &[Vec<u8>]) -> usize {
        let mut files = Vec::new();
        if self.shared.is_some() {
            self.tell("checkpoint");
            let folder = self.ask(
                "select setting || '/base/' || oid from pg_settings, pg_database
                 where name = 'data_directory' and datname = current_database()",
            );
            below(Path::new(&String::from_utf8(folder).unwrap()), &mut files);
        } else {
            below(&self.data, &mut files);
            files.retain(|file| file.file_name().unwrap().to_string_lossy().starts_with("minvei.db"));
        }
        assert!(!files.is_empty());
        // A file may have been taken away since it was listed.
        let texts: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap_or_default()).collect();
        needles.iter().filter(|needle| texts.iter().any(|text| holds(text, needle))).count()
    }

    pub fn tell(&self, sql: &'static str) {
        let Some((_, address)) = &self.shared else { return };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let mut connection = PgConnection::connect(address).await.unwrap();
            sqlx::query(sql).execute(&mut connection).await.unwrap();
        });
    }

    /// Goes on in an empty database, as a restore needs one.
    pub fn empty(&mut self, called: &str) {
        if let Some((cluster, address)) = &mut self.shared {
            *address = cluster.database(called);
        }
    }
}

fn unhex(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

pub fn holds(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window[0] == needle[0] && window == needle)
}

/// Every file below a folder.
fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { below(&path, files) } else { files.push(path) }
    }
}
