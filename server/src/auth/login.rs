//! What people sign in with: the code on a participant's card, or a login name.
//! Each has one stored spelling, so that spaces, dashes and capitals do not matter.

use crate::store::CentreId;

/// Letters and digits that are not mistaken for each other when read aloud or written by hand.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many symbols follow the centre's letters on a card.
const SYMBOLS: usize = 6;

/// Symbols made from bytes, one each.
#[must_use]
pub fn symbols(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
}

/// The stored spelling of the card of a centre with these symbols: `NS7K3MQ2`.
#[must_use]
pub fn card(centre: &CentreId, bytes: [u8; SYMBOLS]) -> String {
    format!("{}{}", centre.as_str().to_ascii_uppercase(), symbols(&bytes))
}

/// The card code as it is printed: `NS-7K3M-Q2`.
#[must_use]
pub fn printed(card: &str) -> String {
    let Some(centre) = card.len().checked_sub(SYMBOLS).filter(|_| is_card(card)) else {
        return card.to_owned();
    };
    format!("{}-{}-{}", &card[..centre], &card[centre..centre + 4], &card[centre + 4..])
}

/// Is this stored login a card? Only cards are in capitals.
#[must_use]
fn is_card(login: &str) -> bool {
    login.len() > SYMBOLS && login.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Would this login be taken for a card of this centre? A card is looked for first.
#[must_use]
pub fn is_like_card(login: &str, centre: &CentreId) -> bool {
    let [typed, _] = spellings(login);
    let [letters, _] = spellings(centre.as_str());
    let symbols = typed.strip_prefix(&letters).unwrap_or_default();
    symbols.len() == SYMBOLS && symbols.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// The stored spellings that a typed text can mean: a card, and a login name.
#[must_use]
pub fn spellings(typed: &str) -> [String; 2] {
    let typed: String = typed.trim().chars().take(64).collect();
    let card = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
    [card, typed.to_lowercase()]
}

/// The one stored spelling that a typed text can have where there are these centres: nobody chooses a login name that is
/// like a card of one of them.
#[must_use]
pub fn one_of<'a>(typed: &str, mut centres: impl Iterator<Item = &'a CentreId>) -> String {
    let [card, login] = spellings(typed);
    if centres.any(|centre| is_like_card(typed, centre)) { card } else { login }
}

#[cfg(test)]
mod tests {
    use shared::prim::Id;

    use super::*;

    #[test]
    fn a_card_is_the_same_however_it_is_typed() {
        let centre = Id::parse("ns").unwrap();
        let card = card(&centre, [5, 17, 1, 18, 21, 0]);
        assert_eq!(card, "NS7K3MQ2");
        assert_eq!(printed(&card), "NS-7K3M-Q2");
        for typed in ["NS-7K3M-Q2", " ns 7k3m q2 ", "ns7k3mq2"] {
            assert_eq!(spellings(typed)[0], card, "{typed}");
        }
    }

    #[test]
    fn a_login_name_is_no_card() {
        assert_eq!(spellings(" Slettebakken ")[1], "slettebakken");
        assert!(is_card("NS7K3MQ2"));
        assert!(!is_card("slettebakken"));
        let centre = Id::parse("ns").unwrap();
        for (login, is_like) in [
            ("ns-7k3m-q2", true),
            ("n-s7k3mq2", true),
            ("ns7k3mq2", true),
            ("ns7k3mq", false),
            ("ns7k3mq22", false),
            ("ns-7k3m-o0", false),
            ("bg-7k3m-q2", false),
            ("kari", false),
        ] {
            assert_eq!(is_like_card(login, &centre), is_like, "{login}");
        }
        assert_eq!(printed("slettebakken"), "slettebakken");
    }

    #[test]
    fn no_symbol_is_mistaken_for_another() {
        assert!(!ALPHABET.iter().any(|symbol| b"01ILOU".contains(symbol)));
    }
}
