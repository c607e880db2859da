//! The part of the store that knows which clients were ended by somebody else, so that they hand in what they hold
//! and wipe themselves. Both databases read the same words here.

use async_trait::async_trait;
use shared::{
    prim::{AnyId, Timestamp},
    sync::wire::ClientId,
};

use super::{Account, CentreId, Saved, StoreFault, lines::id};

/// What the server needs of a database to end a client.
#[async_trait]
pub trait Revoking: Send + Sync + 'static {
    /// Ends a session, and with it what its user does on that client.
    async fn revoke_session(&self, token: &str, now: Timestamp) -> Result<(), StoreFault>;

    /// Opens an account, or gives it another secret in the place of one that somebody else may have had: its user's
    /// sessions end, what she does on every client of hers, and what she has connected. All of it or nothing.
    async fn renew_account(&self, account: &Account, now: Timestamp) -> Result<Saved, StoreFault>;

    /// The clients of this id, in whatever centre.
    async fn depositors(&self, client: &ClientId) -> Result<Vec<Depositor>, StoreFault>;
}

/// A client that hands in what it holds, without a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depositor {
    /// Of which centre.
    pub centre: CentreId,
    /// Whose it is.
    pub user: AnyId,
    /// Seals what it keeps.
    pub key: Vec<u8>,
    /// When somebody else ended it, unless its user has signed in there since.
    pub revoked_at: Option<Timestamp>,
}

/// Centre, user, key, when it was ended.
pub(super) type DepositorLine = (String, String, Vec<u8>, Option<i64>);

pub(super) fn depositor((centre, user, key, revoked_at): DepositorLine) -> Result<Depositor, StoreFault> {
    Ok(Depositor { centre: id(&centre)?, user: id(&user)?, key, revoked_at: revoked_at.map(Timestamp) })
}

/// The same words for every database that understands `$1`, as in [`super::access`].
macro_rules! revoking {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl $crate::store::revoking::Revoking for $store {
            async fn revoke_session(&self, token: &str, now: Timestamp) -> Result<(), StoreFault> {
                let mut tx = self.writing().await?;
                sqlx::query(
                    "update client set revoked_at = $2
                     where (centre, id) in (select centre, client from session where token = $1)",
                )
                .bind(token)
                .bind(now.0)
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
                $crate::store::Store::end_session(self, token).await
            }

            async fn renew_account(&self, account: &Account, now: Timestamp) -> Result<Saved, StoreFault> {
                let (centre, user) = (&account.centre, &account.user);
                let mut tx = self.writing().await?;
                hold_centre(&mut tx, centre).await?;
                match put_account(&mut tx, account).await {
                    Ok(()) => {}
                    Err(sqlx::Error::Database(fault)) if fault.is_unique_violation() => return Ok(Saved::LoginTaken),
                    Err(fault) => return Err(fault.into()),
                }
                end_connected(&mut tx, centre, user).await?;
                end_clients(&mut tx, centre, user, None, now).await?;
                tx.commit().await?;
                self.forget_sessions_of(centre, user);
                Ok(Saved::Yes)
            }

            async fn depositors(
                &self,
                client: &ClientId,
            ) -> Result<Vec<$crate::store::revoking::Depositor>, StoreFault> {
                let lines: Vec<$crate::store::revoking::DepositorLine> =
                    sqlx::query_as("select centre, user_id, key, revoked_at from client where id = $1")
                        .bind(client.as_str())
                        .fetch_all(self.readers())
                        .await?;
                lines.into_iter().map($crate::store::revoking::depositor).collect()
            }
        }
    };
}
pub(super) use revoking;
