//! What every store must do with rows: who finds them, what a batch reads and writes, and that it is of one moment.

use shared::{
    Grant, Key, Kind, Rejection, Tag, Want,
    domain::group::Group,
    prim::Id,
    sync::{
        authority::{Commit, Judged, Known, RowChange},
        wire::Outcome,
    },
};

use super::{account, centre, client, commit, fill, group, leader, menu, opened, push, put, user, write};
use crate::store::{Account, CentreId, Import, Imported, Room, Store, StoreFault};

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

pub(crate) async fn the_newest_change_is_that_of_these_audiences_alone(store: &dyn Store) {
    fill(store).await;
    let newest = async |tags: &[Tag]| {
        let mut snapshot = store.snapshot(&centre()).await.expect("a snapshot");
        snapshot.newest(tags).await.expect("a version")
    };
    assert_eq!((newest(&[Tag::public()]).await, newest(&[Tag::kitchen()]).await, newest(&[]).await), (2, 0, 0));
    let moved =
        RowChange { tags: vec![Tag::staff()], lost_tags: vec![Tag::public()], ..put(4, menu("2026-11-24", "Taco")) };
    write(store, commit(vec![moved, RowChange { tags: vec![Tag::staff()], ..put(5, menu("2026-11-26", "Wrap")) }]))
        .await;
    assert_eq!((newest(&[Tag::public()]).await, newest(&[Tag::staff()]).await), (4, 5));
    assert_eq!(newest(&[Tag::public(), Tag::kitchen(), Tag::staff()]).await, 5);
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
