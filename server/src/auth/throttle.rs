//! Slows guessing down: after five wrong tries each further one must wait, longer every time. Counted for each account
//! and address, more generously for each account over all addresses, and very generously for each address over all
//! accounts.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use shared::prim::{AnyId, Timestamp};

use crate::{
    peer::network,
    store::{Account, CentreId},
};

/// How long one must wait after ten wrong tries, in seconds.
const LONG: i64 = 15 * 60;
/// For how long wrong tries are remembered, in seconds.
const REMEMBERED: i64 = 24 * 60 * 60;
/// How many wrong tries from anywhere count as one from here.
const GENEROSITY: u32 = 3;
/// How many wrong tries an address has for all accounts together in [`LONG`]: a whole school may sit behind it.
const OF_AN_ADDRESS: u32 = 100;
/// The most counts that are kept. When there are as many, old ones are forgotten.
const MOST: usize = 10_000;
/// How many of them are forgotten then at once.
const ROOM: usize = MOST / 10;
/// How long one must wait while none can be forgotten, in seconds.
const FULL: i64 = 60;

/// Remembers wrong tries.
#[derive(Debug, Default)]
pub struct Throttle {
    tries: Mutex<HashMap<Key, Tries>>,
}

/// What is guessed at: what people choose, or what has four digits. Nobody guesses a link, the key of a client or a
/// signature; how often those are shown is a matter of [`Pace`](crate::limits::Pace) alone. So nobody makes up what is
/// counted but logins, and of those an address has few.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// The secret of an account, under whatever spelling of its login.
    Account(CentreId, AnyId),
    /// A secret for a login that nobody has.
    Nobody(String),
    /// Which logins there are, by whoever may choose one: she holds an invitation that is good, with this digest.
    Logins(String),
}

impl Counted {
    /// The secret of this account.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self::Account(account.centre.clone(), account.user.clone())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Here(Counted, IpAddr),
    Anywhere(Counted),
    /// Whatever is guessed at from this network.
    From(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    wrong: u32,
    /// The last one; of an address, the first of those that are counted.
    last: Timestamp,
    /// The one before that.
    before: Timestamp,
}

/// Too many wrong tries; how many seconds to wait before the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// At least one.
    pub seconds: i64,
}

impl Throttle {
    /// May somebody at `peer` try this now? If so it counts as wrong until she [`succeeded`](Self::succeeded), so that
    /// tries at the same time count too.
    pub fn attempt(&self, counted: &Counted, peer: IpAddr, now: Timestamp) -> Result<(), Wait> {
        let mut tries = self.tries();
        let keys = keys(counted, peer);
        let wait = keys.iter().filter_map(|key| Some(left(key, tries.get(key)?, now))).max().unwrap_or(0);
        if wait > 0 {
            return Err(Wait { seconds: wait });
        }
        let new = keys.iter().filter(|key| !tries.contains_key(*key)).count();
        if tries.len() + new > MOST {
            make_room(&mut tries, &keys, now);
        }
        if tries.len() + new > MOST {
            return Err(Wait { seconds: FULL });
        }
        for key in keys {
            let before = tries.get(&key).copied().filter(|one| !is_over(&key, one, now));
            let one = match (&key, before) {
                (_, None) => Tries { wrong: 1, last: now, before: now },
                (Key::From(_), Some(one)) => Tries { wrong: one.wrong + 1, ..one },
                (Key::Here(..) | Key::Anywhere(_), Some(one)) => {
                    Tries { wrong: one.wrong + 1, last: now, before: one.last }
                }
            };
            tries.insert(key, one);
        }
        Ok(())
    }

    /// Half of what she must show was right: this try does not count, and those before still do.
    pub fn half(&self, counted: &Counted, peer: IpAddr) {
        let mut tries = self.tries();
        for key in keys(counted, peer) {
            if let Some(one) = tries.get_mut(&key) {
                one.wrong = one.wrong.saturating_sub(1);
                if !matches!(key, Key::From(_)) {
                    one.last = one.before;
                }
            }
        }
    }

    /// The secret was right: nothing is held against it any more. What else was tried from there still counts.
    pub fn succeeded(&self, counted: &Counted, peer: IpAddr) {
        self.half(counted, peer);
        let mut tries = self.tries();
        tries.remove(&Key::Here(counted.clone(), network(peer)));
        tries.remove(&Key::Anywhere(counted.clone()));
    }

    /// There is another secret from now on: whatever was tried before, from wherever, says nothing of it.
    pub fn forget(&self, counted: &Counted) {
        self.tries().retain(|key, _| match key {
            Key::Here(one, _) | Key::Anywhere(one) => one != counted,
            Key::From(_) => true,
        });
    }

