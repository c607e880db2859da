//! The ways the rules say no. Typed, final, and shown to the person in her language.

use serde::{Deserialize, Serialize};

use crate::prim::Date;

/// Which field of a form a rejection speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// A number of meal packets.
    Count,
    /// A name.
    Name,
    /// A date.
    Date,
    /// A start or an end.
    Time,
    /// A reason.
    Reason,
    /// A weekday.
    Weekday,
}

impl Field {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "count" => Self::Count,
            "name" => Self::Name,
            "date" => Self::Date,
            "time" => Self::Time,
            "reason" => Self::Reason,
            "weekday" => Self::Weekday,
            _ => return None,
        })
    }
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "kebab-case", from = "Fields")]
pub enum Rejection {
    /// The thing does not exist, or may not be seen: the two answer alike.
    #[error("there is no such thing here")]
    Gone,
    /// The thing may be seen, but not changed like this.
    #[error("you may not do this")]
    Forbidden,
    /// No command has this name.
    #[error("no command is called {name}")]
    UnknownCommand {
        /// The name as it came, at most 60 characters of it.
        name: String,
    },
    /// The command could not be read.
    #[error("the command could not be read: {detail}")]
    Malformed {
        /// What could not be read, at most 200 characters of it.
        detail: String,
    },
    /// The same id came before with another content.
    #[error("this id was used for something else")]
    ReusedId,
    /// A number outside its bounds.
    #[error("{field:?} must be from {min} to {max}")]
    OutOfRange {
        /// Which number.
        field: Field,
        /// The least it may be.
        min: u32,
        /// The most it may be.
        max: u32,
    },
    /// The date lies outside the school year.
    #[error("{date} is outside the school year, {from} to {until}")]
    OutsideSchoolYear {
        /// The date asked for.
        date: Date,
        /// The first day of the school year.
        from: Date,
        /// The last day of the school year.
        until: Date,
    },
    /// The school is closed on that day.
    #[error("the school is closed on {date}")]
    SchoolClosed {
        /// The date asked for.
        date: Date,
    },
    /// An end before its start.
    #[error("the end is before the start")]
    EndBeforeStart,
    /// The activity does not happen on that date.
    #[error("nothing is planned on {date}")]
    NotPlanned {
        /// The date asked for.
        date: Date,
    },
    /// The day lies in the past.
    #[error("{date} is over")]
    DayIsOver {
        /// The date asked for.
        date: Date,
    },
    /// The day has not come yet.
    #[error("{date} has not come yet")]
    DayIsAhead {
        /// The date asked for.
        date: Date,
    },
    /// There is no question to answer, or it was answered before.
    #[error("there is no open question")]
    AlreadyAnswered,
    /// Whoever is named, or asks, cannot be a contact person.
    #[error("a participant needs a contact person")]
    NoContact,
    /// It exists already.
    #[error("it exists already")]
    Exists,
    /// Nobody changes the part she plays herself, or ends it.
    #[error("nobody changes her own part")]
    OwnPart,
    /// Whoever orders lunches needs a school to order for.
    #[error("a school's contact needs a school")]
    NeedsSchool,
    /// It takes a second person, who has not asked for it and is not the one it is about.
    #[error("it takes two persons")]
    TwoPersons,
    /// There are as many as there may be.
    #[error("there are {max} already, and there may be no more")]
    Full {
        /// So many.
        max: u32,
    },
    /// It came too late, and so much of its author's waits for an answer already that nobody is asked about this, too.
    #[error("too many of hers wait for an answer")]
    TooManyWait,
    /// A mistake of ours; the reference is in the server's log.
    #[error("something went wrong, reference {reference}")]
    Bug {
        /// The number to look for in the log.
        reference: String,
    },
    /// A reason that this build does not know yet.
    #[error("a newer version knows why")]
    Newer,
}

/// Every field of every rejection: what serde makes for reading a tagged enum weighs 25 kB of wasm.
#[derive(Deserialize)]
struct Fields {
    why: Box<str>,
    name: Option<String>,
    detail: Option<String>,
    reference: Option<String>,
    field: Option<Box<str>>,
    min: Option<u32>,
    max: Option<u32>,
    date: Option<Box<str>>,
    from: Option<Box<str>>,
    until: Option<Box<str>>,
}

impl From<Fields> for Rejection {
    /// A reason this build does not know, or that lacks what it must say, reads as [`Self::Newer`].
    fn from(fields: Fields) -> Self {
        fields.read().unwrap_or(Self::Newer)
    }
}

impl Fields {
    fn read(self) -> Option<Rejection> {
        // What a newer build may have put there must not make the whole answer unreadable.
        let day = |text: &Option<Box<str>>| Date::parse(text.as_deref()?).ok();
        let date = day(&self.date);
        Some(match &*self.why {
            "gone" => Rejection::Gone,
            "forbidden" => Rejection::Forbidden,
            "unknown-command" => Rejection::UnknownCommand { name: self.name? },
            "malformed" => Rejection::Malformed { detail: self.detail? },
            "reused-id" => Rejection::ReusedId,
            "out-of-range" => {
                Rejection::OutOfRange { field: Field::parse(&self.field?)?, min: self.min?, max: self.max? }
            }
            "outside-school-year" => {
                Rejection::OutsideSchoolYear { date: date?, from: day(&self.from)?, until: day(&self.until)? }
            }
            "school-closed" => Rejection::SchoolClosed { date: date? },
            "end-before-start" => Rejection::EndBeforeStart,
            "not-planned" => Rejection::NotPlanned { date: date? },
            "day-is-over" => Rejection::DayIsOver { date: date? },
            "day-is-ahead" => Rejection::DayIsAhead { date: date? },
            "already-answered" => Rejection::AlreadyAnswered,
            "no-contact" => Rejection::NoContact,
            "exists" => Rejection::Exists,
            "own-part" => Rejection::OwnPart,
            "needs-school" => Rejection::NeedsSchool,
            "two-persons" => Rejection::TwoPersons,
            "full" => Rejection::Full { max: self.max? },
            "too-many-wait" => Rejection::TooManyWait,
            "bug" => Rejection::Bug { reference: self.reference? },
            _ => return None,
        })
    }
}
