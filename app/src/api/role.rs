//! Roles of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Saved, Wire};
#[cfg(feature = "ssr")]
use super::{asking, cx, dates::moment, frame::say, go, refuse};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Action, Filter, Fingerprint, List, Op, Permission, Role, RoleId};
use model::{Permissions, Resource};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{Context, TenantRef, access, audit_log, binding, role, role::NewRole};

/// The roles of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleList {
    /// A page of them.
    pub roles: Listed<RoleRow>,
    /// Whether the caller may create one.
    pub creatable: bool,
}

/// A role in the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoleRow {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// How many permissions it has.
    pub permissions: i64,
    /// What kind of role it is.
    pub kind: RoleKind,
}

/// What kind of role it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoleKind {
    /// One of the five of every tenant.
    pub managed: bool,
    /// Assigned to new users of the tenant.
    pub default: bool,
    /// It has permissions as earlier versions wrote them.
    pub legacy: bool,
}

/// Roles to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedRoles {
    /// IDs and names of the first by name.
    pub roles: Vec<(String, String)>,
    /// Whether there are more.
    pub many: bool,
}

/// So many roles can be looked through.
#[cfg(feature = "ssr")]
pub(crate) const FEW: i64 = 200;

/// A tenant's first roles by name, as far as the caller can see them, and whether there are more.
#[cfg(feature = "ssr")]
pub(crate) async fn first_roles(cx: &service::Context, place: &TenantRef) -> Answer<(Vec<model::Role>, bool)> {
    use model::{Action, List, Permission, Resource};
    let list = Permission::new(Resource::Role, Action::List);
    let [visible] = service::access::allowed(cx, Some(place), [list]).await.map_err(refuse)?;
    if !visible {
        return Ok((Vec::new(), false));
    }
    let page = service::role::page(cx, place, &List { size: FEW, ..List::default() }).await.map_err(refuse)?;
    Ok((page.results, page.total > FEW))
}

/// Roles, to choose from.
#[cfg(feature = "ssr")]
pub(crate) fn offer(roles: &[model::Role], many: bool) -> OfferedRoles {
    let roles = roles.iter().map(|role| (role.id.to_string(), role.name.clone())).collect();
    OfferedRoles { roles, many }
}

/// A tenant's roles to choose from, as far as the caller can see them.
#[cfg(feature = "ssr")]
pub(crate) async fn offered_roles(cx: &service::Context, place: &TenantRef) -> Answer<OfferedRoles> {
    let (roles, many) = first_roles(cx, place).await?;
    Ok(offer(&roles, many))
}

#[cfg(feature = "ssr")]
impl RoleKind {
    fn of(role: &Role) -> Self {
        let legacy = !legacy_permissions(&role.permissions).is_empty();
        Self { managed: role.is_managed, default: role.is_default, legacy }
    }
}

/// Permissions of a role that are written as in earlier versions, each with what it stands for.
pub(crate) fn legacy_permissions(permissions: &Permissions) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for (resource, actions) in permissions.words() {
        let known = Resource::from_word(resource).is_some();
        for action in actions {
            let alone = Permissions::from_words(vec![(resource.clone(), vec![action.clone()])]);
            let meant: Vec<String> = alone.granted().map(|one| one.to_string()).collect();
            let word = format!("{resource}:{action}");
            if !known || meant.len() != 1 || meant[0] != word {
                all.push((word, meant));
            }
        }
    }
    all
}

/// Roles whose name is like `q`, or all.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_roles")]
pub async fn list_roles(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<RoleList> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let roles = role::page(&cx, &place, &super::part(&q, page)).await.map_err(refuse)?;
    let [creatable] = access::allowed(&cx, Some(&place), [may(Action::Create)]).await.map_err(refuse)?;
    let row = |one: Role| RoleRow {
        kind: RoleKind::of(&one),
        id: one.id.to_string(),
        name: one.name,
        description: one.description.unwrap_or_default(),
        permissions: i64::try_from(one.permissions.granted().count()).unwrap_or(i64::MAX),
    };
    let rows = roles.results.into_iter().map(row).collect();
    Ok(RoleList { roles: Listed { rows, total: roles.total, more: roles.more }, creatable })
}

