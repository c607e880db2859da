//! The part of the store that knows whose identity at a provider opens which account, and which sessions began
//! there. Both databases read the same words here.

use async_trait::async_trait;
use shared::prim::{AnyId, Timestamp};

use super::{Account, CentreId, StoreFault};

/// What the server needs of a database to let somebody in by a provider.
#[async_trait]
pub trait Identities: Send + Sync + 'static {
    /// Connects the user of the session with this token digest with her identity at a provider, in the place of another
    /// one of hers there. Not when her session is over by now, nor when she came in before the link was handed out that
    /// is her way in: it was given her in the place of one that another may have had.
    async fn link_identity(&self, identity: &Identity, session: &str) -> Result<Linked, StoreFault>;

    /// The account this identity opens, unless its user has left.
    async fn account_by(&self, provider: &str, subject: &str) -> Result<Option<Account>, StoreFault>;

    /// The providers somebody is connected with, and since when.
    async fn identities_of(&self, centre: &CentreId, user: &AnyId) -> Result<Vec<(String, Timestamp)>, StoreFault>;

    /// Ends her connection with a provider. No when there was none.
    async fn end_identity(&self, centre: &CentreId, user: &AnyId, provider: &str) -> Result<bool, StoreFault>;

    /// The digests of the tokens of all sessions that began with this one at a provider.
    async fn sessions_from(&self, origin: &str) -> Result<Vec<String>, StoreFault>;

    /// What is kept of the session at a provider by which this one began; empty where there is none.
    async fn origin_of(&self, token: &str) -> Result<String, StoreFault>;
}

/// Somebody's identity at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider, as the configuration calls it.
    pub provider: String,
    /// A keyed digest of what the provider calls her.
    pub subject: String,
    /// Her centre.
    pub centre: CentreId,
    /// Whose it is.
    pub user: AnyId,
    /// When she was connected with it.
    pub created: Timestamp,
}

/// Whether somebody could be connected with an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// She is.
    Yes,
    /// It opens another account.
    Taken,
    /// She is not who may, any more.
    Gone,
}

/// The same words for every database that understands `$1`, as in [`super::access`].
macro_rules! identities {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl $crate::store::identity::Identities for $store {
            async fn link_identity(
                &self,
                identity: &$crate::store::identity::Identity,
                session: &str,
            ) -> Result<$crate::store::identity::Linked, StoreFault> {
                use $crate::store::identity::Linked;
                let mut tx = self.writing().await?;
                // As whoever ends what she has connected: else this one could stay behind.
                hold_centre(&mut tx, &identity.centre).await?;
                sqlx::query("delete from identity where centre = $1 and user_id = $2 and provider = $3")
                    .bind(identity.centre.as_str())
                    .bind(identity.user.as_str())
                    .bind(identity.provider.as_str())
                    .execute(&mut *tx)
                    .await?;
                let linked = sqlx::query(
                    "insert into identity (provider, subject, centre, user_id, created)
                     select $1, $2, $3, $4, $5 where exists (
                        select 1 from session where token = $6 and centre = $3 and user_id = $4
                        and not exists (
                            select 1 from link where link.centre = $3 and link.user_id = $4
                            and link.until is null and link.created > session.created))",
                )
                .bind(identity.provider.as_str())
                .bind(identity.subject.as_str())
                .bind(identity.centre.as_str())
                .bind(identity.user.as_str())
                .bind(identity.created.0)
                .bind(session)
                .execute(&mut *tx)
                .await;
                match linked {
                    Ok(linked) if linked.rows_affected() == 1 => {}
                    Ok(_) => return Ok(Linked::Gone),
                    Err(sqlx::Error::Database(fault)) if fault.is_unique_violation() => return Ok(Linked::Taken),
                    Err(fault) => return Err(fault.into()),
                }
                tx.commit().await?;
                Ok(Linked::Yes)
            }

            async fn account_by(&self, provider: &str, subject: &str) -> Result<Option<Account>, StoreFault> {
                let line: Option<$crate::store::lines::AccountLine> = sqlx::query_as(
                    "select account.centre, account.user_id, account.login, account.secret, account.role,
                        account.name, account.created
                     from identity join account
                        on account.centre = identity.centre and account.user_id = identity.user_id
                     where identity.provider = $1 and identity.subject = $2 and account.closed = 0",
                )
                .bind(provider)
                .bind(subject)
                .fetch_optional(self.readers())
                .await?;
                line.map($crate::store::lines::account).transpose()
            }

            async fn identities_of(
                &self,
                centre: &CentreId,
                user: &AnyId,
            ) -> Result<Vec<(String, Timestamp)>, StoreFault> {
                let lines: Vec<(String, i64)> = sqlx::query_as(
                    "select provider, created from identity where centre = $1 and user_id = $2 order by provider",
                )
                .bind(centre.as_str())
                .bind(user.as_str())
                .fetch_all(self.readers())
                .await?;
                Ok(lines.into_iter().map(|(provider, created)| (provider, Timestamp(created))).collect())
            }

            async fn end_identity(&self, centre: &CentreId, user: &AnyId, provider: &str) -> Result<bool, StoreFault> {
                let mut tx = self.writing().await?;
                let ended = sqlx::query("delete from identity where centre = $1 and user_id = $2 and provider = $3")
                    .bind(centre.as_str())
                    .bind(user.as_str())
                    .bind(provider)
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                Ok(ended.rows_affected() == 1)
            }

            async fn sessions_from(&self, origin: &str) -> Result<Vec<String>, StoreFault> {
                let tokens = sqlx::query_scalar("select token from session where origin = $1 and origin <> ''")
                    .bind(origin)
                    .fetch_all(self.readers())
                    .await?;
                Ok(tokens)
            }

            async fn origin_of(&self, token: &str) -> Result<String, StoreFault> {
                let origin: Option<String> = sqlx::query_scalar("select origin from session where token = $1")
                    .bind(token)
                    .fetch_optional(self.readers())
                    .await?;
                Ok(origin.unwrap_or_default())
            }
        }
    };
}
pub(super) use identities;
