//! The part of the store that gives each account the part its user's row says she plays: what she could do by the one
//! before ends with it. Both databases read the same words here.

/// A statement about those who are given a part: who, what she is called, the part, whether she is protected, and when
/// her devices end, if they do. `$each` makes lines of a JSON list.
macro_rules! given {
    ($each:literal, $sql:expr) => {
        concat!(
            "with given as (
                select value ->> 0 as centre, value ->> 1 as user_id, value ->> 2 as name, value ->> 3 as role,
                    cast(value ->> 4 as bigint) as is_shielded, cast(value ->> 5 as bigint) as ended
                from ",
            $each,
            ") ",
            $sql
        )
    };
}
pub(super) use given;

/// Takes away what those have in this table who play another part by now.
macro_rules! of_another_part {
    ($each:literal, $table:literal) => {
        $crate::store::parts::given!(
            $each,
            concat!(
                "delete from ",
                $table,
                " where (centre, user_id) in (
                    select given.centre, given.user_id from given join account
                        on account.centre = given.centre and account.user_id = given.user_id
                    where account.role <> coalesce(given.role, ''))"
            )
        )
    };
}
pub(super) use of_another_part;

/// The same words for every database that understands `$1`, as in [`super::access`], but for how it makes lines of a
/// JSON list.
macro_rules! parts {
    ($connection:ty, $each:literal) => {
        /// Gives each account the part that follows from its user's row.
        pub(in $crate::store) async fn write_parts(
            tx: &mut $connection,
            commits: &[(CentreId, shared::sync::authority::Commit)],
        ) -> Result<(), StoreFault> {
            use $crate::store::{
                lines,
                parts::{given, of_another_part},
            };
            let given: Vec<_> = lines::parts(commits)
                .map(|(centre, part)| {
                    let ends = lines::last_deed(commits, centre);
                    (centre, &part.user, &part.name, part.role, i64::from(part.is_shielded), ends)
                })
                .collect();
            if given.is_empty() {
                return Ok(());
            }
            let given = lines::json(&given);
            for sql in [
                // What she has shown for one part opens no other: she signs in anew, gets another link, and connects who
                // she is elsewhere anew. Nor does any of it wait for the day she comes back. What her devices hold was
                // for that part, too.
                of_another_part!($each, "session"),
                of_another_part!($each, "link"),
                of_another_part!($each, "passkey"),
                of_another_part!($each, "identity"),
                given!(
                    $each,
                    "update client set revoked_at = given.ended from given
                     where client.centre = given.centre and client.user_id = given.user_id
                     and client.revoked_at is null and (given.is_shielded = 1 or exists (
                        select 1 from account where account.centre = given.centre
                        and account.user_id = given.user_id and account.role <> coalesce(given.role, '')))"
                ),
                given!(
                    $each,
                    "update account set name = given.name, role = coalesce(given.role, account.role),
                        closed = case when given.role is null then 1 else 0 end
                     from given where account.centre = given.centre and account.user_id = given.user_id"
                ),
                // Whoever is protected is let in again where nothing is kept.
                given!(
                    $each,
                    "delete from session where keeps = 1 and (centre, user_id) in (
                        select given.centre, given.user_id from given where given.is_shielded = 1)"
                ),
                given!(
                    $each,
                    "delete from link where (centre, user_id) in (
                        select given.centre, given.user_id from given where given.role is null)"
                ),
            ] {
                sqlx::query(sql).bind(given.as_str()).execute(&mut *tx).await?;
            }
            Ok(())
        }
    };
}
pub(super) use parts;
