//! What somebody must show to sign in, by her part.

use super::Role;

/// How somebody signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A card with a PIN.
    Card,
    /// A personal link, or a password.
    Link,
    /// A password alone: the tablet that stays in the kitchen.
    Password,
    /// A password, and a code that only she can make.
    Second,
}

impl Role {
    /// What somebody in this role must show: staff who see what is secret by law two things that are not alike.
    #[must_use]
    pub const fn proof(self) -> Proof {
        match self {
            Self::Participant => Proof::Card,
            Self::School => Proof::Link,
            Self::Kitchen => Proof::Password,
            Self::Adviser
            | Self::Teacher
            | Self::Reception
            | Self::Manager
            | Self::Mentor
            | Self::Partner
            | Self::Admin => Proof::Second,
        }
    }
}

impl Proof {
    /// For how long a device on which somebody has made her code once is not asked for it again, in milliseconds.
    /// She still needs her password there.
    pub const SECOND_LASTS: i64 = 12 * 60 * 60 * 1_000;
    /// For how long an invitation can be accepted, in milliseconds.
    pub const INVITATION_LASTS: i64 = 7 * 24 * 60 * 60 * 1_000;
    /// The fewest characters of a password.
    pub const SHORTEST_PASSWORD: usize = 12;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_signed_out_when_she_has_gone_needs_two_things_to_come_back() {
        for role in Role::ALL {
            assert_eq!(role.proof() == Proof::Second, role.stay().idle.is_some(), "{role:?}");
        }
    }
}
