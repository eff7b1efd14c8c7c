//! Role assignments of a tenant, as its pages show them.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire, role::OfferedRoles};
#[cfg(feature = "ssr")]
use super::{
    asking,
    clause::{and, clauses},
    dates::moment,
    refuse,
    role::{FEW, first_roles, offer},
};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Action, BindingId, Resource, Role};
use model::{Moment, Permission, PrincipalKind};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{Context, Error, TenantRef, access, binding, role};

/// What the list of role assignments shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignments {
    /// A page of the list.
    pub list: Listed<Assignment>,
    /// Roles to filter by.
    pub offered: OfferedRoles,
    /// Name of the role that the list is filtered by.
    pub role: Option<String>,
    /// Whether the caller can assign roles.
    pub assignable: bool,
    /// Whether the caller can revoke them.
    pub revocable: bool,
}

/// A role assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its ID.
    pub id: String,
    /// ID of the user, service account or group that has the role.
    pub holder_id: String,
    /// Email of the user, or name of the service account or group.
    pub holder: String,
    /// User or service account. `None` for a group.
    pub kind: Option<PrincipalKind>,
    /// ID of the role.
    pub role_id: String,
    /// Name of the role.
    pub role: String,
    /// The namespace. `None` for the whole tenant.
    pub namespace: Option<String>,
    /// When the role was assigned.
    pub since: Moment,
    /// A permission that comes with it, to check. `None` for groups and where the caller doesn't see the role.
    pub check: Option<Permission>,
}

#[cfg(feature = "ssr")]
const fn may(action: Action) -> Permission {
    Permission::new(Resource::Binding, action)
}

#[cfg(feature = "ssr")]
impl Assignment {
    fn of(one: model::Binding, roles: &[Role], now: model::Timestamp) -> Self {
        let limited = one.namespace.is_some();
        let known = roles.iter().find(|role| role.id == one.role.id).filter(|_| one.holder.kind.is_some());
        let fits = |one: &Permission| !limited || one.resource.in_namespace();
        Self {
            check: known.and_then(|role| role.permissions.granted().find(fits)),
            id: one.id.to_string(),
            holder_id: one.holder.id,
            holder: one.holder.name,
            kind: one.holder.kind,
            role_id: one.role.id.to_string(),
            role: one.role.name,
            namespace: one.namespace.map(|namespace| namespace.to_string()),
            since: moment(one.created_at, now),
        }
    }
}

/// The role that a text names: one of those that are known by its ID, or any by ID or name.
#[cfg(feature = "ssr")]
async fn meant(cx: &Context, place: &TenantRef, known: &[Role], text: &str) -> service::Result<Option<Role>> {
    let text = text.trim();
    match known.iter().find(|role| role.id.as_str() == text) {
        None if !text.is_empty() => role::lookup(cx, place, text).await.map(Some),
        listed => Ok(listed.cloned()),
    }
}

/// What a list of role assignments is filtered by. What is empty filters nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AssignmentFilter {
    /// Text to search for.
    pub q: String,
    /// ID or name of a role.
    pub role: String,
    /// `USER` for users and service accounts, or `GROUP`.
    pub kind: String,
    /// A namespace.
    pub namespace: String,
    /// ID of a user, service account or group.
    pub holder: String,
    /// ID of a role assignment.
    pub binding: String,
}

/// Role assignments of a tenant: a `page` of the list, from 1.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_assignments")]
pub async fn list_assignments(
    tenant: String,
    #[server(default)] filter: AssignmentFilter,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<Assignments> {
    let AssignmentFilter { q, role, kind, namespace, holder, binding: id } = filter;
    let cx = asking(again)?;
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (mut known, many) = first_roles(&cx, &place).await?;
    let offered = offer(&known, many);
    let sought = match many {
        true => match meant(&cx, &place, &known, &role).await {
            Err(Error::NotFound { .. }) => None,
            other => other.map_err(refuse)?,
        },
        false => known.iter().find(|one| one.id.as_str() == role.trim()).cloned(),
    };
    let mut part = super::part(&q, page);
    let named = sought.as_ref().map_or(&*role, |role| role.id.as_str());
    let fields =
        [("roleId", named), ("type", &kind), ("namespace", &namespace), ("externalId", &holder), ("bindingId", &id)];
    for (field, value) in fields {
        part.also(field, Some(value));
    }
    let found = binding::page(&cx, &place, &part).await.map_err(refuse)?;
    let wanted = [may(Action::Create), may(Action::Delete)];
    let [assignable, revocable] = access::allowed(&cx, Some(&place), wanted).await.map_err(refuse)?;
    if many {
        let other = found.results.iter().map(|one| &one.role.id).filter(|id| known.iter().all(|role| role.id != **id));
        let other: Vec<_> = other.map(ToString::to_string).collect();
        known.extend(role::by_ids(&cx, &place, &other).await.map_err(refuse)?);
    }
    let now = cx.now();
    let list = found.map(|one| Assignment::of(one, &known, now)).into();
    Ok(Assignments { list, offered, role: sought.map(|role| role.name), assignable, revocable })
}

