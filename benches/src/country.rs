//! Many centres in one database, each with its people at work: a demo centre, copied.
//!
//! The copying is done in SQL before the server starts, for a country does not sign in within a minute:
//! a password costs a tenth of a second on purpose.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use shared::{
    domain::{
        attendance::{Attendance, Mark, Set},
        exception::Exception,
    },
    prim::days_from,
};
use sqlx::AssertSqlSafe;

use crate::{
    database::{Connection, Database},
    server::Server,
};

/// The day after school on which the week is registered.
const FRIDAY: &str = "2026-11-27T16:00";
/// The centre that is copied.
const DEMO: &str = "ns";
/// Who registers attendance.
pub const MARKERS: [&str; 4] = ["kari", "jonas", "ingunn", "anders"];
/// The marks of each centre: those of one week.
const MARKS: usize = 170;

/// A signed-in device.
#[derive(Clone)]
pub struct Device {
    /// What a browser sends back with each request.
    pub cookie: String,
    /// The id of its client.
    pub client: String,
    /// What its user registers.
    pub marks: Vec<Set>,
}

/// A country in a database.
pub struct Country {
    /// The devices of those who register, centre by centre.
    pub devices: Vec<Device>,
    database: Database,
    /// How many marks were acknowledged so far.
    acknowledged: AtomicUsize,
}

impl Country {
    /// Fills an empty database with so many centres.
    pub async fn found(binary: &Path, database: Database, centres: usize) -> Result<Self> {
        drop(Server::start(binary, &database, FRIDAY)?);
        let mut connection = database.open().await?;
        let marks = week(&mut connection).await?;
        let names: Vec<String> = (0..centres).map(name).collect();
        copy(&mut connection, &names).await?;
        let devices = sign_in(&mut connection, &names, &marks).await?;
        connection.close().await?;
        Ok(Self { devices, database, acknowledged: AtomicUsize::new(0) })
    }

    /// Starts its server.
    pub fn serve(&self, binary: &Path) -> Result<Server> {
        Server::start(binary, &self.database, FRIDAY)
    }

    /// After so many more marks were acknowledged: each is in its row, and no row was answered twice.
    pub async fn expect(&self, more: usize) -> Result<()> {
        let expected = self.acknowledged.fetch_add(more, Ordering::Relaxed) + more;
        let mut connection = self.database.open().await?;
        let body = connection.body();
        let sql = format!(
            "select count(*), coalesce(sum(json_array_length({body} -> 'answers')), 0) from row
             where kind = 'mark' and {body} ->> 'date' >= '2026-11-23'"
        );
        let counted: Vec<(i64, i64)> = connection.rows(AssertSqlSafe(sql)).await?;
        connection.close().await?;
        let &(rows, answers) = counted.first().context("nothing was counted")?;
        ensure!(rows == answers, "{rows} marks with {answers} answers: something was applied twice");
        ensure!(usize::try_from(rows)? == expected, "{rows} marks are there, {expected} were acknowledged");
        Ok(())
    }
}

