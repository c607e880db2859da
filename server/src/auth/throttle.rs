//! Slows guessing down: after five wrong tries each further one must wait, longer every time.
//! Counted per login and address, and more generously per login over all addresses.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use shared::prim::Timestamp;

/// How long one must wait after ten wrong tries, in seconds.
const LONG: i64 = 15 * 60;
/// For how long wrong tries are remembered, in seconds.
const REMEMBERED: i64 = 24 * 60 * 60;
/// How many wrong tries from anywhere count as one from here.
const GENEROSITY: u32 = 3;
/// When there are more entries than this, old ones are forgotten.
const MOST: usize = 10_000;

/// Remembers wrong tries.
#[derive(Debug, Default)]
pub struct Throttle {
    tries: Mutex<HashMap<Key, Tries>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Here(String, IpAddr),
    Anywhere(String),
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    wrong: u32,
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
    /// May somebody at `peer` try this login now? If so it counts as wrong until she
    /// [`succeeded`](Self::succeeded), so that tries at the same time count too.
    pub fn attempt(&self, login: &str, peer: IpAddr, now: Timestamp) -> Result<(), Wait> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() > MOST {
            forget(&mut tries, now, REMEMBERED);
        }
        if tries.len() > MOST {
            forget(&mut tries, now, LONG);
        }
        let keys = [Key::Here(login.to_owned(), peer), Key::Anywhere(login.to_owned())];
        let wait = keys.iter().map(|key| left(key, tries.get(key), now)).max().unwrap_or(0);
        if wait > 0 {
            return Err(Wait { seconds: wait });
        }
        for key in keys {
            let one = tries.entry(key).or_insert(Tries { wrong: 0, last: now, before: now });
            let is_forgotten = seconds(one.last, now) > REMEMBERED;
            *one = Tries { wrong: if is_forgotten { 1 } else { one.wrong + 1 }, last: now, before: one.last };
        }
        Ok(())
    }

    /// Half of what she must show was right: this try does not count, and those before still do.
    pub fn half(&self, login: &str, peer: IpAddr) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        for key in [Key::Here(login.to_owned(), peer), Key::Anywhere(login.to_owned())] {
            if let Some(one) = tries.get_mut(&key) {
                one.wrong = one.wrong.saturating_sub(1);
                one.last = one.before;
            }
        }
    }

    /// The secret was right: nothing is held against this login any more.
    pub fn succeeded(&self, login: &str, peer: IpAddr) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&Key::Here(login.to_owned(), peer));
        tries.remove(&Key::Anywhere(login.to_owned()));
    }
}

/// How many seconds are left to wait.
fn left(key: &Key, tries: Option<&Tries>, now: Timestamp) -> i64 {
    let Some(tries) = tries else { return 0 };
    let wrong = match key {
        Key::Here(..) => tries.wrong,
        Key::Anywhere(_) => tries.wrong / GENEROSITY,
    };
    let passed = seconds(tries.last, now);
    if passed > REMEMBERED { 0 } else { (wait_after(wrong) - passed).max(0) }
}

/// How many seconds to wait after so many wrong tries.
fn wait_after(wrong: u32) -> i64 {
    match wrong {
        0..5 => 0,
        5..10 => 1 << (wrong - 5),
        10.. => LONG,
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    (to.0 - from.0).max(0) / 1000
}

fn forget(tries: &mut HashMap<Key, Tries>, now: Timestamp, after: i64) {
    tries.retain(|_, one| seconds(one.last, now) <= after);
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1000)
    }

    #[test]
    fn five_tries_are_free_then_the_wait_grows() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.attempt("a", HERE, at(0)), Ok(()));
        }
        let mut now = 0;
        for wait in [1, 2, 4, 8, 16, LONG, LONG] {
            assert_eq!(throttle.attempt("a", HERE, at(now)), Err(Wait { seconds: wait }));
            now += wait;
            assert_eq!(throttle.attempt("a", HERE, at(now)), Ok(()));
        }
    }

    #[test]
    fn the_right_secret_clears_the_record() {
        let throttle = Throttle::default();
        for _ in 0..20 {
            assert_eq!(throttle.attempt("a", HERE, at(0)), Ok(()));
            throttle.succeeded("a", HERE);
        }
    }

    #[test]
    fn half_the_proof_forgives_no_wrong_try() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.attempt("a", HERE, at(0)), Ok(()));
            throttle.half("a", HERE);
            assert_eq!(throttle.attempt("a", HERE, at(0)), Ok(()));
        }
        assert!(throttle.attempt("a", HERE, at(0)).is_err());
        // Nor does it begin a wait anew: the password, and the code after it.
        assert_eq!(throttle.attempt("a", HERE, at(1)), Ok(()));
        throttle.half("a", HERE);
        assert_eq!(throttle.attempt("a", HERE, at(1)), Ok(()));
    }

    #[test]
    fn another_login_is_not_slowed_and_a_day_forgets() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert_eq!(throttle.attempt("a", HERE, at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt("b", HERE, at(0)), Ok(()));
        assert!(throttle.attempt("a", HERE, at(0)).is_err());
        for _ in 0..5 {
            assert_eq!(throttle.attempt("a", HERE, at(REMEMBERED + 1)), Ok(()));
        }
    }

    #[test]
    fn many_addresses_do_not_help_for_ever() {
        let throttle = Throttle::default();
        let refused = (0..100u8)
            .filter(|number| throttle.attempt("a", IpAddr::V4(Ipv4Addr::new(10, 0, 0, *number)), at(0)).is_err())
            .count();
        assert_eq!(refused, 85);
    }
}
