//! The writing transaction: what a batch of pushes reads and writes.
//! Each list is one statement, however long it is and however many centres are in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use shared::{
    Record, Tag, Want,
    sync::authority::{Commit, Opening},
};
use sqlx::SqliteConnection;

use super::{
    Sessions, Tx, of_audience,
    reading::{grant_lines, role_lines},
    write_parts, write_shredded,
};
use crate::store::{
    Batch, CentreId, Loaded, Pushes, StoreFault,
    audit::{self, KeyLine},
    lines::{CentreRowLine, OpeningLines, day_of, each, hash_text, json, openings, parts, pushed_again, sorted_out},
};

/// The writing transaction. There is one at a time in the whole file.
pub(super) struct Writing {
    pub(super) tx: Tx,
    /// Who loses her account must not stay in memory.
    pub(super) sessions: Arc<Sessions>,
}

#[async_trait]
impl Batch for Writing {
    async fn openings(&mut self, pushes: &Pushes) -> Result<BTreeMap<CentreId, Opening>, StoreFault> {
        let tx = &mut *self.tx;
        let all = || pushes.iter().flat_map(|(centre, pushes)| pushes.iter().map(move |push| (centre, push)));
        let centres = sqlx::query_as(
            "select centre.id, centre.version, centre.history
             from json_each(?1) as wanted cross join centre where centre.id = wanted.value",
        )
        .bind(json(&pushes.keys().collect::<Vec<_>>()))
        .fetch_all(&mut *tx)
        .await?;
        let users: BTreeSet<_> = all().map(|(centre, push)| (centre, &push.user)).collect();
        let users = json(&users);
        let roles = role_lines(&mut *tx, &users).await?;
        let grants = grant_lines(&mut *tx, &users).await?;
        let clients: Vec<_> = all().map(|(centre, push)| (centre, &push.client)).collect();
        let clients = sqlx::query_as(
            "select client.centre, client.id, client.user_id, client.last_seq, client.covered
             from json_each(?1) as wanted cross join client
             where client.centre = wanted.value ->> 0 and client.id = wanted.value ->> 1",
        )
        .bind(json(&clients))
        .fetch_all(&mut *tx)
        .await?;
        let again = pushed_again(pushes, &clients);
        let judged = if again.is_empty() { Vec::new() } else { judged_lines(&mut *tx, &json(&again)).await? };
        openings(pushes, OpeningLines { centres, roles, grants, clients, judged })
    }

    async fn load(&mut self, wants: Vec<(CentreId, Vec<Want>)>) -> Result<Vec<(CentreId, Vec<Loaded>)>, StoreFault> {
        let mut single = Vec::new();
        let mut under = Vec::new();
        for (centre, want) in wants.iter().flat_map(|(centre, wants)| wants.iter().map(move |want| (centre, want))) {
            match want {
                Want::Row(kind, key) => single.push((centre, kind.name(), key)),
                Want::Under(kind, prefix) => under.push((centre, kind.name(), prefix)),
            }
        }
        let mut lines = Vec::new();
        if !single.is_empty() {
            let found: Vec<CentreRowLine> = sqlx::query_as(
                "select row.centre, row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from json_each(?1) as wanted cross join row
                 where row.centre = wanted.value ->> 0 and row.kind = wanted.value ->> 1
                 and row.id = wanted.value ->> 2 and row.deleted = 0",
            )
            .bind(json(&single))
            .fetch_all(&mut *self.tx)
            .await?;
            lines.extend(found);
        }
        if !under.is_empty() {
            // No key holds a character above U+10FFFF, so this is where a prefix ends.
            let found: Vec<CentreRowLine> = sqlx::query_as(
                "select row.centre, row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from json_each(?1) as wanted cross join row
                 where row.centre = wanted.value ->> 0 and row.kind = wanted.value ->> 1
                 and row.id >= wanted.value ->> 2 and row.id < (wanted.value ->> 2) || char(1114111)
                 and row.deleted = 0",
            )
            .bind(json(&under))
            .fetch_all(&mut *self.tx)
            .await?;
            lines.extend(found);
        }
        sorted_out(wants, lines)
    }

    async fn of_audience(&mut self, centre: &CentreId, tag: &Tag) -> Result<Vec<(u64, Record)>, StoreFault> {
        of_audience(&mut self.tx, centre, tag).await
    }

    async fn commit(self: Box<Self>, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
        let Self { mut tx, sessions } = *self;
        write(&mut tx, commits).await?;
        tx.commit().await?;
        for (centre, part) in parts(commits) {
            sessions.forget(|_, session| session.user == part.user && session.centre.as_str() == centre);
        }
        Ok(())
    }
}

async fn judged_lines(
    tx: &mut SqliteConnection,
    again: &str,
) -> Result<Vec<(String, String, i64, String, String)>, StoreFault> {
    let lines = sqlx::query_as(
        "select outcome.centre, outcome.client, outcome.seq, outcome.hash, outcome.outcome
         from json_each(?1) as pushed cross join outcome
         where outcome.centre = pushed.value ->> 0 and outcome.client = pushed.value ->> 1
         and outcome.seq between pushed.value ->> 2 and pushed.value ->> 3",
    )
    .bind(again)
    .fetch_all(tx)
    .await?;
    Ok(lines)
}

