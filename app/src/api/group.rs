//! Groups of a tenant and who is in them.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Saved, Wire};
#[cfg(feature = "ssr")]
use super::{
    asking,
    blame::{blame, each},
    cx,
    dates::moment,
    frame::{Undo, say},
    go, refuse,
};
use leptos::prelude::*;
use model::Group;
#[cfg(feature = "ssr")]
use model::{Action, Filter, Fingerprint, GroupId, List, Op, Permission, PrincipalId, PrincipalKind, Resource};
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use service::{Caller, Context, TenantRef, access, audit_log, binding, group, group::NewGroup};

/// The groups of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupList {
    /// A page of them.
    pub groups: Listed<Group>,
    /// Whether the caller may create one.
    pub creatable: bool,
}

/// Groups whose name is like `q`, or all.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_groups")]
pub async fn list_groups(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<GroupList> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let groups = group::page(&cx, &place, &super::part(&q, page)).await.map_err(refuse)?;
    let [creatable] = access::allowed(&cx, Some(&place), [may(Action::Create)]).await.map_err(refuse)?;
    Ok(GroupList { groups: groups.into(), creatable })
}

#[cfg(feature = "ssr")]
const fn may(action: Action) -> Permission {
    Permission::new(Resource::Group, action)
}

/// Whether the caller may create a group.
#[server(prefix = "/serverfn", output = Wire, endpoint = "group_to_create")]
pub async fn group_to_create(tenant: String, #[server(default)] again: bool) -> Answer<()> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    access::require(&cx, Some(&place), may(Action::Create)).await.map_err(refuse)
}

/// A group as its form is filled from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedGroup {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description; may be empty.
    pub description: String,
    /// The fingerprint of all this.
    pub seen: String,
}

#[cfg(feature = "ssr")]
impl EditedGroup {
    fn of(group: Group) -> Self {
        let seen = group::fingerprint(&group).to_string();
        let Group { id, name, description } = group;
        Self { id: id.to_string(), name, description: description.unwrap_or_default(), seen }
    }
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupMember {
    /// ID of the user or service account.
    pub id: String,
    /// Email of the user or name of the service account.
    pub name: String,
    /// Whether it is a service account.
    pub service_account: bool,
    /// Whether they own the group.
    pub owner: bool,
}

#[cfg(feature = "ssr")]
impl GroupMember {
    fn of(member: group::Member, id: &GroupId) -> Self {
        let owner = owns(&member, id);
        let one = member.principal;
        let service_account = one.kind == PrincipalKind::ServiceAccount;
        Self { id: one.id.to_string(), name: one.name, service_account, owner }
    }
}

/// A role that is assigned to a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupRole {
    /// ID of the role.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The namespace. `None` for the whole tenant.
    pub namespace: Option<String>,
}

/// A group's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPage {
    /// The group.
    pub group: EditedGroup,
    /// Its members.
    pub members: Listed<GroupMember>,
    /// The first roles that are assigned to it, and how many are. `None` if the caller may not see them.
    pub roles: Option<(Vec<GroupRole>, i64)>,
    /// Whether the caller may change name and description.
    pub editable: bool,
    /// Whether the caller may delete it.
    pub deletable: bool,
    /// Whether the caller may add and remove members.
    pub manageable: bool,
    /// Whether the caller may assign roles to it.
    pub assignable: bool,
}

