//! A command that waits in the queue or in the tray.

use super::Queued;
use crate::{
    prim::{AnyId, Timestamp, json},
    registry::AnyCommand,
    rejection::Rejection,
    sync::{replica::At, wire::Envelope},
};

/// A command that waits, for the list of what is not shared yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Its number.
    pub seq: u64,
    /// Its name: `order.change`.
    pub name: String,
    /// What it will do, if this build can read it.
    pub command: Option<AnyCommandEq>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Why it was refused, in the tray.
    pub refused: Option<Rejection>,
    /// Or is somebody else asked whether it shall be done?
    pub is_held: bool,
}

impl Waiting {
    /// Is nothing left of it but that it was refused, or is held? She may know nothing any more of whom it is about.
    #[must_use]
    pub fn is_emptied(&self) -> bool {
        self.name.is_empty()
    }
}

/// A command that compares by its encoding.
#[derive(Debug, Clone)]
pub struct AnyCommandEq(pub AnyCommand);

impl PartialEq for AnyCommandEq {
    fn eq(&self, other: &Self) -> bool {
        self.0.name() == other.0.name() && self.0.body() == other.0.body()
    }
}

pub(super) struct Pending {
    pub(super) queued: Queued,
    pub(super) command: Option<AnyCommand>,
    pub(super) name: String,
    pub(super) made_at: Timestamp,
    pub(super) is_stored: bool,
    /// Was it done in this tab?
    pub(super) is_ours: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Stored {
    Yes,
    No,
}

impl Pending {
    pub(super) fn read(queued: Queued, stored: Stored) -> Self {
        let envelope: Option<Envelope> = json::read(&queued.text).ok();
        let command = envelope.as_ref().and_then(|envelope| AnyCommand::read(&envelope.name, envelope.body.get()).ok());
        Self {
            command,
            name: envelope.as_ref().map(|envelope| envelope.name.clone()).unwrap_or_default(),
            made_at: envelope.map(|envelope| envelope.made_at).unwrap_or_default(),
            queued,
            is_stored: stored == Stored::Yes,
            is_ours: false,
        }
    }

    /// The row it is about; a look changes where none stands.
    pub(super) fn about(&self) -> Option<At> {
        self.command.as_ref().filter(|_| !self.is_look())?.about()
    }

    /// The participants it is about, as far as this build can read it.
    pub(super) fn persons(&self) -> Vec<AnyId> {
        self.command.as_ref().map(AnyCommand::persons).unwrap_or_default()
    }

    /// See [`AnyCommand::is_confidential`].
    pub(super) fn is_confidential(&self) -> bool {
        self.command.as_ref().is_some_and(AnyCommand::is_confidential)
    }

    /// Is it a look, which changes nothing?
    pub(super) fn is_look(&self) -> bool {
        self.command.as_ref().is_some_and(AnyCommand::is_look)
    }

    /// Is it something its author has done, and would miss?
    pub(super) fn is_work(&self) -> bool {
        !self.queued.is_empty() && !self.is_look()
    }

    pub(super) fn waiting(&self) -> Waiting {
        Waiting {
            seq: self.queued.seq,
            name: self.name.clone(),
            command: self.command.clone().map(AnyCommandEq),
            made_at: self.made_at,
            refused: self.queued.refused.clone(),
            is_held: self.queued.is_held,
        }
    }
}
