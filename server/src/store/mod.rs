//! The port behind which the server keeps its rows. It moves rows; it knows no rule and no role.
//! Whatever stands behind it passes the same suite (`suite.rs`).

mod access;
pub mod audit;
mod erasing;
mod identity;
mod lines;
mod parts;
mod passkeys;
mod postgres;
mod revoking;
pub mod sqlite;
#[cfg(test)]
mod suite;

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use shared::{
    Actor, Key, Kind, Record, Role, Tag, Want,
    policy::Keeping,
    prim::{AnyId, Date, Id, Timestamp},
    registry::UnreadableRow,
    sync::{
        authority::{Commit, Known, Opening, Poked, Push},
        pull::Changed,
        wire::ClientId,
    },
};

use sqlx::migrate::MigrateError;

pub use access::{Accepted, Access, Link, SecondFactor, Standing};
pub use audit::Audit;
pub use erasing::{Belongings, Erasing};
pub use identity::{Identities, Identity, Linked};
pub use passkeys::{Passkey, Passkeys};
pub use postgres::Postgres;
pub use revoking::{Depositor, Revoking};
pub use sqlite::Sqlite;

/// One organisation with its own history.
pub enum Centre {}

/// The id of a centre: `ns`.
pub type CentreId = Id<Centre>;

/// The rows loaded for one want, each with its version.
pub type Loaded = (Want, Vec<(u64, Record)>);

/// What the server needs of a database.
#[async_trait]
pub trait Store: Access + Audit + Erasing + Identities + Passkeys + Revoking {
    /// How many centres can be written at the same time.
    fn writers(&self) -> usize {
        1
    }

    /// Begins a writing transaction. Each centre has one at a time, others wait for it.
    async fn batch(&self) -> Result<Box<dyn Batch>, StoreFault>;

    /// Opens a picture of a centre in which everything is of the same moment.
    async fn snapshot(&self, centre: &CentreId) -> Result<Box<dyn Snapshot>, StoreFault>;

    /// Adds a centre, if there is room for it.
    async fn import(&self, import: &Import, room: Room) -> Result<Imported, StoreFault>;

    /// The account with this login, unless its user has left.
    async fn account(&self, login: &str) -> Result<Option<Account>, StoreFault>;

    /// The account of this user.
    async fn account_of(&self, centre: &CentreId, user: &AnyId) -> Result<Option<Account>, StoreFault>;

    /// Opens an account, or replaces the login and the secret of one that exists.
    async fn save_account(&self, account: &Account) -> Result<Saved, StoreFault>;

    /// Makes sure the client exists, with `key` if it is new. Answers whose it is.
    async fn open_client(
        &self,
        centre: &CentreId,
        user: &AnyId,
        client: &ClientId,
        key: &[u8],
    ) -> Result<Client, StoreFault>;

    /// What is known of a client.
    async fn client(&self, centre: &CentreId, client: &ClientId) -> Result<Option<Client>, StoreFault>;

    /// Opens a session in the place of the one its user has on that client, and forgets those opened before `oldest`.
    /// No when her secret has become another one since it was checked, or she has left.
    async fn open_session(&self, session: &NewSession, oldest: Timestamp) -> Result<bool, StoreFault>;

    /// The session with this token digest, and whose it is.
    async fn session(&self, token: &str) -> Result<Option<Session>, StoreFault>;

    /// Notes that the user of a session does something now.
    async fn use_session(&self, token: &str, now: Timestamp) -> Result<(), StoreFault>;

    /// The sessions of a user, over or not.
    async fn sessions_of(&self, centre: &CentreId, user: &AnyId) -> Result<Vec<OpenSession>, StoreFault>;

    /// Ends a session.
    async fn end_session(&self, token: &str) -> Result<(), StoreFault>;

    /// Tells the other servers on this database, if there can be any. It may get lost.
    async fn tell(&self, told: &Told) -> Result<(), StoreFault> {
        let _ = told;
        Ok(())
    }

    /// What the servers on this database tell, our own words among them; `None` where nobody else
    /// can be at work.
    async fn listen(&self) -> Result<Option<BoxStream<'static, Told>>, StoreFault> {
        Ok(None)
    }

    /// Does the database answer?
    async fn ready(&self) -> Result<(), StoreFault>;

    /// Finishes what is being written and closes the database.
    async fn close(&self);
}

/// What one server tells the others.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Rows or rights have changed.
    Changed(CentreId, Poked),
    /// The session with this token digest has ended.
    SignedOut(String),
    /// More than can be said: everybody looks.
    Much,
}

/// A writing transaction of one or several centres: what many of them write costs one sync of the
/// disk. Dropped without a commit, nothing of it has happened.
#[async_trait]
pub trait Batch: Send {
    /// Makes these centres ours, and reads what the authority of each must know before it judges.
    /// Called once.
    async fn openings(&mut self, pushes: &Pushes) -> Result<BTreeMap<CentreId, Opening>, StoreFault>;

    /// The rows the authorities ask for.
    async fn load(&mut self, wants: Vec<(CentreId, Vec<Want>)>) -> Result<Vec<(CentreId, Vec<Loaded>)>, StoreFault>;

    /// Every row of an audience of one of these centres.
    async fn of_audience(&mut self, centre: &CentreId, tag: &Tag) -> Result<Vec<(u64, Record)>, StoreFault>;

