//! Instants, times of day, and the calendar of the centre (Europe/Oslo, ISO weeks).

use std::{borrow::Cow, fmt};

use jiff::{civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Date, days_from};

static OSLO: TimeZone = jiff::tz::get!("Europe/Oslo");

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The instant at which a clock on the wall of the centre shows `time` on `date`.
    ///
    /// A time the clocks skip in spring is read as the hour after it, one they repeat in autumn
    /// as the first of the two.
    #[must_use]
    pub fn at(date: Date, time: TimeOfDay) -> Self {
        let civil = date.civil().to_datetime(time.to_civil());
        OSLO.to_ambiguous_timestamp(civil).compatible().map_or(Self(0), |instant| Self(instant.as_millisecond()))
    }

    /// The date on the wall of the centre.
    #[must_use]
    pub fn date(self) -> Date {
        Date::of(self.civil().date())
    }

    /// The time of day on the wall of the centre.
    #[must_use]
    pub fn time_of_day(self) -> TimeOfDay {
        let time = self.civil().time();
        let part = |value: i8| u16::from(value.unsigned_abs());
        TimeOfDay(part(time.hour()) * 60 + part(time.minute()))
    }

    /// Whole minutes from `self` to `later`, rounded down; negative when `later` is earlier.
    #[must_use]
    pub fn minutes_to(self, later: Self) -> i64 {
        (later.0 - self.0).div_euclid(60_000)
    }

    /// This instant moved by `millis` milliseconds.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    fn civil(self) -> jiff::civil::DateTime {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        OSLO.to_datetime(instant)
    }
}

/// A time of day in whole minutes, written `09:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct TimeOfDay(u16);

/// The text is no time of day between 00:00 and 23:59.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time of day is written 09:00, from 00:00 to 23:59")]
pub struct ClockError;

impl TimeOfDay {
    /// Midnight, the start of the day.
    pub const MIDNIGHT: Self = Self(0);

    /// `hour` in 0–23 and `minute` in 0–59.
    pub const fn new(hour: u16, minute: u16) -> Result<Self, ClockError> {
        if hour > 23 || minute > 59 {
            return Err(ClockError);
        }
        Ok(Self(hour * 60 + minute))
    }

    /// Reads `9:00`, `09:00` or `09.00`.
    pub fn parse(text: &str) -> Result<Self, ClockError> {
        let (hour, minute) = text.split_once([':', '.']).ok_or(ClockError)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(hour) || !digits(minute) || minute.len() != 2 || hour.len() > 2 {
            return Err(ClockError);
        }
        let number = |part: &str| part.parse::<u16>().map_err(|_| ClockError);
        Self::new(number(hour)?, number(minute)?)
    }

    /// Minutes since midnight, 0–1 439.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    fn to_civil(self) -> Time {
        let part = |value: u16| i8::try_from(value).unwrap_or_default();
        Time::new(part(self.0 / 60), part(self.0 % 60), 0, 0).unwrap_or_default()
    }
}

impl TryFrom<Cow<'_, str>> for TimeOfDay {
    type Error = ClockError;

    fn try_from(text: Cow<'_, str>) -> Result<Self, ClockError> {
        Self::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The Monday of the week `date` lies in.
#[must_use]
pub fn monday_of(date: Date) -> Date {
    days_from(date, -i64::from(date.weekday().to_monday_zero_offset()))
}

/// The date after `date`.
#[must_use]
pub fn day_after(date: Date) -> Date {
    days_from(date, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prim::date;

    fn time(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text).unwrap()
    }

    #[test]
    fn noon_in_oslo_follows_summer_time() {
        let winter = Timestamp::at(date(2026, 1, 15), time("12:00"));
        let summer = Timestamp::at(date(2026, 7, 15), time("12:00"));
        assert_eq!(winter.0 % 86_400_000, 11 * 3_600_000);
        assert_eq!(summer.0 % 86_400_000, 10 * 3_600_000);
        assert_eq!(summer.date(), date(2026, 7, 15));
        assert_eq!(summer.time_of_day(), time("12:00"));
    }

    #[test]
    fn the_nights_the_clocks_change_keep_their_date() {
        for (day, skipped_or_repeated) in [(date(2026, 3, 29), "02:30"), (date(2026, 10, 25), "02:30")] {
            let instant = Timestamp::at(day, time(skipped_or_repeated));
            assert_eq!(instant.date(), day);
            let noon = Timestamp::at(day, time("12:00"));
            assert!(instant < noon);
        }
        let spring = Timestamp::at(date(2026, 3, 29), TimeOfDay::MIDNIGHT);
        let next = Timestamp::at(date(2026, 3, 30), TimeOfDay::MIDNIGHT);
        assert_eq!(spring.minutes_to(next), 23 * 60);
    }

    #[test]
    fn the_year_2026_has_a_week_53() {
        assert_eq!(date(2026, 12, 31).iso_week(), 53);
        assert_eq!(date(2027, 1, 3).iso_week(), 53);
        assert_eq!(date(2027, 1, 4).iso_week(), 1);
        assert_eq!(monday_of(date(2027, 1, 3)), date(2026, 12, 28));
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(time("9.05"), time("09:05"));
        for bad in ["24:00", "12:60", "12", "", "1:5", "-1:00", "12:000", "+1:00"] {
            assert_eq!(TimeOfDay::parse(bad), Err(ClockError), "{bad}");
        }
    }
}
