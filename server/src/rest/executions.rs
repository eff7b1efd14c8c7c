//! `/{tenant}/executions`: records that clients make, change and read. Nothing is run here (contract 3.11).

use super::{
    caller::Api,
    error::Failure,
    json::{Body, Form},
    query::{Asked, Listing},
};
use axum::{Json, response::NoContent};
use model::{Code, Execution, Page, TenantId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::execution;

/// A state an execution had.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct HistoryOut {
    state: String,
    date: String,
}

/// The state of an execution.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateOut {
    current: String,
    histories: Vec<HistoryOut>,
    start_date: String,
    end_date: Option<String>,
    /// ISO 8601, where it has come to an end.
    duration: Option<String>,
}

/// A label.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    key: String,
    value: String,
}

/// About an execution.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetadataOut {
    attempt_number: i64,
    original_created_date: String,
}

/// An execution.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionOut {
    id: String,
    tenant_id: Option<String>,
    namespace: String,
    flow_id: String,
    flow_revision: i64,
    original_id: String,
    state: StateOut,
    labels: Vec<Label>,
    inputs: Map<String, Value>,
    deleted: bool,
    metadata: MetadataOut,
}

fn out(one: Execution, tenant: Option<&TenantId>) -> ExecutionOut {
    ExecutionOut {
        original_id: one.id.clone(),
        id: one.id,
        tenant_id: tenant.map(ToString::to_string),
        namespace: one.namespace.to_string(),
        flow_id: one.flow_id,
        flow_revision: one.flow_revision,
        state: StateOut {
            current: one.state,
            histories: serde_json::from_str(&one.histories).unwrap_or_default(),
            start_date: one.created_at.iso(),
            end_date: one.ended_at.map(Timestamp::iso),
            duration: one.ended_at.map(|end| format!("PT{}S", (end.0 - one.created_at.0) as f64 / 1000.0)),
        },
        labels: serde_json::from_str(&one.labels).unwrap_or_default(),
        inputs: serde_json::from_str(&one.inputs).unwrap_or_default(),
        deleted: false,
        metadata: MetadataOut { attempt_number: 1, original_created_date: one.created_at.iso() },
    }
}

/// Labels a new execution gets.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Labelled {
    /// `key:value`; may be repeated.
    #[serde(default)]
    labels: Vec<String>,
}

/// `POST /{tenant}/executions/{namespace}/{id}`
pub async fn create(api: Api, Asked(new): Asked<Labelled>, Form(inputs): Form) -> Result<Json<ExecutionOut>, Failure> {
    let refused =
        |label: &String| Failure::new(Code::Invalid, format!("Invalid entity: labels: “{label}” is not key:value."));
    let pair = |label: &String| {
        let (key, value) = label.split_once(':').filter(|(key, _)| !key.is_empty()).ok_or_else(|| refused(label))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    let labels = new.labels.iter().map(pair).collect::<Result<Vec<_>, Failure>>()?;
    let inputs = inputs.into_iter().map(|(key, value)| (key, Value::from(value))).collect();
    let (made, tenant) = execution::create(
        &api.cx,
        &api.tenant()?,
        api.param("namespace"),
        api.param("flow"),
        labels,
        Value::Object(inputs),
    )
    .await?;
    Ok(Json(out(made, tenant.as_ref())))
}

/// `GET /{tenant}/executions/{id}`
pub async fn get(api: Api) -> Result<Json<ExecutionOut>, Failure> {
    let (found, tenant) = execution::get(&api.cx, &api.tenant()?, api.id()).await?;
    Ok(Json(out(found, tenant.as_ref())))
}

/// Which flow's executions are asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfFlow {
    /// Namespace of the flow.
    namespace: Option<String>,
    /// Id of the flow.
    flow_id: Option<String>,
}

/// `GET /{tenant}/executions/search` and `GET /{tenant}/executions`
pub async fn search(
    api: Api,
    Listing(mut list): Listing,
    Asked(which): Asked<OfFlow>,
) -> Result<Json<Page<ExecutionOut>>, Failure> {
    list.also("namespace", which.namespace.as_deref());
    list.also("flowId", which.flow_id.as_deref());
    let (page, tenant) = execution::page(&api.cx, &api.tenant()?, &list).await?;
    Ok(Json(page.map(|one| out(one, tenant.as_ref()))))
}

/// `DELETE /{tenant}/executions/{id}`
pub async fn delete(api: Api) -> Result<NoContent, Failure> {
    execution::delete(&api.cx, &api.tenant()?, api.id()).await?;
    Ok(NoContent)
}

/// A new state.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NewState {
    /// A word such as SUCCESS.
    status: String,
}

/// `POST /{tenant}/executions/{id}/actions/change-status`
pub async fn set_state(api: Api, Asked(new): Asked<NewState>) -> Result<Json<ExecutionOut>, Failure> {
    let (changed, tenant) = execution::set_state(&api.cx, &api.tenant()?, api.id(), &new.status).await?;
    Ok(Json(out(changed, tenant.as_ref())))
}

/// `POST /{tenant}/executions/{id}/actions/labels`
pub async fn set_labels(api: Api, Body(labels): Body<Vec<Label>>) -> Result<Json<ExecutionOut>, Failure> {
    let labels = labels.into_iter().map(|label| (label.key, label.value)).collect();
    let (changed, tenant) = execution::set_labels(&api.cx, &api.tenant()?, api.id(), labels).await?;
    Ok(Json(out(changed, tenant.as_ref())))
}
