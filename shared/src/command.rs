//! A user's intention as a value, the question it puts to the policy, and the changes it makes.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    entity::{Key, Tag},
    policy::{self, Action, Actor, Permit},
    prim::{Answer, AnyId, Note, Timestamp},
    registry::{AnyCommand, Kind, Record},
    rejection::Rejection,
    view::{Halt, View},
};

/// An intention that makes sense on a train: it is judged now as a forecast, later as the law.
pub trait Command: Serialize + DeserializeOwned + Clone {
    /// Its name on the wire, for ever: `order.change`.
    const NAME: &'static str;
    /// Does it say that somebody has looked at something, and change nothing? Then it is no work of hers that
    /// waits, and whether it was let happen is nothing to tell her.
    const IS_LOOK: bool = false;
    /// Is it said of somebody only while she is a protected person, or about to be one? Then its name alone tells it.
    const IS_OF_PROTECTED: bool = false;
    /// Does it hand the server a secret, as the key of a PIN? Then no other device is to have it.
    const IS_SECRET: bool = false;

    /// The action it needs leave for, and what it is about.
    fn ask(&self, view: View<'_>) -> Result<Ask, Halt>;

    /// The rows it changes, or why not. Can only run with leave.
    fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt>;

    /// The rows it will touch whatever is decided, by which the list of waiting things names it.
    fn about(&self) -> Option<(Kind, Key)> {
        None
    }

    /// The participants it is about: nobody keeps it who may know nothing of one of them.
    fn persons(&self) -> Vec<AnyId> {
        self.about().and_then(|(kind, key)| kind.whose(&key)).into_iter().collect()
    }

    /// Why, where the log of accesses is to say it.
    fn reason(&self) -> Option<&Note> {
        None
    }

    /// Would whoever reads it learn that somebody is a protected person, or why it was asked for one?
    fn tells_of_protection(&self) -> bool {
        Self::IS_OF_PROTECTED
    }

    /// The rows its decision will ask for, as far as it can name them: the server loads them at once.
    fn foreseen(&self) -> Vec<(Kind, Key)> {
        self.about().into_iter().collect()
    }
}

impl AnyCommand {
    /// Is it for its author and the server alone? Then no device keeps it once it is judged, and nobody is asked if
    /// it shall be done though it came too late.
    #[must_use]
    pub fn is_confidential(&self) -> bool {
        self.is_secret() || self.tells_of_protection()
    }

    /// Asks the policy and decides: the rows it changes, or why not.
    pub fn judge(&self, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let permit = policy::check(ctx.actor, &self.ask(view)?, ctx.received_at.date())?;
        self.permitted(permit, ctx, view)
    }

    /// Decides what the policy lets happen. The one way a command is decided, as a forecast and as the law.
    pub fn permitted(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let today = ctx.received_at.date();
        let action = permit.action();
        let changes = self.decide(permit, ctx, view)?;
        for change in &changes {
            // Whatever a command may do with everybody, it does nothing with a protected person by somebody who is
            // not to know of her. A new one is known to whoever makes her.
            let (kind, key) = change.at();
            let known = view.known(kind, &key);
            let made = match change {
                Change::Put(record) if kind != Kind::Person => Some(record),
                Change::Put(_) | Change::Delete(..) | Change::Looked(..) => None,
            };
            if let Some(record) = known.or(made)
                && record.is_shielded()
                && !policy::can(ctx.actor, action, record.tags(), today)
            {
                return Err(Rejection::Gone.into());
            }
        }
        Ok(changes)
    }
}

/// The question a command puts to the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What is to be done.
    pub action: Action,
    /// The audiences of the thing it is done to.
    pub about: Vec<Tag>,
}

impl Ask {
    /// May `action` be done to a thing of these audiences?
    #[must_use]
    pub fn new(action: Action, about: impl IntoIterator<Item = Tag>) -> Self {
        Self { action, about: about.into_iter().collect() }
    }
}

/// The circumstances of a decision. Time is an argument, never read.
#[derive(Debug, Clone, Copy)]
pub struct Ctx<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// The command's id, unique in the centre: client and sequence number.
    pub id: &'a str,
    /// When the device says it was made, clamped between its base cursor and receipt.
    pub made_at: Timestamp,
    /// When the server received it: by this, deadlines and rights are judged.
    pub received_at: Timestamp,
}

impl Ctx<'_> {
    /// This command's answer to a question, given by somebody who was looking at `seen`.
    #[must_use]
    pub fn answer<T>(&self, value: T, seen: &[Box<str>]) -> Answer<T> {
        Answer {
            id: self.id.into(),
            value,
            by: self.actor.user.as_str().into(),
            hand: None,
            made_at: self.made_at,
            received_at: self.received_at,
            seen: seen.to_vec(),
        }
    }
}

/// One change to one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The row is now this.
    Put(Record),
    /// The row is gone.
    Delete(Kind, Key),
    /// The row stays as it is: somebody has looked at it, and the log of accesses says so.
    Looked(Kind, Key),
}

impl Change {
    /// The row that changes, or is looked at.
    #[must_use]
    pub fn at(&self) -> (Kind, Key) {
        match self {
            Self::Put(record) => (record.kind(), record.key()),
            Self::Delete(kind, key) | Self::Looked(kind, key) => (*kind, key.clone()),
        }
    }
}
