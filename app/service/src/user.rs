//! Users of the instance.

use crate::{
    Context, Error, Result, TenantRef,
    act::{CreateUser, DeleteUser, ListUsers, SuggestUsers, UpdateUser, ViewUser},
    audit::Change,
    context::{enter_without_tenants, without_tenants},
    fingerprint, name, session, tenant,
    token::{self, NewToken},
    welcome::welcome,
};
use model::{
    Email, FieldError, Fingerprint, Grant, GroupId, List, Membership, OpenSession, Page, Principal, PrincipalId,
    PrincipalKind, Resource, Superadmins, TenantLink, TenantUid, Timestamp, Token, TokenId, audit::Event,
};
use std::slice;
use store::{Locked, Tx};

/// A user to be made or changed, as it came in. What is absent stays as it is, or is nothing yet.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    /// Wanted address.
    pub email: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Wanted password; without one the user cannot sign in yet.
    pub password: Option<String>,
    /// Shall administer the instance.
    pub superadmin: Option<bool>,
    /// A demonstration user.
    pub restricted: Option<bool>,
    /// Tenants it shall have access to, and to no others.
    pub tenants: Option<Vec<String>>,
    /// Groups it shall be in, in this order, and in no others.
    pub groups: Option<Vec<String>>,
    /// Tenant to let the user into, beside those above.
    pub tenant: Option<TenantRef>,
    /// Shall be Tenant Admin of that tenant.
    pub admin: bool,
}

/// A user with all that belongs to it.
#[derive(Debug, Clone)]
pub struct User {
    /// The user.
    pub principal: Principal,
    /// Whether it can sign in with a password.
    pub password: bool,
    /// Tenants it may enter.
    pub tenants: Vec<TenantLink>,
    /// Groups it is in, in the order they were given.
    pub groups: Vec<Membership>,
}

impl User {
    /// The ids of its groups.
    pub fn group_ids(&self) -> Vec<String> {
        self.groups.iter().map(|group| group.group.to_string()).collect()
    }
}

/// What somebody has in one tenant.
#[derive(Debug, Clone)]
pub struct Held {
    /// The tenant.
    pub tenant: TenantLink,
    /// Its groups there.
    pub groups: Vec<Membership>,
    /// Its roles there, its own and through groups.
    pub grants: Vec<Grant>,
}

/// Longest first and last name, in characters.
const NAME: usize = 250;

