//! Meaning instead of text: ids, time, bounded texts, and answers that may differ.
//!
//! Each type parses once at the border and is trusted from there on.

mod answers;
mod calendar;
mod id;
mod text;
mod time;

pub use answers::{Answer, Answers, Standing as AnswersNow};
pub use calendar::{PublicHoliday, public_holiday};
pub use id::{AnyId, Id, IdError};
pub use jiff::civil::{Date, Weekday};
pub use text::{Name, Note, TextError};
pub use time::{ClockError, TimeOfDay, Timestamp, day_after, days_from, iso_week, monday_of};
