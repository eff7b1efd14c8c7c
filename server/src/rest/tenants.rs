//! `/tenants` (contract 3.1).

use super::{caller::Api, error::Failure, json::Body, query::Listing};
use axum::{Json, response::NoContent};
use model::{
    Code, NewTenant, Page, Position, Tenant, TenantChange, TenantId, TenantQuery, TenantSettings, TenantSort,
    TenantSummary,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A tenant as clients send it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct TenantIn {
    id: Option<String>,
    name: Option<String>,
    #[serde(flatten)]
    settings: TenantSettings,
}

/// A tenant as clients read it; `deleted` is there because SDKs demand it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TenantOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<TenantId>,
    name: String,
    deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    #[serde(flatten)]
    settings: TenantSettings,
}

impl TenantOut {
    /// With its picture.
    pub fn with_logo(self, logo: String) -> Self {
        Self { logo: Some(logo), ..self }
    }
}

impl From<Tenant> for TenantOut {
    fn from(tenant: Tenant) -> Self {
        Self { id: tenant.id, name: tenant.name, deleted: false, logo: None, settings: tenant.settings }
    }
}

impl From<TenantSummary> for TenantOut {
    fn from(row: TenantSummary) -> Self {
        Self { id: Some(row.id), name: row.name, deleted: false, logo: None, settings: row.settings }
    }
}

/// `POST /tenants`
pub async fn create(api: Api, Body(new): Body<TenantIn>) -> Result<Json<TenantOut>, Failure> {
    let new = NewTenant { id: new.id.unwrap_or_default(), name: new.name.unwrap_or_default(), settings: new.settings };
    Ok(Json(service::tenant::create(&api.cx, new, None).await?.into()))
}

/// `GET /tenants/{id}`
pub async fn get(api: Api) -> Result<Json<TenantOut>, Failure> {
    Ok(Json(service::tenant::get(&api.cx, api.id()).await?.into()))
}

/// `PUT /tenants/{id}`
pub async fn update(api: Api, Body(new): Body<TenantIn>) -> Result<Json<TenantOut>, Failure> {
    if new.id.as_ref().is_some_and(|other| other != api.id()) {
        return Err(Failure::new(Code::Invalid, "Illegal argument: the id of a tenant cannot be changed."));
    }
    let change = TenantChange { name: new.name.unwrap_or_default(), settings: new.settings, version: None };
    Ok(Json(service::tenant::update(&api.cx, api.id(), change).await?.into()))
}

/// `DELETE /tenants/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    service::tenant::delete(&api.cx, api.id(), None).await?;
    Ok(NoContent)
}

/// `GET /tenants/search`
pub async fn search(api: Api, Listing(list): Listing) -> Result<Json<Page<TenantOut>>, Failure> {
    let (sort, direction) = match list.sort.first() {
        None => (TenantSort::Id, model::Direction::Asc),
        Some((field, direction)) => match TenantSort::from_key(field) {
            Some(sort) => (sort, *direction),
            None => {
                let message = format!("Invalid sort parameter: tenants have no field {field}.");
                return Err(Failure::new(Code::Invalid, message));
            }
        },
    };
    service::tenant::known_fields(&list.filter)
        .map_err(|invalid| Failure::new(Code::Invalid, format!("Illegal argument: {invalid}")))?;
    let query = TenantQuery { q: list.q, sort, direction, position: Position::Offset(list.offset), size: list.size };
    let page = service::tenant::search(&api.cx, query, &list.filter).await?;
    Ok(Json(page.map(TenantOut::from)))
}
