//! Meaning instead of text: ids, time, bounded texts, and answers that may differ.
//!
//! Each type parses once at the border and is trusted from there on.

mod answers;
mod bytes;
mod calendar;
mod date;
mod id;
pub mod json;
mod organisation;
pub mod seal;
mod sort;
mod text;
mod time;

pub use answers::{Answer, Answers, Standing as AnswersNow};
pub use bytes::{Bytes, BytesError};
pub use calendar::{PublicHoliday, public_holiday};
pub use date::{Date, DateError, date, days_from};
pub use id::{AnyId, Id, IdError};
pub use jiff::civil::Weekday;
pub use organisation::{OrganisationNumber, OrganisationNumberError};
pub use sort::{sort_by, sort_by_key};
pub use text::{Name, Note, TextError};
pub use time::{ClockError, TimeOfDay, Timestamp, day_after, monday_of};
