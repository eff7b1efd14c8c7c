//! The tenants one may enter: those one has pinned, those one was in last, those one has joined last, and the way to all
//! the others.

use super::finder::{FindTenant, Search};
use crate::{
    api::{
        account::PinTenant,
        frame::{Entry, Switcher as Data},
    },
    ui::{Icon, Popover, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::TenantLink;

/// What opens below the name of the tenant one is in: `current` is its segment of the address, `path` where one is. It may
/// be open while it is read again, and somebody typing into it.
#[component]
pub(super) fn Switcher(data: Data, current: Option<String>, path: String, search: Search) -> impl IntoView {
    let label = current.as_deref().map_or_else(|| "Choose a tenant".into(), called);
    let face = view! {
        {Icon::Tenant.view()}
        <span class="switcher-current">{label.clone()}</span>
        {Icon::Chevron.view()}
    };
    let Data { pinned, recent, joined, more, all, many } = data;
    let none = pinned.is_empty() && recent.is_empty() && joined.is_empty();
    let parts = !pinned.is_empty() || !recent.is_empty();
    let list = |title: &'static str, entries: Vec<Entry>, pinned: bool| {
        let title = parts.then_some(title);
        (!entries.is_empty()).then(|| list(title, entries, pinned, current.clone(), path.clone()))
    };
    let lists =
        view! { {list("Pinned", pinned, true)} {list("Recent", recent, false)} {list("Joined last", joined, false)} };
    view! {
        <Popover class="switcher" label=format!("Tenant: {label}") face=face.into_any()>
            <div>
                {many.then(|| view! { <FindTenant search /> })}
                {move || search.results(false).map(|found| view! { <div class="switcher-found">{found}</div> })}
                <div class="switcher-known" hidden=move || search.shows()>
                    {none.then(|| view! { <p class="switcher-note">"You don't have access to any tenant yet."</p> })}
                    {lists}
                    {more.then(|| view! { <p class="switcher-note">"The 10 tenants you joined last."</p> })}
                </div>
                {all.then(|| view! { <a class="switcher-all" href="/administration/tenants">"All tenants"</a> })}
            </div>
        </Popover>
    }
}

/// Some of them.
fn list(
    title: Option<&'static str>,
    entries: Vec<Entry>,
    pinned: bool,
    current: Option<String>,
    path: String,
) -> AnyView {
    let head = title.map(|title| view! { <h2 class="switcher-title">{title}</h2> });
    // A row is another where one is in its tenant.
    let key = {
        let current = current.clone();
        move |one: &Entry| (one.segment.clone(), one.name.clone(), current.clone())
    };
    let row = move |one: Entry| row(one, pinned, current.as_deref());
    view! {
        {head}
        <form action=PinTenant::PATH method="post">
            <input type="hidden" name="pinned" value=(!pinned).to_string() />
            <input type="hidden" name="__page" value=path />
            <ul>{rows(entries, key, row)}</ul>
        </form>
    }
    .into_any()
}

fn row(one: Entry, pinned: bool, current: Option<&str>) -> AnyView {
    let Entry { segment, name } = one;
    let here = (current == Some(segment.as_str())).then_some("true");
    // A button that stays pressed: its name is the same, pressed or not.
    let (what, title) = (format!("Pin {name}"), if pinned { "Unpin" } else { "Pin" });
    let id = (segment != TenantLink::DEFAULT).then(|| view! { <code>{segment.clone()}</code> });
    view! {
        <li>
            <a href=format!("/ui/{segment}") aria-current=here>
                <span class="switcher-name">{name}</span>
                {id}
            </a>
            <button name="tenant" value=segment class="pin" aria-pressed=pinned.to_string() title=title>
                {Icon::Star.view()} <span class="visually-hidden">{what}</span>
            </button>
        </li>
    }
    .into_any()
}

/// What people read for a tenant's segment of an address.
fn called(segment: &str) -> String {
    if segment == TenantLink::DEFAULT { "Default tenant".into() } else { segment.to_owned() }
}