/// Checks what came in, all that is wrong at once, and hashes the password: before the transaction, since SQLite has
/// one writer, and hashing takes long.
async fn parse(cx: &Context, new: &NewUser) -> Result<(Email, Option<String>)> {
    let email = Email::parse(&new.email);
    let mut wrong = Vec::new();
    if let Err(invalid) = &email {
        wrong.push(FieldError { field: "email".into(), message: invalid.to_string() });
    }
    wrong.extend(wrong_names(new.first_name.as_deref(), new.last_name.as_deref()));
    wrong.extend(new.password.as_deref().and_then(|password| weak(cx, password)));
    let (Ok(email), true) = (email, wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    let hash = match &new.password {
        Some(password) => Some(cx.service.hasher.hash(password).await?),
        None => None,
    };
    Ok((email, hash))
}

/// Whether a first or last name cannot be one.
pub(crate) fn odd_name(name: &str) -> bool {
    name.chars().count() > NAME || name.chars().any(char::is_control)
}

/// What is wrong with a first and last name.
pub(crate) fn wrong_names(first: Option<&str>, last: Option<&str>) -> Vec<FieldError> {
    let fields = [("firstName", first), ("lastName", last)];
    let wrong = fields.into_iter().filter(|(_, name)| name.is_some_and(odd_name));
    wrong
        .map(|(field, _)| FieldError {
            field: field.into(),
            message: format!("A name is one line of at most {NAME} characters."),
        })
        .collect()
}

/// Makes a user.
///
/// # Errors
/// [`Error::Conflict`] where the address is taken, [`Error::Invalid`] for a bad address or password,
/// [`Error::NotFound`] for a tenant or group there is not.
#[tracing::instrument(name = "user::create", skip_all)]
pub async fn create(cx: &Context, new: NewUser) -> Result<User> {
    // Whoever may not make users is not told what is wrong with one.
    drop(cx.read::<CreateUser>().await?);
    let (email, hash) = parse(cx, &new).await?;
    let mut work = cx.write::<CreateUser>().await?;
    let by = work.caller_name().to_owned();
    let user = Principal {
        id: PrincipalId::new(cx.new_id()),
        kind: PrincipalKind::User,
        name: email.to_string(),
        first_name: new.first_name.unwrap_or_default(),
        last_name: new.last_name.unwrap_or_default(),
        superadmin: new.superadmin.unwrap_or_default(),
        restricted: new.restricted.unwrap_or_default(),
        created_at: cx.now(),
        ..Principal::default()
    };
    let user = store::principals::insert(work.tx(), user, &by).await.map_err(taken(&email))?;
    if let Some(hash) = hash {
        store::principals::set_password(work.tx(), &user, &hash, cx.now()).await?;
    }
    let mut entered: Vec<TenantUid> = enter_without_tenants(cx, work.tx(), &user.id).await?.into_iter().collect();
    entered.extend(place(cx, work.tx(), &user.id, new.tenants.as_deref(), new.groups.as_deref()).await?);
    if let Some(tenant) = &new.tenant {
        let tenant = work.other(tenant).await?;
        store::access::grant(work.tx(), &tenant.uid, &user.id, cx.now()).await?;
        entered.push(tenant.uid.clone());
        if new.admin {
            tenant::bind_admin(cx, work.tx(), &tenant, &user, &by).await?;
        }
    }
    welcome(cx, work.tx(), &user, &entered, &by).await?;
    let user = whole(cx, work.tx(), user.id.clone()).await?;
    work.commit(Change::created(Resource::User, user.principal.id.as_str(), &said(&user))).await?;
    Ok(user)
}

/// Lets a principal into tenants and puts it into groups, by their public ids. Says in which of the tenants it is new.
pub(crate) async fn place(
    cx: &Context,
    tx: &mut Tx,
    id: &PrincipalId,
    tenants: Option<&[String]>,
    groups: Option<&[String]>,
) -> Result<Vec<TenantUid>> {
    let mut entered = Vec::new();
    if let Some(tenants) = tenants {
        let known = store::tenants::uids(tx, tenants).await?;
        let absent = |id: &String| Error::NotFound { what: "Tenant", id: id.clone() };
        if let Some(unknown) = tenants.iter().find(|id| !known.iter().any(|(one, _)| one == *id)) {
            return Err(absent(unknown));
        }
        let before = store::access::tenants(tx, &[id.to_string()], false).await?;
        let uids: Vec<String> = known.iter().map(|(_, uid)| uid.to_string()).collect();
        store::access::set(tx, id, &uids, cx.now()).await?;
        let new = known.into_iter().map(|(_, uid)| uid).filter(|uid| before.iter().all(|(_, one, _)| one != uid));
        entered.extend(new);
    }
    if let Some(groups) = groups {
        let known = store::groups::tenants(tx, groups).await?;
        let mut wanted: Vec<(GroupId, TenantUid)> = Vec::new();
        for group in groups {
            let found = known.iter().find(|(one, _)| one.as_str() == group);
            let found = found.ok_or_else(|| Error::NotFound { what: "Group", id: group.clone() })?;
            if !wanted.iter().any(|(seen, _)| *seen == found.0) {
                wanted.push(found.clone());
            }
        }
        let left = store::groups::set(tx, id, None, &wanted, cx.now()).await?;
        store::access::leave_if_idle(tx, &left, slice::from_ref(id)).await?;
    }
    Ok(entered)
}

/// A user as the audit log shows it.
fn said(user: &User) -> serde_json::Value {
    let mut said = serde_json::json!(user.principal);
    if let Some(object) = said.as_object_mut() {
        let groups: Vec<_> = user.groups.iter().map(|one| one.group.as_str()).collect();
        let tenants: Vec<_> = user.tenants.iter().filter_map(|one| one.id.as_ref()).collect();
        object.insert("tenants".into(), serde_json::json!(tenants));
        object.insert("groups".into(), serde_json::json!(groups));
        object.insert("password".into(), user.password.into());
    }
    said
}

/// The user of an id with all that belongs to it.
async fn whole(cx: &Context, tx: &mut Tx, id: PrincipalId) -> Result<User> {
    let user = all(cx, tx, &[id]).await?.pop();
    user.ok_or_else(|| Error::Internal("a user was lost".into()))
}

/// The users of these ids with all that belongs to them; service accounts are not users.
async fn all(cx: &Context, tx: &mut Tx, ids: &[PrincipalId]) -> Result<Vec<User>> {
    name::chosen(ids)?;
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut found = store::principals::by_ids(tx, &texts).await?;
    found.retain(|(principal, _)| principal.kind == PrincipalKind::User);
    if let Some(absent) = ids.iter().find(|id| found.iter().all(|(one, _)| one.id != **id)) {
        return Err(Error::NoUser(absent.to_string()));
    }
    with_places(cx, tx, found, true).await
}

/// Adds tenants and groups to principals: two queries, however many there are.
pub(crate) async fn with_places(
    cx: &Context,
    tx: &mut Tx,
    principals: Vec<(Principal, bool)>,
    groups: bool,
) -> Result<Vec<User>> {
    let ids: Vec<String> = principals.iter().map(|(one, _)| one.id.to_string()).collect();
    let default = cx.settings().tenants && cx.settings().default_tenant;
    let tenants = store::access::tenants(tx, &ids, default).await?;
    let groups = if groups { store::groups::of_principals(tx, &ids, None).await? } else { Vec::new() };
    let whole = |(principal, password): (Principal, bool)| User {
        tenants: tenants.iter().filter(|(id, ..)| *id == principal.id).map(|(.., link)| link.clone()).collect(),
        groups: groups.iter().filter(|one| one.principal == principal.id).cloned().collect(),
        principal,
        password,
    };
    Ok(principals.into_iter().map(whole).collect())
}

/// A page of all users.
#[tracing::instrument(name = "user::page", skip_all)]
pub async fn page(cx: &Context, list: &List) -> Result<Page<User>> {
    let mut read = cx.read::<ListUsers>().await?;
    crate::name::check(&store::shape::PRINCIPALS, list)?;
    let Page { results: rows, total, more } = store::principals::page(read.tx(), PrincipalKind::User, list).await?;
    Ok(Page { results: with_places(cx, read.tx(), rows, false).await?, total, more })
}

/// A user.
#[tracing::instrument(name = "user::get", skip_all, fields(%id))]
pub async fn get(cx: &Context, id: &PrincipalId) -> Result<User> {
    let mut read = cx.read::<ViewUser>().await?;
    whole(cx, read.tx(), id.clone()).await
}

/// Changes a user: what came is set, what did not stays.
#[tracing::instrument(name = "user::update", skip_all, fields(%id))]
pub async fn update(cx: &Context, id: &PrincipalId, new: NewUser) -> Result<User> {
    drop(cx.read::<UpdateUser>().await?);
    let (email, hash) = parse(cx, &new).await?;
    let mut work = cx.write::<UpdateUser>().await?;
    let held = held_user(work.tx(), id).await?;
    let before = whole(cx, work.tx(), id.clone()).await?;
    let changed = Principal {
        name: email.to_string(),
        first_name: new.first_name.unwrap_or_else(|| before.principal.first_name.clone()),
        last_name: new.last_name.unwrap_or_else(|| before.principal.last_name.clone()),
        superadmin: new.superadmin.unwrap_or(before.principal.superadmin),
        restricted: new.restricted.unwrap_or(before.principal.restricted),
        ..before.principal.clone()
    };
    if before.principal.superadmin && !changed.superadmin {
        keep_superadmin(cx, work.tx(), &[&before.principal]).await?;
    }
    store::principals::update(work.tx(), &held, &changed).await.map_err(taken(&email))?;
    if let Some(hash) = hash {
        store::principals::set_password(work.tx(), &held, &hash, cx.now()).await?;
        store::sessions::delete_of(work.tx(), id).await?;
    }
    let entered = place(cx, work.tx(), id, new.tenants.as_deref(), new.groups.as_deref()).await?;
    let by = work.caller_name().to_owned();
    welcome(cx, work.tx(), &changed, &entered, &by).await?;
    let after = whole(cx, work.tx(), id.clone()).await?;
    work.commit(Change::updated(Resource::User, id.as_str(), &said(&before), &said(&after))).await?;
    Ok(after)
}

/// A user's own name and address, as it came in; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Address.
    pub email: Option<String>,
}

