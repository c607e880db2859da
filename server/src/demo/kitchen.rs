//! Two schools with their calendars and standing counts, and the menu of two weeks.

use shared::{
    Record,
    domain::{
        menu::Menu,
        school::{Class, ClosedDays, School, SchoolYear},
        standing::{Standard, Standing},
    },
    prim::{Date, OrganisationNumber, PublicHoliday, Timestamp, date, days_from, monday_of, public_holiday},
};

use super::{id, name, time};

/// Key, name, number, classes, and packets from Monday to Friday: 114 to 117 together.
type Customer = (&'static str, &'static str, &'static str, [(&'static str, u16); 3], [u16; 5]);

/// The numbers are nobody's: those of the register begin with 8 or 9.
const CUSTOMERS: [Customer; 2] = [
    ("slettebakken", "Slettebakken skole", "100000008", [("5A", 21), ("5B", 20), ("6A", 21)], [62, 60, 62, 61, 62]),
    ("fridalen", "Fridalen skole", "110000006", [("5A", 19), ("5B", 18), ("6A", 18)], [55, 54, 55, 54, 55]),
];

/// What pupils wish for, and what is healthy, in turn.
const DISHES: [(&str, [&str; 2]); 10] = [
    ("Tacobaguett", ["Salat", "Eple"]),
    ("Pastasalat med kylling", ["Grovt brød", "Pære"]),
    ("Pizza med grønnsaker", ["Gulrot", "Vann"]),
    ("Kyllingwrap", ["Mais", "Eple"]),
    ("Fiskeburger i grovt brød", ["Råkost", "Banan"]),
    ("Kebab i pita", ["Salat", "Appelsin"]),
    ("Linsesuppe", ["Nybakt rundstykke", "Eple"]),
    ("Sushi med laks og agurk", ["Edamame", "Pære"]),
    ("Baguett med egg og tomat", ["Agurk", "Banan"]),
    ("Bakt potet med bønnegryte", ["Salat", "Eple"]),
];

pub(super) fn rows(today: Date) -> Vec<Record> {
    let years: Vec<_> = (-1..=1).map(|offset| school_year(first_year(today) + offset)).collect();
    let mut rows = Vec::new();
    for (key, called, number, classes, counts) in CUSTOMERS {
        let from = years[0].from;
        rows.push(Record::from(School {
            id: id(key),
            name: name(called),
            number: Some(OrganisationNumber::parse(number).expect("a number with the right last digit")),
            classes: classes.map(|(class, pupils)| Class { name: name(class), pupils }).into(),
            deadlines: Vec::new(),
            years: years.clone(),
        }));
        let received_at = Timestamp::at(days_from(from, -7), time("10:00"));
        rows.push(Record::from(Standing {
            school: id(key),
            versions: vec![Standard { from, counts, by: key.into(), received_at }],
        }));
    }
    rows.extend(menus(today));
    rows
}

fn menus(today: Date) -> impl Iterator<Item = Record> {
    let monday = monday_of(today);
    DISHES.into_iter().zip(0..).map(move |((dish, beside), number)| {
        let day = days_from(monday, number / 5 * 7 + number % 5);
        Record::from(Menu { day, dish: name(dish), beside: beside.map(name).into() })
    })
}

/// The year in which the school year of `today` began, or begins after the summer.
fn first_year(today: Date) -> i16 {
    if today.month() >= 7 { today.year() } else { today.year() - 1 }
}

/// From the middle of August to the middle of June, with the breaks of Bergen's schools as they
/// usually fall. A real centre imports its municipality's calendar.
fn school_year(year: i16) -> SchoolYear {
    let next = year + 1;
    let closed = |from: Date, until: Date, reason: &str| ClosedDays { from, until, reason: name(reason) };
    let week = |year: i16, week: i64| days_from(monday_of(date(year, 1, 4)), 7 * (week - 1));
    let autumn = week(year, 41);
    let winter = week(next, 9);
    let easter = easter(next);
    SchoolYear {
        from: monday_of(date(year, 8, 20)),
        until: days_from(monday_of(date(next, 6, 17)), 4),
        closed: vec![
            closed(autumn, days_from(autumn, 4), "Høstferie"),
            closed(date(year, 12, 21), date(next, 1, 3), "Juleferie"),
            closed(winter, days_from(winter, 4), "Vinterferie"),
            closed(days_from(easter, -6), days_from(easter, 1), "Påskeferie"),
        ],
    }
}

fn easter(year: i16) -> Date {
    (0..60)
        .map(|offset| days_from(date(year, 3, 20), offset))
        .find(|day| public_holiday(*day) == Some(PublicHoliday::EasterSunday))
        .expect("Easter lies between 22 March and 25 April")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schools(today: Date) -> Vec<School> {
        let rows = rows(today).into_iter().filter_map(|row| match row {
            Record::School(school) => Some(school),
            _ => None,
        });
        rows.collect()
    }

    #[test]
    fn the_kitchen_makes_110_to_120_packets_every_weekday() {
        for weekday in 0..5 {
            let sum: u16 = CUSTOMERS.iter().map(|(.., counts)| counts[weekday]).sum();
            assert!((110..=120).contains(&sum), "{sum}");
        }
    }

    #[test]
    fn the_school_year_of_2026_is_as_it_should_be() {
        let year = school_year(2026);
        assert_eq!((year.from, year.until), (date(2026, 8, 17), date(2027, 6, 18)));
        let breaks: Vec<_> = year.closed.iter().map(|days| (days.from, days.until)).collect();
        assert_eq!(
            breaks,
            [
                (date(2026, 10, 5), date(2026, 10, 9)),
                (date(2026, 12, 21), date(2027, 1, 3)),
                (date(2027, 3, 1), date(2027, 3, 5)),
                (date(2027, 3, 22), date(2027, 3, 29)),
            ]
        );
    }

    #[test]
    fn there_is_a_school_day_ahead_on_any_day() {
        for day in [date(2026, 11, 24), date(2026, 12, 24), date(2027, 1, 3), date(2027, 3, 28), date(2026, 7, 1)] {
            for school in schools(day) {
                assert_eq!(school.open_days(day, 10).len(), 10, "{day}");
            }
        }
    }
}
