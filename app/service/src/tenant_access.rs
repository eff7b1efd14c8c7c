//! Who may enter a tenant (contract 3.8).

use crate::{
    Context, Error, Result, TenantRef,
    act::{CreateUser, DeleteUser, ListUsers, ViewUser},
    audit::Change,
    name,
    user::{self, User},
    welcome::welcome,
};
use model::{Action, Email, Grant, List, Membership, Page, Permission, Principal, PrincipalId, Resource, TenantId};
use std::slice;
use store::Tx;

/// What somebody has in a tenant.
#[derive(Debug, Clone)]
pub struct TenantAccess {
    /// The tenant.
    pub tenant: Option<TenantId>,
    /// Who.
    pub principal: Principal,
    /// Its groups there.
    pub groups: Vec<Membership>,
    /// Its roles there, its own and through groups.
    pub grants: Vec<Grant>,
}

/// A page of those who may enter the tenant.
#[tracing::instrument(name = "tenant_access::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, list: &List) -> Result<Page<User>> {
    let mut read = cx.read_in::<ListUsers>(tenant).await?;
    crate::name::check(&store::shape::ACCESS, list)?;
    let uid = read.tenant_uid()?;
    let Page { results: rows, total, more } = store::access::page(read.tx(), &uid, false, list).await?;
    let mut results = user::with_places(cx, read.tx(), rows, true).await?;
    for one in &mut results {
        // What else they belong to is not this tenant's concern.
        one.groups.retain(|group| group.tenant.0 == uid);
        one.tenants.clear();
    }
    Ok(Page { results, total, more })
}

/// What somebody has in the tenant; one's own without permission.
#[tracing::instrument(name = "tenant_access::get", skip_all, fields(%tenant, %id))]
pub async fn get(cx: &Context, tenant: &TenantRef, id: &PrincipalId) -> Result<TenantAccess> {
    let mut read = cx.read_own(Some(tenant)).await?;
    if cx.principal_id() != Some(id) {
        read.require_any(&[Permission::new(Resource::User, Action::View)]).await?;
    }
    let uid = read.tenant_uid()?;
    let entered = store::access::entered(read.tx(), &uid, id).await?;
    let principal = store::principals::by_id(read.tx(), id).await?.filter(|_| entered);
    let principal = principal.ok_or_else(|| Error::NoUser(id.to_string()))?;
    let groups = store::groups::of_principals(read.tx(), &[id.to_string()], Some(&uid)).await?;
    let grants = store::access::grants(read.tx(), &uid, id).await?;
    Ok(TenantAccess { tenant: read.tenant()?.id.clone(), principal, groups, grants })
}

/// Lets somebody in, by id; it is no mistake if they are in. Says whether they were not.
#[tracing::instrument(name = "tenant_access::put", skip_all, fields(%tenant, %id))]
pub async fn put(cx: &Context, tenant: &TenantRef, id: &PrincipalId) -> Result<bool> {
    let mut work = cx.write_in::<CreateUser>(tenant).await?;
    let uid = work.tenant_uid()?;
    let user = store::principals::by_id(work.tx(), id).await?.ok_or_else(|| Error::NoUser(id.to_string()))?;
    let outside = !store::access::entered(work.tx(), &uid, id).await?;
    store::access::grant(work.tx(), &uid, id, cx.now()).await?;
    if outside {
        let by = work.caller_name().to_owned();
        welcome(cx, work.tx(), &user, &[uid], &by).await?;
    }
    work.commit(Change::updated(Resource::User, id.as_str(), &serde_json::Value::Null, &granted(&user))).await?;
    Ok(outside)
}

fn granted(user: &Principal) -> serde_json::Value {
    serde_json::json!({ "tenantAccess": user.name })
}

/// Lets a user in, by its exact address.
///
/// # Errors
/// [`Error::Conflict`] where it is in already.
#[tracing::instrument(name = "tenant_access::post", skip_all, fields(%tenant))]
pub async fn post(cx: &Context, tenant: &TenantRef, email: &str) -> Result<Principal> {
    let mut work = cx.write_in::<CreateUser>(tenant).await?;
    let uid = work.tenant_uid()?;
    let address = Email::parse(email).map_err(|invalid| Error::field("email", invalid.0))?;
    let user =
        store::principals::by_email(work.tx(), &address).await?.ok_or_else(|| Error::NoUser(email.to_owned()))?;
    if store::access::entered(work.tx(), &uid, &user.id).await? {
        let message = format!("{address} has access to this tenant already.");
        return Err(Error::Conflict { field: Some("email"), message });
    }
    store::access::grant(work.tx(), &uid, &user.id, cx.now()).await?;
    let by = work.caller_name().to_owned();
    welcome(cx, work.tx(), &user, &[uid], &by).await?;
    work.commit(Change::updated(Resource::User, user.id.as_str(), &serde_json::Value::Null, &granted(&user))).await?;
    Ok(user)
}

