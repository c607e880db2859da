//! `GET /api/log`: who did what to whose rows. A participant sees what was done to hers, staff what they did
//! themselves, whoever answers for the centre all of it.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Query, State},
};
use serde::{Deserialize, Serialize};
use shared::{
    Action, Actor, Entity, Key, Kind, Rejection, Role, Tag,
    domain::{person::Person, staff::Staff},
    policy,
    prim::{AnyId, Date, Timestamp},
    sync::authority::Deed,
};

use crate::{
    AppState,
    auth::session::Who,
    error::Refusal,
    store::{
        CentreId, Snapshot,
        audit::{Body, Of, Read},
    },
};

/// How many entries are shown.
const MOST: i64 = 200;

/// Which entries. Without either: all she may see.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    about: Option<AnyId>,
    by: Option<AnyId>,
    /// Older than the entry of this number.
    before: Option<i64>,
}

/// An entry as it is shown.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Counted from 1 in its centre.
    number: i64,
    /// When the server received it.
    at: Timestamp,
    /// When the device says it was done; nothing where it can no longer be read.
    made_at: Option<Timestamp>,
    by: String,
    by_name: Option<String>,
    by_role: Option<Role>,
    /// The participant whose rows it is about.
    about: Option<String>,
    /// The command's name; nothing where it can no longer be read.
    name: Option<String>,
    /// What it was done to, as kind and key.
    what: Option<String>,
}

/// Writes down what is no command: who did it, and to whom if it is about a participant.
pub(super) async fn note(
    app: &AppState,
    centre: &CentreId,
    by: &AnyId,
    (name, what): (&'static str, Option<(Kind, &AnyId)>),
    about: Option<AnyId>,
) -> Result<(), Refusal> {
    let now = app.clock.now();
    let about = about.into_iter().collect();
    let what = what.map(|(kind, id)| (kind, Key::of(&[id])));
    let deed = Deed { at: now, made_at: now, by: by.clone(), id: String::new(), name, what, about };
    Ok(app.store.audit_note(centre, deed).await?)
}

/// The newest entries she may see.
pub async fn list(
    State(app): State<AppState>,
    who: Who,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Vec<Line>>, Refusal> {
    let Query(wanted) = wanted.map_err(|fault| Refusal::Malformed { detail: fault.body_text() })?;
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let actor = snapshot.actor(&who.user).await?.ok_or(Refusal::NoSession)?;
    // Whoever holds one connection must not wait for another.
    drop(snapshot);
    let before = wanted.before.unwrap_or(i64::MAX);
    let of = seen(&actor, wanted, app.clock.now().date())?;
    let entries = app.store.audit_newest(&who.centre, &of, before, MOST).await?;
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let mut people = BTreeMap::new();
    let mut lines = Vec::new();
    for Read { entry, body } in entries {
        if !people.contains_key(&entry.by) {
            people.insert(entry.by.clone(), called(&mut *snapshot, &entry.by).await?);
        }
        let (by_name, by_role) = people.get(&entry.by).cloned().flatten().unzip();
        let (name, made_at, what) = match body {
            Some(Body { name, made_at, what, .. }) => (Some(name), Some(made_at), what),
            None => (None, None, None),
        };
        let about = (!entry.about.is_empty()).then_some(entry.about);
        let (number, at, by, by_role) = (entry.number, entry.at, entry.by, by_role.flatten());
        lines.push(Line { number, at, made_at, by, by_name, by_role, about, name, what });
    }
    Ok(Json(lines))
}

/// The entries she may see among those she asks for.
fn seen(actor: &Actor, wanted: Wanted, today: Date) -> Result<Of, Rejection> {
    let me = &actor.user;
    let may = |about: Option<Tag>| policy::can(actor, Action::SeeLog, about, today);
    match wanted {
        Wanted { about: Some(_), by: Some(_), .. } => Err(Rejection::Gone),
        Wanted { about: Some(person), by: None, .. } if may(None) => Ok(Of::About(person)),
        Wanted { about: None, by: Some(user), .. } if may(None) => Ok(Of::By(user)),
        Wanted { about: None, by: None, .. } if may(None) => Ok(Of::All),
        Wanted { about, by: None, .. }
            if may(Some(Tag::participant(me))) && about.as_ref().is_none_or(|one| one == me) =>
        {
            Ok(Of::About(me.clone()))
        }
        Wanted { about: None, by, .. } if may(Some(Tag::user(me))) && by.as_ref().is_none_or(|one| one == me) => {
            Ok(Of::By(me.clone()))
        }
        Wanted { .. } => Err(Rejection::Gone),
    }
}

/// What somebody is called, and the part she plays if she works here.
async fn called(snapshot: &mut dyn Snapshot, user: &str) -> Result<Option<(String, Option<Role>)>, Refusal> {
    let key = Key::from_text(user);
    let staff = snapshot.row(Staff::KIND, &key).await?;
    if let Some(staff) = staff.as_ref().and_then(Staff::from_record) {
        return Ok(Some((staff.name.to_string(), Some(staff.role))));
    }
    let person = snapshot.row(Person::KIND, &key).await?;
    Ok(person.as_ref().and_then(Person::from_record).map(|person| (person.full_name(), None)))
}
