//! What is done to a database behind the servers' backs, so that a test can be seen to notice.

use sqlx::{Connection as _, PgConnection};

/// Does this to a PostgreSQL database. It must concern something.
pub fn meddle(database: &str, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let touched = runtime.block_on(async {
        let mut connection = PgConnection::connect(database).await.unwrap();
        let done = sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        done.rows_affected()
    });
    assert!(touched > 0, "nothing was there for: {sql}");
}
