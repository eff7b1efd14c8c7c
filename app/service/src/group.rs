//! Groups of a tenant and their members (contract 3.4).

use crate::{
    Context, Error, Result, TenantRef,
    act::{CreateGroup, DeleteGroup, ListGroups, UpdateGroup, ViewGroup},
    audit::Change,
    context::{Own, Write},
    fingerprint, name,
};
use model::{
    Action, Email, Fingerprint, Group, GroupId, List, Membership, Page, Permission, Principal, PrincipalId, Resource,
    TenantUid,
};
use std::slice;
use store::Tx;

/// A group as it came in.
#[derive(Debug, Clone, Default)]
pub struct NewGroup {
    /// Wanted name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Ids or addresses of its first members.
    pub members: Vec<String>,
}

/// A member with all its groups of the tenant.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub principal: Principal,
    /// Its groups in the tenant.
    pub groups: Vec<Membership>,
}

const MANAGE: [Permission; 2] = [
    Permission::new(Resource::Group, Action::ManageMembers),
    Permission::new(Resource::User, Action::ManageGroupMembership),
];

fn absent(id: &GroupId) -> Error {
    Error::NotFound { what: "Group", id: id.to_string() }
}

fn taken(name: &str) -> impl FnOnce(store::Error) -> Error {
    let message = format!("A group “{name}” exists already. Choose another name.");
    move |error| match error {
        store::Error::Duplicate => Error::Conflict { field: Some("name"), message },
        other => other.into(),
    }
}

/// A user or service account by id, or a user by address, as clients name them.
pub(crate) async fn named(tx: &mut Tx, text: &str) -> Result<Principal> {
    if let Some(found) = store::principals::by_id(tx, &PrincipalId::new(text)).await? {
        return Ok(found);
    }
    let absent = || Error::NoUser(text.to_owned());
    let email = Email::parse(text).map_err(|_| absent())?;
    store::principals::by_email(tx, &email).await?.ok_or_else(absent)
}

