//! The store on SQLite: WAL, `synchronous=FULL`, one writing connection and a few reading ones.
//! Lists travel as JSON and are taken apart by `json_each`, so each table costs one statement.

mod backup;
mod reading;
mod sessions;
mod writing;

use std::{future::ready, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use shared::{
    prim::{AnyId, Timestamp},
    sync::wire::ClientId,
};
use sqlx::{
    Connection as _, SqlSafeStr, SqliteConnection, SqlitePool, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use self::backup::{BackupFault, Content, Copy, Covered, check, copy, empty_log, new_history, open, sync_folder};
use self::{
    reading::Reading,
    sessions::Sessions,
    writing::{Writing, write, write_audit},
};
use super::{
    Account, Batch, CentreId, Client, Import, Imported, NewSession, OpenFault, OpenSession, Room, Saved, Session,
    Snapshot, Store, StoreFault,
    access::access,
    audit::audit,
    erasing::erasing,
    identity::identities,
    lines::{
        AccountLine, ClientKeyLine, OpenSessionLine, SessionLine, account, client_key, id, keeps, open_session,
        role_text, session,
    },
    open_fault,
    parts::parts,
    passkeys::passkeys,
    revoking::revoking,
};

/// How many readers there are; they never wait for the writer.
const READERS: u32 = 3;
/// How many rows a reader may be behind the database.
const BUNDLE: usize = 1_024;
/// Kibibytes of pages the writer keeps in memory, as SQLite writes it.
const WRITERS_CACHE: &str = "-65536";
/// After so many pages in the log they are written back into the file: 32 MB.
const PAGES_OF_LOG: &str = "8000";

/// A transaction of a database file.
pub type Tx = Transaction<'static, sqlx::Sqlite>;

/// A database file.
pub struct Sqlite {
    /// A pool of one: who holds its connection is the writer.
    writer: SqlitePool,
    readers: SqlitePool,
    sessions: Arc<Sessions>,
}

impl Sqlite {
    /// Opens a database file, making it or bringing it up to date where needed.
    pub async fn open(file: &Path) -> Result<Self, OpenFault> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            // Rows cross from the database's thread in bundles, not one by one.
            .row_buffer_size(BUNDLE);
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", WRITERS_CACHE)
            .pragma("wal_autocheckpoint", PAGES_OF_LOG);
        let writer = pool(1).connect_with(writing).await?;
        bring_up_to_date(&writer).await?;
        let readers = pool(READERS).connect_with(options.pragma("query_only", "on")).await?;
        Ok(Self { writer, readers, sessions: Arc::default() })
    }

    async fn writing(&self) -> Result<Tx, StoreFault> {
        Ok(self.writer.begin_with("begin immediate").await?)
    }

    fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    fn forget_sessions_of(&self, centre: &CentreId, user: &AnyId) {
        self.sessions.forget(|_, session| session.user == *user && session.centre == *centre);
    }
}

access!(Sqlite, SqliteConnection);
audit!(Sqlite);
erasing!(Sqlite, SqliteConnection);
identities!(Sqlite);
parts!(SqliteConnection, "json_each($1)");
passkeys!(Sqlite);
revoking!(Sqlite);

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(20))
        .test_before_acquire(false)
        // A commit that failed, as on a full disk, has ended for SQLite and not for the pool: begin with another.
        .before_acquire(|connection, _| Box::pin(ready(Ok(!connection.is_in_transaction()))))
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
}

async fn bring_up_to_date(writer: &SqlitePool) -> Result<(), OpenFault> {
    let step = |number, name: &'static str, sql: &'static str| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    let steps = vec![
        step(1, "start", include_str!("../../migrations/sqlite/0001_start.sql")),
        step(2, "covered", include_str!("../../migrations/sqlite/0002_covered.sql")),
        step(3, "day", include_str!("../../migrations/sqlite/0003_day.sql")),
        step(4, "device", include_str!("../../migrations/sqlite/0004_device.sql")),
        step(5, "access", include_str!("../../migrations/sqlite/0005_access.sql")),
        step(6, "audit", include_str!("../../migrations/sqlite/0006_audit.sql")),
        step(7, "ceremonies", include_str!("../../migrations/sqlite/0007_ceremonies.sql")),
        step(8, "passkeys", include_str!("../../migrations/sqlite/0008_passkeys.sql")),
        step(9, "shielded", include_str!("../../migrations/sqlite/0009_shielded.sql")),
        step(10, "deposits", include_str!("../../migrations/sqlite/0010_deposits.sql")),
    ];
    Migrator::with_migrations(steps).run(writer).await.map_err(open_fault)
}

#[async_trait]
impl Store for Sqlite {
    async fn batch(&self) -> Result<Box<dyn Batch>, StoreFault> {
        Ok(Box::new(Writing { tx: self.writing().await?, sessions: Arc::clone(&self.sessions) }))
    }

    async fn snapshot(&self, centre: &CentreId) -> Result<Box<dyn Snapshot>, StoreFault> {
        Ok(Box::new(Reading { tx: self.readers.begin().await?, centre: centre.clone() }))
    }

