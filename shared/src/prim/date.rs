//! A day of the calendar: `2026-11-24`.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::{SignedDuration, civil};
use serde::{Deserialize, Serialize};

use super::Weekday;

/// A day of the Gregorian calendar, in the years 0–9999, which is what four digits can say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct Date(civil::Date);

/// The text is no day of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a date is written 2026-11-24")]
pub struct DateError;

/// The day with this year, month (1–12) and day of the month.
///
/// # Panics
/// When the calendar has no such day: for days that are known when the code is written.
#[must_use]
pub const fn date(year: i16, month: i8, day: i8) -> Date {
    assert!(year >= 0, "a year of four digits");
    Date(civil::date(year, month, day))
}

impl Date {
    const FIRST: Self = date(0, 1, 1);
    const LAST: Self = date(9999, 12, 31);

    /// The nearest day that can be written.
    pub(super) fn of(civil: civil::Date) -> Self {
        Self(civil.max(Self::FIRST.0))
    }

    pub(super) fn civil(self) -> civil::Date {
        self.0
    }

    /// The day with this year, month (1–12) and day of the month, if the calendar has it.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = civil::Date::new(year, month, day).ok()?;
        (year >= 0).then_some(Self(date))
    }

    /// Reads `2026-11-24`, and nothing else.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return Err(DateError);
        };
        let number = |digits: &[u8]| {
            let whole = digits.iter().all(u8::is_ascii_digit);
            whole.then(|| digits.iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0')))
        };
        let small = |digits: &[u8]| number(digits).and_then(|number| i8::try_from(number).ok());
        let parts = number(&[y1, y2, y3, y4]).zip(small(&[m1, m2])).zip(small(&[d1, d2]));
        parts.and_then(|((year, month), day)| Self::new(year, month, day)).ok_or(DateError)
    }

    /// 0–9999.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// 1–12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// 1–31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }

    /// The ISO 8601 week number, 1–53.
    #[must_use]
    pub fn iso_week(self) -> i8 {
        self.0.iso_week_date().week()
    }

    /// How many days `later` is after this one; negative when it is before.
    #[must_use]
    pub fn days_to(self, later: Self) -> i64 {
        self.0.duration_until(later.0).as_hours() / 24
    }
}

/// `date` moved by `days`; the ends of the calendar stay where they are.
#[must_use]
pub fn days_from(date: Date, days: i64) -> Date {
    let reach = Date::FIRST.days_to(Date::LAST);
    Date::of(date.0.saturating_add(SignedDuration::from_hours(days.clamp(-reach, reach) * 24)))
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse(text)
    }
}

impl TryFrom<Cow<'_, str>> for Date {
    type Error = DateError;

    fn try_from(text: Cow<'_, str>) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_it_is_written() {
        for text in ["2026-11-24", "2028-02-29", "0000-01-01", "9999-12-31"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for bad in
            ["", "2026-02-29", "2026-13-01", "2026-1-01", "26-11-24", "-2026-11-2", "2026-11-24T00:00", "2026/11/24"]
        {
            assert_eq!(Date::parse(bad), Err(DateError), "{bad}");
        }
    }

    #[test]
    fn the_calendar_has_two_ends() {
        assert_eq!(days_from(Date::FIRST, -1), Date::FIRST);
        assert_eq!(days_from(Date::LAST, i64::MAX), Date::LAST);
        assert_eq!(days_from(Date::LAST, i64::MIN), Date::FIRST);
    }

    #[test]
    fn days_are_counted_over_the_nights_the_clocks_change() {
        assert_eq!(date(2026, 10, 24).days_to(date(2026, 10, 26)), 2);
        assert_eq!(date(2026, 3, 30).days_to(date(2026, 3, 28)), -2);
        assert_eq!(days_from(date(2026, 3, 28), 2), date(2026, 3, 30));
    }
}
