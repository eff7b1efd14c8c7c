//! A tenant's first page: what it is, one's own roles in it, how much is in it, and what happened last.

use super::{
    audit,
    parts::{facts, id, none},
};
use crate::{
    api::{
        frame::Link,
        overview::{HeldRole, Overview, TenantOverview, Tile},
    },
    place::{address, segment},
    reading::{reading, shown},
    ui::{Icon, LinkButton, PageHead, Section, When, drawn, number},
};
use leptos::prelude::*;

/// The page of whoever is in the tenant.
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    view! { <Tenant administered=false /> }
}

/// The page in Administration.
#[component]
pub(crate) fn AdministeredTenantPage() -> impl IntoView {
    view! { <Tenant administered=true /> }
}

#[component]
fn Tenant(administered: bool) -> impl IntoView {
    let address = address();
    let named = move |address: &str| segment(address, if administered { 2 } else { 1 });
    let data = reading(address, move |address, again| TenantOverview { tenant: named(&address), administered, again });
    shown(
        data,
        |data| data.name.clone(),
        move |data| view! { <Content data tenant=named(&address.get_untracked()) /> }.into_any(),
    )
}

#[component]
fn Content(
    data: Overview,
    /// Its segment of the address.
    tenant: String,
) -> impl IntoView {
    let Overview { id: own, name, created, by, editable, deletable, invites, assigns, held: roles, tiles, latest } =
        data;
    let base = format!("/administration/tenants/{tenant}");
    let within = format!("/ui/{tenant}");
    let button =
        |shown: bool, href: String, icon, label, kind| shown.then(|| view! { <LinkButton href icon label kind /> " " });
    let actions = view! {
        {button(editable, format!("{base}/edit"), Icon::Pencil, "Edit", "secondary")}
        {button(deletable, format!("{base}/delete"), Icon::Trash, "Delete", "secondary")}
        {button(invites, format!("{within}/invitations/create"), Icon::Mail, "Invite", "secondary")}
        {button(assigns, format!("{within}/access/create"), Icon::Plus, "Assign role", "primary")}
    };
    let called = own.map_or_else(|| none("none"), id);
    let created = view! { <When moment=created /> " by " {by} }.into_any();
    let what = facts(vec![("Tenant ID", called), ("Created", created), ("Your roles", held(roles))]);
    let latest = latest.map(|lines| {
        let latest = audit::latest(&tenant, lines);
        view! { <Section id="latest" title="Recent activity">{latest}</Section> }
    });
    view! {
        <PageHead title=name>{actions}</PageHead>
        {what}
        {contents(tiles)}
        {latest}
    }
}

/// One's own roles, and through which group; linked as far as one may look at them.
fn held(held: Vec<HeldRole>) -> AnyView {
    if held.is_empty() {
        return none("no role in this tenant");
    }
    let linked = |name: String, href: Option<String>| match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let each = held.into_iter().map(|HeldRole { name, href, namespace, group }| {
        let namespace = namespace.map(|namespace| view! { " in " <code>{namespace}</code> });
        let group = group.map(|(name, href)| view! { " (through the group " {linked(name, href)} ")" });
        view! { <li>{linked(name, href)} {namespace} {group}</li> }
    });
    view! { <ul class="lines">{each.collect_view()}</ul> }.into_any()
}

/// How much is in the tenant of what one may look at, each leading to it.
fn contents(tiles: Vec<Tile>) -> Option<impl IntoView> {
    let each = tiles.into_iter().map(|Tile { link: Link { href, label, icon }, count, more, pending }| {
        let count =
            format!("{}{}{}", number(count), if more { "+" } else { "" }, if pending { " pending" } else { "" });
        view! {
            <li>
                <a class="card" href=href>
                    {drawn(&icon)} <span class="card-name">{label}</span> " " <span class="card-count">{count}</span>
                </a>
            </li>
        }
    });
    let each: Vec<_> = each.collect();
    (!each.is_empty()).then(|| {
        view! {
            <Section id="contents" title="In this tenant">
                <ul class="cards tiles">{each}</ul>
            </Section>
        }
    })
}
