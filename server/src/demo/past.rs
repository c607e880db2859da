//! What happened last week: attendance as it is on most days, with a few late and a few away.

use sha2::{Digest, Sha256};
use shared::{
    Record,
    domain::{
        attendance::{Attendance, Mark},
        group::Enrolment,
        series::Series,
    },
    prim::{Answer, Answers, Date, Timestamp, days_from, monday_of, public_holiday},
};

use super::{
    people::{enrolments, leader},
    time, week,
};

pub(super) fn rows(today: Date) -> Vec<Record> {
    let monday = days_from(monday_of(today), -7);
    let members = enrolments(today);
    let mut rows = Vec::new();
    for series in week::series(today) {
        let day = days_from(monday, i64::from(series.weekday) - 1);
        if public_holiday(day).is_some() {
            continue;
        }
        let present = members.iter().filter(|one| series.group.as_ref() == Some(&one.group) && one.holds_on(day));
        for member in present {
            rows.push(Record::from(mark(&series, day, member, rows.len())));
        }
    }
    rows
}

fn mark(series: &Series, date: Date, member: &Enrolment, number: usize) -> Mark {
    let at = Timestamp::at(date, time("15:30"));
    let by = leader(&member.group).map(|user| user.to_string()).unwrap_or_default();
    let mut answers = Answers::default();
    answers.add(Answer {
        id: format!("demo.{number}").into(),
        value: attendance(series, member),
        by: by.into(),
        hand: None,
        made_at: at,
        received_at: at,
        seen: Vec::new(),
    });
    let (series, person, group) = (series.id.clone(), member.person.clone(), member.group.clone());
    Mark { series, date, person, group, answers, shielded: false }
}

fn attendance(series: &Series, member: &Enrolment) -> Attendance {
    match Sha256::digest(format!("{} {}", series.id, member.person))[0] {
        0..16 => Attendance::Away,
        16..36 => Attendance::Late(15),
        36.. => Attendance::Here,
    }
}

#[cfg(test)]
mod tests {
    use shared::prim::date;

    use super::*;

    #[test]
    fn last_week_is_marked_and_nothing_later() {
        let today = date(2026, 11, 24);
        let rows = rows(today);
        assert!(rows.len() > 100, "{}", rows.len());
        assert!(rows.iter().all(|row| row.window().is_some_and(|day| day < monday_of(today))));
    }
}
