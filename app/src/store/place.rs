//! Where a client's bytes lie: on the device, or nowhere at all.

use super::{Disk, DiskError, Entry, IndexedDb, Write};

/// A disk, or none.
pub enum Place {
    /// The device keeps what is written.
    Device(IndexedDb),
    /// Nothing is kept: nobody ever reads it again, for what was there is gone with the page.
    Nowhere,
}

impl Disk for Place {
    async fn read(&self) -> Result<Vec<Entry>, DiskError> {
        match self {
            Self::Device(disk) => disk.read().await,
            Self::Nowhere => Ok(Vec::new()),
        }
    }

    async fn write(&self, writes: Vec<Write>) -> Result<(), DiskError> {
        match self {
            Self::Device(disk) => disk.write(writes).await,
            Self::Nowhere => Ok(()),
        }
    }

    async fn write_strictly(&self, entries: Vec<Entry>) -> Result<(), DiskError> {
        match self {
            Self::Device(disk) => disk.write_strictly(entries).await,
            Self::Nowhere => Ok(()),
        }
    }
}
