//! API tokens of users and service accounts (contract 3.2).

use crate::{Invalid, PrincipalId, Timestamp, TokenId};
use serde::Serialize;

/// A token as people see it: everything but its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub principal: PrincipalId,
    /// What its owner calls it.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The first characters of its secret.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// How long it is valid, in milliseconds; for ever if absent.
    pub max_age: Option<i64>,
    /// Not valid from then on.
    pub expires_at: Option<Timestamp>,
    /// Each use moves the expiry on by `max_age`.
    pub extended: bool,
    /// When it was last used, give or take a minute.
    pub last_used: Option<Timestamp>,
}

impl Token {
    /// Whether it is no longer valid.
    pub fn expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// A name of a token, service account or integration: a DNS label (contract 5).
pub fn label(text: &str) -> Result<String, Invalid> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = (1..=63).contains(&text.len())
        && text.chars().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--");
    if good {
        return Ok(text.to_owned());
    }
    let rule = "A name has 1 to 63 lower-case letters, digits and single hyphens between them, such as ci-deploy.";
    Err(Invalid(rule.into()))
}
