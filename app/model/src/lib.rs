//! The words both halves speak: typed ids, parsed names, entities, requests and answers, permissions
//! and the wire error. Compiles to wasm, does no I/O and never asks what time it is.

pub mod audit;
mod binding;
mod error;
mod filter;
mod fingerprint;
mod flag;
mod flow;
mod group;
mod id;
mod invitation;
mod list;
mod namespace;
mod page;
mod password;
pub mod permission;
mod principal;
mod role;
mod session;
mod stored;
mod sync;
mod tenant;
mod time;
mod token;
pub mod transfer;

pub use binding::{Access, Binding, Grant, NewBinding, PrincipalRef};
pub use error::{Code, Error, FieldError};
pub use filter::{Filter, Op};
pub use fingerprint::Fingerprint;
pub use flag::flag;
pub use flow::{Execution, Flow, NamespaceRow};
pub use group::{Group, Membership};
pub use id::{AuditId, BindingId, GroupId, IntegrationId, InvitationId, PrincipalId, RoleId, TenantUid, TokenId};
pub use invitation::{Delivery, Invitation, InvitedRole, Mail};
pub use list::List;
pub use namespace::{Namespace, Reach};
pub use page::{Cursor, Direction, Page, Position, Slice};
pub use password::{PasswordPolicy, PasswordRule};
pub use permission::{Action, Permission, Permissions, Resource};
pub use principal::{Email, Password, Principal, PrincipalKind, Superadmins, UserSuggestion};
pub use role::{Managed, Role, RoleRef};
pub use session::{ApiSession, OpenSession, Session, SessionKind};
pub use stored::{Integration, Unreadable, WorkerGroupRow};
pub use sync::{Outcome, SyncCounts, SyncPlan, SyncProgress, SyncedGroup, SyncedRole};
pub use tenant::{
    Consequences, NewTenant, Tenant, TenantChange, TenantId, TenantKind, TenantLink, TenantQuery, TenantSettings,
    TenantSort, TenantSummary, settings,
};
pub use time::{DAY, Moment, Timestamp};
pub use token::{Token, label};

/// Why a piece of text is not what it should be; the text is a full sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);
