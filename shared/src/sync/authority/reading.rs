//! A push as the authority reads it. What cannot be read keeps its number, and is refused when its turn comes.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::{BytesHash, Known, Push};
use crate::{
    policy::Keeping,
    prim::{AnyId, Timestamp, json},
    registry::AnyCommand,
    rejection::Rejection,
    sync::wire::{ClientId, Envelope},
};

/// A push with its commands read.
pub(super) struct Reading {
    pub(super) client: ClientId,
    pub(super) user: AnyId,
    pub(super) received_at: Timestamp,
    pub(super) keeping: Keeping,
    pub(super) ended: Option<Timestamp>,
    pub(super) commands: Vec<Read>,
    pub(super) stored: u64,
    /// The version of what it has changed, once it has changed anything.
    pub(super) version: Option<u64>,
    /// How many of `commands` are judged.
    pub(super) judged: usize,
    pub(super) stopped: bool,
    pub(super) is_foreign: bool,
    pub(super) server_is_older: bool,
}

pub(super) struct Read {
    pub(super) seq: u64,
    pub(super) hash: BytesHash,
    pub(super) made_at: Timestamp,
    pub(super) command: Result<AnyCommand, Rejection>,
    /// It was written in a schema above this server's.
    pub(super) is_newer: bool,
}

pub(super) fn read(push: &Push, clients: &BTreeMap<ClientId, Known>) -> Reading {
    let is_foreign = clients.get(&push.client).is_none_or(|known| known.user != push.user);
    let pushed: &[_] = if is_foreign { &[] } else { &push.commands };
    let commands = pushed.iter().zip(push.first..).map(|(raw, seq)| {
        let envelope: Result<Envelope, _> = json::read(raw.get());
        let (made_at, is_newer, command) = match envelope {
            Ok(envelope) => (
                envelope.believable(push.received_at),
                envelope.schema > crate::SCHEMA,
                AnyCommand::read(&envelope.name, envelope.body.get()),
            ),
            Err(fault) => {
                let detail = fault.to_string().chars().take(200).collect();
                (push.received_at, is_newer(raw), Err(Rejection::Malformed { detail }))
            }
        };
        Read { seq, hash: Sha256::digest(raw.get()).into(), made_at, command, is_newer }
    });
    Reading {
        commands: commands.collect(),
        client: push.client.clone(),
        user: push.user.clone(),
        received_at: push.received_at,
        keeping: push.keeping,
        ended: push.ended,
        stored: push.stored,
        version: None,
        judged: 0,
        stopped: false,
        is_foreign,
        server_is_older: false,
    }
}

/// Was a command that cannot be read written in a schema above this server's?
fn is_newer(raw: &RawValue) -> bool {
    #[derive(serde::Deserialize)]
    struct Peek {
        schema: u16,
    }
    json::read::<Peek>(raw.get()).is_ok_and(|peek| peek.schema > crate::SCHEMA)
}
