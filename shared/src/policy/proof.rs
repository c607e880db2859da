//! What somebody must show to sign in, by her part.

use serde::{Deserialize, Serialize};

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

/// How surely a provider outside says who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vouched {
    /// By one thing, such as the password of her school.
    Once,
    /// By two things that are not alike: ID-porten at its substantial level, or above.
    Twice,
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
    /// May she sign in by a passkey instead? A card is handed to whoever cannot keep a key of her own, and a school's
    /// link is withdrawn as one thing.
    #[must_use]
    pub const fn takes_passkey(self) -> bool {
        match self {
            Self::Password | Self::Second => true,
            Self::Card | Self::Link => false,
        }
    }

    /// For how long a device on which somebody has made her code once is not asked for it again, in milliseconds.
    /// She still needs her password there.
    pub const SECOND_LASTS: i64 = 12 * 60 * 60 * 1_000;
    /// For how long an invitation can be accepted, in milliseconds.
    pub const INVITATION_LASTS: i64 = 7 * 24 * 60 * 60 * 1_000;
    /// The most passkeys of one account.
    pub const MOST_PASSKEYS: usize = 20;
    /// The fewest characters of a password.
    pub const SHORTEST_PASSWORD: usize = 12;

    /// May somebody who must show this come in by a provider that says so surely who she is? One thing never stands
    /// for two. The tablet in the kitchen is nobody's own, so nobody's identity opens it.
    #[must_use]
    pub const fn is_met_by(self, vouched: Vouched) -> bool {
        match (self, vouched) {
            (Self::Card | Self::Link, Vouched::Once | Vouched::Twice) | (Self::Second, Vouched::Twice) => true,
            (Self::Second, Vouched::Once) | (Self::Password, Vouched::Once | Vouched::Twice) => false,
        }
    }
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

    #[test]
    fn one_thing_never_stands_for_two() {
        for role in Role::ALL {
            let proof = role.proof();
            assert_eq!(proof.is_met_by(Vouched::Twice), proof != Proof::Password, "{role:?}");
            assert_eq!(proof.is_met_by(Vouched::Once), matches!(proof, Proof::Card | Proof::Link), "{role:?}");
        }
    }

    #[test]
    fn passkeys_are_for_those_who_choose_a_password() {
        assert!(Role::Adviser.proof().takes_passkey() && Role::Kitchen.proof().takes_passkey());
        assert!(!Role::Participant.proof().takes_passkey() && !Role::School.proof().takes_passkey());
    }
}
