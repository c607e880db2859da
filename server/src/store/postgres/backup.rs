//! Copies of a PostgreSQL database: a backup is a SQLite file, whatever stands behind the server, so
//! that one can be looked through anywhere and a centre can move from the one to the other.

use std::{path::Path, time::Duration};

use futures_util::TryStreamExt;
use sqlx::{PgConnection, SqliteConnection};
use tokio::time::sleep;

use super::Postgres;
use crate::store::{
    StoreFault,
    sqlite::{BackupFault, Content, Copy, Covered, new_history, open},
};

/// How many lines are copied with one statement.
const AT_ONCE: usize = 1_000;
/// How often it is looked whether somebody still reads what was before, ten times a second.
const PATIENCE: u32 = 300;

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
enum Column {
    Text(&'static str),
    Number(&'static str),
    Bytes(&'static str),
}
use Column::{Bytes, Number, Text};

/// What is copied, in an order in which nothing belongs to a line that is not there yet. Sessions and
/// ceremonies stay behind: one that has ended since must not come back.
const TABLES: [(&str, &[Column]); 14] = [
    ("centre", &[Text("id"), Number("version"), Text("history"), Number("audited"), Text("audit_digest")]),
    (
        "row",
        &[
            Text("centre"),
            Text("kind"),
            Text("id"),
            Number("version"),
            Number("deleted"),
            Number("shape"),
            Text("body"),
            Text("day"),
        ],
    ),
    ("row_tag", &[Text("centre"), Text("tag"), Text("kind"), Text("id"), Number("version"), Number("gone")]),
    (
        "grants",
        &[
            Text("centre"),
            Text("user_id"),
            Text("tag"),
            Text("role"),
            Text("from_day"),
            Text("until_day"),
            Text("kind"),
            Text("id"),
        ],
    ),
    (
        "account",
        &[
            Text("centre"),
            Text("user_id"),
            Text("login"),
            Text("secret"),
            Text("role"),
            Text("name"),
            Number("created"),
            Number("closed"),
        ],
    ),
    ("second_factor", &[Text("centre"), Text("user_id"), Text("secret"), Text("pending"), Number("last_step")]),
    ("recovery_code", &[Text("centre"), Text("user_id"), Text("digest")]),
    ("identity", &[Text("provider"), Text("subject"), Text("centre"), Text("user_id"), Number("created")]),
    (
        "passkey",
        &[
            Text("id"),
            Text("centre"),
            Text("user_id"),
            Text("name"),
            Text("credential"),
            Number("created"),
            Number("used"),
        ],
    ),
    ("link", &[Text("digest"), Text("centre"), Text("user_id"), Number("created"), Number("until")]),
    (
        "client",
        &[
            Text("centre"),
            Text("id"),
            Text("user_id"),
            Number("last_seq"),
            Bytes("key"),
            Number("covered"),
            Number("proven"),
            Number("revoked_at"),
        ],
    ),
    (
        "audit",
        &[Text("centre"), Number("number"), Number("at"), Text("by_user"), Text("about"), Text("body"), Text("digest")],
    ),
    ("audit_key", &[Text("centre"), Text("about"), Bytes("key")]),
    ("outcome", &[Text("centre"), Text("client"), Number("seq"), Text("hash"), Text("outcome")]),
];

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Text(name) | Number(name) | Bytes(name) => name,
        }
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
}

/// Each column as the database it is read from writes it into a list; `hex` is for bytes.
fn listed(columns: &[Column], hex: impl Fn(&str) -> String) -> String {
    let one = |column: &Column| match column {
        Bytes(name) => hex(name),
        Text(name) | Number(name) => (*name).to_owned(),
    };
    columns.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Postgres {
    /// Copies everything of one moment to `file`, looks the copy through, and only then tells the
    /// clients that they need not keep what it holds. Others read and write meanwhile.
    pub async fn backup(&self, file: &Path) -> Result<Content, BackupFault> {
        let (content, clients) = self.copy(file).await?;
        self.cover(&clients).await?;
        Ok(content)
    }

    /// Copies everything of one moment to `file` and looks the copy through.
    pub async fn copy(&self, file: &Path) -> Result<(Content, Vec<Covered>), BackupFault> {
        let (copy, store) = Copy::begin(file).await?;
        let mut from = self.pool.begin_with("begin isolation level repeatable read read only").await?;
        let mut into = store.filling().await?;
        for (table, columns) in TABLES {
            read_table(&mut from, &mut into, table, columns).await?;
        }
        into.commit().await?;
        store.close_as_one_file().await?;
        from.rollback().await?;
        copy.finish().await
    }

    async fn cover(&self, clients: &[Covered]) -> Result<(), StoreFault> {
        let centres: Vec<_> = clients.iter().map(|(centre, ..)| centre.as_str()).collect();
        let ids: Vec<_> = clients.iter().map(|(_, id, _)| id.as_str()).collect();
        let last: Vec<_> = clients.iter().map(|(.., last)| *last).collect();
        let mut tx = self.writing().await?;
        // As every writer: the centre first, so that nobody waits in a circle.
        sqlx::query("select id from centre order by id for update").execute(&mut *tx).await?;
        sqlx::query(
            "update client set covered = backup.last
             from unnest($1::text[], $2::text[], $3::bigint[]) as backup (centre, id, last)
             where client.centre = backup.centre and client.id = backup.id and client.covered < backup.last",
        )
        .bind(centres)
        .bind(ids)
        .bind(last)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Fills an empty database from a backup of this build's shape that was looked through, as a new
    /// history.
    pub async fn restore(&self, backup: &Path) -> Result<(), BackupFault> {
        let mut from = open(backup).await?;
        let mut into = self.writing().await?;
        sqlx::query("lock table centre in exclusive mode").execute(&mut *into).await?;
        let centres: i64 = sqlx::query_scalar("select count(*) from centre").fetch_one(&mut *into).await?;
        if centres > 0 {
            return Err(BackupFault::NotEmpty);
        }
        for (table, columns) in TABLES {
            write_table(&mut from, &mut into, table, columns).await?;
        }
        sqlx::query("update centre set history = $1").bind(new_history()).execute(&mut *into).await?;
        Ok(into.commit().await?)
    }
}

impl Postgres {
    /// Writes every table anew, and what the database has noted of their values. Its own log still holds what was
    /// deleted, until it is overwritten in its turn.
    pub(super) async fn rewrite(&self) -> Result<(), StoreFault> {
        let mut connection = self.pool.acquire().await?;
        // Whoever still reads what was before keeps it in the tables.
        let begun: f64 = sqlx::query_scalar("select extract(epoch from clock_timestamp())::float8")
            .fetch_one(&mut *connection)
            .await?;
        for tries in 0.. {
            let readers: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity where datname = current_database()
                 and pid <> pg_backend_pid() and extract(epoch from xact_start)::float8 < $1",
            )
            .bind(begun)
            .fetch_one(&mut *connection)
            .await?;
            match readers {
                0 => break,
                _ if tries == PATIENCE => return Err(StoreFault::Busy),
                _ => sleep(Duration::from_millis(100)).await,
            }
        }
        for table in TABLES.map(|(table, _)| table).into_iter().chain(["session"]) {
            let sql = format!("vacuum (full, analyze) {table}");
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *connection).await?;
        }
        // Whoever may not do that is only warned; it is the owner of the database who may.
        sqlx::query("vacuum full pg_catalog.pg_statistic").execute(&mut *connection).await?;
        Ok(())
    }
}

async fn read_table(
    from: &mut PgConnection,
    into: &mut SqliteConnection,
    table: &str,
    columns: &[Column],
) -> Result<(), BackupFault> {
    let listed = listed(columns, |name| format!("encode({name}, 'hex')"));
    let read = format!("select json_build_array({listed})::text from {table}");
    let place = |(number, column): (usize, &Column)| match column {
        Bytes(_) => format!("unhex(value ->> {number})"),
        Text(_) | Number(_) => format!("value ->> {number}"),
    };
    let places: Vec<_> = columns.iter().enumerate().map(place).collect();
    let write = format!("insert into {table} ({}) select {} from json_each(?1)", names(columns), places.join(", "));
    let mut lines = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(read)).fetch(from).try_chunks(AT_ONCE);
    while let Some(chunk) = lines.try_next().await.map_err(|fault| fault.1)? {
        let list = format!("[{}]", chunk.join(","));
        sqlx::query(sqlx::AssertSqlSafe(write.clone())).bind(list).execute(&mut *into).await?;
    }
    Ok(())
}

