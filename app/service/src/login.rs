//! Signing in with a password: on the page, and with every request that carries Basic credentials.

use crate::{
    Caller, Context, Error, Result, TenantRef,
    act::{Act, ImpersonateUser},
    audit::Change,
    clock::{SystemClock, secret},
    decide::Subject,
    jwt,
    token::digest,
};
use model::{
    Action, ApiSession, Email, Password, Permission, Principal, PrincipalId, PrincipalKind, Resource, SessionKind,
    Timestamp, audit::Event,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
};
use store::Alone;
use subtle::ConstantTimeEq;

/// Checks an address and a password for a new session. Whatever is wrong, the answer is the same and
/// takes as long.
///
/// # Errors
/// [`Error::SignIn`].
#[tracing::instrument(name = "login::sign_in", skip_all)]
pub async fn sign_in(cx: &Context, email: &str, password: &str) -> Result<Principal> {
    let principal = check(cx, email, password).await?;
    let signed_in = Context { caller: Caller::Principal(principal.id.clone()), ..cx.clone() };
    let mut tx = cx.service.store.write(Alone::No).await?;
    unchanged(&mut tx, &principal).await?;
    let change = Change::event(Event::Login, Resource::User, principal.id.as_str());
    crate::audit::record(&mut tx, &signed_in, &principal.name, change).await?;
    tx.commit().await?;
    Ok(principal)
}

/// Goes on only where the user is as it was when its password was read: comparing takes long, and one that was changed
/// meanwhile opens nothing any more.
async fn unchanged(tx: &mut store::Tx, principal: &Principal) -> Result<()> {
    match store::principals::hold(tx, &principal.id).await? {
        Some(now) if now.version == principal.version => Ok(()),
        _ => Err(Error::SignIn),
    }
}

/// Notes that a session was ended by its user.
#[tracing::instrument(name = "login::sign_out", skip_all)]
pub async fn sign_out(cx: &Context) -> Result<()> {
    let own = cx.read_own(None).await?;
    if let crate::decide::Subject::Principal(principal, _) = own.subject() {
        let (name, id) = (principal.name.clone(), principal.id.clone());
        drop(own);
        cx.note(&name, Change::event(Event::Logout, Resource::User, id.as_str())).await?;
    }
    Ok(())
}

/// Checks Basic credentials. Argon2 runs for the first request of a client; for the next minute the
/// same credentials are recognized by a keyed digest, unless the user's version has moved on: a new
/// password, a lock or a change of privilege ends that at once, whichever process made it.
///
/// # Errors
/// [`Error::SignIn`].
#[tracing::instrument(name = "login::basic", skip_all)]
pub async fn basic(cx: &Context, email: &str, password: &str) -> Result<Context> {
    let now = cx.now();
    if let Ok(address) = Email::parse(email) {
        let mut tx = cx.service.store.read().await?;
        let known = store::principals::by_email(&mut tx, &address).await?;
        drop(tx);
        if let Some(principal) = known
            && !principal.locked(now)
            && cx.service.basic.recognizes(&address, password, principal.version, now)
        {
            return Ok(cx.with(Caller::Principal(principal.id)));
        }
    }
    let principal = check(cx, email, password).await?;
    cx.service.basic.remember(&principal, password, now);
    Ok(cx.with(Caller::Principal(principal.id)))
}

/// The cookies of a sign-in over the API.
#[derive(Debug)]
pub struct Opened {
    /// Signed, for the `JWT` cookie.
    pub jwt: String,
    /// What renews it.
    pub refresh: String,
    /// How long the first lasts, in milliseconds.
    pub lasts: i64,
    /// How long the second does.
    pub renewable: i64,
    /// Who signed in, or whose place was taken.
    pub principal: Principal,
}

/// How much longer a sign-in can be renewed than it lasts.
const RENEWABLE: i64 = 7;