/// Changes a user's name and address.
#[tracing::instrument(name = "user::rename", skip_all, fields(%id))]
pub async fn rename(cx: &Context, id: &PrincipalId, profile: Profile) -> Result<User> {
    edit(cx, id, profile, None).await
}

/// Of a user's name and address.
pub fn fingerprint(user: &Principal) -> Fingerprint {
    fingerprint::of(&(&user.name, &user.first_name, &user.last_name))
}

/// Changes a user's name and address as a form says that was filled from what is `seen`.
///
/// # Errors
/// [`Error::Changed`] where somebody else has saved something else since.
#[tracing::instrument(name = "user::edit", skip_all, fields(%id))]
pub async fn edit(cx: &Context, id: &PrincipalId, profile: Profile, seen: Option<&Fingerprint>) -> Result<User> {
    let mut work = cx.write::<UpdateUser>().await?;
    let change = set_profile(work.tx(), id, profile, seen).await?;
    let user = whole(cx, work.tx(), id.clone()).await?;
    work.commit(change).await?;
    Ok(user)
}

/// A user that nobody else changes until the transaction ends.
pub(crate) async fn held_user(tx: &mut Tx, id: &PrincipalId) -> Result<Locked<Principal>> {
    let found = store::principals::hold(tx, id).await?.filter(|one| one.kind == PrincipalKind::User);
    found.ok_or_else(|| Error::NoUser(id.to_string()))
}

