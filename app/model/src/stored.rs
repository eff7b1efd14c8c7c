//! What is kept for the workflow engine and its clients, and echoed. And what is stored as JSON.

use crate::{IntegrationId, Timestamp};
use serde::de::DeserializeOwned;

/// Stored text that is not what is ever written there: by a newer version, or by a hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{column} of the row {row} of {table}: {why}")]
pub struct Unreadable {
    /// Which table.
    pub table: &'static str,
    /// Which row, by its key.
    pub row: String,
    /// Which column.
    pub column: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl Unreadable {
    /// Reads the JSON of a column. What cannot be read is an error and never something empty, which the next change
    /// would write over it.
    ///
    /// # Errors
    /// Itself.
    pub fn json<T: DeserializeOwned>(
        (table, column): (&'static str, &'static str),
        row: impl std::fmt::Display,
        text: &str,
    ) -> Result<T, Self> {
        let wrong = |error: serde_json::Error| Self { table, row: row.to_string(), column, why: error.to_string() };
        serde_json::from_str(text).map_err(wrong)
    }
}

/// A worker group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerGroupRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// JSON, as it came.
    pub subscriptions: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A security integration of a tenant, such as one that provisions users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// Its id.
    pub id: IntegrationId,
    /// Its name, unique in the tenant.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Its type: `SCIM`.
    pub kind: String,
    /// Whether it is on.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}
