//! Executions of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire};
#[cfg(feature = "ssr")]
use super::{asking, dates::moment, flow::within, refuse};
use leptos::prelude::*;
use model::Moment;
use serde::{Deserialize, Serialize};

/// An execution in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionLine {
    /// Its ID.
    pub id: String,
    /// The namespace of its flow.
    pub namespace: String,
    /// The ID of its flow.
    pub flow: String,
    /// Its state.
    pub state: String,
    /// When it was created.
    pub created: Moment,
}

/// A `page` of a tenant's executions, from 1: of those in a state, of a flow, in a namespace and below it, as far as they
/// are named.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_executions")]
pub async fn list_executions(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] state: String,
    #[server(default)] namespace: String,
    #[server(default)] flow: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<Listed<ExecutionLine>> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let mut list = super::part(&q, page);
    list.also("state", Some(&state));
    list.also("flowId", Some(&flow));
    if !namespace.trim().is_empty() {
        list.filter = model::Filter::All(vec![list.filter, within(namespace.trim())]);
    }
    let (found, _) = service::execution::page(&cx, &place, &list).await.map_err(refuse)?;
    let now = cx.now();
    let line = |one: model::Execution| ExecutionLine {
        id: one.id,
        namespace: one.namespace.to_string(),
        flow: one.flow_id,
        state: one.state,
        created: moment(one.created_at, now),
    };
    Ok(found.map(line).into())
}

/// An execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionDetails {
    /// Its ID.
    pub id: String,
    /// The namespace of its flow.
    pub namespace: String,
    /// The ID of its flow.
    pub flow: String,
    /// The revision of its flow.
    pub revision: i64,
    /// Its state.
    pub state: String,
    /// When it was created.
    pub created: Moment,
    /// By whom.
    pub by: String,
    /// When it ended.
    pub ended: Option<Moment>,
    /// Its labels, each as `key: value`.
    pub labels: Vec<String>,
    /// The states it went through, the first first: each with when it began.
    pub states: Vec<(String, Option<Moment>)>,
    /// Its inputs as JSON, if it has some.
    pub inputs: Option<String>,
}

/// An execution: its states and inputs.
#[server(prefix = "/serverfn", output = Wire, endpoint = "view_execution")]
pub async fn view_execution(tenant: String, id: String, #[server(default)] again: bool) -> Answer<ExecutionDetails> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (one, _) = service::execution::get(&cx, &place, &id).await.map_err(refuse)?;
    let now = cx.now();
    Ok(ExecutionDetails {
        id: one.id,
        namespace: one.namespace.to_string(),
        flow: one.flow_id,
        revision: one.flow_revision,
        state: one.state,
        created: moment(one.created_at, now),
        by: one.created_by,
        ended: one.ended_at.map(|at| moment(at, now)),
        labels: stored::labels(&one.labels),
        states: stored::states(&one.histories, now),
        inputs: stored::inputs(&one.inputs),
    })
}

/// What is read from the JSON that is stored with an execution.
#[cfg(feature = "ssr")]
mod stored {
    use crate::api::dates::moment;
    use model::{Moment, Timestamp};
    use serde_json::Value;

    /// Labels, from a list of keys and values.
    pub(super) fn labels(json: &str) -> Vec<String> {
        let all: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let each = all.iter().filter_map(|one| Some(format!("{}: {}", text(one.get("key")?), text(one.get("value")?))));
        each.collect()
    }

    /// States and when they began.
    pub(super) fn states(json: &str, now: Timestamp) -> Vec<(String, Option<Moment>)> {
        let all: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
        let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let since = |one: &Value| Timestamp::parse(&text(one, "date")).map(|at| moment(at, now));
        all.iter().map(|one| (text(one, "state"), since(one))).collect()
    }

    /// Inputs, as people read them.
    pub(super) fn inputs(json: &str) -> Option<String> {
        let inputs: Value = serde_json::from_str(json).unwrap_or_default();
        let some = inputs.as_object().is_some_and(|inputs| !inputs.is_empty());
        some.then(|| serde_json::to_string_pretty(&inputs).unwrap_or_default())
    }
}
