//! Lines of the tables and what they mean: nothing is believed that does not parse.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    Key, Kind, Record, Role, Want,
    prim::{Id, Timestamp},
    sync::{
        authority::{BytesHash, Known},
        pull::Changed,
    },
};

use super::{Account, Loaded, Session, StoreFault};

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

/// Centre, user, login, name, role, when it was opened.
pub(super) type SessionLine = (String, String, String, String, String, i64);

pub(super) fn session((centre, user, login, name, role, created): SessionLine) -> Result<Session, StoreFault> {
    Ok(Session {
        centre: id(&centre)?,
        user: id(&user)?,
        login,
        name,
        role: role_of(&role)?,
        created: Timestamp(created),
    })
}

/// User, last number judged, last number a backup holds.
pub(super) fn client((user, last_seq, covered): (String, i64, i64)) -> Result<Known, StoreFault> {
    Ok(Known { user: id(&user)?, last_seq: last_seq.cast_unsigned(), covered: covered.cast_unsigned() })
}

/// A row as it is stored.
pub(super) fn changed(line: RowLine) -> Result<Changed, StoreFault> {
    let (kind, key, version, deleted, shape, body) = line;
    let kind = Kind::parse(&kind).ok_or_else(|| StoreFault::Value(format!("the kind {kind}")))?;
    let shape = u16::try_from(shape).map_err(|_| StoreFault::Value(format!("the shape {shape}")))?;
    let record = if deleted == 0 { Some(Record::read(kind, shape, &body)?) } else { None };
    Ok(Changed { kind, key: Key::from_text(&key), version: version.cast_unsigned(), record })
}

pub(super) fn id<T: ?Sized>(text: &str) -> Result<Id<T>, StoreFault> {
    Id::parse(text).map_err(|_| StoreFault::Value(format!("the id {text}")))
}

pub(super) fn hash_of(text: &str) -> Result<BytesHash, StoreFault> {
    let bytes = STANDARD_NO_PAD.decode(text).unwrap_or_default();
    bytes.try_into().map_err(|_| StoreFault::Value("a digest".to_owned()))
}

pub(super) fn hash_text(hash: &BytesHash) -> String {
    STANDARD_NO_PAD.encode(hash)
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

/// Gives each want the rows that were found for it.
pub(super) fn sorted_out(wants: Vec<Want>, lines: Vec<RowLine>) -> Result<Vec<Loaded>, StoreFault> {
    let mut known = BTreeMap::new();
    for line in lines {
        let row = changed(line)?;
        if let Some(record) = row.record {
            known.insert((row.kind, row.key), (row.version, record));
        }
    }
    Ok(wants.into_iter().map(|want| answer(want, &known)).collect())
}

fn answer(want: Want, known: &BTreeMap<(Kind, Key), (u64, Record)>) -> Loaded {
    let found = match &want {
        Want::Row(kind, key) => known.get(&(*kind, key.clone())).into_iter().cloned().collect(),
        Want::Under(kind, prefix) => known
            .range((*kind, Key::from_text(prefix))..)
            .take_while(|((found, key), _)| found == kind && key.as_str().starts_with(prefix.as_str()))
            .map(|(_, row)| row.clone())
            .collect(),
    };
    (want, found)
}
