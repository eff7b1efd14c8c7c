//! Groups of a tenant and who is in them.

use crate::{GroupId, PrincipalId, TenantId, TenantUid};
use serde::{Deserialize, Serialize};

/// A group of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id, unique across tenants.
    pub id: GroupId,
    /// Its name, unique in the tenant.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// How a principal belongs to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The tenant of the group.
    pub tenant: (TenantUid, Option<TenantId>),
    /// The group.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// Who.
    pub principal: PrincipalId,
    /// May add and remove members without further rights.
    pub owner: bool,
    /// Provisioned from outside.
    pub external: bool,
}
