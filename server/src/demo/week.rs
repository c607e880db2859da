//! The week of Ny sjanse. Times are those its own plan gives; where the plan has lost them they
//! stay blank, to be filled in. On which weekday an activity falls is the demo's own choice.

use shared::{
    Record,
    domain::{
        day_off::DayOff,
        exception::{Exception, Instead},
        series::{ActivityKind, Series},
    },
    prim::{Date, Note, days_from, monday_of},
};

use super::{id, name, time};

struct Activity {
    key: &'static str,
    title: &'static str,
    kind: ActivityKind,
    group: Option<&'static str>,
    /// ISO weekdays.
    days: &'static [i8],
    start: Option<&'static str>,
    end: Option<&'static str>,
    place: Option<&'static str>,
    leader: Option<&'static str>,
    bring: Option<&'static str>,
}

/// An activity without times, for everybody.
const OPEN: Activity = Activity {
    key: "",
    title: "",
    kind: ActivityKind::Meeting,
    group: None,
    days: &[],
    start: None,
    end: None,
    place: None,
    leader: None,
    bring: None,
};

const HOUSE: Option<&str> = Some("Ny sjanse");
const INGUNN: Option<&str> = Some("Ingunn Vik");
const ANDERS: Option<&str> = Some("Anders Moe");

const PLAN: [Activity; 17] = [
    Activity {
        key: "mat-prat",
        title: "Mat & Prat",
        kind: ActivityKind::Kitchen,
        group: Some("mat-prat"),
        days: &[1, 2, 3, 4, 5],
        place: Some("Kjøkkenet"),
        leader: Some("Kokken"),
        bring: Some("Forkle"),
        ..OPEN
    },
    Activity {
        key: "norsktrening-1",
        title: "Norsktrening",
        kind: ActivityKind::Norwegian,
        group: Some("norsk-1"),
        days: &[1, 4],
        end: Some("11:30"),
        place: HOUSE,
        leader: INGUNN,
        ..OPEN
    },
    Activity {
        key: "norsktrening-2",
        title: "Norsktrening",
        kind: ActivityKind::Norwegian,
        group: Some("norsk-2"),
        days: &[2, 5],
        end: Some("11:30"),
        place: HOUSE,
        leader: INGUNN,
        ..OPEN
    },
    Activity {
        key: "dataveiledning",
        title: "Dataveiledning",
        kind: ActivityKind::Computer,
        group: Some("jobb"),
        days: &[1],
        place: HOUSE,
        leader: ANDERS,
        ..OPEN
    },
    Activity {
        key: "jobbsok",
        title: "Jobbsøk",
        kind: ActivityKind::Job,
        group: Some("jobb"),
        days: &[3],
        place: HOUSE,
        leader: ANDERS,
        ..OPEN
    },
    Activity {
        key: "sprakopplaering-1",
        title: "Språkopplæring",
        kind: ActivityKind::Norwegian,
        group: Some("norsk-1"),
        days: &[2],
        end: Some("15:00"),
        place: HOUSE,
        leader: INGUNN,
        ..OPEN
    },
    Activity {
        key: "sprakopplaering-2",
        title: "Språkopplæring",
        kind: ActivityKind::Norwegian,
        group: Some("norsk-2"),
        days: &[1],
        end: Some("15:00"),
        place: HOUSE,
        leader: INGUNN,
        ..OPEN
    },
    Activity {
        key: "leksehjelp",
        title: "Leksehjelp",
        kind: ActivityKind::Homework,
        days: &[2],
        place: Some("Røde Kors-huset"),
        ..OPEN
    },
    Activity {
        key: "empo-nettverk",
        title: "EMPO, nettverk for kvinner",
        kind: ActivityKind::Network,
        group: Some("samtale"),
        days: &[2],
        start: Some("10:00"),
        end: Some("15:00"),
        ..OPEN
    },
    Activity {
        key: "temamote",
        title: "Temamøte",
        days: &[3],
        start: Some("12:45"),
        end: Some("15:00"),
        place: HOUSE,
        ..OPEN
    },
    Activity {
        key: "jobbklubb",
        title: "Jobbklubb",
        kind: ActivityKind::Job,
        group: Some("jobb"),
        days: &[4],
        start: Some("12:30"),
        end: Some("14:00"),
        place: HOUSE,
        leader: ANDERS,
        ..OPEN
    },
    Activity {
        key: "empo-kafe",
        title: "EMPO-kafé",
        kind: ActivityKind::Cafe,
        group: Some("samtale"),
        days: &[4],
        place: Some("Kafé Magdalena"),
        ..OPEN
    },
    Activity {
        key: "samtalegruppe",
        title: "Samtalegruppe",
        kind: ActivityKind::Talk,
        group: Some("samtale"),
        days: &[1, 5],
        end: Some("14:00"),
        place: HOUSE,
        leader: INGUNN,
        ..OPEN
    },
    Activity {
        key: "praksisgruppe",
        title: "Praksisgruppe",
        kind: ActivityKind::Practice,
        group: Some("jobb"),
        days: &[5],
        end: Some("15:15"),
        place: HOUSE,
        leader: ANDERS,
        ..OPEN
    },
    Activity {
        key: "norskverksted-1",
        title: "Norskverksted",
        kind: ActivityKind::Norwegian,
        group: Some("norsk-1"),
        days: &[3],
        end: Some("14:00"),
        place: HOUSE,
        leader: INGUNN,
        ..OPEN
    },
    Activity {
        key: "norskverksted-2",
        title: "Norskverksted",
        kind: ActivityKind::Norwegian,
        group: Some("norsk-2"),
        days: &[4],
        end: Some("14:00"),
        place: HOUSE,
        leader: INGUNN,
        ..OPEN
    },
    Activity {
        key: "yoga",
        title: "Yoga & kondisjonstrening",
        kind: ActivityKind::Fitness,
        days: &[5],
        end: Some("15:15"),
        place: HOUSE,
        bring: Some("Treningsklær"),
        ..OPEN
    },
];

