//! Groups of a tenant and who is in them.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{
    blame::{blame, each},
    cx,
    frame::{Undo, say},
    go, refuse,
};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Fingerprint, GroupId};
#[cfg(feature = "ssr")]
use service::{TenantRef, group, group::NewGroup};

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
    let now = if owner { "is in the group and owns it" } else { "is in the group" };
    say(format!("{} {now} now.", added.principal.name), None).await
}

/// Takes somebody out of a group; the next page offers to undo it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "remove_member")]
pub async fn remove_member(tenant: String, id: String, who: String) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (gone, owner) = group::remove(&cx()?, &place, &GroupId::new(&*id), &who).await.map_err(refuse)?;
    let owner = owner.to_string();
    let fields = [("tenant", &*tenant), ("id", &*id), ("who", gone.principal.id.as_str()), ("owner", &*owner)];
    let message = format!("{} is not in the group any more.", gone.principal.name);
    say(message, Undo::by::<AddMember>(&fields)).await
}

/// Takes several out of a group and goes back to it.
#[server(prefix = "/serverfn", output = Wire, endpoint = "remove_members")]
pub async fn remove_members(tenant: String, id: String, #[server(default)] ids: Vec<String>) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let who: Vec<_> = ids.into_iter().map(model::PrincipalId::new).collect();
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
    let now = if owner { "owns the group now" } else { "does not own the group any more" };
    let turned = (!owner).to_string();
    let fields = [("tenant", &*tenant), ("id", &*id), ("who", member.principal.id.as_str()), ("owner", &*turned)];
    say(format!("{} {now}.", member.principal.name), Undo::by::<SetOwner>(&fields)).await
}