/// A group, with those of its members who are like `q`, or all.
#[server(prefix = "/serverfn", output = Wire, endpoint = "show_group")]
pub async fn show_group(
    tenant: String,
    id: String,
    #[server(default)] q: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<GroupPage> {
    /// Roles shown here; the list of all of them is under Access.
    const SHOWN: i64 = 25;
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let group = group::get(&cx, &place, &GroupId::new(id)).await.map_err(refuse)?;
    let wanted = [
        may(Action::Update),
        may(Action::Delete),
        may(Action::ManageMembers),
        Permission::new(Resource::User, Action::ManageGroupMembership),
        Permission::new(Resource::Binding, Action::List),
        Permission::new(Resource::Binding, Action::Create),
    ];
    let [editable, deletable, manages, memberships, see, assignable] =
        access::allowed(&cx, Some(&place), wanted).await.map_err(refuse)?;
    let manageable = manages || memberships || own(&cx, &place, &group.id).await.map_err(refuse)?;
    let part = super::part(&q, page);
    let members = group::members(&cx, &place, &group.id, &part).await.map_err(refuse)?;
    let rows = members.results.into_iter().map(|one| GroupMember::of(one, &group.id)).collect();
    let members = Listed { rows, total: members.total, more: members.more };
    let roles = if see { Some(assigned(&cx, &place, &group.id, SHOWN).await.map_err(refuse)?) } else { None };
    let roles = roles.map(|page| {
        let role = |one: model::Binding| GroupRole {
            id: one.role.id.to_string(),
            name: one.role.name,
            namespace: one.namespace.map(|namespace| namespace.to_string()),
        };
        (page.results.into_iter().map(role).collect(), page.total)
    });
    let group = EditedGroup::of(group);
    Ok(GroupPage { group, members, roles, editable, deletable, manageable, assignable })
}

#[cfg(feature = "ssr")]
fn equals(name: &str, value: &str) -> Filter {
    Filter::Field { name: name.into(), op: Op::Equals, value: value.into() }
}

#[cfg(feature = "ssr")]
fn owns(member: &group::Member, id: &GroupId) -> bool {
    member.groups.iter().any(|one| one.group == *id && one.owner)
}

/// Whether the caller owns the group.
#[cfg(feature = "ssr")]
async fn own(cx: &Context, place: &TenantRef, id: &GroupId) -> service::Result<bool> {
    let Caller::Principal(me) = cx.caller() else { return Ok(false) };
    let list = List { filter: equals("id", me.as_str()), size: 1, ..List::default() };
    let mine = group::members(cx, place, id, &list).await?.results;
    Ok(mine.iter().any(|one| owns(one, id)))
}

/// Role assignments of the group, as many as `size`.
#[cfg(feature = "ssr")]
async fn assigned(
    cx: &Context,
    place: &TenantRef,
    id: &GroupId,
    size: i64,
) -> service::Result<model::Page<model::Binding>> {
    let list = List { filter: equals("externalId", id.as_str()), size, ..List::default() };
    binding::page(cx, place, &list).await
}

/// A group as somebody else has saved it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "group_as_saved")]
pub async fn group_as_saved(tenant: String, id: String) -> Answer<Saved<EditedGroup>> {
    let (cx, place) = (cx()?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let group = group::get(&cx, &place, &GroupId::new(id)).await.map_err(refuse)?;
    let what = (Resource::Group, group.id.as_str());
    let edited = ["name", "description"];
    let last = audit_log::last_change(&cx, Some(&place), what, &group, &edited).await.map_err(refuse)?;
    let by = last.map(|(who, at)| (who, moment(at, cx.now())));
    let now = EditedGroup::of(group);
    Ok(Saved { seen: now.seen.clone(), now, by })
}

/// Members who are about to leave a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavingMembers {
    /// Name of the group.
    pub group: String,
    /// Those of the chosen who are in it.
    pub members: Vec<GroupMember>,
}

/// Those of the chosen who are in a group.
#[server(prefix = "/serverfn", output = Wire, endpoint = "members_to_remove")]
pub async fn members_to_remove(
    tenant: String,
    id: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] again: bool,
) -> Answer<LeavingMembers> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let chosen: Vec<_> = ids.into_iter().map(PrincipalId::new).collect();
    let (group, members) = group::leaving(&cx, &place, &GroupId::new(id), &chosen).await.map_err(refuse)?;
    let members = members.into_iter().map(|one| GroupMember::of(one, &group.id)).collect();
    Ok(LeavingMembers { group: group.name, members })
}

/// A group that may be deleted, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoomedGroup {
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: i64,
    /// Its role assignments. `None` if the caller may not see them.
    pub roles: Option<i64>,
}

/// What deleting a group would take with it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "group_to_delete")]
pub async fn group_to_delete(tenant: String, id: String, #[server(default)] again: bool) -> Answer<DoomedGroup> {
    let (cx, place) = (asking(again)?, TenantRef::from_segment(&tenant).map_err(refuse)?);
    let group = group::get(&cx, &place, &GroupId::new(id)).await.map_err(refuse)?;
    let few = List { size: 1, ..List::default() };
    let members = group::members(&cx, &place, &group.id, &few).await.map_err(refuse)?.total;
    let list = Permission::new(Resource::Binding, Action::List);
    let [see] = access::allowed(&cx, Some(&place), [list]).await.map_err(refuse)?;
    let roles = if see { Some(assigned(&cx, &place, &group.id, 1).await.map_err(refuse)?.total) } else { None };
    Ok(DoomedGroup { name: group.name, members, roles })
}

