//! Roles of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, refuse};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Fingerprint, Permissions, RoleId};
#[cfg(feature = "ssr")]
use service::{TenantRef, role::NewRole};

/// What a form with the matrix says.
#[cfg(feature = "ssr")]
pub(crate) fn written<'a>(ticked: impl Iterator<Item = &'a str>) -> Permissions {
    let mut lists: Vec<(String, Vec<String>)> = Vec::new();
    for (resource, action) in ticked.filter_map(|one| one.split_once(':')) {
        match lists.iter_mut().find(|(known, _)| known == resource) {
            Some((_, actions)) => actions.push(action.to_owned()),
            None => lists.push((resource.to_owned(), vec![action.to_owned()])),
        }
    }
    Permissions::from_words(lists)
}

/// A role as a form says it.
#[cfg(feature = "ssr")]
fn new(name: String, description: String, permissions: &[String], is_default: bool) -> NewRole {
    let description = Some(description).filter(|text| !text.is_empty());
    NewRole { name, description, permissions: written(permissions.iter().map(String::as_str)), is_default }
}

/// Makes a role and goes to its page.
#[server(prefix = "/serverfn", output = Wire, endpoint = "create_role")]
pub async fn create_role(
    tenant: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] permissions: Vec<String>,
    #[server(default)] is_default: bool,
) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let new = new(name, description, &permissions, is_default);
    let role = service::role::create(&cx()?, &place, new).await.map_err(refuse)?;
    say(format!("Created role {}.", role.name), None).await?;
    go(&format!("/ui/{tenant}/roles/{}", role.id));
    Ok(())
}

/// Changes a role, unless somebody else has since it was `seen`.
#[server(prefix = "/serverfn", output = Wire, endpoint = "update_role")]
pub async fn update_role(
    tenant: String,
    id: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] permissions: Vec<String>,
    #[server(default)] is_default: bool,
    #[server(default)] seen: String,
) -> Answer<()> {
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (new, seen) = (new(name, description, &permissions, is_default), Fingerprint::said(seen));
    let role = service::role::edit(&cx()?, &place, &RoleId::new(id), new, seen.as_ref()).await.map_err(refuse)?;
    say(format!("Saved role {}.", role.name), None).await
}

/// Removes a role and goes to the list.
#[server(prefix = "/serverfn", output = Wire, endpoint = "delete_role")]
pub async fn delete_role(tenant: String, id: String) -> Answer<()> {
    let (cx, id) = (cx()?, RoleId::new(id));
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    service::role::delete(&cx, &place, &id).await.map_err(refuse)?;
    say("Deleted the role.".to_owned(), None).await?;
    go(&format!("/ui/{tenant}/roles"));
    Ok(())
}