/// Makes a group.
///
/// # Errors
/// [`Error::Conflict`] where the tenant has one of that name, [`Error::NoUser`] for a member there is not.
#[tracing::instrument(name = "group::create", skip_all, fields(%tenant))]
pub async fn create(cx: &Context, tenant: &TenantRef, new: NewGroup) -> Result<Group> {
    let mut work = cx.write_in::<CreateGroup>(tenant).await?;
    let uid = work.tenant_uid()?;
    let group = Group {
        id: GroupId::new(cx.new_id()),
        name: name::name(&new.name)?,
        description: name::description(new.description)?,
    };
    store::groups::insert(work.tx(), &uid, &group, cx.now()).await.map_err(taken(&group.name))?;
    let known = store::principals::by_ids(work.tx(), &new.members).await?;
    let mut ids: Vec<String> = known.iter().map(|(one, _)| one.id.to_string()).collect();
    for address in new.members.iter().filter(|text| !known.iter().any(|(one, _)| one.id.as_str() == text.as_str())) {
        let id = named(work.tx(), address).await?.id.to_string();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    store::groups::fill(work.tx(), &uid, &group.id, &ids, cx.now()).await?;
    let after =
        serde_json::json!({ "id": group.id, "name": group.name, "description": group.description, "members": ids });
    work.commit(Change::created(Resource::Group, group.id.as_str(), &after)).await?;
    Ok(group)
}

/// A group of the tenant.
#[tracing::instrument(name = "group::get", skip_all, fields(%tenant, %id))]
pub async fn get(cx: &Context, tenant: &TenantRef, id: &GroupId) -> Result<Group> {
    let mut read = cx.read_in::<ViewGroup>(tenant).await?;
    let uid = read.tenant_uid()?;
    store::groups::by_id(read.tx(), &uid, id).await?.ok_or_else(|| absent(id))
}

/// A group of the tenant by its id or its name, as people say which they mean.
///
/// # Errors
/// [`Error::NotFound`], and [`Error::Conflict`] where names differ only in case and this one is like several.
#[tracing::instrument(name = "group::lookup", skip_all, fields(%tenant))]
pub async fn lookup(cx: &Context, tenant: &TenantRef, text: &str) -> Result<Group> {
    let mut read = cx.read_in::<ViewGroup>(tenant).await?;
    let uid = read.tenant_uid()?;
    if let Some(group) = store::groups::by_id(read.tx(), &uid, &GroupId::new(text)).await? {
        return Ok(group);
    }
    let rows = store::groups::page(read.tx(), &uid, &name::named(text)).await?.results;
    name::meant("Group", text, rows, |one| (one.id.as_str(), &one.name))
}

/// Changes a group's name and description.
#[tracing::instrument(name = "group::update", skip_all, fields(%tenant, %id))]
pub async fn update(cx: &Context, tenant: &TenantRef, id: &GroupId, new: NewGroup) -> Result<Group> {
    edit(cx, tenant, id, new, None).await
}

/// Of what can be edited of a group.
pub fn fingerprint(group: &Group) -> Fingerprint {
    fingerprint::of(&(&group.name, &group.description))
}

/// Changes a group as a form says that was filled from what is `seen`.
///
/// # Errors
/// [`Error::Changed`] where somebody else has saved something else since.
#[tracing::instrument(name = "group::edit", skip_all, fields(%tenant, %id))]
pub async fn edit(
    cx: &Context,
    tenant: &TenantRef,
    id: &GroupId,
    new: NewGroup,
    seen: Option<&Fingerprint>,
) -> Result<Group> {
    let mut work = cx.write_in::<UpdateGroup>(tenant).await?;
    let uid = work.tenant_uid()?;
    let before = store::groups::hold(work.tx(), &uid, id).await?.ok_or_else(|| absent(id))?;
    let group =
        Group { id: id.clone(), name: name::name(&new.name)?, description: name::description(new.description)? };
    fingerprint::unchanged(seen, &fingerprint(&before), &fingerprint(&group))?;
    store::groups::update(work.tx(), &before, &uid, &group).await.map_err(taken(&group.name))?;
    work.commit(Change::updated(Resource::Group, id.as_str(), &*before, &group)).await?;
    Ok(group)
}

/// Deletes a group with its memberships and bindings; its members stay in the tenant.
#[tracing::instrument(name = "group::delete", skip_all, fields(%tenant, %id))]
pub async fn delete(cx: &Context, tenant: &TenantRef, id: &GroupId) -> Result<()> {
    let mut work = cx.write_in::<DeleteGroup>(tenant).await?;
    let uid = work.tenant_uid()?;
    let before = store::groups::hold(work.tx(), &uid, id).await?.ok_or_else(|| absent(id))?;
    store::groups::delete(work.tx(), &before, &uid).await?;
    work.keep_access().await?;
    work.commit(Change::deleted(Resource::Group, id.as_str(), &*before)).await
}

/// A page of the tenant's groups.
#[tracing::instrument(name = "group::page", skip_all, fields(%tenant))]
pub async fn page(cx: &Context, tenant: &TenantRef, list: &List) -> Result<Page<Group>> {
    let mut read = cx.read_in::<ListGroups>(tenant).await?;
    name::check(&store::shape::GROUPS, list)?;
    let uid = read.tenant_uid()?;
    Ok(store::groups::page(read.tx(), &uid, list).await?)
}

/// The tenant's groups of these ids.
#[tracing::instrument(name = "group::by_ids", skip_all, fields(%tenant))]
pub async fn by_ids(cx: &Context, tenant: &TenantRef, ids: &[String]) -> Result<Vec<Group>> {
    let mut read = cx.read_in::<ListGroups>(tenant).await?;
    let uid = read.tenant_uid()?;
    Ok(store::groups::by_ids(read.tx(), &uid, ids).await?)
}

/// A page of a group's members; its owners may see it without further rights.
#[tracing::instrument(name = "group::members", skip_all, fields(%tenant, %id))]
pub async fn members(cx: &Context, tenant: &TenantRef, id: &GroupId, list: &List) -> Result<Page<Member>> {
    let mut read = cx.read_own(Some(tenant)).await?;
    let uid = read.tenant_uid()?;
    if !owns(cx, read.tx(), &uid, id).await? {
        read.require_any(&[Permission::new(Resource::Group, Action::View)]).await?;
    }
    name::check(&store::shape::MEMBERS, list)?;
    store::groups::by_id(read.tx(), &uid, id).await?.ok_or_else(|| absent(id))?;
    let Page { results: rows, total, more } = store::groups::members(read.tx(), &uid, id, list).await?;
    let principals = rows.into_iter().map(|(principal, ..)| principal).collect();
    Ok(Page { results: with_groups(read.tx(), &uid, principals).await?, total, more })
}

async fn owns(cx: &Context, tx: &mut Tx, tenant: &TenantUid, group: &GroupId) -> Result<bool> {
    let Some(id) = cx.principal_id() else { return Ok(false) };
    Ok(store::groups::membership(tx, tenant, group, id).await?.is_some_and(|(owner, _)| owner))
}

async fn with_groups(tx: &mut Tx, tenant: &TenantUid, principals: Vec<Principal>) -> Result<Vec<Member>> {
    let ids: Vec<String> = principals.iter().map(|one| one.id.to_string()).collect();
    let all = store::groups::of_principals(tx, &ids, Some(tenant)).await?;
    let groups = |id: &PrincipalId| all.iter().filter(|one| one.principal == *id).cloned().collect();
    Ok(principals.into_iter().map(|principal| Member { groups: groups(&principal.id), principal }).collect())
}

async fn with_its_groups(tx: &mut Tx, tenant: &TenantUid, principal: Principal) -> Result<Member> {
    let member = with_groups(tx, tenant, vec![principal]).await?.pop();
    member.ok_or_else(|| Error::Internal("a member was lost".into()))
}

/// A transaction to change who is in a group: for its owners, and for whoever may manage members and holds what the
/// members get.
async fn managing(cx: &Context, tenant: &TenantRef, id: &GroupId) -> Result<Write<Own>> {
    let mut work = cx.write_own(Some(tenant)).await?;
    let uid = work.tenant_uid()?;
    if owns(cx, work.tx(), &uid, id).await? {
        return Ok(work);
    }
    work.require_any(&MANAGE).await?;
    store::groups::by_id(work.tx(), &uid, id).await?.ok_or_else(|| absent(id))?;
    may_join(&mut work, &uid, id).await?;
    Ok(work)
}

/// Goes on only if the caller may give whatever a group's members hold through it.
pub(crate) async fn may_join<A>(work: &mut Write<A>, tenant: &TenantUid, id: &GroupId) -> Result<()> {
    for (permissions, namespace) in store::bindings::of_group(work.tx(), tenant, id).await? {
        work.may_give(&permissions, namespace.as_ref())?;
    }
    Ok(())
}

/// What belonging to a group is called.
fn how(owner: bool) -> &'static str {
    if owner { "OWNER" } else { "MEMBER" }
}

