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
    /// So many were refused; their author finds them in her tray when her device shares again.
    pub refused: usize,
    /// So many could not be judged: something before them is missing.
    pub waiting: usize,
}
