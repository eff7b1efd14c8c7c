//! The list of tenants.

use crate::{
    api::tenant::{TenantList, list_tenants},
    form::Changed,
    ui::{Callout, Empty, Failure, Icon, PageHead, Pager, Tone, When, number, quote},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Slice, TenantSort, TenantSummary, Timestamp};

/// What part of the list the address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    q: String,
    sort: String,
    at: String,
}

impl Wanted {
    /// The address of this list, sorted by `sort`, at `at`.
    fn href(&self, sort: &str, at: &str) -> String {
        let fields = [("q", self.q.as_str()), ("sort", sort), ("at", at)];
        let query: Vec<_> = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={}", quote(value)))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/administration/tenants{mark}{}", query.join("&"))
    }
}

/// Lists, searches and sorts tenants.
#[component]
pub(crate) fn Tenants() -> impl IntoView {
    let query = use_query_map();
    let changed = expect_context::<Changed>().0;
    let wanted = Memo::new(move |_| {
        query.with(|query| Wanted {
            q: query.get("q").unwrap_or_default(),
            sort: query.get("sort").unwrap_or_default(),
            at: query.get("at").unwrap_or_default(),
        })
    });
    let list = Resource::new(
        move || (wanted.get(), changed.get()),
        |(wanted, _)| list_tenants(wanted.q, wanted.sort, wanted.at),
    );
    view! {
        <PageHead title="Tenants" purpose="Each tenant keeps its flows, executions and access apart from the others.">
            <a class="button primary" href="/administration/create-tenant">{Icon::Plus.view()} "Create"</a>
        </PageHead>
        <Transition fallback=Skeleton>
            {move || {
                let wanted = wanted.get();
                list.get()
                    .map(|answer| match answer {
                        Ok(TenantList { slice: Some(slice), now }) => view! { <List slice now wanted /> }.into_any(),
                        Ok(TenantList { slice: None, .. }) => view! { <Disabled /> }.into_any(),
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

/// Rows that are on their way; shown only when that takes a while.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..8).map(|_| view! { <div class="skeleton-row"></div> }).collect_view()}
        </div>
    }
}

/// What to do where tenants are off.
#[component]
fn Disabled() -> impl IntoView {
    view! {
        <Callout tone=Tone::Info>
            <p><strong>"Multi-tenancy is disabled."</strong></p>
            <p>"To use tenants, set this in the configuration and restart:"</p>
            <pre tabindex="0">"kestra:\n  ee:\n    tenants:\n      enabled: true"</pre>
            <p>"or start with " <code>"KESTRA_EE_TENANTS_ENABLED=true"</code> " in the environment."</p>
        </Callout>
    }
}

#[component]
fn List(slice: Slice<TenantSummary>, now: Timestamp, wanted: Wanted) -> impl IntoView {
    let searching = !wanted.q.is_empty();
    let search = view! {
        <form class="search" action="/administration/tenants" method="get" role="search">
            {(!wanted.sort.is_empty())
                .then(|| view! { <input type="hidden" name="sort" value=wanted.sort.clone() /> })}
            <label class="visually-hidden" for="search-q">"Search tenants by id or name"</label>
            {Icon::Search.view()}
            <input
                id="search-q"
                class="input"
                type="search"
                name="q"
                value=wanted.q.clone()
                placeholder="Search by id or name"
                autocomplete="off"
            />
            <button type="submit" class="button secondary">"Search"</button>
        </form>
    };
    if slice.rows.is_empty() {
        let nothing = if searching {
            let title = format!("No tenant matches “{}”", wanted.q);
            view! {
                <Empty icon=Icon::Search title text="Ids and names were searched.">
                    <a class="button secondary" href="/administration/tenants">"Show all tenants"</a>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Empty
                    icon=Icon::Tenant
                    title="No tenants yet"
                    text="Create one for each team or customer whose work shall stay apart."
                >
                    <a class="button primary" href="/administration/create-tenant">"Create the first tenant"</a>
                </Empty>
            }
            .into_any()
        };
        return view! { {searching.then_some(search)} {nothing} }.into_any();
    }
    let links = [
        slice.previous.is_some().then(|| wanted.href(&wanted.sort, "")),
        slice.previous.as_ref().map(|place| wanted.href(&wanted.sort, &format!("before.{}", place.encode()))),
        slice.next.as_ref().map(|place| wanted.href(&wanted.sort, &format!("after.{}", place.encode()))),
        (slice.next.is_some() && !slice.more).then(|| wanted.href(&wanted.sort, "last")),
    ];
    let shown = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
    let head =
        [(TenantSort::Id, "Tenant ID", ""), (TenantSort::Name, "Name", ""), (TenantSort::Users, "Users", "numeric")];
    let head = head.map(|(sort, label, class)| view! { <SortHeader sort label class wanted=wanted.clone() /> });
    let created = view! { <SortHeader sort=TenantSort::Created label="Created" class="" wanted=wanted.clone() /> };
    view! {
        {search}
        <div class="table-scroll" tabindex="0" role="region" aria-label="Tenants">
            <table class="table">
                <caption class="visually-hidden">"Tenants"</caption>
                <thead>
                    <tr>
                        {head.into_iter().collect_view()}
                        <th scope="col" class="numeric">"Roles"</th>
                        {created}
                        <th scope="col">"By"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{slice.rows.into_iter().map(|row| view! { <Row row now /> }).collect_view()}</tbody>
            </table>
        </div>
        <Pager from=slice.from shown total=slice.total more=slice.more links />
    }
    .into_any()
}

/// A column's head: sorts by it, and the other way at the second click.
#[component]
fn SortHeader(sort: TenantSort, label: &'static str, class: &'static str, wanted: Wanted) -> impl IntoView {
    let key = sort.key();
    let (descending, by) = match wanted.sort.strip_prefix('-') {
        Some(by) => (true, by),
        None if wanted.sort.is_empty() => (false, TenantSort::default().key()),
        None => (false, wanted.sort.as_str()),
    };
    let here = by == key;
    let next = if here && !descending { format!("-{key}") } else { key.to_owned() };
    let order = if descending { "descending" } else { "ascending" };
    view! {
        <th scope="col" class=class aria-sort=here.then_some(order)>
            <a href=wanted.href(&next, "")>
                {label} <span class="sort" class:sorted=here class:descending=here && descending aria-hidden="true"></span>
            </a>
        </th>
    }
}

#[component]
fn Row(row: TenantSummary, now: Timestamp) -> impl IntoView {
    let id = row.id.to_string();
    let href = format!("/administration/tenants/{id}");
    view! {
        <tr>
            <td><a class="row-link mono" href=href.clone()>{id.clone()}</a></td>
            <td class="wide">{row.name}</td>
            <td class="numeric">{number(row.users)}</td>
            <td class="numeric">{number(row.roles)}</td>
            <td class="nowrap"><When at=row.created_at now /></td>
            <td class="muted">{row.created_by}</td>
            <td class="row-actions">
                <a class="button ghost small" href=format!("{href}/edit") aria-label=format!("Edit {id}")>
                    {Icon::Pencil.view()}
                </a>
                <a class="button ghost small" href=format!("{href}/delete") aria-label=format!("Delete {id}")>
                    {Icon::Trash.view()}
                </a>
            </td>
        </tr>
    }
}
