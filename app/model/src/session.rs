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
