//! Service accounts: programs that come with tokens. An instance has them, and tenants let them in (contract 3.7).

use crate::{
    Context, Error, Result, TenantRef,
    act::{
        CreateServiceAccount, CreateUser, DeleteServiceAccount, DeleteUser, ListServiceAccounts, ListUsers,
        UpdateServiceAccount, UpdateUser, ViewServiceAccount, ViewUser,
    },
    audit::Change,
    context::{Write, enter_without_tenants},
    decide::Subject,
    fingerprint, group,
    token::{self, NewToken},
    user::{self, User},
};
use model::{
    FieldError, Fingerprint, GroupId, List, Page, Principal, PrincipalId, PrincipalKind, Resource, TenantUid, Token,
    TokenId, label,
};
use std::slice;
use store::{Locked, Tx};

/// A service account as it came in. What is absent stays as it is, or is nothing yet.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// Wanted name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Shall administer the instance.
    pub superadmin: Option<bool>,
    /// Tenants it shall have access to.
    pub tenants: Option<Vec<String>>,
    /// Groups of the tenant it shall be in.
    pub groups: Option<Vec<String>>,
}

fn absent(id: &PrincipalId) -> Error {
    Error::NotFound { what: "Service account", id: id.to_string() }
}

fn parse(new: &NewAccount) -> Result<(String, String)> {
    let wrong = |invalid: model::Invalid| Error::Invalid(vec![FieldError { field: "name".into(), message: invalid.0 }]);
    let name = label(&new.name).map_err(wrong)?;
    Ok((name, crate::name::description(new.description.clone())?.unwrap_or_default()))
}

async fn insert(cx: &Context, tx: &mut Tx, new: &NewAccount, by: &str) -> Result<Principal> {
    let (name, description) = parse(new)?;
    let account = Principal {
        id: PrincipalId::new(cx.new_id()),
        kind: PrincipalKind::ServiceAccount,
        name,
        description,
        superadmin: new.superadmin.unwrap_or_default(),
        created_at: cx.now(),
        ..Principal::default()
    };
    let account = store::principals::insert(tx, account, by).await?;
    enter_without_tenants(cx, tx, &account.id).await?;
    Ok(account.clone())
}

async fn found(tx: &mut Tx, id: &PrincipalId) -> Result<Principal> {
    let account = store::principals::by_id(tx, id).await?.filter(|one| one.kind == PrincipalKind::ServiceAccount);
    account.ok_or_else(|| absent(id))
}

/// A service account that nobody else changes until the transaction ends.
async fn held(tx: &mut Tx, id: &PrincipalId) -> Result<Locked<Principal>> {
    let account = store::principals::hold(tx, id).await?.filter(|one| one.kind == PrincipalKind::ServiceAccount);
    account.ok_or_else(|| absent(id))
}

async fn whole(cx: &Context, tx: &mut Tx, account: Principal) -> Result<User> {
    let account = user::with_places(cx, tx, vec![(account, false)], true).await?.pop();
    account.ok_or_else(|| Error::Internal("a service account was lost".into()))
}

fn changed(before: &Principal, new: &NewAccount) -> Result<Principal> {
    let (name, description) = parse(new)?;
    let description = if new.description.is_some() { description } else { before.description.clone() };
    Ok(Principal { name, description, superadmin: new.superadmin.unwrap_or(before.superadmin), ..before.clone() })
}

/// Of what a form shows of a service account: what it is called, what it is for and, where they are shown, its groups.
pub fn fingerprint(account: &Principal, groups: Option<&[String]>) -> Fingerprint {
    let mut groups = groups.unwrap_or_default().to_vec();
    groups.sort();
    groups.dedup();
    fingerprint::of(&(&account.name, &account.description, groups))
}

/// A page of all service accounts of the instance.
#[tracing::instrument(name = "service_account::page", skip_all)]
pub async fn page(cx: &Context, list: &List) -> Result<Page<User>> {
    let mut read = cx.read::<ListUsers>().await?;
    crate::name::check(&store::shape::PRINCIPALS, list)?;
    let Page { results: rows, total, more } =
        store::principals::page(read.tx(), PrincipalKind::ServiceAccount, list).await?;
    Ok(Page { results: user::with_places(cx, read.tx(), rows, false).await?, total, more })
}

/// Makes a service account of the instance.
#[tracing::instrument(name = "service_account::create", skip_all)]
pub async fn create(cx: &Context, new: NewAccount) -> Result<User> {
    let mut work = cx.write::<CreateUser>().await?;
    let by = work.caller_name().to_owned();
    let account = insert(cx, work.tx(), &new, &by).await?;
    user::place(cx, work.tx(), &account.id, new.tenants.as_deref(), None).await?;
    let row = Change::created(Resource::ServiceAccount, account.id.as_str(), &account);
    let account = whole(cx, work.tx(), account).await?;
    work.commit(row).await?;
    Ok(account)
}

