//! Namespaces of a tenant (contract 3.11).

use crate::{
    Context, Error, Result, TenantRef,
    act::{CreateNamespace, DeleteNamespace, ListNamespaces, UpdateNamespace, ViewNamespace},
    audit::Change,
    name,
};
use model::{List, Namespace, NamespaceRow, Page, Resource, Unreadable};

fn absent(id: &str) -> Error {
    Error::NotFound { what: "Namespace", id: id.to_owned() }
}

/// A name from an address; what cannot be one is nobody's.
pub(crate) fn known(id: &str) -> Result<Namespace> {
    Namespace::parse(id).map_err(|_| absent(id))
}

/// A namespace as the audit log shows it: which settings it has, without what is in them, since that may be secret.
fn said(row: &NamespaceRow) -> Result<serde_json::Value> {
    let settings: serde_json::Map<String, serde_json::Value> =
        Unreadable::json(("namespaces", "settings"), &row.id, &row.settings).map_err(Error::unreadable)?;
    let settings: Vec<_> = settings.keys().collect();
    Ok(serde_json::json!({ "id": row.id, "description": row.description, "settings": settings }))
}

/// Makes a namespace.
///
/// # Errors
/// [`Error::Conflict`] where the tenant has it already.
#[tracing::instrument(name = "namespace::create", skip_all, fields(%tenant, %id))]
pub async fn create(
    cx: &Context,
    tenant: &TenantRef,
    id: &str,
    description: Option<String>,
    settings: String,
) -> Result<NamespaceRow> {
    let namespace = Namespace::parse(id).map_err(|invalid| Error::field("id", invalid.0))?;
    let mut work = cx.write_at::<CreateNamespace>(tenant, &namespace).await?;
    let uid = work.data_uid()?;
    let row = NamespaceRow { id: namespace.clone(), description: name::description(description)?, settings };
    if store::namespaces::insert(work.tx(), &uid, &row, cx.now()).await? == 0 {
        let message = format!("A namespace “{namespace}” exists already.");
        return Err(Error::Conflict { field: Some("id"), message });
    }
    let change = Change::created(Resource::Namespace, namespace.as_str(), &said(&row)?);
    work.commit(change.in_namespace(Some(&namespace))).await?;
    Ok(row)
}

/// A namespace.
#[tracing::instrument(name = "namespace::get", skip_all, fields(%tenant, %id))]
pub async fn get(cx: &Context, tenant: &TenantRef, id: &str) -> Result<NamespaceRow> {
    let namespace = known(id)?;
    let mut read = cx.read_at::<ViewNamespace>(tenant, &namespace).await?;
    let uid = read.data_uid()?;
    store::namespaces::by_id(read.tx(), &uid, &namespace).await?.ok_or_else(|| absent(id))
}

/// Changes a namespace: what it shall be from now on.
#[tracing::instrument(name = "namespace::update", skip_all, fields(%tenant, %id))]
pub async fn update(
    cx: &Context,
    tenant: &TenantRef,
    id: &str,
    description: Option<String>,
    settings: String,
) -> Result<NamespaceRow> {
    let namespace = known(id)?;
    let mut work = cx.write_at::<UpdateNamespace>(tenant, &namespace).await?;
    let uid = work.data_uid()?;
    let before = store::namespaces::hold(work.tx(), &uid, &namespace).await?.ok_or_else(|| absent(id))?;
    let row = NamespaceRow { id: namespace.clone(), description: name::description(description)?, settings };
    store::namespaces::update(work.tx(), &before, &uid, &row, cx.now()).await?;
    let change = Change::updated(Resource::Namespace, id, &said(&before)?, &said(&row)?);
    work.commit(change.in_namespace(Some(&namespace))).await?;
    Ok(row)
}

/// Deletes a namespace; the flows in it stay.
#[tracing::instrument(name = "namespace::delete", skip_all, fields(%tenant, %id))]
pub async fn delete(cx: &Context, tenant: &TenantRef, id: &str) -> Result<()> {
    let namespace = known(id)?;
    let mut work = cx.write_at::<DeleteNamespace>(tenant, &namespace).await?;
    let uid = work.data_uid()?;
    let before = store::namespaces::hold(work.tx(), &uid, &namespace).await?.ok_or_else(|| absent(id))?;
    store::namespaces::delete(work.tx(), &before, &uid).await?;
    work.commit(Change::deleted(Resource::Namespace, id, &said(&before)?).in_namespace(Some(&namespace))).await
}

/// A page of the namespaces the caller may see; unless `existing`, also those that only flows are in.
#[tracing::instrument(name = "namespace::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, existing: bool, list: &List) -> Result<Page<NamespaceRow>> {
    let (mut read, reach) = cx.read_reach::<ListNamespaces>(tenant).await?;
    name::check(&store::shape::NAMESPACES, list)?;
    let uid = read.data_uid()?;
    Ok(store::namespaces::page(read.tx(), &uid, &reach, existing, list).await?)
}
