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
    AnyCommand,
    domain::attendance::{Attendance, Set},
    prim::{Date, Id, days_from},
};
use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection, query, query_as, query_scalar,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use crate::server::Server;

/// The day after school on which the week is registered.
pub const FRIDAY: &str = "2026-11-27T16:00";
/// The centre that is copied.
const DEMO: &str = "ns";
/// Who registers attendance.
pub const MARKERS: [&str; 4] = ["kari", "jonas", "ingunn", "anders"];
/// The marks of each centre: those of one week.
pub const MARKS: usize = 170;

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

/// A country in a folder.
pub struct Country {
    /// The devices of those who register, centre by centre.
    pub devices: Vec<Device>,
    database: SqliteConnectOptions,
    /// How many marks were acknowledged so far.
    acknowledged: AtomicUsize,
}

impl Country {
    /// Fills a folder with so many centres.
    pub async fn found(binary: &Path, folder: &Path, centres: usize) -> Result<Self> {
        drop(Server::start(binary, folder, FRIDAY)?);
        let database =
            SqliteConnectOptions::new().filename(folder.join("minvei.db")).journal_mode(SqliteJournalMode::Wal);
        let mut connection = database.connect().await?;
        let marks = week(&mut connection).await?;
        copy(&mut connection, centres).await?;
        let devices = sign_in(&mut connection, centres, &marks).await?;
        connection.close().await?;
        Ok(Self { devices, database, acknowledged: AtomicUsize::new(0) })
    }

    /// After so many more marks were acknowledged: each is in its row, and no row was answered twice.
    pub async fn expect(&self, more: usize) -> Result<()> {
        let expected = self.acknowledged.fetch_add(more, Ordering::Relaxed) + more;
        let mut connection = self.database.connect().await?;
        let (rows, answers): (i64, i64) = query_as(
            "select count(*), coalesce(sum(json_array_length(body, '$.answers')), 0) from row
             where kind = 'mark' and body ->> 'date' >= '2026-11-23'",
        )
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        ensure!(rows == answers, "{rows} marks with {answers} answers: something was applied twice");
        ensure!(usize::try_from(rows)? == expected, "{rows} marks are there, {expected} were acknowledged");
        Ok(())
    }
}

/// The marks of this week, by who makes them: those of last week, seven days later.
async fn week(connection: &mut SqliteConnection) -> Result<BTreeMap<&'static str, Vec<Set>>> {
    let lines: Vec<(String, String, String, String)> = query_as(
        "select body ->> 'series', body ->> 'date', body ->> 'person', body ->> 'group' from row
         where kind = 'mark' and body ->> 'series' not in (select body ->> 'series' from row where kind = 'exception')
         order by id",
    )
    .fetch_all(&mut *connection)
    .await?;
    let closed: Vec<String> =
        query_scalar("select id from row where kind = 'day-off'").fetch_all(&mut *connection).await?;
    let granted: Vec<(String, String)> = query_as("select tag, user_id from grants").fetch_all(connection).await?;
    let may = |tag: String| {
        let own = granted.iter().filter(move |(of, _)| *of == tag);
        own.filter_map(|(_, user)| MARKERS.into_iter().find(|marker| marker == user)).collect::<Vec<_>>()
    };
    let mut marks: BTreeMap<&'static str, Vec<Set>> = BTreeMap::new();
    for (number, (series, day, person, group)) in lines.into_iter().enumerate() {
        let day: Date = days_from(day.parse().ok().context("a date")?, 7);
        if closed.contains(&day.to_string()) || marks.values().map(Vec::len).sum::<usize>() == MARKS {
            continue;
        }
        let makers = [may(format!("participant:{person}")), may(format!("roster:{group}"))].concat();
        let maker = makers.get(number % makers.len().max(1)).copied().context("somebody may register it")?;
        let value = if number.is_multiple_of(9) { Attendance::Late(10) } else { Attendance::Here };
        let (series, person) = (Id::parse(&series)?, Id::parse(&person)?);
        marks.entry(maker).or_default().push(Set { series, date: day, person, value, seen: Vec::new() });
    }
    ensure!(marks.values().map(Vec::len).sum::<usize>() == MARKS, "the demo week is too short");
    Ok(marks)
}

fn name(number: usize) -> String {
    if number == 0 { DEMO.to_owned() } else { format!("c{number}") }
}

/// Copies everything of the demo centre.
async fn copy(connection: &mut SqliteConnection, centres: usize) -> Result<()> {
    let mut transaction = connection.begin().await?;
    let names: Vec<String> = (1..centres).map(name).collect();
    let names = serde_json::to_string(&names)?;
    for (table, columns) in [
        ("centre", "version, history"),
        ("row", "kind, id, version, deleted, shape, body"),
        ("row_tag", "tag, kind, id, version, gone"),
        ("grants", "user_id, tag, role, from_day, until_day, kind, id"),
    ] {
        let key = if table == "centre" { "id" } else { "centre" };
        let copied = columns.split(", ").map(|column| format!("copied.{column}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "insert into {table} ({key}, {columns})
             select name.value, {copied} from json_each(?1) as name cross join {table} as copied
             where copied.{key} = '{DEMO}'"
        );
        query(sqlx::AssertSqlSafe(sql)).bind(&names).execute(&mut *transaction).await?;
    }
    query(
        "insert into account (centre, user_id, login, secret, role, name, created)
         select name.value, user_id, login || '-' || name.value, secret, role, account.name, created
         from json_each(?1) as name cross join account where account.centre = 'ns'",
    )
    .bind(&names)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Opens a client and a session for each of those who register.
async fn sign_in(
    connection: &mut SqliteConnection,
    centres: usize,
    marks: &BTreeMap<&'static str, Vec<Set>>,
) -> Result<Vec<Device>> {
    let now: i64 = query_scalar("select max(created) from account").fetch_one(&mut *connection).await?;
    let mut devices = Vec::new();
    let mut lines = Vec::new();
    for number in 0..centres {
        for user in MARKERS {
            let (token, client) = (format!("token-{number}-{user}"), format!("{user}-laptop"));
            let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(&token));
            lines.push((name(number), user, digest, client.clone()));
            let marks = marks.get(user).cloned().unwrap_or_default();
            devices.push(Device { cookie: format!("minvei={token}"), client, marks });
        }
    }
    let lines = serde_json::to_string(&lines)?;
    let mut transaction = connection.begin().await?;
    query(
        "insert into session (token, centre, user_id, created)
         select value ->> 2, value ->> 0, value ->> 1, ?2 from json_each(?1)",
    )
    .bind(&lines)
    .bind(now)
    .execute(&mut *transaction)
    .await?;
    query(
        "insert into client (centre, id, user_id, last_seq, key)
         select value ->> 0, value ->> 3, value ->> 1, 0, zeroblob(32) from json_each(?1)",
    )
    .bind(&lines)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(devices)
}

/// A mark as a command.
pub fn command(mark: &Set) -> AnyCommand {
    mark.clone().into()
}
