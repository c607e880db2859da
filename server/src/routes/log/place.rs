//! Where an entry stands, as a reader is told it: sealed, and for herself alone. Numbers would have gaps where an entry
//! is hidden from her.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use shared::{
    Rejection,
    prim::{
        AnyId,
        seal::{Cipher, KEY_LENGTH, NONCE_LENGTH},
    },
};

use crate::{
    AppState,
    error::Refusal,
    store::{CentreId, audit::LogKey},
};

/// The places of a centre's entries, for one reader.
pub(super) struct Places {
    cipher: Cipher,
    nonces: hmac::Key,
    reader: AnyId,
}

impl Places {
    pub(super) async fn of(app: &AppState, centre: &CentreId, reader: &AnyId) -> Result<Self, Refusal> {
        Ok(Self::new(&app.store.audit_key(centre).await?, reader))
    }

    fn new(key: &LogKey, reader: &AnyId) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let derived = |what: &str| hmac::sign(&key, format!("{what} of {reader}").as_bytes());
        let sealing = first::<KEY_LENGTH>(&derived("places"));
        let nonces = hmac::Key::new(hmac::HMAC_SHA256, derived("nonces").as_ref());
        Self { cipher: Cipher::new(sealing), nonces, reader: reader.clone() }
    }

    /// What she is told of the entry of this number. It is the same each time, so that she knows it again.
    pub(super) fn told(&self, number: i64) -> String {
        let plain = number.to_be_bytes();
        // One number has one nonce, and no other has it.
        let nonce = first::<NONCE_LENGTH>(&hmac::sign(&self.nonces, &plain));
        URL_SAFE_NO_PAD.encode(self.cipher.close(self.reader.as_str(), nonce, &plain))
    }

    /// Before which number she goes on who was told this of the last entry she has; from the newest on where she has
    /// none.
    pub(super) fn before(&self, told: Option<&str>) -> Result<i64, Rejection> {
        told.map_or(Some(i64::MAX), |told| self.number(told)).ok_or(Rejection::Gone)
    }

    /// The number of the entry of which she was told this; nothing where she was not.
    pub(super) fn number(&self, told: &str) -> Option<i64> {
        let sealed = URL_SAFE_NO_PAD.decode(told).ok()?;
        let plain = self.cipher.open(self.reader.as_str(), &sealed)?;
        Some(i64::from_be_bytes(plain.try_into().ok()?))
    }
}

/// So many bytes of a digest.
fn first<const N: usize>(digest: &hmac::Tag) -> [u8; N] {
    *digest.as_ref().first_chunk().expect("a digest is longer")
}

#[cfg(test)]
mod tests {
    use shared::testkit::id;

    use super::*;

    #[test]
    fn a_reader_knows_a_place_again_and_nobody_else_does() {
        let hers = Places::new(&[1; KEY_LENGTH], &id("bente"));
        let told = hers.told(7);
        assert_eq!((hers.number(&told), hers.told(7)), (Some(7), told.clone()));
        assert_ne!(hers.told(8), told);
        for others in [Places::new(&[1; KEY_LENGTH], &id("kari")), Places::new(&[2; KEY_LENGTH], &id("bente"))] {
            assert_eq!(others.number(&told), None);
            assert_ne!(others.told(7), told);
        }
        for made_up in ["", "7", "%", &told[1..], &format!("{told}A")] {
            assert_eq!(hers.number(made_up), None, "{made_up}");
        }
    }

    #[test]
    fn places_say_nothing_of_what_lies_between() {
        let hers = Places::new(&[1; KEY_LENGTH], &id("bente"));
        let told: Vec<String> = (0..200).map(|number| hers.told(number)).collect();
        let mut sorted = told.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted.len(), told.len());
        assert_ne!(sorted, told, "they stand in no order");
        assert!(told.iter().all(|one| one.len() == told[0].len()));
    }
}
