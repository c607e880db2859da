//! Copies of a database file: made while the server writes, looked through, and begun anew.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use shared::{Kind, Record};
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{Sqlite, Tx};
use crate::{
    auth::random,
    store::{
        OpenFault, StoreFault,
        lines::{RowLine, changed, json},
    },
};

/// What a database holds, after it was looked through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Content {
    /// Organisations.
    pub centres: u64,
    /// Rows that are not deleted.
    pub rows: u64,
    /// Devices.
    pub clients: u64,
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { centres, rows, clients } = self;
        write!(f, "{rows} rows, {clients} devices, {centres} centres")
    }
}

/// Why there is no backup, or why a database is not sound.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// There is something already.
    #[error("{} exists already; a backup never replaces a file", .0.display())]
    Exists(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: {fault}", .file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// A database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// A database does not do as it is told.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A restore would mix two databases.
    #[error("there is a centre in this database already; a backup is restored into an empty one")]
    NotEmpty,
    /// A database contradicts itself.
    #[error("the database is not sound: {0}")]
    Unsound(String),
}

impl From<sqlx::Error> for BackupFault {
    fn from(fault: sqlx::Error) -> Self {
        Self::Store(fault.into())
    }
}

fn at(file: &Path) -> impl FnOnce(io::Error) -> BackupFault {
    let file = file.to_path_buf();
    move |fault| BackupFault::File { file, fault }
}

/// A backup that is being made. Until it is finished it lies beside its place.
pub struct Copy {
    file: PathBuf,
    part: PathBuf,
}

impl Copy {
    /// Nothing may be at `file` yet.
    fn at(file: &Path) -> Result<Self, BackupFault> {
        if file.exists() {
            return Err(BackupFault::Exists(file.to_path_buf()));
        }
        let mut part = file.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        match fs::remove_file(&part) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(at(&part)(fault)),
            _ => Ok(Self { file: file.to_path_buf(), part }),
        }
    }

    /// Begins with empty tables.
    pub async fn begin(file: &Path) -> Result<(Self, Sqlite), BackupFault> {
        let copy = Self::at(file)?;
        let store = Sqlite::open(&copy.part).await?;
        Ok((copy, store))
    }

    /// Looks the copy through and puts it in its place. Answers what it holds, and for each client
    /// how far it goes.
    pub async fn finish(self) -> Result<(Content, Vec<Covered>), BackupFault> {
        let Self { file, part } = self;
        let content = check(&part).await?;
        File::open(&part).and_then(|copy| copy.sync_all()).map_err(at(&part))?;
        fs::rename(&part, &file).map_err(at(&file))?;
        sync_folder(&file)?;
        let mut copy = open(&file).await?;
        let clients = sqlx::query_as("select centre, id, last_seq from client").fetch_all(&mut copy).await?;
        copy.close().await?;
        Ok((content, clients))
    }
}

/// A centre, a client, and the last of its commands that a backup holds.
pub type Covered = (String, String, i64);

impl Sqlite {
    /// Copies everything of one moment to `file`, looks the copy through, and only then tells the
    /// clients that they need not keep what it holds. Others read and write meanwhile.
    pub async fn backup(&self, file: &Path) -> Result<Content, BackupFault> {
        let copy = Copy::at(file)?;
        let name = copy.part.to_str().ok_or_else(|| at(&copy.part)(io::ErrorKind::InvalidFilename.into()))?;
        sqlx::query("vacuum into ?1").bind(name).execute(&self.writer).await?;
        let (content, clients) = copy.finish().await?;
        let mut tx = self.writing().await?;
        sqlx::query(
            "update client set covered = backup.value ->> 2 from json_each(?1) as backup
             where client.centre = backup.value ->> 0 and client.id = backup.value ->> 1
             and client.covered < backup.value ->> 2",
        )
        .bind(json(&clients))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(content)
    }

