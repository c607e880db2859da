//! What every disk must do. The same tests run on memory and on the browser's IndexedDB.

#![allow(unsafe_code, reason = "the test attribute marks its functions for the runner")]

use serde_json::value::RawValue;
use shared::{
    Key, Record,
    domain::menu::Menu,
    prim::{Date, Name, Timestamp, date, days_from},
    rejection::Rejection,
    sync::{
        engine::{Engine, Keep, LogEntry, Meta, Queued, Saved},
        wire::{ClientId, Cursor, Patch, WireRow},
    },
};

use super::{Disk, DiskError, Entry, IndexedDb, KEY_LENGTH, Seal, Store, Vault, Write, memory::Memory};
use crate::platform::ids;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A database that can be opened again and again, as after a crash.
trait Fixture: Sized {
    type Disk: Disk;
    async fn new() -> Self;
    async fn open(&self) -> Self::Disk;
}

struct InMemory(Memory);

impl Fixture for InMemory {
    type Disk = Memory;

    async fn new() -> Self {
        Self(Memory::default())
    }

    async fn open(&self) -> Memory {
        self.0.clone()
    }
}

struct InBrowser(String);

impl Fixture for InBrowser {
    type Disk = IndexedDb;

    async fn new() -> Self {
        Self(format!("test-{}", ids::new_id::<()>()))
    }

    async fn open(&self) -> IndexedDb {
        IndexedDb::open(&self.0, || {}).await.expect("the browser of the tests has room")
    }
}

macro_rules! disk_suite {
    ($module:ident, $fixture:ty) => {
        mod $module {
            use wasm_bindgen_test::wasm_bindgen_test;

            disk_suite!(
                @each $fixture:
                what_is_kept_is_there_again,
                the_queue_comes_back_in_order,
                a_command_that_was_stored_survives_a_crash_before_the_answer,
                a_settled_command_leaves_the_queue,
                a_refused_command_moves_to_the_tray,
                a_whole_new_picture_takes_the_place_of_all_rows,
                folding_changes_nothing_that_can_be_seen,
                a_long_log_wants_folding,
                rows_that_are_gone_are_written_away_and_a_crash_does_not_forget_it,
                rows_make_room_for_the_queue_and_come_back,
                another_key_opens_nothing_and_loses_nothing,
                a_damaged_page_costs_only_a_new_fill,
                nothing_lies_there_in_clear,
                a_wiped_disk_is_empty,
            );
        }
    };
    (@each $fixture:ty: $($test:ident,)+) => {
        $(
            #[wasm_bindgen_test]
            async fn $test() {
                super::$test::<$fixture>().await;
            }
        )+
    };
}

disk_suite!(memory, super::InMemory);
disk_suite!(indexed_db, super::InBrowser);

#[wasm_bindgen_test::wasm_bindgen_test]
async fn an_old_build_meets_a_newer_database() {
    let name = format!("test-{}", ids::new_id::<()>());
    let newer = rexie::Rexie::builder(&name).version(2).build().await.unwrap();
    newer.close();
    let opened = IndexedDb::open(&name, || {}).await;
    assert_eq!(opened.err(), Some(DiskError::Newer));
}

#[wasm_bindgen_test::wasm_bindgen_test]
async fn a_database_has_exactly_the_four_stores() {
    let name = format!("test-{}", ids::new_id::<()>());
    IndexedDb::open(&name, || {}).await.unwrap().close();
    // An empty list would delete them all: this opens what is there.
    let mut names = Vec::new();
    let factory = leptos::prelude::window().indexed_db().unwrap().unwrap();
    let request = factory.open(&name).unwrap();
    assert!(crate::platform::js::first_of(&request, "success", "error").await);
    let database: web_sys::IdbDatabase = wasm_bindgen::JsCast::dyn_into(request.result().unwrap()).unwrap();
    let found = database.object_store_names();
    for index in 0..found.length() {
        names.extend(found.item(index));
    }
    assert_eq!(names, ["log", "meta", "pages", "queue"]);
}

