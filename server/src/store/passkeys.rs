//! The part of the store that keeps passkeys. Both databases read the same words here.

use async_trait::async_trait;
use shared::prim::{AnyId, Timestamp};

use super::{CentreId, StoreFault, lines::id};

/// What the server needs of a database to know people's passkeys.
#[async_trait]
pub trait Passkeys: Send + Sync + 'static {
    /// Keeps a new passkey of the user of the session with this token digest. No when there is one of this id, hers
    /// or anybody's, or when the session is over by now.
    async fn add_passkey(&self, passkey: &Passkey, session: &str) -> Result<bool, StoreFault>;

    /// The passkeys of a user, in the order in which she added them.
    async fn passkeys_of(&self, centre: &CentreId, user: &AnyId) -> Result<Vec<Passkey>, StoreFault>;

    /// The passkey with this id.
    async fn passkey(&self, id: &str) -> Result<Option<Passkey>, StoreFault>;

    /// Notes that a passkey was used now, and what is known of its key from now on. No when it has ended, or was
    /// used otherwise, since it was read.
    async fn use_passkey(&self, passkey: &Passkey, credential: &str, now: Timestamp) -> Result<bool, StoreFault>;

    /// Takes a passkey away from its user, and what her devices have proved. No when she has none of this id.
    async fn end_passkey(&self, centre: &CentreId, user: &AnyId, id: &str) -> Result<bool, StoreFault>;
}

/// A key with which somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// What her device calls the key, in base64 for addresses.
    pub id: String,
    /// The centre.
    pub centre: CentreId,
    /// Whose it is.
    pub user: AnyId,
    /// What she calls it.
    pub name: String,
    /// Its public half and the count of its signatures, as JSON.
    pub credential: String,
    /// When she added it.
    pub created: Timestamp,
    /// When she last signed in by it.
    pub used: Option<Timestamp>,
}

/// Id, centre, user, name, credential, when it was added, when it was used.
pub(super) type PasskeyLine = (String, String, String, String, String, i64, Option<i64>);

pub(super) fn passkey(line: PasskeyLine) -> Result<Passkey, StoreFault> {
    let (key, centre, user, name, credential, created, used) = line;
    Ok(Passkey {
        id: key,
        centre: id(&centre)?,
        user: id(&user)?,
        name,
        credential,
        created: Timestamp(created),
        used: used.map(Timestamp),
    })
}

/// The same words for every database that understands `$1`, as in [`super::access`].
macro_rules! passkeys {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl $crate::store::passkeys::Passkeys for $store {
            async fn add_passkey(
                &self,
                passkey: &$crate::store::passkeys::Passkey,
                session: &str,
            ) -> Result<bool, StoreFault> {
                let mut tx = self.writing().await?;
                // As whoever takes accounts over: else it could stay behind in an account that is another's by now.
                hold_centre(&mut tx, &passkey.centre).await?;
                let added = sqlx::query(
                    "insert into passkey (id, centre, user_id, name, credential, created)
                     select $1, $2, $3, $4, $5, $6 where exists (
                        select 1 from session where token = $7 and centre = $2 and user_id = $3)
                     on conflict (id) do nothing",
                )
                .bind(passkey.id.as_str())
                .bind(passkey.centre.as_str())
                .bind(passkey.user.as_str())
                .bind(passkey.name.as_str())
                .bind(passkey.credential.as_str())
                .bind(passkey.created.0)
                .bind(session)
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
                Ok(added.rows_affected() == 1)
            }

            async fn passkeys_of(
                &self,
                centre: &CentreId,
                user: &AnyId,
            ) -> Result<Vec<$crate::store::passkeys::Passkey>, StoreFault> {
                let lines: Vec<$crate::store::passkeys::PasskeyLine> = sqlx::query_as(
                    "select id, centre, user_id, name, credential, created, used from passkey
                     where centre = $1 and user_id = $2 order by created, id",
                )
                .bind(centre.as_str())
                .bind(user.as_str())
                .fetch_all(self.readers())
                .await?;
                lines.into_iter().map($crate::store::passkeys::passkey).collect()
            }

            async fn passkey(&self, id: &str) -> Result<Option<$crate::store::passkeys::Passkey>, StoreFault> {
                let line: Option<$crate::store::passkeys::PasskeyLine> = sqlx::query_as(
                    "select id, centre, user_id, name, credential, created, used from passkey where id = $1",
                )
                .bind(id)
                .fetch_optional(self.readers())
                .await?;
                line.map($crate::store::passkeys::passkey).transpose()
            }

            async fn use_passkey(
                &self,
                passkey: &$crate::store::passkeys::Passkey,
                credential: &str,
                now: Timestamp,
            ) -> Result<bool, StoreFault> {
                let mut tx = self.writing().await?;
                let used =
                    sqlx::query("update passkey set credential = $3, used = $4 where id = $1 and credential = $2")
                        .bind(passkey.id.as_str())
                        .bind(passkey.credential.as_str())
                        .bind(credential)
                        .bind(now.0)
                        .execute(&mut *tx)
                        .await?;
                tx.commit().await?;
                Ok(used.rows_affected() == 1)
            }

            async fn end_passkey(&self, centre: &CentreId, user: &AnyId, id: &str) -> Result<bool, StoreFault> {
                let mut tx = self.writing().await?;
                let ended = sqlx::query("delete from passkey where centre = $1 and user_id = $2 and id = $3")
                    .bind(centre.as_str())
                    .bind(user.as_str())
                    .bind(id)
                    .execute(&mut *tx)
                    .await?;
                if ended.rows_affected() != 1 {
                    return Ok(false);
                }
                sqlx::query("update client set proven = 0 where centre = $1 and user_id = $2")
                    .bind(centre.as_str())
                    .bind(user.as_str())
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                Ok(true)
            }
        }
    };
}
pub(super) use passkeys;
