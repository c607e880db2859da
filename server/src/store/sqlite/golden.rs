//! What releases have written, this build can read: a database of each is kept, and opened here.

use std::{collections::BTreeSet, path::Path};

use shared::{Kind, Tag};

use super::{Sqlite, check, tests::fresh};
use crate::store::Store as _;

/// The day of which it holds an order, a tick and a mark.
const GOLDEN_DAY: &str = "2026-11-24";
/// Where a database of each release is kept.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

#[tokio::test]
async fn the_database_of_every_release_opens_and_is_sound() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let releases = std::fs::read_dir(GOLDEN).expect("the kept databases");
    let mut seen = 0;
    for release in releases {
        let kept = release.expect("a file").path();
        let file = folder.path().join(kept.file_name().expect("a name"));
        std::fs::copy(&kept, &file).expect("a copy");
        let store = Sqlite::open(&file).await.expect("a database of an older release");
        let mut snapshot = store.snapshot(&shared::testkit::id("ns")).await.expect("a snapshot");
        let (version, _) = snapshot.centre().await.expect("the centre");
        let rows = snapshot.changes(&[Tag::staff()], 0, 1_000).await.expect("every row");
        assert!(version > 0 && rows.iter().all(|row| row.record.is_some()) && rows.len() > 5, "{rows:?}");
        drop(snapshot);
        store.close().await;
        let content = check(&file).await.expect("a sound database");
        assert!(content.rows > 20, "{content}");
        let store = Sqlite::open(&file).await.expect("the same database");
        let mut snapshot = store.snapshot(&shared::testkit::id("ns")).await.expect("a snapshot");
        let known = snapshot.client(&shared::testkit::id("c1")).await.expect("an answer").expect("the client");
        assert_eq!((known.user.as_str(), known.last_seq), ("kari", 2));
        let audiences = [Tag::kitchen(), Tag::people()];
        let day = shared::testkit::date(GOLDEN_DAY);
        let rows = snapshot.days(&audiences, day, day).await.expect("the rows of a day");
        let kinds: BTreeSet<_> = rows.iter().map(|row| row.kind).collect();
        assert!(kinds.is_superset(&[Kind::Mark, Kind::Order, Kind::Tick].into()), "{kinds:?}");
        drop(snapshot);
        assert!(store.session("token").await.expect("an answer").is_some());
        crate::store::suite::what_was_judged_is_known(&store).await;
        store.close().await;
        seen += 1;
    }
    assert!(seen > 0);
}

/// `MINVEI_GOLDEN=0.1.0 cargo test -p server -- --ignored keep_a_database`, at each release.
#[tokio::test]
#[ignore = "writes the file that is kept of a release"]
async fn keep_a_database_of_this_release() {
    let release = std::env::var("MINVEI_GOLDEN").expect("the number of the release");
    let (store, _folder) = fresh().await;
    crate::store::suite::use_for_a_day(&store).await;
    let file = Path::new(GOLDEN).join(format!("{release}.db"));
    store.backup(&file).await.expect("a backup");
}
