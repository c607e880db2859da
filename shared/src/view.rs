//! What a decision can look at: rows that are known, known to be absent, or not known here.
//!
//! A decision that needs a row nobody loaded stops with [`Halt::Need`]; the shell loads it and
//! runs the same pure function again. So rules need no `async` and are tested with a map.

use crate::{
    entity::{Entity, Key},
    registry::{Kind, Record},
    rejection::Rejection,
};

/// A row as far as it is known here.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// It exists.
    Known(&'a Record),
    /// It does not exist.
    Absent,
    /// Nobody here can say.
    Unknown,
}

/// What a decision must see before it can be made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Want {
    /// One row.
    Row(Kind, Key),
    /// Every row of a kind whose key starts with this text.
    Under(Kind, String),
}

/// Why a decision stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// It must see more first.
    Need(Want),
    /// The rules say no.
    Refuse(Rejection),
}

impl From<Rejection> for Halt {
    fn from(rejection: Rejection) -> Self {
        Self::Refuse(rejection)
    }
}

/// Where rows come from: a batch on the server, the replica on the phone, a map in a test.
pub trait Source {
    /// The row at `key`.
    fn row(&self, kind: Kind, key: &Key) -> Row<'_>;

    /// The rows of `kind` whose keys start with `prefix`, in key order; `None` when unknown.
    fn under(&self, kind: Kind, prefix: &str) -> Option<Vec<&Record>>;

    /// The version at which the row was last accepted; 0 while it is a forecast.
    fn version(&self, kind: Kind, key: &Key) -> u64 {
        let _ = (kind, key);
        0
    }

    /// Is what is decided here a forecast, since some rows never leave the server?
    fn is_forecast(&self) -> bool {
        false
    }
}

/// The rows a decision or a page looks at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    source: &'a dyn Source,
}

impl<'a> View<'a> {
    /// Looks at `source`.
    #[must_use]
    pub fn new(source: &'a dyn Source) -> Self {
        Self { source }
    }

    /// The row at `key`, or `None` when it does not exist.
    pub fn get<E: Entity>(self, key: &Key) -> Result<Option<&'a E>, Halt> {
        match self.source.row(E::KIND, key) {
            Row::Known(record) => Ok(E::from_record(record)),
            Row::Absent => Ok(None),
            Row::Unknown => Err(Halt::Need(Want::Row(E::KIND, key.clone()))),
        }
    }

    /// The row at `key`; when it does not exist the answer is the one for a thing not to be seen.
    pub fn must<E: Entity>(self, key: &Key) -> Result<&'a E, Halt> {
        self.get(key)?.ok_or(Halt::Refuse(Rejection::Gone))
    }

    /// The rows whose keys start with `prefix`, in key order.
    pub fn children<E: Entity>(self, prefix: &str) -> Result<Vec<&'a E>, Halt> {
        let records =
            self.source.under(E::KIND, prefix).ok_or_else(|| Halt::Need(Want::Under(E::KIND, prefix.to_owned())))?;
        Ok(records.into_iter().filter_map(E::from_record).collect())
    }

    /// Every row of a kind, in key order.
    pub fn all<E: Entity>(self) -> Result<Vec<&'a E>, Halt> {
        self.children("")
    }

    /// The row of any kind at `key`, if it is known here that there is one.
    #[must_use]
    pub fn known(self, kind: Kind, key: &Key) -> Option<&'a Record> {
        match self.source.row(kind, key) {
            Row::Known(record) => Some(record),
            Row::Absent | Row::Unknown => None,
        }
    }

    /// The version at which a row was last accepted; 0 while it is a forecast or does not exist.
    #[must_use]
    pub fn version<E: Entity>(self, key: &Key) -> u64 {
        self.source.version(E::KIND, key)
    }

    /// Is what is decided here a forecast? Then a row that never leaves the server is not to be had.
    #[must_use]
    pub fn is_forecast(self) -> bool {
        self.source.is_forecast()
    }
}
