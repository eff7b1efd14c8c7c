//! Where one lands: the tenants one may enter.

use super::{
    notices::for_those_who_wait,
    parts::{button, heading},
    route::{Answer, Asked, Page},
};
use crate::ui::{Empty, Icon};
use leptos::prelude::*;
use model::TenantLink;
use service::frame::{self, Frame};

/// One's tenants.
pub(crate) async fn page(asked: &Asked) -> Answer {
    let frame = frame::frame(&asked.cx, None, &[]).await?.ok_or(service::Error::Unauthenticated)?;
    let waits = frame::waits_for(&asked.cx).await?;
    Ok(Page::new("Your tenants", move || {
        let notice = waits.as_ref().map(|whom| for_those_who_wait(whom, frame.superadmin));
        let content = match (frame.tenants.is_empty(), waits.is_some()) {
            (true, true) => ().into_any(),
            (true, false) => nothing(&frame),
            (false, _) => cards(frame.tenants, frame.more),
        };
        view! { {heading("Your tenants", "Each tenant has its own flows, executions and access.", ())} {notice} {content} }
            .into_any()
    }))
}

/// Why there is no tenant, and what to do.
fn nothing(frame: &Frame) -> AnyView {
    let tenants = frame.tenants_enabled;
    let (title, text) = match (tenants, frame.administers_tenants) {
        (false, _) => ("Tenants are off", "Everybody works in one place, each with the roles they hold there."),
        (true, true) => ("You are in no tenant yet", "Create one, or give yourself a role in one that exists."),
        (true, false) => ("You are in no tenant yet", "Ask the admin of a tenant to give you a role in it."),
    };
    let open = (!tenants).then(|| button(format!("/ui/{}", TenantLink::DEFAULT), None, "Open it", "primary"));
    let all = (tenants && frame.administers_tenants)
        .then(|| button("/administration/tenants".to_owned(), None, "Go to Tenants", "primary"));
    view! { <Empty icon=Icon::Tenant title text>{open} {all}</Empty> }.into_any()
}

fn cards(tenants: Vec<TenantLink>, more: bool) -> AnyView {
    let each = tenants.into_iter().map(|tenant| {
        let segment = TenantLink::segment(tenant.id.as_ref());
        view! {
            <li>
                <a class="card" href=format!("/ui/{segment}")>
                    {Icon::Tenant.view()} <span class="card-name">{tenant.name}</span> " "
                    {tenant.id.map(|id| view! { <code>{id.to_string()}</code> })}
                </a>
            </li>
        }
    });
    view! {
        <ul class="cards">{each.collect_view()}</ul>
        {more.then(|| view! { <p class="page-purpose">"These are the 20 you joined last."</p> })}
    }
    .into_any()
}
