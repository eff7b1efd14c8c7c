//! Finding pages, tenants, and what is in the one that is open. Also shown below the field in the top bar, while
//! somebody types into it.

use super::{
    links::{instance_links, tenant_links},
    parts::heading,
    route::{Answer, Asked, Page},
};
use crate::{
    api::frame::Link,
    ui::{Empty, Icon, quote},
};
use leptos::prelude::*;
use model::TenantLink;
use service::{TenantRef, find, frame};

/// What has the text of the address in its name.
pub(crate) async fn results(asked: &Asked) -> Answer {
    let (q, segment) = (asked.get("q").trim().to_owned(), asked.get("in").to_owned());
    let place = TenantRef::from_segment(&segment).ok().filter(|_| !segment.is_empty());
    let frame = frame::frame(&asked.cx, place.as_ref(), &[]).await?.ok_or(service::Error::Unauthenticated)?;
    // Whoever may not enter the tenant that is named finds nothing in it, and is not told why.
    let open = place.filter(|_| !frame.sees.is_empty());
    let found = find::find(&asked.cx, open.as_ref(), &q).await?;
    // As the switcher asks.
    let tenants_only = asked.get("only") == "tenants";
    let mut pages = if open.is_some() { tenant_links(&segment, &frame) } else { Vec::new() };
    pages.extend(instance_links(&frame));
    let sought = q.to_lowercase();
    pages.retain(|page| page.label.to_lowercase().contains(&sought));
    let href = |kind: &str, id: &str| format!("/ui/{segment}/{kind}/{}", quote(id));
    let mut all: Vec<(&str, Vec<(String, String)>)> = vec![
        ("Pages", pages.into_iter().map(|Link { href, label, .. }| (href, label)).collect()),
        (
            "Tenants",
            found
                .tenants
                .into_iter()
                .map(|one| (format!("/ui/{}", TenantLink::segment(one.id.as_ref())), named(&one)))
                .collect(),
        ),
        ("Users", found.principals.into_iter().map(|one| (href("users", one.id.as_str()), one.name)).collect()),
        ("Groups", found.groups.into_iter().map(|one| (href("groups", one.id.as_str()), one.name)).collect()),
        ("Roles", found.roles.into_iter().map(|one| (href("roles", one.id.as_str()), one.name)).collect()),
    ];
    all.retain(|(kind, links)| !links.is_empty() && (!tenants_only || *kind == "Tenants"));
    Ok(Page::new("Find", move || {
        let nothing = all.is_empty().then(|| {
            let title = format!("Nothing matches “{q}”");
            let text = match tenants_only {
                true => "Names and ids of the tenants you may open were searched.",
                false => "Pages, tenants, users, groups and roles were searched.",
            };
            view! { <Empty icon=Icon::Search title text /> }
        });
        let parts = all.into_iter().map(|(kind, links)| {
            let links = links.into_iter().map(|(href, label)| view! { <li><a href=href>{label}</a></li> });
            view! {
                <section class="found">
                    <h2>{kind}</h2>
                    <ul>{links.collect_view()}</ul>
                </section>
            }
        });
        let parts = parts.collect_view();
        view! { {heading("Find", "", ())} <div data-results="">{parts} {nothing}</div> }.into_any()
    }))
}

fn named(tenant: &TenantLink) -> String {
    match &tenant.id {
        Some(id) if id.as_str() != tenant.name => format!("{} ({id})", tenant.name),
        _ => tenant.name.clone(),
    }
}
