//! Sealed bytes: `[1][nonce, 24 bytes][XChaCha20-Poly1305]`. The place where they belong is bound into
//! them: what is moved elsewhere does not open. Nonces are drawn by the caller.

use chacha20poly1305::{
    Key, KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};

/// The length of a key in bytes.
pub const KEY_LENGTH: usize = 32;
/// The length of a nonce in bytes. So long that random ones never meet.
pub const NONCE_LENGTH: usize = 24;

const VERSION: u8 = 1;

/// Seals and opens with one key.
pub struct Cipher(XChaCha20Poly1305);

impl Cipher {
    /// With this key.
    #[must_use]
    pub fn new(key: [u8; KEY_LENGTH]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(key)))
    }

    /// The sealed form of `plain`, for this place and no other. No nonce may be used twice.
    #[must_use]
    pub fn close(&self, place: &str, nonce: [u8; NONCE_LENGTH], plain: &[u8]) -> Vec<u8> {
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("only a text above 256 GiB is too long to seal");
        let mut bytes = Vec::with_capacity(1 + NONCE_LENGTH + sealed.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        bytes
    }

    /// What was sealed for this place, unless the key is another or the bytes are damaged.
    #[must_use]
    pub fn open(&self, place: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let rest = bytes.strip_prefix(&[VERSION])?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LENGTH>()?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}
