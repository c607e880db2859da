//! What lies in `localStorage` of whoever is signed in on this device, under `minvei.session`. Nothing of it says
//! who she is: that is sealed with the key of her client, and the key with one made from what she types.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use gloo_storage::{LocalStorage, Storage as _};
use serde::{Deserialize, Serialize};
use shared::{
    policy::{Proof, Role},
    prim::AnyId,
    sync::wire::ClientId,
};

use crate::{
    db::Me,
    platform::{ids, kdf},
    store::{KEY_LENGTH, Seal},
};

const PLACE: &str = "minvei.session";
/// Where the sealed texts belong.
const ABOUT: &str = "minvei.about";
const KEY: &str = "minvei.key";
/// What one guess costs: a fraction of a second on a new phone, two or three on an old one.
const ROUNDS: u32 = 600_000;
/// How many wrong tries there may be; then only the server opens the device.
const MOST_TRIES: u8 = 5;

/// Who is signed in, with everything this device needs of her. It lives in memory alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The client.
    pub client: ClientId,
    /// The key that seals what it keeps, 32 bytes in base64.
    pub key: String,
    /// Who she is.
    pub about: About,
}

/// Who she is, and how she comes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The user.
    pub user: AnyId,
    /// Her name.
    pub name: String,
    /// Her part.
    pub role: Role,
    /// The mark of the link she came by, if she did.
    pub link: Option<String>,
    /// What she signs in with, if she typed it.
    pub login: Option<String>,
}

/// What lies on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The client.
    pub client: ClientId,
    /// What she types to open the device.
    pub asks: Asks,
    /// How long nobody touches the device before its screen closes, in milliseconds.
    pub lock: Option<i64>,
    about: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wrapped: Option<Wrapped>,
    /// The key as it is, of a school that came by a link: there is nothing to type, and nothing secret to hide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<String>,
    #[serde(default)]
    tries: u8,
}

/// What somebody types to open the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asks {
    /// A few digits.
    Pin,
    /// A password.
    Password,
}

impl Asks {
    /// What somebody with this part types to open a device.
    fn of(role: Role) -> Self {
        if role.stay().is_shared || role.proof() == Proof::Card { Self::Pin } else { Self::Password }
    }
}

/// The key of the client, sealed with one made from what she types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wrapped {
    salt: String,
    rounds: u32,
    key: String,
}

/// A key made from what somebody has typed, to wrap or unwrap the key of her client.
pub struct Kek {
    salt: String,
    rounds: u32,
    seal: Seal,
}

/// What came of trying to open the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It is hers.
    Yes(Box<Session>),
    /// That was not it; she may try so many times more.
    Wrong {
        /// So many times.
        left: u8,
    },
    /// It was tried too often: now only the server can open it. What lies here stays.
    Shut,
}

impl Record {
    /// What lies on this device.
    pub fn read() -> Option<Self> {
        LocalStorage::get(PLACE).ok()
    }

    /// Of a session that has just begun, in the place of what lay here. Where she has typed nothing that opens it, what
    /// opened it before does so still: a password, or the PIN of a device that several share. A PIN of her own does not,
    /// for she is asked for a new one. Where there is neither, only the server opens it after this page.
    pub fn of(session: &Session, kek: Option<&Kek>, before: Option<Self>) -> Option<Self> {
        let role = session.about.role;
        let asks = Asks::of(role);
        let stays = asks == Asks::Password || role.stay().is_shared;
        let before = before.filter(|before| before.client == session.client && before.asks == asks && stays);
        let wrapped = kek.map(|kek| kek.wrap(session)).or(before.and_then(|before| before.wrapped));
        let about = serde_json::to_vec(&session.about).ok()?;
        let about = STANDARD.encode(session.seal()?.close_for(ABOUT, &about));
        Some(Self {
            client: session.client.clone(),
            asks,
            lock: role.stay().lock,
            about,
            wrapped,
            open: session.about.link.is_some().then(|| session.key.clone()),
            tries: 0,
        })
    }

    /// Writes it down; says whether that worked.
    pub fn save(&self) -> bool {
        LocalStorage::set(PLACE, self).is_ok()
    }

    /// Nobody is signed in here any more.
    pub fn forget() {
        LocalStorage::delete(PLACE);
    }

