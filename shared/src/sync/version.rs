//! Versions: where a change stands in the history of its centre.
//!
//! A version is the instant of its change, and not how many there were before: a count would tell whoever sees most of
//! a centre how much is written there that she is not shown. For the same reason nobody is told a version that is not of
//! a row of hers (`docs/decisions/0036-versions-that-count-nothing.md`).

use crate::prim::Timestamp;

/// How many versions there are to a millisecond. Until the year 10 000 they stay below 2⁵³, which every reader of JSON
/// can hold.
const PER_MILLISECOND: u64 = 16;

/// The version of a change that comes after `last` and was received at `at`. It is always beyond `last`, whatever the
/// clock says.
#[must_use]
pub fn after(last: u64, at: Timestamp) -> u64 {
    first(at).max(last + 1)
}

/// The furthest version that may have been told by `now` in a centre that stands at `last`.
#[must_use]
pub fn furthest(last: u64, now: Timestamp) -> u64 {
    first(now).max(last)
}

/// The first version of a time.
fn first(at: Timestamp) -> u64 {
    u64::try_from(at.0).unwrap_or(0).saturating_mul(PER_MILLISECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_between_leaves_no_trace() {
        let (earlier, later) = (Timestamp(1_000), Timestamp(2_000));
        assert_eq!(after(7, later), after(after(7, earlier), later));
    }

    #[test]
    fn a_later_change_has_a_later_version_whatever_the_clock_says() {
        let now = after(7, Timestamp(1_000));
        for at in [Timestamp(1_000), Timestamp(999), Timestamp(-1)] {
            assert_eq!(after(now, at), now + 1, "{at:?}");
            assert_eq!(furthest(now, at), now, "{at:?}");
        }
    }

    #[test]
    fn a_version_of_the_last_year_is_a_number_of_every_reader() {
        let year_10_000 = Timestamp(253_402_300_800_000);
        assert!(after(0, year_10_000) < 1 << 53);
    }
}
