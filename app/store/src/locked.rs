//! Rows that nobody else changes.
//!
//! Whole rows are read, changed and written back. Between the two somebody else may write the same row, and what they
//! wrote would be lost: so what is written must have been locked first. Only the queries that lock hand out a
//! [`Locked`], and the ones that write take nothing else.

use crate::{Error, Result, Tx};
use std::ops::Deref;

/// A row as it is, and as it stays until the transaction that locked it ends.
#[derive(Debug)]
#[must_use]
pub struct Locked<T> {
    row: T,
    /// The transaction that locked it.
    by: u64,
}

impl<T> Locked<T> {
    pub(crate) fn new(row: T, tx: &Tx) -> Self {
        Self { row, by: tx.serial }
    }

    /// The row, for the transaction that locked it; no other has it for itself.
    pub(crate) fn by(&self, tx: &Tx) -> Result<&T> {
        if self.by == tx.serial { Ok(&self.row) } else { Err(Error::NotLocked) }
    }
}

impl<T> Deref for Locked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.row
    }
}