fn membership(group: &GroupId, principal: &Principal, how: &str) -> serde_json::Value {
    serde_json::json!({ "group": group, "member": principal.id, "name": principal.name, "membership": how })
}

/// Puts somebody into a group, and lets them into the tenant (contract 8.3).
///
/// # Errors
/// [`Error::Conflict`] where they are in it already.
#[tracing::instrument(name = "group::add", skip_all, fields(%tenant, %id))]
pub async fn add(cx: &Context, tenant: &TenantRef, id: &GroupId, who: &str) -> Result<Member> {
    join(cx, tenant, id, who, false).await
}

/// The same, as an owner where that is said.
///
/// # Errors
/// Those of [`add`].
#[tracing::instrument(name = "group::join", skip_all, fields(%tenant, %id))]
pub async fn join(cx: &Context, tenant: &TenantRef, id: &GroupId, who: &str, owner: bool) -> Result<Member> {
    let mut work = managing(cx, tenant, id).await?;
    let uid = work.tenant_uid()?;
    let principal = named(work.tx(), who).await?;
    store::access::enter(work.tx(), &uid, &principal.id, cx.now()).await?;
    if store::groups::join(work.tx(), &uid, id, &principal.id, owner).await? == 0 {
        return Err(Error::Conflict { field: None, message: format!("{} is in this group already.", principal.name) });
    }
    let joined = membership(id, &principal, how(owner));
    let change = Change::updated(Resource::Group, id.as_str(), &serde_json::Value::Null, &joined);
    let member = with_its_groups(work.tx(), &uid, principal).await?;
    work.commit(change).await?;
    Ok(member)
}