/// Signs in over the API.
#[tracing::instrument(name = "login::open", skip_all)]
pub async fn open(cx: &Context, email: &str, password: &str) -> Result<Opened> {
    let principal = sign_in(cx, email, password).await?;
    let key = key(cx).await?;
    let mut tx = cx.service.store.write(Alone::No).await?;
    unchanged(&mut tx, &principal).await?;
    let opened = issue(cx, &mut tx, &key, principal, None).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Writes a sign-in and makes its cookies.
async fn issue(
    cx: &Context,
    tx: &mut store::Tx,
    key: &[u8],
    principal: Principal,
    by: Option<PrincipalId>,
) -> Result<Opened> {
    let now = cx.now();
    let lasts = cx.settings().sign_in_lasts;
    let renewable = lasts.saturating_mul(RENEWABLE);
    let (id, refresh) = (secret(), secret());
    for (secret, kind, lasts) in [(&id, SessionKind::Jwt, lasts), (&refresh, SessionKind::Refresh, renewable)] {
        let session = ApiSession {
            id: digest(secret),
            kind,
            principal: principal.id.clone(),
            impersonator: by.clone(),
            expires_at: Timestamp(now.0.saturating_add(lasts)),
        };
        store::sessions::open(tx, &session, now).await?;
    }
    let claims = serde_json::json!({
        "sub": principal.name, "jti": id, "iat": now.0 / 1000, "exp": now.0.saturating_add(lasts) / 1000,
    });
    Ok(Opened { jwt: jwt::sign(key, &claims), refresh, lasts, renewable, principal })
}

/// What tokens are signed with: the configured key, or one that the instance keeps to itself. To be asked for before
/// a transaction is begun: the first time it writes, and SQLite has one writer.
async fn key(cx: &Context) -> Result<Vec<u8>> {
    let made = async || {
        if let Some(key) = &cx.settings().secret_key {
            return Ok(key.clone());
        }
        let mut tx = cx.service.store.write(Alone::No).await?;
        let key = store::sessions::secret(&mut tx, "jwt", &format!("{}{}", secret(), secret())).await?;
        tx.commit().await?;
        Ok::<_, Error>(key.into_bytes())
    };
    Ok(cx.service.key.get_or_try_init(made).await?.clone())
}

/// Who comes with the `JWT` cookie; nobody, where it is empty.
///
/// # Errors
/// [`Error::Unauthenticated`] for one that is not ours, has expired or was ended.
#[tracing::instrument(name = "login::jwt", skip_all)]
pub async fn jwt(cx: &Context, cookie: &str) -> Result<Context> {
    if cookie.is_empty() {
        return Ok(cx.clone());
    }
    let id = jwt::id(&key(cx).await?, cookie).ok_or(Error::Unauthenticated)?;
    let mut tx = cx.service.store.read().await?;
    let (session, by) = store::sessions::of_api(&mut tx, &digest(&id), SessionKind::Jwt, cx.now())
        .await?
        .ok_or(Error::Unauthenticated)?;
    Ok(Context { impersonator: by, ..cx.with(Caller::Principal(session.principal)) })
}

/// Renews a sign-in; what renewed it is spent.
///
/// # Errors
/// [`Error::Unauthenticated`].
#[tracing::instrument(name = "login::refresh", skip_all)]
pub async fn refresh(cx: &Context, refresh: &str) -> Result<Opened> {
    let key = key(cx).await?;
    let mut tx = cx.service.store.write(Alone::No).await?;
    let spent = store::sessions::of_api(&mut tx, &digest(refresh), SessionKind::Refresh, cx.now()).await?;
    let (session, _) = spent.ok_or(Error::Unauthenticated)?;
    if store::sessions::delete(&mut tx, &session.id).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    let principal = store::principals::by_id(&mut tx, &session.principal).await?.ok_or(Error::Unauthenticated)?;
    let opened = issue(cx, &mut tx, &key, principal, session.impersonator).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Ends a sign-in over the API.
#[tracing::instrument(name = "login::close", skip_all)]
pub async fn close(cx: &Context, cookie: &str, refresh: &str) -> Result<()> {
    let id = jwt::id(&key(cx).await?, cookie);
    let mut tx = cx.service.store.write(Alone::No).await?;
    for secret in id.iter().map(String::as_str).chain([refresh]) {
        store::sessions::delete(&mut tx, &digest(secret)).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a user's place for a session: superadmins may.
///
/// # Errors
/// [`Error::NotFound`] for no such user.
#[tracing::instrument(name = "login::impersonate", skip_all, fields(%id))]
pub async fn impersonate(cx: &Context, id: &PrincipalId) -> Result<Opened> {
    let key = key(cx).await?;
    let mut work = cx.write::<ImpersonateUser>().await?;
    let absent = || Error::NotFound { what: "User", id: id.to_string() };
    let target = store::principals::by_id(work.tx(), id).await?.ok_or_else(absent)?;
    let opened = issue(cx, work.tx(), &key, target, cx.principal_id().cloned()).await?;
    work.commit(Change::event(Event::Impersonate, Resource::User, id.as_str())).await?;
    Ok(opened)
}

/// Takes a user's place in the browser: superadmins may. Who takes it stays known to everything that is done then.
///
/// # Errors
/// [`Error::NotFound`] for no such user, and [`Error::Conflict`] for oneself and from within somebody's place.
#[tracing::instrument(name = "login::take_place", skip_all, fields(%id))]
pub async fn take_place(cx: &Context, id: &PrincipalId) -> Result<Principal> {
    let mut work = cx.write::<ImpersonateUser>().await?;
    let refused = |message: &str| Err(Error::Conflict { field: None, message: message.into() });
    if cx.impersonator.is_some() {
        return refused("You are already impersonating someone. Stop impersonating first.");
    }
    if cx.principal_id() == Some(id) {
        return refused("This is you.");
    }
    let target = store::principals::by_id(work.tx(), id).await?.filter(|one| one.kind == PrincipalKind::User);
    let target = target.ok_or_else(|| Error::NotFound { what: "User", id: id.to_string() })?;
    work.commit(Change::event(Event::Impersonate, Resource::User, id.as_str())).await?;
    Ok(target)
}

/// The context of whoever's place was taken. Asked with each request, so that it ends for whoever may no longer do so.
///
/// # Errors
/// [`Error::Unauthenticated`] where `by` may not impersonate any more, is locked or gone.
#[tracing::instrument(name = "login::in_place", skip_all)]
pub async fn in_place(cx: &Context, by: &PrincipalId) -> Result<Context> {
    let own = cx.with(Caller::Principal(by.clone())).read_own(None).await?;
    match own.subject() {
        Subject::Principal(by, _) if own.may(ImpersonateUser::PERMISSION) && !by.locked(cx.now()) => {
            Ok(Context { impersonator: Some(by.name.clone()), ..cx.clone() })
        }
        _ => Err(Error::Unauthenticated),
    }
}

/// Takes a user's place for one request: superadmins may, and in a tenant whoever may impersonate its users.
/// Nobody becomes a superadmin who is none, and nobody leaves the tenant it was allowed in.
///
/// # Errors
/// [`Error::Forbidden`], also where there is no such user.
#[tracing::instrument(name = "login::impersonating", skip_all)]
pub async fn impersonating(cx: &Context, tenant: Option<&TenantRef>, name: &str) -> Result<Context> {
    const IMPERSONATE: Permission = Permission::new(Resource::User, Action::Impersonate);
    let mut work = cx.write_own(tenant).await?;
    work.require_any(&[IMPERSONATE]).await?;
    let trusted = match work.subject() {
        Subject::Operator => true,
        Subject::Principal(principal, _) => principal.superadmin,
    };
    let refused = || Error::Forbidden { permission: IMPERSONATE, tenant: None };
    let email = Email::parse(name).map_err(|_| refused())?;
    let target = store::principals::by_email(work.tx(), &email).await?.ok_or_else(refused)?;
    if !trusted {
        let uid = work.tenant_uid()?;
        if target.superadmin || !store::access::entered(work.tx(), &uid, &target.id).await? {
            return Err(refused());
        }
    }
    let by = work.caller_name().to_owned();
    work.commit(Change::event(Event::Impersonate, Resource::User, target.id.as_str())).await?;
    Ok(Context { impersonator: Some(by), ..cx.with(Caller::Principal(target.id)) })
}

/// Looks up, verifies, counts failures and locks.
async fn check(cx: &Context, email: &str, password: &str) -> Result<Principal> {
    // Asked for before anything is looked up: a refusal says nothing about who there is.
    let place = cx.service.hasher.place()?;
    let address = Email::parse(email).ok();
    let known = with_password(cx, address.as_ref()).await?;
    let hash = known.as_ref().map(|(_, stored)| stored.hash.as_str());
    // No password is longer; what is, need not be hashed to be wrong.
    let short: String = password.chars().take(model::PasswordPolicy::MAX).collect();
    let right = place.verify(&short, hash).await? && short.len() == password.len();
    // While the password waited to be checked, others may have locked the account or changed it. Else a crowd of
    // guesses sent at once would all count as made before the lock.
    let current = with_password(cx, address.as_ref()).await?;
    match (known, current) {
        (Some((_, checked)), Some((principal, stored)))
            if right && stored.hash == checked.hash && !principal.locked(cx.now()) =>
        {
            if stored.failures > 0 {
                let mut tx = cx.service.store.write(Alone::No).await?;
                // What lifts a lock must not lift one that came this very moment.
                unchanged(&mut tx, &principal).await?;
                store::principals::forgive(&mut tx, &principal.id).await?;
                tx.commit().await?;
            }
            Ok(principal)
        }
        (Some((principal, _)), _) => {
            failed(cx, &principal).await?;
            Err(Error::SignIn)
        }
        (None, _) => {
            // What was typed may be a password in the wrong field: only an address is written down.
            let typed = address.map_or_else(|| "(no address)".to_owned(), |email| email.to_string());
            cx.note("anonymous", Change::event(Event::LoginFailure, Resource::User, typed)).await?;
            Err(Error::SignIn)
        }
    }
}

/// The user of that address, where it can sign in with a password. The same is asked where there is nobody: it takes as
/// long.
async fn with_password(cx: &Context, address: Option<&Email>) -> Result<Option<(Principal, Password)>> {
    let mut tx = cx.service.store.read().await?;
    let principal = match address {
        Some(address) => store::principals::by_email(&mut tx, address).await?,
        None => None,
    };
    let id = principal.as_ref().map_or_else(|| PrincipalId::new(""), |principal| principal.id.clone());
    let stored = store::principals::password(&mut tx, &id).await?;
    Ok(principal.zip(stored))
}

/// Counts a failure and locks at the threshold, with the audit rows in the same transaction.
async fn failed(cx: &Context, principal: &Principal) -> Result<()> {
    let lockout = cx.settings().lockout;
    let now = cx.now();
    let mut tx = cx.service.store.write(Alone::No).await?;
    let failure = Change::event(Event::LoginFailure, Resource::User, principal.id.as_str());
    // Held before its password is, as by whoever changes that.
    let held = store::principals::hold(&mut tx, &principal.id).await?;
    if let Some(held) = held.filter(|held| !held.locked(now)) {
        let failures = store::principals::fail(&mut tx, &principal.id, now, Timestamp(now.0 - lockout.window)).await?;
        if failures >= lockout.threshold {
            let until = Timestamp(now.0 + lockout.duration);
            store::principals::lock(&mut tx, &held, until).await?;
            let locked = Change::event(Event::AccountLocked, Resource::User, principal.id.as_str());
            crate::audit::record(&mut tx, cx, &principal.name, locked).await?;
        }
    }
    crate::audit::record(&mut tx, cx, &principal.name, failure).await?;
    Ok(tx.commit().await?)
}

/// Credentials seen right lately.
#[derive(Default)]
pub(crate) struct BasicCache {
    entries: Mutex<HashMap<String, Entry>>,
    key: OnceLock<[u8; 32]>,
}

struct Entry {
    digest: [u8; 32],
    version: i64,
    until: Timestamp,
}

/// How long credentials are remembered, in milliseconds.
const REMEMBER: i64 = 60_000;
/// How many are remembered; then the expired ones go, and if none has, all.
const MOST: usize = 10_000;

impl BasicCache {
    /// A digest under a key that only this process has, so that a dump of its memory is no list of hashes
    /// to try passwords against elsewhere.
    fn digest(&self, email: &str, password: &str) -> [u8; 32] {
        let key = self.key.get_or_init(|| {
            let seed = format!(
                "{}{}",
                crate::clock::new_id(crate::Clock::now(&SystemClock)),
                crate::clock::new_id(Timestamp(0))
            );
            Sha256::digest(seed).into()
        });
        let mut digest = Sha256::new();
        digest.update(key);
        digest.update(email.len().to_le_bytes());
        digest.update(email);
        digest.update(password);
        digest.finalize().into()
    }

    fn recognizes(&self, email: &Email, password: &str, version: i64, now: Timestamp) -> bool {
        let digest = self.digest(email.as_str(), password);
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(email.as_str()).is_some_and(|entry| {
            entry.version == version && entry.until > now && bool::from(entry.digest.ct_eq(&digest))
        })
    }

    fn remember(&self, principal: &Principal, password: &str, now: Timestamp) {
        let digest = self.digest(&principal.name, password);
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.retain(|_, entry| entry.until > now);
            if entries.len() >= MOST {
                entries.clear();
            }
        }
        let entry = Entry { digest, version: principal.version, until: Timestamp(now.0 + REMEMBER) };
        entries.insert(principal.name.clone(), entry);
    }
}
