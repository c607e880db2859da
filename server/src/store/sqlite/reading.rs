//! The reading transaction: a picture of one moment, beside whatever is being written.

use async_trait::async_trait;
use shared::{
    Actor, Key, Kind, Record, Tag,
    prim::{AnyId, Date},
    sync::{authority::Known, pull::Changed, wire::ClientId},
};
use sqlx::SqliteConnection;

use super::Tx;
use crate::store::{
    CentreId, Snapshot, StoreFault,
    lines::{RowLine, actor_of, changed, client as client_of, json},
};

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
        let wanted = json(&[(&self.centre, user)]);
        let roles = role_lines(&mut self.tx, &wanted).await?;
        actor_of(roles, grant_lines(&mut self.tx, &wanted).await?)
    }

    async fn client(&mut self, client: &ClientId) -> Result<Option<Known>, StoreFault> {
        let line = sqlx::query_as("select user_id, last_seq, covered from client where centre = ?1 and id = ?2")
            .bind(self.centre.as_str())
            .bind(client.as_str())
            .fetch_optional(&mut *self.tx)
            .await?;
        line.map(client_of).transpose()
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

    async fn rows(&mut self, kind: Kind) -> Result<Vec<Record>, StoreFault> {
        let lines: Vec<RowLine> = sqlx::query_as(
            "select kind, id, version, deleted, shape, body from row where centre = ?1 and kind = ?2 and deleted = 0",
        )
        .bind(self.centre.as_str())
        .bind(kind.name())
        .fetch_all(&mut *self.tx)
        .await?;
        let rows = lines.into_iter().map(changed).collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().filter_map(|row| row.record).collect())
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

    async fn newest(&mut self, tags: &[Tag]) -> Result<u64, StoreFault> {
        // One step into the index for each audience, however many rows it has.
        let newest: i64 = sqlx::query_scalar(
            "select coalesce(max((
                select max(version) from row_tag where centre = ?1 and tag = held.value)), 0)
             from json_each(?2) as held",
        )
        .bind(self.centre.as_str())
        .bind(json(&tags))
        .fetch_one(&mut *self.tx)
        .await?;
        Ok(newest.cast_unsigned())
    }

    async fn days(&mut self, tags: &[Tag], first: Date, last: Date) -> Result<Vec<Changed>, StoreFault> {
        let lines: Vec<RowLine> = sqlx::query_as(
            "select kind, id, version, deleted, shape, body from row
             where centre = ?1 and day between ?3 and ?4 and exists (
                select 1 from json_each(?2) as held cross join row_tag
                where row_tag.centre = row.centre and row_tag.tag = held.value
                and row_tag.kind = row.kind and row_tag.id = row.id and row_tag.gone = 0)",
        )
        .bind(self.centre.as_str())
        .bind(json(&tags))
        .bind(first.to_string())
        .bind(last.to_string())
        .fetch_all(&mut *self.tx)
        .await?;
        lines.into_iter().map(changed).collect()
    }
}

/// The version and the history of a centre.
pub(super) async fn centre_line(tx: &mut SqliteConnection, centre: &CentreId) -> Result<(u64, String), StoreFault> {
    let line: Option<(i64, String)> = sqlx::query_as("select version, history from centre where id = ?1")
        .bind(centre.as_str())
        .fetch_optional(tx)
        .await?;
    let (version, history) = line.ok_or_else(|| StoreFault::NoCentre(centre.clone()))?;
    Ok((version.cast_unsigned(), history))
}

/// Centre, user and role of those of a JSON list of centres and users who have an account.
pub(super) async fn role_lines(
    tx: &mut SqliteConnection,
    users: &str,
) -> Result<Vec<(String, String, String)>, StoreFault> {
    let lines = sqlx::query_as(
        "select account.centre, account.user_id, account.role from json_each(?1) as wanted cross join account
         where account.centre = wanted.value ->> 0 and account.user_id = wanted.value ->> 1 and account.closed = 0",
    )
    .bind(users)
    .fetch_all(tx)
    .await?;
    Ok(lines)
}

/// Centre and grant of the users of such a list.
pub(super) async fn grant_lines(tx: &mut SqliteConnection, users: &str) -> Result<Vec<(String, String)>, StoreFault> {
    let lines = sqlx::query_as(
        "select grants.centre, json_object(
            'user', user_id, 'tag', tag, 'role', role, 'from', from_day, 'until', until_day)
         from json_each(?1) as wanted cross join grants
         where grants.centre = wanted.value ->> 0 and grants.user_id = wanted.value ->> 1",
    )
    .bind(users)
    .fetch_all(tx)
    .await?;
    Ok(lines)
}
