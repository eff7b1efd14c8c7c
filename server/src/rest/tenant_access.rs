//! `/{tenant}/tenant-access` (contract 3.8).

use super::{
    caller::Api,
    error::Failure,
    json::{Body, Entered},
    query::Listing,
};
use axum::{Json, response::NoContent};
use model::{Grant, Membership, Page, Permissions, PrincipalId, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{
    tenant_access::{self, TenantAccess, Typed},
    user::User,
};

/// A group of somebody with access.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessGroupOut {
    id: String,
    name: String,
    external: bool,
}

impl From<Membership> for AccessGroupOut {
    fn from(one: Membership) -> Self {
        Self { id: one.group.to_string(), name: one.name, external: one.external }
    }
}

/// A way of signing in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessAuthOut {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

impl AccessAuthOut {
    /// With a password.
    pub fn basic(username: &str) -> Self {
        Self { name: username.to_owned(), kind: "BasicAuth".into() }
    }
}

/// Somebody with access.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessOut {
    id: String,
    username: String,
    /// A service account's name, as its own page has it.
    name: Option<String>,
    display_name: String,
    description: Option<String>,
    groups: Vec<AccessGroupOut>,
    auths: Vec<AccessAuthOut>,
}

impl From<User> for AccessOut {
    fn from(user: User) -> Self {
        let account = user.principal.kind == model::PrincipalKind::ServiceAccount;
        let basic = AccessAuthOut::basic(&user.principal.name);
        Self {
            id: user.principal.id.to_string(),
            display_name: user.principal.display_name(),
            name: account.then(|| user.principal.name.clone()),
            username: user.principal.name,
            description: Some(user.principal.description).filter(|text| !text.is_empty()),
            groups: user.groups.into_iter().map(AccessGroupOut::from).collect(),
            auths: user.password.then_some(basic).into_iter().collect(),
        }
    }
}

/// What a role allows on one resource; the resource under the names of both generations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PermissionOut {
    resource: &'static str,
    permission: &'static str,
    actions: Vec<&'static str>,
}

/// A role somebody holds.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleHeldOut {
    id: String,
    name: String,
    namespace: Option<String>,
    /// BINDING or GROUP.
    origin: &'static str,
    source_id: String,
    permissions: Vec<PermissionOut>,
}

/// What words allow, resource by resource; legacy verbs as what they mean, since SDKs know only that.
pub fn spelled_out(permissions: &Permissions) -> Vec<PermissionOut> {
    let allowed = |resource: &Resource| {
        let actions = resource.actions().into_iter();
        let actions = actions.filter(|action| permissions.grant(model::Permission::new(*resource, *action)));
        let actions: Vec<_> = actions.map(model::Action::as_str).collect();
        let word = resource.as_str();
        (!actions.is_empty()).then_some(PermissionOut { resource: word, permission: word, actions })
    };
    Resource::ALL.iter().filter_map(allowed).collect()
}

impl From<Grant> for RoleHeldOut {
    fn from(grant: Grant) -> Self {
        Self {
            permissions: spelled_out(&grant.permissions),
            id: grant.role.id.to_string(),
            name: grant.role.name,
            namespace: grant.namespace.map(|namespace| namespace.to_string()),
            origin: if grant.group.is_some() { "GROUP" } else { "BINDING" },
            source_id: grant.group.map_or_else(|| grant.binding.to_string(), |group| group.to_string()),
        }
    }
}

/// What somebody has in the tenant.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantAccessOut {
    tenant_id: Option<String>,
    user_id: String,
    username: String,
    display_name: String,
    groups: Vec<AccessGroupOut>,
    roles: Vec<RoleHeldOut>,
    super_admin: bool,
    instance_owner: bool,
}

impl From<TenantAccess> for TenantAccessOut {
    fn from(access: TenantAccess) -> Self {
        Self {
            tenant_id: access.tenant.map(|id| id.to_string()),
            user_id: access.principal.id.to_string(),
            display_name: access.principal.display_name(),
            username: access.principal.name,
            groups: access.groups.into_iter().map(AccessGroupOut::from).collect(),
            roles: access.grants.into_iter().map(RoleHeldOut::from).collect(),
            super_admin: access.principal.superadmin,
            instance_owner: access.principal.superadmin,
        }
    }
}

/// A user by address.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct EmailIn {
    email: String,
}

/// What somebody types to find a user.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct TypedIn {
    q: Option<String>,
    ids: Option<Vec<String>>,
    existing_only: Option<bool>,
    username: Option<String>,
}

fn id(api: &Api) -> PrincipalId {
    PrincipalId::new(api.id())
}

/// `GET /{tenant}/tenant-access`
pub async fn list(api: Api, Listing(list): Listing) -> Result<Json<Page<AccessOut>>, Failure> {
    Ok(Json(tenant_access::page(&api.cx, &api.tenant()?, &list).await?.map(AccessOut::from)))
}

/// `GET /{tenant}/tenant-access/{id}`
pub async fn get(api: Api) -> Result<Json<TenantAccessOut>, Failure> {
    Ok(Json(tenant_access::get(&api.cx, &api.tenant()?, &id(&api)).await?.into()))
}

/// `PUT /{tenant}/tenant-access/{id}`
pub async fn put(api: Api) -> Result<Entered, Failure> {
    tenant_access::put(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(Entered)
}

/// `POST /{tenant}/tenant-access`
pub async fn post(api: Api, Body(new): Body<EmailIn>) -> Result<NoContent, Failure> {
    tenant_access::post(&api.cx, &api.tenant()?, &new.email).await?;
    Ok(NoContent)
}

/// `DELETE /{tenant}/tenant-access/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    tenant_access::delete(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(NoContent)
}

/// `POST /{tenant}/tenant-access/autocomplete`
pub async fn autocomplete(api: Api, Body(typed): Body<TypedIn>) -> Result<Json<Vec<AccessOut>>, Failure> {
    let typed = Typed {
        q: typed.q.unwrap_or_default(),
        username: typed.username.unwrap_or_default(),
        ids: typed.ids.unwrap_or_default(),
        existing_only: typed.existing_only.unwrap_or_default(),
    };
    let found = tenant_access::autocomplete(&api.cx, &api.tenant()?, &typed).await?;
    Ok(Json(found.into_iter().map(AccessOut::from).collect()))
}
