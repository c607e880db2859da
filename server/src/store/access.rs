//! The part of the store that says who can sign in and how: second factors, links, closed accounts. Both
//! databases read the same words here.

use async_trait::async_trait;
use shared::{
    prim::{AnyId, Timestamp},
    sync::wire::ClientId,
};

use super::{Account, CentreId, StoreFault};

/// What the server needs of a database to know who somebody is.
#[async_trait]
pub trait Access: Send + Sync + 'static {
    /// The second factor of a user, if she has one or is setting one up.
    async fn second_of(&self, centre: &CentreId, user: &AnyId) -> Result<Option<SecondFactor>, StoreFault>;

    /// Begins to set up a second factor. The one she has stays until she has confirmed this one.
    async fn begin_second(&self, centre: &CentreId, user: &AnyId, secret: &str) -> Result<(), StoreFault>;

    /// She has made the code of this step with the secret she is setting up: from now on it is hers, and these
    /// are the digests of her recovery codes. No when she is setting up another one by now.
    async fn confirm_second(
        &self,
        centre: &CentreId,
        user: &AnyId,
        secret: &str,
        step: i64,
        recovery: &[String],
    ) -> Result<bool, StoreFault>;

    /// Takes the code of a step. No when that one or a later one was taken before.
    async fn take_step(&self, centre: &CentreId, user: &AnyId, step: i64) -> Result<bool, StoreFault>;

    /// Takes a recovery code by its digest. No when there is none of this digest any more.
    async fn take_recovery(&self, centre: &CentreId, user: &AnyId, digest: &str) -> Result<bool, StoreFault>;

    /// Notes that the user of a client has shown her second factor there.
    async fn prove_client(&self, centre: &CentreId, client: &ClientId, now: Timestamp) -> Result<(), StoreFault>;

    /// Hands out a link, in the place of the one its user has. One without an end is her way in: what she has come by
    /// through the one before ends with it, on every client of hers. All of it or nothing.
    async fn open_link(&self, link: &Link) -> Result<(), StoreFault>;

    /// The link with this digest.
    async fn link(&self, digest: &str) -> Result<Option<Link>, StoreFault>;

    /// Withdraws the link of a user.
    async fn end_link_of(&self, centre: &CentreId, user: &AnyId) -> Result<(), StoreFault>;

    /// Withdraws the link that is the way in of a user, what she has connected by it, and what she does on every client
    /// of hers. All of it or nothing.
    async fn end_way_in_of(&self, centre: &CentreId, user: &AnyId, now: Timestamp) -> Result<(), StoreFault>;

    /// Accepts an invitation: opens the account, or gives it another login and secret, takes away sessions, second
    /// factor, passkeys, identities and the link, and ends its user's clients but the one `here`. All of it or nothing.
    async fn accept(
        &self,
        digest: &str,
        account: &Account,
        here: Option<&ClientId>,
        now: Timestamp,
    ) -> Result<Accepted, StoreFault>;

    /// How it stands with the accounts and the links of a centre.
    async fn standings(&self, centre: &CentreId) -> Result<Vec<Standing>, StoreFault>;

    /// Keeps what is to be known when somebody comes back with the handle of this digest, until then, and forgets
    /// what is over by now.
    async fn begin_ceremony(
        &self,
        handle: &str,
        body: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreFault>;

    /// What was kept under the digest of this handle. Taken once, and never when it is over.
    async fn take_ceremony(&self, handle: &str, now: Timestamp) -> Result<Option<String>, StoreFault>;
}

/// Somebody's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// What her codes are made from, in base32, once she has shown that she can make them.
    pub secret: Option<String>,
    /// The one she is just setting up.
    pub pending: Option<String>,
    /// How many recovery codes are left.
    pub recovery: i64,
}

/// A link of somebody's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The digest of its token.
    pub digest: String,
    /// The centre.
    pub centre: CentreId,
    /// Whose it is.
    pub user: AnyId,
    /// When it was handed out.
    pub created: Timestamp,
    /// Until when it is good; a school's has no end.
    pub until: Option<Timestamp>,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// The account is hers.
    Yes,
    /// The link was used or withdrawn meanwhile.
    Gone,
    /// Another account has this login.
    LoginTaken,
}

/// How it stands with the account of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub user: AnyId,
    /// What she signs in with, if she has an account.
    pub login: Option<String>,
    /// Has she a second factor?
    pub has_second: bool,
    /// Has she a link, and until when is it good?
    pub link: Option<Option<Timestamp>>,
    /// When somebody last did something in one of her sessions.
    pub used: Option<Timestamp>,
}