/// Role assignments that are chosen to be revoked.
#[server(prefix = "/serverfn", output = Wire, endpoint = "assignments_to_revoke")]
pub async fn assignments_to_revoke(
    tenant: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] again: bool,
) -> Answer<Vec<Assignment>> {
    let cx = asking(again)?;
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    access::require(&cx, Some(&place), may(Action::Delete)).await.map_err(refuse)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = ids.into_iter().map(BindingId::new).collect();
    let found = binding::by_ids(&cx, &place, &ids).await.map_err(refuse)?;
    let now = cx.now();
    Ok(found.into_iter().map(|one| Assignment::of(one, &[], now)).collect())
}

/// What the page that assigns a role needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentChoices {
    /// The permission that all offered roles allow. `None` if any role is offered.
    pub wanted: Option<Permission>,
    /// Roles to choose from.
    pub offered: OfferedRoles,
    /// ID and name of the role that the address names.
    pub chosen: Option<(String, String)>,
    /// What this role would allow, if that was asked.
    pub preview: Option<RolePreview>,
}

/// What a role allows, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePreview {
    /// Name of the role.
    pub role: String,
    /// What people with the role can do: nothing, all of it in one part, or several parts to be listed.
    pub allows: Vec<String>,
    /// Resources whose permissions don't apply because the role is limited to a namespace. May be empty.
    pub lost: String,
}

/// What there is to choose from for a role assignment. `permission` limits it to roles that allow it; `role` is the one
/// that is chosen at first, of which a `preview` says what it allows.
#[server(prefix = "/serverfn", output = Wire, endpoint = "choices_for_assignment")]
pub async fn choices_for_assignment(
    tenant: String,
    #[server(default)] role: String,
    #[server(default)] permission: String,
    #[server(default)] namespace: String,
    #[server(default)] preview: String,
    #[server(default)] again: bool,
) -> Answer<AssignmentChoices> {
    let cx = asking(again)?;
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    access::require(&cx, Some(&place), Permission::new(Resource::Role, Action::List)).await.map_err(refuse)?;
    let wanted = permission.split_once(':').and_then(|(resource, action)| {
        Some(Permission::new(Resource::from_word(resource)?, Action::from_word(action)?))
    });
    let (known, many) = match wanted {
        Some(wanted) => {
            (role::allowing(&cx, &place, wanted, usize::try_from(FEW).unwrap_or(0)).await.map_err(refuse)?, false)
        }
        None => first_roles(&cx, &place).await?,
    };
    let chosen = meant(&cx, &place, &known, &role).await.map_err(refuse)?;
    let preview = chosen.as_ref().filter(|_| !preview.is_empty());
    Ok(AssignmentChoices {
        wanted,
        offered: offer(&known, many),
        preview: preview.map(|role| RolePreview::of(role, !namespace.trim().is_empty())),
        chosen: chosen.map(|role| (role.id.to_string(), role.name)),
    })
}

#[cfg(feature = "ssr")]
impl RolePreview {
    /// Parts that still make one sentence.
    const SENTENCE: usize = 4;

    fn of(role: &Role, limited: bool) -> Self {
        let (mut allows, lost) = clauses(&role.permissions, limited);
        if (1..=Self::SENTENCE).contains(&allows.len()) {
            allows = vec![and(&allows)];
        }
        Self { role: role.name.clone(), allows, lost: and(&lost) }
    }
}
