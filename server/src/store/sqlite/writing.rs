//! The writing transaction: what a batch of pushes reads and writes.
//! Each list is one statement, however long it is.

use std::collections::BTreeMap;

use async_trait::async_trait;
use shared::{
    Record, Want,
    sync::authority::{Commit, Judged, Opening, Push},
};
use sqlx::SqliteConnection;

use super::{
    Tx,
    reading::{actors, centre_line},
};
use crate::store::{
    Batch, CentreId, Loaded, StoreFault,
    lines::{RowLine, client as client_of, hash_of, hash_text, id, json, read, sorted_out},
};

/// The writing transaction.
pub(super) struct Writing {
    pub(super) tx: Tx,
    pub(super) centre: CentreId,
}

#[async_trait]
impl Batch for Writing {
    async fn opening(&mut self, pushes: &[Push]) -> Result<Opening, StoreFault> {
        let centre = self.centre.as_str();
        let (version, _) = centre_line(&mut self.tx, &self.centre).await?;
        let users: Vec<_> = pushes.iter().map(|push| &push.user).collect();
        let actors = actors(&mut self.tx, &self.centre, &json(&users)).await?;
        let clients: Vec<_> = pushes.iter().map(|push| &push.client).collect();
        let clients: Vec<(String, String, i64, i64)> = sqlx::query_as(
            "select id, user_id, last_seq, covered from client where centre = ?1 and id in (select value from json_each(?2))",
        )
        .bind(centre)
        .bind(json(&clients))
        .fetch_all(&mut *self.tx)
        .await?;
        let ranges: Vec<_> = pushes
            .iter()
            .map(|push| (&push.client, push.first, push.first.saturating_add(push.commands.len() as u64)))
            .collect();
        let judged: Vec<(String, i64, String, String)> = sqlx::query_as(
            "select outcome.client, outcome.seq, outcome.hash, outcome.outcome
             from json_each(?2) as pushed cross join outcome
             where outcome.centre = ?1 and outcome.client = pushed.value ->> 0
             and outcome.seq between pushed.value ->> 1 and pushed.value ->> 2",
        )
        .bind(centre)
        .bind(json(&ranges))
        .fetch_all(&mut *self.tx)
        .await?;
        let mut known = BTreeMap::new();
        for (client, seq, hash, outcome) in judged {
            known.insert(
                (id(&client)?, seq.cast_unsigned()),
                Judged { hash: hash_of(&hash)?, outcome: read(&outcome)? },
            );
        }
        let mut opened = BTreeMap::new();
        for (client, user, last_seq, covered) in clients {
            opened.insert(id(&client)?, client_of((user, last_seq, covered))?);
        }
        Ok(Opening { version, actors, clients: opened, judged: known })
    }

    async fn load(&mut self, wants: Vec<Want>) -> Result<Vec<Loaded>, StoreFault> {
        let mut single = Vec::new();
        let mut under = Vec::new();
        for want in &wants {
            match want {
                Want::Row(kind, key) => single.push((kind.name(), key)),
                Want::Under(kind, prefix) => under.push((kind.name(), prefix)),
            }
        }
        let mut lines = Vec::new();
        if !single.is_empty() {
            let found: Vec<RowLine> = sqlx::query_as(
                "select row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from json_each(?2) as wanted cross join row
                 where row.centre = ?1 and row.kind = wanted.value ->> 0 and row.id = wanted.value ->> 1
                 and row.deleted = 0",
            )
            .bind(self.centre.as_str())
            .bind(json(&single))
            .fetch_all(&mut *self.tx)
            .await?;
            lines.extend(found);
        }
        if !under.is_empty() {
            // No key holds a character above U+10FFFF, so this is where a prefix ends.
            let found: Vec<RowLine> = sqlx::query_as(
                "select row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from json_each(?2) as wanted cross join row
                 where row.centre = ?1 and row.kind = wanted.value ->> 0 and row.id >= wanted.value ->> 1
                 and row.id < (wanted.value ->> 1) || char(1114111) and row.deleted = 0",
            )
            .bind(self.centre.as_str())
            .bind(json(&under))
            .fetch_all(&mut *self.tx)
            .await?;
            lines.extend(found);
        }
        sorted_out(wants, lines)
    }

