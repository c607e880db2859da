//! What travels between client and server. Shapes are for ever; change by adding.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    entity::{Grant, Key, Tag},
    policy::{Keeping, Role},
    prim::{AnyId, Date, Id, Timestamp},
    registry::{AnyCommand, Kind, Record},
    rejection::Rejection,
};

/// One installation of the app on one device, for one user.
pub enum Client {}

/// The id of a client, minted by the device at its first sign-in.
pub type ClientId = Id<Client>;

/// A place in a centre's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Which lineage: a restored server begins a new one.
    pub history: Box<str>,
    /// The version of the last change it had seen.
    pub version: u64,
}

/// Push in: what a client sends to `POST /api/sync`.
///
/// A field too many is overlooked here, unlike within a command: an app may be newer than the server that answers it,
/// which has been rolled back or not been updated yet, and refused as a whole it could share nothing and read nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The schema the client speaks, [`crate::SCHEMA`].
    pub schema: u16,
    /// Which client.
    pub client: ClientId,
    /// Where its rows stand; none for a first visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
    /// The grants it knows of, by [`Grants::epoch`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Box<str>>,
    /// The audiences it holds in full, sent when the server asked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Vec<Tag>>,
    /// Outcomes up to this sequence number are stored on the device.
    #[serde(default)]
    pub stored: u64,
    /// The sequence number of the first command.
    #[serde(default)]
    pub first: u64,
    /// Commands, byte for byte as first encoded, with consecutive numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Box<RawValue>>,
}

/// Patch out: what the server answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The server's clock, by which the device corrects its own.
    pub server_time: Timestamp,
    /// The last command of this client that was judged; the next must follow it.
    pub last_seq: u64,
    /// The last command of this client that a verified backup holds; the client keeps all later ones.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub covered: u64,
    /// What became of the commands sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<(u64, Outcome)>,
    /// The queue must wait: the server is older than the next command.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub server_is_older: bool,
    /// The grants have changed: ask again and say what is held.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub say_held: bool,
    /// The changes since the cursor; withheld from a client that is too old or must say what it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<Patch>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done: the version of its changes, 0 where nothing was to be changed.
    Applied(u64),
    /// The rules said no.
    Refused(Rejection),
    /// Somebody else must decide.
    Held {
        /// Who.
        for_whom: Role,
    },
}

/// Asks for the rows of days that have left the devices: `POST /api/older`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OlderRequest {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

/// The rows of those days as they are now, for as long as somebody looks at them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Older {
    /// Every row the user may see.
    pub rows: Vec<WireRow>,
}

/// Row changes that bring a client from its cursor to a later one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Patch {
    /// Where it leads.
    pub to: Cursor,
    /// Forget all rows first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
    /// There is more: ask again at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// The new grants, when they differ from those the client knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Grants>,
    /// Rows that are new or changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<WireRow>,
    /// Rows that are gone: the name of the kind, and the key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<(Box<str>, Key)>,
}

/// Who the client's user is and what she may receive today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// A digest of all below: the same grants have the same epoch.
    pub epoch: Box<str>,
    /// Who.
    pub user: AnyId,
    /// Her part.
    pub role: Role,
    /// The audiences she belongs to.
    pub tags: Vec<Tag>,
    /// Her grants.
    pub list: Vec<Grant>,
    /// What becomes of the rows: a session that keeps nothing may see more.
    #[serde(default, skip_serializing_if = "Keeping::is_on_device")]
    pub keeping: Keeping,
}

/// A row as it travels. Its key follows from its body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WireRow {
    /// The name of its kind.
    #[serde(rename = "k")]
    pub kind: Box<str>,
    /// The version at which it was accepted.
    #[serde(rename = "v")]
    pub version: u64,
    /// The number of its shape.
    #[serde(rename = "s")]
    pub shape: u16,
    /// Its body.
    #[serde(rename = "b")]
    pub body: Box<RawValue>,
}

impl PartialEq for WireRow {
    fn eq(&self, other: &Self) -> bool {
        (&self.kind, self.version, self.shape, self.body.get())
            == (&other.kind, other.version, other.shape, other.body.get())
    }
}

impl WireRow {
    /// The row as it travels.
    #[must_use]
    pub fn of(version: u64, record: &Record) -> Self {
        Self {
            kind: record.kind().name().into(),
            version,
            shape: record.kind().shape(),
            body: RawValue::from_string(record.body()).expect("a body is JSON"),
        }
    }

    /// The row itself, unless this build does not know its kind or shape.
    #[must_use]
    pub fn read(&self) -> Option<Record> {
        let kind = Kind::parse(&self.kind)?;
        Record::read(kind, self.shape, self.body.get()).ok()
    }
}

/// A command as it is encoded, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The name of the command.
    pub name: String,
    /// The schema it was written in.
    pub schema: u16,
    /// When the device says it was made.
    pub made_at: Timestamp,
    /// The server time of the cursor its author was looking at.
    pub base_at: Timestamp,
    /// Its fields.
    pub body: Box<RawValue>,
}

impl Envelope {
    /// Encodes a command: these bytes are what is stored, sent and sent again.
    #[must_use]
    pub fn encode(command: &AnyCommand, made_at: Timestamp, base_at: Timestamp) -> Box<str> {
        let envelope = Self {
            name: command.name().to_owned(),
            schema: crate::SCHEMA,
            made_at,
            base_at,
            body: RawValue::from_string(command.body()).expect("a body is JSON"),
        };
        serde_json::to_string(&envelope).expect("an envelope is JSON").into()
    }

    /// `made_at` as far as it can be true: after its base, before its receipt.
    #[must_use]
    pub fn believable(&self, received_at: Timestamp) -> Timestamp {
        self.made_at.max(self.base_at).min(received_at)
    }
}

/// The id of a command: its client and its number there.
#[must_use]
pub fn command_id(client: &ClientId, seq: u64) -> String {
    format!("{client}.{seq}")
}

/// What the live channel says: something of yours has changed; pull if your cursor is behind, or your grants are others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Poke {
    /// The version of the last change of anything that is hers.
    pub version: u64,
    /// The grants she holds now, by [`Grants::epoch`]; said at the beginning, and when they are others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Box<str>>,
    /// What has changed, when it can be said in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<Box<News>>,
}

/// What has changed, for whoever has seen everything up to `since` and holds the same grants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct News {
    /// The version it continues.
    pub since: u64,
    /// The grants it was made for, by [`Grants::epoch`].
    pub epoch: Box<str>,
    /// The server's clock.
    pub server_time: Timestamp,
    /// The changes.
    pub patch: Patch,
}
