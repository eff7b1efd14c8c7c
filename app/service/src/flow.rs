//! Flows of a tenant: kept verbatim, never run (contract 3.11).

use crate::{
    Context, Error, Result, TenantRef,
    act::{CreateFlow, DeleteFlow, ListFlows, UpdateFlow, ViewFlow},
    audit::Change,
    name,
    namespace::known,
};
use model::{Action, Flow, List, Namespace, NamespaceRow, Page, Permission, Resource, TenantId};

/// What was read from a flow's source.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// Where it shall be.
    pub namespace: Namespace,
    /// Its id.
    pub id: String,
    /// YAML, verbatim.
    pub source: String,
    /// What it is for.
    pub description: Option<String>,
    /// JSON object of its labels.
    pub labels: String,
    /// Whether it is switched off.
    pub disabled: bool,
}

fn absent(namespace: &str, id: &str) -> Error {
    Error::NotFound { what: "Flow", id: format!("{namespace}.{id}") }
}

fn said(flow: &Flow) -> serde_json::Value {
    serde_json::json!({ "namespace": flow.namespace, "id": flow.id, "revision": flow.revision, "source": flow.source })
}

fn of(cx: &Context, new: NewFlow, revision: i64) -> Flow {
    let NewFlow { namespace, id, source, description, labels, disabled } = new;
    Flow { namespace, id, revision, source, description, labels, disabled, updated_at: cx.now() }
}

/// Makes a flow, and its namespace where there is none and the tenant does not ask for existing ones.
///
/// # Errors
/// [`Error::Conflict`] where the namespace has it already.
#[tracing::instrument(name = "flow::create", skip_all, fields(%tenant))]
pub async fn create(cx: &Context, tenant: &TenantRef, new: NewFlow) -> Result<(Flow, Option<TenantId>)> {
    let mut work = cx.write_at::<CreateFlow>(tenant, &new.namespace).await?;
    let uid = work.data_uid()?;
    let namespace = new.namespace.clone();
    if store::namespaces::by_id(work.tx(), &uid, &namespace).await?.is_none() {
        if work.tenant()?.settings.require_existing_namespace == Some(true) {
            return Err(Error::field(
                "namespace",
                format!("The namespace {namespace} does not exist. Create it first."),
            ));
        }
        const NEW: Permission = Permission::new(Resource::Namespace, Action::Create);
        // Whoever may not make namespaces still may use one that only its flows are in.
        if work.may_at(NEW, &namespace) {
            let row = NamespaceRow { id: namespace.clone(), description: None, settings: "{}".into() };
            store::namespaces::insert(work.tx(), &uid, &row, cx.now()).await?;
        }
    }
    let flow = of(cx, new, 1);
    let by = work.caller_name().to_owned();
    if store::flows::insert(work.tx(), &uid, &flow, &by).await? == 0 {
        let message = format!("A flow “{}” exists already in {namespace}.", flow.id);
        return Err(Error::Conflict { field: Some("id"), message });
    }
    let tenant = work.tenant()?.id.clone();
    work.commit(Change::created(Resource::Flow, flow.id.as_str(), &said(&flow)).in_namespace(Some(&namespace))).await?;
    Ok((flow, tenant))
}

/// Changes a flow; a source that is the same makes no new revision.
#[tracing::instrument(name = "flow::update", skip_all, fields(%tenant))]
pub async fn update(cx: &Context, tenant: &TenantRef, new: NewFlow) -> Result<(Flow, Option<TenantId>)> {
    let mut work = cx.write_at::<UpdateFlow>(tenant, &new.namespace).await?;
    let uid = work.data_uid()?;
    let namespace = new.namespace.clone();
    let before = store::flows::hold(work.tx(), &uid, &namespace, &new.id).await?;
    let before = before.ok_or_else(|| absent(namespace.as_str(), &new.id))?;
    let tenant = work.tenant()?.id.clone();
    if before.source == new.source {
        return Ok((before.clone(), tenant));
    }
    let flow = of(cx, new, before.revision + 1);
    let by = work.caller_name().to_owned();
    store::flows::update(work.tx(), &before, &uid, &flow, &by).await?;
    let change = Change::updated(Resource::Flow, flow.id.as_str(), &said(&before), &said(&flow));
    work.commit(change.in_namespace(Some(&namespace))).await?;
    Ok((flow, tenant))
}