/// A service account of the instance.
#[tracing::instrument(name = "service_account::get", skip_all, fields(%id))]
pub async fn get(cx: &Context, id: &PrincipalId) -> Result<User> {
    let mut read = cx.read::<ViewUser>().await?;
    let account = found(read.tx(), id).await?;
    whole(cx, read.tx(), account).await
}

/// A service account of the instance by its id or its name, as people say which they mean.
///
/// # Errors
/// [`Error::NotFound`], and [`Error::Conflict`] where several have the name.
#[tracing::instrument(name = "service_account::lookup", skip_all)]
pub async fn lookup(cx: &Context, text: &str) -> Result<Principal> {
    let mut read = cx.read::<ViewUser>().await?;
    if let Ok(account) = found(read.tx(), &PrincipalId::new(text)).await {
        return Ok(account);
    }
    let list = crate::name::named(text);
    let rows = store::principals::page(read.tx(), PrincipalKind::ServiceAccount, &list).await?.results;
    let rows = rows.into_iter().map(|(account, _)| account).collect();
    crate::name::meant("Service account", text, rows, |one| (one.id.as_str(), &one.name))
}

/// Changes what a service account is called.
#[tracing::instrument(name = "service_account::update", skip_all, fields(%id))]
pub async fn update(cx: &Context, id: &PrincipalId, new: NewAccount) -> Result<User> {
    edit(cx, id, new, None).await
}

/// Changes a service account as a form says that was filled from what is `seen`.
///
/// # Errors
/// [`Error::Changed`] where somebody else has saved something else since.
#[tracing::instrument(name = "service_account::edit", skip_all, fields(%id))]
pub async fn edit(cx: &Context, id: &PrincipalId, new: NewAccount, seen: Option<&Fingerprint>) -> Result<User> {
    let mut work = cx.write::<UpdateUser>().await?;
    let before = held(work.tx(), id).await?;
    let after = changed(&before, &NewAccount { superadmin: None, ..new })?;
    fingerprint::unchanged(seen, &fingerprint(&before, None), &fingerprint(&after, None))?;
    store::principals::update(work.tx(), &before, &after).await?;
    let row = Change::updated(Resource::ServiceAccount, id.as_str(), &*before, &after);
    let account = whole(cx, work.tx(), after).await?;
    work.commit(row).await?;
    Ok(account)
}

/// Deletes a service account with its access and tokens.
#[tracing::instrument(name = "service_account::delete", skip_all, fields(%id))]
pub async fn delete(cx: &Context, id: &PrincipalId) -> Result<()> {
    let mut work = cx.write::<DeleteUser>().await?;
    let before = held(work.tx(), id).await?;
    store::principals::delete(work.tx(), slice::from_ref(&before)).await?;
    work.commit(Change::deleted(Resource::ServiceAccount, id.as_str(), &*before)).await
}

/// A service account's tokens.
#[tracing::instrument(name = "service_account::tokens", skip_all, fields(%id))]
pub async fn tokens(cx: &Context, id: &PrincipalId) -> Result<Vec<Token>> {
    let mut read = cx.read::<ViewUser>().await?;
    found(read.tx(), id).await?;
    Ok(store::tokens::list(read.tx(), id).await?)
}

/// Makes a token of a service account; its secret is returned once.
#[tracing::instrument(name = "service_account::create_token", skip_all, fields(%id))]
pub async fn create_token(cx: &Context, id: &PrincipalId, new: NewToken) -> Result<(Token, String)> {
    let mut work = cx.write::<UpdateUser>().await?;
    let account = found(work.tx(), id).await?;
    let made = token::make(cx, &mut work, id, new).await?;
    work.commit(token::change(&account, Some(&made.0), None)).await?;
    Ok(made)
}

/// Removes a token of a service account.
#[tracing::instrument(name = "service_account::delete_token", skip_all, fields(%id))]
pub async fn delete_token(cx: &Context, id: &PrincipalId, token: &TokenId) -> Result<()> {
    let mut work = cx.write::<UpdateUser>().await?;
    let account = found(work.tx(), id).await?;
    token::remove(work.tx(), id, token).await?;
    work.commit(token::change(&account, None, Some(token))).await
}

/// A page of the service accounts that may enter a tenant.
#[tracing::instrument(name = "service_account::page_in", skip_all, fields(%tenant))]
pub async fn page_in(cx: &Context, tenant: &TenantRef, list: &List) -> Result<Page<User>> {
    let mut read = cx.read_in::<ListServiceAccounts>(tenant).await?;
    crate::name::check(&store::shape::ACCESS, list)?;
    let uid = read.tenant_uid()?;
    let Page { results: rows, total, more } = store::access::page(read.tx(), &uid, true, list).await?;
    Ok(Page { results: user::with_places(cx, read.tx(), rows, true).await?, total, more })
}

