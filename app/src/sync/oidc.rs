//! The requests about signing in by a provider outside, such as ID-porten. All need a network.

use serde::{Deserialize, Serialize};
use shared::{
    prim::{Timestamp, json},
    sync::wire::ClientId,
};

use super::net::{self, Fault, Held, SignedIn};

/// What stands in an address to which a provider has led somebody back.
const IN_ADDRESS: &str = "#oidc";

/// A provider by which one can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Provider {
    /// Its id.
    pub id: String,
    /// What stands on its button.
    pub label: String,
}

/// What is shown once more before somebody is connected with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asks {
    /// A code of her second step.
    Code,
    /// The PIN of her card.
    Pin,
    /// Her password.
    Password,
    /// Nothing.
    Nothing,
}

/// A provider, and how it stands with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Since when she is connected; nothing when she is not.
    pub since: Option<Timestamp>,
}

/// What she is connected with, and what she could be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mine {
    /// What is asked of her first.
    pub asks: Asks,
    /// The providers.
    pub providers: Vec<Connection>,
}

/// What somebody wants of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To be connected with it.
    Link,
}

/// Why it did not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// She has turned back, or the provider is not believed.
    Refused,
    /// What was begun is over.
    Gone,
    /// The provider does not answer.
    Away,
    /// She has shown too little there.
    Low,
    /// It did not tell her national id.
    Nobody,
    /// Nobody here is connected with this identity.
    NotLinked,
    /// No school, or more than one contact of it.
    WithoutSchool,
    /// It is not enough for her part.
    NotEnough,
    /// The identity opens another account.
    Taken,
    /// Anything else.
    Fault(Fault),
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What an address says to which a provider has led somebody back: go on, or why not.
pub fn back_in(hash: &str) -> Option<Result<(), No>> {
    let said = hash.strip_prefix(IN_ADDRESS)?;
    if said.is_empty() {
        return Some(Ok(()));
    }
    Some(Err(match said.strip_prefix('=')? {
        "refused" => No::Refused,
        "gone" => No::Gone,
        "unreachable" => No::Away,
        "low" => No::Low,
        "nobody" => No::Nobody,
        _ => return None,
    }))
}

/// The providers by which one can sign in.
pub async fn providers() -> Result<Vec<Provider>, Fault> {
    net::get("/api/oidc", Fault::Forbidden).await
}

/// Begins; gives the address to go to. `shown` is what she signs in with otherwise. Where nothing `keeps`, she is led
/// back to a page that keeps nothing.
pub async fn begin(
    provider: &str,
    purpose: Purpose,
    language: &str,
    shown: Option<&str>,
    keeps: bool,
) -> Result<String, No> {
    #[derive(Serialize)]
    struct Body<'a> {
        provider: &'a str,
        purpose: Purpose,
        language: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        shown: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        keeps: Option<bool>,
    }
    #[derive(Deserialize)]
    struct Sent {
        url: String,
    }
    let keeps = (!keeps).then_some(false);
    match net::say("/api/oidc/begin", &Body { provider, purpose, language, shown, keeps }).await? {
        (200, text) => json::read(&text).map(|Sent { url }| url).map_err(|_| No::Fault(Fault::NotYet)),
        (status, text) => Err(no(status, &text)),
    }
}

/// Asks to be let in by what the provider has said.
pub async fn finish(client: &ClientId, held: Option<&Held<'_>>) -> Result<SignedIn, No> {
    #[derive(Serialize)]
    struct Body<'a> {
        client: &'a ClientId,
        #[serde(skip_serializing_if = "Option::is_none")]
        held: Option<&'a Held<'a>>,
    }
    match net::say("/api/oidc/finish", &Body { client, held }).await? {
        (200, text) => Ok(net::opened(200, &text, client)?),
        (status, text) => Err(no(status, &text)),
    }
}

/// What she is connected with.
pub async fn mine() -> Result<Mine, Fault> {
    net::get("/api/oidc/mine", Fault::Forbidden).await
}

/// Connects her with whom the provider has said she is.
pub async fn link() -> Result<(), No> {
    #[derive(Serialize)]
    struct Nothing {}
    match net::say("/api/oidc/link", &Nothing {}).await? {
        (204, _) => Ok(()),
        (status, text) => Err(no(status, &text)),
    }
}

/// Ends her connection with a provider.
pub async fn end(provider: &str) -> Result<(), Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        provider: &'a str,
    }
    match net::tell("/api/oidc/end", &Body { provider }, Fault::Forbidden).await {
        // It was ended on another device already.
        Err(Fault::Gone) => Ok(()),
        told => told,
    }
}

fn no(status: u16, text: &str) -> No {
    match net::no(text).as_str() {
        "unreachable" => No::Away,
        "gone" => No::Gone,
        "not-linked" => No::NotLinked,
        "no-school" => No::WithoutSchool,
        "not-enough" => No::NotEnough,
        "identity-taken" => No::Taken,
        "wrong-code" => No::Fault(Fault::WrongCode),
        "foreign-client" => No::Fault(Fault::OtherPerson),
        _ => No::Fault(net::fault(status, text, Fault::Forbidden)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_whether_to_go_on() {
        assert_eq!(back_in("#oidc"), Some(Ok(())));
        assert_eq!(back_in("#oidc=low"), Some(Err(No::Low)));
        for other in ["", "#", "#oidc=", "#oidc=<b>", "#oidcs", "#card=NS-KRTP-6P"] {
            assert_eq!(back_in(other), None, "{other}");
        }
    }

    #[test]
    fn what_the_server_refuses_is_told_apart() {
        assert_eq!(no(404, r#"{"error":"not-linked"}"#), No::NotLinked);
        assert_eq!(no(404, r#"{"error":"no-school"}"#), No::WithoutSchool);
        assert_eq!(no(503, r#"{"error":"unreachable"}"#), No::Away);
        assert_eq!(no(503, r#"{"error":"not-yet"}"#), No::Fault(Fault::NotYet));
        assert_eq!(no(403, r#"{"error":"foreign-client"}"#), No::Fault(Fault::OtherPerson));
    }
}