/// User, login, second factor, link, its end, last use.
pub(super) type StandingLine = (String, Option<String>, i64, i64, Option<i64>, Option<i64>);

/// Secret, pending secret, recovery codes left.
pub(super) type SecondLine = (String, String, i64);

/// Centre, user, when it was handed out, its end.
pub(super) type LinkLine = (String, String, i64, Option<i64>);

/// The same words for every database that understands `$1`. `$store` has `writing`, a transaction; `readers`, a
/// pool; `forget_sessions_of`; and a `put_account` beside it. What stands below is there for the other parts, too.
macro_rules! access {
    ($store:ty, $connection:ty) => {
        #[async_trait::async_trait]
        impl $crate::store::access::Access for $store {
            async fn second_of(
                &self,
                centre: &CentreId,
                user: &AnyId,
            ) -> Result<Option<$crate::store::access::SecondFactor>, StoreFault> {
                let line: Option<$crate::store::access::SecondLine> = sqlx::query_as(
                    "select secret, pending, (select count(*) from recovery_code
                        where recovery_code.centre = second_factor.centre
                        and recovery_code.user_id = second_factor.user_id)
                     from second_factor where centre = $1 and user_id = $2",
                )
                .bind(centre.as_str())
                .bind(user.as_str())
                .fetch_optional(self.readers())
                .await?;
                Ok(line.map(|(secret, pending, recovery)| {
                    let some = |text: String| (!text.is_empty()).then_some(text);
                    $crate::store::access::SecondFactor { secret: some(secret), pending: some(pending), recovery }
                }))
            }

            async fn begin_second(&self, centre: &CentreId, user: &AnyId, secret: &str) -> Result<(), StoreFault> {
                let mut tx = self.writing().await?;
                sqlx::query(
                    "insert into second_factor (centre, user_id, pending) values ($1, $2, $3)
                     on conflict (centre, user_id) do update set pending = excluded.pending",
                )
                .bind(centre.as_str())
                .bind(user.as_str())
                .bind(secret)
                .execute(&mut *tx)
                .await?;
                Ok(tx.commit().await?)
            }

            async fn confirm_second(
                &self,
                centre: &CentreId,
                user: &AnyId,
                secret: &str,
                step: i64,
                recovery: &[String],
            ) -> Result<bool, StoreFault> {
                let mut tx = self.writing().await?;
                let confirmed = sqlx::query(
                    "update second_factor set secret = pending, pending = '', last_step = $4
                     where centre = $1 and user_id = $2 and pending = $3",
                )
                .bind(centre.as_str())
                .bind(user.as_str())
                .bind(secret)
                .bind(step)
                .execute(&mut *tx)
                .await?;
                if confirmed.rows_affected() != 1 {
                    return Ok(false);
                }
                forget_recovery(&mut tx, centre, user).await?;
                sqlx::query("update client set proven = 0 where centre = $1 and user_id = $2")
                    .bind(centre.as_str())
                    .bind(user.as_str())
                    .execute(&mut *tx)
                    .await?;
                for digest in recovery {
                    sqlx::query("insert into recovery_code (centre, user_id, digest) values ($1, $2, $3)")
                        .bind(centre.as_str())
                        .bind(user.as_str())
                        .bind(digest.as_str())
                        .execute(&mut *tx)
                        .await?;
                }
                tx.commit().await?;
                Ok(true)
            }

            async fn take_step(&self, centre: &CentreId, user: &AnyId, step: i64) -> Result<bool, StoreFault> {
                let mut tx = self.writing().await?;
                let taken = sqlx::query(
                    "update second_factor set last_step = $3
                     where centre = $1 and user_id = $2 and last_step < $3",
                )
                .bind(centre.as_str())
                .bind(user.as_str())
                .bind(step)
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
                Ok(taken.rows_affected() == 1)
            }

            async fn take_recovery(&self, centre: &CentreId, user: &AnyId, digest: &str) -> Result<bool, StoreFault> {
                let mut tx = self.writing().await?;
                let taken = sqlx::query("delete from recovery_code where centre = $1 and user_id = $2 and digest = $3")
                    .bind(centre.as_str())
                    .bind(user.as_str())
                    .bind(digest)
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                Ok(taken.rows_affected() == 1)
            }

            async fn prove_client(
                &self,
                centre: &CentreId,
                client: &ClientId,
                now: Timestamp,
            ) -> Result<(), StoreFault> {
                let mut tx = self.writing().await?;
                sqlx::query("update client set proven = $3 where centre = $1 and id = $2")
                    .bind(centre.as_str())
                    .bind(client.as_str())
                    .bind(now.0)
                    .execute(&mut *tx)
                    .await?;
                Ok(tx.commit().await?)
            }

            async fn open_link(&self, link: &$crate::store::access::Link) -> Result<(), StoreFault> {
                let (centre, user) = (&link.centre, &link.user);
                let mut tx = self.writing().await?;
                hold_centre(&mut tx, centre).await?;
                let had_one = end_link(&mut tx, centre, user).await?;
                if link.until.is_none() {
                    end_connected(&mut tx, centre, user).await?;
                    if had_one {
                        end_clients(&mut tx, centre, user, None, link.created).await?;
                    }
                }
                sqlx::query("insert into link (digest, centre, user_id, created, until) values ($1, $2, $3, $4, $5)")
                    .bind(link.digest.as_str())
                    .bind(centre.as_str())
                    .bind(user.as_str())
                    .bind(link.created.0)
                    .bind(link.until.map(|until| until.0))
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                self.forget_sessions_of(centre, user);
                Ok(())
            }

            async fn link(&self, digest: &str) -> Result<Option<$crate::store::access::Link>, StoreFault> {
                let line: Option<$crate::store::access::LinkLine> =
                    sqlx::query_as("select centre, user_id, created, until from link where digest = $1")
                        .bind(digest)
                        .fetch_optional(self.readers())
                        .await?;
                line.map(|(centre, user, created, until)| {
                    Ok($crate::store::access::Link {
                        digest: digest.to_owned(),
                        centre: id(&centre)?,
                        user: id(&user)?,
                        created: Timestamp(created),
                        until: until.map(Timestamp),
                    })
                })
                .transpose()
            }

            async fn end_link_of(&self, centre: &CentreId, user: &AnyId) -> Result<(), StoreFault> {
                let mut tx = self.writing().await?;
                end_link(&mut tx, centre, user).await?;
                Ok(tx.commit().await?)
            }

            async fn end_way_in_of(&self, centre: &CentreId, user: &AnyId, now: Timestamp) -> Result<(), StoreFault> {
                let mut tx = self.writing().await?;
                hold_centre(&mut tx, centre).await?;
                end_link(&mut tx, centre, user).await?;
                end_connected(&mut tx, centre, user).await?;
                end_clients(&mut tx, centre, user, None, now).await?;
                tx.commit().await?;
                self.forget_sessions_of(centre, user);
                Ok(())
            }

            async fn accept(
                &self,
                digest: &str,
                account: &Account,
                here: Option<&ClientId>,
                now: Timestamp,
            ) -> Result<$crate::store::access::Accepted, StoreFault> {
                use $crate::store::access::Accepted;
                let (centre, user) = (&account.centre, &account.user);
                let mut tx = self.writing().await?;
                hold_centre(&mut tx, centre).await?;
                let link = sqlx::query("delete from link where digest = $1 and centre = $2 and user_id = $3")
                    .bind(digest)
                    .bind(centre.as_str())
                    .bind(user.as_str())
                    .execute(&mut *tx)
                    .await?;
                if link.rows_affected() != 1 {
                    return Ok(Accepted::Gone);
                }
                match put_account(&mut tx, account).await {
                    Ok(()) => {}
                    Err(sqlx::Error::Database(fault)) if fault.is_unique_violation() => {
                        return Ok(Accepted::LoginTaken);
                    }
                    Err(fault) => return Err(fault.into()),
                }
                forget_recovery(&mut tx, centre, user).await?;
                for sql in [
                    "update client set proven = 0 where centre = $1 and user_id = $2",
                    "delete from second_factor where centre = $1 and user_id = $2",
                ] {
                    sqlx::query(sql).bind(centre.as_str()).bind(user.as_str()).execute(&mut *tx).await?;
                }
                end_connected(&mut tx, centre, user).await?;
                // Where she takes it she goes on; elsewhere it may be in other hands.
                end_clients(&mut tx, centre, user, here, now).await?;
                tx.commit().await?;
                self.forget_sessions_of(centre, user);
                Ok(Accepted::Yes)
            }

            async fn standings(&self, centre: &CentreId) -> Result<Vec<$crate::store::access::Standing>, StoreFault> {
                let lines: Vec<$crate::store::access::StandingLine> = sqlx::query_as(
                    "select known.user_id, account.login,
                        cast(case when coalesce(second_factor.secret, '') = '' then 0 else 1 end as bigint),
                        cast(case when link.digest is null then 0 else 1 end as bigint), link.until,
                        (select max(case when used > created then used else created end) from session
                         where session.centre = $1 and session.user_id = known.user_id)
                     from (select user_id from account where centre = $1
                        union select user_id from link where centre = $1) as known
                     left join account on account.centre = $1 and account.user_id = known.user_id
                     left join second_factor
                        on second_factor.centre = $1 and second_factor.user_id = known.user_id
                     left join link on link.centre = $1 and link.user_id = known.user_id",
                )
                .bind(centre.as_str())
                .fetch_all(self.readers())
                .await?;
                let standings = lines.into_iter().map(|(user, login, has_second, has_link, until, used)| {
                    Ok($crate::store::access::Standing {
                        user: id(&user)?,
                        login,
                        has_second: has_second != 0,
                        link: (has_link != 0).then_some(until.map(Timestamp)),
                        used: used.map(Timestamp),
                    })
                });
                standings.collect()
            }

            async fn begin_ceremony(
                &self,
                handle: &str,
                body: &str,
                now: Timestamp,
                until: Timestamp,
            ) -> Result<(), StoreFault> {
                let mut tx = self.writing().await?;
                sqlx::query("delete from ceremony where until <= $1").bind(now.0).execute(&mut *tx).await?;
                sqlx::query("insert into ceremony (handle, body, until) values ($1, $2, $3)")
                    .bind(handle)
                    .bind(body)
                    .bind(until.0)
                    .execute(&mut *tx)
                    .await?;
                Ok(tx.commit().await?)
            }

            async fn take_ceremony(&self, handle: &str, now: Timestamp) -> Result<Option<String>, StoreFault> {
                let mut tx = self.writing().await?;
                let line: Option<(String, i64)> =
                    sqlx::query_as("delete from ceremony where handle = $1 returning body, until")
                        .bind(handle)
                        .fetch_optional(&mut *tx)
                        .await?;
                tx.commit().await?;
                Ok(line.filter(|(_, until)| *until > now.0).map(|(body, _)| body))
            }
        }

        /// Had she one?
        async fn end_link(tx: &mut $connection, centre: &CentreId, user: &AnyId) -> Result<bool, StoreFault> {
            let ended = sqlx::query("delete from link where centre = $1 and user_id = $2")
                .bind(centre.as_str())
                .bind(user.as_str())
                .execute(&mut *tx)
                .await?;
            Ok(ended.rows_affected() > 0)
        }

        /// Whoever writes accounts of a centre has its line first, as who writes its rows: nobody waits in a circle,
        /// and nobody adds to what another is just ending.
        async fn hold_centre(tx: &mut $connection, centre: &CentreId) -> Result<(), StoreFault> {
            sqlx::query("update centre set audited = audited where id = $1")
                .bind(centre.as_str())
                .execute(&mut *tx)
                .await?;
            Ok(())
        }

        /// Ends what somebody has connected her account with.
        async fn end_connected(tx: &mut $connection, centre: &CentreId, user: &AnyId) -> Result<(), StoreFault> {
            for sql in [
                "delete from identity where centre = $1 and user_id = $2",
                "delete from passkey where centre = $1 and user_id = $2",
            ] {
                sqlx::query(sql).bind(centre.as_str()).bind(user.as_str()).execute(&mut *tx).await?;
            }
            Ok(())
        }

        /// Ends what somebody does on every client of hers but the one `here`, and all her sessions.
        async fn end_clients(
            tx: &mut $connection,
            centre: &CentreId,
            user: &AnyId,
            here: Option<&ClientId>,
            now: Timestamp,
        ) -> Result<(), StoreFault> {
            sqlx::query(
                "update client set revoked_at = $3
                 where centre = $1 and user_id = $2 and revoked_at is null and id <> coalesce($4, '')",
            )
            .bind(centre.as_str())
            .bind(user.as_str())
            .bind(now.0)
            .bind(here.map(ClientId::as_str))
            .execute(&mut *tx)
            .await?;
            sqlx::query("delete from session where centre = $1 and user_id = $2")
                .bind(centre.as_str())
                .bind(user.as_str())
                .execute(&mut *tx)
                .await?;
            Ok(())
        }

        async fn forget_recovery(tx: &mut $connection, centre: &CentreId, user: &AnyId) -> Result<(), StoreFault> {
            sqlx::query("delete from recovery_code where centre = $1 and user_id = $2")
                .bind(centre.as_str())
                .bind(user.as_str())
                .execute(&mut *tx)
                .await?;
            Ok(())
        }
    };
}
pub(super) use access;
