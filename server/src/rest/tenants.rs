//! `/tenants` (contract 3.1).

use super::{caller::Api, error::Failure, json::Body, query::ListQuery};
use axum::{Json, extract::Path, http::StatusCode};
use model::{NewTenant, Page, Tenant, TenantChange, TenantId, TenantQuery, TenantSettings, TenantSort, TenantSummary};
use serde::{Deserialize, Serialize};

/// A tenant as clients send it.
#[derive(Debug, Deserialize)]
pub struct TenantIn {
    id: Option<String>,
    name: Option<String>,
    #[serde(flatten)]
    settings: TenantSettings,
}

/// A tenant as clients read it; `deleted` is there because SDKs demand it.
#[derive(Debug, Serialize)]
pub struct TenantOut {
    id: Option<TenantId>,
    name: String,
    deleted: bool,
    #[serde(flatten)]
    settings: TenantSettings,
}

impl From<Tenant> for TenantOut {
    fn from(tenant: Tenant) -> Self {
        Self { id: tenant.id, name: tenant.name, deleted: false, settings: tenant.settings }
    }
}

impl From<TenantSummary> for TenantOut {
    fn from(row: TenantSummary) -> Self {
        Self { id: Some(row.id), name: row.name, deleted: false, settings: row.settings }
    }
}

/// `POST /tenants`
pub async fn create(api: Api, Body(new): Body<TenantIn>) -> Result<Json<TenantOut>, Failure> {
    let new = NewTenant { id: new.id.unwrap_or_default(), name: new.name.unwrap_or_default(), settings: new.settings };
    let tenant = service::tenant::create(&api.cx, new, None).await.map_err(|error| api.fail(error))?;
    Ok(Json(tenant.into()))
}

/// `GET /tenants/{id}`
pub async fn get(api: Api, Path(id): Path<String>) -> Result<Json<TenantOut>, Failure> {
    let tenant = service::tenant::get(&api.cx, &id).await.map_err(|error| api.fail(error))?;
    Ok(Json(tenant.into()))
}

/// `PUT /tenants/{id}`
pub async fn update(api: Api, Path(id): Path<String>, Body(new): Body<TenantIn>) -> Result<Json<TenantOut>, Failure> {
    if new.id.as_ref().is_some_and(|other| *other != id) {
        return Err(api.invalid("Illegal argument: the id of a tenant cannot be changed."));
    }
    let change = TenantChange { name: new.name.unwrap_or_default(), settings: new.settings, version: None };
    let tenant = service::tenant::update(&api.cx, &id, change).await.map_err(|error| api.fail(error))?;
    Ok(Json(tenant.into()))
}

/// `DELETE /tenants/{id}`
pub async fn delete(api: Api, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    service::tenant::delete(&api.cx, &id, None).await.map_err(|error| api.fail(error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /tenants/search`
pub async fn search(api: Api, list: ListQuery) -> Result<Json<Page<TenantOut>>, Failure> {
    let (sort, direction) = match list.sort.first() {
        None => (TenantSort::Id, model::Direction::Asc),
        Some((field, direction)) => match TenantSort::from_key(field) {
            Some(sort) => (sort, *direction),
            None => return Err(list.invalid(format!("Invalid sort parameter: tenants have no field {field}."))),
        },
    };
    service::tenant::known_fields(&list.filter)
        .map_err(|invalid| list.invalid(format!("Illegal argument: {invalid}")))?;
    let query = TenantQuery { q: list.q, sort, direction, position: list.position, size: list.size };
    let page = service::tenant::search(&api.cx, query, &list.filter).await.map_err(|error| api.fail(error))?;
    Ok(Json(Page { results: page.results.into_iter().map(TenantOut::from).collect(), total: page.total }))
}