/// Writes a profile, and says what changed.
pub(crate) async fn set_profile(
    tx: &mut Tx,
    id: &PrincipalId,
    profile: Profile,
    seen: Option<&Fingerprint>,
) -> Result<Change> {
    let before = held_user(tx, id).await?;
    let mut wrong = wrong_names(profile.first_name.as_deref(), profile.last_name.as_deref());
    let email = profile.email.as_deref().unwrap_or(&before.name);
    let email =
        Email::parse(email).map_err(|invalid| wrong.push(FieldError { field: "email".into(), message: invalid.0 }));
    let (Ok(email), true) = (email, wrong.is_empty()) else { return Err(Error::Invalid(wrong)) };
    let changed = Principal {
        name: email.to_string(),
        first_name: profile.first_name.unwrap_or_else(|| before.first_name.clone()),
        last_name: profile.last_name.unwrap_or_else(|| before.last_name.clone()),
        ..before.clone()
    };
    fingerprint::unchanged(seen, &fingerprint(&before), &fingerprint(&changed))?;
    store::principals::update(tx, &before, &changed).await.map_err(taken(&email))?;
    Ok(Change::updated(Resource::User, id.as_str(), &*before, &changed))
}

/// Refuses to leave the instance without a superadmin who can sign in where these are none any more, and superadmins to
/// step down by mistake.
async fn keep_superadmin(cx: &Context, tx: &mut Tx, gone: &[&Principal]) -> Result<()> {
    let refuse = |message: &str| Err(Error::Conflict { field: None, message: message.into() });
    if gone.iter().any(|one| cx.principal_id() == Some(&one.id)) {
        return refuse("You cannot take this right from yourself. Ask another superadmin to do it.");
    }
    let users = gone.iter().filter(|one| one.kind == PrincipalKind::User).map(|one| one.id.to_string());
    match (left_without(tx, &users.collect::<Vec<_>>()).await?, gone) {
        (false, _) => Ok(()),
        (true, [_]) => refuse(
            "This is the last superadmin who can sign in. Make someone else a superadmin first, with a password.",
        ),
        (true, _) => refuse(
            "These are the last superadmins who can sign in. Make someone else a superadmin first, with a password.",
        ),
    }
}

/// Whether the instance would be left without a superadmin who can sign in, without these users.
async fn left_without(tx: &mut Tx, gone: &[String]) -> Result<bool> {
    if gone.is_empty() {
        return Ok(false);
    }
    let Superadmins { left, able, able_left } = store::principals::superadmins(tx, gone).await?;
    Ok(left == 0 || (able > 0 && able_left == 0))
}

