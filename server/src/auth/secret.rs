//! Secrets are kept as Argon2id hashes. Hashing is slow on purpose, so only two run at a time, and
//! an unknown login costs as much as a known one.

use std::{sync::Arc, time::Duration};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use tokio::{sync::Semaphore, time::timeout};

/// The longest secret that is hashed at all, in bytes.
pub const LONGEST: usize = 256;
/// How long one waits for her turn before she is told to try again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What one hash costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    kib: u32,
    rounds: u32,
}

impl Cost {
    /// What people's secrets are kept with: 64 MiB, three rounds.
    pub const FULL: Self = Self { kib: 64 * 1024, rounds: 3 };
    /// Next to nothing, for tests.
    pub const LIGHT: Self = Self { kib: 8, rounds: 1 };

    fn argon2(self) -> Argon2<'static> {
        let params = Params::new(self.kib, self.rounds, 1, None).expect("the costs are within bounds");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }
}

/// Hashes and checks secrets.
#[derive(Debug, Clone)]
pub struct Secrets {
    cost: Cost,
    turns: Arc<Semaphore>,
}

/// No secret could be hashed now.
#[derive(Debug, thiserror::Error)]
pub enum SecretFault {
    /// Too many wait already.
    #[error("too many secrets are being checked")]
    Busy,
    /// The hash could not be made.
    #[error("a secret could not be hashed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    /// The work was stopped.
    #[error("the hashing was stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

impl Secrets {
    /// Secrets that cost this much each.
    #[must_use]
    pub fn new(cost: Cost) -> Self {
        Self { cost, turns: Arc::new(Semaphore::new(2)) }
    }

    /// Hashes a secret into a PHC string with a salt of its own.
    pub async fn hash(&self, secret: String) -> Result<String, SecretFault> {
        let cost = self.cost;
        let hash = self.in_turn(move || cost.argon2().hash_password(secret.as_bytes()).map(|hash| hash.to_string()));
        Ok(hash.await??)
    }

    /// Is this the secret behind `hash`? Takes as long when there is no hash, and then says no.
    pub async fn verify(&self, secret: String, hash: Option<String>) -> Result<bool, SecretFault> {
        let is_known = hash.is_some() && secret.len() <= LONGEST;
        let hash = hash.unwrap_or_else(|| self.nobodys());
        let secret = if is_known { secret } else { String::new() };
        let fits = self.in_turn(move || {
            let parsed = PasswordHash::new(&hash)?;
            Ok::<_, argon2::password_hash::Error>(Argon2::default().verify_password(secret.as_bytes(), &parsed).is_ok())
        });
        Ok(fits.await?? && is_known)
    }

    /// A hash nobody's secret fits, of the usual cost.
    #[must_use]
    pub fn nobodys(&self) -> String {
        let Cost { kib, rounds } = self.cost;
        format!("$argon2id$v=19$m={kib},t={rounds},p=1$bm9ib2R5bm9ib2R5bg${}", "A".repeat(43))
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, SecretFault> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| SecretFault::Busy)?.map_err(|_| SecretFault::Busy)?;
        // The work cannot be stopped once it runs, so its turn goes with it.
        let result = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        Ok(result.await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_secret_fits() {
        let secrets = Secrets::new(Cost::LIGHT);
        let hash = secrets.hash("2468".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(secrets.verify("2468".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!secrets.verify("2469".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!secrets.verify("2".repeat(257), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_login_costs_a_hash_too() {
        let secrets = Secrets::new(Cost::LIGHT);
        assert!(!secrets.verify(String::new(), None).await.unwrap());
        let nobodys = secrets.nobodys();
        assert!(PasswordHash::new(&nobodys).is_ok(), "{nobodys}");
    }

    #[test]
    fn people_get_the_full_cost() {
        assert_eq!((Cost::FULL.kib, Cost::FULL.rounds), (65_536, 3));
    }
}
