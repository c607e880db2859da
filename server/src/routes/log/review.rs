//! `GET /api/log/review`: what in the log deserves a second look, for whoever answers for the centre.
//! `POST /api/log/reviewed`: it has been looked through; another entry says so.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use shared::{
    Action, Actor, Ask, Command as _, Rejection, Tag,
    domain::{glass, look::Look, staff},
    policy::{self, Ground},
    prim::Date,
    sync::{authority::What, noted},
};
use utoipa::ToSchema;

use super::{Line, Lines, deed, entry, hidden::Hidden, is_told, place::Places, read_by, shown};
use crate::{
    AppState,
    auth::session::Who,
    error::Refusal,
    routes::Body,
    store::audit::{Of, Read},
};

/// How many entries one request goes through at the most.
const WINDOW: usize = 2_000;
/// Whoever opens the pages of more participants than this on one day is listed.
const MANY: usize = 20;
/// What is listed each time it happens: doors that were tried, opened or closed.
const EACH: [&str; 10] = [
    noted::WRONG,
    noted::INVITE,
    noted::ACCEPT,
    noted::SECOND,
    noted::PASSKEY,
    noted::LINK,
    staff::Correct::NAME,
    staff::End::NAME,
    staff::Return::NAME,
    glass::Break::NAME,
];

/// Where to begin.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Older than the entry that stands here; the newest without it.
    before: Option<String>,
}

/// What deserves a second look, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Review {
    items: Vec<Line>,
    /// Where the entries stand that were looked through. Those of them that are older than all gone through here are
    /// for whoever asks on from `next`.
    reviewed: Vec<String>,
    /// There is more before the entry that stands here.
    #[schema(required = true)]
    next: Option<String>,
}

/// Goes through the newest entries, or through those before another.
#[utoipa::path(
    get,
    path = "/log/review",
    operation_id = "review_log",
    tag = "staff",
    params(("before" = Option<String>, Query, description = "Older than the entry that stands here.")),
    responses(
        (status = 200, description = "What deserves a second look, the newest first.", body = Review),
        (status = 400, description = "malformed"),
        (status = 404, description = "gone")
    )
)]
pub async fn list(
    State(app): State<AppState>,
    who: Who,
    start: Result<Query<Start>, QueryRejection>,
) -> Result<Json<Review>, Refusal> {
    let Query(start) = start.map_err(|fault| Refusal::Malformed { detail: fault.body_text() })?;
    let (actor, ground) = answers_for_all(&app, &who).await?;
    read_by(&app, &who, ground, &Of::All).await?;
    let places = Places::of(&app, &who.centre, &who.user).await?;
    let before = places.before(start.before.as_deref())?;
    let hidden = Hidden::from(&app, &who.centre, &actor).await?;
    let entries = shown(&app, &who.centre, (&Of::All, before), &hidden, WINDOW).await?;
    let (entries, next) = if entries.len() < WINDOW { (entries, None) } else { in_whole_days(entries) };
    let marks: Vec<i64> = entries.iter().filter_map(marked).collect();
    let reviewed = marks.iter().map(|number| places.told(*number)).collect();
    let next = next.map(|number| places.told(number));
    let mut told = Lines::of(&app, &who.centre, places).await?;
    let mut items = Vec::new();
    for (read, people) in worth_a_look(entries, &marks) {
        items.push(told.line(read, people).await?);
    }
    Ok(Json(Review { items, reviewed, next }))
}

/// Which entry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Where it stands.
    place: String,
}

