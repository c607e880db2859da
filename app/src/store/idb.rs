//! The browser's IndexedDB: rexie makes the database and moves pages, log and meta.
//!
//! The queue is written through a second connection (`strict.rs`), for rexie cannot ask for
//! durability. In a transaction all requests are issued first, then awaited, and nothing else is.

use std::{collections::BTreeSet, error::Error, future::Future, pin::Pin};

use futures::future::{Either, join_all, select, try_join};
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use rexie::{ObjectStore, Rexie, TransactionMode};
use wasm_bindgen::{JsCast as _, JsValue};

use super::{Disk, DiskError, Entry, Store, Write, strict::Strict};

/// The name of the database.
pub const NAME: &str = "minvei";
const VERSION: u32 = 1;
/// How long another tab may keep us waiting, in milliseconds.
const PATIENCE: u32 = 3_000;

/// The database, through its two connections.
pub struct IndexedDb {
    relaxed: Rexie,
    strict: Strict,
}

impl IndexedDb {
    /// Opens the database called `name`, making it if it is not there.
    ///
    /// `on_close` is called when it goes away under us: a newer build waits for it.
    pub async fn open(name: &str, on_close: impl Fn() + 'static) -> Result<Self, DiskError> {
        let builder = Store::ALL.into_iter().fold(Rexie::builder(name).version(VERSION), |builder, store| {
            builder.add_object_store(ObjectStore::new(store.name()))
        });
        let relaxed = in_time(builder.build()).await?.map_err(on_opening)?;
        let strict = in_time(Strict::open(name, on_close)).await??;
        Ok(Self { relaxed, strict })
    }

    /// Closes both connections.
    #[cfg(all(test, target_arch = "wasm32"))]
    pub fn close(self) {
        self.relaxed.close();
        self.strict.close();
    }
}

impl Disk for IndexedDb {
    async fn read(&self) -> Result<Vec<Entry>, DiskError> {
        let names = Store::ALL.map(Store::name);
        let transaction = self.relaxed.transaction(&names, TransactionMode::ReadOnly).map_err(failed)?;
        let mut stores = Vec::new();
        for store in Store::ALL {
            stores.push((store, transaction.store(store.name()).map_err(failed)?));
        }
        let requests = stores.iter().map(|(store, objects)| async move {
            let keys = objects.get_all_keys(None, None);
            let values = objects.get_all(None, None);
            try_join(keys, values).await.map(|found| (*store, found))
        });
        let mut entries = Vec::new();
        for found in join_all(requests).await {
            let (store, (keys, values)) = found.map_err(failed)?;
            for (key, value) in keys.into_iter().zip(values) {
                entries.push(entry(store, &key, value)?);
            }
        }
        Ok(entries)
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), DiskError> {
        let mut touched = BTreeSet::new();
        touched.extend(writes.iter().map(Write::store));
        let names: Vec<&str> = touched.iter().map(|store| store.name()).collect();
        let transaction = self.relaxed.transaction(&names, TransactionMode::ReadWrite).map_err(failed)?;
        let mut stores = Vec::new();
        for store in touched {
            stores.push((store, transaction.store(store.name()).map_err(failed)?));
        }
        // Each is issued when it is first polled, in this order.
        let requests = writes.into_iter().filter_map(|write| {
            let (_, objects) = stores.iter().find(|(store, _)| *store == write.store())?;
            Some(request(objects, write))
        });
        // All are waited for, since each listens until it has been answered.
        for done in join_all(requests.collect::<Vec<_>>()).await {
            if let Err(error) = done {
                // A request that is refused at once ends nothing by itself: the others would stay. Where the
                // browser has ended the transaction already, there is nothing to abort.
                let _ = transaction.abort().await;
                return Err(failed(error));
            }
        }
        let result = transaction.done().await.map_err(failed)?;
        // A browser takes a transaction back by itself only when it has no room for it.
        if result.is_committed() { Ok(()) } else { Err(DiskError::Full) }
    }

    async fn write_strictly(&self, entries: Vec<Entry>) -> Result<(), DiskError> {
        self.strict.put(&entries).await
    }
}

type Request<'a> = Pin<Box<dyn Future<Output = rexie::Result<()>> + 'a>>;

fn request(objects: &rexie::Store, write: Write) -> Request<'_> {
    match write {
        Write::Clear(_) => Box::pin(objects.clear()),
        Write::Delete(_, key) => Box::pin(objects.delete(number(key))),
        Write::Put(entry) => Box::pin(async move {
            let (key, value) = (number(entry.key), bytes(&entry.value));
            objects.put(&value, Some(&key)).await.map(drop)
        }),
    }
}

fn entry(store: Store, key: &JsValue, value: JsValue) -> Result<Entry, DiskError> {
    let strange = || DiskError::Failed(format!("the store {} holds something else", store.name()));
    let key = key.as_f64().ok_or_else(strange)?;
    let value: Uint8Array = value.dyn_into().map_err(|_| strange())?;
    Ok(Entry {
        store,
        // Written from a whole number below 2⁵³.
        key: key as u64,
        value: value.to_vec(),
    })
}

/// A key as JavaScript has it.
pub(super) fn number(key: u64) -> JsValue {
    JsValue::from_f64(key as f64)
}

/// A value as JavaScript has it.
pub(super) fn bytes(value: &[u8]) -> JsValue {
    Uint8Array::from(value).into()
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, DiskError> {
    match select(Box::pin(work), TimeoutFuture::new(PATIENCE)).await {
        Either::Left((done, _)) => Ok(done),
        Either::Right(_) => Err(DiskError::Blocked),
    }
}

/// What a failure to open means: whatever it is, nothing can be stored here.
fn on_opening(error: rexie::Error) -> DiskError {
    match failed(error) {
        DiskError::Failed(told) => DiskError::Missing(told),
        DiskError::Closed => DiskError::Missing("the database does not open".to_owned()),
        other => other,
    }
}

/// rexie has no error kinds: the browser's name of the error stands in the text of its cause.
fn failed(error: rexie::Error) -> DiskError {
    let told = match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    if told.contains("indexed db not found") {
        return DiskError::Missing(told);
    }
    let known = ["QuotaExceededError", "VersionError", "InvalidStateError", "SecurityError"];
    let name = known.into_iter().find(|name| told.contains(name)).unwrap_or_default();
    DiskError::of(name, || told)
}
