//! What is kept for the workflow engine and its clients, and echoed.

use crate::{IntegrationId, Timestamp};

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