    /// Writes and commits.
    async fn commit(self: Box<Self>, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault>;
}

/// The pushes of a batch, by the centre that judges them.
pub type Pushes = BTreeMap<CentreId, Vec<Push>>;

/// Reads of one and the same moment.
#[async_trait]
pub trait Snapshot: Send {
    /// The version and the history of the centre.
    async fn centre(&mut self) -> Result<(u64, String), StoreFault>;

    /// A user with her rights, as in a session on a device.
    async fn actor(&mut self, user: &AnyId) -> Result<Option<Actor>, StoreFault>;

    /// What is known of this client.
    async fn client(&mut self, client: &ClientId) -> Result<Option<Known>, StoreFault>;

    /// One row.
    async fn row(&mut self, kind: Kind, key: &Key) -> Result<Option<Record>, StoreFault>;

    /// All rows of a kind.
    async fn rows(&mut self, kind: Kind) -> Result<Vec<Record>, StoreFault>;

    /// The rows that any of these audiences received or lost after version `since`, oldest first:
    /// at most `most`, and those of the version that would be cut off in the middle.
    async fn changes(&mut self, tags: &[Tag], since: u64, most: usize) -> Result<Vec<Changed>, StoreFault>;

    /// The version of the last change that any of these audiences received or lost; 0 when there is none.
    async fn newest(&mut self, tags: &[Tag]) -> Result<u64, StoreFault>;

    /// The rows of any of these audiences that belong to one of the days from `first` to `last`.
    async fn days(&mut self, tags: &[Tag], first: Date, last: Date) -> Result<Vec<Changed>, StoreFault>;
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Where she belongs.
    pub centre: CentreId,
    /// Who she is.
    pub user: AnyId,
    /// What she signs in with, in the one spelling that is stored.
    pub login: String,
    /// Her secret, hashed, as a PHC string.
    pub secret: String,
    /// The part she plays.
    pub role: Role,
    /// What she is called.
    pub name: String,
    /// When the account was opened.
    pub created: Timestamp,
}

/// A client: a device of somebody's, as long as she is signed in there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Whose it is.
    pub user: AnyId,
    /// Seals what it keeps.
    pub key: Vec<u8>,
    /// When she last showed her second factor there; zero if never.
    pub proven: Timestamp,
}

/// A session to be opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The digest of its token.
    pub token: String,
    /// The centre of its user.
    pub centre: CentreId,
    /// Whose it is.
    pub user: AnyId,
    /// On which client.
    pub client: ClientId,
    /// What the device is called.
    pub device: String,
    /// Now.
    pub created: Timestamp,
    /// The hash of the secret she has shown.
    pub secret: String,
    /// What is kept of the session at a provider by which it is opened; empty where there is none.
    pub origin: String,
    /// What becomes of the rows it is sent.
    pub keeping: Keeping,
}

/// A session as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The digest of its token.
    pub token: String,
    /// What the device is called.
    pub device: String,
    /// When it was opened.
    pub created: Timestamp,
    /// When she last did something there; before `created` when she has only signed in.
    pub used: Timestamp,
}

/// A session with its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The centre of its user.
    pub centre: CentreId,
    /// Whose it is.
    pub user: AnyId,
    /// What she is called.
    pub name: String,
    /// The part she plays.
    pub role: Role,
    /// On which client; unknown of one that a release without devices has opened.
    pub client: Option<ClientId>,
    /// When it was opened.
    pub created: Timestamp,
    /// When she last did something; before `created` when she has only signed in.
    pub used: Timestamp,
    /// What becomes of the rows it is sent.
    pub keeping: Keeping,
}

/// The content of a new centre.
#[derive(Debug)]
pub struct Import {
    /// Its id.
    pub centre: CentreId,
    /// Its history.
    pub history: String,
    /// Its rows.
    pub commit: Commit,
    /// Its accounts.
    pub accounts: Vec<Account>,
}

/// Where a new centre may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Only in a database without centres.
    Empty,
    /// Beside others.
    Beside,
}

/// Whether there was room for a new centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// There was, and it is there now.
    Yes,
    /// There was none.
    NoRoom,
}

/// Whether an account could be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It could.
    Yes,
    /// Another account has this login.
    LoginTaken,
}

/// The store failed. Worth trying again; never the client's fault.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// The database did not do as it was told.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A row cannot be read by this build.
    #[error(transparent)]
    Row(#[from] UnreadableRow),
    /// A stored value is not what was written.
    #[error("a stored value cannot be read: {0}")]
    Value(String),
    /// There is no such centre.
    #[error("there is no centre {0}")]
    NoCentre(CentreId),
    /// What was deleted may still lie in the log beside the database.
    #[error("somebody else still reads the database, a backup perhaps: do the same again in a while")]
    Busy,
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// A newer Minvei has written it.
    #[error("the database was written by a newer Minvei; start that one, or restore a backup made before")]
    Newer,
    /// A step of its shape has been changed since it was taken.
    #[error("the database was made by another build of Minvei (step {0} differs)")]
    Foreign(i64),
    /// Anything else.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] sqlx::Error),
}

fn open_fault(fault: MigrateError) -> OpenFault {
    match fault {
        MigrateError::VersionMissing(_) => OpenFault::Newer,
        MigrateError::VersionMismatch(step) => OpenFault::Foreign(step),
        fault => sqlx::Error::Migrate(Box::new(fault)).into(),
    }
}
