//! Seals what is written to the device, so that nothing personal lies there in clear.
//!
//! A sealed value is `[1][nonce, 24 bytes][XChaCha20-Poly1305]`. Store and number are bound into it:
//! an entry moved elsewhere does not open.
//!
//! What this protects today: values copied out of the database without the rest of the browser's
//! profile. The key itself lies in `localStorage` beside it, under `minvei.session`, until the
//! Access issue wraps it in the PIN. Whoever can read the whole profile can read the rows.

use chacha20poly1305::{
    Key, KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};

use super::Store;

/// The length of a client's key.
pub const KEY_LENGTH: usize = 32;

const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;

/// Seals and opens with one client's key.
pub struct Seal {
    cipher: XChaCha20Poly1305,
    fill_random: fn(&mut [u8]),
}

impl Seal {
    /// Seals with `key`; nonces come from `fill_random`.
    pub fn new(key: [u8; KEY_LENGTH], fill_random: fn(&mut [u8])) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&Key::from(key)), fill_random }
    }

    /// The sealed form of `plain`, for this place and no other.
    pub fn close(&self, store: Store, key: u64, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LENGTH];
        (self.fill_random)(&mut nonce);
        let place = place(store, key);
        let payload = Payload { msg: plain, aad: &place };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("only a text above 256 GiB is too long to seal");
        let mut bytes = Vec::with_capacity(1 + NONCE_LENGTH + sealed.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        bytes
    }

    /// What was sealed for this place, unless the key is another or the bytes are damaged.
    pub fn open(&self, store: Store, key: u64, bytes: &[u8]) -> Option<Vec<u8>> {
        let rest = bytes.strip_prefix(&[VERSION])?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LENGTH>()?;
        let place = place(store, key);
        let payload = Payload { msg: sealed, aad: &place };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

fn place(store: Store, key: u64) -> Vec<u8> {
    format!("{}.{key}", store.name()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(key: u8) -> Seal {
        Seal::new([key; KEY_LENGTH], |bytes| bytes.fill(7))
    }

    #[test]
    fn what_is_sealed_opens_and_hides_its_text() {
        let sealed = seal(1).close(Store::Queue, 5, b"Amina");
        assert_eq!(seal(1).open(Store::Queue, 5, &sealed).as_deref(), Some(&b"Amina"[..]));
        assert!(!sealed.windows(5).any(|window| window == b"Amina"));
        assert_eq!(sealed[0], 1);
        assert_eq!(sealed.len(), 1 + 24 + 5 + 16);
    }

    #[test]
    fn another_key_another_place_or_a_changed_byte_opens_nothing() {
        let sealed = seal(1).close(Store::Queue, 5, b"Amina");
        assert_eq!(seal(2).open(Store::Queue, 5, &sealed), None);
        assert_eq!(seal(1).open(Store::Log, 5, &sealed), None);
        assert_eq!(seal(1).open(Store::Queue, 6, &sealed), None);
        for place in [0, 1, 25, sealed.len() - 1] {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert_eq!(seal(1).open(Store::Queue, 5, &damaged), None, "{place}");
        }
        assert_eq!(seal(1).open(Store::Queue, 5, &sealed[..20]), None);
        assert_eq!(seal(1).open(Store::Queue, 5, &[]), None);
    }
}
