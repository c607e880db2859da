//! The writing transaction: what a batch of pushes reads and writes.
//! Each list is one statement, however long it is and however many centres are in it.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use shared::{
    Record, Tag, Want,
    sync::{
        authority::{Commit, Opening, RowChange},
        wire::ClientId,
    },
};
use sqlx::PgConnection;

use super::{
    Tx, of_audience,
    reading::{grant_lines, role_lines},
    write_parts, write_shredded,
};
use crate::store::{
    Batch, CentreId, Loaded, Pushes, StoreFault,
    audit::{self, KeyLine},
    lines::{CentreRowLine, OpeningLines, day_of, each, hash_text, json, openings, pushed_again, sorted_out},
};

/// The writing transaction.
pub(super) struct Writing {
    pub(super) tx: Tx,
}

#[async_trait]
impl Batch for Writing {
    async fn openings(&mut self, pushes: &Pushes) -> Result<BTreeMap<CentreId, Opening>, StoreFault> {
        let tx = &mut *self.tx;
        let all = || pushes.iter().flat_map(|(centre, pushes)| pushes.iter().map(move |push| (centre, push)));
        let wanted: Vec<_> = pushes.keys().map(CentreId::as_str).collect();
        // Whoever holds this line is the centre's writer, so that versions are committed in order. All
        // servers take the lines in one order, so that no two wait for each other.
        let centres =
            sqlx::query_as("select id, version, history from centre where id = any($1) order by id for update")
                .bind(&wanted)
                .fetch_all(&mut *tx)
                .await?;
        let users: BTreeSet<_> = all().map(|(centre, push)| (centre.as_str(), push.user.as_str())).collect();
        let (of, users): (Vec<_>, Vec<_>) = users.into_iter().unzip();
        let roles = role_lines(&mut *tx, (&of, &users)).await?;
        let grants = grant_lines(&mut *tx, (&of, &users)).await?;
        let (of, clients): (Vec<_>, Vec<_>) =
            all().map(|(centre, push)| (centre.as_str(), push.client.as_str())).unzip();
        let clients = sqlx::query_as(
            "select client.centre, client.id, client.user_id, client.last_seq, client.covered
             from unnest($1::text[], $2::text[]) as wanted (centre, id) join client using (centre, id)",
        )
        .bind(&of)
        .bind(&clients)
        .fetch_all(&mut *tx)
        .await?;
        let again = pushed_again(pushes, &clients);
        let judged = if again.is_empty() { Vec::new() } else { judged_lines(&mut *tx, &again).await? };
        openings(pushes, OpeningLines { centres, roles, grants, clients, judged })
    }

