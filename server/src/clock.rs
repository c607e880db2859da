//! The clock of the server. Everything else is told the time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::civil::DateTime;
use shared::prim::{Date, TimeOfDay, Timestamp};

/// The years from and to which the clock can be set: the demo centre has days long before and after today, and they
/// must be days that can be written.
const FIRST: i16 = 2000;
const LAST: i16 = 2999;

/// Tells the time: the machine's, moved by an offset in demo mode and in tests.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset: Arc<AtomicI64>,
    /// Is the offset all there is?
    is_still: bool,
}

impl Clock {
    /// A clock that shows `time` now and runs on from there.
    #[must_use]
    pub fn starting_at(time: Timestamp) -> Self {
        let clock = Self::default();
        clock.advance(time.0 - clock.now().0);
        clock
    }

    /// A clock that shows `time` until it is moved: with it two centres can be compared to the millisecond.
    #[must_use]
    pub fn still_at(time: Timestamp) -> Self {
        Self { offset: Arc::new(AtomicI64::new(time.0)), is_still: true }
    }

    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock the others are told to ask")]
    pub fn now(&self) -> Timestamp {
        if self.is_still {
            return Timestamp(self.offset.load(Ordering::Relaxed));
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Timestamp(millis).plus_millis(self.offset.load(Ordering::Relaxed))
    }

    /// Moves the clock on.
    pub fn advance(&self, millis: i64) {
        self.offset.fetch_add(millis, Ordering::Relaxed);
    }
}

/// The clock cannot be set to this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The text is no time.
    #[error("{0:?} is no time: write 2026-11-24T09:00, with Z or an offset if it is not the centre's time")]
    NoTime(String),
    /// It is too long ago or too far ahead.
    #[error("{0:?} is too far away: the clock can be set to the years {first} to {last}", first = FIRST, last = LAST)]
    TooFar(String),
}

/// Reads a time with an offset (RFC 3339), or one on the wall of the centre; of a year to which the clock can be set.
pub fn parse_time(text: &str) -> Result<Timestamp, TimeError> {
    let time = read(text)?;
    let is_near = (FIRST..=LAST).contains(&time.date().year());
    if is_near { Ok(time) } else { Err(TimeError::TooFar(text.to_owned())) }
}

fn read(text: &str) -> Result<Timestamp, TimeError> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(instant.as_millisecond()));
    }
    let wrong = || TimeError::NoTime(text.to_owned());
    let civil: DateTime = text.parse().map_err(|_| wrong())?;
    let part = |value: i8| u16::from(value.unsigned_abs());
    let time = TimeOfDay::new(part(civil.hour()), part(civil.minute())).map_err(|_| wrong())?;
    let date = Date::new(civil.year(), civil.month(), civil.day()).ok_or_else(wrong)?;
    Ok(Timestamp::at(date, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_centres_unless_it_says_otherwise() {
        let nine = Timestamp(1_795_507_200_000);
        for text in ["2026-11-24T09:00", "2026-11-24T09:00:00+01:00", "2026-11-24T08:00:00Z"] {
            assert_eq!(parse_time(text), Ok(nine), "{text}");
        }
        for text in ["", "tomorrow", "2026-13-01T00:00", "09:00"] {
            assert_eq!(parse_time(text), Err(TimeError::NoTime(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn it_can_be_set_to_a_thousand_years_of_the_centres() {
        for text in ["2000-01-01T00:00", "1999-12-31T23:00:00Z", "2999-12-31T23:59", "2999-12-31T22:59:59Z"] {
            assert!(parse_time(text).is_ok(), "{text}");
        }
        for text in
            ["1999-12-31T23:59", "0001-01-01T00:00", "3000-01-01T00:00", "2999-12-31T23:00:00Z", "9999-12-10T09:00"]
        {
            assert_eq!(parse_time(text), Err(TimeError::TooFar(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_still_clock_shows_what_it_is_moved_to() {
        let clock = Clock::still_at(Timestamp(1_000_000));
        let other = clock.clone();
        clock.advance(1);
        assert_eq!((clock.now(), other.now()), (Timestamp(1_000_001), Timestamp(1_000_001)));
    }

    #[test]
    fn a_moved_clock_runs_on() {
        let clock = Clock::starting_at(Timestamp(1_000_000));
        assert!((1_000_000..1_060_000).contains(&clock.now().0));
        clock.advance(3_600_000);
        assert!((4_600_000..4_660_000).contains(&clock.now().0));
    }
}
