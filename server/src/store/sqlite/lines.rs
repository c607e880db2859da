//! Lines of the tables and what they mean: nothing is believed that does not parse.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    Actor, Grant, Key, Kind, Record, Role,
    prim::{Id, Timestamp},
    sync::{authority::BytesHash, pull::Changed},
};
use sqlx::SqliteConnection;

use crate::store::{Account, CentreId, StoreFault};

/// Kind, key, version, deleted, shape, body.
pub(super) type RowLine = (String, String, i64, i64, i64, String);

/// Centre, user, login, secret, role, name, created.
pub(super) type AccountLine = (String, String, String, String, String, String, i64);

pub(super) fn account(line: AccountLine) -> Result<Account, StoreFault> {
    let (centre, user, login, secret, role, name, created) = line;
    Ok(Account {
        centre: id(&centre)?,
        user: id(&user)?,
        login,
        secret,
        role: role_of(&role)?,
        name,
        created: Timestamp(created),
    })
}

/// A row as it is stored.
pub(super) fn changed(line: RowLine) -> Result<Changed, StoreFault> {
    let (kind, key, version, deleted, shape, body) = line;
    let kind = Kind::parse(&kind).ok_or_else(|| StoreFault::Value(format!("the kind {kind}")))?;
    let shape = u16::try_from(shape).map_err(|_| StoreFault::Value(format!("the shape {shape}")))?;
    let record = if deleted == 0 { Some(Record::read(kind, shape, &body)?) } else { None };
    Ok(Changed { kind, key: Key::from_text(&key), version: version.cast_unsigned(), record })
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

/// The users of this JSON list who have an account, with their rights.
pub(super) async fn actors(
    tx: &mut SqliteConnection,
    centre: &CentreId,
    users: &str,
) -> Result<Vec<Actor>, StoreFault> {
    let roles: Vec<(String, String)> = sqlx::query_as(
        "select user_id, role from account where centre = ?1 and user_id in (select value from json_each(?2))",
    )
    .bind(centre.as_str())
    .bind(users)
    .fetch_all(&mut *tx)
    .await?;
    let lines: Vec<(String,)> = sqlx::query_as(
        "select json_object('user', user_id, 'tag', tag, 'role', role, 'from', from_day, 'until', until_day)
         from grants where centre = ?1 and user_id in (select value from json_each(?2))",
    )
    .bind(centre.as_str())
    .bind(users)
    .fetch_all(tx)
    .await?;
    let mut actors = Vec::new();
    for (user, role) in roles {
        actors.push(Actor { user: id(&user)?, role: role_of(&role)?, grants: Vec::new() });
    }
    for (line,) in lines {
        let grant: Grant = read(&line)?;
        if let Some(actor) = actors.iter_mut().find(|actor| actor.user == grant.user) {
            actor.grants.push(grant);
        }
    }
    Ok(actors)
}

pub(super) fn id<T: ?Sized>(text: &str) -> Result<Id<T>, StoreFault> {
    Id::parse(text).map_err(|_| StoreFault::Value(format!("the id {text}")))
}

pub(super) fn hash_of(text: &str) -> Result<BytesHash, StoreFault> {
    let bytes = STANDARD_NO_PAD.decode(text).unwrap_or_default();
    bytes.try_into().map_err(|_| StoreFault::Value("a digest".to_owned()))
}

pub(super) fn role_text(role: Role) -> String {
    json(&role).trim_matches('"').to_owned()
}

pub(super) fn role_of(text: &str) -> Result<Role, StoreFault> {
    read(&format!("\"{text}\""))
}

pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("ids, texts and numbers are JSON")
}

pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreFault> {
    serde_json::from_str(text).map_err(|fault| StoreFault::Value(fault.to_string()))
}
