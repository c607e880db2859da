//! Public holidays, computed from Easter; school calendars are data, not code.

use computus::gregorian;
use serde::{Deserialize, Serialize};

use super::{Date, days_from};

/// A Norwegian public holiday (lov om 1. og 17. mai; helligdagsfredloven § 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicHoliday {
    /// 1 January.
    NewYear,
    /// Three days before Easter Sunday.
    MaundyThursday,
    /// Two days before Easter Sunday.
    GoodFriday,
    /// Easter Sunday.
    EasterSunday,
    /// The day after Easter Sunday.
    EasterMonday,
    /// 1 May.
    LabourDay,
    /// 17 May.
    ConstitutionDay,
    /// 39 days after Easter Sunday.
    Ascension,
    /// 49 days after Easter Sunday.
    WhitSunday,
    /// 50 days after Easter Sunday.
    WhitMonday,
    /// 25 December.
    ChristmasDay,
    /// 26 December.
    BoxingDay,
}

/// The public holiday on `day`, if it is one. Where two coincide the moving one is named.
#[must_use]
pub fn public_holiday(day: Date) -> Option<PublicHoliday> {
    moving(day).or_else(|| fixed(day))
}

fn moving(day: Date) -> Option<PublicHoliday> {
    let easter = gregorian(i32::from(day.year())).ok()?;
    let easter = Date::new(day.year(), i8::try_from(easter.month).ok()?, i8::try_from(easter.day).ok()?)?;
    let offsets = [
        (-3, PublicHoliday::MaundyThursday),
        (-2, PublicHoliday::GoodFriday),
        (0, PublicHoliday::EasterSunday),
        (1, PublicHoliday::EasterMonday),
        (39, PublicHoliday::Ascension),
        (49, PublicHoliday::WhitSunday),
        (50, PublicHoliday::WhitMonday),
    ];
    offsets.into_iter().find_map(|(days, holiday)| (days_from(easter, days) == day).then_some(holiday))
}

fn fixed(day: Date) -> Option<PublicHoliday> {
    match (day.month(), day.day()) {
        (1, 1) => Some(PublicHoliday::NewYear),
        (5, 1) => Some(PublicHoliday::LabourDay),
        (5, 17) => Some(PublicHoliday::ConstitutionDay),
        (12, 25) => Some(PublicHoliday::ChristmasDay),
        (12, 26) => Some(PublicHoliday::BoxingDay),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prim::date;

    #[test]
    fn easter_moves_its_company_along() {
        assert_eq!(public_holiday(date(2026, 4, 5)), Some(PublicHoliday::EasterSunday));
        assert_eq!(public_holiday(date(2026, 4, 2)), Some(PublicHoliday::MaundyThursday));
        assert_eq!(public_holiday(date(2026, 5, 14)), Some(PublicHoliday::Ascension));
        assert_eq!(public_holiday(date(2027, 5, 17)), Some(PublicHoliday::WhitMonday));
    }

    #[test]
    fn christmas_eve_is_an_ordinary_day_in_law() {
        assert_eq!(public_holiday(date(2026, 12, 24)), None);
        assert_eq!(public_holiday(date(2026, 12, 25)), Some(PublicHoliday::ChristmasDay));
    }
}
