//! Sessions as stored.

use crate::{PrincipalId, Timestamp};

/// A session as stored.
#[derive(Debug, Clone)]
pub struct Session {
    /// Hash of the cookie's value.
    pub id: String,
    /// Whose it is; nobody's before sign-in.
    pub principal: Option<PrincipalId>,
    /// JSON.
    pub data: String,
    /// Not valid from then on.
    pub expires_at: Timestamp,
}

/// What a sign-in over the API is kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// What requests bring in their `JWT` cookie.
    Jwt,
    /// What renews it.
    Refresh,
}

impl SessionKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::Refresh => "REFRESH",
        }
    }
}

/// A sign-in over the API as stored.
#[derive(Debug, Clone)]
pub struct ApiSession {
    /// Hash of the secret in the cookie.
    pub id: String,
    /// Which cookie.
    pub kind: SessionKind,
    /// Who signed in, or whose place was taken.
    pub principal: PrincipalId,
    /// Who took it.
    pub impersonator: Option<PrincipalId>,
    /// Not valid from then on.
    pub expires_at: Timestamp,
}
