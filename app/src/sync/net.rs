//! The requests to the server, and what their answers mean. It decides nothing.

use std::pin::pin;

use futures::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{
    domain::person::Person,
    policy::Role,
    prim::{AnyId, Id, Timestamp, json},
    sync::{
        rescue::{Deposited, Rescued},
        wire::{Answer, ClientId, Older, OlderRequest},
    },
};
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal};

use super::bearer;
use crate::{
    components::QrCode,
    platform::{clock, gzip},
};

/// How long a request may take, in milliseconds.
const PATIENCE: u32 = 60_000;
/// How long she waits for the key of her device before she is asked to type, in milliseconds.
const KEY_PATIENCE: u32 = 4_000;

/// What came of a sync.
pub enum Reply {
    /// An answer.
    Answer(Answer),
    /// An answer without rows: this build is too old.
    TooOld(Answer),
    /// Nobody is signed in.
    SessionOver,
    /// Somebody else is, or the server does not know this client.
    ForeignClient,
    /// The body was too large.
    TooLarge,
    /// Another status, or a body that is no answer.
    Refused(u16),
    /// No answer came.
    Unreachable,
}

/// Whom the server has let in, and on which client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The user.
    pub user: AnyId,
    /// Her name.
    pub name: String,
    /// Her part.
    pub role: Role,
    /// The client.
    pub client: ClientId,
    /// The key of this client, 32 bytes in base64.
    pub key: String,
    /// Her new recovery codes, where she has just set up her second step; they are shown this once.
    pub recovery: Vec<String>,
    /// What this page shows in the place of a cookie, where nothing is kept.
    pub token: Option<Box<str>>,
}

/// What the server says to a login and a secret that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInReply {
    /// She is let in.
    SignedIn(SignedIn),
    /// It asks for a code of her phone, or one of her recovery codes.
    NeedsCode,
    /// She has no second step yet and needs one: this is it, as soon as she has typed a code of it.
    SetSecond(Second),
}

/// A second step that is being set up: what an authenticator app on her phone has to know.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Second {
    /// The secret as it is typed, in groups of four.
    pub secret: String,
    /// A link that opens the app on the same phone.
    pub uri: String,
    /// The same link for a camera.
    pub qr: QrCode,
}

/// How her second step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SecondState {
    /// Is it set up?
    pub is_on: bool,
    /// How many recovery codes she has left.
    pub recovery: u32,
}

/// What came of signing out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedOut {
    /// The server has not heard it.
    Unheard,
    /// It has. Whoever came by a provider signs out there, too, at this address.
    Heard(Option<String>),
}

/// To whom an invitation was given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Invitation {
    /// Her name.
    pub name: String,
    /// The part she will have.
    pub role: Role,
    /// The user name she has already, where the invitation only renews her password.
    pub login: Option<String>,
}

/// Why an invitation was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAccepted {
    /// Somebody else has this user name.
    LoginTaken,
    /// This is no user name.
    WeakLogin,
    /// The password is too short or easy to guess.
    WeakSecret,
    /// It did not come to that.
    Fault(Fault),
}

impl From<Fault> for NotAccepted {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
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

/// The answer that lets somebody in.
#[derive(Deserialize)]
struct Opened {
    user: AnyId,
    name: String,
    role: Role,
    key: String,
    #[serde(default)]
    recovery: Vec<String>,
    token: Option<Box<str>>,
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
        (401, _) => Reply::SessionOver,
        (403, _) => Reply::ForeignClient,
        (413, _) => Reply::TooLarge,
        _ => Reply::Refused(status),
    }
}

/// Asks to be let in on this device; `code` belongs to her second step. Where nothing `keeps`, she gets a token.
pub async fn sign_in(
    login: &str,
    secret: &str,
    code: Option<&str>,
    client: &ClientId,
    held: Option<&Held<'_>>,
    keeps: bool,
) -> Result<SignInReply, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        login: &'a str,
        secret: &'a str,
        client: &'a ClientId,
        #[serde(skip_serializing_if = "Option::is_none")]
        keeps: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        held: Option<&'a Held<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
    }
    let keeps = (!keeps).then_some(false);
    let (status, text) = say("/api/sign-in", &Body { login, secret, client, keeps, held, code }).await?;
    match (status, no(&text).as_str()) {
        (401, "second-factor") => Ok(SignInReply::NeedsCode),
        (401, "set-second-factor") => json::read(&text).map(SignInReply::SetSecond).map_err(|_| Fault::NotYet),
        (403, "wrong-code") => Err(Fault::WrongCode),
        _ => opened(status, &text, client).map(SignInReply::SignedIn),
    }
}

/// Asks to be let in by a personal link.
pub async fn enter(token: &str, client: &ClientId, held: Option<&Held<'_>>) -> Result<SignedIn, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        token: &'a str,
        client: &'a ClientId,
        #[serde(skip_serializing_if = "Option::is_none")]
        held: Option<&'a Held<'a>>,
    }
    match say("/api/enter", &Body { token, client, held }).await? {
        (404, _) => Err(Fault::Gone),
        (status, text) => opened(status, &text, client),
    }
}

