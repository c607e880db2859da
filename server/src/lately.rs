//! What the log of accesses was told a short while ago and need not be told again: who has read it today, who was sent
//! the rows of a protected person, and as whom somebody has tried in vain to sign in this hour. And what the server's own
//! log was told: from where somebody has tried what is nobody's.
//!
//! Kept in memory: a server that begins anew, or another one on the same database, tells it once more.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use shared::prim::{AnyId, Date, Timestamp};

use crate::{
    peer::network,
    store::{CentreId, audit::Of},
};

/// For how long further tries are only counted, in milliseconds.
const HOUR: i64 = 60 * 60 * 1_000;
/// When there are more entries than this, old ones are forgotten.
const MOST: usize = 10_000;

/// What the log was told lately.
#[derive(Debug, Default)]
pub struct Lately {
    tries: Mutex<HashMap<User, Tries>>,
    knocks: Mutex<HashMap<(IpAddr, Door), Tries>>,
    readings: Mutex<HashMap<(User, Of), Date>>,
    receipts: Mutex<HashMap<(User, AnyId), Date>>,
}

type User = (CentreId, AnyId);

/// At what somebody has tried in vain, without being anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// A login nobody has.
    Login,
    /// A link that opens nothing: an invitation, or a school's.
    Link,
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    told: Timestamp,
    /// How many there were since.
    more: u32,
}

impl Lately {
    /// Somebody has tried in vain to sign in as this user. How many tries the log is to be told of now: the first at
    /// once, those that follow within the hour with the next.
    pub fn tried(&self, centre: &CentreId, user: &AnyId, now: Timestamp) -> Option<u32> {
        count(&self.tries, (centre.clone(), user.clone()), now)
    }

    /// Somebody at this address has tried what is nobody's. How many tries the server's own log is to be told of now, as
    /// for [`Self::tried`]. Another address of her household's is no other one.
    pub fn knocked(&self, peer: IpAddr, door: Door, now: Timestamp) -> Option<u32> {
        count(&self.knocks, (network(peer), door), now)
    }

    /// Somebody has signed in as this user. How many tries in vain the log was not told of.
    pub fn signed_in(&self, centre: &CentreId, user: &AnyId) -> Option<u32> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let one = tries.get_mut(&(centre.clone(), user.clone()))?;
        Some(std::mem::take(&mut one.more)).filter(|more| *more > 0)
    }

    /// This user reads these entries. Is the log to be told? Once a day.
    pub fn reads(&self, centre: &CentreId, user: &AnyId, of: &Of, today: Date) -> bool {
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        if readings.len() > MOST {
            readings.retain(|_, day| *day == today);
        }
        let before = readings.insert(((centre.clone(), user.clone()), of.clone()), today);
        before != Some(today)
    }

    /// Of whom of these protected persons the log is still to be told that this user was sent their rows today.
    pub fn not_received(
        &self,
        centre: &CentreId,
        user: &AnyId,
        mut people: BTreeSet<AnyId>,
        today: Date,
    ) -> BTreeSet<AnyId> {
        let receipts = self.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|person| receipts.get(&((centre.clone(), user.clone()), person.clone())) != Some(&today));
        people
    }

    /// The log was told of these. Said afterwards: what could not be written is told again.
    pub fn received(&self, centre: &CentreId, user: &AnyId, people: BTreeSet<AnyId>, today: Date) {
        let mut receipts = self.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        if receipts.len() > MOST {
            receipts.retain(|_, day| *day == today);
        }
        receipts.extend(people.into_iter().map(|person| (((centre.clone(), user.clone()), person), today)));
    }
}

fn count<K: Eq + Hash>(tries: &Mutex<HashMap<K, Tries>>, key: K, now: Timestamp) -> Option<u32> {
    let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
    if tries.len() > MOST {
        tries.retain(|_, one| is_fresh(one.told, now));
    }
    if let Some(one) = tries.get_mut(&key)
        && is_fresh(one.told, now)
    {
        one.more += 1;
        return None;
    }
    let before = tries.insert(key, Tries { told: now, more: 0 });
    Some(before.map_or(0, |one| one.more) + 1)
}