/// Deletes a user with its access, memberships, bindings and tokens.
///
/// # Errors
/// [`Error::Conflict`] for oneself and for the last superadmin.
#[tracing::instrument(name = "user::delete", skip_all, fields(%id))]
pub async fn delete(cx: &Context, id: &PrincipalId) -> Result<()> {
    delete_all(cx, slice::from_ref(id)).await.map(drop)
}

/// Deletes several users: all of them or none.
///
/// # Errors
/// Those of [`delete`].
#[tracing::instrument(name = "user::delete_all", skip_all)]
pub async fn delete_all(cx: &Context, ids: &[PrincipalId]) -> Result<Vec<User>> {
    let mut work = cx.write::<DeleteUser>().await?;
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let held = store::principals::hold_all(work.tx(), &texts).await?;
    let users = all(cx, work.tx(), ids).await?;
    if cx.principal_id().is_some_and(|me| ids.contains(me)) {
        let message = "You cannot delete yourself. Ask another superadmin to do it.";
        return Err(Error::Conflict { field: None, message: message.into() });
    }
    let superadmins: Vec<_> = users.iter().map(|user| &user.principal).filter(|one| one.superadmin).collect();
    keep_superadmin(cx, work.tx(), &superadmins).await?;
    store::principals::delete(work.tx(), &held).await?;
    let change = |user: &User| Change::deleted(Resource::User, user.principal.id.as_str(), &said(user));
    work.commit_all(users.iter().map(change)).await?;
    Ok(users)
}

/// The users of these ids.
///
/// # Errors
/// [`Error::NoUser`] where one of them is not there any more.
#[tracing::instrument(name = "user::these", skip_all)]
pub async fn these(cx: &Context, ids: &[PrincipalId]) -> Result<Vec<User>> {
    let mut read = cx.read::<ViewUser>().await?;
    all(cx, read.tx(), ids).await
}

/// Makes a user or service account a superadmin, or no longer one.
#[tracing::instrument(name = "user::set_superadmin", skip_all, fields(%id))]
pub async fn set_superadmin(cx: &Context, id: &PrincipalId, kind: PrincipalKind, superadmin: bool) -> Result<()> {
    set_flags(cx, id, kind, |principal| principal.superadmin = superadmin).await
}

/// Marks a user as a demonstration user, or no longer as one.
#[tracing::instrument(name = "user::set_restricted", skip_all, fields(%id))]
pub async fn set_restricted(cx: &Context, id: &PrincipalId, restricted: bool) -> Result<()> {
    set_flags(cx, id, PrincipalKind::User, |principal| principal.restricted = restricted).await
}

async fn set_flags(
    cx: &Context,
    id: &PrincipalId,
    kind: PrincipalKind,
    set: impl FnOnce(&mut Principal),
) -> Result<()> {
    let mut work = cx.write::<UpdateUser>().await?;
    let found = store::principals::hold(work.tx(), id).await?.filter(|one| one.kind == kind);
    let before = found.ok_or_else(|| Error::NoUser(id.to_string()))?;
    let mut after = before.clone();
    set(&mut after);
    if before.superadmin && !after.superadmin {
        keep_superadmin(cx, work.tx(), &[&before]).await?;
    }
    store::principals::update(work.tx(), &before, &after).await?;
    let resource = if kind == PrincipalKind::User { Resource::User } else { Resource::ServiceAccount };
    work.commit(Change::updated(resource, id.as_str(), &*before, &after)).await
}

