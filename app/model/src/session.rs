//! Sessions as stored.

use crate::{PrincipalId, Timestamp};

/// A session as stored.
#[derive(Debug, Clone)]
pub struct Session {
    /// Hash of the cookie's value.
    pub id: String,
    /// Whose it is; nobody's before sign-in.
    pub principal: Option<PrincipalId>,
    /// Who took its principal's place.
    pub impersonator: Option<PrincipalId>,
    /// JSON.
    pub data: String,
    /// Not valid from then on.
    pub expires_at: Timestamp,
}

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser on the console.
    Web,
    /// What requests bring in their `JWT` cookie.
    Jwt,
    /// What renews it.
    Refresh,
}

impl SessionKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "WEB",
            Self::Jwt => "JWT",
            Self::Refresh => "REFRESH",
        }
    }

    /// As read back; the schema admits no fourth value.
    pub fn stored(text: &str) -> Self {
        match text {
            "JWT" => Self::Jwt,
            "REFRESH" => Self::Refresh,
            _ => Self::Web,
        }
    }
}

/// A session as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Hash of what is in the cookie.
    pub id: String,
    /// What it is for.
    pub kind: SessionKind,
    /// The name of whoever took its principal's place.
    pub impersonator: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last written, which is not with every request.
    pub seen_at: Timestamp,
    /// Not valid from then on.
    pub expires_at: Timestamp,
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
