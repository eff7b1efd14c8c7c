//! Giving and taking roles in a tenant.

use crate::{
    Context, Error, Result, TenantRef,
    act::{AssignRole, ListBindings, RevokeRole, ViewBinding},
    audit::Change,
    decide::lacking,
    name, role,
};
use model::{
    Access, Binding, BindingId, Email, FieldError, GroupId, List, Namespace, NewBinding, Page, Principal, PrincipalId,
    PrincipalRef, Resource, Role, RoleId, TenantUid,
};
use std::slice;
use store::Tx;

/// A role to be given, as it came in.
#[derive(Debug, Clone, Default)]
pub struct Assignment {
    /// Address of the user; or id or name of a service account or group of the tenant.
    pub holder: String,
    /// Id or name of a role of the tenant.
    pub role: String,
    /// Namespace, or empty for the whole tenant.
    pub namespace: String,
}

/// Whom somebody means: a user by address, a service account or group by name, or any of them by id.
async fn meant(tx: &mut Tx, tenant: &TenantUid, text: &str) -> Result<Option<PrincipalRef>> {
    let of = |one: Principal| one.reference();
    if let Ok(email) = Email::parse(text) {
        return Ok(store::principals::by_email(tx, &email).await?.map(of));
    }
    if let Some(found) = store::principals::by_id(tx, &PrincipalId::new(text)).await? {
        return Ok(Some(of(found)));
    }
    let mut rows: Vec<PrincipalRef> = Vec::new();
    let accounts = store::access::page(tx, tenant, true, &name::named(text)).await?.results;
    rows.extend(accounts.into_iter().map(|(one, _)| of(one)));
    let mut groups = store::groups::page(tx, tenant, &name::named(text)).await?.results;
    groups.extend(store::groups::by_id(tx, tenant, &GroupId::new(text)).await?);
    rows.extend(groups.into_iter().map(|group| PrincipalRef {
        id: group.id.to_string(),
        display: String::new(),
        name: group.name,
        kind: None,
    }));
    if let Some(place) = rows.iter().position(|one| one.id == text) {
        return Ok(Some(rows.swap_remove(place)));
    }
    match name::meant("Holder", text, rows, |one| (&one.id, &one.name)) {
        Err(Error::NotFound { .. }) => Ok(None),
        other => other.map(Some),
    }
}

/// Gives a user, service account or group a role in a tenant, and with it access to the tenant.
///
/// # Errors
/// [`Error::Invalid`] for an unknown holder or role, [`Error::Escalation`] for a role that holds what the
/// caller lacks, [`Error::Conflict`] where it is held already.
#[tracing::instrument(name = "binding::assign", skip_all, fields(%tenant))]
pub async fn assign(cx: &Context, tenant: &TenantRef, new: Assignment) -> Result<Binding> {
    let mut work = cx.write_in::<AssignRole>(tenant).await?;
    let uid = work.tenant()?.uid.clone();
    let mut wrong: Vec<FieldError> = Vec::new();
    let mut say = |field: &str, message: String| wrong.push(FieldError { field: field.into(), message });

    let text = new.holder.trim();
    let holder = meant(work.tx(), &uid, text).await?;
    if holder.is_none() {
        match Email::parse(text) {
            Ok(email) => {
                say("email", format!("No user has the address {email}. Check it, or create the user first."));
            }
            Err(invalid) if text.is_empty() || text.contains('@') => say("email", invalid.0),
            Err(_) => say("email", format!("No user, service account or group here is called “{text}”.")),
        }
    }
    let role = match role::meant(work.tx(), &uid, new.role.trim()).await {
        Ok(role) => Some(role),
        Err(Error::NotFound { .. }) => {
            say("role", "Choose one of the tenant's roles.".into());
            None
        }
        Err(Error::Conflict { message, .. }) => {
            say("role", message);
            None
        }
        Err(error) => return Err(error),
    };
    let namespace = Namespace::parse_optional(Some(&new.namespace));
    if let Err(invalid) = &namespace {
        say("namespace", invalid.0.clone());
    }
    let (Some(holder), Some(role), Ok(namespace)) = (holder, role, namespace) else {
        return Err(Error::Invalid(wrong));
    };

    if let Some(permission) = lacking(work.subject(), &role.permissions, &uid, namespace.as_ref()) {
        return Err(Error::Escalation(permission));
    }
    let by = work.caller_name().to_owned();
    let access = match holder.kind {
        Some(_) => {
            let id = PrincipalId::new(holder.id.clone());
            store::access::enter(work.tx(), &uid, &id, cx.now()).await?;
            Access::Principal(id)
        }
        None => Access::Group(GroupId::new(holder.id.clone())),
    };
    let id = BindingId::new(cx.new_id());
    let binding = NewBinding { holder: access, role: role.id.clone(), namespace };
    store::bindings::insert(work.tx(), &uid, &id, &binding, cx.now(), &by).await.map_err(|error| match error {
        store::Error::Duplicate => already(&holder.name, &role, binding.namespace.as_ref()),
        other => other.into(),
    })?;
    let role = model::RoleRef { id: role.id, name: role.name };
    let made = Binding { id: id.clone(), holder, role, namespace: binding.namespace, created_at: cx.now() };
    work.commit(Change::created(Resource::Binding, id.as_str(), &made)).await?;
    Ok(made)
}

