//! Roles of a tenant (contract 3.5).

use crate::{
    Context, Error, Result, TenantRef,
    act::{CreateRole, DeleteRole, ListRoles, UpdateRole, ViewRole},
    audit::Change,
    context::Write,
    fingerprint, name,
};
use model::{FieldError, Fingerprint, List, Page, Permission, Permissions, Resource, Role, RoleId, TenantUid};
use store::{Locked, Tx};

/// A role as it came in.
#[derive(Debug, Clone, Default)]
pub struct NewRole {
    /// Wanted name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it shall allow.
    pub permissions: Permissions,
    /// Shall be given to new users.
    pub is_default: bool,
}

fn parse(id: RoleId, new: NewRole) -> Result<Role> {
    let wrong =
        |invalid: model::Invalid| Error::Invalid(vec![FieldError { field: "permissions".into(), message: invalid.0 }]);
    new.permissions.check().map_err(wrong)?;
    Ok(Role {
        id,
        name: name::name(&new.name)?,
        description: name::description(new.description)?,
        permissions: new.permissions,
        is_default: new.is_default,
        is_managed: false,
    })
}

fn absent(id: &RoleId) -> Error {
    Error::NotFound { what: "Role", id: id.to_string() }
}

/// Makes a role. Nobody puts into it what they do not hold (contract 4.5).
#[tracing::instrument(name = "role::create", skip_all, fields(%tenant))]
pub async fn create(cx: &Context, tenant: &TenantRef, new: NewRole) -> Result<Role> {
    let mut work = cx.write_in::<CreateRole>(tenant).await?;
    let uid = work.tenant_uid()?;
    let role = parse(RoleId::new(cx.new_id()), new)?;
    work.may_give(&role.permissions, None)?;
    if role.is_default {
        store::roles::clear_default(work.tx(), &uid).await?;
    }
    store::roles::insert(work.tx(), &uid, &role, cx.now()).await?;
    work.commit(Change::created(Resource::Role, role.id.as_str(), &role)).await?;
    Ok(role)
}

/// A role of the tenant.
#[tracing::instrument(name = "role::get", skip_all, fields(%tenant, %id))]
pub async fn get(cx: &Context, tenant: &TenantRef, id: &RoleId) -> Result<Role> {
    let mut read = cx.read_in::<ViewRole>(tenant).await?;
    let uid = read.tenant_uid()?;
    store::roles::by_id(read.tx(), &uid, id).await?.ok_or_else(|| absent(id))
}

/// A role of the tenant by its id or its name, as people say which they mean.
///
/// # Errors
/// [`Error::NotFound`], and [`Error::Conflict`] where several roles have the name.
#[tracing::instrument(name = "role::lookup", skip_all, fields(%tenant))]
pub async fn lookup(cx: &Context, tenant: &TenantRef, text: &str) -> Result<Role> {
    let mut read = cx.read_in::<ViewRole>(tenant).await?;
    let uid = read.tenant_uid()?;
    meant(read.tx(), &uid, text).await
}

/// The role that is meant by an id or a name.
pub(crate) async fn meant(db: &mut Tx, tenant: &TenantUid, text: &str) -> Result<Role> {
    if let Some(role) = store::roles::by_id(db, tenant, &RoleId::new(text)).await? {
        return Ok(role);
    }
    let rows = store::roles::page(db, tenant, &name::named(text)).await?.results;
    name::meant("Role", text, rows, |one| (one.id.as_str(), &one.name))
}

/// The tenant's roles that allow something, at most `most` of them, those first that allow the least beside it.
#[tracing::instrument(name = "role::allowing", skip_all, fields(%tenant))]
pub async fn allowing(cx: &Context, tenant: &TenantRef, wanted: Permission, most: usize) -> Result<Vec<Role>> {
    let mut read = cx.read_in::<ListRoles>(tenant).await?;
    let uid = read.tenant_uid()?;
    let mut alike = store::roles::all(read.tx(), &uid).await?;
    alike.retain(|(_, permissions)| permissions.grant(wanted));
    let width = |permissions: &Permissions| permissions.granted().count();
    alike.sort_by_key(|(_, permissions)| width(permissions));
    let ids: Vec<String> = alike.into_iter().flat_map(|(ids, _)| ids).map(|id| id.to_string()).take(most).collect();
    let mut roles = store::roles::by_ids(read.tx(), &uid, &ids).await?;
    roles.sort_by_key(|role| width(&role.permissions));
    Ok(roles)
}

