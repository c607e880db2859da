//! What the authority is handed and what it hands back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::deed::Deed;
use crate::{
    entity::{Grant, Key, Part, Tag},
    policy::{Actor, Keeping},
    prim::{AnyId, Timestamp},
    registry::{Kind, Record},
    sync::wire::{ClientId, Outcome},
    view::Want,
};

/// What one client sent, together with who it is.
#[derive(Debug)]
pub struct Push {
    /// Which client.
    pub client: ClientId,
    /// Whose.
    pub user: AnyId,
    /// The number of the first command.
    pub first: u64,
    /// The commands.
    pub commands: Vec<Box<RawValue>>,
    /// Outcomes up to this number are stored on the device.
    pub stored: u64,
    /// When they came.
    pub received_at: Timestamp,
    /// What becomes of the rows in the session they came by.
    pub keeping: Keeping,
    /// When its user was signed out on the device that hands them in, if she was.
    pub ended: Option<Timestamp>,
}

/// The digest of a command's bytes: the same id with other bytes is not the same command.
pub type BytesHash = [u8; 32];

/// What is kept of a judged command until its client has stored the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The digest of its bytes.
    pub hash: BytesHash,
    /// What became of it.
    pub outcome: Outcome,
}

/// What the machine wants done next.
#[derive(Debug)]
pub enum Step {
    /// Load these and hand them to [`Authority::loaded`](super::Authority::loaded).
    Load(Vec<Want>),
    /// Write this in the transaction in which everything was read, then call [`Authority::step`](super::Authority::step).
    Commit(Commit),
    /// Tell the clients, in the order of the pushes, and wake those who look at these audiences.
    Answer(Vec<Result<PushAnswer, ForeignClient>>, Poked),
    /// Nothing more.
    Done,
}

/// What is written in one transaction.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Commit {
    /// The version after it.
    pub version: u64,
    /// The rows that changed.
    pub rows: Vec<RowChange>,
    /// The commands judged: client, number, digest and outcome.
    pub judged: Vec<(ClientId, u64, Judged)>,
    /// The last number judged of each client.
    pub clients: Vec<(ClientId, u64)>,
    /// Outcomes of each client up to this number are forgotten: it has them.
    pub stored: Vec<(ClientId, u64)>,
    /// What was done by whom, oldest first, for the log of accesses.
    pub deeds: Vec<Deed>,
    /// Users of whom nothing is left: no account, no device, no link, no key of what the log says about them.
    pub shredded: Vec<AnyId>,
}

/// A row that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct RowChange {
    /// Which kind.
    pub kind: Kind,
    /// Where.
    pub key: Key,
    /// The version of the change.
    pub version: u64,
    /// What it is now, or `None` when it is gone.
    pub record: Option<Record>,
    /// Who receives it now.
    pub tags: Vec<Tag>,
    /// Who received it before and no longer does: a tombstone goes to them.
    pub lost_tags: Vec<Tag>,
    /// The rights that follow from it now, when they differ from before.
    pub grants: Option<Vec<Grant>>,
    /// The part its user plays from now on, when it differs from before.
    pub part: Option<Part>,
}

/// What is known of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Whose it is.
    pub user: AnyId,
    /// The last of its commands that is judged.
    pub last_seq: u64,
    /// The last of its commands that a verified backup holds.
    pub covered: u64,
}

/// The client was never opened, or belongs to another user. Nothing of the push was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForeignClient;

/// The answer to one push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushAnswer {
    /// The last number of this client that is judged.
    pub last_seq: u64,
    /// The last number of this client that a verified backup holds.
    pub covered: u64,
    /// What became of the commands of this push.
    pub outcomes: Vec<(u64, Outcome)>,
    /// The next command is from a newer schema than this server's.
    pub server_is_older: bool,
}

/// Who must be woken.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poked {
    /// The version reached.
    pub version: u64,
    /// The audiences of the rows that changed.
    pub tags: BTreeSet<Tag>,
    /// The users whose grants changed.
    pub users: BTreeSet<AnyId>,
}

/// What is loaded at the start of a batch, inside its transaction.
#[derive(Debug)]
pub struct Opening {
    /// The centre's version.
    pub version: u64,
    /// The lineage of the centre.
    pub history: String,
    /// The users that push, with their rights.
    pub actors: Vec<Actor>,
    /// Those of them who play no part any more, with what rows still grant them.
    pub left: BTreeMap<AnyId, Vec<Grant>>,
    /// The clients that push, as far as they are known.
    pub clients: BTreeMap<ClientId, Known>,
    /// The judged commands among those pushed again.
    pub judged: BTreeMap<(ClientId, u64), Judged>,
}
