//! Users and service accounts that can access a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire, user::HeldGroup};
#[cfg(feature = "ssr")]
use super::{asking, refuse};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Action, Grant, Membership, Permission, Principal, PrincipalId, PrincipalKind, Resource};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{
    TenantRef, access,
    tenant_access::{self, TenantAccess},
    user::User,
};

/// A user or service account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TenantUser {
    /// Its ID.
    pub id: String,
    /// Email of the user or name of the service account.
    pub name: String,
    /// First and last name of the user; may be empty.
    pub own_name: String,
    /// Whether it is a service account.
    pub service_account: bool,
    /// Whether it is a superadmin.
    pub superadmin: bool,
}

#[cfg(feature = "ssr")]
impl TenantUser {
    fn of(one: Principal) -> Self {
        Self {
            id: one.id.to_string(),
            own_name: format!("{} {}", one.first_name, one.last_name).trim().to_owned(),
            service_account: one.kind == PrincipalKind::ServiceAccount,
            superadmin: one.superadmin,
            name: one.name,
        }
    }
}

/// A user in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TenantUserRow {
    /// The user.
    pub user: TenantUser,
    /// Names of their first groups.
    pub groups: Vec<String>,
    /// How many more groups they are in.
    pub more: usize,
}

/// A page of the users of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantUserList {
    /// The users.
    pub users: Listed<TenantUserRow>,
    /// Whether the caller may add users.
    pub addable: bool,
    /// Whether the caller may invite people.
    pub invitable: bool,
    /// Whether the caller may remove users.
    pub removable: bool,
}

#[cfg(feature = "ssr")]
const fn may(action: Action) -> Permission {
    Permission::new(Resource::User, action)
}

/// Users whose email or name is like `q`, or all.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_tenant_users")]
pub async fn list_tenant_users(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<TenantUserList> {
    /// Groups of a user that the list names.
    const NAMED: usize = 3;
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let found = tenant_access::page(&cx, &place, &super::part(&q, page)).await.map_err(refuse)?;
    let wanted = [may(Action::Create), Permission::new(Resource::Invitation, Action::Create), may(Action::Delete)];
    let [addable, invitable, removable] = access::allowed(&cx, Some(&place), wanted).await.map_err(refuse)?;
    let row = |user: User| TenantUserRow {
        user: TenantUser::of(user.principal),
        more: user.groups.len().saturating_sub(NAMED),
        groups: user.groups.into_iter().take(NAMED).map(|group| group.name).collect(),
    };
    let rows = found.results.into_iter().map(row).collect();
    let users = Listed { rows, total: found.total, more: found.more };
    Ok(TenantUserList { users, addable, invitable, removable })
}

/// A role that somebody has in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TenantRole {
    /// ID of its assignment.
    pub assignment: String,
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The namespace. `None` for the whole tenant.
    pub namespace: Option<String>,
    /// ID and name of the group it comes from. `None` if it is assigned to them.
    pub through: Option<(String, String)>,
    /// A permission in it to ask about, if there is one.
    pub permission: Option<String>,
}

/// A user's page in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantUserPage {
    /// The user.
    pub user: TenantUser,
    /// Their roles here.
    pub roles: Vec<TenantRole>,
    /// Their groups here.
    pub groups: Vec<HeldGroup>,
    /// Whether the caller may remove their access.
    pub removable: bool,
    /// Whether the caller may assign roles to them.
    pub assignable: bool,
    /// Whether the caller may revoke their roles.
    pub revocable: bool,
    /// Whether the caller may remove them from groups.
    pub manageable: bool,
}

/// A user, with their roles and groups in a tenant.
#[server(prefix = "/serverfn", output = Wire, endpoint = "show_tenant_user")]
pub async fn show_tenant_user(tenant: String, id: String, #[server(default)] again: bool) -> Answer<TenantUserPage> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let found = tenant_access::get(&cx, &place, &PrincipalId::new(id)).await.map_err(refuse)?;
    let wanted = [
        may(Action::Delete),
        may(Action::ManageGroupMembership),
        Permission::new(Resource::Group, Action::ManageMembers),
        Permission::new(Resource::Binding, Action::Create),
        Permission::new(Resource::Binding, Action::Delete),
    ];
    let [removable, memberships, members, assignable, revocable] =
        access::allowed(&cx, Some(&place), wanted).await.map_err(refuse)?;
    let TenantAccess { principal, groups, grants, .. } = found;
    let roles = grants.into_iter().map(|grant| role(grant, &groups)).collect();
    let group = |one: Membership| HeldGroup { id: one.group.to_string(), name: one.name, owner: one.owner };
    Ok(TenantUserPage {
        user: TenantUser::of(principal),
        roles,
        groups: groups.into_iter().map(group).collect(),
        removable,
        assignable,
        revocable,
        manageable: memberships || members,
    })
}

#[cfg(feature = "ssr")]
fn role(grant: Grant, groups: &[Membership]) -> TenantRole {
    let limited = grant.namespace.is_some();
    let first = grant.permissions.granted().find(|one| !limited || one.resource.in_namespace());
    let through = grant.group.as_ref().map(|id| {
        let name = groups.iter().find(|one| one.group == *id).map_or(id.as_str(), |one| &one.name);
        (id.to_string(), name.to_owned())
    });
    TenantRole {
        assignment: grant.binding.to_string(),
        permission: first.map(|one| one.to_string()),
        id: grant.role.id.to_string(),
        name: grant.role.name,
        namespace: grant.namespace.map(|namespace| namespace.to_string()),
        through,
    }
}

/// A user who is about to lose access to a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedUser {
    /// The user.
    pub user: TenantUser,
    /// Names of the roles that are assigned to them, each with its namespace unless it is the whole tenant.
    pub roles: Vec<(String, Option<String>)>,
    /// Names of their groups.
    pub groups: Vec<String>,
}

#[cfg(feature = "ssr")]
impl RemovedUser {
    fn of(access: TenantAccess) -> Self {
        let direct = access.grants.into_iter().filter(|grant| grant.group.is_none());
        let role = |grant: Grant| (grant.role.name, grant.namespace.map(|namespace| namespace.to_string()));
        Self {
            user: TenantUser::of(access.principal),
            roles: direct.map(role).collect(),
            groups: access.groups.into_iter().map(|group| group.name).collect(),
        }
    }
}

/// Those of the chosen users who can access a tenant.
#[server(prefix = "/serverfn", output = Wire, endpoint = "tenant_users_to_remove")]
pub async fn tenant_users_to_remove(
    tenant: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] again: bool,
) -> Answer<Vec<RemovedUser>> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let ids: Vec<_> = ids.into_iter().map(PrincipalId::new).collect();
    access::require(&cx, Some(&place), may(Action::Delete)).await.map_err(refuse)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = tenant_access::these(&cx, &place, &ids).await.map_err(refuse)?;
    Ok(found.into_iter().map(RemovedUser::of).collect())
}

/// A user whose access to a tenant can be removed.
#[server(prefix = "/serverfn", output = Wire, endpoint = "tenant_user_to_remove")]
pub async fn tenant_user_to_remove(tenant: String, id: String, #[server(default)] again: bool) -> Answer<RemovedUser> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let found = tenant_access::get(&cx, &place, &PrincipalId::new(id)).await.map_err(refuse)?;
    Ok(RemovedUser::of(found))
}
