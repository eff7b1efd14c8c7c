//! `/{tenant}/flows` (contract 3.11). Flows are kept and not run.

use super::{
    caller::Api,
    error::Failure,
    flow_source::{out, read, refused},
    json::Text,
    query::{Asked, Listing},
};
use axum::{Json, response::NoContent};
use model::{Code, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::flow;

/// How a flow shall be shown.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Shown {
    /// With its source.
    source: Option<bool>,
    /// As it was then.
    revision: Option<i64>,
}

/// What validation found.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidationOut {
    /// Which of the flows sent, from 0.
    index: usize,
    flow: Option<String>,
    namespace: Option<String>,
    /// What is wrong, one line each.
    constraints: Option<String>,
}

/// `POST /{tenant}/flows`
pub async fn create(api: Api, Text(source): Text) -> Result<Json<Value>, Failure> {
    let (new, _) = read(&source).map_err(|wrong| refused(&wrong))?;
    let (flow, tenant) = flow::create(&api.cx, &api.tenant()?, new).await?;
    Ok(Json(out(flow, tenant.as_ref(), true)))
}

/// `PUT /{tenant}/flows/{namespace}/{id}`
pub async fn update(api: Api, Text(source): Text) -> Result<Json<Value>, Failure> {
    let (new, _) = read(&source).map_err(|wrong| refused(&wrong))?;
    if new.namespace.as_str() != api.param("namespace") || new.id != api.id() {
        return Err(Failure::new(Code::Invalid, "Invalid entity: the namespace and id of a flow cannot be changed."));
    }
    let (flow, tenant) = flow::update(&api.cx, &api.tenant()?, new).await?;
    Ok(Json(out(flow, tenant.as_ref(), true)))
}

/// `GET /{tenant}/flows/{namespace}/{id}`
pub async fn get(api: Api, Asked(shown): Asked<Shown>) -> Result<Json<Value>, Failure> {
    let (flow, tenant) = flow::get(&api.cx, &api.tenant()?, api.param("namespace"), api.id(), shown.revision).await?;
    Ok(Json(out(flow, tenant.as_ref(), shown.source == Some(true))))
}

/// `GET /{tenant}/flows/{namespace}/{id}/revisions`
pub async fn revisions(api: Api) -> Result<Json<Vec<Value>>, Failure> {
    let (all, tenant) = flow::revisions(&api.cx, &api.tenant()?, api.param("namespace"), api.id()).await?;
    Ok(Json(all.into_iter().map(|flow| out(flow, tenant.as_ref(), true)).collect()))
}

/// `DELETE /{tenant}/flows/{namespace}/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    flow::delete(&api.cx, &api.tenant()?, api.param("namespace"), api.id()).await?;
    Ok(NoContent)
}

/// `GET /{tenant}/flows/search`
pub async fn search(api: Api, Listing(list): Listing) -> Result<Json<Page<Value>>, Failure> {
    let (page, tenant) = flow::page(&api.cx, &api.tenant()?, &list).await?;
    Ok(Json(page.map(|flow| out(flow, tenant.as_ref(), false))))
}

/// `GET /{tenant}/flows/distinct-namespaces`
pub async fn namespaces(api: Api, Listing(list): Listing) -> Result<Json<Vec<String>>, Failure> {
    let found = flow::namespaces(&api.cx, &api.tenant()?, &list.q).await?;
    Ok(Json(found.iter().map(ToString::to_string).collect()))
}

/// `GET /{tenant}/flows/{namespace}`
pub async fn of_namespace(api: Api, Listing(mut list): Listing) -> Result<Json<Vec<Value>>, Failure> {
    list.also("namespace", Some(api.param("namespace")));
    list.size = 10_000;
    let (page, tenant) = flow::page(&api.cx, &api.tenant()?, &list).await?;
    Ok(Json(page.results.into_iter().map(|flow| out(flow, tenant.as_ref(), false)).collect()))
}

/// `POST /{tenant}/flows/validate`: several flows are separated by `---`.
pub async fn validate(api: Api, Text(sources): Text) -> Result<Json<Vec<ValidationOut>>, Failure> {
    flow::may_validate(&api.cx, &api.tenant()?).await?;
    let each = sources.split("\n---\n").enumerate().map(|(index, source)| match read(source) {
        Ok((new, _)) => {
            ValidationOut { index, flow: Some(new.id), namespace: Some(new.namespace.to_string()), constraints: None }
        }
        Err(wrong) => ValidationOut { index, flow: None, namespace: None, constraints: Some(wrong.join("\n")) },
    });
    Ok(Json(each.collect()))
}
