//! Roles of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{cx, frame::say, go, refuse};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{Permissions, RoleId};
#[cfg(feature = "ssr")]
use service::{TenantRef, role::NewRole};

/// What a form with the matrix means. Where it allows exactly what the role's words do, the words stay as they are:
/// clients compare what they read with what they sent.
#[cfg(feature = "ssr")]
fn written(ticked: &[String], words: Option<&Permissions>) -> Permissions {
    let mut lists: Vec<(String, Vec<String>)> = Vec::new();
    for (resource, action) in ticked.iter().filter_map(|one| one.split_once(':')) {
        match lists.iter_mut().find(|(known, _)| known == resource) {
            Some((_, actions)) => actions.push(action.to_owned()),
            None => lists.push((resource.to_owned(), vec![action.to_owned()])),
        }
    }
    let new = Permissions::from_words(lists);
    match words {
        Some(old) if old.include(&new) && new.include(old) => old.clone(),
        _ => new,
    }
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
    let description = Some(description).filter(|text| !text.is_empty());
    let new = NewRole { name, description, permissions: written(&permissions, None), is_default };
    let role = service::role::create(&cx()?, &place, new).await.map_err(refuse)?;
    say(format!("Created role {}.", role.name), None).await?;
    go(&format!("/ui/{tenant}/roles/{}", role.id));
    Ok(())
}

/// Changes a role.
#[server(prefix = "/serverfn", output = Wire, endpoint = "update_role")]
pub async fn update_role(
    tenant: String,
    id: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] permissions: Vec<String>,
    #[server(default)] is_default: bool,
) -> Answer<()> {
    let (cx, id) = (cx()?, RoleId::new(id));
    let place = TenantRef::from_segment(&tenant).map_err(refuse)?;
    let old = service::role::get(&cx, &place, &id).await.map_err(refuse)?;
    let description = Some(description).filter(|text| !text.is_empty());
    let permissions = written(&permissions, Some(&old.permissions));
    let new = NewRole { name, description, permissions, is_default };
    let role = service::role::update(&cx, &place, &id, new).await.map_err(refuse)?;
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