    async fn commit(self: Box<Self>, commit: &Commit) -> Result<(), StoreFault> {
        let Self { mut tx, centre } = *self;
        write(&mut tx, &centre, commit).await?;
        Ok(tx.commit().await?)
    }
}

/// Writes everything a commit holds.
pub(super) async fn write(tx: &mut SqliteConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    write_rows(tx, centre, commit).await?;
    write_grants(tx, centre, commit).await?;
    write_outcomes(tx, centre, commit).await?;
    forget_outcomes(tx, centre, commit).await?;
    sqlx::query("update centre set version = ?2 where id = ?1")
        .bind(centre.as_str())
        .bind(commit.version.cast_signed())
        .execute(tx)
        .await?;
    Ok(())
}

async fn write_rows(tx: &mut SqliteConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    if commit.rows.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::new();
    let mut tags = Vec::new();
    for row in &commit.rows {
        let kind = row.kind.name();
        let body = row.record.as_ref().map(Record::body).unwrap_or_default();
        rows.push((kind, &row.key, row.version, u8::from(row.record.is_none()), row.kind.shape(), body));
        tags.extend(row.tags.iter().map(|tag| (tag, kind, &row.key, row.version, 0)));
        tags.extend(row.lost_tags.iter().map(|tag| (tag, kind, &row.key, row.version, 1)));
    }
    sqlx::query(
        "insert into row (centre, kind, id, version, deleted, shape, body)
         select ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
         from json_each(?2) where true
         on conflict (centre, kind, id) do update set
            version = excluded.version, deleted = excluded.deleted, shape = excluded.shape, body = excluded.body",
    )
    .bind(centre.as_str())
    .bind(json(&rows))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into row_tag (centre, tag, kind, id, version, gone)
         select ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
         from json_each(?2) where true
         on conflict (centre, tag, kind, id) do update set version = excluded.version, gone = excluded.gone",
    )
    .bind(centre.as_str())
    .bind(json(&tags))
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_grants(tx: &mut SqliteConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    let mut sources = Vec::new();
    let mut grants = Vec::new();
    for row in &commit.rows {
        let Some(projected) = &row.grants else { continue };
        let kind = row.kind.name();
        sources.push((kind, &row.key));
        grants.extend(projected.iter().map(|grant| (kind, &row.key, grant)));
    }
    if sources.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "delete from grants where centre = ?1
         and (kind, id) in (select value ->> 0, value ->> 1 from json_each(?2))",
    )
    .bind(centre.as_str())
    .bind(json(&sources))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into grants (centre, kind, id, user_id, tag, role, from_day, until_day)
         select ?1, value ->> 0, value ->> 1, value ->> 2 ->> 'user', value ->> 2 ->> 'tag',
            value ->> 2 ->> 'role', value ->> 2 ->> 'from', value ->> 2 ->> 'until'
         from json_each(?2)",
    )
    .bind(centre.as_str())
    .bind(json(&grants))
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_outcomes(tx: &mut SqliteConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    if commit.judged.is_empty() {
        return Ok(());
    }
    let judged: Vec<_> = commit
        .judged
        .iter()
        .map(|(client, seq, judged)| (client, seq, hash_text(&judged.hash), json(&judged.outcome)))
        .collect();
    sqlx::query(
        "insert into outcome (centre, client, seq, hash, outcome)
         select ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?2)",
    )
    .bind(centre.as_str())
    .bind(json(&judged))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "update client set last_seq = (select value ->> 1 from json_each(?2) where value ->> 0 = client.id)
         where centre = ?1 and id in (select value ->> 0 from json_each(?2))",
    )
    .bind(centre.as_str())
    .bind(json(&commit.clients))
    .execute(tx)
    .await?;
    Ok(())
}

async fn forget_outcomes(tx: &mut SqliteConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    if commit.stored.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "delete from outcome where (centre, client, seq) in (
            select outcome.centre, outcome.client, outcome.seq
            from json_each(?2) as stored cross join outcome
            where outcome.centre = ?1 and outcome.client = stored.value ->> 0
            and outcome.seq <= stored.value ->> 1)",
    )
    .bind(centre.as_str())
    .bind(json(&commit.stored))
    .execute(tx)
    .await?;
    Ok(())
}
