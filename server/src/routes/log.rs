//! `GET /api/log`: who did what to whose rows, or looked at them. A participant sees what was done to hers, staff what
//! they did themselves, whoever answers for the centre all of it.

mod hidden;
mod place;
pub(super) mod received;
pub mod review;

use std::{collections::BTreeMap, net::IpAddr};

use axum::{
    Json,
    extract::{Query, State},
};
use serde::{Deserialize, Serialize};
use shared::{
    Action, Actor, Ask, Entity, Key, Kind, Rejection, Role, Tag,
    domain::{person::Person, staff::Staff},
    policy::{self, Ground, Relation},
    prim::{AnyId, Date, Timestamp},
    sync::{
        authority::{Deed, What},
        noted,
    },
};
use tracing::{error, warn};
use utoipa::ToSchema;

use self::{hidden::Hidden, place::Places};

use crate::{
    AppState,
    auth::session::Who,
    error::Refusal,
    lately::Door,
    openapi::wire,
    store::{
        Account, CentreId, Snapshot,
        audit::{Body, Of, Read},
    },
};

/// How many entries are shown.
const MOST: usize = 200;

/// Which entries. Without either: all she may see.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    about: Option<AnyId>,
    by: Option<AnyId>,
    /// Older than the entry that stands here.
    before: Option<String>,
}

/// An entry as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct Line {
    /// Where it stands, for this reader alone: no number, since there may be entries that she is not told of.
    place: String,
    /// When the server received it.
    #[schema(schema_with = wire::timestamp)]
    at: Timestamp,
    /// When the device says it was done; nothing where it can no longer be read.
    #[schema(schema_with = wire::maybe_timestamp, required = true)]
    made_at: Option<Timestamp>,
    /// Who; nothing where nobody knows.
    #[schema(required = true)]
    by: Option<String>,
    #[schema(required = true)]
    by_name: Option<String>,
    /// The part she played, or plays now where the entry does not say it; nothing for a participant.
    #[schema(schema_with = wire::maybe_role, required = true)]
    by_role: Option<Role>,
    /// The participant whose rows it is about, or as whom somebody has tried to sign in.
    #[schema(required = true)]
    about: Option<String>,
    /// The command's name; nothing where it can no longer be read.
    #[schema(required = true)]
    name: Option<String>,
    /// What it was done to, as kind and key.
    #[schema(required = true)]
    what: Option<String>,
    /// Where an entry stands for many looks: at how many participants.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<usize>,
    /// By what tie she could do it, as the server knew it when it received it; nothing in entries of before it was
    /// written down, and where the reader may not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = wire::relation)]
    ground: Option<Relation>,
    /// Why, where she had to say it and the reader may know it: what she broke the glass for, or could do only since
    /// she had broken it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Writes down what is no command: who did it, and to whom if it is about a participant.
