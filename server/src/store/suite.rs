//! What every store must do, whatever stands behind it. A store runs all of it with `store_suite!`.

pub(crate) mod access;
pub(crate) mod clients;
pub(crate) mod identity;
pub(crate) mod rows;

use shared::{
    Grant, Record, Rejection, Role, Tag,
    domain::{group::Group, menu::Menu},
    policy::Keeping,
    prim::{AnyId, Date, Id, Name, Timestamp},
    sync::{
        authority::{Commit, Judged, Opening, Push, RowChange},
        wire::{ClientId, Outcome},
    },
    testkit,
};

use super::{Account, Batch, CentreId, Import, Imported, NewSession, Room, Store};

/// Makes a test of each promise; `$open` gives an empty store and what keeps it alive.
macro_rules! store_suite {
    ($open:path) => {
        store_suite!(rows $open:
            an_import_fills_only_an_empty_store,
            changes_are_found_by_audience_and_version,
            the_newest_change_is_that_of_these_audiences_alone,
            a_lost_audience_and_a_deletion_leave_a_tombstone,
            a_batch_finds_single_rows_and_prefixes,
            one_transaction_writes_several_centres_and_keeps_them_apart,
            a_batch_that_is_dropped_has_not_happened,
            a_snapshot_is_of_one_moment,
            a_page_of_changes_ends_with_a_whole_version,
            the_rows_of_some_days_are_found_by_audience,
            the_writers_of_a_centre_wait_for_each_other,
            grants_follow_from_rows,
            outcomes_are_kept_until_their_client_has_stored_them,
            an_unknown_centre_is_a_fault,
        );
        store_suite!(clients $open:
            a_client_keeps_its_first_owner_and_key,
            a_login_belongs_to_one_account,
            a_session_ends_when_told_or_too_old,
        );
        store_suite!(access $open:
            a_part_follows_from_a_row,
            a_second_factor_is_hers_when_confirmed,
            a_code_is_good_once,
            a_link_is_good_until_another_takes_its_place,
            an_invitation_is_accepted_once,
            a_passkey_is_hers_and_of_a_session_that_goes_on,
            a_passkey_is_used_by_one_at_a_time,
            passkeys_go_with_the_account_and_the_part,
            a_client_is_ended_until_its_user_signs_in_there_again,
            the_log_holds_who_did_what_to_whom,
            of_whoever_is_shredded_nothing_is_left,
        );
        store_suite!(identity $open:
            a_ceremony_is_taken_once_and_in_time,
            an_identity_opens_one_account,
            what_a_way_in_let_in_ends_with_it,
            sessions_are_found_by_where_they_began,
            the_rows_of_a_kind_are_all_there,
        );
    };
    (access $open:path: $($promise:ident,)+) => {
        $(
            #[tokio::test]
            async fn $promise() -> Result<(), $crate::store::StoreFault> {
                let (store, _alive) = $open().await;
                $crate::store::suite::access::$promise(&store).await
            }
        )+
    };
    (identity $open:path: $($promise:ident,)+) => {
        $(
            #[tokio::test]
            async fn $promise() -> Result<(), $crate::store::StoreFault> {
                let (store, _alive) = $open().await;
                $crate::store::suite::identity::$promise(&store).await
            }
        )+
    };
    ($of:ident $open:path: $($promise:ident,)+) => {
        $(
            #[tokio::test]
            async fn $promise() {
                let (store, _alive) = $open().await;
                $crate::store::suite::$of::$promise(&store).await;
            }
        )+
    };
}
pub(crate) use store_suite;

fn centre() -> CentreId {
    Id::parse("ns").expect("an id")
}

fn user(text: &str) -> AnyId {
    Id::parse(text).expect("an id")
}

