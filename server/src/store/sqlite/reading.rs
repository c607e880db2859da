//! The reading transaction: a picture of one moment, beside whatever is being written.

use async_trait::async_trait;
use shared::{
    Actor, Key, Kind, Record, Tag,
    prim::AnyId,
    sync::{pull::Changed, wire::ClientId},
};

use super::{
    Tx,
    lines::{RowLine, actors, centre_line, changed, id, json},
};
use crate::store::{CentreId, Client, Snapshot, StoreFault};

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

    async fn client(&mut self, client: &ClientId) -> Result<Option<Client>, StoreFault> {
        let line: Option<(String, i64, i64)> =
            sqlx::query_as("select user_id, last_seq, covered from client where centre = ?1 and id = ?2")
                .bind(self.centre.as_str())
                .bind(client.as_str())
                .fetch_optional(&mut *self.tx)
                .await?;
        line.map(|(user, last_seq, covered)| {
            Ok(Client { user: id(&user)?, last_seq: last_seq.cast_unsigned(), covered: covered.cast_unsigned() })
        })
        .transpose()
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

    async fn changes(&mut self, tags: &[Tag], since: u64, most: usize) -> Result<Vec<Changed>, StoreFault> {
        let lines: Vec<RowLine> = sqlx::query_as(
            "with touched as (
                select kind, id, max(version) as version from row_tag
                where centre = ?1 and tag in (select value from json_each(?2)) and version > ?3
                group by kind, id),
             page as (select version from touched order by version limit 1 offset ?4)
             select row.kind, row.id, touched.version, row.deleted, row.shape, row.body
             from touched cross join row
             where row.centre = ?1 and row.kind = touched.kind and row.id = touched.id
             and touched.version <= coalesce((select version from page), 9223372036854775807)
             order by touched.version",
        )
        .bind(self.centre.as_str())
        .bind(json(&tags))
        .bind(since.cast_signed())
        .bind(i64::try_from(most.saturating_sub(1)).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.tx)
        .await?;
        lines.into_iter().map(changed).collect()
    }
}