/// Takes somebody's access away, with memberships and bindings in the tenant.
#[tracing::instrument(name = "tenant_access::delete", skip_all, fields(%tenant, %id))]
pub async fn delete(cx: &Context, tenant: &TenantRef, id: &PrincipalId) -> Result<()> {
    delete_all(cx, tenant, slice::from_ref(id)).await.map(drop)
}

/// Takes the access of several away: of all of them or of none.
///
/// # Errors
/// [`Error::NoUser`] where one of them has none any more.
#[tracing::instrument(name = "tenant_access::delete_all", skip_all, fields(%tenant))]
pub async fn delete_all(cx: &Context, tenant: &TenantRef, ids: &[PrincipalId]) -> Result<Vec<Principal>> {
    let mut work = cx.write_in::<DeleteUser>(tenant).await?;
    let uid = work.tenant_uid()?;
    name::chosen(ids)?;
    let gone = store::access::revoke(work.tx(), &uid, ids).await?;
    if let Some(absent) = ids.iter().find(|id| !gone.contains(id)) {
        return Err(Error::NoUser(absent.to_string()));
    }
    work.keep_access().await?;
    let users = principals(work.tx(), ids).await?;
    let change =
        |one: &Principal| Change::updated(Resource::User, one.id.as_str(), &granted(one), &serde_json::Value::Null);
    work.commit_all(users.iter().map(change)).await?;
    Ok(users)
}

async fn principals(tx: &mut Tx, ids: &[PrincipalId]) -> Result<Vec<Principal>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Ok(store::principals::by_ids(tx, &ids).await?.into_iter().map(|(principal, _)| principal).collect())
}

/// What each of these has in the tenant; who has no access is left out.
#[tracing::instrument(name = "tenant_access::these", skip_all, fields(%tenant))]
pub async fn these(cx: &Context, tenant: &TenantRef, ids: &[PrincipalId]) -> Result<Vec<TenantAccess>> {
    let mut read = cx.read_in::<ViewUser>(tenant).await?;
    name::chosen(ids)?;
    let (uid, place) = (read.tenant_uid()?, read.tenant()?.id.clone());
    let inside = store::access::page(read.tx(), &uid, false, &name::these("id", ids)).await?.results;
    let ids: Vec<String> = inside.iter().map(|(one, _)| one.id.to_string()).collect();
    let groups = store::groups::of_principals(read.tx(), &ids, Some(&uid)).await?;
    let grants = store::access::grants_of(read.tx(), Some(&uid), &ids).await?;
    let whole = |(principal, _): (Principal, bool)| TenantAccess {
        tenant: place.clone(),
        groups: groups.iter().filter(|one| one.principal == principal.id).cloned().collect(),
        grants: grants.iter().filter(|(id, _)| *id == principal.id).map(|(_, grant)| grant.clone()).collect(),
        principal,
    };
    Ok(inside.into_iter().map(whole).collect())
}

/// What somebody types to find a user.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Part of a name.
    pub q: String,
    /// A whole address: shows its user also where the tenant has not let it in, so that it can be.
    pub username: String,
    /// These, whatever was typed.
    pub ids: Vec<String>,
    /// Only those of the tenant.
    pub existing_only: bool,
}

/// Users that fit what was typed.
#[tracing::instrument(name = "tenant_access::autocomplete", skip_all, fields(%tenant))]
pub async fn autocomplete(cx: &Context, tenant: &TenantRef, typed: &Typed) -> Result<Vec<User>> {
    const OFFERED: i64 = 25;
    let mut read = cx.read_in::<ListUsers>(tenant).await?;
    let uid = read.tenant_uid()?;
    let list = List { q: typed.q.clone(), size: OFFERED, ..List::default() };
    let mut rows = store::access::page(read.tx(), &uid, false, &list).await?.results;
    let missing: Vec<String> =
        typed.ids.iter().filter(|id| !rows.iter().any(|(one, _)| one.id.as_str() == id.as_str())).cloned().collect();
    for (principal, password) in store::principals::by_ids(read.tx(), &missing).await? {
        if store::access::entered(read.tx(), &uid, &principal.id).await? {
            rows.push((principal, password));
        }
    }
    for address in [&typed.username, &typed.q].into_iter().filter(|_| !typed.existing_only) {
        let Ok(address) = Email::parse(address) else { continue };
        let found = store::principals::by_email(read.tx(), &address).await?;
        rows.extend(found.filter(|one| !rows.iter().any(|(row, _)| row.id == one.id)).map(|one| (one, true)));
    }
    let mut found = user::with_places(cx, read.tx(), rows, true).await?;
    for one in &mut found {
        one.groups.retain(|group| group.tenant.0 == uid);
        one.tenants.clear();
    }
    Ok(found)
}
