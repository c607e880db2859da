//! The writing transaction: what a batch of pushes reads and writes.
//! Each list is one statement, however long it is.

use std::collections::BTreeMap;

use async_trait::async_trait;
use shared::{
    Record, Want,
    sync::authority::{Commit, Judged, Opening, Push},
};
use sqlx::PgConnection;

use super::{Tx, reading::actors};
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
        // Whoever holds this line is the centre's writer, so that versions are committed in order.
        let version: Option<i64> = sqlx::query_scalar("select version from centre where id = $1 for update")
            .bind(centre)
            .fetch_optional(&mut *self.tx)
            .await?;
        let version = version.ok_or_else(|| StoreFault::NoCentre(self.centre.clone()))?.cast_unsigned();
        let users: Vec<_> = pushes.iter().map(|push| push.user.as_str()).collect();
        let actors = actors(&mut self.tx, &self.centre, &users).await?;
        let clients: Vec<_> = pushes.iter().map(|push| push.client.as_str()).collect();
        let opened: Vec<(String, String, i64, i64)> =
            sqlx::query_as("select id, user_id, last_seq, covered from client where centre = $1 and id = any($2)")
                .bind(centre)
                .bind(&clients)
                .fetch_all(&mut *self.tx)
                .await?;
        let first: Vec<_> = pushes.iter().map(|push| push.first.cast_signed()).collect();
        let end = |push: &Push| push.first.saturating_add(push.commands.len() as u64).cast_signed();
        let ends: Vec<_> = pushes.iter().map(end).collect();
        let judged: Vec<(String, i64, String, String)> = sqlx::query_as(
            "select outcome.client, outcome.seq, outcome.hash, outcome.outcome
             from unnest($2::text[], $3::bigint[], $4::bigint[]) as pushed (client, first, last)
             join outcome on outcome.centre = $1 and outcome.client = pushed.client
             and outcome.seq between pushed.first and pushed.last",
        )
        .bind(centre)
        .bind(&clients)
        .bind(&first)
        .bind(&ends)
        .fetch_all(&mut *self.tx)
        .await?;
        let mut known = BTreeMap::new();
        for (client, seq, hash, outcome) in judged {
            known.insert(
                (id(&client)?, seq.cast_unsigned()),
                Judged { hash: hash_of(&hash)?, outcome: read(&outcome)? },
            );
        }
        let mut clients = BTreeMap::new();
        for (client, user, last_seq, covered) in opened {
            clients.insert(id(&client)?, client_of((user, last_seq, covered))?);
        }
        Ok(Opening { version, actors, clients, judged: known })
    }

    async fn load(&mut self, wants: Vec<Want>) -> Result<Vec<Loaded>, StoreFault> {
        let (mut kinds, mut keys) = (Vec::new(), Vec::new());
        let (mut under_kinds, mut prefixes) = (Vec::new(), Vec::new());
        for want in &wants {
            match want {
                Want::Row(kind, key) => {
                    kinds.push(kind.name());
                    keys.push(key.as_str());
                }
                Want::Under(kind, prefix) => {
                    under_kinds.push(kind.name());
                    prefixes.push(prefix.as_str());
                }
            }
        }
        let mut lines: Vec<RowLine> = Vec::new();
        if !kinds.is_empty() {
            let found = sqlx::query_as(
                "select row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from unnest($2::text[], $3::text[]) as wanted (kind, id)
                 join row on row.centre = $1 and row.kind = wanted.kind and row.id = wanted.id
                 where row.deleted = 0",
            )
            .bind(self.centre.as_str())
            .bind(&kinds)
            .bind(&keys)
            .fetch_all(&mut *self.tx)
            .await?;
            lines.extend::<Vec<RowLine>>(found);
        }
        if !under_kinds.is_empty() {
            // No key holds a character above U+10FFFF, so this is where a prefix ends.
            let found = sqlx::query_as(
                "select row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from unnest($2::text[], $3::text[]) as wanted (kind, prefix)
                 join row on row.centre = $1 and row.kind = wanted.kind
                 and row.id >= wanted.prefix collate \"C\" and row.id < (wanted.prefix || chr(1114111)) collate \"C\"
                 where row.deleted = 0",
            )
            .bind(self.centre.as_str())
            .bind(&under_kinds)
            .bind(&prefixes)
            .fetch_all(&mut *self.tx)
            .await?;
            lines.extend::<Vec<RowLine>>(found);
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
pub(super) async fn write(tx: &mut PgConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    write_rows(tx, centre, commit).await?;
    write_tags(tx, centre, commit).await?;
    write_grants(tx, centre, commit).await?;
    write_outcomes(tx, centre, commit).await?;
    forget_outcomes(tx, centre, commit).await?;
    sqlx::query("update centre set version = $2 where id = $1")
        .bind(centre.as_str())
        .bind(commit.version.cast_signed())
        .execute(tx)
        .await?;
    Ok(())
}

async fn write_rows(tx: &mut PgConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    if commit.rows.is_empty() {
        return Ok(());
    }
    let rows = &commit.rows;
    let kinds: Vec<_> = rows.iter().map(|row| row.kind.name()).collect();
    let keys: Vec<_> = rows.iter().map(|row| row.key.as_str()).collect();
    let versions: Vec<_> = rows.iter().map(|row| row.version.cast_signed()).collect();
    let deleted: Vec<_> = rows.iter().map(|row| i64::from(row.record.is_none())).collect();
    let shapes: Vec<_> = rows.iter().map(|row| i64::from(row.kind.shape())).collect();
    let bodies: Vec<_> = rows.iter().map(|row| row.record.as_ref().map(Record::body).unwrap_or_default()).collect();
    sqlx::query(
        "insert into row (centre, kind, id, version, deleted, shape, body)
         select $1, * from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
         on conflict (centre, kind, id) do update set
            version = excluded.version, deleted = excluded.deleted, shape = excluded.shape, body = excluded.body",
    )
    .bind(centre.as_str())
    .bind(&kinds)
    .bind(&keys)
    .bind(&versions)
    .bind(&deleted)
    .bind(&shapes)
    .bind(&bodies)
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_tags(tx: &mut PgConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    let (mut tags, mut kinds, mut keys, mut versions, mut gone) = (vec![], vec![], vec![], vec![], vec![]);
    for row in &commit.rows {
        let has = row.tags.iter().map(|tag| (tag, 0_i64));
        for (tag, is_gone) in has.chain(row.lost_tags.iter().map(|tag| (tag, 1))) {
            tags.push(tag.as_str());
            kinds.push(row.kind.name());
            keys.push(row.key.as_str());
            versions.push(row.version.cast_signed());
            gone.push(is_gone);
        }
    }
    if tags.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into row_tag (centre, tag, kind, id, version, gone)
         select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
         on conflict (centre, tag, kind, id) do update set version = excluded.version, gone = excluded.gone",
    )
    .bind(centre.as_str())
    .bind(&tags)
    .bind(&kinds)
    .bind(&keys)
    .bind(&versions)
    .bind(&gone)
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_grants(tx: &mut PgConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    let sources = || commit.rows.iter().filter(|row| row.grants.is_some());
    let kinds: Vec<_> = sources().map(|row| row.kind.name()).collect();
    if kinds.is_empty() {
        return Ok(());
    }
    let keys: Vec<_> = sources().map(|row| row.key.as_str()).collect();
    sqlx::query(
        "delete from grants using unnest($2::text[], $3::text[]) as source (kind, id)
         where grants.centre = $1 and grants.kind = source.kind and grants.id = source.id",
    )
    .bind(centre.as_str())
    .bind(&kinds)
    .bind(&keys)
    .execute(&mut *tx)
    .await?;
    let (mut kinds, mut keys, mut grants) = (vec![], vec![], vec![]);
    for row in sources() {
        for grant in row.grants.iter().flatten() {
            kinds.push(row.kind.name());
            keys.push(row.key.as_str());
            grants.push(json(grant));
        }
    }
    sqlx::query(
        "insert into grants (centre, kind, id, user_id, tag, role, from_day, until_day)
         select $1, kind, id, body ->> 'user', body ->> 'tag', body ->> 'role', body ->> 'from', body ->> 'until'
         from (select kind, id, body::json as body from unnest($2::text[], $3::text[], $4::text[]) as one (kind, id, body))
            as projected",
    )
    .bind(centre.as_str())
    .bind(&kinds)
    .bind(&keys)
    .bind(&grants)
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_outcomes(tx: &mut PgConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    if commit.judged.is_empty() {
        return Ok(());
    }
    let clients: Vec<_> = commit.judged.iter().map(|(client, ..)| client.as_str()).collect();
    let seqs: Vec<_> = commit.judged.iter().map(|(_, seq, _)| seq.cast_signed()).collect();
    let hashes: Vec<_> = commit.judged.iter().map(|(_, _, judged)| hash_text(&judged.hash)).collect();
    let outcomes: Vec<_> = commit.judged.iter().map(|(_, _, judged)| json(&judged.outcome)).collect();
    sqlx::query(
        "insert into outcome (centre, client, seq, hash, outcome)
         select $1, * from unnest($2::text[], $3::bigint[], $4::text[], $5::text[])",
    )
    .bind(centre.as_str())
    .bind(&clients)
    .bind(&seqs)
    .bind(&hashes)
    .bind(&outcomes)
    .execute(&mut *tx)
    .await?;
    let clients: Vec<_> = commit.clients.iter().map(|(client, _)| client.as_str()).collect();
    let last: Vec<_> = commit.clients.iter().map(|(_, last)| last.cast_signed()).collect();
    sqlx::query(
        "update client set last_seq = judged.last from unnest($2::text[], $3::bigint[]) as judged (id, last)
         where client.centre = $1 and client.id = judged.id",
    )
    .bind(centre.as_str())
    .bind(&clients)
    .bind(&last)
    .execute(tx)
    .await?;
    Ok(())
}

async fn forget_outcomes(tx: &mut PgConnection, centre: &CentreId, commit: &Commit) -> Result<(), StoreFault> {
    if commit.stored.is_empty() {
        return Ok(());
    }
    let clients: Vec<_> = commit.stored.iter().map(|(client, _)| client.as_str()).collect();
    let last: Vec<_> = commit.stored.iter().map(|(_, last)| last.cast_signed()).collect();
    sqlx::query(
        "delete from outcome using unnest($2::text[], $3::bigint[]) as stored (client, last)
         where outcome.centre = $1 and outcome.client = stored.client and outcome.seq <= stored.last",
    )
    .bind(centre.as_str())
    .bind(&clients)
    .bind(&last)
    .execute(tx)
    .await?;
    Ok(())
}