async fn vault<F: Fixture>(fixture: &F) -> Vault<F::Disk> {
    keyed(fixture, 1).await
}

async fn keyed<F: Fixture>(fixture: &F, key: u8) -> Vault<F::Disk> {
    Vault::new(fixture.open().await, Seal::new([key; KEY_LENGTH], ids::fill))
}

/// A vault after a first fill that brought no rows.
async fn filled<F: Fixture>(fixture: &F) -> Vault<F::Disk> {
    let vault = vault(fixture).await;
    let mut nothing = log(Vec::new());
    nothing.patch.reset = true;
    vault.keep(&keep(Some(nothing))).await.unwrap();
    vault
}

fn day(number: i8) -> Date {
    days_from(date(2026, 11, 1), i64::from(number) - 1)
}

fn row(number: i8, dish: &str) -> WireRow {
    let menu = Menu { day: day(number), dish: Name::parse(dish).unwrap(), beside: Vec::new() };
    WireRow::of(u64::from(number.unsigned_abs()), &Record::Menu(menu))
}

fn meta() -> Meta {
    Meta {
        schema: shared::SCHEMA,
        client: ClientId::parse("client").unwrap(),
        next_seq: 4,
        judged: 0,
        judged_by_day: Vec::new(),
        filling: false,
        cursor: Some(cursor(9)),
        grants: None,
        server_time: Timestamp(1_795_000_000_000),
        offset: -250,
    }
}

fn cursor(version: u64) -> Cursor {
    Cursor { history: "h".into(), version }
}

fn log(rows: Vec<WireRow>) -> LogEntry {
    LogEntry {
        patch: Patch { to: cursor(9), reset: false, more: false, grants: None, rows, gone: Vec::new() },
        today: day(2),
    }
}

fn keep(log: Option<LogEntry>) -> Keep {
    Keep { log, drop: Vec::new(), refuse: Vec::new(), meta: meta() }
}