/// Whether the caller sees service accounts that its tenant has not let in: superadmins do (contract 3.7).
fn sees_all(subject: &Subject) -> bool {
    match subject {
        Subject::Operator => true,
        Subject::Principal(principal, _) => principal.superadmin,
    }
}

async fn found_in(tx: &mut Tx, tenant: &TenantUid, id: &PrincipalId, sees_all: bool) -> Result<Principal> {
    let account = found(tx, id).await?;
    if sees_all || store::access::entered(tx, tenant, id).await? { Ok(account) } else { Err(absent(id)) }
}

/// The same, which nobody else changes until the transaction ends.
async fn held_in(tx: &mut Tx, tenant: &TenantUid, id: &PrincipalId, sees_all: bool) -> Result<Locked<Principal>> {
    found_in(tx, tenant, id, sees_all).await?;
    held(tx, id).await
}

/// A service account as a tenant sees it: with its groups there.
async fn seen(cx: &Context, tx: &mut Tx, tenant: &TenantUid, account: Principal) -> Result<User> {
    let mut account = whole(cx, tx, account).await?;
    account.groups.retain(|one| one.tenant.0 == *tenant);
    Ok(account)
}

/// Goes on only if the caller may do whatever the account can do: who has its tokens, or decides on its groups, can
/// do it too. What other tenants gave it only superadmins can oversee.
async fn may_command<A>(work: &mut Write<A>, tenant: &TenantUid, account: &Principal) -> Result<()> {
    if sees_all(work.subject()) {
        return Ok(());
    }
    let tenants = store::access::tenants(work.tx(), &[account.id.to_string()], true).await?;
    if account.superadmin || tenants.iter().any(|(_, uid, _)| uid != tenant) {
        return Err(Error::OnlySuperadmin);
    }
    for grant in store::access::grants(work.tx(), tenant, &account.id).await? {
        work.may_give(&grant.permissions, grant.namespace.as_ref())?;
    }
    Ok(())
}

/// Puts an account into these groups of the tenant, if the caller may give what their members hold.
async fn set_groups<A>(
    cx: &Context,
    work: &mut Write<A>,
    tenant: &TenantUid,
    id: &PrincipalId,
    groups: &[String],
) -> Result<()> {
    let known = store::groups::by_ids(work.tx(), tenant, groups).await?;
    let mut wanted: Vec<(GroupId, TenantUid)> = Vec::new();
    for group in groups {
        let absent = || Error::NotFound { what: "Group", id: group.clone() };
        let found = known.iter().find(|one| one.id.as_str() == group).ok_or_else(absent)?;
        if !wanted.iter().any(|(seen, _)| *seen == found.id) {
            group::may_join(work, tenant, &found.id).await?;
            wanted.push((found.id.clone(), tenant.clone()));
        }
    }
    store::groups::set(work.tx(), id, Some(tenant), &wanted, cx.now()).await?;
    Ok(())
}

/// Makes a service account and lets it into the tenant.
#[tracing::instrument(name = "service_account::create_in", skip_all, fields(%tenant))]
pub async fn create_in(cx: &Context, tenant: &TenantRef, new: NewAccount) -> Result<User> {
    let mut work = cx.write_in::<CreateServiceAccount>(tenant).await?;
    let uid = work.tenant_uid()?;
    if new.superadmin == Some(true) && !sees_all(work.subject()) {
        return Err(Error::OnlySuperadmin);
    }
    let by = work.caller_name().to_owned();
    let account = insert(cx, work.tx(), &new, &by).await?;
    store::access::grant(work.tx(), &uid, &account.id, cx.now()).await?;
    set_groups(cx, &mut work, &uid, &account.id, new.groups.as_deref().unwrap_or_default()).await?;
    let row = Change::created(Resource::ServiceAccount, account.id.as_str(), &account);
    let account = seen(cx, work.tx(), &uid, account).await?;
    work.commit(row).await?;
    Ok(account)
}

/// A service account that may enter the tenant.
#[tracing::instrument(name = "service_account::get_in", skip_all, fields(%tenant, %id))]
pub async fn get_in(cx: &Context, tenant: &TenantRef, id: &PrincipalId) -> Result<User> {
    let mut read = cx.read_in::<ViewServiceAccount>(tenant).await?;
    let (uid, all) = (read.tenant_uid()?, sees_all(read.subject()));
    let account = found_in(read.tx(), &uid, id, all).await?;
    seen(cx, read.tx(), &uid, account).await
}

/// Changes a service account and, where they came, its groups of the tenant.
#[tracing::instrument(name = "service_account::update_in", skip_all, fields(%tenant, %id))]
pub async fn update_in(cx: &Context, tenant: &TenantRef, id: &PrincipalId, new: NewAccount) -> Result<User> {
    edit_in(cx, tenant, id, new, None).await
}

