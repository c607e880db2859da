//! Lines of the tables and what they mean: nothing is believed that does not parse.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use shared::{
    Actor, Grant, Key, Kind, Part, Record, Role, Want,
    policy::Keeping,
    prim::{Id, Timestamp},
    sync::{
        authority::{BytesHash, Commit, Judged, Known, Opening, RowChange},
        pull::Changed,
    },
};

use super::{Account, CentreId, Client, Loaded, OpenSession, Pushes, Session, StoreFault};

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

/// Centre, user, name, role, client, when it was opened, when it was used, whether its device keeps rows.
pub(super) type SessionLine = (String, String, String, String, String, i64, i64, i64);

pub(super) fn session(line: SessionLine) -> Result<Session, StoreFault> {
    let (centre, user, name, role, client, created, used, keeps) = line;
    Ok(Session {
        centre: id(&centre)?,
        user: id(&user)?,
        name,
        role: role_of(&role)?,
        client: if client.is_empty() { None } else { Some(id(&client)?) },
        created: Timestamp(created),
        used: Timestamp(used),
        keeping: if keeps == 0 { Keeping::InMemory } else { Keeping::OnDevice },
    })
}

/// Does the device of a session keep rows? As it is stored.
pub(super) fn keeps(keeping: Keeping) -> i64 {
    i64::from(keeping.is_on_device())
}

/// Token, device, when it was opened, when it was used.
pub(super) type OpenSessionLine = (String, String, i64, i64);

pub(super) fn open_session((token, device, created, used): OpenSessionLine) -> OpenSession {
    OpenSession { token, device, created: Timestamp(created), used: Timestamp(used) }
}

/// User, key, when her second factor was last shown there.
pub(super) type ClientKeyLine = (String, Vec<u8>, i64);

pub(super) fn client_key((user, key, proven): ClientKeyLine) -> Result<Client, StoreFault> {
    Ok(Client { user: id(&user)?, key, proven: Timestamp(proven) })
}

/// The parts that these commits give to users, each after its centre.
pub(super) fn parts(commits: &[(CentreId, Commit)]) -> impl Iterator<Item = (&str, &Part)> {
    each(commits, |commit| &commit.rows).filter_map(|(centre, row)| Some((centre, row.part.as_ref()?)))
}

