//! What every kind of row has: a key, tags that say who receives it, and the grants it projects.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};

use crate::{
    policy::Role,
    prim::{AnyId, Date, Id},
    registry::{Kind, Record},
};

/// The key of a row within its kind: identifiers and dates joined by `.`.
///
/// Derived, never minted, for what two people may create independently: both meet in one row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(#[serde(deserialize_with = "plain")] Box<str>);

/// A key as somebody sends it. No row lies under a control character, and not every database can be asked for one.
fn plain<'de, D: Deserializer<'de>>(sent: D) -> Result<Box<str>, D::Error> {
    let text = Box::<str>::deserialize(sent)?;
    if text.chars().any(char::is_control) {
        return Err(D::Error::custom("a key has no control characters"));
    }
    Ok(text)
}

impl Key {
    /// The key made of `parts`.
    #[must_use]
    pub fn of(parts: &[&dyn fmt::Display]) -> Self {
        let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
        Self(parts.join(".").into())
    }

    /// A key as it came over the wire or from the store.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.into())
    }

    /// The text of the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part at `index`, counted from 0.
    #[must_use]
    pub fn part(&self, index: usize) -> Option<&str> {
        self.0.split('.').nth(index)
    }

    /// The id that is the part at `index`.
    #[must_use]
    pub fn id_at(&self, index: usize) -> Option<AnyId> {
        AnyId::parse(self.part(index)?).ok()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An audience: rows carry tags, users are granted tags, a row goes where they meet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(Box<str>);

impl Tag {
    /// Everybody with an account at the centre: the calendar, the menu, the red days.
    #[must_use]
    pub fn public() -> Self {
        Self("public".into())
    }

    /// Everybody who works at the centre.
    #[must_use]
    pub fn staff() -> Self {
        Self("staff".into())
    }

    /// Whoever may see every participant.
    #[must_use]
    pub fn people() -> Self {
        Self("people".into())
    }

    /// The kitchen.
    #[must_use]
    pub fn kitchen() -> Self {
        Self("kitchen".into())
    }

    /// One participant: herself and those she is assigned to.
    #[must_use]
    pub fn participant<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("participant:{id}").into())
    }

    /// One user, whatever part she plays: what she has done herself.
    #[must_use]
    pub fn user<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("user:{id}").into())
    }

    /// The members of one group: its plan.
    #[must_use]
    pub fn group<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("group:{id}").into())
    }

    /// The leaders of one group: its list of names.
    #[must_use]
    pub fn roster<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("{}{id}", Self::ROSTER).into())
    }

    /// Is it the list of names of a group?
    #[must_use]
    pub fn is_roster(&self) -> bool {
        self.as_str().starts_with(Self::ROSTER)
    }

    /// One school.
    #[must_use]
    pub fn school<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("school:{id}").into())
    }

    pub(crate) const ROSTER: &'static str = "roster:";
    pub(crate) const NAMED: &'static str = "named:";
    pub(crate) const KNOWS: &'static str = "knows:";
    pub(crate) const EVERY_NAMED: &'static str = "named";
    pub(crate) const KNOWS_ALL: &'static str = "knows-all";
    pub(crate) const KNOWING: &'static str = "knowing";

    /// One protected person: herself and those who are named for her, where nothing is kept.
    #[must_use]
    pub fn named<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("{}{id}", Self::NAMED).into())
    }

    /// Every protected person: whoever has broken the glass.
    #[must_use]
    pub fn every_named() -> Self {
        Self(Self::EVERY_NAMED.into())
    }

    /// Granted to those who are named for a protected person. No row has it.
    #[must_use]
    pub fn knows<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("{}{id}", Self::KNOWS).into())
    }

    /// Granted to whoever has broken the glass. No row has it.
    #[must_use]
    pub fn knows_all() -> Self {
        Self(Self::KNOWS_ALL.into())
    }

    /// Whoever is named for anybody.
    #[must_use]
    pub fn knowing() -> Self {
        Self(Self::KNOWING.into())
    }

    /// What names one participant and is not hers to see: nobody's. By it everything of her is found.
    #[must_use]
    pub fn mention<T: ?Sized>(id: &Id<T>) -> Self {
        Self(format!("mention:{id}").into())
    }

    /// What is kept for the archive: nobody's.
    #[must_use]
    pub fn archive() -> Self {
        Self("archive".into())
    }

    /// A tag as it came over the wire or from the store.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.into())
    }

    /// The participant whose audience this is, or whom it mentions.
    #[must_use]
    pub fn person(&self) -> Option<AnyId> {
        let families = ["participant:", Self::NAMED, "mention:"];
        AnyId::parse(families.iter().find_map(|family| self.as_str().strip_prefix(family))?).ok()
    }

    /// The text of the tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A user's right to an audience, in a role, for a time. Projected from rows, never written alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub user: AnyId,
    /// Which rows.
    pub tag: Tag,
    /// In which role the rows are reached.
    pub role: Role,
    /// The first day, or always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day, or for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Grant {
    /// Is it in force on `day`?
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The part that follows from a row for the account of its user. Projected like a grant, never written alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Who.
    pub user: AnyId,
    /// What she is called.
    pub name: String,
    /// The part she plays; none when she has left, and then nobody signs in as her.
    pub role: Option<Role>,
    /// Is she protected? Then no device keeps anything for her.
    pub is_shielded: bool,
}

/// A kind of row.
pub trait Entity: Serialize + DeserializeOwned + Clone + PartialEq {
    /// Its kind.
    const KIND: Kind;
    /// The number of its JSON shape; raised when [`Entity::upgrade`] learns a step.
    const SHAPE: u16 = 1;

    /// Where it lies.
    fn key(&self) -> Key;

    /// Who receives it: 1–6 tags.
    fn tags(&self) -> Vec<Tag>;

    /// The day it belongs to, if it should leave devices when that day is long past.
    fn window(&self) -> Option<Date> {
        None
    }

    /// The rights that follow from it.
    fn grants(&self) -> Vec<Grant> {
        Vec::new()
    }

    /// The part it gives its user, if it is somebody's.
    fn part(&self) -> Option<Part> {
        None
    }

    /// Is it about a protected person? Whoever may not see it is told nothing of it.
    fn is_shielded(&self) -> bool {
        false
    }

    /// Audiences of which any, held in full, proves that a row missing under `key` does not exist.
    fn homes(key: &Key) -> Vec<Tag> {
        let _ = key;
        Vec::new()
    }

    /// The participant whose row lies under `key`, if it is one's.
    fn whose(key: &Key) -> Option<AnyId> {
        let _ = key;
        None
    }

    /// Reads a body of an older shape.
    fn upgrade(from: u16, body: &str) -> Option<Self> {
        #[cfg(feature = "planted")]
        if from == crate::faults::OLDER_SHAPE {
            return crate::faults::upgrade(body);
        }
        let _ = (from, body);
        None
    }

    /// This row among the records of its kind.
    fn from_record(record: &Record) -> Option<&Self>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_sent_has_no_control_characters() {
        let read = |text: &str| serde_json::from_str::<Key>(text).ok();
        assert_eq!(read(r#""phone.7""#), Some(Key::from_text("phone.7")));
        assert_eq!(read(r#""phone\u0000.7""#), None);
    }
}
