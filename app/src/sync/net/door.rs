//! The ways in and out: by what is typed, by a link, by an invitation.

use std::pin::pin;

use futures::future::{Either, select};
use serde::{Deserialize, Serialize};
use shared::{
    policy::Role,
    prim::{AnyId, json},
    sync::wire::ClientId,
};

use super::{
    Fault, Second, ask, fault, no, read,
    sending::{fetched, post, say},
};
use crate::platform::clock;

/// How long she waits for the key of her device before she is asked to type, in milliseconds.
const KEY_PATIENCE: u32 = 4_000;

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

/// Whom an answer lets in.
pub(in crate::sync) fn opened(status: u16, text: &str, client: &ClientId) -> Result<SignedIn, Fault> {
    let Opened { user, name, role, key, recovery, token } = read(status, text, Fault::OtherPerson)?;
    Ok(SignedIn { user, name, role, client: client.clone(), key, recovery, token })
}
