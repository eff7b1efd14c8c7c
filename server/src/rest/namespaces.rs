//! `/{tenant}/namespaces` (contract 3.11).

use super::{
    caller::Api,
    error::Failure,
    json::Body,
    query::{Asked, Listing},
    words::Autocomplete,
};
use axum::{Json, response::NoContent};
use model::{Code, List, NamespaceRow, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use service::namespace;

/// A namespace as clients send it; its settings are kept as they come.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NamespaceIn {
    id: Option<String>,
    description: Option<String>,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl NamespaceIn {
    /// What is kept: not what the address says, and not what has no value.
    fn settings(&self) -> String {
        const OURS: [&str; 3] = ["tenantId", "deleted", "namespaceId"];
        let kept = self.settings.iter().filter(|(key, value)| !OURS.contains(&key.as_str()) && !value.is_null());
        Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect()).to_string()
    }
}

fn out(row: NamespaceRow) -> Value {
    let mut object: Map<String, Value> = serde_json::from_str(&row.settings).unwrap_or_default();
    object.insert("id".into(), row.id.to_string().into());
    object.insert("deleted".into(), false.into());
    if let Some(description) = row.description {
        object.insert("description".into(), description.into());
    }
    Value::Object(object)
}

/// Which namespaces are asked for.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Existing {
    /// Not those that only flows are in.
    existing: Option<bool>,
}

/// `GET /{tenant}/namespaces/search`
pub async fn search(
    api: Api,
    Listing(list): Listing,
    Asked(which): Asked<Existing>,
) -> Result<Json<Page<Value>>, Failure> {
    let page = namespace::page(&api.cx, &api.tenant()?, which.existing == Some(true), &list).await?;
    Ok(Json(page.map(out)))
}

/// `POST /{tenant}/namespaces`
pub async fn create(api: Api, Body(new): Body<NamespaceIn>) -> Result<Json<Value>, Failure> {
    let settings = new.settings();
    let id = new.id.unwrap_or_default();
    Ok(Json(out(namespace::create(&api.cx, &api.tenant()?, &id, new.description, settings).await?)))
}

/// `GET /{tenant}/namespaces/{id}`
pub async fn get(api: Api) -> Result<Json<Value>, Failure> {
    Ok(Json(out(namespace::get(&api.cx, &api.tenant()?, api.id()).await?)))
}

/// `PUT /{tenant}/namespaces/{id}`
pub async fn update(api: Api, Body(new): Body<NamespaceIn>) -> Result<Json<Value>, Failure> {
    if new.id.as_deref().is_some_and(|id| id != api.id()) {
        return Err(Failure::new(Code::Invalid, "Invalid entity: the id of a namespace cannot be changed."));
    }
    let settings = new.settings();
    Ok(Json(out(namespace::update(&api.cx, &api.tenant()?, api.id(), new.description, settings).await?)))
}

/// `DELETE /{tenant}/namespaces/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    namespace::delete(&api.cx, &api.tenant()?, api.id()).await?;
    Ok(NoContent)
}

/// `POST /{tenant}/namespaces/autocomplete`
pub async fn autocomplete(api: Api, Body(typed): Body<Autocomplete>) -> Result<Json<Vec<String>>, Failure> {
    const OFFERED: i64 = 100;
    let list = List { q: typed.q.unwrap_or_default(), size: OFFERED, ..List::default() };
    let page = namespace::page(&api.cx, &api.tenant()?, typed.existing_only == Some(true), &list).await?;
    let mut found: Vec<String> = page.results.into_iter().map(|row| row.id.to_string()).collect();
    let more = typed.ids.unwrap_or_default().into_iter().filter(|id| !found.contains(id)).collect::<Vec<_>>();
    found.extend(more);
    Ok(Json(found))
}
