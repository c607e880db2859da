//! The requests about the accounts of colleagues and schools. All need a network: links are the server's.

use serde::{Deserialize, Serialize};
use shared::prim::{AnyId, Timestamp};

use super::net::{self, Fault};
use crate::components::QrCode;

/// How it stands with the account of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Whose.
    pub user: AnyId,
    /// What she signs in with; none before she has accepted her invitation, or when only a link lets her in.
    pub login: Option<String>,
    /// Has she a second factor?
    pub has_second: bool,
    /// Has she a link that is good now?
    #[serde(default)]
    pub has_link: bool,
    /// Until when her invitation is good.
    pub invited_until: Option<Timestamp>,
    /// When she last did something in a session that is open.
    pub used: Option<Timestamp>,
}

/// What is handed out; the link is told this once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Invitation {
    /// Where it leads, in full.
    pub link: String,
    /// The same, for a camera.
    pub qr: QrCode,
    /// Until when it is good; a school's has no end.
    pub until: Option<Timestamp>,
}

#[derive(Serialize)]
struct Whose<'a> {
    staff: &'a AnyId,
}

/// The accounts of everybody who is invited rather than handed a card.
pub async fn accounts() -> Result<Vec<Account>, Fault> {
    net::get("/api/accounts", Fault::Forbidden).await
}

/// Makes a link of her own for a colleague or a school's contact, in the place of the one before.
pub async fn invite(staff: &AnyId) -> Result<Invitation, Fault> {
    net::ask("/api/invitations", &Whose { staff }, Fault::Gone).await
}

/// Withdraws what was handed out to her. Whoever has come in by a school's link is signed out.
pub async fn end_invitation(staff: &AnyId) -> Result<(), Fault> {
    net::tell("/api/invitations/end", &Whose { staff }, Fault::Forbidden).await
}
