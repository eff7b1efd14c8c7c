//! The queries, checked against and run on SQLite. The text they share is `store/src/query`.

mod dialect;

pub use dialect::{moving, search, texts};

/// One connection; every query runs on one that a transaction lends.
pub type Conn = sqlx::SqliteConnection;

/// A row of a query that was put together at run time.
pub type Row = sqlx::sqlite::SqliteRow;
/// Puts a query together at run time; only `listing` does.
pub type Builder = sqlx::QueryBuilder<sqlx::Sqlite>;

#[path = "../../src/query/access.rs"]
pub mod access;
#[path = "../../src/query/audit.rs"]
pub mod audit;
#[path = "../../src/query/bindings.rs"]
pub mod bindings;
#[path = "../../src/query/executions.rs"]
pub mod executions;
#[path = "../../src/query/flows.rs"]
pub mod flows;
#[path = "../../src/query/groups.rs"]
pub mod groups;
#[path = "../../src/query/invitations.rs"]
pub mod invitations;
#[path = "../../src/query/json.rs"]
mod json;
#[path = "../../src/query/listing.rs"]
pub mod listing;
#[path = "../../src/query/namespaces.rs"]
pub mod namespaces;
#[path = "../../src/query/needle.rs"]
mod needle;
#[path = "../../src/query/principals.rs"]
pub mod principals;
#[path = "../../src/query/roles.rs"]
pub mod roles;
#[path = "../../src/query/row.rs"]
pub mod row;
#[path = "../../src/query/sessions.rs"]
pub mod sessions;
#[path = "../../src/query/stored.rs"]
pub mod stored;
#[path = "../../src/query/sync.rs"]
pub mod sync;
#[path = "../../src/query/tenants.rs"]
pub mod tenants;
#[path = "../../src/query/tokens.rs"]
pub mod tokens;
#[path = "../../src/query/transfer.rs"]
pub mod transfer;