fn client(text: &str) -> ClientId {
    Id::parse(text).expect("an id")
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn account(login: &str) -> Account {
    Account {
        centre: centre(),
        user: user(login),
        login: login.to_owned(),
        secret: "hashed".to_owned(),
        role: leader(),
        name: "Kari Nes".to_owned(),
        created: Timestamp(1),
    }
}

/// The role in which a group is led, as the policy says.
fn leader() -> Role {
    Grant::session(user("kari"), Tag::staff()).role
}

fn menu(day: &str, dish: &str) -> Record {
    let day: Date = day.parse().expect("a date");
    Menu { day, dish: name(dish), beside: Vec::new() }.into()
}

fn group(leader: Option<&str>) -> Record {
    let id = Id::parse("norsk-1").expect("an id");
    Group { id, name: name("Norsk 1"), leader: leader.map(user) }.into()
}

fn put(version: u64, record: Record) -> RowChange {
    RowChange::new(version, record)
}

fn commit(rows: Vec<RowChange>) -> Commit {
    let version = rows.iter().map(|row| row.version).max().unwrap_or(0);
    Commit { version, rows, ..Commit::default() }
}

fn push(client: &ClientId, first: u64, commands: usize) -> Push {
    let command = serde_json::value::RawValue::from_string("{}".to_owned()).expect("JSON");
    Push {
        client: client.clone(),
        user: user("kari"),
        first,
        commands: vec![command; commands],
        stored: 0,
        received_at: Timestamp(5),
        keeping: Keeping::OnDevice,
        ended: None,
    }
}

/// Two accounts, two menus and a group.
pub(crate) async fn fill(store: &dyn Store) {
    fill_with(store, [menu("2026-11-24", "Taco"), menu("2026-11-25", "Suppe"), group(Some("kari"))]).await;
}

/// Two accounts and these rows.
pub(crate) async fn fill_with(store: &dyn Store, records: impl IntoIterator<Item = Record>) {
    let rows = (1..).zip(records).map(|(version, record)| put(version, record)).collect();
    let import = Import {
        centre: centre(),
        history: "AB".to_owned(),
        commit: commit(rows),
        accounts: vec![account("kari"), account("anders")],
    };
    assert_eq!(store.import(&import, Room::Empty).await.expect("an import"), Imported::Yes);
}

/// A centre in use: a row of every kind, a client with two judged commands, and a session.
pub(crate) async fn use_for_a_day(store: &dyn Store) {
    fill_with(store, testkit::used_centre().0.into_values()).await;
    store.open_client(&centre(), &user("kari"), &client("c1"), b"key").await.expect("a client");
    let session = session("token", 1);
    store.open_session(&session, Timestamp(0)).await.expect("a session");
    let judged = judged_on_that_day().into_iter().map(|(seq, judged)| (client("c1"), seq, judged)).collect();
    let clients = vec![(client("c1"), 2)];
    let version = opened(&mut *store.batch().await.expect("a batch"), Vec::new()).await.version;
    write(store, Commit { version, judged, clients, ..Commit::default() }).await;
}

fn judged_on_that_day() -> [(u64, Judged); 2] {
    let applied = Judged { hash: [7; 32], outcome: Outcome::Applied(3) };
    [(1, applied), (2, Judged { hash: [8; 32], outcome: Outcome::Refused(Rejection::Gone) })]
}

/// The commands of [`use_for_a_day`] are not judged once more.
pub(crate) async fn what_was_judged_is_known(store: &dyn Store) {
    let mut batch = store.batch().await.expect("a batch");
    let opening = opened(&mut *batch, vec![push(&client("c1"), 1, 2)]).await;
    for (seq, judged) in judged_on_that_day() {
        assert_eq!(opening.judged.get(&(client("c1"), seq)), Some(&judged));
    }
}

async fn opened(batch: &mut dyn Batch, pushes: Vec<Push>) -> Opening {
    let mut openings = batch.openings(&[(centre(), pushes)].into()).await.expect("openings");
    openings.remove(&centre()).expect("the centre")
}

async fn write(store: &dyn Store, commit: Commit) {
    let batch = store.batch().await.expect("a batch");
    batch.commit(&[(centre(), commit)]).await.expect("a commit");
}

fn session(token: &str, created: i64) -> NewSession {
    NewSession {
        token: token.to_owned(),
        centre: centre(),
        user: user("kari"),
        client: client(&format!("client-{token}")),
        device: "Chrome · Android".to_owned(),
        created: Timestamp(created),
        secret: "hashed".to_owned(),
        origin: String::new(),
        keeping: Keeping::OnDevice,
    }
}
