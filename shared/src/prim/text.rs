//! Texts people write, trimmed and bounded: never empty, never a wall.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// The text is empty, too long, or holds control characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing that shows.
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
    let text = without_idle(text);
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_joiner(c));
    if !text.chars().any(is_shown) {
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

/// The text without signs that show nothing: two names that look alike would be two. Joiners stay within scripts that
/// need them, as Persian does, and between pictures.
fn without_idle(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut before = None;
    for c in text.chars().filter(|c| !is_idle(*c)) {
        if is_joiner(c) && !before.is_some_and(joins) {
            continue;
        }
        before = Some(c);
        kept.push(c);
    }
    kept
}

/// Shows nothing and is needed by no script: soft hyphens, marks without width, fillers, tags.
fn is_idle(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Keeps two letters apart, or joins them, without a width of its own.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Can a joiner follow it? Latin, Greek and Cyrillic, which stand before U+0590, need none.
fn joins(c: char) -> bool {
    c >= '\u{590}' && !is_joiner(c) && !c.is_whitespace()
}

/// Does it show by itself? Marks of direction, the braille blank and what only chooses a shape do not.
fn is_shown(c: char) -> bool {
    let chooses = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let is_blank = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2800}');
    !(c.is_whitespace() || is_joiner(c) || chooses || is_blank)
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

    #[test]
    fn a_text_that_shows_nothing_is_empty() {
        for nothing in
            ["\u{200b}", " \u{2060}\u{ad} ", "\u{feff}", "\u{200d}", "\u{3164}", "\u{200e}\u{fe0f}", "\u{2800}"]
        {
            assert_eq!(Name::parse(nothing), Err(TextError::Empty), "{nothing:?}");
            assert_eq!(Note::parse(nothing), Err(TextError::Empty), "{nothing:?}");
        }
    }

    #[test]
    fn names_that_look_alike_are_alike() {
        for hidden in ["Ami\u{200b}na", "\u{feff}Amina", "Ami\u{ad}na\u{2060}", "Ami\u{200d}na", "Amina\u{200c}"] {
            assert_eq!(Name::parse(hidden).unwrap().as_str(), "Amina", "{hidden:?}");
        }
    }

    #[test]
    fn scripts_and_pictures_keep_the_joiners_they_need() {
        for whole in
            ["علی\u{200c}رضا", "می\u{200c}ترا", "श्री\u{200d}मती", "👩\u{200d}👧", "❤\u{fe0f}\u{200d}🔥", "محمد"]
        {
            assert_eq!(Name::parse(whole).unwrap().as_str(), whole, "{whole:?}");
        }
        assert_eq!(Name::parse("علی\u{200c}\u{200c}رضا\u{200c}").unwrap().as_str(), "علی\u{200c}رضا");
    }
}
