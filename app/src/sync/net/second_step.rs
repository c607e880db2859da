//! Her second step: how it stands, and how it is set up.

use serde::{Deserialize, Serialize};

use super::{Fault, ask, get};
use crate::components::QrCode;

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

/// How her second step stands. Needs a network, as all about it.
pub async fn second() -> Result<SecondState, Fault> {
    get("/api/second", Fault::Forbidden).await
}

/// What shows that it is she who sets her second step up.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// A code of the one she has now.
    Code(String),
    /// Her password, where she has none.
    Secret(String),
}

/// Begins to set her second step up.
pub async fn second_begin(shown: &Shown) -> Result<Second, Fault> {
    ask("/api/second/begin", shown, Fault::WrongCode).await
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