#[cfg(feature = "ssr")]
const fn may(action: Action) -> Permission {
    Permission::new(Resource::Role, action)
}

/// A role that another starts from, or is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseRole {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub permissions: Permissions,
}

/// The role that an ID or a name means. `None` where nothing is said.
#[cfg(feature = "ssr")]
async fn meant(cx: &Context, place: &TenantRef, text: &str) -> Answer<Option<BaseRole>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let role = role::lookup(cx, place, text).await.map_err(refuse)?;
    Ok(Some(BaseRole { name: role.name, permissions: role.permissions }))
}

/// The page that creates a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDraft {
    /// The role it starts from.
    pub base: Option<BaseRole>,
    /// Roles it can start from.
    pub offered: OfferedRoles,
}

/// What a new role starts from: the role that `from` is the ID or the name of, or none.
#[server(prefix = "/serverfn", output = Wire, endpoint = "role_to_create")]
pub async fn role_to_create(
    tenant: String,
    #[server(default)] from: String,
    #[server(default)] again: bool,
) -> Answer<RoleDraft> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    access::require(&cx, Some(&place), may(Action::List)).await.map_err(refuse)?;
    let (offered, base) = (offered_roles(&cx, &place).await?, meant(&cx, &place, &from).await?);
    Ok(RoleDraft { base, offered })
}

/// A role as its form is filled from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedRole {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// What it allows.
    pub permissions: Permissions,
    /// Whether it is assigned to new users of the tenant.
    pub is_default: bool,
    /// The fingerprint of all this.
    pub seen: String,
}

#[cfg(feature = "ssr")]
impl EditedRole {
    fn of(role: Role) -> Self {
        let seen = role::fingerprint(&role).to_string();
        let Role { id, name, description, permissions, is_default, .. } = role;
        let description = description.unwrap_or_default();
        Self { id: id.to_string(), name, description, permissions, is_default, seen }
    }
}

/// A role's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolePage {
    /// The role.
    pub role: EditedRole,
    /// What kind of role it is.
    pub kind: RoleKind,
    /// The role it is compared with.
    pub base: Option<BaseRole>,
    /// Roles it can be compared with.
    pub offered: OfferedRoles,
    /// How often it is assigned. `None` if the caller may not see that.
    pub assignments: Option<i64>,
    /// Whether the caller may change it.
    pub editable: bool,
    /// Whether the caller may delete it.
    pub deletable: bool,
}

/// A role, compared with the one that `base` is the ID or the name of, or with none.
#[server(prefix = "/serverfn", output = Wire, endpoint = "show_role")]
pub async fn show_role(
    tenant: String,
    id: String,
    #[server(default)] base: String,
    #[server(default)] again: bool,
) -> Answer<RolePage> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let role = role::get(&cx, &place, &RoleId::new(id)).await.map_err(refuse)?;
    let wanted = [may(Action::Update), may(Action::Delete), Permission::new(Resource::Binding, Action::List)];
    let [update, delete, see] = access::allowed(&cx, Some(&place), wanted).await.map_err(refuse)?;
    let (offered, base) = (offered_roles(&cx, &place).await?, meant(&cx, &place, &base).await?);
    let assignments = if see { Some(assignments(&cx, &place, &role.id).await.map_err(refuse)?) } else { None };
    let (editable, deletable) = (update && !role.is_managed, delete && !role.is_managed);
    let kind = RoleKind::of(&role);
    Ok(RolePage { role: EditedRole::of(role), kind, base, offered, assignments, editable, deletable })
}

