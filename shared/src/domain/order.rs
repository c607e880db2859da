//! A school's lunch on one day: derived from exception, calendar and standing count.
//!
//! Deadlines are judged by when the server received the order. What comes too late is a question
//! to the kitchen, never dropped and never silently accepted.

mod change;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::change::{AnswerLate, Change};

use crate::{
    domain::{school::School, standing::Standing},
    entity::{Entity, Key, Tag},
    prim::{Answers, AnswersNow, AnyId, Date, Id, Timestamp},
    registry::{Kind, Record},
    rejection::{Field, Rejection},
    view::{Halt, View},
};

/// The most packets one school may order for a day.
pub const MOST_PACKETS: u16 = 5_000;

/// What a school wants on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// This many packets.
    Count(i64),
    /// No lunch: a trip, a planning day.
    Closed,
    /// Whatever the standing order says.
    Standard,
}

/// What was said of one school's lunch on one day. No row means: the standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Which school.
    pub school: Id<School>,
    /// Which day.
    pub day: Date,
    /// The accepted choices.
    pub answers: Answers<Choice>,
    /// What came after the deadline, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<Late>,
}

/// A wish that came after the deadline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Late {
    /// The command that brought it.
    pub id: Box<str>,
    /// What is wished.
    pub choice: Choice,
    /// The packets that stood when it came.
    pub before: u16,
    /// Who wishes it.
    pub by: Box<str>,
    /// When the device says it was made.
    pub made_at: Timestamp,
    /// When the server received it.
    pub received_at: Timestamp,
    /// What the kitchen said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<LateAnswer>,
}

/// What the kitchen said to a late wish.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LateAnswer {
    /// Yes, no, or so many.
    pub verdict: Verdict,
    /// Who answered.
    pub by: Box<str>,
    /// Of those who share that user's device, the one who has proved that it was she.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<AnyId>,
    /// When the server received the answer.
    pub at: Timestamp,
}

/// Yes, no, or so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As wished.
    Yes,
    /// What stood stands.
    No,
    /// This many packets are possible.
    Count(i64),
}

impl Order {
    /// The wish the kitchen has not answered yet: the last one, an earlier one is overtaken.
    #[must_use]
    pub fn question(&self) -> Option<&Late> {
        self.late.last().filter(|late| late.answer.is_none())
    }

    /// Does it differ from the standard by hand?
    #[must_use]
    pub fn is_hand_made(&self) -> bool {
        match self.answers.now() {
            AnswersNow::Open => false,
            AnswersNow::Settled(answer) => answer.value != Choice::Standard,
            AnswersNow::Disputed(_) => true,
        }
    }
}

impl Entity for Order {
    const KIND: Kind = Kind::Order;

    fn key(&self) -> Key {
        Key::of(&[&self.school, &self.day])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::kitchen(), Tag::school(&self.school)]
    }

    fn window(&self) -> Option<Date> {
        Some(self.day)
    }

    fn homes(key: &Key) -> Vec<Tag> {
        let own = key.part(0).and_then(|text| Id::<School>::parse(text).ok());
        own.iter().map(Tag::school).chain([Tag::kitchen()]).collect()
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Order(row) => Some(row),
            _ => None,
        }
    }
}

/// A count within 0–5 000.
pub(crate) fn in_bounds(count: i64) -> Result<u16, Rejection> {
    let most = MOST_PACKETS;
    u16::try_from(count).ok().filter(|count| *count <= most).ok_or(Rejection::OutOfRange {
        field: Field::Count,
        min: 0,
        max: u32::from(most),
    })
}

/// A school's lunch on a day, as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Lunch<'a> {
    /// The day.
    pub day: Date,
    /// What the kitchen makes.
    pub stands: Stands,
    /// The standing count, whatever stands.
    pub standard: u16,
    /// The wish that waits for the kitchen.
    pub question: Option<&'a Late>,
    /// The kitchen's last answer.
    pub answered: Option<&'a Late>,
    /// The row that says so: the order, or the standing count.
    pub row: Key,
    /// What accepted that row last: 0 while it is a forecast on this device.
    pub version: u64,
    /// Until when it may be changed freely.
    pub deadline: Timestamp,
}

