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
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    };

    use futures_util::FutureExt as _;
    use tokio::sync::mpsc::unbounded_channel;

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

    #[tokio::test]
    async fn an_unknown_login_waits_for_its_turn_too() {
        let secrets = Secrets::new(Cost::LIGHT);
        let both = Arc::clone(&secrets.turns).acquire_many_owned(2).await.unwrap();
        let mut unknown = Box::pin(secrets.verify("2468".to_owned(), None));
        assert!((&mut unknown).now_or_never().is_none(), "nobody has a turn left");
        drop(both);
        assert!(!unknown.await.unwrap());
    }

    #[tokio::test]
    async fn two_are_hashed_at_a_time() {
        let secrets = Secrets::new(Cost::LIGHT);
        let (at_once, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (begins, mut begun) = unbounded_channel();
        let (go_on, waits) = mpsc::channel::<()>();
        let waits = Arc::new(Mutex::new(waits));
        let hashed: Vec<_> = (0..6)
            .map(|_| {
                let (secrets, at_once, most) = (secrets.clone(), Arc::clone(&at_once), Arc::clone(&most));
                let (begins, waits) = (begins.clone(), Arc::clone(&waits));
                let work = move || {
                    most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    begins.send(()).unwrap();
                    waits.lock().unwrap().recv().unwrap();
                    at_once.fetch_sub(1, Ordering::SeqCst);
                };
                tokio::spawn(async move { secrets.in_turn(work).await })
            })
            .collect();
        for _ in 0..2 {
            begun.recv().await.unwrap();
        }
        assert!(timeout(Duration::from_millis(50), begun.recv()).await.is_err(), "a third has begun");
        for _ in &hashed {
            go_on.send(()).unwrap();
        }
        for one in hashed {
            one.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn people_get_the_full_cost() {
        assert_eq!((Cost::FULL.kib, Cost::FULL.rounds), (65_536, 3));
        // What nobody's secret fits costs as much.
        let nobodys = Secrets::new(Cost::FULL).nobodys();
        assert!(nobodys.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{nobodys}");
        assert!(PasswordHash::new(&nobodys).is_ok(), "{nobodys}");
    }
}
