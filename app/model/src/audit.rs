//! The audit log's rows.

use crate::{AuditId, PrincipalId, Resource, TenantId, TenantUid, Timestamp};
use serde::{Deserialize, Serialize};

macro_rules! stored {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }
        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As stored and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// From the wire, or as read back.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

stored! {
    /// What happened (contract 3.10).
    Event {
        /// Something was made.
        Create = "CREATE",
        /// Something was changed.
        Update = "UPDATE",
        /// Something was removed.
        Delete = "DELETE",
        /// Somebody signed in.
        Login = "LOGIN",
        /// Somebody signed out.
        Logout = "LOGOUT",
        /// Somebody failed to sign in.
        LoginFailure = "LOGIN_FAILURE",
        /// An account was locked after too many failures.
        AccountLocked = "ACCOUNT_LOCKED",
        /// Somebody was refused.
        Denied = "DENIED",
        /// Somebody took another's place.
        Impersonate = "IMPERSONATE",
        /// Old rows of the audit log were removed.
        Purge = "PURGE",
    }
}

stored! {
    /// How the caller came in.
    Door {
        /// The console.
        Web = "WEB",
        /// The API.
        Rest = "REST",
        /// The terminal.
        Cli = "CLI",
        /// The server on its own account.
        Job = "JOB",
    }
}

impl Event {
    /// Whether something was only tried: a denied request, or a sign-in that failed. Nothing is another than before.
    pub fn changes_nothing(self) -> bool {
        matches!(self, Self::Denied | Self::LoginFailure)
    }
}

/// A row to be written; its place in the chain comes when it is.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Its id.
    pub id: AuditId,
    /// Whose chain: a tenant's, or the instance's.
    pub tenant: Option<(TenantUid, Option<TenantId>)>,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// To what kind of thing.
    pub resource: Resource,
    /// To which.
    pub target: String,
    /// Who did it, if that is a principal.
    pub caller_id: Option<PrincipalId>,
    /// Who did it, for people.
    pub caller: String,
    /// How they came in.
    pub door: Door,
    /// The request.
    pub request_id: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// Who acted in the caller's place, if somebody did.
    pub impersonated_by: Option<String>,
    /// The namespace it happened in, if in one.
    pub namespace: Option<String>,
    /// JSON before the change.
    pub before: Option<String>,
    /// JSON after the change.
    pub after: Option<String>,
}

/// A chain's last row.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its number; 0 before the first.
    pub seq: i64,
    /// Its hash; empty before the first.
    pub hash: String,
}

/// A row as it was read back, with its place in its chain.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Which chain: the uid of a tenant, or the instance's.
    pub chain: String,
    /// Its number in the chain, from 1.
    pub seq: i64,
    /// Hash of the row before it; empty for the first.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
    /// What it says.
    pub row: AuditRow,
    /// How often it happened within a minute; counted beside the row, and no part of the chain.
    pub count: i64,
    /// When it happened last, where that was more than once.
    pub last_at: Option<Timestamp>,
    /// All its words are known. One that is not shows as another, so that the log can still be read; its hash
    /// proves nothing then.
    pub readable: bool,
}

/// A chain as it should be found.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Which.
    pub name: String,
    /// Its last row.
    pub head: Head,
    /// The last row that was purged; 0 where none was.
    pub purged: Head,
}

/// How much happened on a day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Its first instant.
    pub at: Timestamp,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Sign-ins that failed.
    pub failures: i64,
    /// Things made, changed and removed.
    pub changes: i64,
}

/// A place in the log, newest first.
#[derive(Debug, Clone)]
pub struct Place {
    /// When.
    pub at: Timestamp,
    /// Tells rows of the same instant apart.
    pub id: AuditId,
}
