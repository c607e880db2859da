//! The requests to the server, and what their answers mean. It decides nothing.

mod door;
mod exchange;
mod second_step;
mod sending;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{
    domain::person::Person,
    prim::{Id, Timestamp, json},
};

use self::sending::fetched;
pub(super) use self::{door::opened, sending::say};
pub use self::{
    door::{
        Held, Invitation, NotAccepted, SignInReply, SignedIn, SignedOut, accept, enter, invitation, is_session_over,
        key, sign_in, sign_out,
    },
    exchange::{Reply, deposit, here, older, sync, take_in},
    second_step::{Second, SecondState, Shown, second, second_begin, second_confirm},
};
use crate::components::QrCode;

/// Why signing in, or another request that only makes sense with a network, did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Login or secret is wrong, or the session is over.
    WrongSecret,
    /// The code of the second step is wrong, or was used before.
    WrongCode,
    /// Too many tries: wait.
    Wait {
        /// For so many seconds.
        seconds: u32,
    },
    /// This device holds what another user has not shared yet.
    OtherPerson,
    /// She is let in only where nothing is kept.
    OnlineOnly,
    /// The user may not do this.
    Forbidden,
    /// A link or an invitation does not hold any more, or what was asked for is not there.
    Gone,
    /// The file is damaged, or of another centre.
    Unreadable,
    /// The server did not answer.
    Unreachable,
    /// The server has a problem.
    NotYet,
}

/// A participant's card.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// The code printed on it.
    pub code: String,
    /// The new PIN; it is shown this once.
    pub pin: String,
    /// Leads a camera to the sign-in, with the code filled in.
    pub qr: QrCode,
}

/// A device on which she is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Device {
    /// Names the session there.
    pub id: String,
    /// Browser and system; empty where unknown.
    pub device: String,
    /// When she last did something there.
    pub used: Timestamp,
    /// Is it this one?
    pub here: bool,
}

#[derive(Deserialize)]
struct TooManyTries {
    seconds: u32,
}

/// How the server says no.
#[derive(Deserialize)]
struct No {
    error: String,
}

/// Makes a participant's card with a new PIN. Needs a network.
pub async fn issue_card(person: &Id<Person>) -> Result<Card, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        person: &'a Id<Person>,
    }
    ask("/api/cards", &Body { person }, Fault::Forbidden).await
}

/// The devices on which she is signed in. Needs a network.
pub async fn devices() -> Result<Vec<Device>, Fault> {
    get("/api/devices", Fault::Forbidden).await
}

/// Signs her out on one of her devices. Needs a network.
pub async fn end_device(id: &str) -> Result<(), Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        id: &'a str,
    }
    match tell("/api/devices/end", &Body { id }, Fault::Forbidden).await {
        // She was signed out there already.
        Err(Fault::Gone) => Ok(()),
        told => told,
    }
}

/// Posts `body` and reads the answer; `forbidden` is what 403 and 404 mean here.
pub(super) async fn ask<T: DeserializeOwned>(path: &str, body: &impl Serialize, forbidden: Fault) -> Result<T, Fault> {
    let (status, text) = say(path, body).await?;
    read(status, &text, forbidden)
}

/// Posts `body`, to which there is nothing to answer; `forbidden` is what 403 means here.
pub(super) async fn tell(path: &str, body: &impl Serialize, forbidden: Fault) -> Result<(), Fault> {
    match say(path, body).await? {
        (204, _) => Ok(()),
        (404, _) => Err(Fault::Gone),
        (status, text) => Err(fault(status, &text, forbidden)),
    }
}

/// Fetches what is at `path`; `forbidden` is what 403 and 404 mean here.
pub(super) async fn get<T: DeserializeOwned>(path: &str, forbidden: Fault) -> Result<T, Fault> {
    let (status, text) = fetched(path).await?;
    read(status, &text, forbidden)
}

/// Reads an answer; `forbidden` is what 403 and 404 mean here.
pub(super) fn read<T: DeserializeOwned>(status: u16, text: &str, forbidden: Fault) -> Result<T, Fault> {
    match status {
        200 => json::read(text).map_err(|_| Fault::NotYet),
        _ => Err(fault(status, text, forbidden)),
    }
}

/// What a status means that is not good; `forbidden` is what 403 and 404 mean here.
pub(super) fn fault(status: u16, text: &str, forbidden: Fault) -> Fault {
    match status {
        401 => Fault::WrongSecret,
        403 | 404 => forbidden,
        409 if no(text) == "online-only" => Fault::OnlineOnly,
        429 => {
            let wait: Option<TooManyTries> = json::read(text).ok();
            Fault::Wait { seconds: wait.map_or(60, |wait| wait.seconds) }
        }
        _ => Fault::NotYet,
    }
}

/// The code with which the server says no; empty when it does not.
pub(super) fn no(text: &str) -> String {
    json::read(text).map(|No { error }| error).unwrap_or_default()
}