#[cfg(feature = "ssr")]
fn new(name: String, description: String, members: Vec<String>) -> NewGroup {
    NewGroup { name, description: Some(description).filter(|text| !text.is_empty()), members }
}

/// Makes a group and goes to its page.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_group")]
pub async fn create_group(
    tenant: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] members: String,
) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let new = new(name, description, each(&members));
    let group = group::create(&cx()?, &place, new).await.map_err(|error| blame(error, "members", &[]))?;
    say(format!("Created group {}.", group.name), None).await?;
    go(&format!("/ui/{tenant}/groups/{}", group.id));
    Ok(())
}

/// Changes what a group is called, unless somebody else has since it was `seen`.
#[server(prefix = "/serverfn", output = Wire, endpoint = "update_group")]
pub async fn update_group(
    tenant: String,
    id: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] seen: String,
) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (new, seen) = (new(name, description, Vec::new()), Fingerprint::said(seen));
    let group = group::edit(&cx()?, &place, &GroupId::new(id), new, seen.as_ref()).await.map_err(refuse)?;
    say(format!("Saved group {}.", group.name), None).await
}

/// Removes a group and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_group")]
pub async fn delete_group(tenant: String, id: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    group::delete(&cx()?, &place, &GroupId::new(id)).await.map_err(refuse)?;
    say("Deleted the group.".to_owned(), None).await?;
    go(&format!("/ui/{tenant}/groups"));
    Ok(())
}

/// Puts somebody into a group, as an owner where that is said.
#[server(prefix = "/serverfn", output = Wire, endpoint = "add_member")]
pub async fn add_member(tenant: String, id: String, who: String, #[server(default)] owner: bool) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let added = group::join(&cx()?, &place, &GroupId::new(id), who.trim(), owner).await;
    let added = added.map_err(|error| blame(error, "who", &[]))?;
    let how = if owner { " as an owner" } else { "" };
    say(format!("Added {} to the group{how}.", added.principal.name), None).await
}

/// Takes somebody out of a group; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "remove_member")]
pub async fn remove_member(tenant: String, id: String, who: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (gone, owner) = group::remove(&cx()?, &place, &GroupId::new(&*id), &who).await.map_err(refuse)?;
    let owner = owner.to_string();
    let fields = [("tenant", &*tenant), ("id", &*id), ("who", gone.principal.id.as_str()), ("owner", &*owner)];
    let message = format!("Removed {} from the group.", gone.principal.name);
    say(message, Undo::by::<AddMember>(&fields)).await
}

/// Takes several out of a group and goes back to it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "remove_members")]
pub async fn remove_members(tenant: String, id: String, #[server(default)] ids: Vec<String>) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let who: Vec<_> = ids.into_iter().map(PrincipalId::new).collect();
    let gone = group::remove_all(&cx()?, &place, &GroupId::new(&*id), &who).await.map_err(refuse)?;
    let members = crate::ui::count(i64::try_from(gone.len()).unwrap_or(i64::MAX), "member");
    say(format!("Removed {members} from the group."), None).await?;
    go(&format!("/ui/{tenant}/groups/{}", crate::ui::quote(&id)));
    Ok(())
}

/// Makes a member an owner, or an owner a member; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "set_owner")]
pub async fn set_owner(tenant: String, id: String, who: String, #[server(default)] owner: bool) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let member = group::set_owner(&cx()?, &place, &GroupId::new(&*id), &who, owner).await.map_err(refuse)?;
    let now = if owner { "is now an owner of the group" } else { "is no longer an owner of the group" };
    let turned = (!owner).to_string();
    let fields = [("tenant", &*tenant), ("id", &*id), ("who", member.principal.id.as_str()), ("owner", &*turned)];
    say(format!("{} {now}.", member.principal.name), Undo::by::<SetOwner>(&fields)).await
}
