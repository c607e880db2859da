//! Days and times in words of the chosen language, from the message files alone.
//!
//! Browsers answer in English where they lack a language (so, ti, ckb …), and use the Persian
//! calendar for fa; so nothing here asks them. Digits are Latin, the calendar Gregorian, weeks ISO.

use shared::prim::{Date, Timestamp};

use super::tr;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// “mandag 23. november”. In Norwegian without a capital: a heading gets it from its style.
pub fn long_date(date: Date) -> String {
    tr::date_long(weekday_of(date), date.day(), month(date.month()))
}

/// `text` with the capital that a heading or a label begins with: “Mandag 23. november”.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// “uke 48”, the ISO week.
pub fn week_label(date: Date) -> String {
    tr::date_week(date.iso_week())
}

/// “mandag” for the weekday of `date`.
pub fn weekday_of(date: Date) -> String {
    weekday(date.weekday().to_monday_one_offset())
}

/// “mandag” for ISO weekday 1; 7 is Sunday.
pub fn weekday(number: i8) -> String {
    match number {
        1 => tr::date_weekday_monday(),
        2 => tr::date_weekday_tuesday(),
        3 => tr::date_weekday_wednesday(),
        4 => tr::date_weekday_thursday(),
        5 => tr::date_weekday_friday(),
        6 => tr::date_weekday_saturday(),
        7 => tr::date_weekday_sunday(),
        other => unknown(other),
    }
}

/// “man.” for ISO weekday 1.
pub fn short_weekday(number: i8) -> String {
    match number {
        1 => tr::date_short_monday(),
        2 => tr::date_short_tuesday(),
        3 => tr::date_short_wednesday(),
        4 => tr::date_short_thursday(),
        5 => tr::date_short_friday(),
        6 => tr::date_short_saturday(),
        7 => tr::date_short_sunday(),
        other => unknown(other),
    }
}

/// “november” for 11.
pub fn month(number: i8) -> String {
    match number {
        1 => tr::date_month_january(),
        2 => tr::date_month_february(),
        3 => tr::date_month_march(),
        4 => tr::date_month_april(),
        5 => tr::date_month_may(),
        6 => tr::date_month_june(),
        7 => tr::date_month_july(),
        8 => tr::date_month_august(),
        9 => tr::date_month_september(),
        10 => tr::date_month_october(),
        11 => tr::date_month_november(),
        12 => tr::date_month_december(),
        other => unknown(other),
    }
}

/// “09.00” for 540 minutes after midnight.
///
/// Put together here and not in a message: the marks around values would make 00:09 of 09:00 in a
/// line that runs from right to left.
pub fn clock(minutes: u16) -> String {
    let separator = tr::date_clock_separator();
    format!("{:02}{separator}{:02}", minutes / 60, minutes % 60)
}

/// “09.14” today, “mandag 23. november, 09.14” on another day.
pub fn moment(time: Timestamp, today: Date) -> String {
    let clock = clock(time.time_of_day().minutes());
    if time.date() == today { clock } else { format!("{}, {clock}", long_date(time.date())) }
}

/// “09.00–11.30”, “fra 09.00”, “til 11.30”, or that no time is set; in minutes after midnight.
pub fn range(start: Option<u16>, end: Option<u16>) -> String {
    match (start.map(clock), end.map(clock)) {
        (Some(start), Some(end)) => tr::date_range(start, end),
        (Some(start), None) => tr::date_range_from(start),
        (None, Some(end)) => tr::date_range_until(end),
        (None, None) => tr::date_range_unknown(),
    }
}

/// How far ahead something is: “om 20 minutter”, “om 2 t 10 min”, “om 3 dager”; “nå” from zero.
///
/// From a day on only whole days are said, rounded down.
pub fn in_words(minutes: i64) -> String {
    match Span::of(minutes) {
        Span::Over => tr::date_now(),
        Span::Minutes(minutes) => tr::date_in_minutes(minutes),
        Span::Hours(hours) => tr::date_in_hours(hours),
        Span::HoursMinutes(hours, minutes) => tr::date_in_hours_minutes(hours, minutes),
        Span::Days(days) => tr::date_in_days(days),
    }
}

