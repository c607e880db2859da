//! The store on PostgreSQL, for when one machine is not enough: any number of servers work on one
//! database. A centre's writer holds the lock on its line in `centre`; lists travel as arrays.

mod backup;
mod reading;
mod writing;

use std::{str::FromStr, time::Duration};

use async_trait::async_trait;
use futures_util::{StreamExt, stream::BoxStream};
use shared::{
    prim::{AnyId, Timestamp},
    sync::wire::ClientId,
};
use sqlx::{
    PgConnection, PgPool, Postgres as Database, SqlSafeStr, Transaction,
    migrate::{Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::time::timeout;

use self::{
    reading::Reading,
    writing::{Writing, write, write_audit},
};
use super::{
    Account, Batch, CentreId, Client, Import, Imported, NewSession, OpenFault, OpenSession, Room, Saved, Session,
    Snapshot, Store, StoreFault, Told,
    access::access,
    audit::audit,
    erasing::erasing,
    identity::identities,
    lines::{
        AccountLine, ClientKeyLine, OpenSessionLine, SessionLine, account, client_key, id, json, keeps, open_session,
        role_text, session,
    },
    open_fault,
    parts::parts,
    passkeys::passkeys,
    revoking::revoking,
};

/// How many connections one server holds at the most.
const CONNECTIONS: u32 = 16;
/// How many centres one server writes at the same time.
const WRITERS: usize = 8;
/// The channel on which servers tell each other.
const CHANNEL: &str = "minvei";
/// After so much silence the listener looks whether its line is still there.
const STILL: Duration = Duration::from_secs(30);
/// The longest message that the database passes on.
const LONGEST_MESSAGE: usize = 7_000;

type Tx = Transaction<'static, Database>;

/// A database that several servers may share.
pub struct Postgres {
    pool: PgPool,
    options: PgConnectOptions,
}

impl Postgres {
    /// Connects to `postgres://…`, bringing the tables up to date where needed.
    pub async fn open(address: &str) -> Result<Self, OpenFault> {
        let options = PgConnectOptions::from_str(address)?
            .application_name("minvei")
            // Whatever the database is set to: what we acknowledge is on disk.
            .options([
                ("synchronous_commit", "on"),
                ("lock_timeout", "20s"),
                // A server that has vanished from the network must not hold a centre's lock.
                ("idle_in_transaction_session_timeout", "20s"),
                ("tcp_keepalives_idle", "10"),
                ("tcp_keepalives_interval", "5"),
                ("tcp_keepalives_count", "3"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(options.clone())
            .await?;
        bring_up_to_date(&pool).await?;
        Ok(Self { pool, options })
    }

    async fn writing(&self) -> Result<Tx, StoreFault> {
        Ok(self.pool.begin().await?)
    }

    fn readers(&self) -> &PgPool {
        &self.pool
    }

    /// Nothing is kept in memory here.
    #[allow(clippy::unused_self, reason = "the other database keeps sessions")]
    fn forget_sessions_of(&self, _centre: &CentreId, _user: &AnyId) {}
}

access!(Postgres, PgConnection);
audit!(Postgres);
erasing!(Postgres, PgConnection);
identities!(Postgres);
parts!(PgConnection, "json_array_elements($1::json)");
passkeys!(Postgres);
revoking!(Postgres);

async fn bring_up_to_date(pool: &PgPool) -> Result<(), OpenFault> {
    let step = |number, name: &'static str, sql: &'static str| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    let steps = vec![
        step(1, "start", include_str!("../../migrations/postgres/0001_start.sql")),
        step(2, "covered", include_str!("../../migrations/postgres/0002_covered.sql")),
        step(3, "day", include_str!("../../migrations/postgres/0003_day.sql")),
        step(4, "device", include_str!("../../migrations/postgres/0004_device.sql")),
        step(5, "access", include_str!("../../migrations/postgres/0005_access.sql")),
        step(6, "audit", include_str!("../../migrations/postgres/0006_audit.sql")),
        step(7, "ceremonies", include_str!("../../migrations/postgres/0007_ceremonies.sql")),
        step(8, "passkeys", include_str!("../../migrations/postgres/0008_passkeys.sql")),
        step(9, "shielded", include_str!("../../migrations/postgres/0009_shielded.sql")),
        step(10, "deposits", include_str!("../../migrations/postgres/0010_deposits.sql")),
    ];
    Migrator::with_migrations(steps).run(pool).await.map_err(open_fault)
}

#[async_trait]
impl Store for Postgres {
    fn writers(&self) -> usize {
        WRITERS
    }

    async fn batch(&self) -> Result<Box<dyn Batch>, StoreFault> {
        Ok(Box::new(Writing { tx: self.writing().await? }))
    }

    async fn snapshot(&self, centre: &CentreId) -> Result<Box<dyn Snapshot>, StoreFault> {
        let tx = self.pool.begin_with("begin isolation level repeatable read read only").await?;
        Ok(Box::new(Reading { tx, centre: centre.clone() }))
    }

    async fn import(&self, import: &Import, room: Room) -> Result<Imported, StoreFault> {
        let mut tx = self.writing().await?;
        // Two servers may begin at the same time.
        sqlx::query("lock table centre in exclusive mode").execute(&mut *tx).await?;
        let in_the_way = match room {
            Room::Empty => None,
            Room::Beside => Some(import.centre.as_str()),
        };
        let centres: i64 = sqlx::query_scalar("select count(*) from centre where id = coalesce($1, id)")
            .bind(in_the_way)
            .fetch_one(&mut *tx)
            .await?;
        if centres > 0 {
            return Ok(Imported::NoRoom);
        }
        sqlx::query("insert into centre (id, version, history) values ($1, 0, $2)")
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
        if login.contains('\0') {
            // PostgreSQL keeps no text with this sign and refuses to be asked for one, so nobody has such a login.
            return Ok(None);
        }
        let line: Option<AccountLine> = sqlx::query_as(
            "select centre, user_id, login, secret, role, name, created from account where login = $1 and closed = 0",
        )
        .bind(login)
        .fetch_optional(&self.pool)
        .await?;
        line.map(account).transpose()
    }

    async fn account_of(&self, centre: &CentreId, user: &AnyId) -> Result<Option<Account>, StoreFault> {
        let line: Option<AccountLine> = sqlx::query_as(
            "select centre, user_id, login, secret, role, name, created from account
             where centre = $1 and user_id = $2",
        )
        .bind(centre.as_str())
        .bind(user.as_str())
        .fetch_optional(&self.pool)
        .await?;
        line.map(account).transpose()
    }

    async fn save_account(&self, account: &Account) -> Result<Saved, StoreFault> {
        let mut tx = self.writing().await?;
        match put_account(&mut tx, account).await {
            Ok(()) => {
                tx.commit().await?;
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
            "insert into client (centre, id, user_id, last_seq, key) values ($1, $2, $3, 0, $4)
             on conflict (centre, id) do nothing",
        )
        .bind(centre.as_str())
        .bind(client.as_str())
        .bind(user.as_str())
        .bind(key)
        .execute(&mut *tx)
        .await?;
        let line: ClientKeyLine =
            sqlx::query_as("select user_id, key, proven from client where centre = $1 and id = $2")
                .bind(centre.as_str())
                .bind(client.as_str())
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        client_key(line)
    }

    async fn client(&self, centre: &CentreId, client: &ClientId) -> Result<Option<Client>, StoreFault> {
        let line: Option<ClientKeyLine> =
            sqlx::query_as("select user_id, key, proven from client where centre = $1 and id = $2")
                .bind(centre.as_str())
                .bind(client.as_str())
                .fetch_optional(&self.pool)
                .await?;
        line.map(client_key).transpose()
    }

    async fn open_session(&self, session: &NewSession, oldest: Timestamp) -> Result<bool, StoreFault> {
        let mut tx = self.writing().await?;
        // What was ended there by somebody else begins anew.
        sqlx::query(
            "update client set revoked_at = null
             where centre = $1 and user_id = $2 and id = $3 and revoked_at is not null and exists (
                select 1 from account where centre = $1 and user_id = $2 and secret = $4 and closed = 0)",
        )
        .bind(session.centre.as_str())
        .bind(session.user.as_str())
        .bind(session.client.as_str())
        .bind(session.secret.as_str())
        .execute(&mut *tx)
        .await?;
        sqlx::query("delete from session where created < $1").bind(oldest.0).execute(&mut *tx).await?;
        sqlx::query("delete from session where centre = $1 and user_id = $2 and client = $3")
            .bind(session.centre.as_str())
            .bind(session.user.as_str())
            .bind(session.client.as_str())
            .execute(&mut *tx)
            .await?;
        let opened = sqlx::query(
            "insert into session (token, centre, user_id, created, client, device, origin, keeps)
             select $1, $2, $3, $4, $5, $6, $8, $9 where exists (
                select 1 from account where centre = $2 and user_id = $3 and secret = $7 and closed = 0)",
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
        Ok(opened.rows_affected() == 1)
    }

    async fn session(&self, token: &str) -> Result<Option<Session>, StoreFault> {
        let line: Option<SessionLine> = sqlx::query_as(
            "select session.centre, session.user_id, account.name, account.role, session.client,
                 session.created, session.used, session.keeps
             from session join account using (centre, user_id) where session.token = $1 and account.closed = 0",
        )
        .bind(token)
        .fetch_optional(&self.pool)
        .await?;
        line.map(session).transpose()
    }

    async fn use_session(&self, token: &str, now: Timestamp) -> Result<(), StoreFault> {
        sqlx::query("update session set used = $2 where token = $1")
            .bind(token)
            .bind(now.0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn sessions_of(&self, centre: &CentreId, user: &AnyId) -> Result<Vec<OpenSession>, StoreFault> {
        let lines: Vec<OpenSessionLine> =
            sqlx::query_as("select token, device, created, used from session where centre = $1 and user_id = $2")
                .bind(centre.as_str())
                .bind(user.as_str())
                .fetch_all(&self.pool)
                .await?;
        Ok(lines.into_iter().map(open_session).collect())
    }

    async fn end_session(&self, token: &str) -> Result<(), StoreFault> {
        // A device she has signed out on proves nothing any more.
        sqlx::query(
            "update client set proven = 0
             where (centre, id) in (select centre, client from session where token = $1)",
        )
        .bind(token)
        .execute(&self.pool)
        .await?;
        sqlx::query("delete from session where token = $1").bind(token).execute(&self.pool).await?;
        Ok(())
    }

    async fn tell(&self, told: &Told) -> Result<(), StoreFault> {
        let mut text = json(told);
        if text.len() > LONGEST_MESSAGE {
            text = json(&Told::Much);
        }
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(text).execute(&self.pool).await?;
        Ok(())
    }

    async fn listen(&self) -> Result<Option<BoxStream<'static, Told>>, StoreFault> {
        // Its own connection: it sleeps in the database until somebody tells something.
        let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(self.options.clone());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        let heard = futures_util::stream::unfold(listener, |mut listener| async move {
            loop {
                match timeout(STILL, listener.try_recv()).await {
                    Ok(Ok(Some(message))) => {
                        let told = serde_json::from_str(message.payload()).unwrap_or(Told::Much);
                        return Some((told, listener));
                    }
                    // The connection was lost and is there again: nobody knows what was told meanwhile.
                    Ok(Ok(None)) => return Some((Told::Much, listener)),
                    Ok(Err(fault)) => {
                        tracing::error!(fault = %fault, "cannot hear the other servers");
                        return None;
                    }
                    // Nothing for long: is the line still there? Nobody else would notice.
                    Err(_) => match timeout(STILL, sqlx::query("select 1").execute(&mut listener)).await {
                        Ok(Ok(_)) => {}
                        Ok(Err(_)) | Err(_) => return None,
                    },
                }
            }
        });
        Ok(Some(heard.boxed()))
    }

    async fn ready(&self) -> Result<(), StoreFault> {
        let _: i32 = sqlx::query_scalar("select 1").fetch_one(&self.pool).await?;
        Ok(())
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

async fn put_account(tx: &mut PgConnection, account: &Account) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into account (centre, user_id, login, secret, role, name, created)
         values ($1, $2, $3, $4, $5, $6, $7)
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
#[path = "../../tests/it/cluster.rs"]
mod cluster;

#[cfg(test)]
mod tests {
    use super::{cluster::Cluster, *};
    use crate::store::suite::store_suite;

    async fn fresh() -> (Postgres, Cluster) {
        let cluster = Cluster::start();
        let store = Postgres::open(&cluster.database("test")).await.expect("an empty database");
        (store, cluster)
    }

    store_suite!(fresh);

    #[tokio::test]
    async fn commits_are_on_disk_before_they_are_acknowledged() {
        let (store, _cluster) = fresh().await;
        let set: String =
            sqlx::query_scalar("show synchronous_commit").fetch_one(&store.pool).await.expect("an answer");
        assert_eq!(set, "on");
    }

    #[tokio::test]
    async fn what_one_server_tells_another_one_hears() {
        let (store, cluster) = fresh().await;
        let address = store.options.clone();
        let other = Postgres { pool: PgPoolOptions::new().connect_lazy_with(address.clone()), options: address };
        let mut heard = other.listen().await.expect("a listener").expect("others can be at work");
        store.tell(&Told::SignedOut("abc".to_owned())).await.expect("told");
        assert!(matches!(heard.next().await, Some(Told::SignedOut(token)) if token == "abc"));
        store.tell(&Told::SignedOut("x".repeat(9_000))).await.expect("told");
        assert!(matches!(heard.next().await, Some(Told::Much)));
        drop(cluster);
    }
}
