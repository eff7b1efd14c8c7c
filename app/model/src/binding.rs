//! Bindings: who holds which role, where.

use crate::{
    BindingId, GroupId, Namespace, Permissions, PrincipalId, PrincipalKind, RoleId, RoleRef, TenantUid, Timestamp,
};
use serde::{Deserialize, Serialize};

/// Who a role is given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// A user or a service account.
    Principal(PrincipalId),
    /// Everybody in a group.
    Group(GroupId),
}

/// A binding to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBinding {
    /// Who gets the role.
    pub holder: Access,
    /// Which role of the tenant.
    pub role: RoleId,
    /// Only there and below; everywhere in the tenant where absent.
    pub namespace: Option<Namespace>,
}

/// The holder's name beside its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalRef {
    /// Principal or group id.
    pub id: String,
    /// Email, service account name or group name.
    pub name: String,
    /// A user's first and last name; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display: String,
    /// User or service account; nothing for a group.
    pub kind: Option<PrincipalKind>,
}

/// A binding as shown: names beside ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Its id.
    pub id: BindingId,
    /// Who holds the role.
    pub holder: PrincipalRef,
    /// The role.
    pub role: RoleRef,
    /// Where; everywhere in the tenant if absent.
    pub namespace: Option<Namespace>,
    /// Since when.
    pub created_at: Timestamp,
}

/// One way a principal holds a role: what decisions are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The tenant the role belongs to.
    pub tenant: TenantUid,
    /// The binding.
    pub binding: BindingId,
    /// The group it goes through, if it is not the principal's own.
    pub group: Option<GroupId>,
    /// The role.
    pub role: RoleRef,
    /// Where; everywhere in the tenant if absent.
    pub namespace: Option<Namespace>,
    /// What the role allows.
    pub permissions: Permissions,
}