/// The marks of this week, by who makes them: those of last week, seven days later.
async fn week(connection: &mut Connection) -> Result<BTreeMap<&'static str, Vec<Set>>> {
    let rows: Vec<(String, String, String)> = connection
        .rows(
            "select kind, id, body from row
             where deleted = 0 and kind in ('mark', 'exception', 'day-off') order by id",
        )
        .await?;
    let of = |kind: &'static str| rows.iter().filter(move |row| row.0 == kind);
    let exceptions = of("exception").map(|row| serde_json::from_str(&row.2));
    let exceptions = exceptions.collect::<Result<Vec<Exception>, _>>()?;
    let granted: Vec<(String, String)> = connection.rows("select tag, user_id from grants").await?;
    let may = |tag: String| {
        let own = granted.iter().filter(move |(of, _)| *of == tag);
        own.filter_map(|(_, user)| MARKERS.into_iter().find(|marker| marker == user)).collect::<Vec<_>>()
    };
    let regular = of("mark").map(|row| serde_json::from_str(&row.2)).collect::<Result<Vec<Mark>, _>>()?;
    let regular = regular.into_iter().filter(|mark| exceptions.iter().all(|other| other.series != mark.series));
    let mut marks: BTreeMap<&'static str, Vec<Set>> = BTreeMap::new();
    for (number, Mark { series, date, person, group, .. }) in regular.enumerate() {
        let date = days_from(date, 7);
        let is_closed = of("day-off").any(|row| row.1 == date.to_string());
        if is_closed || marks.values().map(Vec::len).sum::<usize>() == MARKS {
            continue;
        }
        let makers = [may(format!("participant:{person}")), may(format!("roster:{group}"))].concat();
        let maker = makers.get(number % makers.len().max(1)).copied().context("somebody may register it")?;
        let value = if number.is_multiple_of(9) { Attendance::Late(10) } else { Attendance::Here };
        marks.entry(maker).or_default().push(Set { series, date, person, value, seen: Vec::new() });
    }
    ensure!(marks.values().map(Vec::len).sum::<usize>() == MARKS, "the demo week is too short");
    Ok(marks)
}

fn name(number: usize) -> String {
    if number == 0 { DEMO.to_owned() } else { format!("c{number}") }
}

/// Copies everything of the demo centre, the first of these, to all others.
async fn copy(connection: &mut Connection, names: &[String]) -> Result<()> {
    let Some((_, copies)) = names.split_first().filter(|(_, copies)| !copies.is_empty()) else {
        return Ok(());
    };
    let centres: Vec<(i64, String)> = connection.rows("select version, history from centre").await?;
    let (version, history) = centres.first().context("the demo centre is not there")?;
    let centres: Vec<_> = copies.iter().map(|name| format!("('{name}', {version}, '{history}')")).collect();
    let mut script = format!("begin; insert into centre (id, version, history) values {};", centres.join(", "));
    for table in ["row", "row_tag", "grants", "account"] {
        let columns = connection.columns(table).await?;
        let copied = columns.iter().map(|column| match column.as_str() {
            "centre" => "centre.id".to_owned(),
            // There is one of each in the whole database.
            "login" => "copied.login || '-' || centre.id".to_owned(),
            column => format!("copied.{column}"),
        });
        let (copied, columns) = (copied.collect::<Vec<_>>().join(", "), columns.join(", "));
        script += &format!(
            "insert into {table} ({columns})
             select {copied} from centre cross join {table} as copied
             where copied.centre = '{DEMO}' and centre.id <> '{DEMO}';"
        );
    }
    connection.fill(script + "commit;").await
}

/// Opens a client and a session for each of those who register.
async fn sign_in(
    connection: &mut Connection,
    names: &[String],
    marks: &BTreeMap<&'static str, Vec<Set>>,
) -> Result<Vec<Device>> {
    let created: Vec<(i64,)> = connection.rows("select max(created) from account").await?;
    let &(now,) = created.first().context("there are no accounts")?;
    let key = connection.blank_key();
    let (mut devices, mut sessions, mut clients) = (Vec::new(), Vec::new(), Vec::new());
    for centre in names {
        for user in MARKERS {
            let (token, client) = (format!("token-{centre}-{user}"), format!("{user}-laptop"));
            let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(&token));
            sessions.push(format!("('{digest}', '{centre}', '{user}', {now})"));
            clients.push(format!("('{centre}', '{client}', '{user}', 0, {key})"));
            let marks = marks.get(user).cloned().unwrap_or_default();
            devices.push(Device { cookie: format!("minvei={token}"), client, marks });
        }
    }
    let script = format!(
        "begin;
         insert into session (token, centre, user_id, created) values {};
         insert into client (centre, id, user_id, last_seq, key) values {};
         commit;",
        sessions.join(", "),
        clients.join(", ")
    );
    connection.fill(script).await?;
    Ok(devices)
}