/// What the kitchen makes for a school on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// The standing count.
    Standard(u16),
    /// A count set by hand.
    ByHand(u16),
    /// Closed by the school for this day.
    ClosedByHand,
    /// Closed by the calendar.
    ClosedByCalendar,
    /// Different answers until somebody chooses.
    Disputed(Vec<Choice>),
}

impl Stands {
    /// The packets to make. Of a dispute the kitchen counts the larger, and sees both.
    #[must_use]
    pub fn packets(&self, standard: u16) -> u16 {
        match self {
            Self::Standard(count) | Self::ByHand(count) => *count,
            Self::ClosedByHand | Self::ClosedByCalendar => 0,
            Self::Disputed(choices) => choices.iter().map(|choice| choice.packets(standard)).max().unwrap_or(0),
        }
    }
}

impl Choice {
    /// The packets it means where the standing count is `standard`.
    #[must_use]
    pub fn packets(self, standard: u16) -> u16 {
        match self {
            Self::Count(count) => u16::try_from(count).unwrap_or(0),
            Self::Closed => 0,
            Self::Standard => standard,
        }
    }
}

/// The lunch of `school` on `day`.
pub fn lunch<'a>(view: View<'a>, school: &School, day: Date) -> Result<Lunch<'a>, Halt> {
    let key = Key::of(&[&school.id, &day]);
    let order = view.get::<Order>(&key)?;
    let standing_key = Key::of(&[&school.id]);
    let standing = view.get::<Standing>(&standing_key)?;
    let standard = standing.map_or(0, |standing| standing.on(day));
    let stands = match order.map(|order| order.answers.now()) {
        _ if school.open_on(day).is_err() => Stands::ClosedByCalendar,
        None | Some(AnswersNow::Open) => Stands::Standard(standard),
        Some(AnswersNow::Settled(answer)) => match answer.value {
            Choice::Count(count) => Stands::ByHand(u16::try_from(count).unwrap_or(0)),
            Choice::Closed => Stands::ClosedByHand,
            Choice::Standard => Stands::Standard(standard),
        },
        Some(AnswersNow::Disputed(heads)) => Stands::Disputed(heads.iter().map(|head| head.value).collect()),
    };
    let (row, version) = match order {
        Some(order) if !order.answers.history().is_empty() => {
            let version = view.version::<Order>(&key);
            (key, version)
        }
        Some(_) | None => {
            let version = view.version::<Standing>(&standing_key);
            (standing_key, version)
        }
    };
    Ok(Lunch {
        day,
        stands,
        standard,
        question: order.and_then(Order::question),
        answered: order.and_then(|order| order.late.last()).filter(|late| late.answer.is_some()),
        row,
        version,
        deadline: school.deadline(day),
    })
}

/// The receipt of an order: five characters for the row and the change that accepted it, with a check character.
///
/// The prefix tells a lineage of the server from another. The characters say nothing of when it was, nor of how much
/// else is written in the centre, and none of the five looks like another; the check character is ISO 7064 mod 37,36, so
/// that a slip of the pen is noticed when the receipt is read out on the telephone.
#[must_use]
pub fn receipt(history: &str, row: &Key, version: u64) -> String {
    let prefix: String = history.chars().filter(char::is_ascii_alphanumeric).take(2).collect();
    let prefix = prefix.to_ascii_uppercase();
    let digest = Sha256::digest(format!("{history} {row} {version}"));
    let code: String = digest[..5].iter().map(|byte| char::from(PLAIN[usize::from(byte % 32)])).collect();
    let check = check_character(&format!("{prefix}{code}"));
    format!("{prefix}-{code}-{check}")
}

/// Digits and letters that are not taken for one another, also on paper: no I, L, O or U.
const PLAIN: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The check character of ISO 7064 mod 37,36 for a text of digits and capital letters.
fn check_character(text: &str) -> char {
    let product = text.chars().filter_map(|c| c.to_digit(36)).fold(36, |product, value| {
        let sum = (product + value) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    char::from_digit((37 - product) % 36, 36).map_or('0', |c| c.to_ascii_uppercase())
}

/// Is a count so far from the usual one that a slip is likely? «Usually 62 – is 620 right?»
#[must_use]
pub fn is_surprising(count: i64, usual: u16) -> bool {
    let usual = i64::from(usual);
    usual > 0 && (count > usual * 3 / 2 + 10 || (count > 0 && count < usual / 3))
}
