//! The list of tenants.

use crate::place::parameter;
use crate::{
    api::tenant::{TenantList, list_tenants},
    form::Changed,
    ui::{
        Callout, Empty, Failure, Icon, Order, PageHead, Pager, Popover, Search, Skeleton, SortHead, TableBox, Tone,
        When, number, quote,
    },
};
use leptos::prelude::*;
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

/// What the page is for.
const PURPOSE: &str = "Each tenant keeps its flows, executions and access apart from the others.";

/// Lists, searches and sorts tenants.
#[component]
pub(crate) fn Tenants() -> impl IntoView {
    let (q, sort, at) = (parameter("q"), parameter("sort"), parameter("at"));
    let changed = expect_context::<Changed>().0;
    let wanted = move || Wanted { q: q.get(), sort: sort.get(), at: at.get() };
    let list =
        Resource::new(move || (wanted(), changed.get()), |(wanted, _)| list_tenants(wanted.q, wanted.sort, wanted.at));
    view! {
        <Transition fallback=Skeleton>
            {move || {
                let wanted = wanted();
                list.get()
                    .map(|answer| match answer {
                        Ok(TenantList { slice: Some(slice), now, notice }) => {
                            view! {
                                <PageHead title="Tenants" purpose=PURPOSE>
                                    <a class="button primary" href="/administration/create-tenant">
                                        {Icon::Plus.view()} "Create"
                                    </a>
                                </PageHead>
                                <div inner_html=notice></div>
                                <List slice now wanted />
                            }
                                .into_any()
                        }
                        Ok(TenantList { slice: None, .. }) => {
                            view! {
                                <PageHead title="Tenants" purpose=PURPOSE />
                                <Disabled />
                            }
                                .into_any()
                        }
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
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
        <Search
            action="/administration/tenants"
            label="Search tenants by id or name"
            placeholder="Search by id or name"
            q=wanted.q.clone()
            kept=("sort", wanted.sort.clone())
        />
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
                />
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
    let head = head.map(|(sort, label, class)| view! { <Head sort label class wanted=wanted.clone() /> });
    let created = view! { <Head sort=TenantSort::Created label="Created" class="minor" wanted=wanted.clone() /> };
    view! {
        {search}
        <TableBox label="Tenants">
            <table class="table stack">
                <thead>
                    <tr>
                        {head.into_iter().collect_view()}
                        <th scope="col" class="numeric minor">"Roles"</th>
                        {created}
                        <th scope="col" class="minor">"By"</th>
                        <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{slice.rows.into_iter().map(|row| view! { <Row row now /> }).collect_view()}</tbody>
            </table>
        </TableBox>
        <Pager from=slice.from shown total=slice.total more=slice.more links />
    }
    .into_any()
}

/// A column's head: sorts by it, and the other way at the second click.
#[component]
fn Head(sort: TenantSort, label: &'static str, class: &'static str, wanted: Wanted) -> impl IntoView {
    let key = sort.key();
    let (order, by) = match wanted.sort.strip_prefix('-') {
        Some(by) => (Order::Descending, by),
        None if wanted.sort.is_empty() => (Order::Ascending, TenantSort::default().key()),
        None => (Order::Ascending, wanted.sort.as_str()),
    };
    let order = (by == key).then_some(order);
    let next = if order == Some(Order::Ascending) { format!("-{key}") } else { key.to_owned() };
    view! { <SortHead label href=wanted.href(&next, "") order class /> }
}

#[component]
fn Row(row: TenantSummary, now: Timestamp) -> impl IntoView {
    let id = row.id.to_string();
    let href = format!("/administration/tenants/{id}");
    view! {
        <tr>
            <td><a class="row-link mono" href=href.clone() title=id.clone()>{id.clone()}</a></td>
            <td class="wide">{row.name}</td>
            <td class="numeric">{number(row.users)}</td>
            <td class="numeric minor">{number(row.roles)}</td>
            <td class="nowrap minor"><When at=row.created_at now /></td>
            <td class="muted minor clip">{row.created_by}</td>
            <td class="row-actions">
                <Popover
                    class="menu"
                    label=format!("Actions for {id}")
                    face_class="button ghost small"
                    face=Icon::Dots.view().into_any()
                >
                    <a class="menu-item" href=format!("{href}/edit") aria-label=format!("Edit {id}")>
                        {Icon::Pencil.view()} "Edit"
                    </a>
                    <a class="menu-item danger" href=format!("{href}/delete") aria-label=format!("Delete {id}")>
                        {Icon::Trash.view()} "Delete"
                    </a>
                </Popover>
            </td>
        </tr>
    }
}
