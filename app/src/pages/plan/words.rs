//! What the plan says: days, times, kinds of activity and changes in words.

use shared::{
    domain::{exception::Instead, series::ActivityKind},
    prim::{Date, PublicHoliday, TimeOfDay},
};

use super::model::{Changed, Closure, Fate, Setting, Slot};
use crate::i18n::{dates, tr};

/// The value of `data-day` for the colour of a day.
pub fn day_code(date: Date) -> &'static str {
    match date.weekday().to_monday_one_offset() {
        1 => "mon",
        2 => "tue",
        3 => "wed",
        4 => "thu",
        5 => "fri",
        6 => "sat",
        _ => "sun",
    }
}

/// The value of `data-tone` for a kind of activity, and the name of its pictogram.
pub const fn kind_marks(kind: ActivityKind) -> (&'static str, &'static str) {
    match kind {
        ActivityKind::Kitchen => ("kitchen", "kind-kitchen"),
        ActivityKind::Norwegian => ("norwegian", "kind-norwegian"),
        ActivityKind::Computer => ("computer", "kind-computer"),
        ActivityKind::Job => ("job", "kind-job"),
        ActivityKind::Meeting => ("meeting", "kind-meeting"),
        ActivityKind::Talk => ("talk", "kind-talk"),
        ActivityKind::Practice => ("practice", "kind-practice"),
        ActivityKind::Homework => ("homework", "kind-homework"),
        ActivityKind::Network => ("network", "kind-network"),
        ActivityKind::Fitness => ("fitness", "kind-fitness"),
        ActivityKind::Cafe => ("cafe", "kind-cafe"),
    }
}

/// What a kind of activity is called.
pub fn kind_name(kind: ActivityKind) -> String {
    match kind {
        ActivityKind::Kitchen => tr::activity_kitchen(),
        ActivityKind::Norwegian => tr::activity_norwegian(),
        ActivityKind::Computer => tr::activity_computer(),
        ActivityKind::Job => tr::activity_job(),
        ActivityKind::Meeting => tr::activity_meeting(),
        ActivityKind::Talk => tr::activity_talk(),
        ActivityKind::Practice => tr::activity_practice(),
        ActivityKind::Homework => tr::activity_homework(),
        ActivityKind::Network => tr::activity_network(),
        ActivityKind::Fitness => tr::activity_fitness(),
        ActivityKind::Cafe => tr::activity_cafe(),
    }
}

/// Why the centre is closed.
pub fn closure(closed: &Closure) -> String {
    match closed {
        Closure::Holiday(holiday) => holiday_name(*holiday),
        Closure::RedDay(reason) => reason.to_string(),
    }
}

fn holiday_name(holiday: PublicHoliday) -> String {
    match holiday {
        PublicHoliday::NewYear => tr::holiday_new_year(),
        PublicHoliday::MaundyThursday => tr::holiday_maundy_thursday(),
        PublicHoliday::GoodFriday => tr::holiday_good_friday(),
        PublicHoliday::EasterSunday => tr::holiday_easter_sunday(),
        PublicHoliday::EasterMonday => tr::holiday_easter_monday(),
        PublicHoliday::LabourDay => tr::holiday_labour_day(),
        PublicHoliday::ConstitutionDay => tr::holiday_constitution_day(),
        PublicHoliday::Ascension => tr::holiday_ascension(),
        PublicHoliday::WhitSunday => tr::holiday_whit_sunday(),
        PublicHoliday::WhitMonday => tr::holiday_whit_monday(),
        PublicHoliday::ChristmasDay => tr::holiday_christmas_day(),
        PublicHoliday::BoxingDay => tr::holiday_boxing_day(),
    }
}

/// “23. november”.
pub fn day_and_month(date: Date) -> String {
    tr::planner_day_month(date.day(), dates::month(date.month()))
}

/// “09.00–11.30”, or what is known of it.
pub fn hours(start: Option<TimeOfDay>, end: Option<TimeOfDay>) -> String {
    dates::range(start.map(TimeOfDay::minutes), end.map(TimeOfDay::minutes))
}

/// “tirsdag 24. november, 12.45–15.00, Salen”.
pub fn setting(setting: &Setting) -> String {
    let place = setting.place.as_ref().map(ToString::to_string);
    let day = dates::long_date(setting.date);
    join([Some(day), Some(hours(setting.start, setting.end)), place])
}

/// What of `before` is no longer so, and what is instead: only the day, time or place that differs.
pub fn difference(before: &Setting, after: &Setting) -> (String, String) {
    let differs = |one: &Setting| {
        let other_day = before.date != after.date;
        let other_time = (before.start, before.end) != (after.start, after.end);
        let other_place = before.place != after.place;
        join([
            other_day.then(|| dates::long_date(one.date)),
            other_time.then(|| hours(one.start, one.end)),
            other_place.then(|| match &one.place {
                Some(place) => place.to_string(),
                None => tr::planner_no_place(),
            }),
        ])
    };
    (differs(before), differs(after))
}

/// “Jobbklubb, onsdag 25. november”: which activity is changed.
pub fn titled(changed: &Changed) -> String {
    join([Some(changed.series.title.to_string()), Some(dates::long_date(changed.original))])
}

/// What the template has, and what happens instead.
pub fn old_and_new(changed: &Changed) -> (String, String) {
    let before = Setting::planned(&changed.series, changed.original);
    match &changed.instead {
        Instead::Cancelled { reason } => {
            let reason = tr::plan_cancelled_because(reason.to_string());
            (hours(before.start, before.end), reason)
        }
        Instead::Moved { date, start, end, place } => {
            difference(&before, &Setting { date: *date, start: *start, end: *end, place: place.clone() })
        }
    }
}

/// All of a slot in one breath, for the name of its button.
pub fn slot(slot: &Slot) -> String {
    let fate = match &slot.fate {
        Fate::Planned => None,
        Fate::Moved => Some(tr::planner_word_moved()),
        Fate::Cancelled(reason) => Some(tr::plan_cancelled_because(reason.to_string())),
        Fate::Closed => Some(tr::planner_word_closed()),
    };
    let group = slot.group.as_ref().map(ToString::to_string);
    join([Some(slot.series.title.to_string()), Some(setting(&slot.now)), group, fate])
}

fn join<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use shared::testkit::{date, name, time};

    use super::*;
    use crate::i18n::speak;

    fn tuesday(start: &str, place: Option<&str>) -> Setting {
        Setting { date: date("2026-11-24"), start: Some(time(start)), end: Some(time("15:00")), place: place.map(name) }
    }

    #[test]
    fn a_change_says_only_what_differs() {
        speak("nb");
        let before = tuesday("12:45", Some("Salen"));
        let said = |after: &Setting| {
            let (old, new) = difference(&before, after);
            format!("{old} → {new}")
        };
        assert_eq!(said(&tuesday("13:15", Some("Salen"))), "12.45–15.00 → 13.15–15.00");
        assert_eq!(said(&tuesday("12:45", None)), "Salen → uten sted");
        let other_day = Setting { date: date("2026-11-25"), ..before.clone() };
        assert_eq!(said(&other_day), "tirsdag 24. november → onsdag 25. november");
    }

    #[test]
    fn an_unknown_time_is_said_to_be_unknown() {
        speak("nb");
        let open = Setting { start: None, end: None, ..tuesday("12:45", None) };
        assert_eq!(setting(&open), "tirsdag 24. november, tid ikke satt");
    }

    #[test]
    fn every_day_has_its_colour() {
        let codes: Vec<_> = (23..30).map(|day| day_code(date(&format!("2026-11-{day}")))).collect();
        assert_eq!(codes, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    }
}
