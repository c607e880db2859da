//! What the log of accesses holds besides commands: things that make no sense on a train.

/// A participant was handed a card with a new PIN.
pub const CARD: &str = "card.issue";
/// Somebody was handed an invitation or a link.
pub const INVITE: &str = "staff.invite";
/// It was withdrawn.
pub const WITHDRAW: &str = "staff.withdraw";
/// Somebody chose a login and a password.
pub const ACCEPT: &str = "staff.accept";
/// Somebody has set up her second factor.
pub const SECOND: &str = "second.set";
/// Somebody has signed in.
pub const SIGN_IN: &str = "sign-in";

/// All of them.
pub const ALL: [&str; 6] = [CARD, INVITE, WITHDRAW, ACCEPT, SECOND, SIGN_IN];
