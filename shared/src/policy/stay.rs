//! For how long somebody stays signed in on a device, by her part.

use super::Role;

const MINUTE: i64 = 60 * 1_000;
const HOUR: i64 = 60 * MINUTE;

/// How long a session lasts, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Since she signed in.
    pub most: i64,
    /// Since she last did something, where that counts.
    pub idle: Option<i64>,
    /// How long nobody touches the device before the app closes its screen; nothing but her PIN or password opens it.
    pub lock: Option<i64>,
    /// Do several people use the device by one account? Then it opens by a PIN of its own, which all of them know, and
    /// never by what one of them signs in with.
    pub is_shared: bool,
}

impl Role {
    /// How long she stays signed in: staff who see what is secret half an hour after they last did something, and
    /// twelve hours at the most; a participant on her own phone thirty days; the kitchen's tablet and a school's
    /// computer, which see nothing of the kind, for the day. The screen of a participant's phone closes sooner: it
    /// is often lent, and lies open. So does the kitchen's tablet, which many hands pass by, and which says who ticked.
    /// A school's computer holds no name, and does not close.
    #[must_use]
    pub const fn stay(self) -> Stay {
        match self {
            Self::Participant => Stay { most: Stay::LONGEST, idle: None, lock: Some(5 * MINUTE), is_shared: false },
            Self::Kitchen => Stay { most: 12 * HOUR, idle: None, lock: Some(5 * MINUTE), is_shared: true },
            Self::School => Stay { most: 12 * HOUR, idle: None, lock: None, is_shared: false },
            Self::Adviser
            | Self::Teacher
            | Self::Reception
            | Self::Manager
            | Self::Mentor
            | Self::Partner
            | Self::Admin => {
                Stay { most: 12 * HOUR, idle: Some(30 * MINUTE), lock: Some(30 * MINUTE), is_shared: false }
            }
        }
    }
}

impl Stay {
    /// The longest anybody stays signed in, in milliseconds.
    pub const LONGEST: i64 = 30 * 24 * HOUR;

    /// When a session of this kind is over that was opened at `created` and last used at `used`, in milliseconds.
    #[must_use]
    pub fn ends(self, created: i64, used: i64) -> i64 {
        let at_most = created.saturating_add(self.most);
        self.idle.map_or(at_most, |idle| at_most.min(used.max(created).saturating_add(idle)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sees_secrets_is_signed_out_when_she_has_gone() {
        let stay = Role::Adviser.stay();
        assert_eq!(stay.ends(0, 0), 30 * MINUTE);
        assert_eq!(stay.ends(0, HOUR), HOUR + 30 * MINUTE);
        assert_eq!(stay.ends(0, 12 * HOUR - 1), 12 * HOUR);
        assert_eq!(Role::Participant.stay().ends(0, 0), 30 * 24 * HOUR);
        assert_eq!(Role::Kitchen.stay().ends(0, 0), 12 * HOUR);
    }

    #[test]
    fn a_screen_closes_no_later_than_the_session_behind_it() {
        for role in Role::ALL {
            let Stay { idle, lock, .. } = role.stay();
            assert!(idle.is_none_or(|idle| lock.is_some_and(|lock| lock <= idle)), "{role:?}");
        }
        assert_eq!(Role::Participant.stay().lock, Some(5 * MINUTE));
        assert_eq!(Role::Kitchen.stay().lock, Some(5 * MINUTE));
        assert_eq!(Role::School.stay().lock, None);
    }

    #[test]
    fn what_several_share_closes_and_is_nobodys_who_sees_secrets() {
        let shared: Vec<_> = Role::ALL.into_iter().filter(|role| role.stay().is_shared).collect();
        assert_eq!(shared, [Role::Kitchen]);
        for role in shared {
            let Stay { idle, lock, .. } = role.stay();
            assert!(lock.is_some() && idle.is_none(), "{role:?}");
        }
    }

    #[test]
    fn nobody_stays_longer_than_the_longest() {
        assert_eq!(Role::ALL.into_iter().map(|role| role.stay().most).max(), Some(Stay::LONGEST));
    }

    #[test]
    fn a_clock_that_was_set_back_ends_nothing_early() {
        assert_eq!(Role::Teacher.stay().ends(HOUR, 0), HOUR + 30 * MINUTE);
    }
}
