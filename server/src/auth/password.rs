//! Which logins and passwords somebody may choose. Length and guessability count, not kinds of characters: three
//! or four words are good.

use shared::policy::Proof;
use zxcvbn::{Score, zxcvbn};

use super::secret::LONGEST;

/// The fewest and the most characters of a login.
const LOGIN: std::ops::RangeInclusive<usize> = 3..=40;
/// How much of a password is looked at: guessing grows with its square.
const LOOKED_AT: usize = 64;

/// May somebody sign in as this? In the stored spelling: small letters, digits, and `.`, `_`, `-`, `@`.
#[must_use]
pub fn is_login(login: &str) -> bool {
    let is_usual = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '@');
    LOGIN.contains(&login.len()) && login.chars().all(is_usual)
}

/// Is this a password that takes more than ten thousand million guesses, by somebody who knows her names?
#[must_use]
pub fn is_good(secret: &str, hers: &[&str]) -> bool {
    let looked_at: String = secret.chars().take(LOOKED_AT).collect();
    let is_long = secret.chars().count() >= Proof::SHORTEST_PASSWORD && secret.len() <= LONGEST;
    is_long && zxcvbn(&looked_at, hers).score() >= Score::Four
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_words_are_good_and_her_own_name_is_not() {
        assert!(is_good("gulrot traktor månelys", &["kari"]));
        for weak in ["kort", "passordpassord", "123456789012", "aaaaaaaaaaaaaaaa", "karinilsen2026", "qwertyuiopåå"] {
            assert!(!is_good(weak, &["kari", "Kari Nilsen"]), "{weak}");
        }
        assert!(!is_good(&"gulrot traktor månelys ".repeat(12), &[]), "longer than is hashed");
    }

    #[test]
    fn a_login_is_what_one_can_type_on_any_keyboard() {
        for good in ["kari", "kari.nilsen@bergen.no", "a-1"] {
            assert!(is_login(good), "{good}");
        }
        for bad in ["k", "Kari", "kåre", "~ns.kari", "kari nilsen", &"k".repeat(41)] {
            assert!(!is_login(bad), "{bad}");
        }
    }
}