fn already(user: &str, role: &Role, namespace: Option<&Namespace>) -> Error {
    let place = namespace.map_or("the whole tenant".to_owned(), |namespace| namespace.to_string());
    Error::Conflict { field: Some("email"), message: format!("{user} holds {} in {place} already.", role.name) }
}

/// A binding as clients send it: by ids.
#[derive(Debug, Clone)]
pub struct NewById {
    /// A group shall get the role; otherwise a user or service account.
    pub group: bool,
    /// Who.
    pub holder: String,
    /// Which role of the tenant.
    pub role: String,
    /// Only there and below; in the whole tenant where absent or empty.
    pub namespace: Option<String>,
}

/// Gives roles to users, service accounts and groups: all of them or none. Whoever gets one gets access to the
/// tenant with it (contract 3.6).
///
/// # Errors
/// [`Error::NoUser`] and [`Error::NotFound`] for an unknown holder or role, [`Error::Escalation`] for a role that
/// holds what the caller lacks, [`Error::Conflict`] where it is held already.
#[tracing::instrument(name = "binding::create", skip_all, fields(%tenant))]
pub async fn create(cx: &Context, tenant: &TenantRef, new: Vec<NewById>) -> Result<Vec<Binding>> {
    let mut work = cx.write_in::<AssignRole>(tenant).await?;
    let uid = work.tenant_uid()?;
    let by = work.caller_name().to_owned();
    let mut made = Vec::with_capacity(new.len());
    for one in new {
        let namespace = Namespace::parse_optional(one.namespace.as_deref())
            .map_err(|invalid| Error::field("namespaceId", invalid.0))?;
        let absent = || Error::NotFound { what: "Role", id: one.role.clone() };
        let role = store::roles::by_id(work.tx(), &uid, &RoleId::new(&one.role)).await?.ok_or_else(absent)?;
        work.may_give(&role.permissions, namespace.as_ref())?;
        let (holder, access) = if one.group {
            let absent = || Error::NotFound { what: "Group", id: one.holder.clone() };
            let group = store::groups::by_id(work.tx(), &uid, &GroupId::new(&one.holder)).await?.ok_or_else(absent)?;
            let holder =
                PrincipalRef { id: group.id.to_string(), name: group.name, display: String::new(), kind: None };
            (holder, Access::Group(group.id))
        } else {
            let user = crate::group::named(work.tx(), &one.holder).await?;
            store::access::enter(work.tx(), &uid, &user.id, cx.now()).await?;
            (user.reference(), Access::Principal(user.id))
        };
        let id = BindingId::new(cx.new_id());
        let binding = NewBinding { holder: access, role: role.id.clone(), namespace };
        store::bindings::insert(work.tx(), &uid, &id, &binding, cx.now(), &by).await.map_err(|error| match error {
            store::Error::Duplicate => already(&holder.name, &role, binding.namespace.as_ref()),
            other => other.into(),
        })?;
        let role = model::RoleRef { id: role.id, name: role.name };
        made.push(Binding { id, holder, role, namespace: binding.namespace, created_at: cx.now() });
    }
    match made.as_slice() {
        [] => {}
        [one] => work.commit(Change::created(Resource::Binding, one.id.as_str(), one)).await?,
        several => {
            let last = several.len() - 1;
            for one in several.iter().take(last) {
                work.note(Change::created(Resource::Binding, one.id.as_str(), one)).await?;
            }
            work.commit(Change::created(Resource::Binding, several[last].id.as_str(), &several[last])).await?;
        }
    }
    Ok(made)
}