/// Writes everything these commits hold.
pub(super) async fn write(tx: &mut SqliteConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    write_rows(tx, commits).await?;
    write_grants(tx, commits).await?;
    write_parts(tx, commits).await?;
    write_shredded(tx, commits).await?;
    write_audit(tx, commits).await?;
    write_outcomes(tx, commits).await?;
    forget_outcomes(tx, commits).await?;
    let versions: Vec<_> = commits.iter().map(|(centre, commit)| (centre, commit.version)).collect();
    sqlx::query(
        "update centre set version = reached.value ->> 1 from json_each(?1) as reached
         where centre.id = reached.value ->> 0",
    )
    .bind(json(&versions))
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_rows(tx: &mut SqliteConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let mut rows = Vec::new();
    let mut tags = Vec::new();
    for (centre, row) in each(commits, |commit| &commit.rows) {
        let kind = row.kind.name();
        let body = row.record.as_ref().map(Record::body).unwrap_or_default();
        let (deleted, shape) = (u8::from(row.record.is_none()), row.kind.shape());
        rows.push((centre, kind, &row.key, row.version, deleted, shape, body, day_of(row)));
        tags.extend(row.tags.iter().map(|tag| (centre, tag, kind, &row.key, row.version, 0)));
        tags.extend(row.lost_tags.iter().map(|tag| (centre, tag, kind, &row.key, row.version, 1)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into row (centre, kind, id, version, deleted, shape, body, day)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
         from json_each(?1) where true
         on conflict (centre, kind, id) do update set version = excluded.version, deleted = excluded.deleted,
            shape = excluded.shape, body = excluded.body, day = excluded.day",
    )
    .bind(json(&rows))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into row_tag (centre, tag, kind, id, version, gone)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
         from json_each(?1) where true
         on conflict (centre, tag, kind, id) do update set version = excluded.version, gone = excluded.gone",
    )
    .bind(json(&tags))
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_grants(tx: &mut SqliteConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let mut sources = Vec::new();
    let mut grants = Vec::new();
    for (centre, row) in each(commits, |commit| &commit.rows) {
        let Some(projected) = &row.grants else { continue };
        let kind = row.kind.name();
        sources.push((centre, kind, &row.key));
        grants.extend(projected.iter().map(|grant| (centre, kind, &row.key, grant)));
    }
    if sources.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "delete from grants where (centre, kind, id) in (
            select value ->> 0, value ->> 1, value ->> 2 from json_each(?1))",
    )
    .bind(json(&sources))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into grants (centre, kind, id, user_id, tag, role, from_day, until_day)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3 ->> 'user', value ->> 3 ->> 'tag',
            value ->> 3 ->> 'role', value ->> 3 ->> 'from', value ->> 3 ->> 'until'
         from json_each(?1)",
    )
    .bind(json(&grants))
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn write_audit(tx: &mut SqliteConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let subjects = audit::subjects(commits);
    if subjects.is_empty() {
        return Ok(());
    }
    let heads: Vec<_> = sqlx::query_as(
        "select centre.id, audited, audit_digest from json_each(?1) as wanted cross join centre
         where centre.id = wanted.value",
    )
    .bind(json(&commits.iter().map(|(centre, _)| centre).collect::<Vec<_>>()))
    .fetch_all(&mut *tx)
    .await?;
    let mut keys: Vec<KeyLine> = sqlx::query_as(
        "select audit_key.centre, audit_key.about, audit_key.key from json_each(?1) as wanted cross join audit_key
         where audit_key.centre = wanted.value ->> 0 and audit_key.about = wanted.value ->> 1",
    )
    .bind(json(&subjects))
    .fetch_all(&mut *tx)
    .await?;
    for (centre, about, key) in audit::new_keys(subjects, &keys) {
        sqlx::query("insert into audit_key (centre, about, key) values (?1, ?2, ?3)")
            .bind(&centre)
            .bind(&about)
            .bind(&key)
            .execute(&mut *tx)
            .await?;
        keys.push((centre, about, key));
    }
    let audit::Written { entries, heads } = audit::written(commits, heads, keys)?;
    let lines: Vec<_> = entries
        .iter()
        .map(|(centre, one)| (centre, one.number, one.at, &one.by, &one.about, &one.body, &one.digest))
        .collect();
    sqlx::query(
        "insert into audit (centre, number, at, by_user, about, body, digest)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
         from json_each(?1)",
    )
    .bind(json(&lines))
    .execute(&mut *tx)
    .await?;
    let heads: Vec<_> = heads.iter().map(|(centre, head)| (centre, head.number, &head.digest)).collect();
    sqlx::query(
        "update centre set audited = reached.value ->> 1, audit_digest = reached.value ->> 2
         from json_each(?1) as reached where centre.id = reached.value ->> 0",
    )
    .bind(json(&heads))
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_outcomes(tx: &mut SqliteConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let judged: Vec<_> = each(commits, |commit| &commit.judged)
        .map(|(centre, (client, seq, judged))| (centre, client, seq, hash_text(&judged.hash), json(&judged.outcome)))
        .collect();
    let clients: Vec<_> =
        each(commits, |commit| &commit.clients).map(|(centre, (client, last))| (centre, client, last)).collect();
    if judged.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into outcome (centre, client, seq, hash, outcome)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(?1)",
    )
    .bind(json(&judged))
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "update client set last_seq = judged.value ->> 2 from json_each(?1) as judged
         where client.centre = judged.value ->> 0 and client.id = judged.value ->> 1",
    )
    .bind(json(&clients))
    .execute(tx)
    .await?;
    Ok(())
}

async fn forget_outcomes(tx: &mut SqliteConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let stored: Vec<_> =
        each(commits, |commit| &commit.stored).map(|(centre, (client, last))| (centre, client, last)).collect();
    if stored.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "delete from outcome where (centre, client, seq) in (
            select outcome.centre, outcome.client, outcome.seq
            from json_each(?1) as stored cross join outcome
            where outcome.centre = stored.value ->> 0 and outcome.client = stored.value ->> 1
            and outcome.seq <= stored.value ->> 2)",
    )
    .bind(json(&stored))
    .execute(tx)
    .await?;
    Ok(())
}
