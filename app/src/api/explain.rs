//! Why somebody can do something in a tenant, and who can.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire};
#[cfg(feature = "ssr")]
use super::{asking, refuse};
use leptos::prelude::*;
use model::{Permission, PrincipalKind};
use serde::{Deserialize, Serialize};

/// What the page that checks access shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessCheck {
    /// The permission in question. `None` if the address names none that exists.
    pub wanted: Option<Permission>,
    /// The result.
    pub found: CheckFound,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckFound {
    /// Nothing was asked.
    Nothing,
    /// There is no such user or namespace, in a sentence.
    Wrong(String),
    /// Whether they can, and why.
    Decision(AccessDecision),
}

/// Whether a user or service account can do something, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessDecision {
    /// Email of the user or name of the service account.
    pub name: String,
    /// Which of the two it is.
    pub kind: PrincipalKind,
    /// The namespace in question. `None` for the whole tenant.
    pub namespace: Option<String>,
    /// Whether they can.
    pub allowed: bool,
    /// Whether their password is locked for now.
    pub locked: bool,
    /// Every path that allows it.
    pub paths: Vec<AccessPath>,
    /// Everything that is missing.
    pub gaps: Vec<AccessGap>,
}

/// A path from a user or service account to a permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessPath {
    /// They are a superadmin.
    Superadmin,
    /// They have a role.
    Role {
        /// The role and where it is assigned.
        role: AssignedRole,
        /// The role assignment.
        binding: String,
        /// ID and name of the group that has the role. `None` if they have it themselves.
        group: Option<(String, String)>,
        /// Whether the namespace in question is below the one where the role is assigned.
        inherited: bool,
    },
}

/// A role, where it is assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedRole {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The namespace. `None` for the whole tenant.
    pub namespace: Option<String>,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessGap {
    /// What is missing, as a sentence.
    pub sentence: String,
    /// Roles that they have.
    pub roles: Vec<AssignedRole>,
}

/// The permission that an address names, as `permission` or as `resource` and `action`, if there is such a permission.
#[cfg(feature = "ssr")]
fn wanted(permission: &str, resource: &str, action: &str) -> Option<Permission> {
    let (resource, action) = permission.split_once(':').unwrap_or((resource, action));
    Some(Permission::new(model::Resource::from_word(resource)?, model::Action::from_word(action)?))
}

/// Text that may be left out.
#[cfg(feature = "ssr")]
fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Whether somebody can do something in a tenant, and why. An empty `principal` is the caller.
#[server(prefix = "/serverfn", output = Wire, endpoint = "check_access")]
pub async fn check_access(
    tenant: String,
    #[server(default)] principal: String,
    #[server(default)] permission: String,
    #[server(default)] resource: String,
    #[server(default)] action: String,
    #[server(default)] namespace: String,
    #[server(default)] again: bool,
) -> Answer<AccessCheck> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    // Without a permission there is nothing to deny. But tenants that the caller can't access stay hidden.
    let [] = service::access::allowed(&cx, Some(&place), []).await.map_err(refuse)?;
    let wanted = wanted(&permission, &resource, &action);
    let Some(permission) = wanted else { return Ok(AccessCheck { wanted, found: CheckFound::Nothing }) };
    let found = match service::access::explain(&cx, &place, given(&principal), permission, given(&namespace)).await {
        Err(service::Error::NoUser(who)) => {
            CheckFound::Wrong(format!("There's no user or service account {who} here."))
        }
        Err(service::Error::Invalid(wrong)) => {
            CheckFound::Wrong(wrong.into_iter().map(|one| one.message).collect::<Vec<_>>().join(" "))
        }
        other => CheckFound::Decision(other.map_err(refuse)?.into()),
    };
    Ok(AccessCheck { wanted, found })
}

#[cfg(feature = "ssr")]
impl From<service::access::Explanation> for AccessDecision {
    fn from(from: service::access::Explanation) -> Self {
        use service::access::Way;
        let path = |way: &Way| match way {
            Way::Superadmin => AccessPath::Superadmin,
            Way::Grant { grant, group, inherited } => AccessPath::Role {
                role: AssignedRole::from(&**grant),
                binding: grant.binding.to_string(),
                group: group.as_ref().map(|(id, name)| (id.to_string(), name.clone())),
                inherited: *inherited,
            },
        };
        let gap = |missing| AccessGap {
            sentence: from.sentence(missing),
            roles: missing.roles().iter().map(AssignedRole::from).collect(),
        };
        let (paths, gaps) = (from.ways.iter().map(path).collect(), from.missing.iter().map(gap).collect());
        Self {
            name: from.principal.name,
            kind: from.principal.kind,
            namespace: from.namespace.map(|one| one.to_string()),
            allowed: from.allowed,
            locked: from.locked,
            paths,
            gaps,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<&model::Grant> for AssignedRole {
    fn from(grant: &model::Grant) -> Self {
        let namespace = grant.namespace.as_ref().map(ToString::to_string);
        Self { id: grant.role.id.to_string(), name: grant.role.name.clone(), namespace }
    }
}

/// What the page that lists who has access shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessHolders {
    /// The permission in question, and who has it. `None` if the address names no permission that exists.
    pub found: Option<(Permission, Listed<AccessHolder>)>,
}

/// A user or service account that can do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessHolder {
    /// Email of the user or name of the service account.
    pub name: String,
    /// Which of the two it is.
    pub kind: PrincipalKind,
    /// Whether it is a superadmin.
    pub superadmin: bool,
}

/// Who can do something in a tenant: a `page` of the list, from 1.
#[server(prefix = "/serverfn", output = Wire, endpoint = "who_has_access")]
pub async fn who_has_access(
    tenant: String,
    #[server(default)] permission: String,
    #[server(default)] resource: String,
    #[server(default)] action: String,
    #[server(default)] namespace: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<AccessHolders> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let [] = service::access::allowed(&cx, Some(&place), []).await.map_err(refuse)?;
    let Some(wanted) = wanted(&permission, &resource, &action) else { return Ok(AccessHolders { found: None }) };
    let list = super::part("", page);
    let found = service::access::who_can(&cx, &place, wanted, given(&namespace), &list).await.map_err(refuse)?;
    let holder = |one: model::Principal| AccessHolder { name: one.name, kind: one.kind, superadmin: one.superadmin };
    Ok(AccessHolders { found: Some((wanted, found.map(holder).into())) })
}
