//! How an identity is kept: as a digest with a key that does not lie in the database. There are few enough national ids
//! to try them all, so a plain digest would hide nothing from somebody who has a copy of the database.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;

use crate::auth::random;

/// How many bytes a key has at least.
const LENGTH: usize = 32;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// It cannot be read or written.
    #[error("{}: {fault}", .file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// Servers that share a database must share the key, too, so none of them makes one of its own.
    #[error("{} is missing: make it once with `head -c 32 /dev/urandom`, and give every server the same", .0.display())]
    Missing(PathBuf),
    /// It is too short to hide anything.
    #[error("{} is no key: it has less than 32 bytes", .0.display())]
    Short(PathBuf),
}

/// Whether a missing key is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Making {
    /// It is: nobody else works on this database.
    Allowed,
    /// It is not: others have it.
    Forbidden,
}

/// The key by which identities are kept.
pub struct SubjectKey(hmac::Key);

impl SubjectKey {
    /// A key of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; LENGTH]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The key in this file.
    pub fn open(file: &Path, making: Making) -> Result<Self, KeyFault> {
        let at = |fault| KeyFault::File { file: file.to_path_buf(), fault };
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => match making {
                Making::Allowed => make(file).map_err(at)?,
                Making::Forbidden => return Err(KeyFault::Missing(file.to_path_buf())),
            },
            Err(fault) => return Err(at(fault)),
        };
        if bytes.len() < LENGTH {
            return Err(KeyFault::Short(file.to_path_buf()));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// What is kept of whom an issuer calls so.
    #[must_use]
    pub fn digest(&self, issuer: &str, subject: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, format!("{issuer}\n{subject}").as_bytes()))
    }
}

fn make(file: &Path) -> io::Result<Vec<u8>> {
    let bytes = random::<LENGTH>().to_vec();
    let mut made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    made.write_all(&bytes)?;
    made.sync_all()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_found_again_with_its_key_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("identity.key");
        assert!(matches!(SubjectKey::open(&file, Making::Forbidden), Err(KeyFault::Missing(_))));
        let made = SubjectKey::open(&file, Making::Allowed).unwrap();
        let again = SubjectKey::open(&file, Making::Forbidden).unwrap();
        let digest = made.digest("https://one.example", "10000000000");
        assert_eq!(again.digest("https://one.example", "10000000000"), digest);
        assert_ne!(made.digest("https://two.example", "10000000000"), digest);
        assert_ne!(SubjectKey::new(&[7; LENGTH]).digest("https://one.example", "10000000000"), digest);
        fs::write(&file, "short").unwrap();
        assert!(matches!(SubjectKey::open(&file, Making::Allowed), Err(KeyFault::Short(_))));
    }
}
