//! What the log of accesses holds besides commands: things that make no sense on a train, and what nobody meant to do.

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
/// Somebody has added a passkey to her account.
pub const PASSKEY: &str = "passkey.add";
/// She has taken it away again.
pub const PASSKEY_END: &str = "passkey.end";
/// Something came when its author was not allowed to do it any more, and waits for an answer.
pub const HELD: &str = "command.held";
/// Somebody has signed in.
pub const SIGN_IN: &str = "sign-in";
/// Somebody has tried in vain to sign in, with a wrong secret or a wrong code.
pub const WRONG: &str = "sign-in.wrong";
/// Somebody has read the log of another, or all of it.
pub const READ: &str = "log.read";
/// Somebody was sent the rows of a protected person, whatever she asked with.
pub const RECEIVED: &str = "person.received";
/// An entry of the log has been looked through.
pub const REVIEWED: &str = "log.reviewed";
/// Somebody has signed in by a provider outside.
pub const SIGN_IN_BY: &str = "sign-in.provider";
/// Somebody has connected herself with a provider outside.
pub const LINK: &str = "identity.link";
/// She has ended that.
pub const UNLINK: &str = "identity.end";
/// A participant was taken out of everybody's reach.
pub const RESTRICT: &str = "person.restrict";
/// She was put back.
pub const LIFT: &str = "person.lift";
/// A participant was destroyed.
pub const SHRED: &str = "person.shred";

/// All of them.
pub const ALL: [&str; 19] = [
    CARD,
    INVITE,
    WITHDRAW,
    ACCEPT,
    SECOND,
    PASSKEY,
    PASSKEY_END,
    HELD,
    SIGN_IN,
    WRONG,
    READ,
    RECEIVED,
    REVIEWED,
    SIGN_IN_BY,
    LINK,
    UNLINK,
    RESTRICT,
    LIFT,
    SHRED,
];

/// Who has done what is done on the server's command line.
pub const OPERATOR: &str = "operator";