fn queued(seq: u64) -> Queued {
    Queued { seq, text: format!(r#"{{"name":"menu.plan","number":{seq}}}"#).into(), refused: None, is_held: false }
}

fn seqs(saved: &Saved) -> Vec<u64> {
    saved.queue.iter().map(|one| one.seq).collect()
}

/// The rows as a client shows them.
fn shown(saved: Saved) -> Vec<WireRow> {
    let engine = Engine::restore(meta(), saved, Timestamp(0));
    engine.replica().rows().collect()
}

async fn what_is_kept_is_there_again<F: Fixture>() {
    let fixture = F::new().await;
    let first = filled(&fixture).await;
    first.store(&[queued(1), queued(2)]).await.unwrap();
    first.keep(&keep(Some(log(vec![row(1, "Fiskesuppe")])))).await.unwrap();
    first.keep(&keep(Some(log(vec![row(2, "Lapskaus")])))).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(saved.meta, Some(meta()));
    assert_eq!(saved.queue, [queued(1), queued(2)]);
    assert_eq!(saved.log, [log(vec![row(1, "Fiskesuppe")]), log(vec![row(2, "Lapskaus")])]);
    assert!(saved.rows.is_empty());
}

async fn the_queue_comes_back_in_order<F: Fixture>() {
    let fixture = F::new().await;
    let first = vault(&fixture).await;
    for seq in [10, 2, 300, 1] {
        first.store(&[queued(seq)]).await.unwrap();
    }
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(seqs(&saved), [1, 2, 10, 300]);
}

async fn a_command_that_was_stored_survives_a_crash_before_the_answer<F: Fixture>() {
    let fixture = F::new().await;
    vault(&fixture).await.store(&[queued(1)]).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!((seqs(&saved), saved.meta), (vec![1], None));
}

async fn a_settled_command_leaves_the_queue<F: Fixture>() {
    let fixture = F::new().await;
    let first = vault(&fixture).await;
    first.store(&[queued(1), queued(2), queued(3)]).await.unwrap();
    let settled = Keep { drop: vec![1, 3, 7], ..keep(Some(log(Vec::new()))) };
    first.keep(&settled).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(seqs(&saved), [2]);
}

async fn a_refused_command_moves_to_the_tray<F: Fixture>() {
    let fixture = F::new().await;
    let first = vault(&fixture).await;
    first.store(&[queued(1), queued(2)]).await.unwrap();
    let refused = Queued { refused: Some(Rejection::Gone), ..queued(1) };
    let answer = Keep { refuse: vec![refused.clone()], drop: vec![2], ..keep(None) };
    first.keep(&answer).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(saved.queue, [refused]);
}

async fn a_whole_new_picture_takes_the_place_of_all_rows<F: Fixture>() {
    let fixture = F::new().await;
    let first = vault(&fixture).await;
    first.keep(&keep(Some(log(vec![row(1, "Fiskesuppe")])))).await.unwrap();
    let mut whole = log((1..100).map(|number| row(number, "Lapskaus")).collect());
    whole.patch.reset = true;
    first.keep(&keep(Some(whole.clone()))).await.unwrap();
    first.keep(&keep(Some(log(vec![row(3, "Risgrøt")])))).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(saved.rows, whole.patch.rows);
    assert_eq!(saved.log, [log(vec![row(3, "Risgrøt")])]);
}

async fn folding_changes_nothing_that_can_be_seen<F: Fixture>() {
    let fixture = F::new().await;
    let first = filled(&fixture).await;
    first.store(&[queued(5)]).await.unwrap();
    for number in 1..=20 {
        first.keep(&keep(Some(log(vec![row(number, "Lapskaus"), row(1, "Fiskesuppe")])))).await.unwrap();
    }
    let before = shown(vault(&fixture).await.load().await.unwrap());
    first.fold(before.clone(), &meta()).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert!(saved.log.is_empty());
    assert_eq!(seqs(&saved), [5]);
    assert_eq!(saved.meta, Some(meta()));
    assert_eq!(shown(saved), before);
    first.keep(&keep(Some(log(vec![row(2, "Risgrøt")])))).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(saved.log.len(), 1);
}

async fn rows_make_room_for_the_queue_and_come_back<F: Fixture>() {
    let fixture = F::new().await;
    let first = filled(&fixture).await;
    first.store(&[queued(5)]).await.unwrap();
    first.keep(&keep(Some(log(vec![row(1, "Fiskesuppe")])))).await.unwrap();
    assert_eq!(first.shed().await, Ok(true));
    assert_eq!(first.shed().await, Ok(false), "there is nothing more to give up");
    let crashed = vault(&fixture).await.load().await.unwrap();
    assert_eq!((seqs(&crashed), crashed.meta), (vec![5], Some(Meta { cursor: None, grants: None, ..meta() })));
    // What comes now stands on rows that are not there.
    first.keep(&keep(Some(log(vec![row(2, "Risgrøt")])))).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(seqs(&saved), [5]);
    assert_eq!(saved.meta, Some(Meta { cursor: None, grants: None, ..meta() }), "it will be filled anew");
    assert!(shown(saved).is_empty());
    assert!(first.wants_folding());
    first.fold(vec![row(1, "Fiskesuppe"), row(2, "Risgrøt")], &meta()).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!(saved.meta, Some(meta()));
    assert_eq!(shown(saved).len(), 2);
    assert!(!first.wants_folding());
}

async fn a_long_log_wants_folding<F: Fixture>() {
    let fixture = F::new().await;
    let first = filled(&fixture).await;
    for _ in 0..33 {
        assert!(!first.wants_folding());
        first.keep(&keep(Some(log(vec![row(1, "Lapskaus")])))).await.unwrap();
        first.keep(&keep(Some(log(Vec::new())))).await.unwrap();
    }
    assert!(first.wants_folding());
    let again = vault(&fixture).await;
    again.load().await.unwrap();
    assert!(again.wants_folding());
    first.fold(Vec::new(), &meta()).await.unwrap();
    assert!(!first.wants_folding());
}

async fn rows_that_are_gone_are_written_away_and_a_crash_does_not_forget_it<F: Fixture>() {
    let fixture = F::new().await;
    let first = filled(&fixture).await;
    first.keep(&keep(Some(log(vec![row(1, "Fiskesuppe"), row(2, "Lapskaus")])))).await.unwrap();
    assert!(!first.holds_gone());
    let mut gone = log(Vec::new());
    gone.patch.gone = vec![("menu".into(), Key::of(&[&day(1)]))];
    first.keep(&keep(Some(gone))).await.unwrap();
    assert!(first.holds_gone());
    let again = vault(&fixture).await;
    let saved = again.load().await.unwrap();
    assert!(again.holds_gone() && saved.log.iter().any(|entry| entry.patch.rows.contains(&row(1, "Fiskesuppe"))));
    again.fold(shown(saved), &meta()).await.unwrap();
    assert!(!again.holds_gone());
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!((saved.rows, saved.log.len()), (vec![row(2, "Lapskaus")], 0));
}

async fn another_key_opens_nothing_and_loses_nothing<F: Fixture>() {
    let fixture = F::new().await;
    let first = filled(&fixture).await;
    first.store(&[queued(1)]).await.unwrap();
    first.keep(&keep(Some(log(vec![row(1, "Fiskesuppe")])))).await.unwrap();
    let opened = keyed(&fixture, 2).await.load().await;
    assert_eq!(opened.err(), Some(DiskError::Locked));
    let saved = vault(&fixture).await.load().await.unwrap();
    assert_eq!((seqs(&saved), saved.log.len()), (vec![1], 1));
}

async fn a_damaged_page_costs_only_a_new_fill<F: Fixture>() {
    let fixture = F::new().await;
    let first = vault(&fixture).await;
    first.store(&[queued(1)]).await.unwrap();
    first.keep(&keep(Some(log(vec![row(1, "Fiskesuppe")])))).await.unwrap();
    let damaged = Entry { store: Store::Pages, key: 0, value: vec![1, 2, 3] };
    fixture.open().await.write(vec![Write::Put(damaged)]).await.unwrap();
    let saved = vault(&fixture).await.load().await.unwrap();
    assert!(saved.rows.is_empty() && saved.log.is_empty());
    assert_eq!(seqs(&saved), [1]);
    let kept = saved.meta.unwrap();
    assert_eq!((kept.cursor, kept.next_seq), (None, 4));
}

async fn nothing_lies_there_in_clear<F: Fixture>() {
    const SECRET: &str = "Hemmelighet";
    let fixture = F::new().await;
    let first = vault(&fixture).await;
    let mut whole = log(vec![row(1, SECRET)]);
    whole.patch.reset = true;
    first.keep(&keep(Some(whole))).await.unwrap();
    first.keep(&keep(Some(log(vec![row(2, SECRET)])))).await.unwrap();
    let body = RawValue::from_string(format!("\"{SECRET}\"")).unwrap();
    let command = Queued { text: body.get().into(), ..queued(1) };
    first.store(&[command]).await.unwrap();
    let entries = fixture.open().await.read().await.unwrap();
    assert_eq!(entries.len(), 4);
    for entry in entries {
        let is_clear = |text: &str| entry.value.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!is_clear(SECRET) && !is_clear("client") && !is_clear("dish"), "{:?}", entry.store);
    }
}

async fn a_wiped_disk_is_empty<F: Fixture>() {
    let fixture = F::new().await;
    let first = vault(&fixture).await;
    first.store(&[queued(1)]).await.unwrap();
    first.keep(&keep(Some(log(vec![row(1, "Fiskesuppe")])))).await.unwrap();
    first.wipe().await.unwrap();
    assert!(fixture.open().await.read().await.unwrap().is_empty());
}