/// How long a deadline is away: “1 t 10 min igjen”, “ingen tid igjen” from zero.
pub fn left(minutes: i64) -> String {
    match Span::of(minutes) {
        Span::Over => tr::date_left_none(),
        Span::Minutes(minutes) => tr::date_left_minutes(minutes),
        Span::Hours(hours) => tr::date_left_hours(hours),
        Span::HoursMinutes(hours, minutes) => tr::date_left_hours_minutes(hours, minutes),
        Span::Days(days) => tr::date_left_days(days),
    }
}

/// A stretch of time in the units people say it in.
enum Span {
    Over,
    Minutes(i64),
    Hours(i64),
    HoursMinutes(i64, i64),
    Days(i64),
}

impl Span {
    fn of(minutes: i64) -> Self {
        match (minutes / HOUR, minutes % HOUR) {
            _ if minutes <= 0 => Self::Over,
            _ if minutes >= DAY => Self::Days(minutes / DAY),
            (0, minutes) => Self::Minutes(minutes),
            (hours, 0) => Self::Hours(hours),
            (hours, minutes) => Self::HoursMinutes(hours, minutes),
        }
    }
}

fn unknown(number: i8) -> String {
    debug_assert!(false, "no day or month has the number {number}");
    number.to_string()
}

#[cfg(test)]
mod tests {
    use shared::prim::date;

    use super::super::speak;
    use super::*;

    #[test]
    fn what_is_ahead_is_said_in_words() {
        speak("nb");
        let cases = [
            (-5, "nå"),
            (0, "nå"),
            (1, "om 1 minutt"),
            (20, "om 20 minutter"),
            (59, "om 59 minutter"),
            (60, "om 1 time"),
            (120, "om 2 timer"),
            (130, "om 2 t 10 min"),
            (1439, "om 23 t 59 min"),
            (1440, "om 1 dag"),
            (4400, "om 3 dager"),
        ];
        for (minutes, said) in cases {
            assert_eq!(in_words(minutes), said, "{minutes}");
        }
        speak("en");
        assert_eq!(in_words(1), "in 1 minute");
        assert_eq!(in_words(130), "in 2 h 10 min");
        assert_eq!(in_words(0), "now");
    }

    #[test]
    fn what_is_left_is_said_in_words() {
        speak("nb");
        assert_eq!(left(70), "1 t 10 min igjen");
        assert_eq!(left(1), "1 minutt igjen");
        assert_eq!(left(60), "1 time igjen");
        assert_eq!(left(2 * DAY), "2 dager igjen");
        assert_eq!(left(0), "ingen tid igjen");
        speak("en");
        assert_eq!(left(70), "1 h 10 min left");
    }

    #[test]
    fn either_end_of_a_range_may_be_missing() {
        speak("nb");
        assert_eq!(range(Some(540), Some(690)), "09.00–11.30");
        assert_eq!(range(None, Some(690)), "til 11.30");
        assert_eq!(range(Some(540), None), "fra 09.00");
        assert_eq!(range(None, None), "tid ikke satt");
        speak("en");
        assert_eq!(range(Some(540), Some(690)), "09:00–11:30");
        assert_eq!(range(None, Some(690)), "until 11:30");
    }

    #[test]
    fn a_date_is_said_as_people_write_it() {
        let monday = date(2026, 11, 23);
        speak("nb");
        assert_eq!(long_date(monday), "mandag 23. november");
        assert_eq!(capital(&long_date(monday)), "Mandag 23. november");
        assert_eq!(week_label(monday), "uke 48");
        assert_eq!(short_weekday(7), "søn.");
        speak("en");
        assert_eq!(long_date(monday), "Monday 23 November");
        assert_eq!(week_label(date(2027, 1, 3)), "week 53");
    }

    #[test]
    fn every_day_and_month_has_its_own_name() {
        for code in ["nb", "en"] {
            speak(code);
            let mut names: Vec<String> = (1..=7).map(weekday).chain((1..=7).map(short_weekday)).collect();
            names.extend((1..=12).map(month));
            names.sort();
            names.dedup();
            assert_eq!(names.len(), 7 + 7 + 12, "{code}");
        }
    }
}
