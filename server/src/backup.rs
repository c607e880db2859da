//! `minvei backup`, `restore` and `check`: what is asked on the command line, done with files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    clock::Clock,
    config::Place,
    erasure,
    serve::{ServeError, take},
    store::{
        Postgres, Sqlite, Store as _,
        sqlite::{BackupFault, Content, check, copy, empty_log, sync_folder},
    },
};

/// The name of the database in the data folder.
pub const DATABASE: &str = "minvei.db";
/// How the folders begin in which a restore keeps what was there.
pub const BEFORE_RESTORE: &str = "before-restore-";

/// Why it was not done. Each is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The copy was not made, or is not sound.
    #[error(transparent)]
    Backup(#[from] BackupFault),
    /// The data folder cannot be had.
    #[error(transparent)]
    Folder(#[from] ServeError),
    /// A file cannot be put where it belongs.
    #[error("{}: {fault}", .file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// Whoever was shredded cannot be taken out again.
    #[error(transparent)]
    Erasure(#[from] erasure::WorkFault),
    /// There is nothing to copy.
    #[error("there is no database in {}", .0.display())]
    NoDatabase(PathBuf),
}

fn at(file: &Path) -> impl FnOnce(io::Error) -> Fault {
    let file = file.to_path_buf();
    move |fault| Fault::File { file, fault }
}

/// Copies the database to `file`, whether servers work on it or not.
pub async fn backup(at: &Place, file: &Path) -> Result<Content, Fault> {
    if let Some(address) = &at.database {
        let store = postgres(address).await?;
        let made = store.backup(file).await;
        store.close().await;
        return Ok(made?);
    }
    let store = Sqlite::open(&existing(&at.data)?).await.map_err(BackupFault::from)?;
    let made = store.backup(file).await;
    store.close().await;
    Ok(made?)
}

/// Looks through a backup, or the database itself.
pub async fn look_through(place: &Place, file: Option<&Path>) -> Result<Content, Fault> {
    if let Some(file) = file {
        return Ok(check(file).await?);
    }
    if let Some(address) = &place.database {
        // Looked through as what a backup of it would hold; nobody may believe that it is one.
        let folder = tempfile::tempdir().map_err(at(Path::new("a temporary folder")))?;
        let store = postgres(address).await?;
        let copied = store.copy(&folder.path().join(DATABASE)).await;
        store.close().await;
        return Ok(copied?.0);
    }
    Ok(check(&existing(&place.data)?).await?)
}

/// Puts a backup in the place of the database. In a folder, what was there is kept beside it and no
/// server may be at work; a PostgreSQL database must be empty. Devices send again what is missing.
pub async fn restore(place: &Place, file: &Path) -> Result<Restored, Fault> {
    if let Some(address) = &place.database {
        let folder = tempfile::tempdir().map_err(at(Path::new("a temporary folder")))?;
        let fresh = folder.path().join(DATABASE);
        let (content, erased) = brought_up_to_date(file, &fresh, &place.data).await?;
        let store = postgres(address).await?;
        let restored = store.restore(&fresh).await;
        store.close().await;
        restored?;
        return Ok(Restored { content, kept: None, erased });
    }
    let data = &place.data;
    let _lock = take(data)?;
    let fresh = data.join("minvei.db.new");
    for old in [fresh.clone(), beside(&fresh, "-wal"), beside(&fresh, "-shm")] {
        remove(&old)?;
    }
    let (content, erased) = brought_up_to_date(file, &fresh, data).await?;
    fs::File::open(&fresh).and_then(|copy| copy.sync_all()).map_err(at(&fresh))?;
    let database = data.join(DATABASE);
    let kept = if database.exists() {
        // Its log must not be needed any more when it is moved away.
        empty_log(&database).await;
        Some(set_aside(data, &database)?)
    } else {
        None
    };
    // In one step: there is a database here at every moment.
    fs::rename(&fresh, &database).map_err(at(&database))?;
    sync_folder(&database)?;
    Ok(Restored { content, kept, erased })
}

/// Copies a backup that is sound to `fresh`, in the shape of this build and as a new history, without whoever was
/// taken out since. Answers what it holds, and of how many.
async fn brought_up_to_date(file: &Path, fresh: &Path, data: &Path) -> Result<(Content, usize), Fault> {
    check(file).await?;
    copy(file, fresh).await?;
    let store = Sqlite::open(fresh).await.map_err(BackupFault::from)?;
    store.begin_new_history().await.map_err(BackupFault::from)?;
    let erased = erasure::settle(&store, data).await?;
    store.close_as_one_file().await.map_err(BackupFault::from)?;
    Ok((check(fresh).await?, erased))
}

/// What a restore has done.
#[derive(Debug)]
pub struct Restored {
    /// What is there now.
    pub content: Content,
    /// Where what was there before is kept.
    pub kept: Option<PathBuf>,
    /// How many were taken out of it because they were shredded or restricted since.
    pub erased: usize,
}

/// Keeps the present database and its log in a folder of their own.
fn set_aside(data: &Path, database: &Path) -> Result<PathBuf, Fault> {
    let now = Clock::default().now();
    let folder = data.join(format!("{BEFORE_RESTORE}{}-{}", now.date(), now.0));
    fs::create_dir(&folder).map_err(at(&folder))?;
    let kept = folder.join(DATABASE);
    fs::hard_link(database, &kept).or_else(|_| fs::copy(database, &kept).map(drop)).map_err(at(&kept))?;
    // A log beside another database would be written into it.
    for end in ["-wal", "-shm"] {
        let log = beside(database, end);
        match fs::rename(&log, beside(&kept, end)) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(at(&log)(fault)),
            _ => {}
        }
    }
    sync_folder(&kept)?;
    Ok(folder)
}

fn existing(data: &Path) -> Result<PathBuf, Fault> {
    let database = data.join(DATABASE);
    if database.exists() { Ok(database) } else { Err(Fault::NoDatabase(data.to_path_buf())) }
}

async fn postgres(address: &str) -> Result<Postgres, Fault> {
    Ok(Postgres::open(address).await.map_err(BackupFault::from)?)
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn remove(file: &Path) -> Result<(), Fault> {
    match fs::remove_file(file) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(at(file)(fault)),
        _ => Ok(()),
    }
}
