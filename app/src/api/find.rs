//! Finding pages, tenants, and what is in the one that is open.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Wire};
#[cfg(feature = "ssr")]
use super::{asking, frame::Link, refuse};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What was found of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The kind, as people call several of it.
    pub kind: String,
    /// Address and name of each.
    pub links: Vec<(String, String)>,
}

/// What has a text in its name: pages, tenants, and in `tenant`, the segment of the tenant that is open, users, groups and
/// roles. With `only_tenants` nothing but tenants is searched.
#[server(prefix = "/serverfn", output = Wire, endpoint = "find_anything")]
pub async fn find_anything(
    #[server(default)] q: String,
    #[server(default)] tenant: String,
    #[server(default)] only_tenants: bool,
    #[server(default)] again: bool,
) -> Answer<Vec<Found>> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).ok().filter(|_| !tenant.is_empty());
    let frame = service::frame::frame(&cx, place.as_ref(), &[]).await.map_err(refuse)?;
    let frame = frame.ok_or_else(|| refuse(service::Error::Unauthenticated))?;
    // Whoever may not enter the tenant that is named finds nothing in it, and is not told why.
    let open = place.filter(|_| !frame.sees.is_empty());
    let found = service::find::find(&cx, open.as_ref(), &q).await.map_err(refuse)?;
    let mut pages = if open.is_some() { super::links::tenant_links(&tenant, &frame) } else { Vec::new() };
    pages.extend(super::links::instance_links(&frame));
    let sought = q.trim().to_lowercase();
    pages.retain(|page| page.label.to_lowercase().contains(&sought));
    let href = |kind: &str, id: &str| format!("/ui/{tenant}/{kind}/{}", crate::ui::quote(id));
    let tenants =
        found.tenants.iter().map(|one| (format!("/ui/{}", model::TenantLink::segment(one.id.as_ref())), called(one)));
    let all = [
        ("Pages", pages.into_iter().map(|Link { href, label, .. }| (href, label)).collect()),
        ("Tenants", tenants.collect()),
        ("Users", found.principals.into_iter().map(|one| (href("users", one.id.as_str()), one.name)).collect()),
        ("Groups", found.groups.into_iter().map(|one| (href("groups", one.id.as_str()), one.name)).collect()),
        ("Roles", found.roles.into_iter().map(|one| (href("roles", one.id.as_str()), one.name)).collect::<Vec<_>>()),
    ];
    let all = all.into_iter().filter(|(kind, links)| !links.is_empty() && (!only_tenants || *kind == "Tenants"));
    Ok(all.map(|(kind, links)| Found { kind: kind.to_owned(), links }).collect())
}

#[cfg(feature = "ssr")]
fn called(tenant: &model::TenantLink) -> String {
    match &tenant.id {
        Some(id) if id.as_str() != tenant.name => format!("{} ({id})", tenant.name),
        _ => tenant.name.clone(),
    }
}
