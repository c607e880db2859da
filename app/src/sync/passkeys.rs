//! The requests about passkeys. All need a network: what a key opens is the server's.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shared::{prim::Timestamp, sync::wire::ClientId};

use super::net::{self, Fault, Held, SignedIn};

/// A passkey of hers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Passkey {
    /// Names it.
    pub id: String,
    /// What she calls it.
    pub name: String,
    /// When she added it.
    pub created: Timestamp,
    /// When she last signed in by it.
    pub used: Option<Timestamp>,
}

/// What she shows before she adds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// A code of her second step.
    Code,
    /// Her password: she has no second step.
    Password,
}

/// How it stands with her passkeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Those she has.
    pub passkeys: Vec<Passkey>,
    /// What another one asks of her.
    pub shows: Shows,
}

/// What the server asks of a device.
#[derive(Debug, Clone, Deserialize)]
pub struct Asked {
    /// With this it is answered, once.
    pub ceremony: String,
    /// What the browser is told.
    pub options: Box<RawValue>,
}

/// How it stands with her passkeys.
pub async fn standing() -> Result<Standing, Fault> {
    let passkeys = net::get("/api/passkeys", Fault::Forbidden).await?;
    let shows = if net::second().await?.is_on { Shows::Code } else { Shows::Password };
    Ok(Standing { passkeys, shows })
}

/// Begins to add one; she has typed what `shows` says.
pub async fn begin(shows: Shows, typed: &str) -> Result<Asked, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        secret: Option<&'a str>,
    }
    let body = match shows {
        Shows::Code => Body { code: Some(typed), secret: None },
        Shows::Password => Body { code: None, secret: Some(typed) },
    };
    match net::say("/api/passkeys/begin", &body).await? {
        (404, _) => Err(Fault::Gone),
        (status, text) => net::read(status, &text, Fault::WrongCode),
    }
}

/// Adds the one her device has made.
pub async fn confirm(ceremony: &str, name: &str, credential: &RawValue) -> Result<(), Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        ceremony: &'a str,
        name: &'a str,
        credential: &'a RawValue,
    }
    net::tell("/api/passkeys/confirm", &Body { ceremony, name, credential }, Fault::Forbidden).await
}

/// Takes one away.
pub async fn end(id: &str) -> Result<(), Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        id: &'a str,
    }
    match net::tell("/api/passkeys/end", &Body { id }, Fault::Forbidden).await {
        // It is gone already.
        Err(Fault::Gone) => Ok(()),
        told => told,
    }
}

/// Asks to be let in by a passkey, whoever she is.
pub async fn ask() -> Result<Asked, Fault> {
    #[derive(Serialize)]
    struct Nothing {}
    net::ask("/api/passkey", &Nothing {}, Fault::Gone).await
}

/// Answers with what her device has shown. Where nothing `keeps`, she gets a token.
pub async fn enter(
    ceremony: &str,
    credential: &RawValue,
    client: &ClientId,
    held: Option<&Held<'_>>,
    keeps: bool,
) -> Result<SignedIn, Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        ceremony: &'a str,
        credential: &'a RawValue,
        client: &'a ClientId,
        #[serde(skip_serializing_if = "Option::is_none")]
        held: Option<&'a Held<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        keeps: Option<bool>,
    }
    let keeps = (!keeps).then_some(false);
    match net::say("/api/passkey/enter", &Body { ceremony, credential, client, held, keeps }).await? {
        (404, _) => Err(Fault::Gone),
        (status, text) => net::opened(status, &text, client),
    }
}
