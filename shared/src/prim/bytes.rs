//! Thirty-two bytes: a key, a digest, a salt. On the wire they are 64 hexadecimal digits.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// How many they are.
const LENGTH: usize = 32;

/// Thirty-two bytes. They are never printed: they may be a key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct Bytes([u8; LENGTH]);

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("64 digits of 0-9 and a-f are thirty-two bytes")]
pub struct BytesError;

impl Bytes {
    /// These bytes.
    #[must_use]
    pub const fn new(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// Reads them from their digits.
    pub fn parse(text: &str) -> Result<Self, BytesError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(BytesError),
        };
        if text.len() != 2 * LENGTH {
            return Err(BytesError);
        }
        let mut bytes = [0; LENGTH];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = 16 * digit(pair[0])? + digit(pair[1])?;
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl TryFrom<Cow<'_, str>> for Bytes {
    type Error = BytesError;

    fn try_from(text: Cow<'_, str>) -> Result<Self, BytesError> {
        Self::parse(&text)
    }
}

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        bytes.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bytes(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn their_digits_are_read_as_they_are_written_and_never_printed() {
        let digits = "00ff10".to_owned() + &"a5".repeat(29);
        let bytes = Bytes::parse(&digits).unwrap();
        assert_eq!(bytes.as_bytes()[..4], [0, 255, 16, 165]);
        assert_eq!(serde_json::to_string(&bytes).unwrap(), format!("\"{digits}\""));
        assert_eq!(format!("{bytes:?}"), "Bytes(…)");
    }

    #[test]
    fn nothing_else_is_thirty_two_bytes() {
        for wrong in ["", &"0".repeat(63), &"0".repeat(65), &"A".repeat(64), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Bytes::parse(wrong), Err(BytesError), "{wrong}");
        }
    }
}