/// Is this within the hour? The clock may have been set back since.
fn is_fresh(told: Timestamp, now: Timestamp) -> bool {
    (0..HOUR).contains(&(now.0 - told.0))
}

#[cfg(test)]
mod tests {
    use shared::prim::{Id, date};

    use super::*;

    fn amina() -> (CentreId, AnyId) {
        (Id::parse("ns").unwrap(), Id::parse("amina").unwrap())
    }

    #[test]
    fn the_first_try_of_an_hour_is_told_and_the_others_are_counted() {
        let (lately, (ns, amina)) = (Lately::default(), amina());
        let tried = |at: i64| lately.tried(&ns, &amina, Timestamp(at));
        assert_eq!([tried(0), tried(1), tried(HOUR - 1)], [Some(1), None, None]);
        assert_eq!([tried(HOUR), tried(HOUR + 1)], [Some(3), None]);
        let kari = Id::parse("kari").unwrap();
        assert_eq!(lately.tried(&ns, &kari, Timestamp(1)), Some(1), "each for herself");
    }

    #[test]
    fn an_address_is_told_once_an_hour_for_each_door() {
        let lately = Lately::default();
        let (here, there) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let knocked = |peer, door, at: i64| lately.knocked(peer, door, Timestamp(at));
        assert_eq!([knocked(here, Door::Login, 0), knocked(here, Door::Login, 1)], [Some(1), None]);
        assert_eq!([knocked(here, Door::Link, 1), knocked(there, Door::Login, 1)], [Some(1), Some(1)]);
        assert_eq!(knocked(here, Door::Login, HOUR), Some(2));
        let hers = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, last]);
        assert_eq!(
            [knocked(hers(1), Door::Login, 0), knocked(hers(2), Door::Login, 1)],
            [Some(1), None],
            "a household"
        );
    }

    #[test]
    fn what_was_not_told_is_told_when_she_signs_in() {
        let (lately, (ns, amina)) = (Lately::default(), amina());
        assert_eq!(lately.signed_in(&ns, &amina), None);
        for at in 0..5 {
            lately.tried(&ns, &amina, Timestamp(at));
        }
        assert_eq!((lately.signed_in(&ns, &amina), lately.signed_in(&ns, &amina)), (Some(4), None));
        assert_eq!(lately.tried(&ns, &amina, Timestamp(6)), None, "still the same hour");
    }

    #[test]
    fn a_clock_that_was_set_back_hides_no_try() {
        let (lately, (ns, amina)) = (Lately::default(), amina());
        lately.tried(&ns, &amina, Timestamp(HOUR));
        assert_eq!(lately.tried(&ns, &amina, Timestamp(0)), Some(1));
    }

    #[test]
    fn a_reading_is_told_once_a_day_for_each_part_of_the_log() {
        let (lately, (ns, bente)) = (Lately::default(), amina());
        let reads = |of: &Of, day: i8| lately.reads(&ns, &bente, of, date(2026, 11, day));
        let about = Of::About(Id::parse("sara").unwrap());
        assert_eq!([reads(&Of::All, 24), reads(&Of::All, 24), reads(&about, 24)], [true, false, true]);
        assert!(reads(&Of::All, 25));
    }

    #[test]
    fn what_somebody_was_sent_is_told_once_a_day_for_each_and_not_before_it_was_written() {
        let (lately, (ns, bente)) = (Lately::default(), amina());
        let people = |all: &[&str]| -> BTreeSet<AnyId> { all.iter().map(|one| Id::parse(one).unwrap()).collect() };
        let left = |day: i8| lately.not_received(&ns, &bente, people(&["noor", "sara"]), date(2026, 11, day));
        assert_eq!(left(24), people(&["noor", "sara"]));
        assert_eq!(left(24), people(&["noor", "sara"]), "it was not written");
        lately.received(&ns, &bente, people(&["noor"]), date(2026, 11, 24));
        assert_eq!(left(24), people(&["sara"]));
        let kari = Id::parse("kari").unwrap();
        let of_kari = lately.not_received(&ns, &kari, people(&["noor"]), date(2026, 11, 24));
        assert_eq!(of_kari, people(&["noor"]), "each for herself");
        assert_eq!(left(25), people(&["noor", "sara"]));
    }
}
