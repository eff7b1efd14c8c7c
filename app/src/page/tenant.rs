//! A tenant's first page: what it is, what whoever looks holds in it, how much is in it and what happened last.

use super::{
    audit,
    links::TENANT,
    parts::{button, facts, heading, id, none, section},
    route::{Answer, Asked, Page, Tenant},
};
use crate::api::{audit::AuditLine, dates::when};
use crate::ui::{Icon, number, quote};
use leptos::prelude::*;
use model::{Action, Permission, Resource};
use service::{
    access,
    tenant::{self, Counted, HeldRole},
};

/// The page; `administered` where it is one of Administration.
pub(crate) async fn page(asked: &Asked, place: Tenant, administered: bool) -> Answer {
    let overview = tenant::overview(&asked.cx, &place.place).await?;
    let [update, delete] = match administered {
        true => {
            let wanted = [Action::Update, Action::Delete].map(|action| Permission::new(Resource::Tenant, action));
            access::allowed(&asked.cx, None, wanted).await?
        }
        false => [false; 2],
    };
    let now = asked.cx.now();
    Ok(Page::new(overview.tenant.name.clone(), move || {
        let tenant = overview.tenant;
        // The default tenant is what it is (contract 6.3).
        let named = tenant.id.is_some();
        let base = format!("/administration/tenants/{}", place.segment);
        let actions = view! {
            {(update && named).then(|| button(format!("{base}/edit"), Some(Icon::Pencil), "Edit", "secondary"))} " "
            {(delete && named).then(|| button(format!("{base}/delete"), Some(Icon::Trash), "Delete", "secondary"))} " "
            {overview.invite.then(|| button(place.href("invitations/create"), Some(Icon::Mail), "Invite", "secondary"))} " "
            {overview.assign.then(|| button(place.href("access/create"), Some(Icon::Plus), "Assign role", "primary"))}
        };
        let called = tenant.id.as_ref().map_or_else(|| none("none"), |one| id(one.to_string()));
        let created = view! { {when(tenant.created_at, now)} " by " {tenant.created_by} }.into_any();
        let held = held(&place, overview.held, &overview.counts);
        let what = facts(vec![("Tenant ID", called), ("Created", created), ("You hold", held)]);
        let latest = overview.latest.map(|rows| {
            let lines = rows.into_iter().map(|one| AuditLine::of(one, false, now)).collect();
            section("latest", "What happened last", None, audit::latest(&place.segment, lines))
        });
        view! { {heading(tenant.name, "", actions)} {what} {contents(&place, overview.counts)} {latest} }.into_any()
    }))
}

/// What the one who looks holds here, and through which group; linked as far as they may look at it.
fn held(place: &Tenant, held: Vec<HeldRole>, counts: &[Counted]) -> AnyView {
    if held.is_empty() {
        return none("no role in this tenant");
    }
    let sees = |resource| counts.iter().any(|one| one.resource == resource);
    let (roles, groups) = (sees(Resource::Role), sees(Resource::Group));
    let named = |page: &str, id: &str, name: String, linked: bool| match linked {
        true => view! { <a href=place.href(&format!("{page}/{}", quote(id)))>{name}</a> }.into_any(),
        false => name.into_any(),
    };
    let each = held.into_iter().map(|one| {
        let role = named("roles", one.role.id.as_str(), one.role.name, roles);
        let namespace = one.namespace.map(|namespace| view! { " in " <code>{namespace.to_string()}</code> });
        let group = one.group.map(|(id, name)| {
            view! { " (through the group " {named("groups", id.as_str(), name, groups)} ")" }
        });
        view! { <li>{role} {namespace} {group}</li> }
    });
    view! { <ul class="lines">{each.collect_view()}</ul> }.into_any()
}

/// How much is in the tenant of what one may look at, each leading to it.
fn contents(place: &Tenant, counts: Vec<Counted>) -> AnyView {
    let each = counts.into_iter().filter_map(|Counted { resource, count, more }| {
        let (page, label, icon, _) = TENANT.iter().find(|(.., of)| *of == resource)?;
        let (href, what) = match resource {
            Resource::Invitation => (place.href("invitations?status=PENDING"), " pending"),
            _ => (place.href(page), ""),
        };
        let count = format!("{}{}{what}", number(count), if more { "+" } else { "" });
        Some(view! {
            <li>
                <a class="card" href=href>
                    {icon.view()} <span class="card-name">{*label}</span> " " <span class="card-count">{count}</span>
                </a>
            </li>
        })
    });
    let each: Vec<_> = each.collect();
    if each.is_empty() {
        return ().into_any();
    }
    section("contents", "In this tenant", None, view! { <ul class="cards tiles">{each}</ul> })
}
