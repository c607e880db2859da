//! What every store must do, whatever stands behind it. A store runs all of it with `store_suite!`.

pub(crate) mod access;
pub(crate) mod identity;

use shared::{
    Grant, Key, Kind, Record, Rejection, Role, Tag, Want,
    domain::{group::Group, menu::Menu},
    policy::Keeping,
    prim::{AnyId, Date, Id, Name, Timestamp},
    sync::{
        authority::{Commit, Judged, Known, Opening, Push, RowChange},
        wire::{ClientId, Outcome},
    },
    testkit,
};

use super::{
    Account, Batch, CentreId, Client, Import, Imported, NewSession, OpenSession, Room, Saved, Store, StoreFault,
};

/// Makes a test of each promise; `$open` gives an empty store and what keeps it alive.
macro_rules! store_suite {
    ($open:path) => {
        store_suite!($open:
            an_import_fills_only_an_empty_store,
            changes_are_found_by_audience_and_version,
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
    ($open:path: $($promise:ident,)+) => {
        $(
            #[tokio::test]
            async fn $promise() {
                let (store, _alive) = $open().await;
                $crate::store::suite::$promise(&store).await;
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

async fn found(store: &dyn Store, tag: Tag, since: u64) -> Vec<(String, u64, bool)> {
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    let changes = snapshot.changes(&[tag], since, 100).await.expect("changes");
    changes.into_iter().map(|row| (row.key.to_string(), row.version, row.record.is_some())).collect()
}

pub(crate) async fn an_import_fills_only_an_empty_store(store: &dyn Store) {
    fill(store).await;
    let second = Import { centre: centre(), history: "CD".to_owned(), commit: Commit::default(), accounts: Vec::new() };
    for room in [Room::Empty, Room::Beside] {
        assert_eq!(store.import(&second, room).await.expect("an answer"), Imported::NoRoom);
    }
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    assert_eq!(snapshot.centre().await.expect("the centre"), (3, "AB".to_owned()));
}

pub(crate) async fn changes_are_found_by_audience_and_version(store: &dyn Store) {
    fill(store).await;
    let both = [("2026-11-24".to_owned(), 1, true), ("2026-11-25".to_owned(), 2, true)];
    assert_eq!(found(store, Tag::public(), 0).await, both);
    assert_eq!(found(store, Tag::public(), 1).await, both[1..]);
    assert!(found(store, Tag::public(), 2).await.is_empty());
    assert!(found(store, Tag::kitchen(), 0).await.is_empty());
    write(store, commit(vec![put(4, menu("2026-11-24", "Pizza"))])).await;
    assert_eq!(found(store, Tag::public(), 2).await, [("2026-11-24".to_owned(), 4, true)]);
}

pub(crate) async fn a_lost_audience_and_a_deletion_leave_a_tombstone(store: &dyn Store) {
    fill(store).await;
    let moved =
        RowChange { tags: vec![Tag::staff()], lost_tags: vec![Tag::public()], ..put(4, menu("2026-11-24", "Taco")) };
    let gone = RowChange {
        record: None,
        tags: Vec::new(),
        lost_tags: vec![Tag::public()],
        ..put(5, menu("2026-11-25", "Suppe"))
    };
    write(store, commit(vec![moved, gone])).await;
    let tombstones = [("2026-11-24".to_owned(), 4, true), ("2026-11-25".to_owned(), 5, false)];
    assert_eq!(found(store, Tag::public(), 3).await, tombstones);
    assert_eq!(found(store, Tag::staff(), 3).await, tombstones[..1]);
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    let key = Key::from_text("2026-11-25");
    assert_eq!(snapshot.row(Kind::Menu, &key).await.expect("an answer"), None);
}

pub(crate) async fn a_batch_finds_single_rows_and_prefixes(store: &dyn Store) {
    fill(store).await;
    let wants = vec![
        Want::Row(Kind::Menu, Key::from_text("2026-11-24")),
        Want::Row(Kind::Menu, Key::from_text("2026-11-26")),
        Want::Under(Kind::Menu, "2026-11-2".to_owned()),
        Want::Under(Kind::Menu, String::new()),
        Want::Under(Kind::Group, "x".to_owned()),
    ];
    let mut batch = store.batch().await.expect("a batch");
    let loaded = batch.load(vec![(centre(), wants.clone())]).await.expect("rows").remove(0).1;
    let counts: Vec<_> = loaded.iter().map(|(_, rows)| rows.len()).collect();
    assert_eq!(loaded.iter().map(|(want, _)| want.clone()).collect::<Vec<_>>(), wants);
    assert_eq!(counts, [1, 0, 2, 2, 0]);
    assert_eq!(loaded[0].1[0], (1, menu("2026-11-24", "Taco")));
}

pub(crate) async fn one_transaction_writes_several_centres_and_keeps_them_apart(store: &dyn Store) {
    fill(store).await;
    let other: CentreId = Id::parse("other").expect("an id");
    let theirs = Account { centre: other.clone(), login: "kari-2".to_owned(), ..account("kari") };
    let import = Import {
        centre: other.clone(),
        history: "CD".to_owned(),
        commit: commit(vec![put(1, menu("2026-11-24", "Fisk"))]),
        accounts: vec![theirs],
    };
    assert_eq!(store.import(&import, Room::Empty).await.expect("an answer"), Imported::NoRoom);
    assert_eq!(store.import(&import, Room::Beside).await.expect("an answer"), Imported::Yes);
    let client = client("c1");
    store.open_client(&centre(), &user("kari"), &client, b"key").await.expect("a client");
    store.open_client(&other, &user("kari"), &client, b"key").await.expect("a client of the same name");
    let mut batch = store.batch().await.expect("a batch");
    let twice = vec![push(&client, 1, 1), push(&client, 1, 1)];
    let pushes = [(centre(), twice), (other.clone(), vec![push(&client, 1, 1)])].into();
    let openings = batch.openings(&pushes).await.expect("openings");
    assert_eq!((openings[&centre()].version, openings[&other].version), (3, 1));
    assert_eq!((openings[&centre()].history.as_str(), openings[&other].history.as_str()), ("AB", "CD"));
    assert_eq!((openings[&centre()].actors.len(), openings[&centre()].actors[0].grants.len()), (1, 1));
    assert_eq!((openings[&other].actors.len(), openings[&other].actors[0].grants.len()), (1, 0));
    let want = Want::Row(Kind::Menu, Key::from_text("2026-11-24"));
    let wants = vec![(centre(), vec![want.clone()]), (other.clone(), vec![want])];
    let loaded = batch.load(wants).await.expect("rows");
    let dish = |at: usize| loaded[at].1[0].1[0].clone();
    assert_eq!((dish(0), dish(1)), ((1, menu("2026-11-24", "Taco")), (1, menu("2026-11-24", "Fisk"))));
    let judged = |hash| vec![(client.clone(), 1, Judged { hash: [hash; 32], outcome: Outcome::Applied(4) })];
    let clients = vec![(client.clone(), 1)];
    let ours =
        Commit { judged: judged(7), clients: clients.clone(), ..commit(vec![put(4, menu("2026-11-24", "Wrap"))]) };
    let theirs = Commit { judged: judged(8), clients, ..commit(vec![put(2, menu("2026-11-24", "Suppe"))]) };
    batch.commit(&[(centre(), ours), (other.clone(), theirs)]).await.expect("a commit");
    let mut batch = store.batch().await.expect("a batch");
    let openings = batch.openings(&pushes).await.expect("openings");
    assert_eq!((openings[&centre()].version, openings[&other].version), (4, 2));
    assert_eq!(openings[&other].judged[&(client.clone(), 1)].hash, [8; 32]);
    assert_eq!(openings[&centre()].judged[&(client, 1)].hash, [7; 32]);
}

pub(crate) async fn a_batch_that_is_dropped_has_not_happened(store: &dyn Store) {
    fill(store).await;
    let mut batch = store.batch().await.expect("a batch");
    opened(&mut *batch, Vec::new()).await;
    drop(batch);
    write(store, commit(vec![put(4, menu("2026-11-26", "Wrap"))])).await;
    assert_eq!(found(store, Tag::public(), 3).await, [("2026-11-26".to_owned(), 4, true)]);
}

pub(crate) async fn a_snapshot_is_of_one_moment(store: &dyn Store) {
    fill(store).await;
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    let (version, _) = snapshot.centre().await.expect("the centre");
    write(store, commit(vec![put(4, menu("2026-11-26", "Wrap"))])).await;
    assert!(snapshot.changes(&[Tag::public()], version, 100).await.expect("changes").is_empty());
}

pub(crate) async fn a_page_of_changes_ends_with_a_whole_version(store: &dyn Store) {
    fill(store).await;
    let together = ["2026-11-26", "2026-11-27", "2026-11-30"].map(|day| put(4, menu(day, "Wrap")));
    write(store, commit(together.into())).await;
    write(store, commit(vec![put(5, menu("2026-12-01", "Grøt"))])).await;
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    let mut versions = async |since, most| {
        let rows = snapshot.changes(&[Tag::public()], since, most).await.expect("changes");
        rows.into_iter().map(|row| row.version).collect::<Vec<_>>()
    };
    assert_eq!(versions(0, 1).await, [1]);
    assert_eq!(versions(2, 1).await, [4, 4, 4], "a command is not cut in two");
    assert_eq!(versions(2, 3).await, [4, 4, 4]);
    assert_eq!(versions(2, 4).await, [4, 4, 4, 5]);
    assert_eq!(versions(4, 9).await, [5]);
}

pub(crate) async fn the_rows_of_some_days_are_found_by_audience(store: &dyn Store) {
    fill(store).await;
    let days = ["2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01"];
    write(store, commit(days.map(|day| put(4, menu(day, "Wrap"))).into())).await;
    let gone =
        RowChange { record: None, tags: Vec::new(), lost_tags: vec![Tag::public()], ..put(5, menu(days[2], "Wrap")) };
    write(store, commit(vec![gone])).await;
    let (first, last) = (days[1].parse().expect("a date"), days[3].parse().expect("a date"));
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    let found = snapshot.days(&[Tag::public(), Tag::staff()], first, last).await.expect("rows");
    let mut found: Vec<_> = found.iter().map(|row| (row.key.to_string(), row.version)).collect();
    found.sort();
    assert_eq!(found, [(days[1].to_owned(), 4), (days[3].to_owned(), 4)]);
    assert!(snapshot.days(&[Tag::kitchen()], first, last).await.expect("rows").is_empty());
}

pub(crate) async fn the_writers_of_a_centre_wait_for_each_other(store: &dyn Store) {
    fill(store).await;
    let mut first = store.batch().await.expect("a batch");
    assert_eq!(opened(&mut *first, Vec::new()).await.version, 3);
    let second = async {
        let mut second = store.batch().await.expect("a batch");
        opened(&mut *second, Vec::new()).await.version
    };
    let first = async {
        // Long enough for the other to come in between, if it could.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        first.commit(&[(centre(), commit(vec![put(4, menu("2026-11-26", "Wrap"))]))]).await.expect("a commit");
    };
    assert_eq!(tokio::join!(second, first).0, 4);
}

pub(crate) async fn grants_follow_from_rows(store: &dyn Store) {
    fill(store).await;
    let roster = Tag::roster(&Id::<Group>::parse("norsk-1").expect("an id"));
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    let kari = snapshot.actor(&user("kari")).await.expect("an answer").expect("Kari");
    assert_eq!((kari.role, kari.grants), (leader(), vec![Grant::session(user("kari"), roster.clone())]));
    assert_eq!(snapshot.actor(&user("nobody")).await.expect("an answer"), None);
    drop(snapshot);
    write(store, commit(vec![put(4, group(Some("anders")))])).await;
    let mut batch = store.batch().await.expect("a batch");
    let opening = opened(&mut *batch, vec![push(&client("c1"), 1, 1)]).await;
    assert_eq!(opening.actors.len(), 1);
    assert!(opening.actors[0].grants.is_empty());
    drop(batch);
    let unchanged = RowChange { grants: None, ..put(5, group(None)) };
    write(store, commit(vec![unchanged])).await;
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    let anders = snapshot.actor(&user("anders")).await.expect("an answer").expect("Anders");
    assert_eq!(anders.grants, [Grant::session(user("anders"), roster)]);
}

pub(crate) async fn outcomes_are_kept_until_their_client_has_stored_them(store: &dyn Store) {
    fill(store).await;
    let client = client("c1");
    store.open_client(&centre(), &user("kari"), &client, b"key").await.expect("a client");
    let applied = Judged { hash: [7; 32], outcome: Outcome::Applied(3) };
    let refused = Judged { hash: [8; 32], outcome: Outcome::Refused(Rejection::Gone) };
    let judged = Commit {
        version: 3,
        judged: vec![(client.clone(), 1, applied.clone()), (client.clone(), 2, refused.clone())],
        clients: vec![(client.clone(), 2)],
        ..Commit::default()
    };
    write(store, judged).await;
    let mut batch = store.batch().await.expect("a batch");
    let opening = opened(&mut *batch, vec![push(&client, 1, 3)]).await;
    let known = Known { user: user("kari"), last_seq: 2, covered: 0 };
    assert_eq!((opening.version, opening.clients.get(&client)), (3, Some(&known)));
    assert_eq!(opening.judged.get(&(client.clone(), 1)), Some(&applied));
    assert_eq!(opening.judged.get(&(client.clone(), 2)), Some(&refused));
    drop(batch);
    let stored = vec![(client.clone(), 1)];
    write(store, Commit { version: 3, stored, ..Commit::default() }).await;
    let mut batch = store.batch().await.expect("a batch");
    let opening = opened(&mut *batch, vec![push(&client, 1, 3)]).await;
    assert_eq!(opening.judged.keys().collect::<Vec<_>>(), [&(client.clone(), 2)]);
    drop(batch);
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    assert_eq!(snapshot.client(&client).await.expect("an answer"), Some(known));
}

pub(crate) async fn an_unknown_centre_is_a_fault(store: &dyn Store) {
    let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
    assert!(matches!(snapshot.centre().await, Err(StoreFault::NoCentre(_))));
}

pub(crate) async fn a_client_keeps_its_first_owner_and_key(store: &dyn Store) {
    fill(store).await;
    let client = client("c1");
    let first = store.open_client(&centre(), &user("kari"), &client, b"one").await.expect("a client");
    assert_eq!(first, Client { user: user("kari"), key: b"one".to_vec(), proven: Timestamp(0) });
    store.prove_client(&centre(), &client, Timestamp(7)).await.expect("noted");
    let first = Client { proven: Timestamp(7), ..first };
    let second = store.open_client(&centre(), &user("anders"), &client, b"two").await.expect("a client");
    assert_eq!(second, first);
    assert_eq!(store.client(&centre(), &client).await.expect("an answer"), Some(first));
    let unknown = self::client("c2");
    assert_eq!(store.client(&centre(), &unknown).await.expect("an answer"), None);
}

pub(crate) async fn a_login_belongs_to_one_account(store: &dyn Store) {
    fill(store).await;
    let taken = Account { login: "kari".to_owned(), ..account("anders") };
    assert_eq!(store.save_account(&taken).await.expect("an answer"), Saved::LoginTaken);
    let renewed = Account { secret: "other".to_owned(), ..account("kari") };
    assert_eq!(store.save_account(&renewed).await.expect("an answer"), Saved::Yes);
    assert_eq!(store.account("kari").await.expect("an answer"), Some(renewed.clone()));
    assert_eq!(store.account_of(&centre(), &user("kari")).await.expect("an answer"), Some(renewed));
    assert_eq!(store.account("nobody").await.expect("an answer"), None);
    assert_eq!(
        store.account("ka\0ri").await.expect("an answer"),
        None,
        "a text that not every database can be asked for"
    );
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

pub(crate) async fn a_session_ends_when_told_or_too_old(store: &dyn Store) {
    fill(store).await;
    assert!(store.open_session(&session("a", 10), Timestamp(0)).await.expect("a session"));
    let outdated = NewSession { secret: "old".to_owned(), ..session("x", 10) };
    assert!(!store.open_session(&outdated, Timestamp(0)).await.expect("an answer"), "her secret is another by now");
    assert_eq!(store.session("x").await.expect("an answer"), None);
    store.open_session(&session("b", 20), Timestamp(0)).await.expect("a session");
    let found = store.session("a").await.expect("an answer").expect("the session");
    assert_eq!((found.user, found.role, found.created), (user("kari"), account("kari").role, Timestamp(10)));
    assert_eq!(found.keeping, Keeping::OnDevice);
    let fleeting = NewSession { keeping: Keeping::InMemory, ..session("m", 20) };
    store.open_session(&fleeting, Timestamp(0)).await.expect("a session");
    let found = store.session("m").await.expect("an answer").expect("the session");
    assert_eq!(found.keeping, Keeping::InMemory);
    store.end_session("m").await.expect("the end");
    store.open_session(&session("c", 30), Timestamp(15)).await.expect("a session");
    assert_eq!(store.session("a").await.expect("an answer"), None);
    store.end_session("b").await.expect("the end");
    assert_eq!(store.session("b").await.expect("an answer"), None);
    assert!(store.session("c").await.expect("an answer").is_some());
    let again = NewSession { token: "d".to_owned(), ..session("c", 35) };
    store.open_session(&again, Timestamp(15)).await.expect("a session");
    assert_eq!(store.session("c").await.expect("an answer"), None, "she has signed in there anew");
    store.use_session("d", Timestamp(40)).await.expect("a note");
    assert_eq!(store.session("d").await.expect("an answer").expect("the session").used, Timestamp(40));
    let open = OpenSession {
        token: "d".to_owned(),
        device: "Chrome · Android".to_owned(),
        created: Timestamp(35),
        used: Timestamp(40),
    };
    assert_eq!(store.sessions_of(&centre(), &user("kari")).await.expect("an answer"), [open]);
    assert_eq!(store.sessions_of(&centre(), &user("anders")).await.expect("an answer"), []);
    store.ready().await.expect("a database");
}