async fn member_of(tx: &mut Tx, tenant: &TenantUid, id: &GroupId, who: &str) -> Result<(Principal, bool)> {
    let principal = named(tx, who).await?;
    let Some((owner, _)) = store::groups::membership(tx, tenant, id, &principal.id).await? else {
        return Err(Error::Conflict { field: None, message: format!("{} is not in this group.", principal.name) });
    };
    Ok((principal, owner))
}

/// Takes somebody out of a group; access that came with it goes with the last one. Says whether they owned it.
///
/// # Errors
/// [`Error::Conflict`] where they are not in it.
#[tracing::instrument(name = "group::remove", skip_all, fields(%tenant, %id))]
pub async fn remove(cx: &Context, tenant: &TenantRef, id: &GroupId, who: &str) -> Result<(Member, bool)> {
    let mut work = managing(cx, tenant, id).await?;
    let uid = work.tenant_uid()?;
    let (principal, owner) = member_of(work.tx(), &uid, id, who).await?;
    leave(&mut work, &uid, id, slice::from_ref(&principal.id)).await?;
    let change = left(id, &principal, owner);
    let member = with_its_groups(work.tx(), &uid, principal).await?;
    work.commit(change).await?;
    Ok((member, owner))
}

/// Takes several out of a group: all of them or none.
///
/// # Errors
/// [`Error::NoUser`] where one of them is not in it any more.
#[tracing::instrument(name = "group::remove_all", skip_all, fields(%tenant, %id))]
pub async fn remove_all(cx: &Context, tenant: &TenantRef, id: &GroupId, who: &[PrincipalId]) -> Result<Vec<Principal>> {
    let mut work = managing(cx, tenant, id).await?;
    let uid = work.tenant_uid()?;
    name::chosen(who)?;
    let gone = leave(&mut work, &uid, id, who).await?;
    if let Some(absent) = who.iter().find(|id| gone.iter().all(|(one, _)| one != *id)) {
        return Err(Error::NoUser(absent.to_string()));
    }
    let ids: Vec<String> = who.iter().map(ToString::to_string).collect();
    let members: Vec<Principal> =
        store::principals::by_ids(work.tx(), &ids).await?.into_iter().map(|(principal, _)| principal).collect();
    let change = |one: &Principal| left(id, one, gone.iter().any(|(id, owner)| *id == one.id && *owner));
    work.commit_all(members.iter().map(change)).await?;
    Ok(members)
}

/// A group and those of its members who are named, for whoever may take them out.
#[tracing::instrument(name = "group::leaving", skip_all, fields(%tenant, %id))]
pub async fn leaving(
    cx: &Context,
    tenant: &TenantRef,
    id: &GroupId,
    who: &[PrincipalId],
) -> Result<(Group, Vec<Member>)> {
    let mut read = cx.read_own(Some(tenant)).await?;
    let uid = read.tenant_uid()?;
    if !owns(cx, read.tx(), &uid, id).await? {
        read.require_any(&MANAGE).await?;
    }
    let group = store::groups::by_id(read.tx(), &uid, id).await?.ok_or_else(|| absent(id))?;
    let list = name::these("id", who);
    let rows =
        if who.is_empty() { Vec::new() } else { store::groups::members(read.tx(), &uid, id, &list).await?.results };
    let principals = rows.into_iter().map(|(principal, ..)| principal).collect();
    Ok((group, with_groups(read.tx(), &uid, principals).await?))
}

