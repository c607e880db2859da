//! The part of the store that takes somebody out for good: what there is of her besides rows, and that nothing of what
//! was deleted is left in the database's files. Both databases read the same words here.

use async_trait::async_trait;
use shared::prim::AnyId;

use super::{CentreId, StoreFault};

/// What the server needs of a database to erase.
#[async_trait]
pub trait Erasing: Send + Sync + 'static {
    /// How much there is of somebody besides her rows.
    async fn belongings(&self, centre: &CentreId, user: &AnyId) -> Result<Belongings, StoreFault>;

    /// Whoever this centre knows or has known by an id.
    async fn known_ids(&self, centre: &CentreId) -> Result<Vec<AnyId>, StoreFault>;

    /// The centres that have ever erased somebody.
    async fn erased_in(&self) -> Result<Vec<CentreId>, StoreFault>;

    /// Writes the database anew, so that nothing of what was deleted is left in its files.
    async fn overwrite(&self) -> Result<(), StoreFault>;
}

/// How much there is of somebody besides her rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Belongings {
    /// Her account.
    pub accounts: i64,
    /// Where she is signed in.
    pub sessions: i64,
    /// Her devices, each with the key of what lies on it.
    pub devices: i64,
    /// Entries of the log that can be read with her key.
    pub entries: i64,
}

/// Accounts, sessions, devices, readable entries.
pub(super) type BelongingsLine = (i64, i64, i64, i64);

/// The same words for every database that understands `$1`, as in [`super::access`]. `$store` has `rewrite` besides.
macro_rules! erasing {
    ($store:ty, $connection:ty) => {
        #[async_trait::async_trait]
        impl $crate::store::erasing::Erasing for $store {
            async fn belongings(
                &self,
                centre: &CentreId,
                user: &AnyId,
            ) -> Result<$crate::store::erasing::Belongings, StoreFault> {
                let line: $crate::store::erasing::BelongingsLine = sqlx::query_as(
                    "select (select count(*) from account where centre = $1 and user_id = $2),
                        (select count(*) from session where centre = $1 and user_id = $2),
                        (select count(*) from client where centre = $1 and user_id = $2),
                        (select count(*) from audit join audit_key using (centre, about)
                            where centre = $1 and about = $2)",
                )
                .bind(centre.as_str())
                .bind(user.as_str())
                .fetch_one(self.readers())
                .await?;
                let (accounts, sessions, devices, entries) = line;
                Ok($crate::store::erasing::Belongings { accounts, sessions, devices, entries })
            }

            async fn known_ids(&self, centre: &CentreId) -> Result<Vec<AnyId>, StoreFault> {
                let lines: Vec<String> = sqlx::query_scalar(
                    "select id from row where centre = $1 and kind = $2
                     union select user_id from account where centre = $1
                     union select about from audit_key where centre = $1 and about <> ''",
                )
                .bind(centre.as_str())
                .bind(shared::Kind::Person.name())
                .fetch_all(self.readers())
                .await?;
                lines.iter().map(|line| id(line)).collect()
            }

            async fn erased_in(&self) -> Result<Vec<CentreId>, StoreFault> {
                let lines: Vec<String> = sqlx::query_scalar(
                    "select id from centre where exists (
                        select 1 from row where row.centre = centre.id and row.kind = $1)",
                )
                .bind(shared::Kind::Erasure.name())
                .fetch_all(self.readers())
                .await?;
                lines.iter().map(|line| id(line)).collect()
            }

            async fn overwrite(&self) -> Result<(), StoreFault> {
                self.rewrite().await
            }
        }

        /// Every row of an audience.
        async fn of_audience(
            tx: &mut $connection,
            centre: &CentreId,
            tag: &shared::Tag,
        ) -> Result<Vec<(u64, shared::Record)>, StoreFault> {
            let lines = sqlx::query_as(
                "select row.kind, row.id, row.version, row.deleted, row.shape, row.body
                 from row_tag join row on row.centre = row_tag.centre and row.kind = row_tag.kind
                    and row.id = row_tag.id
                 where row_tag.centre = $1 and row_tag.tag = $2 and row_tag.gone = 0 and row.deleted = 0
                 order by row.kind, row.id",
            )
            .bind(centre.as_str())
            .bind(tag.as_str())
            .fetch_all(tx)
            .await?;
            $crate::store::lines::records(lines)
        }

        /// Forgets the users of whom these commits leave nothing.
        async fn write_shredded(
            tx: &mut $connection,
            commits: &[(CentreId, shared::sync::authority::Commit)],
        ) -> Result<(), StoreFault> {
            for (centre, user) in $crate::store::lines::each(commits, |commit| &commit.shredded) {
                for sql in [
                    "delete from outcome where centre = $1 and client in (
                        select id from client where centre = $1 and user_id = $2)",
                    "delete from session where centre = $1 and user_id = $2",
                    "delete from recovery_code where centre = $1 and user_id = $2",
                    "delete from second_factor where centre = $1 and user_id = $2",
                    "delete from link where centre = $1 and user_id = $2",
                    "delete from identity where centre = $1 and user_id = $2",
                    "delete from passkey where centre = $1 and user_id = $2",
                    "delete from client where centre = $1 and user_id = $2",
                    "delete from account where centre = $1 and user_id = $2",
                    "delete from audit_key where centre = $1 and about = $2",
                ] {
                    sqlx::query(sql).bind(centre).bind(user.as_str()).execute(&mut *tx).await?;
                }
                // A command that could not be read is told with some of its words, which may be about her.
                sqlx::query(
                    "update outcome set outcome = '{\"refused\":{\"why\":\"malformed\",\"detail\":\"\"}}'
                     where centre = $1 and outcome like '{\"refused\":{\"why\":\"malformed\"%'",
                )
                .bind(centre)
                .execute(&mut *tx)
                .await?;
            }
            Ok(())
        }
    };
}
pub(super) use erasing;
