//! A queue as a file: the last rescue of a device that cannot share any more. It is taken in at a desk.
//!
//! What is in it is sealed with the key of its client, which nobody has but that device and the server:
//! whoever carries the file neither reads nor changes it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{prim::AnyId, sync::wire::ClientId};

/// What the sealed part is sealed for.
pub const PLACE: &str = "rescue";

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescue {
    /// Whose queue.
    pub user: AnyId,
    /// Of which client.
    pub client: ClientId,
    /// [`Contents`] as JSON, sealed, in base64.
    pub sealed: Box<str>,
}

/// What is in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// The number of the first command.
    pub first: u64,
    /// The commands, byte for byte as first encoded, with consecutive numbers.
    pub commands: Vec<Box<RawValue>>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescued {
    /// So many of its commands are applied, now or before.
    pub applied: usize,
    /// So many are held: whoever answers for the centre decides.
    #[serde(default, skip_serializing_if = "is_none")]
    pub held: usize,
    /// So many were refused; their author finds them in her tray when her device shares again.
    pub refused: usize,
    /// So many could not be judged: something before them is missing.
    pub waiting: usize,
}

/// What became of what a device has handed in on which its user was signed out by somebody else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deposited {
    /// So many of its commands are applied, now or before.
    pub applied: usize,
    /// So many are held: whoever answers for the centre decides.
    pub held: usize,
    /// So many were refused, or came so late that nobody judged them.
    pub refused: usize,
    /// The device must forget everything it holds. Else the session is over and no more.
    pub wipe: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Contents {
    /// The same in pieces of at most so many bytes of commands, and at least one piece.
    #[must_use]
    pub fn pieces(self, most_bytes: usize) -> Vec<Self> {
        let mut pieces = vec![Self { first: self.first, commands: Vec::new() }];
        let mut bytes = 0;
        for (seq, command) in (self.first..).zip(self.commands) {
            bytes += command.get().len();
            match pieces.last_mut() {
                Some(piece) if bytes <= most_bytes || piece.commands.is_empty() => piece.commands.push(command),
                Some(_) | None => {
                    bytes = command.get().len();
                    pieces.push(Self { first: seq, commands: vec![command] });
                }
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(lengths: &[usize]) -> Contents {
        let command = |length: &usize| RawValue::from_string("1".repeat(*length)).expect("a number");
        Contents { first: 7, commands: lengths.iter().map(command).collect() }
    }

    fn pieces(lengths: &[usize]) -> Vec<(u64, usize)> {
        contents(lengths).pieces(10).iter().map(|piece| (piece.first, piece.commands.len())).collect()
    }

    #[test]
    fn a_long_queue_is_handed_in_bit_by_bit_and_an_empty_one_too() {
        assert_eq!(pieces(&[]), [(7, 0)]);
        assert_eq!(pieces(&[4, 6]), [(7, 2)]);
        assert_eq!(pieces(&[4, 6, 1]), [(7, 2), (9, 1)]);
        assert_eq!(pieces(&[30, 1, 30]), [(7, 1), (8, 1), (9, 1)], "what is too large goes alone");
    }
}
