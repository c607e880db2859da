//! What the writer of a centre goes on from.

use super::rows::Rows;

/// What a batch has read, for the next one. It holds as long as nobody else has written the centre, that
/// is, as long as history and version are the same.
#[derive(Debug, Clone)]
pub struct Memory {
    pub(super) history: String,
    pub(super) version: u64,
    pub(super) rows: Rows,
}

impl Memory {
    /// About how many rows it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Does it hold nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