    async fn import(&self, import: &Import, room: Room) -> Result<Imported, StoreFault> {
        let mut tx = self.writing().await?;
        let in_the_way = match room {
            Room::Empty => None,
            Room::Beside => Some(import.centre.as_str()),
        };
        let centres: i64 = sqlx::query_scalar("select count(*) from centre where id = coalesce(?1, id)")
            .bind(in_the_way)
            .fetch_one(&mut *tx)
            .await?;
        if centres > 0 {
            return Ok(Imported::NoRoom);
        }
        sqlx::query("insert into centre (id, version, history) values (?1, 0, ?2)")
            .bind(import.centre.as_str())
            .bind(import.history.as_str())
            .execute(&mut *tx)
            .await?;
        for account in &import.accounts {
            put_account(&mut tx, account).await?;
        }
        write(&mut tx, &[(import.centre.clone(), import.commit.clone())]).await?;
        tx.commit().await?;
        Ok(Imported::Yes)
    }

    async fn account(&self, login: &str) -> Result<Option<Account>, StoreFault> {
        let line: Option<AccountLine> = sqlx::query_as(
            "select centre, user_id, login, secret, role, name, created from account where login = ?1 and closed = 0",
        )
        .bind(login)
        .fetch_optional(&self.readers)
        .await?;
        line.map(account).transpose()
    }

    async fn account_of(&self, centre: &CentreId, user: &AnyId) -> Result<Option<Account>, StoreFault> {
        let line: Option<AccountLine> = sqlx::query_as(
            "select centre, user_id, login, secret, role, name, created from account
             where centre = ?1 and user_id = ?2",
        )
        .bind(centre.as_str())
        .bind(user.as_str())
        .fetch_optional(&self.readers)
        .await?;
        line.map(account).transpose()
    }

    async fn save_account(&self, account: &Account) -> Result<Saved, StoreFault> {
        let mut tx = self.writing().await?;
        match put_account(&mut tx, account).await {
            Ok(()) => {
                tx.commit().await?;
                self.forget_sessions_of(&account.centre, &account.user);
                Ok(Saved::Yes)
            }
            Err(sqlx::Error::Database(fault)) if fault.is_unique_violation() => Ok(Saved::LoginTaken),
            Err(fault) => Err(fault.into()),
        }
    }

    async fn open_client(
        &self,
        centre: &CentreId,
        user: &AnyId,
        client: &ClientId,
        key: &[u8],
    ) -> Result<Client, StoreFault> {
        let mut tx = self.writing().await?;
        sqlx::query(
            "insert into client (centre, id, user_id, last_seq, key) values (?1, ?2, ?3, 0, ?4)
             on conflict (centre, id) do nothing",
        )
        .bind(centre.as_str())
        .bind(client.as_str())
        .bind(user.as_str())
        .bind(key.to_vec())
        .execute(&mut *tx)
        .await?;
        let line: ClientKeyLine =
            sqlx::query_as("select user_id, key, proven from client where centre = ?1 and id = ?2")
                .bind(centre.as_str())
                .bind(client.as_str())
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        client_key(line)
    }

    async fn client(&self, centre: &CentreId, client: &ClientId) -> Result<Option<Client>, StoreFault> {
        let line: Option<ClientKeyLine> =
            sqlx::query_as("select user_id, key, proven from client where centre = ?1 and id = ?2")
                .bind(centre.as_str())
                .bind(client.as_str())
                .fetch_optional(&self.readers)
                .await?;
        line.map(client_key).transpose()
    }

    async fn open_session(&self, session: &NewSession, oldest: Timestamp) -> Result<bool, StoreFault> {
        let mut tx = self.writing().await?;
        // What was ended there by somebody else begins anew.
        sqlx::query(
            "update client set revoked_at = null
             where centre = ?1 and user_id = ?2 and id = ?3 and revoked_at is not null and exists (
                select 1 from account where centre = ?1 and user_id = ?2 and secret = ?4 and closed = 0)",
        )
        .bind(session.centre.as_str())
        .bind(session.user.as_str())
        .bind(session.client.as_str())
        .bind(session.secret.as_str())
        .execute(&mut *tx)
        .await?;
        sqlx::query("delete from session where created < ?1").bind(oldest.0).execute(&mut *tx).await?;
        sqlx::query("delete from session where centre = ?1 and user_id = ?2 and client = ?3")
            .bind(session.centre.as_str())
            .bind(session.user.as_str())
            .bind(session.client.as_str())
            .execute(&mut *tx)
            .await?;
        let opened = sqlx::query(
            "insert into session (token, centre, user_id, created, client, device, origin, keeps)
             select ?1, ?2, ?3, ?4, ?5, ?6, ?8, ?9 where exists (
                select 1 from account where centre = ?2 and user_id = ?3 and secret = ?7 and closed = 0)",
        )
        .bind(session.token.as_str())
        .bind(session.centre.as_str())
        .bind(session.user.as_str())
        .bind(session.created.0)
        .bind(session.client.as_str())
        .bind(session.device.as_str())
        .bind(session.secret.as_str())
        .bind(session.origin.as_str())
        .bind(keeps(session.keeping))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let is_hers = |known: &Session| known.user == session.user && known.centre == session.centre;
        self.sessions.forget(|_, known| known.created < oldest || is_hers(known));
        Ok(opened.rows_affected() == 1)
    }

