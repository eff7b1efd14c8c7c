//! Records of executions: made, changed and read by clients. This product administers access and runs no flows
//! (contract 3.11).

use crate::{
    Context, Error, Result, TenantRef,
    act::{ChangeExecutionLabels, CreateExecution, DeleteExecution, ListExecutions, UpdateExecution, ViewExecution},
    audit::Change,
    context::Own,
    name,
    namespace::known,
};
use model::{Action, Execution, List, Page, Permission, Resource, TenantId, Timestamp, Unreadable};
use serde_json::{Value, json};
use store::Locked;

fn absent(id: &str) -> Error {
    Error::NotFound { what: "Execution", id: id.to_owned() }
}

fn said(one: &Execution) -> Result<Value> {
    let labels: Value = Unreadable::json(("executions", "labels"), &one.id, &one.labels).map_err(Error::unreadable)?;
    Ok(json!({ "flowId": one.flow_id, "state": one.state, "labels": labels }))
}

/// States an execution ends in.
const ENDS: [&str; 6] = ["SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED"];

/// Makes a record of an execution of a flow, in its first state.
#[tracing::instrument(name = "execution::create", skip_all, fields(%tenant))]
pub async fn create(
    cx: &Context,
    tenant: &TenantRef,
    namespace: &str,
    flow: &str,
    labels: Vec<(String, String)>,
    inputs: Value,
) -> Result<(Execution, Option<TenantId>)> {
    let place = known(namespace)?;
    let mut work = cx.write_at::<CreateExecution>(tenant, &place).await?;
    work.require_at(Permission::new(Resource::Flow, Action::Execute), &place).await?;
    let uid = work.data_uid()?;
    let no_flow = || Error::NotFound { what: "Flow", id: format!("{namespace}.{flow}") };
    let found = store::flows::by_id(work.tx(), &uid, &place, flow).await?.ok_or_else(no_flow)?;
    let labels: Vec<Value> = labels.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    let now = cx.now();
    let execution = Execution {
        id: cx.new_id(),
        namespace: place.clone(),
        flow_id: found.id,
        flow_revision: found.revision,
        state: "CREATED".into(),
        labels: Value::Array(labels).to_string(),
        histories: json!([{ "state": "CREATED", "date": now.iso() }]).to_string(),
        inputs: inputs.to_string(),
        created_at: now,
        created_by: work.caller_name().to_owned(),
        ended_at: None,
    };
    store::executions::insert(work.tx(), &uid, &execution).await?;
    let tenant = work.tenant()?.id.clone();
    let change = Change::created(Resource::Execution, execution.id.as_str(), &said(&execution)?);
    work.commit(change.in_namespace(Some(&place))).await?;
    Ok((execution, tenant))
}

/// A record; one in a namespace the caller may not see is as absent as one there is not.
#[tracing::instrument(name = "execution::get", skip_all, fields(%tenant, %id))]
pub async fn get(cx: &Context, tenant: &TenantRef, id: &str) -> Result<(Execution, Option<TenantId>)> {
    let (mut read, reach) = cx.read_reach::<ViewExecution>(tenant).await?;
    let uid = read.data_uid()?;
    let found = store::executions::by_id(read.tx(), &uid, id).await?.filter(|one| reach.covers(&one.namespace));
    Ok((found.ok_or_else(|| absent(id))?, read.tenant()?.id.clone()))
}

/// A transaction to change a record, which must be one the caller sees before it is asked whether it may.
async fn changing(
    cx: &Context,
    tenant: &TenantRef,
    id: &str,
    wanted: Permission,
) -> Result<(crate::context::Write<Own>, Locked<Execution>)> {
    let (before, _) = get(cx, tenant, id).await?;
    let mut work = cx.write_own(Some(tenant)).await?;
    work.require_at(wanted, &before.namespace).await?;
    let uid = work.data_uid()?;
    let before = store::executions::hold(work.tx(), &uid, id).await?.ok_or_else(|| absent(id))?;
    Ok((work, before))
}

/// Notes a new state.
#[tracing::instrument(name = "execution::set_state", skip_all, fields(%tenant, %id))]
pub async fn set_state(
    cx: &Context,
    tenant: &TenantRef,
    id: &str,
    state: &str,
) -> Result<(Execution, Option<TenantId>)> {
    if !Execution::STATES.contains(&state) {
        return Err(Error::field("state", format!("“{state}” is no state of an execution.")));
    }
    let (mut work, before) = changing(cx, tenant, id, <UpdateExecution as crate::act::Act>::PERMISSION).await?;
    let now = cx.now();
    let mut histories: Vec<Value> =
        Unreadable::json(("executions", "histories"), id, &before.histories).map_err(Error::unreadable)?;
    histories.push(json!({ "state": state, "date": now.iso() }));
    let after = Execution {
        state: state.to_owned(),
        histories: Value::Array(histories).to_string(),
        ended_at: ENDS.contains(&state).then_some(Timestamp(now.0)),
        ..before.clone()
    };
    let uid = work.data_uid()?;
    store::executions::update(work.tx(), &before, &uid, &after).await?;
    let tenant = work.tenant()?.id.clone();
    let change = Change::updated(Resource::Execution, id, &said(&before)?, &said(&after)?);
    work.commit(change.in_namespace(Some(&before.namespace))).await?;
    Ok((after, tenant))
}

/// Replaces a record's labels.
#[tracing::instrument(name = "execution::set_labels", skip_all, fields(%tenant, %id))]
pub async fn set_labels(
    cx: &Context,
    tenant: &TenantRef,
    id: &str,
    labels: Vec<(String, String)>,
) -> Result<(Execution, Option<TenantId>)> {
    let (mut work, before) = changing(cx, tenant, id, <ChangeExecutionLabels as crate::act::Act>::PERMISSION).await?;
    let labels: Vec<Value> = labels.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    let after = Execution { labels: Value::Array(labels).to_string(), ..before.clone() };
    let uid = work.data_uid()?;
    store::executions::update(work.tx(), &before, &uid, &after).await?;
    let tenant = work.tenant()?.id.clone();
    let change = Change::updated(Resource::Execution, id, &said(&before)?, &said(&after)?);
    work.commit(change.in_namespace(Some(&before.namespace))).await?;
    Ok((after, tenant))
}

/// Deletes a record.
#[tracing::instrument(name = "execution::delete", skip_all, fields(%tenant, %id))]
pub async fn delete(cx: &Context, tenant: &TenantRef, id: &str) -> Result<()> {
    let (mut work, before) = changing(cx, tenant, id, <DeleteExecution as crate::act::Act>::PERMISSION).await?;
    let uid = work.data_uid()?;
    store::executions::delete(work.tx(), &before, &uid).await?;
    work.commit(Change::deleted(Resource::Execution, id, &said(&before)?).in_namespace(Some(&before.namespace))).await
}

/// A page of the records the caller may see.
#[tracing::instrument(name = "execution::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, list: &List) -> Result<(Page<Execution>, Option<TenantId>)> {
    let (mut read, reach) = cx.read_reach::<ListExecutions>(tenant).await?;
    name::check(&store::shape::EXECUTIONS, list)?;
    let uid = read.data_uid()?;
    let page = store::executions::page(read.tx(), &uid, &reach, list).await?;
    Ok((page, read.tenant()?.id.clone()))
}
