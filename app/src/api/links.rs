//! Which pages the navigation offers to whom.

use crate::{api::frame::Link, ui::Icon};
use model::Resource;
use service::frame::Frame;

fn link(href: String, label: &str, icon: Icon) -> Link {
    Link { href, label: label.to_owned(), icon: icon.name().to_owned() }
}

/// Pages of a tenant, each with what one must be able to list to have something of it.
const TENANT: &[(&str, &str, Icon, Resource)] = &[
    ("users", "Users", Icon::Users, Resource::User),
    ("invitations", "Invitations", Icon::Mail, Resource::Invitation),
    ("groups", "Groups", Icon::Users, Resource::Group),
    ("roles", "Roles", Icon::Role, Resource::Role),
    ("access", "Access", Icon::Key, Resource::Binding),
    ("explain", "Check access", Icon::Info, Resource::Binding),
    ("service-accounts", "Service accounts", Icon::Key, Resource::ServiceAccount),
    ("namespaces", "Namespaces", Icon::Folder, Resource::Namespace),
    ("flows", "Flows", Icon::Flow, Resource::Flow),
    ("executions", "Executions", Icon::Play, Resource::Execution),
    ("audit", "Audit log", Icon::Log, Resource::AuditLog),
];

/// The page of a tenant that lists something.
pub(crate) fn tenant_link(segment: &str, resource: Resource) -> Option<Link> {
    let (page, label, icon, _) = TENANT.iter().find(|(.., of)| *of == resource)?;
    Some(link(format!("/ui/{segment}/{page}"), label, *icon))
}

/// Those of the tenant that is open.
pub(crate) fn tenant_links(segment: &str, frame: &Frame) -> Vec<Link> {
    // What is reserved is no tenant, but the beginning of another page's address.
    if service::TenantRef::from_segment(segment).is_err() {
        return Vec::new();
    }
    let overview = link(format!("/ui/{segment}"), "Overview", Icon::Home);
    let pages = TENANT.iter().filter(|(.., resource)| frame.sees.contains(resource));
    let pages = pages.map(|(page, label, icon, _)| link(format!("/ui/{segment}/{page}"), label, *icon));
    let settings = frame.updates_tenant.then(|| link(format!("/ui/{segment}/settings"), "Settings", Icon::Pencil));
    std::iter::once(overview).chain(pages).chain(settings).collect()
}

/// Those of the instance.
pub(crate) fn instance_links(frame: &Frame) -> Vec<Link> {
    let mut links = Vec::new();
    if frame.administers_tenants {
        links.push(link("/administration/tenants".into(), "Tenants", Icon::Tenant));
    }
    if frame.superadmin {
        links.push(link("/administration/users".into(), "Users", Icon::Users));
        links.push(link("/administration/service-accounts".into(), "Service accounts", Icon::Key));
        if frame.default_tenant {
            links.push(link(crate::api::sync::PATH.into(), "Sync access", Icon::Sync));
        }
        links.push(link("/administration/audit".into(), "Audit log", Icon::Log));
        links.push(link("/administration/instance".into(), "Instance", Icon::Info));
    }
    links
}

/// Segments of addresses that people read as something else.
const WORDS: &[(&str, &str)] = &[
    ("account", "Your account"),
    ("audit", "Audit log"),
    ("explain", "Check access"),
    ("service-accounts", "Service accounts"),
    ("sync-access", "Sync access"),
    ("who-can", "Who has access"),
];

/// Things whose ids say nothing to people, below the pages that list them.
const THINGS: &[(&str, &str)] =
    &[("users", "User"), ("groups", "Group"), ("roles", "Role"), ("service-accounts", "Service account")];

fn said(segment: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == segment) {
        return (*words).to_owned();
    }
    let mut letters = segment.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Where a path is: labels, and addresses for all but the last. Ids stay as they are where people
/// chose them.
pub(crate) fn trail(path: &str) -> Vec<(String, Option<String>)> {
    const PAGES: [&str; 6] = ["create", "edit", "delete", "remove", "revoke", "accept"];
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (mut address, mut trail) = (String::new(), Vec::new());
    for (place, part) in parts.iter().enumerate() {
        address.push('/');
        address.push_str(part);
        let step = match (parts[0], place) {
            ("administration", 0) => ("Administration".to_owned(), "/administration/tenants".to_owned()),
            ("administration", 1) if *part == "create-tenant" => {
                trail.push(("Tenants".to_owned(), Some("/administration/tenants".to_owned())));
                ("Create".to_owned(), address.clone())
            }
            ("ui", 0) => ("Home".to_owned(), "/ui".to_owned()),
            ("ui", 1) => (called(part), address.clone()),
            ("administration", 1) | ("ui", 2) | (_, 0) => (said(part), address.clone()),
            _ if PAGES.contains(part) => (said(part), address.clone()),
            _ if parts[1] == "tenants" => (called(part), address.clone()),
            (_, place) => {
                let thing = THINGS.iter().find(|(list, _)| *list == parts[place - 1]);
                (thing.map_or(*part, |(_, thing)| thing).to_owned(), address.clone())
            }
        };
        trail.push((step.0, Some(step.1)));
    }
    if let Some((_, href)) = trail.last_mut() {
        *href = None;
    }
    trail
}

/// What people read for a tenant's segment of an address.
fn called(segment: &str) -> String {
    if segment == model::TenantLink::DEFAULT { "Default tenant".into() } else { segment.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trails_lead_back() {
        let labels = |path: &str| trail(path).into_iter().map(|(label, _)| label).collect::<Vec<_>>();
        assert_eq!(labels("/ui"), ["Home"]);
        assert_eq!(labels("/ui/dev/roles/create"), ["Home", "dev", "Roles", "Create"]);
        assert_eq!(labels("/ui/dev/users/x/remove"), ["Home", "dev", "Users", "User", "Remove"]);
        assert_eq!(labels("/ui/dev/flows/shop/x"), ["Home", "dev", "Flows", "shop", "x"]);
        assert_eq!(labels("/administration/create-tenant"), ["Administration", "Tenants", "Create"]);
        assert_eq!(labels("/administration/tenants/dev/edit"), ["Administration", "Tenants", "dev", "Edit"]);
        assert_eq!(trail("/ui/-/audit")[1], ("Default tenant".to_owned(), Some("/ui/-".to_owned())));
    }
}
