//! What a form was filled from.

use serde::{Deserialize, Serialize};

/// Tells whether something still is what a form was filled from, without saying what that was. Forms carry it, so it
/// may be any text: one that nothing has is of something that has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// As it was worked out, or as a form says it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As a form says it; nothing where the form says none.
    pub fn said(text: String) -> Option<Self> {
        if text.is_empty() { None } else { Some(Self(text)) }
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
