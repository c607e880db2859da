//! Opens the database where a task of the command line finds it.

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
};

use crate::{
    backup::DATABASE,
    config::Place,
    serve::{ServeError, take},
    store::{OpenFault, Postgres, Sqlite, Store},
};

/// Why the database of a place cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PlaceFault {
    /// There is none.
    #[error("there is no database in {}", .0.display())]
    NoDatabase(PathBuf),
    /// There is no room for one.
    #[error("cannot write to the data folder {}: {fault}", .folder.display())]
    Data {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// Somebody else is at work there.
    #[error(transparent)]
    InUse(#[from] ServeError),
}

/// Opens a database that is there.
pub async fn open(place: &Place) -> Result<Box<dyn Store>, PlaceFault> {
    if place.database.is_none() && !place.data.join(DATABASE).exists() {
        return Err(PlaceFault::NoDatabase(place.data.clone()));
    }
    open_or_make(place).await
}

/// Opens a database that is there, with nobody else at work on it until the second answer is dropped. A database for
/// several servers has nobody alone.
pub async fn open_alone(place: &Place) -> Result<(Box<dyn Store>, Option<File>), PlaceFault> {
    let file = place.data.join(DATABASE);
    if place.database.is_some() || !file.exists() {
        return Ok((open(place).await?, None));
    }
    let lock = take(&place.data)?;
    Ok((open(place).await?, Some(lock)))
}

/// Opens a database, making it where there is none.
pub async fn open_or_make(place: &Place) -> Result<Box<dyn Store>, PlaceFault> {
    if let Some(address) = &place.database {
        return Ok(Box::new(Postgres::open(address).await?));
    }
    fs::create_dir_all(&place.data).map_err(|fault| PlaceFault::Data { folder: place.data.clone(), fault })?;
    Ok(Box::new(Sqlite::open(&place.data.join(DATABASE)).await?))
}