/// Changes a service account of the tenant as a form says that was filled from what is `seen`.
///
/// # Errors
/// [`Error::Changed`] where somebody else has saved something else since.
#[tracing::instrument(name = "service_account::edit_in", skip_all, fields(%tenant, %id))]
pub async fn edit_in(
    cx: &Context,
    tenant: &TenantRef,
    id: &PrincipalId,
    new: NewAccount,
    form: Option<&Fingerprint>,
) -> Result<User> {
    let mut work = cx.write_across::<UpdateServiceAccount>(tenant).await?;
    let (uid, all) = (work.tenant_uid()?, sees_all(work.subject()));
    let before = held_in(work.tx(), &uid, id, all).await?;
    may_command(&mut work, &uid, &before).await?;
    let after = changed(&before, &new)?;
    if form.is_some() {
        let there = seen(cx, work.tx(), &uid, before.clone()).await?;
        let there = new.groups.as_ref().map(|_| there.group_ids());
        let now = fingerprint(&before, there.as_deref());
        fingerprint::unchanged(form, &now, &fingerprint(&after, new.groups.as_deref()))?;
    }
    if before.superadmin != after.superadmin && !all {
        return Err(Error::OnlySuperadmin);
    }
    store::principals::update(work.tx(), &before, &after).await?;
    if let Some(groups) = &new.groups {
        set_groups(cx, &mut work, &uid, id, groups).await?;
    }
    let row = Change::updated(Resource::ServiceAccount, id.as_str(), &*before, &after);
    let account = seen(cx, work.tx(), &uid, after).await?;
    work.commit(row).await?;
    Ok(account)
}

/// Deletes a service account of the tenant; one that other tenants let in too only leaves this one, unless a
/// superadmin deletes it.
#[tracing::instrument(name = "service_account::delete_in", skip_all, fields(%tenant, %id))]
pub async fn delete_in(cx: &Context, tenant: &TenantRef, id: &PrincipalId) -> Result<()> {
    let mut work = cx.write_across::<DeleteServiceAccount>(tenant).await?;
    let (uid, all) = (work.tenant_uid()?, sees_all(work.subject()));
    let account = held_in(work.tx(), &uid, id, all).await?;
    let tenants = store::access::tenants(work.tx(), &[id.to_string()], true).await?;
    let elsewhere = tenants.iter().any(|(_, other, _)| *other != uid);
    if all || !(elsewhere || account.superadmin) {
        store::principals::delete(work.tx(), slice::from_ref(&account)).await?;
    } else {
        store::access::revoke(work.tx(), &uid, slice::from_ref(id)).await?;
    }
    work.commit(Change::deleted(Resource::ServiceAccount, id.as_str(), &*account)).await
}

/// The tokens of a service account of the tenant.
#[tracing::instrument(name = "service_account::tokens_in", skip_all, fields(%tenant, %id))]
pub async fn tokens_in(cx: &Context, tenant: &TenantRef, id: &PrincipalId) -> Result<Vec<Token>> {
    let mut read = cx.read_in::<ViewServiceAccount>(tenant).await?;
    let (uid, all) = (read.tenant_uid()?, sees_all(read.subject()));
    found_in(read.tx(), &uid, id, all).await?;
    Ok(store::tokens::list(read.tx(), id).await?)
}

/// Makes a token of a service account of the tenant; its secret is returned once.
#[tracing::instrument(name = "service_account::create_token_in", skip_all, fields(%tenant, %id))]
pub async fn create_token_in(
    cx: &Context,
    tenant: &TenantRef,
    id: &PrincipalId,
    new: NewToken,
) -> Result<(Token, String)> {
    let mut work = cx.write_in::<UpdateServiceAccount>(tenant).await?;
    let (uid, all) = (work.tenant_uid()?, sees_all(work.subject()));
    let account = found_in(work.tx(), &uid, id, all).await?;
    may_command(&mut work, &uid, &account).await?;
    let made = token::make(cx, &mut work, id, new).await?;
    work.commit(token::change(&account, Some(&made.0), None)).await?;
    Ok(made)
}

/// Removes a token of a service account of the tenant.
#[tracing::instrument(name = "service_account::delete_token_in", skip_all, fields(%tenant, %id))]
pub async fn delete_token_in(cx: &Context, tenant: &TenantRef, id: &PrincipalId, token: &TokenId) -> Result<()> {
    let mut work = cx.write_in::<DeleteServiceAccount>(tenant).await?;
    let (uid, all) = (work.tenant_uid()?, sees_all(work.subject()));
    let account = found_in(work.tx(), &uid, id, all).await?;
    may_command(&mut work, &uid, &account).await?;
    token::remove(work.tx(), id, token).await?;
    work.commit(token::change(&account, None, Some(token))).await
}