    async fn session(&self, token: &str) -> Result<Option<Session>, StoreFault> {
        let age = match self.sessions.get(token) {
            Ok(session) => return Ok(Some(session)),
            Err(age) => age,
        };
        let line: Option<SessionLine> = sqlx::query_as(
            "select session.centre, session.user_id, account.name, account.role, session.client,
                 session.created, session.used, session.keeps
             from session join account using (centre, user_id) where session.token = ?1 and account.closed = 0",
        )
        .bind(token)
        .fetch_optional(&self.readers)
        .await?;
        let found = line.map(session).transpose()?;
        if let Some(session) = &found {
            self.sessions.learn(token, session, age);
        }
        Ok(found)
    }

    async fn use_session(&self, token: &str, now: Timestamp) -> Result<(), StoreFault> {
        let (writer, sessions, token) = (self.writer.clone(), Arc::clone(&self.sessions), token.to_owned());
        done(async move {
            sqlx::query("update session set used = ?2 where token = ?1")
                .bind(&token)
                .bind(now.0)
                .execute(&writer)
                .await?;
            sessions.forget(|known, _| known == token);
            Ok(())
        })
        .await
    }

    async fn sessions_of(&self, centre: &CentreId, user: &AnyId) -> Result<Vec<OpenSession>, StoreFault> {
        let lines: Vec<OpenSessionLine> =
            sqlx::query_as("select token, device, created, used from session where centre = ?1 and user_id = ?2")
                .bind(centre.as_str())
                .bind(user.as_str())
                .fetch_all(&self.readers)
                .await?;
        Ok(lines.into_iter().map(open_session).collect())
    }

    async fn end_session(&self, token: &str) -> Result<(), StoreFault> {
        let (writer, sessions, token) = (self.writer.clone(), Arc::clone(&self.sessions), token.to_owned());
        done(async move {
            // A device she has signed out on proves nothing any more.
            sqlx::query(
                "update client set proven = 0
                 where (centre, id) in (select centre, client from session where token = ?1)",
            )
            .bind(&token)
            .execute(&writer)
            .await?;
            sqlx::query("delete from session where token = ?1").bind(&token).execute(&writer).await?;
            sessions.forget(|known, _| known == token);
            Ok(())
        })
        .await
    }

    async fn ready(&self) -> Result<(), StoreFault> {
        let _: i64 = sqlx::query_scalar("select 1").fetch_one(&self.readers).await?;
        Ok(())
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Goes on to the end even if whoever asked has hung up: what the database has forgotten must not live on
/// in memory.
async fn done(work: impl Future<Output = Result<(), StoreFault>> + Send + 'static) -> Result<(), StoreFault> {
    let ended = tokio::spawn(work).await;
    // What a bug says of itself may hold what somebody has written.
    ended.unwrap_or_else(|_| Err(StoreFault::Value("the work was stopped, or ended in a bug".to_owned())))
}

async fn put_account(tx: &mut SqliteConnection, account: &Account) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into account (centre, user_id, login, secret, role, name, created)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         on conflict (centre, user_id) do update set login = excluded.login, secret = excluded.secret",
    )
    .bind(account.centre.as_str())
    .bind(account.user.as_str())
    .bind(account.login.as_str())
    .bind(account.secret.as_str())
    .bind(role_text(account.role))
    .bind(account.name.as_str())
    .bind(account.created.0)
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod golden;

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::store::suite::store_suite;

    pub(super) async fn fresh() -> (Sqlite, TempDir) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Sqlite::open(&folder.path().join("test.db")).await.expect("an empty database");
        (store, folder)
    }

    store_suite!(fresh);

    #[tokio::test]
    async fn what_was_committed_is_there_after_opening_again() {
        let (store, folder) = fresh().await;
        crate::store::suite::fill(&store).await;
        store.close().await;
        let again = Sqlite::open(&folder.path().join("test.db")).await.expect("the same database");
        assert!(again.account("kari").await.expect("the account").is_some());
    }

    #[tokio::test]
    async fn a_database_of_a_newer_build_is_not_touched() {
        let (store, folder) = fresh().await;
        sqlx::query(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (9999, 'later', true, x'00', 0)",
        )
        .execute(&store.writer)
        .await
        .expect("a step from the future");
        store.close().await;
        let fault = Sqlite::open(&folder.path().join("test.db")).await.err();
        assert!(matches!(fault, Some(OpenFault::Newer)), "{fault:?}");
    }

    #[tokio::test]
    async fn commits_are_on_disk_before_they_are_acknowledged() {
        let (store, _folder) = fresh().await;
        let synchronous: i64 =
            sqlx::query_scalar("pragma synchronous").fetch_one(&store.writer).await.expect("an answer");
        let journal: String =
            sqlx::query_scalar("pragma journal_mode").fetch_one(&store.writer).await.expect("an answer");
        assert_eq!((synchronous, journal.as_str()), (2, "wal"));
    }
}