/// Ends memberships, and access that came with them. Says who was in, and whether as an owner.
async fn leave(
    work: &mut Write<Own>,
    tenant: &TenantUid,
    id: &GroupId,
    who: &[PrincipalId],
) -> Result<Vec<(PrincipalId, bool)>> {
    let gone = store::groups::leave(work.tx(), tenant, id, who).await?;
    store::access::leave_if_idle(work.tx(), &[tenant.to_string()], who).await?;
    work.keep_access().await?;
    Ok(gone)
}

fn left(id: &GroupId, member: &Principal, owner: bool) -> Change {
    let before = membership(id, member, how(owner));
    Change::updated(Resource::Group, id.as_str(), &before, &serde_json::Value::Null)
}

/// Makes a member an owner, or an owner a member.
#[tracing::instrument(name = "group::set_owner", skip_all, fields(%tenant, %id))]
pub async fn set_owner(cx: &Context, tenant: &TenantRef, id: &GroupId, who: &str, owner: bool) -> Result<Member> {
    let mut work = managing(cx, tenant, id).await?;
    let uid = work.tenant_uid()?;
    let (principal, was) = member_of(work.tx(), &uid, id, who).await?;
    if store::groups::set_owner(work.tx(), &uid, id, &principal.id, owner).await? == 0 {
        return Err(store::Error::Gone.into());
    }
    let [was, is] = [was, owner].map(|owner| membership(id, &principal, how(owner)));
    let change = Change::updated(Resource::Group, id.as_str(), &was, &is);
    let member = with_its_groups(work.tx(), &uid, principal).await?;
    work.commit(change).await?;
    Ok(member)
}

/// Puts a user into exactly these groups of the tenant.
#[tracing::instrument(name = "group::set_of_user", skip_all, fields(%tenant))]
pub async fn set_of_user(cx: &Context, tenant: &TenantRef, user: &str, groups: &[String]) -> Result<()> {
    let mut work = cx.write_own(Some(tenant)).await?;
    work.require_any(&[MANAGE[1], MANAGE[0]]).await?;
    let uid = work.tenant_uid()?;
    let principal = named(work.tx(), user).await?;
    let before = store::groups::of_principals(work.tx(), &[principal.id.to_string()], Some(&uid)).await?;
    let known = store::groups::by_ids(work.tx(), &uid, groups).await?;
    let mut wanted = Vec::new();
    for id in groups {
        let group = known.iter().find(|one| one.id.as_str() == id).ok_or_else(|| absent(&GroupId::new(id.as_str())))?;
        if !wanted.iter().any(|(seen, _)| *seen == group.id) {
            wanted.push((group.id.clone(), uid.clone()));
        }
    }
    for (id, _) in wanted.iter().filter(|(id, _)| !before.iter().any(|one| one.group == *id)) {
        may_join(&mut work, &uid, id).await?;
    }
    let left = store::groups::set(work.tx(), &principal.id, Some(&uid), &wanted, cx.now()).await?;
    store::access::leave_if_idle(work.tx(), &left, slice::from_ref(&principal.id)).await?;
    work.keep_access().await?;
    let before: Vec<_> = before.iter().map(|one| one.group.as_str()).collect();
    let after: Vec<_> = wanted.iter().map(|(id, _)| id.as_str()).collect();
    let row = Change::updated(
        Resource::User,
        principal.id.as_str(),
        &serde_json::json!({ "groups": before }),
        &serde_json::json!({ "groups": after }),
    );
    work.commit(row).await
}