    async fn load(&mut self, wants: Vec<(CentreId, Vec<Want>)>) -> Result<Vec<(CentreId, Vec<Loaded>)>, StoreFault> {
        let (mut centres, mut kinds, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        let (mut under_centres, mut under_kinds, mut prefixes) = (Vec::new(), Vec::new(), Vec::new());
        for (centre, want) in wants.iter().flat_map(|(centre, wants)| wants.iter().map(move |want| (centre, want))) {
            match want {
                Want::Row(kind, key) => {
                    centres.push(centre.as_str());
                    kinds.push(kind.name());
                    keys.push(key.as_str());
                }
                Want::Under(kind, prefix) => {
                    under_centres.push(centre.as_str());
                    under_kinds.push(kind.name());
                    prefixes.push(prefix.as_str());
                }
            }
        }
        let mut lines: Vec<CentreRowLine> = Vec::new();
        if !kinds.is_empty() {
            let found: Vec<CentreRowLine> = sqlx::query_as(
                "select row.centre, row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from unnest($1::text[], $2::text[], $3::text[]) as wanted (centre, kind, id)
                 join row using (centre, kind, id) where row.deleted = 0",
            )
            .bind(&centres)
            .bind(&kinds)
            .bind(&keys)
            .fetch_all(&mut *self.tx)
            .await?;
            lines.extend(found);
        }
        if !under_kinds.is_empty() {
            // No key holds a character above U+10FFFF, so this is where a prefix ends.
            let found: Vec<CentreRowLine> = sqlx::query_as(
                "select row.centre, row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from unnest($1::text[], $2::text[], $3::text[]) as wanted (centre, kind, prefix)
                 join row on row.centre = wanted.centre and row.kind = wanted.kind
                 and row.id >= wanted.prefix collate \"C\" and row.id < (wanted.prefix || chr(1114111)) collate \"C\"
                 where row.deleted = 0",
            )
            .bind(&under_centres)
            .bind(&under_kinds)
            .bind(&prefixes)
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
        let mut tx = self.tx;
        write(&mut tx, commits).await?;
        Ok(tx.commit().await?)
    }
}

async fn judged_lines(
    tx: &mut PgConnection,
    again: &[(&str, &str, i64, i64)],
) -> Result<Vec<(String, String, i64, String, String)>, StoreFault> {
    let lines = sqlx::query_as(
        "select outcome.centre, outcome.client, outcome.seq, outcome.hash, outcome.outcome
         from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as pushed (centre, client, first, last)
         join outcome on outcome.centre = pushed.centre and outcome.client = pushed.client
         and outcome.seq between pushed.first and pushed.last",
    )
    .bind(again.iter().map(|one| one.0).collect::<Vec<_>>())
    .bind(again.iter().map(|one| one.1).collect::<Vec<_>>())
    .bind(again.iter().map(|one| one.2).collect::<Vec<_>>())
    .bind(again.iter().map(|one| one.3).collect::<Vec<_>>())
    .fetch_all(tx)
    .await?;
    Ok(lines)
}

/// Writes everything these commits hold.
pub(super) async fn write(tx: &mut PgConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    write_rows(tx, commits).await?;
    write_tags(tx, commits).await?;
    write_grants(tx, commits).await?;
    write_parts(tx, commits).await?;
    write_shredded(tx, commits).await?;
    write_audit(tx, commits).await?;
    write_outcomes(tx, commits).await?;
    forget_outcomes(tx, commits).await?;
    let (centres, versions): (Vec<_>, Vec<_>) =
        commits.iter().map(|(centre, commit)| (centre.as_str(), commit.version.cast_signed())).unzip();
    sqlx::query(
        "update centre set version = reached.version from unnest($1::text[], $2::bigint[]) as reached (id, version)
         where centre.id = reached.id",
    )
    .bind(&centres)
    .bind(&versions)
    .execute(tx)
    .await?;
    Ok(())
}

fn rows(commits: &[(CentreId, Commit)]) -> impl Iterator<Item = (&str, &RowChange)> {
    each(commits, |commit| &commit.rows)
}

async fn write_rows(tx: &mut PgConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let centres: Vec<_> = rows(commits).map(|(centre, _)| centre).collect();
    if centres.is_empty() {
        return Ok(());
    }
    let kinds: Vec<_> = rows(commits).map(|(_, row)| row.kind.name()).collect();
    let keys: Vec<_> = rows(commits).map(|(_, row)| row.key.as_str()).collect();
    let versions: Vec<_> = rows(commits).map(|(_, row)| row.version.cast_signed()).collect();
    let deleted: Vec<_> = rows(commits).map(|(_, row)| i64::from(row.record.is_none())).collect();
    let shapes: Vec<_> = rows(commits).map(|(_, row)| i64::from(row.kind.shape())).collect();
    let body = |row: &RowChange| row.record.as_ref().map(Record::body).unwrap_or_default();
    let bodies: Vec<_> = rows(commits).map(|(_, row)| body(row)).collect();
    let days: Vec<_> = rows(commits).map(|(_, row)| day_of(row)).collect();
    sqlx::query(
        "insert into row (centre, kind, id, version, deleted, shape, body, day)
         select * from unnest(
            $1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
         on conflict (centre, kind, id) do update set version = excluded.version, deleted = excluded.deleted,
            shape = excluded.shape, body = excluded.body, day = excluded.day",
    )
    .bind(&centres)
    .bind(&kinds)
    .bind(&keys)
    .bind(&versions)
    .bind(&deleted)
    .bind(&shapes)
    .bind(&bodies)
    .bind(&days)
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_tags(tx: &mut PgConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let (mut centres, mut tags, mut kinds, mut keys) = (vec![], vec![], vec![], vec![]);
    let (mut versions, mut gone) = (vec![], vec![]);
    for (centre, row) in rows(commits) {
        let has = row.tags.iter().map(|tag| (tag, 0_i64));
        for (tag, is_gone) in has.chain(row.lost_tags.iter().map(|tag| (tag, 1))) {
            centres.push(centre);
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
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
         on conflict (centre, tag, kind, id) do update set version = excluded.version, gone = excluded.gone",
    )
    .bind(&centres)
    .bind(&tags)
    .bind(&kinds)
    .bind(&keys)
    .bind(&versions)
    .bind(&gone)
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_grants(tx: &mut PgConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let sources = || rows(commits).filter(|(_, row)| row.grants.is_some());
    let centres: Vec<_> = sources().map(|(centre, _)| centre).collect();
    if centres.is_empty() {
        return Ok(());
    }
    let kinds: Vec<_> = sources().map(|(_, row)| row.kind.name()).collect();
    let keys: Vec<_> = sources().map(|(_, row)| row.key.as_str()).collect();
    sqlx::query(
        "delete from grants using unnest($1::text[], $2::text[], $3::text[]) as source (centre, kind, id)
         where grants.centre = source.centre and grants.kind = source.kind and grants.id = source.id",
    )
    .bind(&centres)
    .bind(&kinds)
    .bind(&keys)
    .execute(&mut *tx)
    .await?;
    let (mut centres, mut kinds, mut keys, mut grants) = (vec![], vec![], vec![], vec![]);
    for (centre, row) in sources() {
        for grant in row.grants.iter().flatten() {
            centres.push(centre);
            kinds.push(row.kind.name());
            keys.push(row.key.as_str());
            grants.push(json(grant));
        }
    }
    sqlx::query(
        "insert into grants (centre, kind, id, user_id, tag, role, from_day, until_day)
         select centre, kind, id, body ->> 'user', body ->> 'tag', body ->> 'role', body ->> 'from', body ->> 'until'
         from (select centre, kind, id, body::json as body
            from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as one (centre, kind, id, body)) as projected",
    )
    .bind(&centres)
    .bind(&kinds)
    .bind(&keys)
    .bind(&grants)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn write_audit(tx: &mut PgConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let subjects = audit::subjects(commits);
    if subjects.is_empty() {
        return Ok(());
    }
    let heads: Vec<_> = sqlx::query_as("select id, audited, audit_digest from centre where id = any($1)")
        .bind(commits.iter().map(|(centre, _)| centre.as_str()).collect::<Vec<_>>())
        .fetch_all(&mut *tx)
        .await?;
    let (centres, abouts): (Vec<_>, Vec<_>) = subjects.iter().cloned().unzip();
    let mut keys: Vec<KeyLine> = sqlx::query_as(
        "select centre, about, key from unnest($1::text[], $2::text[]) as wanted (centre, about)
         join audit_key using (centre, about)",
    )
    .bind(&centres)
    .bind(&abouts)
    .fetch_all(&mut *tx)
    .await?;
    for (centre, about, key) in audit::new_keys(subjects, &keys) {
        sqlx::query("insert into audit_key (centre, about, key) values ($1, $2, $3)")
            .bind(&centre)
            .bind(&about)
            .bind(&key)
            .execute(&mut *tx)
            .await?;
        keys.push((centre, about, key));
    }
    let audit::Written { entries, heads } = audit::written(commits, heads, keys)?;
    sqlx::query(
        "insert into audit (centre, number, at, by_user, about, body, digest)
         select * from unnest(
            $1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[])",
    )
    .bind(entries.iter().map(|(centre, _)| *centre).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, one)| one.number).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, one)| one.at.0).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, one)| one.by.as_str()).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, one)| one.about.as_str()).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, one)| one.body.as_str()).collect::<Vec<_>>())
    .bind(entries.iter().map(|(_, one)| one.digest.as_str()).collect::<Vec<_>>())
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "update centre set audited = reached.number, audit_digest = reached.digest
         from unnest($1::text[], $2::bigint[], $3::text[]) as reached (id, number, digest)
         where centre.id = reached.id",
    )
    .bind(heads.iter().map(|(centre, _)| centre.as_str()).collect::<Vec<_>>())
    .bind(heads.iter().map(|(_, head)| head.number).collect::<Vec<_>>())
    .bind(heads.iter().map(|(_, head)| head.digest.as_str()).collect::<Vec<_>>())
    .execute(tx)
    .await?;
    Ok(())
}