/// The key of `client`, from the server: nothing while it cannot be asked, or lets nobody in.
pub async fn key(client: &ClientId) -> Option<String> {
    #[derive(Deserialize)]
    struct Opener {
        client: ClientId,
        key: String,
    }
    let asked = pin!(fetched("/api/key"));
    let Either::Left((answer, _)) = select(asked, pin!(clock::sleep(KEY_PATIENCE))).await else { return None };
    let (status, text) = answer.ok()?;
    let opener: Opener = read(status, &text, Fault::Forbidden).ok()?;
    (opener.client == *client).then_some(opener.key)
}

/// Is the session over at the server? Nobody knows without a network.
pub async fn is_session_over() -> bool {
    matches!(fetched("/api/me").await, Ok((401, _)))
}

/// To whom an invitation was given.
pub async fn invitation(token: &str) -> Result<Invitation, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        token: &'a str,
    }
    ask("/api/invitation", &Body { token }, Fault::Gone).await
}

/// Accepts an invitation: from now on she signs in with these. What her client on this device holds stays.
pub async fn accept(token: &str, login: &str, secret: &str, client: Option<&ClientId>) -> Result<(), NotAccepted> {
    #[derive(Serialize)]
    struct Body<'a> {
        token: &'a str,
        login: &'a str,
        secret: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        client: Option<&'a ClientId>,
    }
    let (status, text) = say("/api/accept", &Body { token, login, secret, client }).await?;
    match (status, no(&text).as_str()) {
        (204, _) => Ok(()),
        (409, _) => Err(NotAccepted::LoginTaken),
        (422, "weak-login") => Err(NotAccepted::WeakLogin),
        (422, _) => Err(NotAccepted::WeakSecret),
        (status, _) => Err(fault(status, &text, Fault::Gone).into()),
    }
}

/// How her second step stands. Needs a network, as all about it.
pub async fn second() -> Result<SecondState, Fault> {
    get("/api/second", Fault::Forbidden).await
}

/// Begins to set her second step up; `code` belongs to the one she has now.
pub async fn second_begin(code: Option<&str>) -> Result<Second, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        code: Option<&'a str>,
    }
    ask("/api/second/begin", &Body { code }, Fault::WrongCode).await
}

/// Ends setting it up with a code of the new one; gives her recovery codes, this once.
pub async fn second_confirm(code: &str) -> Result<Vec<String>, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        code: &'a str,
    }
    #[derive(Deserialize)]
    struct Confirmed {
        recovery: Vec<String>,
    }
    let confirmed: Confirmed = ask("/api/second/confirm", &Body { code }, Fault::WrongCode).await?;
    Ok(confirmed.recovery)
}

/// Ends the session.
pub async fn sign_out() -> SignedOut {
    #[derive(Deserialize)]
    struct WayOut {
        url: String,
    }
    match post("/api/sign-out", "{}".to_owned()).await {
        Some((200, text)) => SignedOut::Heard(json::read(&text).ok().map(|WayOut { url }| url)),
        Some((204 | 401, _)) => SignedOut::Heard(None),
        Some(_) | None => SignedOut::Unheard,
    }
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

/// Hands in a piece of what lies on this device, without a session. Nothing while the server does not take it.
pub async fn deposit(file: String) -> Option<Deposited> {
    match post("/api/deposit", file).await? {
        (200, text) => json::read(&text).ok(),
        _ => None,
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

/// Posts `body`; status and body of the answer.
pub(super) async fn say(path: &str, body: &impl Serialize) -> Result<(u16, String), Fault> {
    let body = serde_json::to_string(body).map_err(|_| Fault::NotYet)?;
    post(path, body).await.ok_or(Fault::Unreachable)
}

async fn fetched(path: &str) -> Result<(u16, String), Fault> {
    let request = |abort: &AbortSignal| shown(Request::get(path)).abort_signal(Some(abort)).build();
    answered(request).await.ok_or(Fault::Unreachable)
}

/// Whom an answer lets in.
pub(super) fn opened(status: u16, text: &str, client: &ClientId) -> Result<SignedIn, Fault> {
    let Opened { user, name, role, key, recovery, token } = read(status, text, Fault::OtherPerson)?;
    Ok(SignedIn { user, name, role, client: client.clone(), key, recovery, token })
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

/// Posts JSON as it stands. Status and body of the answer, or nothing when none came in time.
async fn post(path: &str, body: String) -> Option<(u16, String)> {
    send(Request::post(path), body).await
}

/// With the token of this page, if it has one.
fn shown(request: RequestBuilder) -> RequestBuilder {
    match bearer::header() {
        Some(header) => request.header("Authorization", &header),
        None => request,
    }
}

async fn send(request: RequestBuilder, body: impl Into<JsValue>) -> Option<(u16, String)> {
    let request = shown(request);
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