/// The weekly template; it has stood for a year.
pub(super) fn series(today: Date) -> Vec<Series> {
    let from = days_from(monday_of(today), -364);
    let one = |activity: &Activity, weekday: i8| Series {
        id: id(&format!("{}-{weekday}", activity.key)),
        title: name(activity.title),
        kind: activity.kind,
        group: activity.group.map(id),
        weekday,
        start: activity.start.map(time),
        end: activity.end.map(time),
        place: activity.place.map(name),
        leader: activity.leader.map(name),
        bring: activity.bring.map(name),
        from,
        until: None,
    };
    PLAN.iter().flat_map(|activity| activity.days.iter().map(move |day| one(activity, *day))).collect()
}

pub(super) fn rows(today: Date) -> Vec<Record> {
    let monday = monday_of(today);
    let moved = Exception {
        series: id("jobbklubb-4"),
        date: days_from(monday, 3),
        group: Some(id("jobb")),
        instead: Instead::Moved {
            date: days_from(monday, 3),
            start: Some(time("13:00")),
            end: Some(time("14:30")),
            place: Some(name("Ny sjanse")),
        },
    };
    let cancelled = Exception {
        series: id("temamote-3"),
        date: days_from(monday, 9),
        group: None,
        instead: Instead::Cancelled {
            reason: Note::parse("Den som skulle holde møtet, er bortreist.").expect("a short sentence"),
        },
    };
    let red = DayOff { date: days_from(monday, 11), reason: name("Planleggingsdag") };
    let mut rows: Vec<Record> = series(today).into_iter().map(Record::from).collect();
    rows.extend([Record::from(moved), Record::from(cancelled), Record::from(red)]);
    rows
}

#[cfg(test)]
mod tests {
    use shared::prim::date;

    use super::*;
    use crate::demo::people;

    #[test]
    fn every_group_of_the_plan_exists() {
        for series in series(date(2026, 11, 24)) {
            let group = series.group;
            assert!(group.as_ref().is_none_or(|group| people::leader(group).is_some()), "{group:?}");
        }
    }

    #[test]
    fn exceptions_fall_on_days_of_their_series() {
        for day in [date(2026, 11, 24), date(2026, 11, 28), date(2027, 1, 2)] {
            let all = series(day);
            let exceptions = rows(day).into_iter().filter_map(|row| match row {
                Record::Exception(exception) => Some(exception),
                _ => None,
            });
            for exception in exceptions {
                let series = all.iter().find(|one| one.id == exception.series).unwrap();
                assert!(series.falls_on(exception.date));
                assert_eq!(series.group, exception.group);
            }
        }
    }

    #[test]
    fn no_start_is_invented() {
        let known = series(date(2026, 11, 24)).into_iter().filter(|one| one.start.is_some());
        let titles: Vec<_> = known.map(|one| one.title.to_string()).collect();
        assert_eq!(titles, ["EMPO, nettverk for kvinner", "Temamøte", "Jobbklubb"]);
    }
}
