//! Who is it? Cards, logins and links, providers outside, secrets, second factors and passkeys, sessions, and what slows
//! guessing down.

pub mod device;
pub mod link;
pub mod login;
pub mod oidc;
pub mod passkey;
pub mod password;
pub mod qr;
pub mod second;
pub mod secret;
pub mod session;
pub mod throttle;

/// Bytes nobody can guess.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}
