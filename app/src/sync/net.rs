//! The requests to the server, and what their answers mean. It decides nothing.

use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{
    domain::person::Person,
    policy::Role,
    prim::{AnyId, Id, Timestamp, json},
    sync::{
        rescue::Rescued,
        wire::{Answer, ClientId, Older, OlderRequest},
    },
};
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal};

use crate::platform::gzip;

/// How long a request may take, in milliseconds.
const PATIENCE: u32 = 60_000;

/// What came of a sync.
pub enum Reply {
    /// An answer.
    Answer(Answer),
    /// An answer without rows: this build is too old.
    TooOld(Answer),
    /// Nobody is signed in, or somebody else.
    SessionOver,
    /// The body was too large.
    TooLarge,
    /// Another status, or a body that is no answer.
    Refused(u16),
    /// No answer came.
    Unreachable,
}

/// Who has signed in.
#[derive(Debug, Clone, Deserialize)]
pub struct SignedIn {
    /// The user.
    pub user: AnyId,
    /// Her name.
    pub name: String,
    /// Her part.
    pub role: Role,
    /// The key of this client, 32 bytes in base64.
    pub key: String,
}

/// What this device holds of whoever was signed in last.
#[derive(Serialize)]
pub struct Held<'a> {
    /// The user.
    pub user: &'a AnyId,
    /// The key of this client.
    pub key: &'a str,
}

/// Why signing in, or another request that only makes sense with a network, did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Login or secret is wrong.
    WrongSecret,
    /// Too many tries: wait.
    Wait {
        /// For so many seconds.
        seconds: u32,
    },
    /// This device holds what another user has not shared yet.
    OtherPerson,
    /// The user may not do this.
    Forbidden,
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

/// Sends one request of the engine.
pub async fn sync(body: String) -> Reply {
    let request = Request::post("/api/sync");
    let reply = match gzip::packed(&body).await {
        Some(packed) => match send(request.header("Content-Encoding", "gzip"), packed).await {
            // An older server cannot unpack it.
            Some((400 | 415, _)) => post("/api/sync", body).await,
            reply => reply,
        },
        None => send(request, body).await,
    };
    let Some((status, text)) = reply else {
        return Reply::Unreachable;
    };
    match (status, json::read::<Answer>(&text)) {
        (200, Ok(answer)) => Reply::Answer(answer),
        (426, Ok(answer)) => Reply::TooOld(answer),
        (401 | 403, _) => Reply::SessionOver,
        (413, _) => Reply::TooLarge,
        _ => Reply::Refused(status),
    }
}

/// Signs in on this device.
pub async fn sign_in(login: &str, secret: &str, client: &ClientId, held: Option<&Held<'_>>) -> Result<SignedIn, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        login: &'a str,
        secret: &'a str,
        client: &'a ClientId,
        #[serde(skip_serializing_if = "Option::is_none")]
        held: Option<&'a Held<'a>>,
    }
    let body = Body { login, secret, client, held };
    ask("/api/sign-in", &body, Fault::OtherPerson).await
}

/// Ends the session. Did the server hear it?
pub async fn sign_out() -> bool {
    let reply = post("/api/sign-out", "{}".to_owned()).await;
    matches!(reply, Some((204 | 401, _)))
}

/// Makes a participant's card with a new PIN. Needs a network.
#[allow(dead_code, reason = "for the page of a participant")]
pub async fn issue_card(person: &Id<Person>) -> Result<Card, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        person: &'a Id<Person>,
    }
    ask("/api/cards", &Body { person }, Fault::Forbidden).await
}

/// Asks for the rows of days that have left this device.
pub async fn older(days: OlderRequest) -> Result<Older, Fault> {
    ask("/api/older", &days, Fault::Forbidden).await
}

/// The devices on which she is signed in. Needs a network.
pub async fn devices() -> Result<Vec<Device>, Fault> {
    let request = |abort: &AbortSignal| Request::get("/api/devices").abort_signal(Some(abort)).build();
    let (status, text) = answered(request).await.ok_or(Fault::Unreachable)?;
    read(status, &text, Fault::Forbidden)
}

/// Signs her out on one of her devices. Needs a network.
pub async fn end_device(id: &str) -> Result<(), Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        id: &'a str,
    }
    let body = serde_json::to_string(&Body { id }).map_err(|_| Fault::NotYet)?;
    match post("/api/devices/end", body).await.ok_or(Fault::Unreachable)? {
        // 404: she was signed out there already.
        (204 | 404, _) => Ok(()),
        (status, text) => read(status, &text, Fault::Forbidden),
    }
}

/// Says that somebody is at work here. Did the server hear it?
pub async fn here() -> bool {
    matches!(post("/api/here", "{}".to_owned()).await, Some((204, _)))
}

/// Takes in the file of somebody's device. Needs a network.
pub async fn take_in(file: String) -> Result<Rescued, Fault> {
    let (status, text) = post("/api/rescue", file).await.ok_or(Fault::Unreachable)?;
    match status {
        200 => json::read(&text).map_err(|_| Fault::NotYet),
        401 | 403 => Err(Fault::Forbidden),
        400 | 413 => Err(Fault::Unreadable),
        _ => Err(Fault::NotYet),
    }
}

async fn ask<T: DeserializeOwned>(path: &str, body: &impl Serialize, forbidden: Fault) -> Result<T, Fault> {
    let body = serde_json::to_string(body).map_err(|_| Fault::NotYet)?;
    let (status, text) = post(path, body).await.ok_or(Fault::Unreachable)?;
    read(status, &text, forbidden)
}

fn read<T: DeserializeOwned>(status: u16, text: &str, forbidden: Fault) -> Result<T, Fault> {
    match status {
        200 => json::read(text).map_err(|_| Fault::NotYet),
        401 => Err(Fault::WrongSecret),
        403 | 404 => Err(forbidden),
        429 => {
            let wait: Option<TooManyTries> = json::read(text).ok();
            let seconds = wait.map_or(60, |wait| wait.seconds);
            Err(Fault::Wait { seconds })
        }
        _ => Err(Fault::NotYet),
    }
}

/// Posts JSON as it stands. Status and body of the answer, or nothing when none came in time.
async fn post(path: &str, body: String) -> Option<(u16, String)> {
    send(Request::post(path), body).await
}

async fn send(request: RequestBuilder, body: impl Into<JsValue>) -> Option<(u16, String)> {
    answered(|abort| request.header("Content-Type", "application/json").abort_signal(Some(abort)).body(body)).await
}

/// Sends what `request` makes of a signal that calls it off.
async fn answered(request: impl FnOnce(&AbortSignal) -> Result<Request, gloo_net::Error>) -> Option<(u16, String)> {
    let abort = AbortController::new().ok()?;
    let request = request(&abort.signal()).ok()?;
    // Dropped, and so called off, when the answer is here.
    let _patience = Timeout::new(PATIENCE, move || abort.abort());
    let response: Response = request.send().await.ok()?;
    let text = response.text().await.ok()?;
    Some((response.status(), text))
}