async fn write_table(
    from: &mut SqliteConnection,
    into: &mut PgConnection,
    table: &str,
    columns: &[Column],
) -> Result<(), BackupFault> {
    let listed = listed(columns, |name| format!("hex({name})"));
    let read = format!("select json_array({listed}) from {table}");
    let place = |(number, column): (usize, &Column)| match column {
        Bytes(_) => format!("decode(value ->> {number}, 'hex')"),
        Number(_) => format!("(value ->> {number})::bigint"),
        Text(_) => format!("value ->> {number}"),
    };
    let places: Vec<_> = columns.iter().enumerate().map(place).collect();
    let write = format!(
        "insert into {table} ({}) select {} from json_array_elements($1::json) as line (value)",
        names(columns),
        places.join(", ")
    );
    let mut lines = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(read)).fetch(from).try_chunks(AT_ONCE);
    while let Some(chunk) = lines.try_next().await.map_err(|fault| fault.1)? {
        let list = format!("[{}]", chunk.join(","));
        sqlx::query(sqlx::AssertSqlSafe(write.clone())).bind(list).execute(&mut *into).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::cluster::Cluster, *};

    #[tokio::test]
    async fn every_column_of_every_table_is_copied() {
        let cluster = Cluster::start();
        let store = Postgres::open(&cluster.database("columns")).await.expect("a database");
        let there: Vec<(String, String)> = sqlx::query_as(
            "select table_name::text, column_name::text from information_schema.columns
             where table_schema = 'public' and table_name not in ('ceremony', 'session', '_sqlx_migrations')",
        )
        .fetch_all(&store.pool)
        .await
        .expect("the catalogue");
        let copied = TABLES.iter().flat_map(|(table, columns)| {
            columns.iter().map(|column| ((*table).to_owned(), column.name().to_owned())).collect::<Vec<_>>()
        });
        assert_eq!(there.into_iter().collect::<BTreeSet<_>>(), copied.collect());
    }
}