    /// Writes the whole file anew and empties the log beside it: what was deleted is in neither.
    pub(super) async fn rewrite(&self) -> Result<(), StoreFault> {
        let mut writer = self.writer.acquire().await?;
        // Pages begin empty, whatever lay in memory before.
        sqlx::query("pragma secure_delete = on").execute(&mut *writer).await?;
        sqlx::query("vacuum").execute(&mut *writer).await?;
        let (is_busy, _, _): (i64, i64, i64) =
            sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&mut *writer).await?;
        if is_busy == 0 { Ok(()) } else { Err(StoreFault::Busy) }
    }

    /// A transaction that fills a copy.
    pub async fn filling(&self) -> Result<Tx, StoreFault> {
        self.writing().await
    }

    /// Closes a copy that was filled, as one file without a log beside it.
    pub async fn close_as_one_file(self) -> Result<(), StoreFault> {
        self.readers.close().await;
        sqlx::query("pragma journal_mode = delete").execute(&self.writer).await?;
        self.writer.close().await;
        Ok(())
    }

    /// Begins a new history in every centre: the devices come and compare. Nobody is signed in any
    /// more, for a session that has ended since must not come back.
    pub async fn begin_new_history(&self) -> Result<(), StoreFault> {
        let mut tx = self.writing().await?;
        sqlx::query("update centre set history = ?1").bind(new_history()).execute(&mut *tx).await?;
        for sql in [
            "delete from session",
            "delete from ceremony",
            // Used since, perhaps: whoever has the old mail must not get in.
            "delete from link where until is not null",
            "update second_factor set pending = ''",
            "update client set proven = 0",
        ] {
            sqlx::query(sql).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// A name that no history has had.
pub fn new_history() -> String {
    random::<8>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes sure that the name of `file` is on disk too.
pub fn sync_folder(file: &Path) -> Result<(), BackupFault> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}

/// Opens a database to look at it.
pub async fn open(file: &Path) -> Result<SqliteConnection, BackupFault> {
    // A reader beside a server needs its WAL; a lone copy has none.
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let options =
        if file.with_extension("db-wal").exists() { options.journal_mode(SqliteJournalMode::Wal) } else { options };
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// Copies a database to a new file, with what still lies in its log.
pub async fn copy(from: &Path, to: &Path) -> Result<(), BackupFault> {
    let name = to.to_str().ok_or_else(|| at(to)(io::ErrorKind::InvalidFilename.into()))?;
    let mut database = open(from).await?;
    sqlx::query("vacuum into ?1").bind(name).execute(&mut database).await?;
    Ok(database.close().await?)
}

/// Takes what lies in the log of a database into its file, as far as that can be done.
pub async fn empty_log(file: &Path) {
    let options = SqliteConnectOptions::new().filename(file);
    if let Ok(mut database) = SqliteConnection::connect_with(&options).await {
        // A database that is beyond this is replaced all the same; its log is kept beside it.
        let _ = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut database).await;
        let _ = database.close().await;
    }
}

/// Looks a whole database through: the file itself, and that rows, audiences, rights and numbers
/// say the same.
pub async fn check(file: &Path) -> Result<Content, BackupFault> {
    if !file.exists() {
        return Err(at(file)(io::ErrorKind::NotFound.into()));
    }
    let mut database = open(file).await?;
    // One moment for all that follows.
    let mut tx = database.begin().await?;
    let said: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut *tx).await?;
    if said != "ok" {
        return Err(BackupFault::Unsound(said));
    }
    let dangling: Vec<(String,)> =
        sqlx::query_as("select \"table\" from pragma_foreign_key_check").fetch_all(&mut *tx).await?;
    if let Some((table,)) = dangling.first() {
        return Err(BackupFault::Unsound(format!("a line of {table} belongs to nothing")));
    }
    let (centres, clients): (i64, i64) =
        sqlx::query_as("select (select count(*) from centre), (select count(*) from client)")
            .fetch_one(&mut *tx)
            .await?;
    let rows = check_rows(&mut tx).await?;
    let ahead: i64 = sqlx::query_scalar(
        "select count(*) from outcome join client on client.centre = outcome.centre and client.id = outcome.client
         where outcome.seq > client.last_seq",
    )
    .fetch_one(&mut *tx)
    .await?;
    if ahead > 0 {
        return Err(BackupFault::Unsound("a command is judged that its client has not sent".to_owned()));
    }
    Ok(Content { centres: centres.cast_unsigned(), rows, clients: clients.cast_unsigned() })
}

/// Counts the rows, and compares what follows from them with what is stored beside them.
async fn check_rows(tx: &mut SqliteConnection) -> Result<u64, BackupFault> {
    let versions: Vec<(String, i64)> = sqlx::query_as("select id, version from centre").fetch_all(&mut *tx).await?;
    let versions: BTreeMap<String, i64> = versions.into_iter().collect();
    let (mut count, mut tags, mut grants) = (0, Sum::default(), Sum::default());
    let mut lines = sqlx::query_as::<_, (String, String, String, i64, i64, i64, String)>(
        "select centre, kind, id, version, deleted, shape, body from row",
    )
    .fetch(&mut *tx);
    while let Some((centre, kind, id, version, deleted, shape, body)) = lines.try_next().await? {
        let name = format!("{kind} {id}");
        if versions.get(&centre).is_none_or(|last| version > *last) {
            return Err(BackupFault::Unsound(format!("{name} is newer than its centre")));
        }
        let line: RowLine = (kind, id, version, deleted, shape, body);
        let row = changed(line).map_err(|fault| BackupFault::Unsound(format!("{name}: {fault}")))?;
        let Some(record) = row.record else { continue };
        if record.key() != row.key {
            return Err(BackupFault::Unsound(format!("{name} lies where another row belongs")));
        }
        count += 1;
        expect(&centre, row.kind, &record, &mut tags, &mut grants);
    }
    drop(lines);
    let stored = sqlx::query_as::<_, (String, String, String, String)>(
        "select centre, kind, id, tag from row_tag where gone = 0",
    );
    let stored =
        sum(stored.fetch(&mut *tx).map_ok(|(centre, kind, id, tag)| [centre, kind, id, tag].join("\n"))).await?;
    if stored != tags {
        return Err(BackupFault::Unsound("the audiences do not follow from the rows".to_owned()));
    }
    let stored = sqlx::query_as::<_, (String, String, String, String)>(
        "select centre, kind, id, json_array(user_id, tag, role, from_day, until_day) from grants",
    );
    let stored =
        sum(stored.fetch(&mut *tx).map_ok(|(centre, kind, id, grant)| [centre, kind, id, grant].join("\n"))).await?;
    if stored != grants {
        return Err(BackupFault::Unsound("the rights do not follow from the rows".to_owned()));
    }
    Ok(count)
}

fn expect(centre: &str, kind: Kind, record: &Record, tags: &mut Sum, grants: &mut Sum) {
    let place = [centre, kind.name(), record.key().as_str()].join("\n");
    for tag in record.tags() {
        tags.add(&format!("{place}\n{tag}"));
    }
    for grant in record.grants() {
        let grant = json(&(&grant.user, &grant.tag, grant.role, grant.from, grant.until));
        grants.add(&format!("{place}\n{grant}"));
    }
}

/// A digest of a set that does not ask for an order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    total: u128,
}

impl Sum {
    fn add(&mut self, text: &str) {
        let digest: [u8; 32] = Sha256::digest(text).into();
        let part = digest.iter().take(16).fold(0, |sum: u128, byte| sum << 8 | u128::from(*byte));
        self.count += 1;
        self.total = self.total.wrapping_add(part);
    }
}

async fn sum(mut texts: impl futures_util::Stream<Item = sqlx::Result<String>> + Unpin) -> Result<Sum, BackupFault> {
    let mut sum = Sum::default();
    while let Some(text) = texts.try_next().await? {
        sum.add(&text);
    }
    Ok(sum)
}
