//! What tenants hold: namespaces, flows and executions. They are kept here so that tenancy has something to keep
//! apart; nothing of it runs (contract 3.11).

use crate::{Namespace, Timestamp};

/// A namespace with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct NamespaceRow {
    /// Its name.
    pub id: Namespace,
    /// What it is for.
    pub description: Option<String>,
    /// JSON object, the settings as they came.
    pub settings: String,
}

/// A flow: its source, and what was read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Where it is.
    pub namespace: Namespace,
    /// Its id, unique in the namespace.
    pub id: String,
    /// Counts changes of the source.
    pub revision: i64,
    /// YAML, verbatim.
    pub source: String,
    /// What it is for.
    pub description: Option<String>,
    /// JSON object of its labels.
    pub labels: String,
    /// Whether it is switched off.
    pub disabled: bool,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A record of an execution; this product runs none.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    /// Its id.
    pub id: String,
    /// Where its flow is.
    pub namespace: Namespace,
    /// Its flow.
    pub flow_id: String,
    /// The flow's revision at the time.
    pub flow_revision: i64,
    /// A word such as CREATED or SUCCESS.
    pub state: String,
    /// JSON list of labels.
    pub labels: String,
    /// JSON list of the states it had and when.
    pub histories: String,
    /// JSON object of its inputs.
    pub inputs: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it came to an end.
    pub ended_at: Option<Timestamp>,
}

impl Execution {
    /// All states.
    pub const STATES: [&str; 16] = [
        "CREATED",
        "SUBMITTED",
        "RUNNING",
        "PAUSED",
        "RESTARTED",
        "KILLING",
        "SUCCESS",
        "WARNING",
        "FAILED",
        "KILLED",
        "CANCELLED",
        "QUEUED",
        "RETRYING",
        "RETRIED",
        "SKIPPED",
        "BREAKPOINT",
    ];
}