    fn tries(&self) -> MutexGuard<'_, HashMap<Key, Tries>> {
        // Whoever panicked has left a whole map behind.
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a try is counted for.
fn keys(counted: &Counted, peer: IpAddr) -> [Key; 3] {
    let network = network(peer);
    [Key::Here(counted.clone(), network), Key::Anywhere(counted.clone()), Key::From(network)]
}

/// How many seconds are left to wait.
fn left(key: &Key, tries: &Tries, now: Timestamp) -> i64 {
    if is_over(key, tries, now) { 0 } else { (wait_after(key, tries.wrong) - seconds(tries.last, now)).max(0) }
}

/// How many seconds to wait after so many wrong tries.
fn wait_after(key: &Key, wrong: u32) -> i64 {
    let wrong = match key {
        Key::Here(..) => wrong,
        Key::Anywhere(_) => wrong / GENEROSITY,
        Key::From(_) => return if wrong >= OF_AN_ADDRESS { LONG } else { 0 },
    };
    match wrong {
        0..5 => 0,
        5..10 => 1 << (wrong - 5),
        10.. => LONG,
    }
}

/// Is it so long ago that it counts no more?
fn is_over(key: &Key, tries: &Tries, now: Timestamp) -> bool {
    let passed = seconds(tries.last, now);
    match key {
        Key::Here(..) | Key::Anywhere(_) => passed > REMEMBERED,
        Key::From(_) => passed >= LONG,
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    (to.0 - from.0).max(0) / 1000
}

/// Forgets what is over, and then as much as is needed of what holds nobody up now: first what never did, and the oldest
/// of that. What somebody waits for stays, else many tries elsewhere would forgive those here; and what is `kept`.
fn make_room(tries: &mut HashMap<Key, Tries>, kept: &[Key], now: Timestamp) {
    tries.retain(|key, one| !is_over(key, one, now));
    let mut old: Vec<_> = tries.iter().filter(|(key, one)| left(key, one, now) == 0 && !kept.contains(key)).collect();
    let enough = (tries.len() + ROOM).saturating_sub(MOST);
    if enough < old.len() {
        // Everybody waits for this, so none is put in order beyond what goes and what stays.
        old.select_nth_unstable_by_key(enough, |(key, one)| (wait_after(key, one.wrong), one.last));
    }
    let old: Vec<Key> = old.into_iter().take(enough).map(|(key, _)| key.clone()).collect();
    for key in old {
        tries.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1000)
    }

    fn login(text: &str) -> Counted {
        Counted::Nobody(text.to_owned())
    }

    /// The address of this number, which nobody else has.
    fn elsewhere(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0a00_0000 + number).into()
    }

    #[test]
    fn five_tries_are_free_then_the_wait_grows() {
        let (throttle, a) = (Throttle::default(), login("a"));
        for _ in 0..5 {
            assert_eq!(throttle.attempt(&a, HERE, at(0)), Ok(()));
        }
        let mut now = 0;
        for wait in [1, 2, 4, 8, 16, LONG, LONG] {
            assert_eq!(throttle.attempt(&a, HERE, at(now)), Err(Wait { seconds: wait }));
            now += wait;
            assert_eq!(throttle.attempt(&a, HERE, at(now)), Ok(()));
        }
    }

    #[test]
    fn the_right_secret_clears_the_record() {
        let (throttle, a) = (Throttle::default(), login("a"));
        for _ in 0..200 {
            assert_eq!(throttle.attempt(&a, HERE, at(0)), Ok(()));
            throttle.succeeded(&a, HERE);
        }
    }

    #[test]
    fn another_secret_ends_the_wait_everywhere() {
        let (throttle, a, b) = (Throttle::default(), login("a"), login("b"));
        for number in 0..4 {
            for _ in 0..5 {
                // The last of them find that they must wait, for all of those before.
                let _ = throttle.attempt(&a, elsewhere(number), at(0));
                assert_eq!(throttle.attempt(&b, elsewhere(number), at(0)).is_ok(), number < 3);
            }
        }
        assert!(throttle.attempt(&a, elsewhere(9), at(0)).is_err());
        throttle.forget(&a);
        for number in [0, 1, 2, 3, 9] {
            assert_eq!(throttle.attempt(&a, elsewhere(number), at(0)), Ok(()), "{number}");
        }
        assert!(throttle.attempt(&b, elsewhere(9), at(0)).is_err(), "and nobody else's");
    }

