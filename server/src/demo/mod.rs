//! The demo centre: Ny sjanse with its week plan, two schools, and people who do not exist.
//! The same date gives the same centre; it is only ever written into an empty database.

mod kitchen;
mod past;
mod people;
mod week;

use serde::Serialize;
use shared::{
    Record, Role,
    prim::{AnyId, Id, Name, TimeOfDay, Timestamp},
    sync::authority::Commit,
};

use crate::{
    auth::{
        login::{printed, symbols},
        random,
        secret::{SecretFault, Secrets},
    },
    store::{Account, CentreId, Import, Imported, Room, Store, StoreFault},
};

/// The secret of everybody who signs in with a name.
const PASSWORD: &str = "minvei-demo";
/// The PIN of every card.
const PIN: &str = "2468";

/// Somebody who can sign in at the demo centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// Who.
    pub user: AnyId,
    /// The part she plays.
    pub role: Role,
    /// What she is called.
    pub name: String,
    /// What she signs in with, in the stored spelling.
    pub login: String,
    /// What she types beside it.
    pub secret: &'static str,
}

/// Why the demo centre could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FillFault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The secrets could not be hashed.
    #[error(transparent)]
    Secret(#[from] SecretFault),
}

/// The id of the demo centre.
#[must_use]
pub fn centre() -> CentreId {
    id("ns")
}

/// Everybody who can sign in, colleagues first.
#[must_use]
pub fn accounts() -> Vec<DemoAccount> {
    let colleagues = people::colleagues().into_iter().map(|staff| DemoAccount {
        login: staff.id.to_string(),
        user: staff.id,
        role: staff.role,
        name: staff.name.to_string(),
        secret: PASSWORD,
    });
    let participants = people::participants().into_iter().map(|one| DemoAccount {
        user: one.id.cast(),
        role: Role::Participant,
        name: one.full_name(),
        login: one.card(),
        secret: PIN,
    });
    colleagues.chain(participants).collect()
}

/// The rows of the centre as seen on the day of `now`.
#[must_use]
pub fn rows(now: Timestamp) -> Vec<Record> {
    let today = now.date();
    let mut rows = kitchen::rows(today);
    rows.extend(people::rows(today));
    rows.extend(week::rows(today));
    rows.extend(past::rows(today));
    rows
}

/// Writes the centre into the store, if that is empty.
pub async fn fill(store: &dyn Store, secrets: &Secrets, now: Timestamp) -> Result<Imported, FillFault> {
    let centre = centre();
    if store.snapshot(&centre).await?.centre().await.is_ok() {
        return Ok(Imported::NoRoom);
    }
    // One hash for each distinct secret: hashing is slow on purpose.
    let (password, pin) = tokio::join!(secrets.hash(PASSWORD.to_owned()), secrets.hash(PIN.to_owned()));
    let (password, pin) = (password?, pin?);
    let accounts = accounts().into_iter().map(|one| Account {
        centre: centre.clone(),
        user: one.user,
        login: one.login,
        secret: if one.secret == PIN { pin.clone() } else { password.clone() },
        role: one.role,
        name: one.name,
        created: now,
    });
    let import = Import {
        accounts: accounts.collect(),
        history: symbols(&random::<8>()),
        commit: Commit::first(rows(now)),
        centre: centre.clone(),
    };
    Ok(store.import(&import, Room::Empty).await?)
}

/// An account as it is listed.
#[derive(Serialize)]
struct Listed {
    role: Role,
    name: String,
    login: String,
    secret: &'static str,
}

fn listed() -> impl Iterator<Item = Listed> {
    let accounts = accounts().into_iter();
    accounts.map(|one| Listed { role: one.role, name: one.name, login: printed(&one.login), secret: one.secret })
}

/// The accounts as a JSON list of role, name, login and secret.
#[must_use]
pub fn accounts_as_json() -> String {
    let list: Vec<_> = listed().collect();
    serde_json::to_string_pretty(&list).expect("texts are JSON")
}

/// The accounts as a table.
#[must_use]
pub fn accounts_as_text() -> String {
    let role = |one: &Listed| serde_json::to_string(&one.role).unwrap_or_default().replace('"', "");
    listed().map(|one| format!("{:12} {:20} {:14} {}\n", role(&one), one.name, one.login, one.secret)).collect()
}

fn id<T: ?Sized>(text: &str) -> Id<T> {
    Id::parse(text).expect("the ids of the demo are well-formed")
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("the names of the demo are well-formed")
}

fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).expect("the times of the demo are well-formed")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shared::prim::Date;
    use shared::prim::date;

    use super::*;

    fn at(day: Date) -> Vec<Record> {
        rows(Timestamp::at(day, time("09:00")))
    }

    #[test]
    fn the_same_day_gives_the_same_centre() {
        assert_eq!(at(date(2026, 11, 24)), at(date(2026, 11, 24)));
        assert_eq!(accounts(), accounts());
    }

    #[test]
    fn no_row_is_written_twice() {
        for day in [date(2026, 11, 24), date(2026, 12, 24), date(2027, 1, 2), date(2026, 3, 29), date(2026, 7, 1)] {
            let rows = at(day);
            let keys: BTreeSet<_> = rows.iter().map(|row| (row.kind(), row.key())).collect();
            assert_eq!(keys.len(), rows.len(), "{day}");
        }
    }

    #[test]
    fn everybody_has_a_login_of_her_own() {
        let accounts = accounts();
        let logins: BTreeSet<_> = accounts.iter().map(|one| &one.login).collect();
        assert_eq!((accounts.len(), logins.len()), (33, 33));
        let cards = accounts.iter().filter(|one| one.role == Role::Participant);
        assert_eq!(cards.filter(|one| printed(&one.login).starts_with("NS-")).count(), 24);
    }

    #[test]
    fn the_list_has_what_one_needs_to_sign_in() {
        let json: serde_json::Value = serde_json::from_str(&accounts_as_json()).unwrap();
        assert_eq!(json[0]["secret"], "minvei-demo");
        assert_eq!(json[32]["role"], "participant");
        assert_eq!(accounts_as_text().lines().count(), 33);
    }
}