/// Takes a way of signing in from a user; its sessions end.
///
/// # Errors
/// [`Error::NotFound`] for a way it does not have, [`Error::Conflict`] where no superadmin could sign in any more.
#[tracing::instrument(name = "user::delete_auth", skip_all, fields(%id))]
pub async fn delete_auth(cx: &Context, id: &PrincipalId, auth: &str) -> Result<User> {
    let mut work = cx.write::<UpdateUser>().await?;
    let held = held_user(work.tx(), id).await?;
    let user = whole(cx, work.tx(), id.clone()).await?;
    if auth != BASIC || !user.password {
        return Err(Error::NotFound { what: "Authentication", id: auth.to_owned() });
    }
    if held.superadmin && left_without(work.tx(), &[id.to_string()]).await? {
        let message = "No superadmin could sign in any more. Give another one a password first.".into();
        return Err(Error::Conflict { field: None, message });
    }
    store::principals::delete_password(work.tx(), &held).await?;
    store::sessions::delete_of(work.tx(), id).await?;
    let after = whole(cx, work.tx(), id.clone()).await?;
    work.commit(Change::updated(Resource::User, id.as_str(), &said(&user), &said(&after))).await?;
    Ok(after)
}

/// The id of signing in with a password among a user's ways of doing so.
pub const BASIC: &str = "BasicAuth";

/// Lifts the lock that failed sign-ins put on a user.
#[tracing::instrument(name = "user::unlock", skip_all, fields(%id))]
pub async fn unlock(cx: &Context, id: &PrincipalId) -> Result<Principal> {
    let mut work = cx.write::<UpdateUser>().await?;
    let before = whole(cx, work.tx(), id.clone()).await?.principal;
    store::principals::forgive(work.tx(), id).await?;
    let locked = |until: Option<Timestamp>| serde_json::json!({ "lockedUntil": until });
    let change = Change::updated(Resource::User, id.as_str(), &locked(before.locked_until), &locked(None));
    work.commit(change).await?;
    Ok(before)
}

/// What a user or service account has in each tenant it may enter, or in the one place there is while tenants are off.
/// However many these are: by three queries.
#[tracing::instrument(name = "user::held", skip_all, fields(%id))]
pub async fn held(cx: &Context, id: &PrincipalId) -> Result<Vec<Held>> {
    let mut read = cx.read::<ViewUser>().await?;
    let ids = [id.to_string()];
    let settings = cx.settings();
    let tenants = if settings.tenants {
        store::access::tenants(read.tx(), &ids, settings.default_tenant).await?
    } else {
        let place = without_tenants(read.tx()).await?;
        vec![(id.clone(), place.uid, TenantLink { id: None, name: place.name })]
    };
    let groups = store::groups::of_principals(read.tx(), &ids, None).await?;
    let grants = store::access::grants_of(read.tx(), None, &ids).await?;
    let there = |(_, uid, tenant): (PrincipalId, TenantUid, TenantLink)| Held {
        groups: groups.iter().filter(|one| one.tenant.0 == uid).cloned().collect(),
        grants: grants.iter().filter(|(_, one)| one.tenant == uid).map(|(_, one)| one.clone()).collect(),
        tenant,
    };
    Ok(tenants.into_iter().map(there).collect())
}

/// A user's sessions.
#[tracing::instrument(name = "user::sessions", skip_all, fields(%id))]
pub async fn sessions(cx: &Context, id: &PrincipalId) -> Result<Vec<OpenSession>> {
    let mut read = cx.read::<ViewUser>().await?;
    whole(cx, read.tx(), id.clone()).await?;
    session::of(cx, read.tx(), id).await
}

/// Ends a session of a user, or all of them.
#[tracing::instrument(name = "user::end_sessions", skip_all, fields(%id))]
pub async fn end_sessions(cx: &Context, id: &PrincipalId, session: Option<&str>) -> Result<()> {
    let mut work = cx.write::<UpdateUser>().await?;
    whole(cx, work.tx(), id.clone()).await?;
    let change = session::end(work.tx(), id, session).await?;
    work.commit(change).await
}

/// Ends what renews a user's sign-ins over the API.
#[tracing::instrument(name = "user::delete_refresh_token", skip_all, fields(%id))]
pub async fn delete_refresh_token(cx: &Context, id: &PrincipalId) -> Result<()> {
    let mut work = cx.write::<UpdateUser>().await?;
    whole(cx, work.tx(), id.clone()).await?;
    store::sessions::delete_refreshing(work.tx(), id).await?;
    work.commit(Change::event(Event::Update, Resource::User, id.as_str()).saying(&"refresh tokens deleted")).await
}

