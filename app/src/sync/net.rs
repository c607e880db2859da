//! The requests to the server, and what their answers mean. It decides nothing.

use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{
    domain::person::Person,
    policy::Role,
    prim::{AnyId, Id, json},
    sync::{
        rescue::Rescued,
        wire::{Answer, ClientId, Older, OlderRequest},
    },
};
use wasm_bindgen::JsValue;
use web_sys::AbortController;

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

#[derive(Deserialize)]
struct TooManyTries {
    seconds: u32,
}

/// Sends one request of the engine.
pub async fn sync(body: String) -> Reply {
    let request = Request::post("/api/sync");
    let reply = match gzip::packed(&body).await {
        Some(packed) => send(request.header("Content-Encoding", "gzip"), packed).await,
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
    match status {
        200 => json::read(&text).map_err(|_| Fault::NotYet),
        401 => Err(Fault::WrongSecret),
        403 | 404 => Err(forbidden),
        429 => {
            let wait: Option<TooManyTries> = json::read(&text).ok();
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
    let abort = AbortController::new().ok()?;
    let request =
        request.header("Content-Type", "application/json").abort_signal(Some(&abort.signal())).body(body).ok()?;
    // Dropped, and so called off, when the answer is here.
    let _patience = Timeout::new(PATIENCE, move || abort.abort());
    let response: Response = request.send().await.ok()?;
    let text = response.text().await.ok()?;
    Some((response.status(), text))
}
