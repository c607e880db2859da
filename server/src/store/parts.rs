//! The part of the store that gives each account the part its user's row says she plays: what she could do by the one
//! before ends with it. Both databases read the same words here.

/// The same words for every database that understands `$1`, as in [`super::access`].
macro_rules! parts {
    ($connection:ty) => {
        /// Gives each account the part that follows from its user's row.
        pub(in $crate::store) async fn write_parts(
            tx: &mut $connection,
            commits: &[(CentreId, shared::sync::authority::Commit)],
        ) -> Result<(), StoreFault> {
            for (centre, part) in $crate::store::lines::parts(commits) {
                // What she has shown for one part opens no other: she signs in anew, and gets another link. Nor does a
                // passkey wait for the day she comes back.
                for sql in [
                    "delete from session where centre = $1 and user_id = $2 and exists (
                        select 1 from account where account.centre = $1 and account.user_id = $2
                        and account.role <> coalesce($3, ''))",
                    "delete from link where centre = $1 and user_id = $2 and exists (
                        select 1 from account where account.centre = $1 and account.user_id = $2
                        and account.role <> coalesce($3, ''))",
                    "delete from passkey where centre = $1 and user_id = $2 and exists (
                        select 1 from account where account.centre = $1 and account.user_id = $2
                        and account.role <> coalesce($3, ''))",
                ] {
                    sqlx::query(sql)
                        .bind(centre)
                        .bind(part.user.as_str())
                        .bind(part.role.map(role_text))
                        .execute(&mut *tx)
                        .await?;
                }
                sqlx::query(
                    "update account set name = $3, role = coalesce($4, role), closed = $5
                     where centre = $1 and user_id = $2",
                )
                .bind(centre)
                .bind(part.user.as_str())
                .bind(part.name.as_str())
                .bind(part.role.map(role_text))
                .bind(i64::from(part.role.is_none()))
                .execute(&mut *tx)
                .await?;
                if part.is_shielded {
                    // She is let in again where nothing is kept.
                    sqlx::query("delete from session where centre = $1 and user_id = $2 and keeps = 1")
                        .bind(centre)
                        .bind(part.user.as_str())
                        .execute(&mut *tx)
                        .await?;
                }
                if part.role.is_none() {
                    sqlx::query("delete from link where centre = $1 and user_id = $2")
                        .bind(centre)
                        .bind(part.user.as_str())
                        .execute(&mut *tx)
                        .await?;
                }
                if part.role.is_none() || part.is_shielded {
                    sqlx::query(
                        "update client set revoked_at = $3
                         where centre = $1 and user_id = $2 and revoked_at is null",
                    )
                    .bind(centre)
                    .bind(part.user.as_str())
                    .bind($crate::store::lines::last_deed(commits, centre).0)
                    .execute(&mut *tx)
                    .await?;
                }
            }
            Ok(())
        }
    };
}
pub(super) use parts;