/// A flow, or one of its revisions.
#[tracing::instrument(name = "flow::get", skip_all, fields(%tenant, %id))]
pub async fn get(
    cx: &Context,
    tenant: &TenantRef,
    namespace: &str,
    id: &str,
    revision: Option<i64>,
) -> Result<(Flow, Option<TenantId>)> {
    let place = known(namespace)?;
    let mut read = cx.read_at::<ViewFlow>(tenant, &place).await?;
    let uid = read.data_uid()?;
    let mut flow = store::flows::by_id(read.tx(), &uid, &place, id).await?.ok_or_else(|| absent(namespace, id))?;
    if let Some(revision) = revision.filter(|revision| *revision != flow.revision) {
        let found = store::flows::revisions(read.tx(), &uid, &place, id, Some(revision)).await?;
        let (revision, source, updated_at) = found.into_iter().next().ok_or_else(|| absent(namespace, id))?;
        flow = Flow { revision, source, updated_at, ..flow };
    }
    Ok((flow, read.tenant()?.id.clone()))
}

/// A flow as it was in each of its revisions, the oldest first.
#[tracing::instrument(name = "flow::revisions", skip_all, fields(%tenant, %id))]
pub async fn revisions(
    cx: &Context,
    tenant: &TenantRef,
    namespace: &str,
    id: &str,
) -> Result<(Vec<Flow>, Option<TenantId>)> {
    let place = known(namespace)?;
    let mut read = cx.read_at::<ViewFlow>(tenant, &place).await?;
    let uid = read.data_uid()?;
    let flow = store::flows::by_id(read.tx(), &uid, &place, id).await?.ok_or_else(|| absent(namespace, id))?;
    let all = store::flows::revisions(read.tx(), &uid, &place, id, None).await?;
    let each =
        all.into_iter().map(|(revision, source, updated_at)| Flow { revision, source, updated_at, ..flow.clone() });
    Ok((each.collect(), read.tenant()?.id.clone()))
}

/// Deletes a flow with its revisions; executions keep their records.
#[tracing::instrument(name = "flow::delete", skip_all, fields(%tenant, %id))]
pub async fn delete(cx: &Context, tenant: &TenantRef, namespace: &str, id: &str) -> Result<()> {
    let place = known(namespace)?;
    let mut work = cx.write_at::<DeleteFlow>(tenant, &place).await?;
    let uid = work.data_uid()?;
    let before = store::flows::hold(work.tx(), &uid, &place, id).await?.ok_or_else(|| absent(namespace, id))?;
    store::flows::delete(work.tx(), &before, &uid).await?;
    work.commit(Change::deleted(Resource::Flow, id, &said(&before)).in_namespace(Some(&place))).await
}

/// A page of the flows the caller may see.
#[tracing::instrument(name = "flow::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, list: &List) -> Result<(Page<Flow>, Option<TenantId>)> {
    let (mut read, reach) = cx.read_reach::<ListFlows>(tenant).await?;
    name::check(&store::shape::FLOWS, list)?;
    let uid = read.data_uid()?;
    let page = store::flows::page(read.tx(), &uid, &reach, list).await?;
    Ok((page, read.tenant()?.id.clone()))
}

/// Namespaces that have flows the caller may see, with `text` in their names; 10,000 at the most.
#[tracing::instrument(name = "flow::namespaces", skip_all, fields(%tenant))]
pub async fn namespaces(cx: &Context, tenant: &TenantRef, text: &str) -> Result<Vec<Namespace>> {
    let (mut read, reach) = cx.read_reach::<ListFlows>(tenant).await?;
    let uid = read.data_uid()?;
    Ok(store::flows::namespaces(read.tx(), &uid, &reach, text).await?)
}

/// Goes on only for whoever may see some of the tenant's flows.
#[tracing::instrument(name = "flow::may_validate", skip_all, fields(%tenant))]
pub async fn may_validate(cx: &Context, tenant: &TenantRef) -> Result<()> {
    cx.read_reach::<ListFlows>(tenant).await.map(drop)
}
