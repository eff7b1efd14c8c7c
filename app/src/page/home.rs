//! Where one lands: the tenants one may open.

use super::notices::Waits;
use crate::{
    api::{
        frame::Entry,
        home::{Home, YourTenants},
    },
    place::address,
    reading::{reading, shown},
    ui::{Empty, Icon, PageHead},
};
use leptos::prelude::*;
use model::TenantLink;

/// One's tenants.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let data = reading(address(), |_, again| YourTenants { again });
    shown(
        data,
        |_| "Tenants".to_owned(),
        |home| {
            let notice = home.waits.clone().map(|whom| view! { <Waits whom superadmin=home.superadmin /> });
            let content = match (home.tenants.is_empty(), home.waits.is_some()) {
                (true, true) => ().into_any(),
                (true, false) => view! { <Nothing home /> }.into_any(),
                (false, _) => view! { <Cards tenants=home.tenants more=home.more /> }.into_any(),
            };
            view! {
                <PageHead title="Tenants" purpose="Each tenant has its own flows, executions and access." />
                {notice}
                {content}
            }
            .into_any()
        },
    )
}

/// Why there is no tenant, and what to do.
#[component]
fn Nothing(home: Home) -> impl IntoView {
    let tenants = home.tenants_enabled;
    let (title, text) = match (tenants, home.administers_tenants) {
        (false, _) => ("Multi-tenancy is off", "Everyone works in one place, with the roles assigned to them there."),
        (true, true) => ("You don't have a tenant yet", "Create one, or assign yourself a role in one that exists."),
        (true, false) => ("You don't have a tenant yet", "Ask a tenant admin to assign you a role."),
    };
    let open = (!tenants).then(|| {
        view! { <a class="button primary" href=format!("/ui/{}", TenantLink::DEFAULT)>"Open it"</a> }
    });
    let all = (tenants && home.administers_tenants)
        .then(|| view! { <a class="button primary" href="/administration/tenants">"Go to Tenants"</a> });
    view! { <Empty icon=Icon::Tenant title text>{open} {all}</Empty> }
}

#[component]
fn Cards(tenants: Vec<Entry>, more: bool) -> impl IntoView {
    let each = tenants.into_iter().map(|Entry { segment, name }| {
        let id = (segment != TenantLink::DEFAULT).then(|| view! { <code>{segment.clone()}</code> });
        view! {
            <li>
                <a class="card" href=format!("/ui/{segment}")>
                    {Icon::Tenant.view()} <span class="card-name">{name}</span> " " {id}
                </a>
            </li>
        }
    });
    view! {
        <ul class="cards">{each.collect_view()}</ul>
        {more.then(|| view! { <p class="page-purpose">"These are the 20 you joined last."</p> })}
    }
}