/// A user's tokens.
#[tracing::instrument(name = "user::tokens", skip_all, fields(%id))]
pub async fn tokens(cx: &Context, id: &PrincipalId) -> Result<Vec<Token>> {
    let mut read = cx.read::<ViewUser>().await?;
    whole(cx, read.tx(), id.clone()).await?;
    Ok(store::tokens::list(read.tx(), id).await?)
}

/// Makes a token of a user; its secret is returned once.
#[tracing::instrument(name = "user::create_token", skip_all, fields(%id))]
pub async fn create_token(cx: &Context, id: &PrincipalId, new: NewToken) -> Result<(Token, String)> {
    let mut work = cx.write::<UpdateUser>().await?;
    let user = whole(cx, work.tx(), id.clone()).await?.principal;
    let made = token::make(cx, &mut work, id, new).await?;
    work.commit(token::change(&user, Some(&made.0), None)).await?;
    Ok(made)
}

/// Removes a token of a user.
#[tracing::instrument(name = "user::delete_token", skip_all, fields(%id))]
pub async fn delete_token(cx: &Context, id: &PrincipalId, token: &TokenId) -> Result<()> {
    let mut work = cx.write::<UpdateUser>().await?;
    let user = whole(cx, work.tx(), id.clone()).await?.principal;
    token::remove(work.tx(), id, token).await?;
    work.commit(token::change(&user, None, Some(token))).await
}

fn taken(email: &Email) -> impl FnOnce(store::Error) -> Error {
    let message = format!("A user {email} exists already.");
    move |error| match error {
        store::Error::Duplicate => Error::Conflict { field: Some("email"), message },
        other => other.into(),
    }
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
#[tracing::instrument(name = "user::by_email", skip_all)]
pub async fn by_email(cx: &Context, email: &str) -> Result<Principal> {
    let absent = || Error::NotFound { what: "User", id: email.to_owned() };
    let email = Email::parse(email).map_err(|_| absent())?;
    let mut own = cx.read::<ListUsers>().await?;
    store::principals::by_email(own.tx(), &email).await?.ok_or_else(absent)
}

/// Makes anew what is derived from users and service accounts: the text each is found by, and the copies of its name
/// that lists are sorted by. Returns how many there are.
#[tracing::instrument(name = "user::refresh", skip_all)]
pub async fn refresh(cx: &Context) -> Result<u64> {
    const BATCH: i64 = 1_000;
    let mut work = cx.write::<UpdateUser>().await?;
    let mut refreshed = 0;
    for kind in [PrincipalKind::User, PrincipalKind::ServiceAccount] {
        let mut list = List { size: BATCH, ..List::default() };
        loop {
            let rows = store::principals::page(work.tx(), kind, &list).await?.results;
            if rows.is_empty() {
                break;
            }
            let ids: Vec<String> = rows.iter().map(|(principal, _)| principal.id.to_string()).collect();
            for principal in store::principals::hold_all(work.tx(), &ids).await? {
                store::principals::update(work.tx(), &principal, &principal).await?;
                refreshed += 1;
            }
            list.offset += BATCH;
        }
    }
    let said = serde_json::json!({ "refreshed": refreshed });
    work.commit(Change::event(Event::Update, Resource::User, "all").saying(&said)).await?;
    Ok(refreshed)
}

/// Sets a user's password, which lifts a lock and ends the user's sessions.
#[tracing::instrument(name = "user::set_password", skip_all, fields(%id))]
pub async fn set_password(cx: &Context, id: &PrincipalId, password: &str) -> Result<()> {
    if let Some(weak) = weak(cx, password) {
        return Err(Error::Invalid(vec![weak]));
    }
    let hash = cx.service.hasher.hash(password).await?;
    let mut work = cx.write::<UpdateUser>().await?;
    let user = held_user(work.tx(), id).await?;
    store::principals::set_password(work.tx(), &user, &hash, cx.now()).await?;
    store::sessions::delete_of(work.tx(), id).await?;
    work.commit(Change::updated(Resource::User, user.id.as_str(), &"password", &"password")).await
}

/// Addresses that begin with what was typed, for whoever may assign roles in a tenant. Who administers
/// all users is offered all; a tenant's admin only the tenant's (contract 4.6).
#[tracing::instrument(name = "user::suggest", skip_all, fields(%tenant))]
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
