//! Seals what is written to the device, so that nothing personal lies there in clear.
//!
//! Store and number are bound into a value: an entry moved elsewhere does not open.
//!
//! The key is in memory; on the device it lies wrapped (`session/record.rs`).

use shared::prim::seal::{Cipher, NONCE_LENGTH};

use super::Store;

pub use shared::prim::seal::KEY_LENGTH;

/// Seals and opens with one client's key.
pub struct Seal {
    cipher: Cipher,
    fill_random: fn(&mut [u8]),
}

impl Seal {
    /// Seals with `key`; nonces come from `fill_random`.
    pub fn new(key: [u8; KEY_LENGTH], fill_random: fn(&mut [u8])) -> Self {
        Self { cipher: Cipher::new(key), fill_random }
    }

    /// The sealed form of `plain`, for this entry and no other.
    pub fn close(&self, store: Store, key: u64, plain: &[u8]) -> Vec<u8> {
        self.close_for(&place(store, key), plain)
    }

    /// The sealed form of `plain`, for a place outside the disk.
    pub fn close_for(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LENGTH];
        (self.fill_random)(&mut nonce);
        self.cipher.close(place, nonce, plain)
    }

    /// What was sealed for this entry, unless the key is another or the bytes are damaged.
    pub fn open(&self, store: Store, key: u64, bytes: &[u8]) -> Option<Vec<u8>> {
        self.open_for(&place(store, key), bytes)
    }

    /// What was sealed for a place outside the disk.
    pub fn open_for(&self, place: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        self.cipher.open(place, bytes)
    }
}

fn place(store: Store, key: u64) -> String {
    format!("{}.{key}", store.name())
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
