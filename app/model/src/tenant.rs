//! Tenants.

use crate::{Direction, Invalid, Position, TenantUid, Timestamp};
use serde::{Deserialize, Serialize};

pub mod settings;
pub use settings::TenantSettings;

/// A tenant's public identifier: `^[a-z0-9][a-z0-9_-]*`, at most 100 characters, not a word that
/// addresses of the API begin with (contract 5). Never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TenantId(String);

/// First segments of addresses that have no tenant; a tenant of that name could not be reached.
const RESERVED: &[&str] = &[
    "access",
    "acls",
    "api",
    "apps",
    "audit",
    "auditlogs",
    "auths",
    "banners",
    "basicauthvalidationerrors",
    "bindings",
    "blueprints",
    "cluster",
    "clusters",
    "configs",
    "dashboards",
    "executions",
    "flows",
    "forgotten-password",
    "groups",
    "health",
    "instance",
    "integrations",
    "invitation",
    "invitations",
    "kill-switches",
    "kv",
    "license",
    "license-info",
    "login",
    "logout",
    "logs",
    "main-tenant-flows",
    "me",
    "metrics",
    "namespaces",
    "notifications",
    "openapi",
    "pebble",
    "plugins",
    "request-code",
    "reset-password",
    "roles",
    "secrets",
    "security-integrations",
    "service-accounts",
    "setup",
    "stats",
    "taskruns",
    "templates",
    "tenant-access",
    "tenants",
    "tests",
    "triggers",
    "ui",
    "users",
    "validate-password",
    "webhooks",
];

impl TenantId {
    /// Longest accepted identifier, in characters.
    pub const MAX: usize = 100;

    /// Parses what somebody typed, and says which rule it breaks.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if text.is_empty() {
            return Err(Invalid("Enter an id, such as dev.".into()));
        }
        if let Some(wrong) = text.chars().find(|c| !allowed(*c)) {
            let what = match wrong {
                ' ' => "a space".to_owned(),
                upper if upper.is_uppercase() => format!("the capital letter {upper}"),
                other => format!("“{other}”"),
            };
            return Err(Invalid(format!(
                "An id has only lower-case letters, digits, hyphens and underscores; this one has {what}."
            )));
        }
        if text.starts_with(['-', '_']) {
            return Err(Invalid("An id starts with a lower-case letter or a digit.".into()));
        }
        if text.len() > Self::MAX {
            return Err(Invalid(format!("An id has at most {} characters; this one has {}.", Self::MAX, text.len())));
        }
        if RESERVED.contains(&text) {
            return Err(Invalid(format!("“{text}” is reserved: addresses of the API begin with it. Choose another.")));
        }
        Ok(Self(text.into()))
    }

    /// An identifier that was stored, and so was parsed when it came in.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for TenantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TenantId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// What kind of row a tenant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TenantKind {
    /// Has an identifier.
    Named,
    /// The one without.
    Default,
    /// Not a tenant: where access data lives while tenants are off.
    Untenanted,
}

impl TenantKind {
    /// As read back; the schema admits no fourth value.
    pub fn stored(text: &str) -> Self {
        match text {
            "DEFAULT" => Self::Default,
            "UNTENANTED" => Self::Untenanted,
            _ => Self::Named,
        }
    }
}

/// A tenant to be created, as it came in: nothing in it is checked yet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NewTenant {
    /// Wanted identifier.
    pub id: String,
    /// Wanted name.
    pub name: String,
    /// Further settings.
    pub settings: TenantSettings,
}

/// What a tenant shall be from now on; its identifier stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TenantChange {
    /// The name.
    pub name: String,
    /// All further settings: what is not here is unset.
    pub settings: TenantSettings,
    /// The version this change was made from; a tenant that has moved on refuses it. Nothing where the
    /// caller does not care (the wire has no versions).
    pub version: Option<i64>,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its row.
    pub uid: TenantUid,
    /// Kind of row.
    pub kind: TenantKind,
    /// Its identifier; the default tenant has none.
    pub id: Option<TenantId>,
    /// Its name.
    pub name: String,
    /// Further settings.
    pub settings: TenantSettings,
    /// When it was created.
    pub created_at: Timestamp,
    /// By whom: an email, a service account's name or the operator's.
    pub created_by: String,
    /// Counts edits.
    pub version: i64,
    /// Users and service accounts with access.
    pub users: i64,
    /// Roles.
    pub roles: i64,
    /// Groups.
    pub groups: i64,
    /// Bindings.
    pub bindings: i64,
}

