//! The number of an organisation, as the register of legal entities (Enhetsregisteret) gives it.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// How much each of the first eight digits counts for the last one.
const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

/// Not nine digits, or the last one does not follow from the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an organisation number has nine digits, and the last one follows from the others")]
pub struct OrganisationNumberError;

/// Nine digits, of which the last one follows from the others (modulus 11).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct OrganisationNumber(Box<str>);

impl OrganisationNumber {
    /// Reads the nine digits.
    pub fn parse(text: &str) -> Result<Self, OrganisationNumberError> {
        let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(10)).collect();
        let digits = digits.filter(|digits| digits.len() == WEIGHTS.len() + 1).ok_or(OrganisationNumberError)?;
        let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
        // A remainder of one would ask for a last digit of ten: such numbers are not given.
        let last = (11 - sum % 11) % 11;
        if digits.last() == Some(&last) { Ok(Self(text.into())) } else { Err(OrganisationNumberError) }
    }

    /// The nine digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<Cow<'_, str>> for OrganisationNumber {
    type Error = OrganisationNumberError;

    fn try_from(text: Cow<'_, str>) -> Result<Self, OrganisationNumberError> {
        Self::parse(&text)
    }
}

impl From<OrganisationNumber> for String {
    fn from(number: OrganisationNumber) -> Self {
        number.0.into()
    }
}

impl fmt::Display for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_follows_from_the_others() {
        for number in ["100000008", "110000006", "974760673"] {
            assert_eq!(OrganisationNumber::parse(number).unwrap().as_str(), number);
        }
        for number in ["", "100000009", "010000008", "10000000", "1000000080", "10000000x", " 100000008"] {
            assert_eq!(OrganisationNumber::parse(number), Err(OrganisationNumberError), "{number}");
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_not_read_from_a_row() {
        assert!(serde_json::from_str::<OrganisationNumber>("\"100000008\"").is_ok());
        assert!(serde_json::from_str::<OrganisationNumber>("\"100000007\"").is_err());
    }
}
