//! The reading transaction: a picture of one moment, beside whatever is being written.

use async_trait::async_trait;
use shared::{
    Actor, Key, Kind, Record, Tag,
    prim::{AnyId, Date},
    sync::{authority::Known, pull::Changed, wire::ClientId},
};
use sqlx::PgConnection;

use super::Tx;
use crate::store::{
    CentreId, Snapshot, StoreFault,
    lines::{RowLine, actor_of, changed, client as client_of},
};

/// The reading transaction.
pub(super) struct Reading {
    pub(super) tx: Tx,
    pub(super) centre: CentreId,
}

#[async_trait]
impl Snapshot for Reading {
    async fn centre(&mut self) -> Result<(u64, String), StoreFault> {
        let line: Option<(i64, String)> = sqlx::query_as("select version, history from centre where id = $1")
            .bind(self.centre.as_str())
            .fetch_optional(&mut *self.tx)
            .await?;
        let (version, history) = line.ok_or_else(|| StoreFault::NoCentre(self.centre.clone()))?;
        Ok((version.cast_unsigned(), history))
    }

    async fn actor(&mut self, user: &AnyId) -> Result<Option<Actor>, StoreFault> {
        let wanted: (&[&str], &[&str]) = (&[self.centre.as_str()], &[user.as_str()]);
        let roles = role_lines(&mut self.tx, wanted).await?;
        actor_of(roles, grant_lines(&mut self.tx, wanted).await?)
    }

    async fn client(&mut self, client: &ClientId) -> Result<Option<Known>, StoreFault> {
        let line = sqlx::query_as("select user_id, last_seq, covered from client where centre = $1 and id = $2")
            .bind(self.centre.as_str())
            .bind(client.as_str())
            .fetch_optional(&mut *self.tx)
            .await?;
        line.map(client_of).transpose()
    }

    async fn row(&mut self, kind: Kind, key: &Key) -> Result<Option<Record>, StoreFault> {
        let line: Option<RowLine> = sqlx::query_as(
            "select kind, id, version, deleted, shape, body from row where centre = $1 and kind = $2 and id = $3",
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
            "select kind, id, version, deleted, shape, body from row where centre = $1 and kind = $2 and deleted = 0",
        )
        .bind(self.centre.as_str())
        .bind(kind.name())
        .fetch_all(&mut *self.tx)
        .await?;
        let rows = lines.into_iter().map(changed).collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().filter_map(|row| row.record).collect())
    }

    async fn changes(&mut self, tags: &[Tag], since: u64, most: usize) -> Result<Vec<Changed>, StoreFault> {
        let tags: Vec<&str> = tags.iter().map(Tag::as_str).collect();
        let lines: Vec<RowLine> = sqlx::query_as(
            "with touched as (
                select kind, id, max(version) as version from row_tag
                where centre = $1 and tag = any($2) and version > $3
                group by kind, id),
             page as (select version from touched order by version limit 1 offset $4)
             select row.kind, row.id, touched.version, row.deleted, row.shape, row.body
             from touched join row on row.centre = $1 and row.kind = touched.kind and row.id = touched.id
             where touched.version <= coalesce((select version from page), 9223372036854775807)
             order by touched.version",
        )
        .bind(self.centre.as_str())
        .bind(tags)
        .bind(since.cast_signed())
        .bind(i64::try_from(most.saturating_sub(1)).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.tx)
        .await?;
        lines.into_iter().map(changed).collect()
    }

    async fn newest(&mut self, tags: &[Tag]) -> Result<u64, StoreFault> {
        let tags: Vec<&str> = tags.iter().map(Tag::as_str).collect();
        // One step into the index for each audience, however many rows it has.
        let newest: i64 = sqlx::query_scalar(
            "select coalesce(max(last.version), 0)
             from unnest($2::text[]) as held (tag) cross join lateral (
                select version from row_tag where row_tag.centre = $1 and row_tag.tag = held.tag
                order by version desc limit 1) as last",
        )
        .bind(self.centre.as_str())
        .bind(tags)
        .fetch_one(&mut *self.tx)
        .await?;
        Ok(newest.cast_unsigned())
    }

    async fn days(&mut self, tags: &[Tag], first: Date, last: Date) -> Result<Vec<Changed>, StoreFault> {
        let tags: Vec<&str> = tags.iter().map(Tag::as_str).collect();
        let lines: Vec<RowLine> = sqlx::query_as(
            "select kind, id, version, deleted, shape, body from row
             where centre = $1 and day between $3 and $4 and exists (
                select 1 from row_tag
                where row_tag.centre = row.centre and row_tag.tag = any($2)
                and row_tag.kind = row.kind and row_tag.id = row.id and row_tag.gone = 0)",
        )
        .bind(self.centre.as_str())
        .bind(tags)
        .bind(first.to_string())
        .bind(last.to_string())
        .fetch_all(&mut *self.tx)
        .await?;
        lines.into_iter().map(changed).collect()
    }
}

/// Centre, user and role of those of these users who have an account.
pub(super) async fn role_lines(
    tx: &mut PgConnection,
    (centres, users): (&[&str], &[&str]),
) -> Result<Vec<(String, String, String)>, StoreFault> {
    let lines = sqlx::query_as(
        "select account.centre, account.user_id, account.role
         from unnest($1::text[], $2::text[]) as wanted (centre, user_id) join account using (centre, user_id)
         where account.closed = 0",
    )
    .bind(centres)
    .bind(users)
    .fetch_all(tx)
    .await?;
    Ok(lines)
}

/// Centre and grant of these users.
pub(super) async fn grant_lines(
    tx: &mut PgConnection,
    (centres, users): (&[&str], &[&str]),
) -> Result<Vec<(String, String)>, StoreFault> {
    let lines = sqlx::query_as(
        "select centre, json_build_object(
            'user', user_id, 'tag', tag, 'role', role, 'from', from_day, 'until', until_day)::text
         from unnest($1::text[], $2::text[]) as wanted (centre, user_id) join grants using (centre, user_id)",
    )
    .bind(centres)
    .bind(users)
    .fetch_all(tx)
    .await?;
    Ok(lines)
}
