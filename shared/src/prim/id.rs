//! Typed identifiers: `Id<School>` can never be passed where `Id<Group>` is meant.
//!
//! The text is 1–64 characters of `a–z 0–9 -`, so it is safe in keys, tags and addresses.

use std::{borrow::Cow, cmp::Ordering, fmt, hash, marker::PhantomData};

use serde::{Deserialize, Serialize};

/// The identifier of a `T`.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String", bound = "")]
pub struct Id<T: ?Sized> {
    text: Box<str>,
    of: PhantomData<fn() -> T>,
}

/// The identifier of something whose type does not matter here.
pub type AnyId = Id<()>;

/// The text is no identifier: empty, longer than 64, or with other characters than `a–z 0–9 -`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 characters of a-z, 0-9 and -")]
pub struct IdError;

impl<T: ?Sized> Id<T> {
    /// Reads an identifier.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits =
            (1..=64).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !fits {
            return Err(IdError);
        }
        Ok(Self { text: text.into(), of: PhantomData })
    }

    /// The text of the identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same identifier, said of another type: a participant's user id is her person id.
    #[must_use]
    pub fn cast<U: ?Sized>(&self) -> Id<U> {
        Id { text: self.text.clone(), of: PhantomData }
    }
}

impl<T: ?Sized> TryFrom<Cow<'_, str>> for Id<T> {
    type Error = IdError;

    fn try_from(text: Cow<'_, str>) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl<T: ?Sized> From<Id<T>> for String {
    fn from(id: Id<T>) -> Self {
        id.text.into()
    }
}

impl<T: ?Sized> Clone for Id<T> {
    fn clone(&self) -> Self {
        self.cast()
    }
}

impl<T: ?Sized> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T: ?Sized> Eq for Id<T> {}

impl<T: ?Sized> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl<T: ?Sized> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<T: ?Sized> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T: ?Sized> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_safe_alphabet_is_an_id() {
        for good in ["a", "slettebakken", "0199-ab", &"x".repeat(64)] {
            assert!(AnyId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "a.b", "a/b", "å", " a", &"x".repeat(65)] {
            assert_eq!(AnyId::parse(bad), Err(IdError), "{bad}");
        }
    }
}