    #[test]
    fn half_the_proof_forgives_no_wrong_try() {
        let (throttle, a) = (Throttle::default(), login("a"));
        for _ in 0..5 {
            assert_eq!(throttle.attempt(&a, HERE, at(0)), Ok(()));
            throttle.half(&a, HERE);
            assert_eq!(throttle.attempt(&a, HERE, at(0)), Ok(()));
        }
        assert!(throttle.attempt(&a, HERE, at(0)).is_err());
        // Nor does it begin a wait anew: the password, and the code after it.
        assert_eq!(throttle.attempt(&a, HERE, at(1)), Ok(()));
        throttle.half(&a, HERE);
        assert_eq!(throttle.attempt(&a, HERE, at(1)), Ok(()));
    }

    #[test]
    fn another_login_is_not_slowed_and_a_day_forgets() {
        let (throttle, a) = (Throttle::default(), login("a"));
        for _ in 0..5 {
            assert_eq!(throttle.attempt(&a, HERE, at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt(&login("b"), HERE, at(0)), Ok(()));
        assert!(throttle.attempt(&a, HERE, at(0)).is_err());
        for _ in 0..5 {
            assert_eq!(throttle.attempt(&a, HERE, at(REMEMBERED + 1)), Ok(()));
        }
    }

    #[test]
    fn many_addresses_do_not_help_for_ever() {
        let (throttle, a) = (Throttle::default(), login("a"));
        let refused = (0..100).filter(|number| throttle.attempt(&a, elsewhere(*number), at(0)).is_err()).count();
        assert_eq!(refused, 85);
    }

    #[test]
    fn one_try_at_each_of_many_accounts_is_guessing_too() {
        let throttle = Throttle::default();
        let hers = |last: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 7, 0, 0, 0, last));
        for number in 0..100 {
            // Right ones neither count nor make up for the wrong ones.
            assert_eq!(throttle.attempt(&login("hers"), hers(1), at(0)), Ok(()));
            throttle.succeeded(&login("hers"), hers(1));
            assert_eq!(throttle.attempt(&login("second"), hers(1), at(0)), Ok(()));
            throttle.half(&login("second"), hers(1));
            assert_eq!(throttle.attempt(&login(&number.to_string()), hers(number), at(3)), Ok(()), "{number}");
        }
        let (one, more) = (login("more"), hers(u16::MAX));
        assert_eq!(throttle.attempt(&one, more, at(5)), Err(Wait { seconds: LONG - 5 }), "another of her addresses");
        let neighbour = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 8, 0, 0, 0, 1));
        assert_eq!(throttle.attempt(&one, neighbour, at(5)), Ok(()));
        for number in 0..100 {
            assert_eq!(throttle.attempt(&login(&number.to_string()), more, at(LONG)), Ok(()), "{number}");
        }
        assert_eq!(throttle.attempt(&one, more, at(LONG)), Err(Wait { seconds: LONG }));
    }

    #[test]
    fn a_household_is_one_whatever_address_it_takes() {
        let (throttle, a) = (Throttle::default(), login("a"));
        let hers = |last: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 7, 0, 0, 0, last));
        for number in 0..5 {
            assert_eq!(throttle.attempt(&a, hers(number), at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt(&a, hers(5), at(0)), Err(Wait { seconds: 1 }));
        throttle.succeeded(&a, hers(6));
        assert_eq!(throttle.attempt(&a, hers(7), at(0)), Ok(()));
    }

    #[test]
    fn many_tries_elsewhere_forgive_none_here() {
        let (throttle, a) = (Throttle::default(), login("a"));
        for second in 0..60 {
            let _ = throttle.attempt(&a, HERE, at(second));
        }
        assert!(throttle.attempt(&a, HERE, at(60)).is_err_and(|wait| wait.seconds > 60));
        for number in 0..20_000 {
            assert_eq!(throttle.attempt(&login(&number.to_string()), elsewhere(number), at(60)), Ok(()));
            assert!(throttle.tries().len() <= MOST);
        }
        assert!(throttle.attempt(&a, HERE, at(61)).is_err_and(|wait| wait.seconds > 60));
    }

    #[test]
    fn whoever_comes_while_all_are_waiting_waits_too() {
        let throttle = Throttle::default();
        let waiting = Tries { wrong: 10, last: at(0), before: at(0) };
        let keys = (0..MOST).map(|number| (Key::Here(login(&number.to_string()), HERE), waiting));
        throttle.tries().extend(keys);
        assert_eq!(throttle.attempt(&login("a"), HERE, at(0)), Err(Wait { seconds: FULL }));
        assert_eq!(throttle.attempt(&login("a"), HERE, at(LONG)), Ok(()));
        assert!(throttle.tries().len() <= MOST);
    }
}