/// It has been looked through.
#[utoipa::path(
    post,
    path = "/log/reviewed",
    operation_id = "mark_reviewed",
    tag = "staff",
    request_body = Mark,
    responses(
        (status = 204, description = "It is noted."),
        (status = 403, description = "forbidden"),
        (status = 404, description = "gone")
    )
)]
pub async fn mark(
    State(app): State<AppState>,
    who: Who,
    Body(Mark { place }): Body<Mark>,
) -> Result<StatusCode, Refusal> {
    let (actor, ground) = answers_for_all(&app, &who).await?;
    let number = Places::of(&app, &who.centre, &who.user).await?.number(&place).ok_or(Rejection::Gone)?;
    let hidden = Hidden::from(&app, &who.centre, &actor).await?;
    let read = entry(&app, &who.centre, number).await?.ok_or(Rejection::Gone)?;
    if !is_told(&app, &who.centre, &read, &hidden).await? {
        return Err(Rejection::Gone.into());
    }
    // Nobody answers for her own emergency access.
    if name_of(&read) == Some(glass::Break::NAME) && read.entry.by == who.user.as_str() {
        return Err(Rejection::Forbidden.into());
    }
    let deed = deed(&app, Some((who.user, ground)), (noted::REVIEWED, Some(What::Entry(number))), None);
    app.store.audit_note(&who.centre, deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes sure that she may see all of the log, and on what ground. To everybody else there is no such thing.
async fn answers_for_all(app: &AppState, who: &Who) -> Result<(Actor, Ground), Refusal> {
    let actor = who.actor(&mut *app.store.snapshot(&who.centre).await?).await?;
    match policy::check(&actor, &Ask::new(Action::SeeLog, None::<Tag>), app.clock.now().date()) {
        Ok(permit) => Ok((actor, permit.ground())),
        Err(_) => Err(Rejection::Gone.into()),
    }
}

/// Leaves out the day that may go on before the oldest of these, unless there is no other: what somebody did on one
/// day is counted together. Answers before which number it goes on.
fn in_whole_days(mut entries: Vec<Read>) -> (Vec<Read>, Option<i64>) {
    let oldest = entries.last().map(|read| read.entry.at.date());
    let whole = entries.iter().take_while(|read| Some(read.entry.at.date()) != oldest).count();
    if whole > 0 {
        entries.truncate(whole);
    }
    let next = entries.last().map(|read| read.entry.number);
    (entries, next)
}

fn name_of(read: &Read) -> Option<&str> {
    Some(read.body.as_ref()?.name.as_str())
}

fn what_of(read: &Read) -> Option<&str> {
    read.body.as_ref()?.what.as_deref()
}

/// The number of the entry that this one says was looked through.
pub(super) fn marked(read: &Read) -> Option<i64> {
    name_of(read).filter(|name| *name == noted::REVIEWED)?;
    what_of(read)?.strip_prefix("log/")?.parse().ok()
}

/// Is it a look at a participant of whom no list was shown: at her page, or at what the log says about her?
fn is_close_look(read: &Read) -> bool {
    match name_of(read) {
        Some(Look::NAME) => what_of(read).is_some_and(|what| what.starts_with("person/")),
        Some(noted::READ) => !read.entry.about.is_empty(),
        _ => false,
    }
}

/// Those that deserve a second look and have not had it, newest first. The looks of one colleague on one day are one,
/// at the newest of them: more looks after it was looked through bring it back.
fn worth_a_look(entries: Vec<Read>, reviewed: &[i64]) -> Vec<(Read, Option<usize>)> {
    let mut looks: BTreeMap<(String, Date), (Read, BTreeSet<String>)> = BTreeMap::new();
    let mut found = Vec::new();
    for read in entries {
        if is_close_look(&read) {
            let about = read.entry.about.clone();
            let key = (read.entry.by.clone(), read.entry.at.date());
            looks.entry(key).or_insert_with(|| (read, BTreeSet::new())).1.insert(about);
        } else if name_of(&read).is_some_and(|name| EACH.contains(&name)) {
            found.push((read, None));
        }
    }
    let many = looks.into_values().filter(|(_, people)| people.len() > MANY);
    found.extend(many.map(|(read, people)| (read, Some(people.len()))));
    found.retain(|(read, _)| !reviewed.contains(&read.entry.number));
    found.sort_by_key(|(read, _)| Reverse(read.entry.number));
    found
}

#[cfg(test)]
mod tests {
    use shared::prim::Timestamp;

    use super::*;
    use crate::store::audit::{Body, Entry};

    const DAY: i64 = 24 * 60 * 60 * 1_000;
    /// Noon in Norway, in November.
    const NOON: i64 = 1_795_518_000_000;

    fn read(number: i64, at: i64, by: &str, (name, what): (&str, Option<&str>), about: &str) -> Read {
        let (by, about, at) = (by.to_owned(), about.to_owned(), Timestamp(at));
        let entry = Entry { number, at, by, about, body: String::new(), digest: String::new() };
        let what = what.map(str::to_owned);
        let name = name.to_owned();
        let body = Body { name, id: String::new(), made_at: at, what, ground: None, reason: None };
        Read { entry, body: Some(body) }
    }

    /// So many pages that Kari opens on a day, newest first, the last of them with this number.
    fn pages(count: i64, last: i64, at: i64) -> Vec<Read> {
        let page = |number: i64| {
            let (who, what) = (format!("p{number}"), format!("person/p{number}"));
            read(number, at, "kari", (Look::NAME, Some(&what)), &who)
        };
        (0..count).map(|before| page(last - before)).collect()
    }

    fn numbers(found: &[(Read, Option<usize>)]) -> Vec<(i64, Option<usize>)> {
        found.iter().map(|(read, people)| (read.entry.number, *people)).collect()
    }

    #[test]
    fn doors_are_listed_each_time_and_daily_work_is_not() {
        let entries = vec![
            read(9, NOON, "bente", (noted::REVIEWED, Some("log/4")), ""),
            read(8, NOON, "", (noted::WRONG, Some("tries/3")), "amina"),
            read(7, NOON, "kari", (noted::SIGN_IN, None), ""),
            read(6, NOON, "kari", ("attendance.set", Some("mark/x")), "amina"),
            read(5, NOON, "bente", (staff::End::NAME, Some("staff/jonas")), ""),
            read(4, NOON, "bente", (noted::INVITE, Some("staff/kari")), ""),
        ];
        let reviewed: Vec<i64> = entries.iter().filter_map(marked).collect();
        assert_eq!(reviewed, [4]);
        assert_eq!(numbers(&worth_a_look(entries, &reviewed)), [(8, None), (5, None)]);
    }

    #[test]
    fn more_pages_than_twenty_on_one_day_are_one_item_and_twenty_are_none() {
        assert!(worth_a_look(pages(20, 100, NOON), &[]).is_empty());
        assert_eq!(numbers(&worth_a_look(pages(21, 100, NOON), &[])), [(100, Some(21))]);
        assert!(worth_a_look(pages(21, 100, NOON), &[100]).is_empty(), "looked through");
        assert_eq!(numbers(&worth_a_look(pages(22, 101, NOON), &[100])), [(101, Some(22))], "and one more since");
        let two_days = pages(11, 100, NOON + DAY).into_iter().chain(pages(11, 50, NOON)).collect();
        assert!(worth_a_look(two_days, &[]).is_empty());
        let again = pages(21, 100, NOON).into_iter().map(|one| {
            let entry = Entry { about: "amina".to_owned(), ..one.entry };
            Read { entry, ..one }
        });
        assert!(worth_a_look(again.collect(), &[]).is_empty(), "the same page again and again");
    }

    #[test]
    fn lists_do_not_count() {
        let list = |number| read(number, NOON, "kari", (Look::NAME, None), &format!("p{number}"));
        assert!(worth_a_look((0..60).rev().map(list).collect(), &[]).is_empty());
    }

    #[test]
    fn a_full_window_ends_with_a_whole_day() {
        let two_days: Vec<Read> = pages(3, 100, NOON + DAY).into_iter().chain(pages(3, 97, NOON)).collect();
        let (entries, next) = in_whole_days(two_days);
        assert_eq!((entries.len(), next), (3, Some(98)));
        let (entries, next) = in_whole_days(pages(3, 97, NOON));
        assert_eq!((entries.len(), next), (3, Some(95)), "a day that is too long is cut");
    }
}
