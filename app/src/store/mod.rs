//! The device's disk: four stores of sealed bytes under numbers. It knows no rows and no rules.
//!
//! [`Vault`] turns what the engine says into entries and back; a [`Disk`] only moves them.

mod idb;
#[cfg(all(test, target_arch = "wasm32"))]
mod memory;
mod pages;
mod place;
mod seal;
mod strict;
#[cfg(all(test, target_arch = "wasm32"))]
mod suite;
mod vault;

pub use self::{
    idb::{IndexedDb, NAME},
    place::Place,
    seal::{KEY_LENGTH, Seal},
    vault::Vault,
};

/// One of the four stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Store {
    /// Rows, in pages.
    Pages,
    /// Patches since the pages were written.
    Log,
    /// Commands that wait, and those that were refused.
    Queue,
    /// The rest, as one entry.
    Meta,
}

impl Store {
    /// Every store. Frozen: version 1 of the database for ever. A new store is appended with a new
    /// version, for a list that lacks a store deletes it.
    pub const ALL: [Self; 4] = [Self::Pages, Self::Log, Self::Queue, Self::Meta];

    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Log => "log",
            Self::Queue => "queue",
            Self::Meta => "meta",
        }
    }
}

/// A value under its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies.
    pub store: Store,
    /// Its number there, below 2⁵³.
    pub key: u64,
    /// Sealed bytes.
    pub value: Vec<u8>,
}

/// A change to the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Empties a store.
    Clear(Store),
    /// Removes one entry, if it is there.
    Delete(Store, u64),
    /// Writes one entry, over another if need be.
    Put(Entry),
}

impl Write {
    /// The store it touches.
    pub const fn store(&self) -> Store {
        match self {
            Self::Clear(store) | Self::Delete(store, _) => *store,
            Self::Put(entry) => entry.store,
        }
    }
}

/// A place for bytes that survives the page.
pub trait Disk {
    /// Everything there is, each store in the order of its numbers.
    async fn read(&self) -> Result<Vec<Entry>, DiskError>;

    /// All of `writes`, in their order, or none of them.
    async fn write(&self, writes: Vec<Write>) -> Result<(), DiskError>;

    /// All of `entries` of the queue or none; afterwards not even a power cut takes them away.
    async fn write_strictly(&self, entries: Vec<Entry>) -> Result<(), DiskError>;
}

/// Why the disk did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// The browser has none, or does not let this page use it.
    #[error("this browser stores nothing: {0}")]
    Missing(String),
    /// There is no room left.
    #[error("there is no room on this device")]
    Full,
    /// Another tab is in the way.
    #[error("another tab keeps the database from opening")]
    Blocked,
    /// A newer build has written it.
    #[error("a newer version of the app uses this database")]
    Newer,
    /// The connection was closed: a newer build is waiting, or the browser has cleared its data.
    #[error("the database was closed")]
    Closed,
    /// The queue was sealed with another key. It is still there.
    #[error("the queue on this device is sealed with another key")]
    Locked,
    /// Something else, in the browser's words.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl DiskError {
    /// The error a browser calls by this name.
    pub fn of(name: &str, told: impl FnOnce() -> String) -> Self {
        match name {
            "QuotaExceededError" => Self::Full,
            "VersionError" => Self::Newer,
            "InvalidStateError" => Self::Closed,
            "SecurityError" | "NotFoundError" => Self::Missing(told()),
            _ => Self::Failed(told()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_stores_is_frozen() {
        let names: Vec<_> = Store::ALL.into_iter().map(Store::name).collect();
        assert_eq!(names, ["pages", "log", "queue", "meta"]);
    }
}
