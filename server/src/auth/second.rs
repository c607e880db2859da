//! The second factor: six digits that change every half minute (TOTP, RFC 6238), made by an app on her phone from
//! a secret it was shown once, and ten codes on paper for the day the phone is lost.

use serde::Serialize;
use sha2::{Digest, Sha256};
use shared::prim::{AnyId, Timestamp};
use totp_rs::{Algorithm, Secret, TOTP};
use utoipa::ToSchema;

use super::{login::symbols, qr::Qr, random};
use crate::store::CentreId;

/// How many seconds a code is shown.
const STEP: i64 = 30;
/// How many digits it has.
const DIGITS: usize = 6;
/// How many steps her clock may be off, in either direction.
const OFF: i64 = 1;
/// How many recovery codes she gets.
const RECOVERY_CODES: usize = 10;
/// How many symbols a recovery code has, of thirty each: 58 bits, to be guessed within the throttle's tries.
const RECOVERY_SYMBOLS: usize = 12;

/// What she is shown to set up her app.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Setup {
    /// The secret to type, in groups of four.
    secret: String,
    /// The same for an app on the same device.
    uri: String,
    /// The same for a camera.
    qr: Qr,
}

/// What she has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Digits that may come from her app.
    Digits(String),
    /// The digest of what may be a recovery code.
    Recovery(String),
}

/// A new secret, in base32.
#[must_use]
pub fn new_secret() -> String {
    match Secret::Raw(random::<20>().to_vec()).to_encoded() {
        Secret::Encoded(text) => text,
        Secret::Raw(_) => unreachable!("it was just encoded"),
    }
}

/// What somebody who signs in as `login` is shown of a secret.
#[must_use]
pub fn setup(secret: &str, login: &str) -> Setup {
    // Logins are made of characters that need no escape but the one of addresses.
    let login = login.replace('@', "%40");
    let uri = format!("otpauth://totp/Minvei:{login}?secret={secret}&issuer=Minvei&digits={DIGITS}&period={STEP}");
    let groups: Vec<&str> = secret.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    Setup { secret: groups.join(" "), qr: Qr::of(&uri), uri }
}

/// What a typed text can be: six digits, or a recovery code of this user.
#[must_use]
pub fn read(typed: &str, centre: &CentreId, user: &AnyId) -> Shown {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64).collect();
    if typed.len() == DIGITS && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        Shown::Digits(typed)
    } else {
        Shown::Recovery(digest(&typed.to_uppercase(), centre, user))
    }
}

/// The step at whose time `secret` makes these digits, if it is near `now`.
#[must_use]
pub fn step_of(digits: &str, secret: &str, now: Timestamp) -> Option<i64> {
    let secret = Secret::Encoded(secret.to_owned()).to_bytes().ok()?;
    let totp = TOTP::new(Algorithm::SHA1, DIGITS, 0, STEP.unsigned_abs(), secret).ok()?;
    let present = now.0.div_euclid(1000 * STEP);
    // Each compared in the same time, whatever is typed.
    let fits = |step: &i64| u64::try_from(step * STEP).is_ok_and(|time| totp.check(digits, time));
    (present - OFF..=present + OFF).rev().find(fits)
}

/// New recovery codes as she keeps them, and their digests as they are stored. The digests are quick ones: where
/// they lie, the secret itself lies too.
#[must_use]
pub fn recovery(centre: &CentreId, user: &AnyId) -> (Vec<String>, Vec<String>) {
    let codes = (0..RECOVERY_CODES).map(|_| {
        let code = symbols(&random::<RECOVERY_SYMBOLS>());
        let printed = format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]);
        (printed, digest(&code, centre, user))
    });
    codes.unzip()
}

fn digest(code: &str, centre: &CentreId, user: &AnyId) -> String {
    let digest = Sha256::digest(format!("{centre}\n{user}\n{code}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use shared::prim::Id;

    use super::*;

    /// The secret and a code of RFC 6238, appendix B, cut to six digits: `94287082` at 59 seconds.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard() {
        assert_eq!(step_of("287082", RFC, Timestamp(59_000)), Some(1));
        assert_eq!(step_of("287083", RFC, Timestamp(59_000)), None);
    }

    #[test]
    fn a_clock_may_be_half_a_minute_off_and_no_more() {
        for (seconds, step) in [(0, Some(1)), (30, Some(1)), (89, Some(1)), (90, None), (-31, None)] {
            assert_eq!(step_of("287082", RFC, Timestamp(seconds * 1000)), step, "{seconds}");
        }
    }

    #[test]
    fn a_new_secret_has_160_bits_and_is_shown_in_fours() {
        let secret = new_secret();
        assert_eq!(secret.len(), 32);
        assert_ne!(secret, new_secret());
        let setup = setup(&secret, "kari@bergen.no");
        assert_eq!(setup.secret.replace(' ', ""), secret);
        assert!(setup.uri.starts_with(&format!("otpauth://totp/Minvei:kari%40bergen.no?secret={secret}&")));
    }

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed_and_hers_alone() {
        let (ns, kari) = (Id::parse("ns").unwrap(), Id::parse("kari").unwrap());
        let (codes, digests) = recovery(&ns, &kari);
        assert_eq!((codes.len(), digests.len()), (10, 10));
        let typed = format!(" {} ", codes[3].to_lowercase().replace('-', " "));
        assert_eq!(read(&typed, &ns, &kari), Shown::Recovery(digests[3].clone()));
        assert_ne!(read(&typed, &ns, &Id::parse("jonas").unwrap()), Shown::Recovery(digests[3].clone()));
        assert_eq!(read("287 082", &ns, &kari), Shown::Digits("287082".to_owned()));
    }
}
