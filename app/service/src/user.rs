//! Users of the instance.

use crate::{
    Context, Error, Result, TenantRef,
    act::{CreateUser, SuggestUsers, UpdateUser},
    audit::Change,
};
use model::{
    Access, BindingId, Email, FieldError, Managed, NewBinding, Principal, PrincipalId, PrincipalKind, Resource, RoleId,
    TenantId,
};

/// A user to be made, as it came in.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    /// Wanted address.
    pub email: String,
    /// Wanted password; without one the user cannot sign in yet.
    pub password: Option<String>,
    /// Shall administer the instance.
    pub superadmin: bool,
    /// Tenant to let the user into.
    pub tenant: Option<TenantId>,
    /// Shall be Tenant Admin of that tenant.
    pub admin: bool,
}

/// Makes a user.
///
/// # Errors
/// [`Error::Conflict`] where the address is taken, [`Error::Invalid`] for a bad address or password.
pub async fn create(cx: &Context, new: NewUser) -> Result<Principal> {
    let email = Email::parse(&new.email);
    let mut wrong = Vec::new();
    if let Err(invalid) = &email {
        wrong.push(FieldError { field: "email".into(), message: invalid.to_string() });
    }
    wrong.extend(new.password.as_deref().and_then(|password| weak(cx, password)));
    // Before the transaction: SQLite has one writer, and hashing takes long.
    let hash = match &new.password {
        Some(password) if wrong.is_empty() => Some(cx.service.hasher.hash(password).await?),
        _ => None,
    };
    let mut work = cx.write::<CreateUser>().await?;
    let (Ok(email), true) = (email, wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    let tenant = match &new.tenant {
        None => None,
        Some(id) => Some(
            store::tenants::by_id(work.tx(), id)
                .await?
                .ok_or_else(|| Error::NotFound { what: "Tenant", id: id.to_string() })?,
        ),
    };
    let by = work.caller_name().to_owned();
    let user = Principal {
        id: PrincipalId::new(cx.new_id()),
        kind: PrincipalKind::User,
        name: email.to_string(),
        superadmin: new.superadmin,
        created_at: cx.now(),
        ..Principal::default()
    };
    store::principals::insert(work.tx(), &user, &by).await.map_err(|error| match error {
        store::Error::Duplicate => taken(&email),
        other => other.into(),
    })?;
    if let Some(hash) = hash {
        store::principals::set_password(work.tx(), &user.id, &hash, cx.now()).await?;
    }
    if let Some(tenant) = tenant {
        store::access::enter(work.tx(), &tenant.uid, &user.id, cx.now()).await?;
        if new.admin {
            let role = RoleId::managed(Managed::Admin, tenant.id.as_ref());
            let binding = NewBinding { holder: Access::Principal(user.id.clone()), role, namespace: None };
            let id = BindingId::new(cx.new_id());
            store::bindings::insert(work.tx(), &tenant.uid, &id, &binding, cx.now(), &by).await?;
        }
    }
    work.commit(Change::created(Resource::User, user.id.as_str(), &user)).await?;
    Ok(user)
}

fn taken(email: &Email) -> Error {
    Error::Conflict { field: Some("email"), message: format!("A user {email} exists already.") }
}

/// What is wrong with a password, if anything is.
pub(crate) fn weak(cx: &Context, password: &str) -> Option<FieldError> {
    let policy = &cx.settings().passwords;
    (!policy.broken(password).is_empty()).then(|| FieldError { field: "password".into(), message: policy.sentence() })
}

/// The user of an address.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn by_email(cx: &Context, email: &str) -> Result<Principal> {
    let absent = || Error::NotFound { what: "User", id: email.to_owned() };
    let email = Email::parse(email).map_err(|_| absent())?;
    let mut own = cx.read::<crate::act::ListUsers>().await?;
    store::principals::by_email(own.tx(), &email).await?.ok_or_else(absent)
}

/// Sets a user's password, which lifts a lock and ends the user's sessions.
pub async fn set_password(cx: &Context, id: &PrincipalId, password: &str) -> Result<()> {
    if let Some(weak) = weak(cx, password) {
        return Err(Error::Invalid(vec![weak]));
    }
    let hash = cx.service.hasher.hash(password).await?;
    let mut work = cx.write::<UpdateUser>().await?;
    let user = store::principals::by_id(work.tx(), id)
        .await?
        .ok_or_else(|| Error::NotFound { what: "User", id: id.to_string() })?;
    store::principals::set_password(work.tx(), id, &hash, cx.now()).await?;
    store::sessions::delete_of(work.tx(), id).await?;
    work.commit(Change::updated(Resource::User, user.id.as_str(), &"password", &"password")).await
}

/// Addresses that begin with what was typed, for whoever may assign roles in a tenant. Who administers
/// all users is offered all; a tenant's admin only the tenant's (contract 4.6).
pub async fn suggest(cx: &Context, tenant: &TenantRef, typed: &str) -> Result<Vec<String>> {
    const OFFERED: i64 = 10;
    let mut read = cx.read_in::<SuggestUsers>(tenant).await?;
    let typed = typed.trim().to_lowercase();
    let everybody = match read.subject() {
        crate::decide::Subject::Operator => true,
        crate::decide::Subject::Principal(principal, _) => principal.superadmin,
    };
    let uid = read.tenant_uid()?;
    Ok(if everybody {
        store::principals::suggest(read.tx(), &typed, OFFERED).await?
    } else {
        store::principals::suggest_in(read.tx(), &uid, &typed, OFFERED).await?
    })
}
