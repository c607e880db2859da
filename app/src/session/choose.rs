//! A PIN of this device, for whoever comes in by typing nothing and whose device asks for a PIN, and for a device that
//! several people share. Without one the screen could not close, and the page would not open without a network.
//!
//! The PIN leaves the page as little as the one on her card: the key of what lies here is wrapped with one made of it.

use leptos::{
    logging::warn,
    prelude::{ArcRwSignal, GetUntracked as _},
};

use super::{
    FOUND, STAGE, Stage, current, is_signed_in, lock,
    record::{Kek, Record},
    set_stage,
};
use crate::{
    db::{Me, Trouble},
    platform::{kdf, update},
};

/// The fewest digits of a PIN, as on a card.
pub const FEWEST_DIGITS: usize = 4;
/// The most.
pub const MOST_DIGITS: usize = 8;

/// Why a PIN is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// It has too few digits, too many, or something else in it.
    Shape,
    /// Whoever has the phone tries it first: one digit again and again, or one after the other.
    Easy,
}

/// Why this PIN is not taken; nothing when it is.
pub fn weakness(pin: &str) -> Option<Weak> {
    let digits: Vec<u8> = pin.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    if digits.len() != pin.len() || !(FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len()) {
        return Some(Weak::Shape);
    }
    let steps = |by: u8| digits.windows(2).all(|pair| (pair[0] + by) % 10 == pair[1]);
    // Nine up is one down.
    [0, 1, 9].into_iter().any(steps).then_some(Weak::Easy)
}

/// Is there to be a PIN on this device, and nobody has chosen it yet?
pub(super) fn is_missing(record: &Record) -> bool {
    record.waits_for_pin() && kdf::is_offered()
}

/// She has gone before she had chosen. Nothing she could type here opens the page: whoever comes signs in.
pub(super) fn give_up() {
    // Whatever touches the page while it is being loaded anew must not count as hers.
    set_stage(Stage::SignedOut);
    update::reload();
}

/// Where the page of somebody stands whose rows are here: she may have to choose a PIN first.
pub(super) fn ready(me: Me) -> Stage {
    let asks = Record::read().is_some_and(|record| record.lacks_pin(me.role));
    if asks && kdf::is_offered() { Stage::ChoosePin(me) } else { Stage::Ready(me) }
}

/// Something has changed in another tab while she is asked here: she may have chosen there.
pub(super) fn elsewhere(me: Me) {
    if let stage @ Stage::Ready(_) = ready(me) {
        set_stage(stage);
    }
}

/// The browser has made no key of what she has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoKey;

/// Takes the PIN she has chosen, from which on this device opens by it. She comes to where she was going; without a key
/// nothing is kept, and she is asked still.
pub async fn choose_pin(pin: &str) -> Result<(), NoKey> {
    let kek = Kek::of(pin).await.ok_or(NoKey)?;
    // It took a while: she may have signed out, or chosen, in another tab.
    let Stage::ChoosePin(me) = STAGE.with(ArcRwSignal::clone).get_untracked() else { return Ok(()) };
    let Some(mut session) = current().filter(|_| is_signed_in(&me)) else {
        update::reload();
        return Ok(());
    };
    // The PIN is not what she signs in with.
    session.about.login = None;
    let Some(record) = Record::of(&session, Some(&kek), None).filter(Record::save) else {
        warn!("the PIN is not kept");
        set_stage(Stage::Stopped(Trouble::StorageFull));
        return Ok(());
    };
    FOUND.set(Some(record));
    lock::is_here();
    set_stage(Stage::Ready(me));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_a_few_digits() {
        for pin in ["", "246", "246813579", "24 68", "２４６８", "abcd", "24-68"] {
            assert_eq!(weakness(pin), Some(Weak::Shape), "{pin}");
        }
    }

    #[test]
    fn what_is_tried_first_is_not_taken() {
        for pin in ["0000", "7777777", "1234", "4321", "0123", "12345678", "7890", "2109"] {
            assert_eq!(weakness(pin), Some(Weak::Easy), "{pin}");
        }
    }

    #[test]
    fn anything_else_is_taken() {
        for pin in ["2468", "1235", "0101", "90817263"] {
            assert_eq!(weakness(pin), None, "{pin}");
        }
    }
}
