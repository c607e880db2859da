//! A school that orders lunches: its classes, its calendar, its own deadlines.

use serde::{Deserialize, Serialize};

use crate::{
    entity::{Entity, Key, Tag},
    prim::{Date, Id, Name, OrganisationNumber, TimeOfDay, Timestamp, Weekday, days_from, public_holiday},
    registry::{Kind, Record},
    rejection::Rejection,
};

/// A school.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct School {
    /// Which.
    pub id: Id<School>,
    /// What it is called.
    pub name: Name,
    /// Its number in the register of legal entities, by which a sign-in with Feide finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrganisationNumber>,
    /// Its classes, as the labels name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// Until when a day may be changed, oldest rule first. Without one: noon the school day before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<Deadline>,
    /// Its school years.
    pub years: Vec<SchoolYear>,
}

/// A class and how many packets it usually gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// `5A`.
    pub name: Name,
    /// How many pupils eat.
    pub pupils: u16,
}

/// The time on the school day before until which a lunch may be changed freely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deadline {
    /// The first lunch day it rules.
    pub from: Date,
    /// The time of day on the school day before.
    pub time: TimeOfDay,
}

/// A school year with its closed days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchoolYear {
    /// The first school day.
    pub from: Date,
    /// The last school day.
    pub until: Date,
    /// Holidays and planning days within it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<ClosedDays>,
}

/// Days on which the school is closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClosedDays {
    /// The first closed day.
    pub from: Date,
    /// The last closed day.
    pub until: Date,
    /// Why.
    pub reason: Name,
}

const DEFAULT_DEADLINE: TimeOfDay = match TimeOfDay::new(12, 0) {
    Ok(noon) => noon,
    Err(_) => TimeOfDay::MIDNIGHT,
};

impl School {
    /// Is `day` a day on which lunches may be delivered? If not, why not.
    pub fn open_on(&self, day: Date) -> Result<(), Rejection> {
        let closed = Rejection::SchoolClosed { date: day };
        let Some(year) = self.years.iter().find(|year| (year.from..=year.until).contains(&day)) else {
            return Err(self.outside(day));
        };
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let holiday = year.closed.iter().any(|days| (days.from..=days.until).contains(&day));
        if weekend || holiday || public_holiday(day).is_some() {
            return Err(closed);
        }
        Ok(())
    }

    /// Why the school is closed on `day`, where its calendar says.
    #[must_use]
    pub fn reason_closed(&self, day: Date) -> Option<&Name> {
        let year = self.years.iter().find(|year| (year.from..=year.until).contains(&day))?;
        let closed = year.closed.iter().find(|days| (days.from..=days.until).contains(&day))?;
        Some(&closed.reason)
    }

    /// Until when the lunch of `day` may be changed freely: a time on the school day before.
    #[must_use]
    pub fn deadline(&self, day: Date) -> Timestamp {
        let rule = self.deadlines.iter().rev().find(|rule| rule.from <= day);
        let time = rule.map_or(DEFAULT_DEADLINE, |rule| rule.time);
        let before = (1..=120).map(|days| days_from(day, -days)).find(|before| self.open_on(*before).is_ok());
        Timestamp::at(before.unwrap_or_else(|| days_from(day, -1)), time)
    }

    /// The first `count` open days from `from` on, looking at most 120 days ahead.
    #[must_use]
    pub fn open_days(&self, from: Date, count: usize) -> Vec<Date> {
        (0..120).map(|offset| days_from(from, offset)).filter(|day| self.open_on(*day).is_ok()).take(count).collect()
    }

    /// The first lunch day that may still be changed freely at `now`.
    #[must_use]
    pub fn first_changeable(&self, now: Timestamp) -> Option<Date> {
        self.open_days(now.date(), 10).into_iter().find(|day| now < self.deadline(*day))
    }

    /// The refusal for a date outside every school year.
    pub(crate) fn outside(&self, date: Date) -> Rejection {
        let nearest = self.years.iter().min_by_key(|year| distance(year, date));
        let (from, until) = nearest.map_or((date, date), |year| (year.from, year.until));
        Rejection::OutsideSchoolYear { date, from, until }
    }
}

fn distance(year: &SchoolYear, date: Date) -> i64 {
    let days = |from: Date, to: Date| from.days_to(to);
    if date < year.from { days(date, year.from) } else { days(year.until, date) }
}

impl Entity for School {
    const KIND: Kind = Kind::School;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::kitchen(), Tag::school(&self.id)]
    }

    fn homes(key: &Key) -> Vec<Tag> {
        let own = key.part(0).and_then(|text| Id::<School>::parse(text).ok());
        own.iter().map(Tag::school).chain([Tag::kitchen()]).collect()
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::School(row) => Some(row),
            _ => None,
        }
    }
}
