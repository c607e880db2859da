//! The reading transaction: a picture of one moment, beside whatever is being written.

use async_trait::async_trait;
use shared::{Actor, Key, Kind, Record, Tag, prim::AnyId, sync::wire::ClientId};

use super::{
    Tx,
    lines::{RowLine, actors, centre_line, changed, id, json},
};
use crate::store::{CentreId, Changed, Snapshot, StoreFault};

/// The reading transaction.
pub(super) struct Reading {
    pub(super) tx: Tx,
    pub(super) centre: CentreId,
}

#[async_trait]
impl Snapshot for Reading {
    async fn centre(&mut self) -> Result<(u64, String), StoreFault> {
        centre_line(&mut self.tx, &self.centre).await
    }

    async fn actor(&mut self, user: &AnyId) -> Result<Option<Actor>, StoreFault> {
        Ok(actors(&mut self.tx, &self.centre, &json(&[user])).await?.pop())
    }

    async fn client(&mut self, client: &ClientId) -> Result<Option<(AnyId, u64)>, StoreFault> {
        let line: Option<(String, i64)> =
            sqlx::query_as("select user_id, last_seq from client where centre = ?1 and id = ?2")
                .bind(self.centre.as_str())
                .bind(client.as_str())
                .fetch_optional(&mut *self.tx)
                .await?;
        line.map(|(user, last)| Ok((id(&user)?, last.cast_unsigned()))).transpose()
    }

    async fn row(&mut self, kind: Kind, key: &Key) -> Result<Option<Record>, StoreFault> {
        let line: Option<RowLine> = sqlx::query_as(
            "select kind, id, version, deleted, shape, body from row where centre = ?1 and kind = ?2 and id = ?3",
        )
        .bind(self.centre.as_str())
        .bind(kind.name())
        .bind(key.as_str())
        .fetch_optional(&mut *self.tx)
        .await?;
        Ok(line.map(changed).transpose()?.and_then(|row| row.record))
    }

    async fn changes(&mut self, tags: &[Tag], since: u64) -> Result<Vec<Changed>, StoreFault> {
        let lines: Vec<RowLine> = sqlx::query_as(
            "select kind, id, version, deleted, shape, body from row
             where centre = ?1 and (kind, id) in (
                select kind, id from row_tag
                where centre = ?1 and tag in (select value from json_each(?2)) and version > ?3)
             order by version",
        )
        .bind(self.centre.as_str())
        .bind(json(&tags))
        .bind(since.cast_signed())
        .fetch_all(&mut *self.tx)
        .await?;
        lines.into_iter().map(changed).collect()
    }
}