/// When the last of what these commits hold of a centre was done.
pub(super) fn last_deed(commits: &[(CentreId, Commit)], centre: &str) -> Timestamp {
    let deeds = each(commits, |commit| &commit.deeds).filter(|(of, _)| *of == centre);
    deeds.map(|(_, deed)| deed.at).max().unwrap_or_default()
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

/// These rows, each with its version.
pub(super) fn records(lines: Vec<RowLine>) -> Result<Vec<(u64, Record)>, StoreFault> {
    let rows = lines.into_iter().map(|line| changed(line).map(|row| row.record.map(|record| (row.version, record))));
    rows.filter_map(Result::transpose).collect()
}

/// The day a row belongs to, if it belongs to one.
pub(super) fn day_of(row: &RowChange) -> Option<String> {
    row.record.as_ref().and_then(Record::window).map(|day| day.to_string())
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

/// The lines read at the start of a batch. Each begins with its centre.
pub(super) struct OpeningLines {
    /// Version, history.
    pub(super) centres: Vec<(String, i64, String)>,
    /// User, role.
    pub(super) roles: Vec<(String, String, String)>,
    /// A grant.
    pub(super) grants: Vec<(String, String)>,
    /// Client, user, last number judged, last number a backup holds.
    pub(super) clients: Vec<ClientLine>,
    /// Client, number, digest, outcome.
    pub(super) judged: Vec<(String, String, i64, String, String)>,
}

/// Centre, client, user, last number judged, last number a backup holds.
pub(super) type ClientLine = (String, String, String, i64, i64);

/// Those of these pushes of which something was judged before: centre, client, first and last number.
pub(super) fn pushed_again<'a>(pushes: &'a Pushes, clients: &[ClientLine]) -> Vec<(&'a str, &'a str, i64, i64)> {
    let last: BTreeMap<_, _> =
        clients.iter().map(|(centre, client, _, last, _)| ((centre.as_str(), client.as_str()), *last)).collect();
    let all = pushes.iter().flat_map(|(centre, pushes)| pushes.iter().map(move |push| (centre, push)));
    all.filter_map(|(centre, push)| {
        let (centre, client, first) = (centre.as_str(), push.client.as_str(), push.first.cast_signed());
        let last = *last.get(&(centre, client))?;
        (first <= last).then_some((centre, client, first, last))
    })
    .collect()
}

/// Gives each centre what was read for it.
pub(super) fn openings(pushes: &Pushes, lines: OpeningLines) -> Result<BTreeMap<CentreId, Opening>, StoreFault> {
    let mut openings: BTreeMap<String, Opening> = BTreeMap::new();
    for (centre, version, history) in lines.centres {
        let (actors, left) = (Vec::new(), BTreeMap::new());
        let (clients, judged) = (BTreeMap::new(), BTreeMap::new());
        let opening = Opening { version: version.cast_unsigned(), history, actors, left, clients, judged };
        openings.insert(centre, opening);
    }
    if let Some(missing) = pushes.keys().find(|centre| !openings.contains_key(centre.as_str())) {
        return Err(StoreFault::NoCentre(missing.clone()));
    }
    for (centre, user, role) in lines.roles {
        if let Some(opening) = openings.get_mut(&centre) {
            let (user, role) = (id(&user)?, role_of(&role)?);
            opening.actors.push(Actor { user, role, grants: Vec::new(), keeping: Keeping::OnDevice });
        }
    }
    for (centre, grant) in lines.grants {
        let grant: Grant = read(&grant)?;
        let Some(Opening { actors, left, .. }) = openings.get_mut(&centre) else { continue };
        match actors.iter_mut().find(|actor| actor.user == grant.user) {
            Some(actor) => actor.grants.push(grant),
            // She has left, and may still send what she did before.
            None => left.entry(grant.user.clone()).or_default().push(grant),
        }
    }
    for (centre, push) in pushes.iter().flat_map(|(centre, pushes)| pushes.iter().map(move |push| (centre, push))) {
        if let Some(Opening { actors, left, .. }) = openings.get_mut(centre.as_str())
            && !actors.iter().any(|actor| actor.user == push.user)
        {
            left.entry(push.user.clone()).or_default();
        }
    }
    for (centre, client, user, last_seq, covered) in lines.clients {
        if let Some(opening) = openings.get_mut(&centre) {
            opening.clients.insert(id(&client)?, self::client((user, last_seq, covered))?);
        }
    }
    for (centre, client, seq, hash, outcome) in lines.judged {
        if let Some(opening) = openings.get_mut(&centre) {
            let judged = Judged { hash: hash_of(&hash)?, outcome: read(&outcome)? };
            opening.judged.insert((id(&client)?, seq.cast_unsigned()), judged);
        }
    }
    openings.into_iter().map(|(centre, opening)| Ok((id(&centre)?, opening))).collect()
}

/// The one user of these lines, with her rights.
pub(super) fn actor_of(
    roles: Vec<(String, String, String)>,
    grants: Vec<(String, String)>,
) -> Result<Option<Actor>, StoreFault> {
    let Some((_, user, role)) = roles.into_iter().next() else {
        return Ok(None);
    };
    let grants = grants.iter().map(|(_, grant)| read(grant)).collect::<Result<Vec<Grant>, _>>()?;
    Ok(Some(Actor { user: id(&user)?, role: role_of(&role)?, grants, keeping: Keeping::OnDevice }))
}

/// A row as it is stored, after its centre.
pub(super) type CentreRowLine = (String, String, String, i64, i64, i64, String);

/// Every item of a list of these commits, after its centre.
pub(super) fn each<'a, T: 'a>(
    commits: &'a [(CentreId, Commit)],
    list: impl Fn(&'a Commit) -> &'a Vec<T>,
) -> impl Iterator<Item = (&'a str, &'a T)> {
    commits.iter().flat_map(move |(centre, commit)| list(commit).iter().map(move |item| (centre.as_str(), item)))
}

/// Gives each want the rows that were found for it.
pub(super) fn sorted_out(
    wants: Vec<(CentreId, Vec<Want>)>,
    lines: Vec<CentreRowLine>,
) -> Result<Vec<(CentreId, Vec<Loaded>)>, StoreFault> {
    let mut known: BTreeMap<String, Rows> = BTreeMap::new();
    for (centre, kind, key, version, deleted, shape, body) in lines {
        let row = changed((kind, key, version, deleted, shape, body))?;
        if let Some(record) = row.record {
            known.entry(centre).or_default().insert((row.kind, row.key), (row.version, record));
        }
    }
    let nothing = Rows::new();
    let answers = wants.into_iter().map(|(centre, wants)| {
        let known = known.get(centre.as_str()).unwrap_or(&nothing);
        let found = wants.into_iter().map(|want| answer(want, known)).collect();
        (centre, found)
    });
    Ok(answers.collect())
}

/// The rows of a centre that were read.
type Rows = BTreeMap<(Kind, Key), (u64, Record)>;

fn answer(want: Want, known: &Rows) -> Loaded {
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
