//! What the product does: use cases, the decisions they need, and the audit row each leaves.
//!
//! Every use case is a function `noun::verb(&Context, …)`. The [`Context`] says who asks, and opens the
//! only transactions there are: [`Context::read`] and [`Context::write`] decide before they hand one out,
//! and a write ends only with its audit row. Nothing here knows HTTP, pages or the command line.

pub mod access;
mod act;
mod audit;
pub mod audit_log;
pub mod binding;
mod clock;
mod context;
pub mod decide;
mod error;
pub mod execution;
pub mod find;
mod fingerprint;
pub mod flow;
pub mod frame;
pub mod group;
pub mod health;
pub mod instance;
pub mod invitation;
mod jwt;
pub mod live;
pub mod login;
pub mod mail;
pub mod me;
mod name;
pub mod namespace;
mod password;
pub mod role;
pub mod service_account;
pub mod session;
pub mod setup;
pub mod sync;
pub mod tenant;
pub mod tenant_access;
pub mod token;
mod trace;
pub mod transfer;
pub mod user;
mod welcome;

pub use clock::{Clock, SystemClock, secret};
pub use context::{Caller, Context, Lockout, Origin, Service, Settings, TenantRef};
pub use error::{Error, Result};
pub use trace::Trace;
