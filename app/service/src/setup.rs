//! The first run: an instance without users gets its first superadmin.

use crate::{
    Context, Error, Result, Service,
    audit::{self, Change},
    context::enter_without_tenants,
    tenant, user,
};
use model::{Email, FieldError, NewTenant, Principal, PrincipalId, PrincipalKind, Resource, TenantId};
use std::sync::atomic::Ordering;
use store::Alone;

/// The first user, and, if wished, the first tenant.
#[derive(Debug, Clone, Default)]
pub struct SetUp {
    /// Address of the first superadmin.
    pub email: String,
    /// Its password.
    pub password: String,
    /// Id and name of a first tenant.
    pub tenant: Option<(String, String)>,
}

/// Whether there is no user yet. Asked before every page, so the final answer is remembered.
pub async fn needed(service: &Service) -> Result<bool> {
    if service.set_up.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let mut tx = service.store.read().await?;
    let any = store::principals::any(&mut tx).await?;
    service.set_up.store(any, Ordering::Relaxed);
    Ok(!any)
}

/// Makes the first superadmin and the first tenant, in one transaction, if there is no user.
///
/// # Errors
/// [`Error::SetUpAlready`] where there is one, [`Error::Invalid`] for bad input.
#[tracing::instrument(name = "setup::complete", skip_all)]
pub async fn complete(cx: &Context, form: SetUp) -> Result<Principal> {
    if !needed(&cx.service).await? {
        return Err(Error::SetUpAlready);
    }
    let email = Email::parse(&form.email);
    let mut wrong: Vec<FieldError> = Vec::new();
    if let Err(invalid) = &email {
        wrong.push(FieldError { field: "email".into(), message: invalid.to_string() });
    }
    wrong.extend(user::weak(cx, &form.password));
    let first = form.tenant.filter(|(id, name)| !(id.trim().is_empty() && name.trim().is_empty()));
    let first = match first.map(|(id, name)| tenant::parse(&NewTenant { id, name, ..NewTenant::default() })) {
        None => None,
        Some(Ok(first)) => Some(first),
        Some(Err(fields)) => {
            wrong.extend(fields.into_iter().map(|one| FieldError { field: format!("tenant_{}", one.field), ..one }));
            None
        }
    };
    let (Ok(email), true) = (email, wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    if first.is_some() {
        cx.tenants_enabled()?;
    }
    let hash = cx.service.hasher.hash(&form.password).await?;

    // Of two who set up at once, the second finds a user.
    let mut tx = cx.service.store.write(Alone::Everywhere).await?;
    if store::principals::any(&mut tx).await? {
        return Err(Error::SetUpAlready);
    }
    let user = insert_superadmin(cx, &mut tx, &email, &hash).await?;
    if let Some((id, name)) = first {
        let made = tenant::insert(cx, &mut tx, &id, &name, Default::default(), Some(&user), &user.name).await?;
        let change = tenant::created(&made, Some(&user.name));
        audit::record(&mut tx, cx, &user.name, change).await?;
    }
    tx.commit().await?;
    cx.service.set_up.store(true, Ordering::Relaxed);
    Ok(user)
}

async fn insert_superadmin(cx: &Context, tx: &mut store::Tx, email: &Email, hash: &str) -> Result<Principal> {
    let user = Principal {
        id: PrincipalId::new(cx.new_id()),
        kind: PrincipalKind::User,
        name: email.to_string(),
        superadmin: true,
        created_at: cx.now(),
        ..Principal::default()
    };
    let by = user.name.clone();
    let user = store::principals::insert(tx, user, &by).await?;
    store::principals::set_password(tx, &user, hash, cx.now()).await?;
    enter_without_tenants(cx, tx, &user.id).await?;
    audit::record(tx, cx, &user.name, Change::created(Resource::User, user.id.as_str(), &*user)).await?;
    Ok(user.clone())
}

/// What `kestra.security.super-admin` asks for at every start: the superadmin if it is missing, the
/// tenants that are missing, and the superadmin as Tenant Admin in each (contract 4.5). An existing
/// user keeps its password.
#[tracing::instrument(name = "setup::ensure", skip_all)]
pub async fn ensure(cx: &Context, email: &str, password: &str, tenants: &[String]) -> Result<()> {
    let email = Email::parse(email).map_err(|invalid| Error::field("email", invalid.0))?;
    let mut tx = cx.service.store.read().await?;
    let known = store::principals::by_email(&mut tx, &email).await?;
    drop(tx);
    let user = match known {
        Some(user) => user,
        None => first_superadmin(cx, &email, password).await?,
    };
    for id in tenants {
        let id = TenantId::parse(id).map_err(|invalid| Error::field("tenant-admin-access", invalid.0))?;
        tenant::ensure_admin(cx, &id, &user).await?;
    }
    Ok(())
}

/// Makes the superadmin, unless another process that starts at the same moment has.
async fn first_superadmin(cx: &Context, email: &Email, password: &str) -> Result<Principal> {
    if let Some(weak) = user::weak(cx, password) {
        return Err(Error::Invalid(vec![weak]));
    }
    let hash = cx.service.hasher.hash(password).await?;
    let mut tx = cx.service.store.write(Alone::Everywhere).await?;
    if let Some(user) = store::principals::by_email(&mut tx, email).await? {
        return Ok(user);
    }
    let user = insert_superadmin(cx, &mut tx, email, &hash).await?;
    tx.commit().await?;
    Ok(user)
}