impl Tenant {
    /// The row that its namespaces, flows, executions and audit log belong to. What there is without tenants is what
    /// the default tenant has with them; only access waits elsewhere until it is synchronized (contract 6.3).
    pub fn data(&self) -> TenantUid {
        match self.kind {
            TenantKind::Untenanted => TenantUid::default_tenant(),
            TenantKind::Named | TenantKind::Default => self.uid.clone(),
        }
    }
}

/// A row of the Tenants page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TenantSummary {
    /// Its row.
    pub uid: TenantUid,
    /// Its identifier.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Users and service accounts with access.
    pub users: i64,
    /// Roles.
    pub roles: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Further settings, for the wire; a page has no use for them.
    #[serde(skip)]
    pub settings: TenantSettings,
}

/// What part of the list of tenants is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TenantQuery {
    /// Text in id or name; empty for all.
    pub q: String,
    /// Order.
    pub sort: TenantSort,
    /// And which way.
    pub direction: Direction,
    /// Where the piece begins.
    pub position: Position,
    /// Rows wanted.
    pub size: i64,
}

/// A tenant in the switcher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantLink {
    /// Its identifier; the default tenant has none.
    pub id: Option<TenantId>,
    /// Its name.
    pub name: String,
}

impl TenantLink {
    /// What stands for a tenant in the console's addresses.
    pub fn segment(id: Option<&TenantId>) -> String {
        id.map_or_else(|| Self::DEFAULT.to_owned(), ToString::to_string)
    }

    /// What stands for the tenant without an identifier there; no identifier begins with it.
    pub const DEFAULT: &str = "-";
}

/// What the Tenants page is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TenantSort {
    /// By identifier.
    #[default]
    Id,
    /// By name, then identifier.
    Name,
    /// By time of creation.
    Created,
    /// By number of users.
    Users,
}

impl TenantSort {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Id, Self::Name, Self::Created, Self::Users];

    /// The word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Created => "created",
            Self::Users => "users",
        }
    }

    /// From an address.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }
}

/// What deleting a tenant takes with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consequences {
    /// Users and service accounts that lose access.
    pub users: i64,
    /// Service accounts among them that have access to no other tenant: they are deleted with their tokens.
    pub service_accounts: i64,
    /// Invitations deleted.
    pub invitations: i64,
    /// Namespaces deleted.
    pub namespaces: i64,
    /// Flows deleted.
    pub flows: i64,
    /// Revisions of flows deleted.
    pub revisions: i64,
    /// Executions that stay stored and that nobody can open any more.
    pub executions: i64,
    /// Groups deleted.
    pub groups: i64,
    /// Roles deleted.
    pub roles: i64,
    /// Bindings deleted.
    pub bindings: i64,
}

impl Consequences {
    /// What is deleted, by kind.
    pub fn deleted(&self) -> [(i64, &'static str); 8] {
        [
            (self.flows, "flow"),
            (self.revisions, "flow revision"),
            (self.namespaces, "namespace"),
            (self.roles, "role"),
            (self.groups, "group"),
            (self.bindings, "role assignment"),
            (self.invitations, "invitation"),
            (self.service_accounts, "service account"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_fixtures_and_docs_are_accepted() {
        for good in
            ["main", "admin", "custom", "unit_test", "my-tenant", "default", "0d8f3c6e5d3f4a1e9c2b7a6d5e4f3c2b", "1"]
        {
            assert!(TenantId::parse(good).is_ok(), "{good}");
        }
        assert!(TenantId::parse(&"a".repeat(100)).is_ok());
    }

    #[test]
    fn each_bad_id_is_told_its_own_rule() {
        let says = |text: &str| TenantId::parse(text).unwrap_err().0;
        assert!(says("").contains("Enter an id"));
        assert!(says("Dev").contains("capital letter D"));
        assert!(says("my tenant").contains("a space"));
        assert!(says("dév").contains("“é”"));
        assert!(says("-dev").contains("starts with"));
        assert!(says("users").contains("reserved"));
        assert!(says(&"a".repeat(101)).contains("at most 100"));
    }
}