    /// Is it of the same sign-in as `other`?
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.about == other.about
    }

    /// The session of this record, opened with the key of its client.
    pub fn session(&self, key: String) -> Option<Session> {
        let seal = seal_of(&key)?;
        let about = seal.open_for(ABOUT, &STANDARD.decode(&self.about).ok()?)?;
        Some(Session { client: self.client.clone(), key, about: serde_json::from_slice(&about).ok()? })
    }

    /// The session, where nothing hides it.
    pub fn open_session(&self) -> Option<Session> {
        self.session(self.open.clone()?)
    }

    /// Can it be opened by what she types?
    pub fn has_lock(&self) -> bool {
        self.wrapped.is_some()
    }

    /// Has nobody yet chosen the PIN by which somebody with this part opens it? A release of before may have kept
    /// something else that opened it.
    pub fn lacks_pin(&self, role: Role) -> bool {
        let has_pin = self.asks == Asks::Pin && self.wrapped.is_some();
        Asks::of(role) == Asks::Pin && !has_pin && self.open.is_none()
    }

    /// Is it to be opened by a PIN, and there is none? Who has come in here lies sealed, and is not asked for.
    pub fn waits_for_pin(&self) -> bool {
        self.asks == Asks::Pin && self.wrapped.is_none() && self.open.is_none()
    }

    /// Was it tried too often?
    pub fn is_shut(&self) -> bool {
        self.wrapped.is_none() && self.tries >= MOST_TRIES
    }

    /// The session, if this is what she has typed before. Nobody is told: it is only for what the server asks of her.
    pub async fn opened_by(secret: &str) -> Option<Session> {
        let record = Self::read()?;
        let key = record.wrapped.as_ref()?.open(secret).await?;
        record.session(key)
    }

    /// Tries to open it with what she has typed. A try counts before it is known what comes of it.
    pub async fn try_with(secret: &str) -> Opened {
        let Some(before) = Self::read() else { return Opened::Shut };
        let Some(wrapped) = before.wrapped.clone().filter(|_| before.tries < MOST_TRIES) else {
            Self { wrapped: None, tries: MOST_TRIES, ..before }.save();
            return Opened::Shut;
        };
        let tries = before.tries + 1;
        let counted = Self { tries, ..before };
        // A try that cannot be counted is none: else each would be the first.
        if !counted.save() {
            return Opened::Shut;
        }
        if let Some(session) = wrapped.open(secret).await.and_then(|key| counted.session(key)) {
            Self { tries: 0, ..counted }.save();
            return Opened::Yes(Box::new(session));
        }
        if tries < MOST_TRIES {
            return Opened::Wrong { left: MOST_TRIES - tries };
        }
        Self { wrapped: None, ..counted }.save();
        Opened::Shut
    }
}

impl Session {
    /// Whoever is signed in.
    pub fn me(&self) -> Me {
        let About { user, name, role, .. } = &self.about;
        Me { user: user.clone(), name: name.clone(), role: *role }
    }

    /// Seals with the key of her client.
    pub fn seal(&self) -> Option<Seal> {
        seal_of(&self.key)
    }
}

fn seal_of(key: &str) -> Option<Seal> {
    let key: [u8; KEY_LENGTH] = STANDARD.decode(key).ok()?.try_into().ok()?;
    Some(Seal::new(key, ids::fill))
}

impl Kek {
    /// Of what she types now; nothing where the browser does no cryptography.
    pub async fn of(secret: &str) -> Option<Self> {
        let mut salt = [0; 16];
        ids::fill(&mut salt);
        Self::with(secret, &salt, ROUNDS).await
    }

    async fn with(secret: &str, salt: &[u8], rounds: u32) -> Option<Self> {
        let seal = Seal::new(kdf::key(secret.trim(), salt, rounds).await?, ids::fill);
        Some(Self { salt: STANDARD.encode(salt), rounds, seal })
    }

    fn wrap(&self, session: &Session) -> Wrapped {
        let key = STANDARD.encode(self.seal.close_for(KEY, session.key.as_bytes()));
        Wrapped { salt: self.salt.clone(), rounds: self.rounds, key }
    }
}

impl Wrapped {
    async fn open(&self, secret: &str) -> Option<String> {
        let kek = Kek::with(secret, &STANDARD.decode(&self.salt).ok()?, self.rounds).await?;
        String::from_utf8(kek.seal.open_for(KEY, &STANDARD.decode(&self.key).ok()?)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lying(asks: Asks, has_lock: bool) -> Record {
        let wrapped = Wrapped { salt: String::new(), rounds: 1, key: String::new() };
        Record {
            client: ClientId::parse("tablet-1").unwrap(),
            asks,
            lock: None,
            about: String::new(),
            wrapped: has_lock.then_some(wrapped),
            open: None,
            tries: 0,
        }
    }

    #[test]
    fn what_several_share_opens_by_a_pin_although_a_password_is_typed_to_come_in() {
        assert_eq!(Asks::of(Role::Kitchen), Asks::Pin);
        assert_eq!(Asks::of(Role::Participant), Asks::Pin);
        assert_eq!(Asks::of(Role::Teacher), Asks::Password);
    }

    #[test]
    fn a_pin_is_chosen_where_there_is_none_and_where_a_password_of_before_opens_a_tablet() {
        assert!(lying(Asks::Pin, false).lacks_pin(Role::Kitchen));
        assert!(lying(Asks::Password, true).lacks_pin(Role::Kitchen));
        assert!(!lying(Asks::Pin, true).lacks_pin(Role::Kitchen));
        assert!(!lying(Asks::Password, false).lacks_pin(Role::Teacher));
    }

    #[test]
    fn a_school_by_a_link_is_asked_for_none() {
        let by_link = Record { open: Some(String::new()), ..lying(Asks::Pin, false) };
        assert!(!by_link.lacks_pin(Role::School));
        assert!(!by_link.lacks_pin(Role::Participant));
        assert!(!by_link.waits_for_pin());
    }

    #[test]
    fn whether_a_pin_is_missing_can_be_said_without_knowing_whose_it_would_be() {
        assert!(lying(Asks::Pin, false).waits_for_pin());
        assert!(!lying(Asks::Pin, true).waits_for_pin());
        // Staff have their session's end instead.
        assert!(!lying(Asks::Password, false).waits_for_pin());
    }
}
