//! A disk that forgets when the tests are over, to hold the suite against.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{Disk, DiskError, Entry, Store, Write};

/// Clones share their entries, as two openings of one database do.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    entries: Rc<RefCell<BTreeMap<(Store, u64), Vec<u8>>>>,
}

impl Disk for Memory {
    async fn read(&self) -> Result<Vec<Entry>, DiskError> {
        let entries = self.entries.borrow();
        let entries =
            entries.iter().map(|((store, key), value)| Entry { store: *store, key: *key, value: value.clone() });
        Ok(entries.collect())
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), DiskError> {
        let mut entries = self.entries.borrow_mut();
        for write in writes {
            match write {
                Write::Clear(store) => entries.retain(|(found, _), _| *found != store),
                Write::Delete(store, key) => drop(entries.remove(&(store, key))),
                Write::Put(entry) => drop(entries.insert((entry.store, entry.key), entry.value)),
            }
        }
        Ok(())
    }

    async fn write_strictly(&self, entries: Vec<Entry>) -> Result<(), DiskError> {
        self.write(entries.into_iter().map(Write::Put).collect()).await
    }
}
