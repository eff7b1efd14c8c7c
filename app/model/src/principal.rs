//! Who may hold a role: users and service accounts.

use crate::{Invalid, PrincipalId, PrincipalRef, Timestamp};
use serde::{Deserialize, Serialize};

/// An email address, which is also a user's name; kept in lower case, since two spellings are one user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Parses what somebody typed (regex of contract 5, without its empty case).
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let local = |c: char| c.is_ascii_alphanumeric() || "_!#$%&'*+/=?`{|}~^.-".contains(c);
        let host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        match text.rsplit_once('@') {
            Some((name, domain))
                if !name.is_empty()
                    && !domain.is_empty()
                    && text.len() <= 254
                    && name.chars().all(local)
                    && domain.chars().all(host) =>
            {
                Ok(Self(text.to_lowercase()))
            }
            _ => Err(Invalid("Enter an email address, such as admin@example.com.".into())),
        }
    }

    /// The address in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which of the two a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PrincipalKind {
    /// A person; signs in.
    User,
    /// A program; has API tokens only.
    ServiceAccount,
}

impl PrincipalKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::ServiceAccount => "SERVICE_ACCOUNT",
        }
    }

    /// As read back; the schema admits no third value.
    pub fn stored(text: &str) -> Self {
        if text == "SERVICE_ACCOUNT" { Self::ServiceAccount } else { Self::User }
    }
}

/// A user or a service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// Its id.
    pub id: PrincipalId,
    /// User or service account.
    pub kind: PrincipalKind,
    /// A user's email address, a service account's name.
    pub name: String,
    /// A user's first name; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    /// A user's last name; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// What a service account is for; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether it administers the instance (superadmin, instance owner).
    pub superadmin: bool,
    /// A demonstration user: may not change itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts changes of password and privilege; whoever cached an earlier one must look again.
    #[serde(skip)]
    pub version: i64,
    /// Signing in is refused until then.
    #[serde(skip)]
    pub locked_until: Option<Timestamp>,
}

impl Principal {
    /// What people see: first and last name, or else the name it signs in with.
    pub fn display_name(&self) -> String {
        match format!("{} {}", self.first_name, self.last_name).trim() {
            "" => self.name.clone(),
            name => name.to_owned(),
        }
    }

    /// How a binding shows it.
    pub fn reference(&self) -> PrincipalRef {
        let display = format!("{} {}", self.first_name, self.last_name).trim().to_owned();
        PrincipalRef { id: self.id.to_string(), name: self.name.clone(), display, kind: Some(self.kind) }
    }

    /// What it is found by: its name, first and last name, folded.
    pub fn search(&self) -> String {
        format!("{} {} {}", self.name, self.first_name, self.last_name).trim().to_lowercase()
    }

    /// Whether signing in is refused at `now`.
    pub fn locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| until > now)
    }
}

impl Default for Principal {
    /// Nobody yet: whoever makes one says the rest.
    fn default() -> Self {
        Self {
            id: PrincipalId::new(""),
            kind: PrincipalKind::User,
            name: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            description: String::new(),
            superadmin: false,
            restricted: false,
            created_at: Timestamp(0),
            version: 1,
            locked_until: None,
        }
    }
}

/// What signing in with a password is decided from.
#[derive(Debug, Clone)]
pub struct Password {
    /// PHC string.
    pub hash: String,
    /// Failures counted in the current window.
    pub failures: i64,
    /// When the window began.
    pub failing_since: Option<Timestamp>,
}

/// How many users administer the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Superadmins {
    /// Besides some.
    pub left: i64,
    /// Of all, those who can sign in: with a password.
    pub able: i64,
    /// Of those besides some.
    pub able_left: i64,
}

/// A user as offered while somebody types an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSuggestion {
    /// The address.
    pub email: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_contract_are_accepted() {
        for good in ["admin@john.doe", "x@test.local", "A.B+c@Example.com"] {
            assert_eq!(Email::parse(good).unwrap().as_str(), good.to_lowercase());
        }
        for bad in ["", "admin", "@x", "a@", "a b@c.d", "a@b@c", "ä@b.c"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }
}