/// Changes a role for everybody who holds it.
///
/// # Errors
/// [`Error::Managed`] for one of the five of every tenant.
#[tracing::instrument(name = "role::update", skip_all, fields(%tenant, %id))]
pub async fn update(cx: &Context, tenant: &TenantRef, id: &RoleId, new: NewRole) -> Result<Role> {
    let mut work = cx.write_in::<UpdateRole>(tenant).await?;
    let uid = work.tenant_uid()?;
    let before = changeable(&mut work, &uid, id).await?;
    put(work, &uid, &before, parse(id.clone(), new)?).await
}

/// Of what can be edited of a role: of what it allows, in whichever words.
pub fn fingerprint(role: &Role) -> Fingerprint {
    let allowed: Vec<_> = role.permissions.granted().map(|one| one.to_string()).collect();
    fingerprint::of(&(&role.name, &role.description, allowed, role.is_default))
}

/// Changes a role as a form says that was filled from what is `seen`. Where the form allows exactly what the role's
/// words do, the words stay as they are: clients compare what they read with what they sent.
///
/// # Errors
/// Those of [`update`], and [`Error::Changed`] where somebody else has saved something else since.
#[tracing::instrument(name = "role::edit", skip_all, fields(%tenant, %id))]
pub async fn edit(
    cx: &Context,
    tenant: &TenantRef,
    id: &RoleId,
    new: NewRole,
    seen: Option<&Fingerprint>,
) -> Result<Role> {
    let mut work = cx.write_in::<UpdateRole>(tenant).await?;
    let uid = work.tenant_uid()?;
    let before = changeable(&mut work, &uid, id).await?;
    let mut role = parse(id.clone(), new)?;
    if role.permissions.include(&before.permissions) && before.permissions.include(&role.permissions) {
        role.permissions = before.permissions.clone();
    }
    fingerprint::unchanged(seen, &fingerprint(&before), &fingerprint(&role))?;
    put(work, &uid, &before, role).await
}

/// A role that can be changed, and that nobody else changes until the transaction ends.
async fn changeable<A>(work: &mut Write<A>, tenant: &TenantUid, id: &RoleId) -> Result<Locked<Role>> {
    let role = store::roles::hold(work.tx(), tenant, id).await?.ok_or_else(|| absent(id))?;
    if role.is_managed { Err(Error::Managed(role.name.clone())) } else { Ok(role) }
}

/// Writes what a role has become.
async fn put(mut work: Write<UpdateRole>, tenant: &TenantUid, before: &Locked<Role>, role: Role) -> Result<Role> {
    work.may_give(&role.permissions, None)?;
    if role.is_default {
        store::roles::clear_default(work.tx(), tenant).await?;
    }
    store::roles::update(work.tx(), before, tenant, &role).await?;
    work.keep_access().await?;
    work.commit(Change::updated(Resource::Role, role.id.as_str(), &**before, &role)).await?;
    Ok(role)
}

/// Deletes a role and takes it from everybody.
///
/// # Errors
/// [`Error::Managed`] for one of the five of every tenant.
#[tracing::instrument(name = "role::delete", skip_all, fields(%tenant, %id))]
pub async fn delete(cx: &Context, tenant: &TenantRef, id: &RoleId) -> Result<()> {
    let mut work = cx.write_in::<DeleteRole>(tenant).await?;
    let uid = work.tenant_uid()?;
    let before = changeable(&mut work, &uid, id).await?;
    store::roles::delete(work.tx(), &before, &uid).await?;
    work.keep_access().await?;
    work.commit(Change::deleted(Resource::Role, id.as_str(), &*before)).await
}

/// A page of the tenant's roles.
#[tracing::instrument(name = "role::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, list: &List) -> Result<Page<Role>> {
    let mut read = cx.read_in::<ListRoles>(tenant).await?;
    name::check(&store::shape::ROLES, list)?;
    let uid = read.tenant_uid()?;
    Ok(store::roles::page(read.tx(), &uid, list).await?)
}

/// The tenant's roles of these ids.
#[tracing::instrument(name = "role::by_ids", skip_all, fields(%tenant))]
pub async fn by_ids(cx: &Context, tenant: &TenantRef, ids: &[String]) -> Result<Vec<Role>> {
    let mut read = cx.read_in::<ListRoles>(tenant).await?;
    let uid = read.tenant_uid()?;
    Ok(store::roles::by_ids(read.tx(), &uid, ids).await?)
}

/// Whether the caller has anything to do with roles, and so may know what there is to put into one.
#[tracing::instrument(name = "role::vocabulary", skip_all, fields(%tenant))]
pub async fn vocabulary(cx: &Context, tenant: &TenantRef) -> Result<()> {
    let mut read = cx.read_own(Some(tenant)).await?;
    let any = Resource::Role.actions().into_iter().map(|action| Permission::new(Resource::Role, action));
    read.require_any(&any.collect::<Vec<_>>()).await
}
