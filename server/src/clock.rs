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

/// Tells the time: the machine's, moved by an offset in demo mode and in tests.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that shows `time` now and runs on from there.
    #[must_use]
    pub fn starting_at(time: Timestamp) -> Self {
        let clock = Self::default();
        clock.advance(time.0 - clock.now().0);
        clock
    }

    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock the others are told to ask")]
    pub fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Timestamp(millis).plus_millis(self.offset.load(Ordering::Relaxed))
    }

    /// Moves the clock on.
    pub fn advance(&self, millis: i64) {
        self.offset.fetch_add(millis, Ordering::Relaxed);
    }
}

/// The text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time: write 2026-11-24T09:00, with Z or an offset if it is not the centre's time")]
pub struct TimeError(String);

/// Reads a time with an offset (RFC 3339), or one on the wall of the centre.
pub fn parse_time(text: &str) -> Result<Timestamp, TimeError> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(instant.as_millisecond()));
    }
    let wrong = || TimeError(text.to_owned());
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
            assert!(parse_time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_moved_clock_runs_on() {
        let clock = Clock::starting_at(Timestamp(1_000_000));
        assert!((1_000_000..1_060_000).contains(&clock.now().0));
        clock.advance(3_600_000);
        assert!((4_600_000..4_660_000).contains(&clock.now().0));
    }
}