/// How often a role is assigned.
#[cfg(feature = "ssr")]
async fn assignments(cx: &Context, place: &TenantRef, id: &RoleId) -> service::Result<i64> {
    let filter = Filter::Field { name: "roleId".into(), op: Op::Equals, value: id.to_string() };
    let list = List { filter, size: 0, ..List::default() };
    Ok(binding::page(cx, place, &list).await?.total)
}

/// A role as somebody else has saved it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "role_as_saved")]
pub async fn role_as_saved(tenant: String, id: String) -> Answer<Saved<EditedRole>> {
    let (cx, place) = (cx()?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let role = role::get(&cx, &place, &RoleId::new(id)).await.map_err(refuse)?;
    let what = (Resource::Role, role.id.as_str());
    let edited = ["name", "description", "permissions", "isDefault"];
    let last = audit_log::last_change(&cx, Some(&place), what, &role, &edited).await.map_err(refuse)?;
    let by = last.map(|(who, at)| (who, moment(at, cx.now())));
    let now = EditedRole::of(role);
    Ok(Saved { seen: now.seen.clone(), now, by })
}

/// A role that may be deleted, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoomedRole {
    /// Its name.
    pub name: String,
    /// How often it is assigned.
    pub assignments: i64,
}

/// What deleting a role would take with it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "role_to_delete")]
pub async fn role_to_delete(tenant: String, id: String, #[server(default)] again: bool) -> Answer<DoomedRole> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let role = role::get(&cx, &place, &RoleId::new(id)).await.map_err(refuse)?;
    let assignments = assignments(&cx, &place, &role.id).await.map_err(refuse)?;
    Ok(DoomedRole { name: role.name, assignments })
}

/// The permissions that a form with the matrix says.
pub(crate) fn written<'a>(ticked: impl Iterator<Item = &'a str>) -> Permissions {
    let mut lists: Vec<(String, Vec<String>)> = Vec::new();
    for (resource, action) in ticked.filter_map(|one| one.split_once(':')) {
        match lists.iter_mut().find(|(known, _)| known == resource) {
            Some((_, actions)) => actions.push(action.to_owned()),
            None => lists.push((resource.to_owned(), vec![action.to_owned()])),
        }
    }
    Permissions::from_words(lists)
}

/// A role as a form says it.
#[cfg(feature = "ssr")]
fn new(name: String, description: String, permissions: &[String], is_default: bool) -> NewRole {
    let description = Some(description).filter(|text| !text.is_empty());
    NewRole { name, description, permissions: written(permissions.iter().map(String::as_str)), is_default }
}

/// Makes a role and goes to its page.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_role")]
pub async fn create_role(
    tenant: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] permissions: Vec<String>,
    #[server(default)] is_default: bool,
) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let new = new(name, description, &permissions, is_default);
    let role = role::create(&cx()?, &place, new).await.map_err(refuse)?;
    say(format!("Created role {}.", role.name), None).await?;
    go(&format!("/ui/{tenant}/roles/{}", role.id));
    Ok(())
}

/// Changes a role, unless somebody else has since it was `seen`.
#[server(prefix = "/serverfn", output = Wire, endpoint = "update_role")]
pub async fn update_role(
    tenant: String,
    id: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] permissions: Vec<String>,
    #[server(default)] is_default: bool,
    #[server(default)] seen: String,
) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (new, seen) = (new(name, description, &permissions, is_default), Fingerprint::said(seen));
    let role = role::edit(&cx()?, &place, &RoleId::new(id), new, seen.as_ref()).await.map_err(refuse)?;
    say(format!("Saved role {}.", role.name), None).await
}

/// Removes a role and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_role")]
pub async fn delete_role(tenant: String, id: String) -> Answer<()> {
    let (cx, id) = (cx()?, RoleId::new(id));
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    role::delete(&cx, &place, &id).await.map_err(refuse)?;
    say("Deleted the role.".to_owned(), None).await?;
    go(&format!("/ui/{tenant}/roles"));
    Ok(())
}
