//! An instance's access as one document, and what bringing an instance to a document takes.
//!
//! The document's order is that of its own words (ids and names), never that of making: two instances with the same
//! access write the same document, and a change of one thing is a change of its lines only.

use crate::{Access, BindingId, GroupId, Namespace, Permissions, PrincipalId, RoleId, TenantId, TenantSettings};
use serde::Serialize;

/// What the document calls its own form.
pub const VERSION: u32 = 1;

/// A tenant as documents name it; nothing for the default tenant.
pub type Place = Option<TenantId>;

fn off(flag: &bool) -> bool {
    !flag
}

/// All access of an instance. No passwords, no tokens.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Form of the document.
    pub version: u32,
    /// Tenants by id; the default tenant first.
    pub tenants: Vec<TenantEntry>,
    /// Users by address.
    pub users: Vec<UserEntry>,
    /// Service accounts by name.
    pub service_accounts: Vec<AccountEntry>,
}

/// A tenant with all that belongs to it. Managed roles are left out: every tenant has them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TenantEntry {
    /// Its identifier; the default tenant has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Place,
    /// Its name; the default tenant's cannot be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Further settings.
    #[serde(flatten)]
    pub settings: TenantSettings,
    /// Who may enter whatever else they hold: ids of users and service accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access: Vec<PrincipalId>,
    /// Groups by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupEntry>,
    /// Roles by name, without the managed ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleEntry>,
    /// Bindings by holder, role and namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bindings: Vec<BindingEntry>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserEntry {
    /// Its id.
    pub id: PrincipalId,
    /// Its address.
    pub email: String,
    /// First name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    /// Last name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Administers the instance.
    #[serde(default, skip_serializing_if = "off")]
    pub super_admin: bool,
    /// A demonstration user.
    #[serde(default, skip_serializing_if = "off")]
    pub restricted: bool,
}

/// A service account.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountEntry {
    /// Its id.
    pub id: PrincipalId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Administers the instance.
    #[serde(default, skip_serializing_if = "off")]
    pub super_admin: bool,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupEntry {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ids of its owners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<PrincipalId>,
    /// Ids of its other members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<PrincipalId>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RoleEntry {
    /// Its id, unique in the tenant.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Given to new users of the tenant.
    #[serde(default, skip_serializing_if = "off")]
    pub is_default: bool,
    /// What it allows, word for word.
    pub permissions: Permissions,
}

/// A binding.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BindingEntry {
    /// Its id.
    pub id: BindingId,
    /// USER, which service accounts are too, or GROUP.
    #[serde(rename = "type")]
    pub kind: HolderKind,
    /// Id of who holds the role.
    pub external_id: String,
    /// Id of the role; managed roles are `<role>_<tenant>`.
    pub role_id: RoleId,
    /// Only there and below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// What kind of holder a binding has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum HolderKind {
    /// A group.
    Group,
    /// A user or service account.
    User,
}

impl BindingEntry {
    /// From what a binding holds.
    pub fn of(id: BindingId, holder: &Access, role: RoleId, namespace: Option<&Namespace>) -> Self {
        let (kind, external_id) = match holder {
            Access::Group(id) => (HolderKind::Group, id.to_string()),
            Access::Principal(id) => (HolderKind::User, id.to_string()),
        };
        Self { id, kind, external_id, role_id: role, namespace: namespace.map(ToString::to_string) }
    }
}

/// What an import does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    /// Stands for all of it: an import that names it is refused where it would do anything else.
    pub hash: String,
    /// What will be there.
    pub created: Vec<Item>,
    /// What will be different.
    pub changed: Vec<Item>,
    /// What will be gone.
    pub removed: Vec<Item>,
    /// Who can do less afterwards.
    pub loses: Vec<Loses>,
    /// What the document holds and this instance cannot.
    pub lost: Vec<Lost>,
    /// It was done.
    pub applied: bool,
}

/// Something that is made, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// TENANT, USER, SERVICE_ACCOUNT, GROUP, GROUP_MEMBER, ROLE, BINDING or TENANT_ACCESS.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Which.
    pub id: String,
    /// The tenant it belongs to, if to a named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Place,
    /// What people call it.
    pub name: String,
    /// What of it changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// A change of one thing's field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field {
    /// Which.
    pub field: String,
    /// As it was.
    pub before: String,
    /// As it will be.
    pub after: String,
}

/// What somebody loses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Loses {
    /// Id of the user or service account.
    pub id: String,
    /// Address or name.
    pub username: String,
    /// ACCOUNT, SUPERADMIN, TENANT_ACCESS or PERMISSIONS.
    pub what: &'static str,
    /// Where, if in a named tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Place,
    /// The role that granted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// In which namespace only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What can no longer be done, `RESOURCE:ACTION`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
}

/// Something a document holds and an import leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lost {
    /// Where it stands in the document.
    pub place: String,
    /// What becomes of it, and why.
    pub reason: String,
}

/// What belongs to which tenant's row: a thing with it.
pub mod row {
    use crate::{Group, GroupId, NewBinding, PrincipalId, Role, TenantUid};

    /// A group.
    pub type Groups = (TenantUid, Group);
    /// A member, and whether it is an owner.
    pub type Member = (TenantUid, GroupId, PrincipalId, bool);
    /// A role.
    pub type Roles = (TenantUid, Role);
    /// A binding.
    pub type Bindings = (TenantUid, crate::BindingId, NewBinding);
    /// Somebody who may enter, and whether by itself.
    pub type Entered = (TenantUid, PrincipalId, bool);
}
