//! Where one lands: the tenants one may enter.

use crate::{
    api::frame::{FrameData, frame},
    form::Changed,
    ui::{Empty, Failure, Icon, PageHead},
};
use leptos::prelude::*;
use model::TenantLink;

/// One's tenants.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let changed = expect_context::<Changed>().0;
    let data = Resource::new(move || changed.get(), |_| frame("/ui".to_owned(), true));
    view! {
        <Transition>
            {move || {
                data.get()
                    .map(|data| match data {
                        Ok(Some(data)) => view! { <Mine data /> }.into_any(),
                        Ok(None) => ().into_any(),
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

#[component]
fn Mine(data: FrameData) -> impl IntoView {
    let administers = data.administers_tenants;
    let waits = data.waits.clone();
    let content = if data.tenants.is_empty() && !waits.is_empty() {
        ().into_any()
    } else if data.tenants.is_empty() {
        let (title, text) = match (data.tenants_enabled, administers) {
            (false, _) => ("Tenants are off", "Everybody works in one place, each with the roles they hold there."),
            (true, true) => ("You are in no tenant yet", "Create one, or give yourself a role in one that exists."),
            (true, false) => ("You are in no tenant yet", "Ask the admin of a tenant to give you a role in it."),
        };
        view! {
            <Empty icon=Icon::Tenant title text>
                {(!data.tenants_enabled)
                    .then(|| view! { <a class="button primary" href=format!("/ui/{}", TenantLink::DEFAULT)>"Open it"</a> })}
                {(administers && data.tenants_enabled)
                    .then(|| view! { <a class="button primary" href="/administration/tenants">"Go to Tenants"</a> })}
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <ul class="cards">
                {data
                    .tenants
                    .into_iter()
                    .map(|tenant| {
                        let segment = TenantLink::segment(tenant.id.as_ref());
                        view! {
                            <li>
                                <a class="card" href=format!("/ui/{segment}")>
                                    {Icon::Tenant.view()}
                                    <span class="card-name">{tenant.name}</span>
                                    {tenant.id.map(|id| view! { <code>{id.to_string()}</code> })}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {data.more.then(|| view! { <p class="page-purpose">"These are the 20 you joined last."</p> })}
        }
        .into_any()
    };
    view! {
        <PageHead title="Your tenants" purpose="Each tenant has its own flows, executions and access." />
        <div inner_html=waits></div>
        {content}
    }
}