pub(super) async fn note(
    app: &AppState,
    centre: &CentreId,
    (by, ground): (&AnyId, Ground),
    (name, what): (&'static str, Option<(Kind, &AnyId)>),
    about: Option<AnyId>,
) -> Result<(), Refusal> {
    let what = what.map(|(kind, id)| What::Row(kind, Key::of(&[id])));
    let by = Some((by.clone(), ground));
    Ok(app.store.audit_note(centre, deed(app, by, (name, what), about)).await?)
}

/// What is no command, as the log takes it: who did it and on what ground, unless nobody knows who.
fn deed(
    app: &AppState,
    by: Option<(AnyId, Ground)>,
    (name, what): (&'static str, Option<What>),
    about: Option<AnyId>,
) -> Deed {
    let now = app.clock.now();
    let about = about.into_iter().collect();
    let (by, ground) = by.unzip();
    Deed { at: now, made_at: now, by, id: String::new(), name, what, about, ground, reason: None }
}

/// Somebody has tried in vain to sign in as the user of this account. Nobody waits for the entry: whoever tried would
/// learn from the time that there is such an account.
pub(super) fn tried(app: &AppState, account: &Account) {
    let Some(count) = app.lately.tried(&account.centre, &account.user, app.clock.now()) else { return };
    let (app, centre, user) = (app.clone(), account.centre.clone(), account.user.clone());
    tokio::spawn(async move {
        if let Err(fault) = app.store.audit_note(&centre, tries(&app, user, count)).await {
            error!(fault = %fault, "a try to sign in is not in the log");
        }
    });
}

/// Somebody has tried a login nobody has, or a link that opens nothing. No centre's log can hold it, since nobody knows
/// whose it would be. The server's own does, once an hour for each address; what was typed is not said, for it may be a
/// password in the wrong field.
pub(super) fn knocked(app: &AppState, peer: IpAddr, door: Door) {
    if let Some(tries) = app.lately.knocked(peer, door, app.clock.now()) {
        warn!(%peer, ?door, tries, "somebody tries what is nobody's");
    }
}

/// As [`knocked`], if a link was refused because it opens nothing.
pub(super) fn knocked_in_vain(app: &AppState, peer: IpAddr, refusal: &Refusal) {
    if matches!(refusal, Refusal::Rejected(Rejection::Gone)) {
        knocked(app, peer, Door::Link);
    }
}

/// Before it is written that somebody has signed in: how often it was tried in vain, as far as the log was not told.
pub(super) async fn tried_before(app: &AppState, account: &Account) -> Result<(), Refusal> {
    if let Some(count) = app.lately.signed_in(&account.centre, &account.user) {
        app.store.audit_note(&account.centre, tries(app, account.user.clone(), count)).await?;
    }
    Ok(())
}

fn tries(app: &AppState, user: AnyId, count: u32) -> Deed {
    deed(app, None, (noted::WRONG, Some(What::Tries(count))), Some(user))
}

/// Writes down that she reads what is not about herself, once a day.
async fn read_by(app: &AppState, who: &Who, ground: Ground, of: &Of) -> Result<(), Refusal> {
    let (what, about) = match of {
        Of::About(user) | Of::By(user) if *user == who.user => return Ok(()),
        Of::About(person) => (None, Some(person.clone())),
        Of::By(user) => (Some((Staff::KIND, user)), None),
        Of::All => (None, None),
    };
    if app.lately.reads(&who.centre, &who.user, of, app.clock.now().date()) {
        note(app, &who.centre, (&who.user, ground), (noted::READ, what), about).await?;
    }
    Ok(())
}

/// The newest entries she may see.
#[utoipa::path(
    get,
    path = "/log",
    operation_id = "list_log",
    tag = "staff",
    params(
        ("about" = Option<String>, Query, description = "Whose rows.", pattern = "^[a-z0-9-]{1,64}$"),
        ("by" = Option<String>, Query, description = "Who did it.", pattern = "^[a-z0-9-]{1,64}$"),
        ("before" = Option<String>, Query, description = "Older than the entry that stands here.")
    ),
    responses(
        (status = 200, description = "At most 200 entries, the newest first.", body = [Line]),
        (status = 400, description = "malformed"),
        (status = 404, description = "gone")
    )
)]
pub async fn list(
    State(app): State<AppState>,
    who: Who,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Vec<Line>>, Refusal> {
    let Query(wanted) = wanted.map_err(|fault| Refusal::Malformed { detail: fault.body_text() })?;
    let mut snapshot = app.store.snapshot(&who.centre).await?;
    let actor = who.actor(&mut *snapshot).await?;
    // Whoever holds one connection must not wait for another.
    drop(snapshot);
    let places = Places::of(&app, &who.centre, &who.user).await?;
    let before = places.before(wanted.before.as_deref())?;
    let (of, ground) = seen(&actor, wanted, app.clock.now().date())?;
    let hidden = Hidden::from(&app, &who.centre, &actor).await?;
    // To read of nobody is nothing to write down: else it would be shown of an id that was never given, and not of a
    // protected person's.
    if let Of::About(user) | Of::By(user) = &of
        && *user != who.user
        && shown(&app, &who.centre, (&of, i64::MAX), &hidden, 1).await?.is_empty()
    {
        return Ok(Json(Vec::new()));
    }
    read_by(&app, &who, ground, &of).await?;
    let entries = shown(&app, &who.centre, (&of, before), &hidden, MOST).await?;
    let mut lines = Vec::new();
    let mut told = Lines::of(&app, &who.centre, places).await?;
    for read in entries {
        lines.push(told.line(read, None).await?);
    }
    Ok(Json(lines))
}

/// The newest entries before a number that may be shown, at most so many. There are fewer only where the log begins:
/// else it would be told that something was left out.
async fn shown(
    app: &AppState,
    centre: &CentreId,
    (of, mut before): (&Of, i64),
    hidden: &Hidden,
    most: usize,
) -> Result<Vec<Read>, Refusal> {
    let mut shown = Vec::new();
    loop {
        let entries = app.store.audit_newest(centre, of, before, i64::try_from(most).unwrap_or(i64::MAX)).await?;
        let is_last = entries.len() < most;
        before = entries.last().map_or(before, |read| read.entry.number);
        for read in entries {
            if is_told(app, centre, &read, hidden).await? {
                shown.extend(hidden.shown(read));
            }
        }
        if is_last || shown.len() >= most {
            shown.truncate(most);
            return Ok(shown);
        }
    }
}

/// May she be told of the entry? Not where it says that another was looked through which is hidden from her.
async fn is_told(app: &AppState, centre: &CentreId, read: &Read, hidden: &Hidden) -> Result<bool, Refusal> {
    let mut marked = review::marked(read);
    while let Some(number) = marked {
        let Some(read) = entry(app, centre, number).await? else { break };
        if hidden.hides(&read) {
            return Ok(false);
        }
        marked = review::marked(&read);
    }
    Ok(!hidden.hides(read))
}

/// The entry of a number.
async fn entry(app: &AppState, centre: &CentreId, number: i64) -> Result<Option<Read>, Refusal> {
    let mut found = app.store.audit_newest(centre, &Of::All, number.saturating_add(1), 1).await?;
    Ok(found.pop().filter(|read| read.entry.number == number))
}

/// The entries as they are shown: what those are called of whom they speak, and where they stand.
struct Lines {
    snapshot: Box<dyn Snapshot>,
    known: BTreeMap<String, Called>,
    places: Places,
}

/// Her name, and the part she plays if she works here.
type Called = Option<(String, Option<Role>)>;

impl Lines {
    async fn of(app: &AppState, centre: &CentreId, places: Places) -> Result<Self, Refusal> {
        Ok(Self { snapshot: app.store.snapshot(centre).await?, known: BTreeMap::new(), places })
    }

    /// An entry as it is shown; it may stand for looks at so many people.
    async fn line(&mut self, read: Read, people: Option<usize>) -> Result<Line, Refusal> {
        let marked = review::marked(&read).map(|number| format!("log/{}", self.places.told(number)));
        let Read { entry, body } = read;
        if !self.known.contains_key(&entry.by) {
            self.known.insert(entry.by.clone(), called(&mut *self.snapshot, &entry.by).await?);
        }
        let (by_name, by_role) = self.known.get(&entry.by).cloned().flatten().unzip();
        let (name, made_at, what, ground, reason) = match body {
            Some(Body { name, made_at, what, ground, reason, .. }) => (Some(name), Some(made_at), what, ground, reason),
            None => (None, None, None, None, None),
        };
        let played = ground.map(|ground| ground.role).filter(|role| policy::is_invited(*role));
        let (by_role, ground) = (played.or(by_role.flatten()), ground.map(|ground| ground.relation));
        let some = |text: String| (!text.is_empty()).then_some(text);
        let (by, about) = (some(entry.by), some(entry.about));
        let (place, at, what) = (self.places.told(entry.number), entry.at, marked.or(what));
        Ok(Line { place, at, made_at, by, by_name, by_role, about, name, what, people, ground, reason })
    }
}

/// The entries she may see among those she asks for, and on what ground.
fn seen(actor: &Actor, wanted: Wanted, today: Date) -> Result<(Of, Ground), Rejection> {
    let me = &actor.user;
    let on = |about: &[Tag]| {
        let permit = policy::check(actor, &Ask::new(Action::SeeLog, about.iter().cloned()), today);
        permit.ok().map(|permit| permit.ground())
    };
    let hers = [Tag::participant(me), Tag::named(me)];
    let is_me = |one: &Option<AnyId>| one.as_ref().is_none_or(|one| one == me);
    let Wanted { about, by, .. } = wanted;
    if about.is_some() && by.is_some() {
        return Err(Rejection::Gone);
    }
    if let Some(ground) = on(&[]) {
        let all = by.map_or(Of::All, Of::By);
        return Ok((about.map_or(all, Of::About), ground));
    }
    if let Some(ground) = on(&hers)
        && by.is_none()
        && is_me(&about)
    {
        return Ok((Of::About(me.clone()), ground));
    }
    if let Some(ground) = on(&[Tag::user(me)])
        && about.is_none()
        && is_me(&by)
    {
        return Ok((Of::By(me.clone()), ground));
    }
    Err(Rejection::Gone)
}

/// What somebody is called, and the part she plays if she works here.
async fn called(snapshot: &mut dyn Snapshot, user: &str) -> Result<Called, Refusal> {
    let key = Key::from_text(user);
    let staff = snapshot.row(Staff::KIND, &key).await?;
    if let Some(staff) = staff.as_ref().and_then(Staff::from_record) {
        return Ok(Some((staff.name.to_string(), Some(staff.role))));
    }
    let person = snapshot.row(Person::KIND, &key).await?;
    Ok(person.as_ref().and_then(Person::from_record).map(|person| (person.full_name(), None)))
}
