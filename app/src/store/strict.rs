//! The second connection: queue writes that reach the disk before they are called safe.
//!
//! Browsers default to *relaxed* durability; only a transaction opened as `strict` survives a power
//! cut. The bindings do not know that option, so it is called by name.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{IdbDatabase, IdbTransaction};

use super::{
    DiskError, Entry, Store,
    idb::{bytes, number},
};
use crate::platform::js;

/// A connection for writing the queue.
pub struct Strict {
    database: IdbDatabase,
    is_closed: Rc<Cell<bool>>,
}

impl Strict {
    /// Opens a second connection to a database that is there.
    pub async fn open(name: &str, on_close: impl Fn() + 'static) -> Result<Self, DiskError> {
        let missing = || DiskError::Missing("there is no indexedDB".to_owned());
        let factory = window().indexed_db().map_err(|error| told(&error))?.ok_or_else(missing)?;
        let request = factory.open(name).map_err(|error| told(&error))?;
        if !js::first_of(&request, "success", "error").await {
            let error = request.error().ok().flatten().map(JsValue::from);
            return Err(told(&error.unwrap_or(JsValue::UNDEFINED)));
        }
        let database: IdbDatabase = request.result().and_then(JsValue::dyn_into).map_err(|error| told(&error))?;
        let is_closed = Rc::new(Cell::new(false));
        follow(&database, &is_closed, on_close);
        Ok(Self { database, is_closed })
    }

    /// Writes `entries`, all or none; when this returns `Ok` they are on the disk.
    pub async fn put(&self, entries: &[Entry]) -> Result<(), DiskError> {
        if self.is_closed.get() {
            return Err(DiskError::Closed);
        }
        let transaction = self.issue(entries).map_err(|error| told(&error))?;
        if js::first_of(&transaction, "complete", "abort").await {
            return Ok(());
        }
        let error = transaction.error().map(JsValue::from);
        Err(told(&error.unwrap_or(JsValue::UNDEFINED)))
    }

    fn issue(&self, entries: &[Entry]) -> Result<IdbTransaction, JsValue> {
        let name = JsValue::from_str(Store::Queue.name());
        let options = js::object(&[("durability", JsValue::from_str("strict"))]);
        let mode = JsValue::from_str("readwrite");
        let transaction: IdbTransaction =
            js::call(&self.database, "transaction", &[name, mode, options])?.dyn_into()?;
        let queue = transaction.object_store(Store::Queue.name())?;
        for entry in entries {
            debug_assert_eq!(entry.store, Store::Queue, "only the queue is written strictly");
            if let Err(error) = queue.put_with_key(&bytes(&entry.value), &number(entry.key)) {
                // All or none.
                transaction.abort()?;
                return Err(error);
            }
        }
        // Spares the round trip after the last request; a browser without it commits by itself.
        let _ = js::call(&transaction, "commit", &[]);
        Ok(transaction)
    }

    /// Closes the connection.
    #[cfg(all(test, target_arch = "wasm32"))]
    pub fn close(&self) {
        self.is_closed.set(true);
        self.database.close();
    }
}

/// Makes room for a newer build that wants to change the database, and tells of it.
fn follow(database: &IdbDatabase, is_closed: &Rc<Cell<bool>>, on_close: impl Fn() + 'static) {
    let on_close = Rc::new(on_close);
    for event in ["versionchange", "close"] {
        let (database, is_closed, on_close) = (database.clone(), Rc::clone(is_closed), Rc::clone(&on_close));
        js::listen(&database.clone(), event, move |_| {
            database.close();
            if !is_closed.replace(true) {
                on_close();
            }
        });
    }
}

fn told(error: &JsValue) -> DiskError {
    DiskError::of(&js::error_name(error), || format!("{error:?}"))
}