/// A binding of the tenant.
#[tracing::instrument(name = "binding::get", skip_all, fields(%tenant, %id))]
pub async fn get(cx: &Context, tenant: &TenantRef, id: &BindingId) -> Result<Binding> {
    let mut read = cx.read_in::<ViewBinding>(tenant).await?;
    let uid = read.tenant_uid()?;
    let absent = || Error::NotFound { what: "Binding", id: id.to_string() };
    store::bindings::by_id(read.tx(), &uid, id).await?.ok_or_else(absent)
}

/// A page of the tenant's bindings.
#[tracing::instrument(name = "binding::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, list: &List) -> Result<Page<Binding>> {
    let mut read = cx.read_in::<ListBindings>(tenant).await?;
    name::check(&store::shape::BINDINGS, list)?;
    let uid = read.tenant_uid()?;
    Ok(store::bindings::page(read.tx(), &uid, list).await?)
}

/// Takes a binding away. Access that came with it goes with the last one.
///
/// # Errors
/// [`Error::NotFound`], also for a binding of another tenant.
#[tracing::instrument(name = "binding::revoke", skip_all, fields(%tenant, %id))]
pub async fn revoke(cx: &Context, tenant: &TenantRef, id: &BindingId) -> Result<Binding> {
    let mut work = cx.write_in::<RevokeRole>(tenant).await?;
    let uid = work.tenant()?.uid.clone();
    let binding = store::bindings::by_id(work.tx(), &uid, id)
        .await?
        .ok_or_else(|| Error::NotFound { what: "Binding", id: id.to_string() })?;
    if store::bindings::delete(work.tx(), &uid, slice::from_ref(id)).await? == 0 {
        return Err(store::Error::Gone.into());
    }
    leave_if_idle(work.tx(), &uid, slice::from_ref(&binding)).await?;
    work.keep_access().await?;
    work.commit(Change::deleted(Resource::Binding, id.as_str(), &binding)).await?;
    Ok(binding)
}

/// Takes access that came with these bindings from whoever holds nothing else in the tenant.
async fn leave_if_idle(tx: &mut Tx, tenant: &TenantUid, gone: &[Binding]) -> Result<()> {
    let holders = gone.iter().filter(|one| one.holder.kind.is_some()).map(|one| PrincipalId::new(&*one.holder.id));
    store::access::leave_if_idle(tx, &[tenant.to_string()], &holders.collect::<Vec<_>>()).await?;
    Ok(())
}

fn these(ids: &[BindingId]) -> Result<List> {
    name::chosen(ids)?;
    Ok(name::these("bindingId", ids))
}

/// The tenant's bindings of these ids; those that are gone are left out.
#[tracing::instrument(name = "binding::by_ids", skip_all, fields(%tenant))]
pub async fn by_ids(cx: &Context, tenant: &TenantRef, ids: &[BindingId]) -> Result<Vec<Binding>> {
    let mut read = cx.read_in::<ListBindings>(tenant).await?;
    let list = these(ids)?;
    let uid = read.tenant_uid()?;
    Ok(store::bindings::page(read.tx(), &uid, &list).await?.results)
}

/// Takes several bindings away: all of them or none. Access that came with them goes with the last one of each holder.
///
/// # Errors
/// [`Error::NotFound`] where one of them is not there any more.
#[tracing::instrument(name = "binding::revoke_all", skip_all, fields(%tenant))]
pub async fn revoke_all(cx: &Context, tenant: &TenantRef, ids: &[BindingId]) -> Result<Vec<Binding>> {
    let mut work = cx.write_in::<RevokeRole>(tenant).await?;
    let list = these(ids)?;
    let uid = work.tenant_uid()?;
    let bindings = store::bindings::page(work.tx(), &uid, &list).await?.results;
    if let Some(gone) = ids.iter().find(|id| !bindings.iter().any(|one| one.id == **id)) {
        return Err(Error::NotFound { what: "Binding", id: gone.to_string() });
    }
    store::bindings::delete(work.tx(), &uid, ids).await?;
    leave_if_idle(work.tx(), &uid, &bindings).await?;
    work.keep_access().await?;
    work.commit_all(bindings.iter().map(|one| Change::deleted(Resource::Binding, one.id.as_str(), one))).await?;
    Ok(bindings)
}