async fn write_outcomes(tx: &mut PgConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let (mut centres, mut clients, mut seqs) = (vec![], vec![], vec![]);
    let (mut hashes, mut outcomes) = (vec![], vec![]);
    for (centre, (client, seq, judged)) in each(commits, |commit| &commit.judged) {
        centres.push(centre);
        clients.push(client.as_str());
        seqs.push(seq.cast_signed());
        hashes.push(hash_text(&judged.hash));
        outcomes.push(json(&judged.outcome));
    }
    if centres.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into outcome (centre, client, seq, hash, outcome)
         select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])",
    )
    .bind(&centres)
    .bind(&clients)
    .bind(&seqs)
    .bind(&hashes)
    .bind(&outcomes)
    .execute(&mut *tx)
    .await?;
    let (centres, clients, last) = numbers(commits, |commit| &commit.clients);
    sqlx::query(
        "update client set last_seq = judged.last
         from unnest($1::text[], $2::text[], $3::bigint[]) as judged (centre, id, last)
         where client.centre = judged.centre and client.id = judged.id",
    )
    .bind(&centres)
    .bind(&clients)
    .bind(&last)
    .execute(tx)
    .await?;
    Ok(())
}

async fn forget_outcomes(tx: &mut PgConnection, commits: &[(CentreId, Commit)]) -> Result<(), StoreFault> {
    let (centres, clients, last) = numbers(commits, |commit| &commit.stored);
    if centres.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "delete from outcome using unnest($1::text[], $2::text[], $3::bigint[]) as stored (centre, client, last)
         where outcome.centre = stored.centre and outcome.client = stored.client and outcome.seq <= stored.last",
    )
    .bind(&centres)
    .bind(&clients)
    .bind(&last)
    .execute(tx)
    .await?;
    Ok(())
}

/// A number for each client, as three columns.
fn numbers(
    commits: &[(CentreId, Commit)],
    list: impl Fn(&Commit) -> &Vec<(ClientId, u64)>,
) -> (Vec<&str>, Vec<&str>, Vec<i64>) {
    let (mut centres, mut clients, mut numbers) = (vec![], vec![], vec![]);
    for (centre, (client, number)) in each(commits, list) {
        centres.push(centre);
        clients.push(client.as_str());
        numbers.push(number.cast_signed());
    }
    (centres, clients, numbers)
}
