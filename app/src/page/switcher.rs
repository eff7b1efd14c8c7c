//! The tenants one may enter: those one has pinned, those one was in last, those one has joined last, and the way to all
//! the others.

use super::narrow::hidden;
use crate::{api::account::PinTenant, ui::Icon};
use leptos::{prelude::*, server_fn::ServerFn};
use model::TenantLink;
use service::frame::Frame;

/// Below this many there is nothing to find.
const MANY: usize = 7;

/// What opens below the name of the tenant one is in. `pins` and `recent` are segments of addresses, `path` where one is.
pub(crate) fn switcher(frame: &Frame, pins: &[String], recent: &[String], current: &str, path: &str) -> String {
    let segment = |one: &TenantLink| TenantLink::segment(one.id.as_ref());
    let known = |segments: &[String]| -> Vec<TenantLink> {
        segments.iter().filter_map(|wanted| frame.named.iter().find(|one| segment(one) == *wanted).cloned()).collect()
    };
    let (pinned, mut recent) = (known(pins), known(recent));
    recent.retain(|one| !pinned.contains(one));
    let mut others = frame.tenants.clone();
    others.retain(|one| !pinned.contains(one) && !recent.contains(one));
    let none = pinned.is_empty() && recent.is_empty() && others.is_empty();
    let parts = !pinned.is_empty() || !recent.is_empty();
    let findable = frame.more || frame.administers_tenants || frame.tenants.len() > MANY;
    let find = findable.then(|| {
        view! {
            <form class="switcher-filter" action="/find" method="get" data-switch="">
                <input type="hidden" name="only" value="tenants" />
                <input class="input" type="search" name="q" aria-label="Find a tenant" placeholder="Find a tenant" autocomplete="off" />
            </form>
        }
    });
    let list = |title: &'static str, tenants: Vec<TenantLink>, pinned: bool| {
        (!tenants.is_empty()).then(|| {
            let rows = tenants.into_iter().map(|one| row(one, pinned, current, path)).collect_view();
            let head = parts.then(|| view! { <h2 class="switcher-title">{title}</h2> });
            view! { {head} <ul>{rows}</ul> }
        })
    };
    view! {
        {find}
        <div class="switcher-known">
            {none.then(|| view! { <p class="switcher-note">"You have no tenant yet."</p> })}
            {list("Pinned", pinned, true)}
            {list("Recent", recent, false)}
            {list("Joined last", others, false)}
            {frame.more.then(|| view! { <p class="switcher-note">"Of those you joined, the last 20."</p> })}
        </div>
        {frame.administers_tenants.then(|| view! { <a class="switcher-all" href="/administration/tenants">"All tenants"</a> })}
    }
    .into_any()
    .to_html()
}

fn row(one: TenantLink, pinned: bool, current: &str, path: &str) -> AnyView {
    let segment = TenantLink::segment(one.id.as_ref());
    let here = (segment == current).then_some("true");
    // A button that stays pressed: its name is the same, pressed or not.
    let (what, title) = (format!("Pin {}", one.name), if pinned { "Unpin" } else { "Pin" });
    let fields =
        hidden(vec![("tenant", segment.clone()), ("pinned", (!pinned).to_string()), ("__page", path.to_owned())]);
    view! {
        <li>
            <a href=format!("/ui/{segment}") aria-current=here>
                <span class="switcher-name">{one.name}</span>
                {one.id.map(|id| view! { <code>{id.to_string()}</code> })}
            </a>
            <form action=PinTenant::PATH method="post">
                {fields}
                <button type="submit" class="pin" aria-pressed=pinned.to_string() title=title>
                    {Icon::Star.view()} <span class="visually-hidden">{what}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
}
