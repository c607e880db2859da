//! Texts people write, trimmed and bounded: never empty, never a wall.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// The text is empty, too long, or holds control characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// More than `max` characters.
    #[error("the text is longer than {max} characters")]
    TooLong {
        /// The most characters it may have.
        max: usize,
    },
    /// A control or direction-override character.
    #[error("the text holds a control character")]
    Control,
}

fn tidy(text: &str, max: usize, many_lines: bool) -> Result<Box<str>, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    // U+202A–202E and U+2066–2069 turn the direction of the text after them.
    let forbidden = |c: char| {
        (c.is_control() && !(many_lines && c == '\n')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().any(forbidden) {
        return Err(TextError::Control);
    }
    Ok(text.into())
}

macro_rules! bounded_text {
    ($(#[$doc:meta])* $name:ident, $max:literal, $many_lines:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "Cow<'_, str>", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Reads the text, without the white space around it.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                tidy(text, $max, $many_lines).map(Self)
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<Cow<'_, str>> for $name {
            type Error = TextError;

            fn try_from(text: Cow<'_, str>) -> Result<Self, TextError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

bounded_text!(
    /// One line that names something: 1–80 characters.
    Name,
    80,
    false
);
bounded_text!(
    /// A few sentences: 1–500 characters, line breaks allowed.
    Note,
    500,
    true
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(Name::parse("  Amina \n").unwrap().as_str(), "Amina");
        assert_eq!(Name::parse(" "), Err(TextError::Empty));
        assert_eq!(Name::parse(&"å".repeat(81)), Err(TextError::TooLong { max: 80 }));
        assert_eq!(Name::parse("a\u{202e}b"), Err(TextError::Control));
        assert_eq!(Name::parse("a\nb"), Err(TextError::Control));
        assert!(Note::parse("a\nb").is_ok());
    }
}
