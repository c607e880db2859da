//! The database behind a server, reached past it: for what people do in weeks and a benchmark cannot
//! wait for, and to count afterwards what is on disk. The same SQL does for both kinds where it can.

use std::{ffi::OsStr, path::PathBuf};

use anyhow::Result;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, FromRow, PgConnection, SqlSafeStr, SqliteConnection,
    postgres::PgRow,
    query_as, raw_sql,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow},
};

/// Where a server keeps its rows.
pub enum Database {
    /// In a SQLite in this folder.
    Sqlite(PathBuf),
    /// In the PostgreSQL at this address.
    Postgres(String),
}

impl Database {
    /// How a server is told.
    pub fn flags(&self) -> [&OsStr; 2] {
        match self {
            Self::Sqlite(folder) => [OsStr::new("--data"), folder.as_os_str()],
            Self::Postgres(address) => [OsStr::new("--database"), OsStr::new(address)],
        }
    }

    /// Reaches it past the server.
    pub async fn open(&self) -> Result<Connection> {
        Ok(match self {
            Self::Sqlite(folder) => {
                let file = folder.join("minvei.db");
                let options = SqliteConnectOptions::new().filename(file).journal_mode(SqliteJournalMode::Wal);
                Connection::Sqlite(options.connect().await?)
            }
            Self::Postgres(address) => Connection::Postgres(PgConnection::connect(address).await?),
        })
    }
}

/// A connection of our own.
pub enum Connection {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl Connection {
    /// What a query finds.
    pub async fn rows<T>(&mut self, sql: impl SqlSafeStr) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(match self {
            Self::Sqlite(connection) => query_as::<sqlx::Sqlite, T>(sql).fetch_all(connection).await?,
            Self::Postgres(connection) => query_as::<sqlx::Postgres, T>(sql).fetch_all(connection).await?,
        })
    }

    /// Carries out statements, and lets the database see how much there is of what: PostgreSQL looks by
    /// itself after a minute, which is longer than we measure.
    pub async fn fill(&mut self, script: String) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                raw_sql(AssertSqlSafe(script)).execute(connection).await?;
            }
            Self::Postgres(connection) => {
                raw_sql(AssertSqlSafe(script)).execute(&mut *connection).await?;
                raw_sql("analyze").execute(connection).await?;
            }
        }
        Ok(())
    }

    /// The columns of a table: a migration may have added some.
    pub async fn columns(&mut self, table: &str) -> Result<Vec<String>> {
        let sql = match self {
            Self::Sqlite(_) => format!("select name from pragma_table_info('{table}')"),
            Self::Postgres(_) => format!(
                "select column_name::text from information_schema.columns
                 where table_schema = current_schema() and table_name = '{table}'"
            ),
        };
        let columns: Vec<(String,)> = self.rows(AssertSqlSafe(sql)).await?;
        Ok(columns.into_iter().map(|(column,)| column).collect())
    }

    /// A row's body, as something of which SQL can ask the parts.
    pub fn body(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "body",
            Self::Postgres(_) => "body::json",
        }
    }

    /// A client's key that seals nothing.
    pub fn blank_key(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "zeroblob(32)",
            Self::Postgres(_) => "decode(repeat('00', 32), 'hex')",
        }
    }

    /// Ends the connection and waits until it has.
    pub async fn close(self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}
