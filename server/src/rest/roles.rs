//! `/{tenant}/roles` and `/{tenant}/acls` (contract 3.5).

use super::{
    caller::Api,
    error::Failure,
    json::Body,
    query::Listing,
    words::{Autocomplete, Ids, RoleSummaryOut},
};
use axum::{Json, response::NoContent};
use model::{Action, List, Managed, Page, Permissions, Resource, Role, RoleId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::role::{self, NewRole};
use std::collections::BTreeMap;

/// A role as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleIn {
    name: Option<String>,
    description: Option<String>,
    is_default: Option<bool>,
    permissions: Permissions,
}

impl From<RoleIn> for NewRole {
    fn from(sent: RoleIn) -> Self {
        Self {
            name: sent.name.unwrap_or_default(),
            description: sent.description,
            permissions: sent.permissions,
            is_default: sent.is_default.unwrap_or_default(),
        }
    }
}

/// A role as clients read it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleOut {
    id: String,
    name: String,
    description: Option<String>,
    permissions: Permissions,
    is_default: bool,
    is_managed: bool,
}

impl From<Role> for RoleOut {
    fn from(role: Role) -> Self {
        Self {
            id: role.id.to_string(),
            name: role.name,
            description: role.description,
            permissions: role.permissions,
            is_default: role.is_default,
            is_managed: role.is_managed,
        }
    }
}

/// A role asked for by id; `deleted` is there because SDKs demand it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WholeRoleOut {
    #[serde(flatten)]
    role: RoleOut,
    deleted: bool,
}

fn id(api: &Api) -> RoleId {
    RoleId::new(api.id())
}

/// `GET /{tenant}/roles/search`
pub async fn search(api: Api, Listing(list): Listing) -> Result<Json<Page<RoleSummaryOut>>, Failure> {
    Ok(Json(role::page(&api.cx, &api.tenant()?, &list).await?.map(RoleSummaryOut::from)))
}

/// `POST /{tenant}/roles`
pub async fn create(api: Api, Body(new): Body<RoleIn>) -> Result<Json<RoleOut>, Failure> {
    Ok(Json(role::create(&api.cx, &api.tenant()?, new.into()).await?.into()))
}

/// `GET /{tenant}/roles/{id}`
pub async fn get(api: Api) -> Result<Json<RoleOut>, Failure> {
    Ok(Json(role::get(&api.cx, &api.tenant()?, &id(&api)).await?.into()))
}

/// `PUT /{tenant}/roles/{id}`
pub async fn update(api: Api, Body(new): Body<RoleIn>) -> Result<Json<RoleOut>, Failure> {
    Ok(Json(role::update(&api.cx, &api.tenant()?, &id(&api), new.into()).await?.into()))
}

/// `DELETE /{tenant}/roles/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    role::delete(&api.cx, &api.tenant()?, &id(&api)).await?;
    Ok(NoContent)
}

/// `POST /{tenant}/roles/autocomplete`
pub async fn autocomplete(api: Api, Body(typed): Body<Autocomplete>) -> Result<Json<Vec<RoleSummaryOut>>, Failure> {
    const OFFERED: i64 = 25;
    let tenant = api.tenant()?;
    let mut found = Vec::new();
    if typed.existing_only != Some(true) || typed.ids.as_ref().is_none_or(Vec::is_empty) {
        let list = List { q: typed.q.unwrap_or_default(), size: OFFERED, ..List::default() };
        found = role::page(&api.cx, &tenant, &list).await?.results;
    }
    let known = role::by_ids(&api.cx, &tenant, &typed.ids.unwrap_or_default()).await?;
    let more: Vec<_> = known.into_iter().filter(|one| !found.iter().any(|other| other.id == one.id)).collect();
    Ok(Json(found.into_iter().chain(more).map(RoleSummaryOut::from).collect()))
}

/// `POST /{tenant}/roles/ids`
pub async fn by_ids(api: Api, Body(ids): Body<Ids>) -> Result<Json<Vec<WholeRoleOut>>, Failure> {
    let found = role::by_ids(&api.cx, &api.tenant()?, &ids.ids.unwrap_or_default()).await?;
    Ok(Json(found.into_iter().map(|role| WholeRoleOut { role: role.into(), deleted: false }).collect()))
}

/// Actions by resource.
type Vocabulary = BTreeMap<&'static str, Vec<&'static str>>;

/// `GET /{tenant}/acls/permissions`
pub async fn permissions(api: Api) -> Result<Json<Vocabulary>, Failure> {
    role::vocabulary(&api.cx, &api.tenant()?).await?;
    let words = |one: &Resource| (one.as_str(), one.actions().into_iter().map(Action::as_str).collect());
    Ok(Json(Resource::ALL.iter().map(words).collect()))
}

/// `GET /{tenant}/acls/actions`
pub async fn actions(api: Api) -> Result<Json<Vec<&'static str>>, Failure> {
    role::vocabulary(&api.cx, &api.tenant()?).await?;
    Ok(Json(Action::ALL.iter().map(|one| one.as_str()).collect()))
}

/// `GET /{tenant}/acls/templates`
pub async fn templates(api: Api) -> Result<Json<BTreeMap<String, Permissions>>, Failure> {
    role::vocabulary(&api.cx, &api.tenant()?).await?;
    Ok(Json(Managed::ALL.into_iter().map(|role| (role.key().to_uppercase(), role.permissions())).collect()))
}
