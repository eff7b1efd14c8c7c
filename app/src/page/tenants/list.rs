//! The list of tenants.

use super::PATH;
use crate::{
    api::{
        sync,
        tenant::{ListTenants, Notice, TenantList, TenantRow, Tenants},
    },
    place::{Address, address},
    reading::{reading, shown},
    ui::{
        Callout, Empty, Icon, LinkButton, Order, PageHead, Pager, Popover, Search, SortHead, TableBox, Tone, When,
        number, rows,
    },
};
use leptos::prelude::*;
use model::TenantSort;

/// What the page is for.
const PURPOSE: &str = "Each tenant keeps its flows, executions and access apart from the others.";

/// Lists, searches and sorts tenants.
#[component]
pub(crate) fn TenantsPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [q, sort, at] = ["q", "sort", "at"].map(|name| asked.get(name).to_owned());
        ListTenants { q, sort, at, again }
    });
    shown(
        data,
        |_| "Tenants".to_owned(),
        move |data| match data {
            Tenants::Off => view! { <PageHead title="Tenants" purpose=PURPOSE /> <Off /> }.into_any(),
            Tenants::On(list) => view! {
                <PageHead title="Tenants" purpose=PURPOSE>
                    <LinkButton href="/administration/create-tenant" icon=Icon::Plus label="Create" kind="primary" />
                </PageHead>
                {list.notice.clone().map(|notice| view! { <Noticed notice /> })}
                <List list asked=Address::parse(&address.get_untracked()) />
            }
            .into_any(),
        },
    )
}

/// What to do where tenants are off.
#[component]
fn Off() -> impl IntoView {
    view! {
        <Callout tone=Tone::Info>
            <p><strong>"Multi-tenancy is disabled."</strong></p>
            <p>"To use tenants, set this in the configuration and restart:"</p>
            <pre tabindex="0">"kestra:\n  ee:\n    tenants:\n      enabled: true"</pre>
            <p>"or start with " <code>"KESTRA_EE_TENANTS_ENABLED=true"</code> " in the environment."</p>
        </Callout>
    }
}

/// What an admin should know first.
#[component]
fn Noticed(notice: Notice) -> impl IntoView {
    let said = match notice {
        Notice::IdleDefaultTenant => view! {
            <p>
                <strong>"The default tenant is enabled but empty. "</strong>
                "We recommend turning it off so that every tenant has an ID: "
                <code>"kestra.ee.tenants.default-tenant: false"</code>
            </p>
        }
        .into_any(),
        Notice::Waiting(counts) => view! {
            <p>
                <strong>{counts.sentence()}</strong>
                " can't access anything until you sync them to the default tenant."
            </p>
            <p><a class="button secondary" href=sync::PATH>"Preview and sync access"</a></p>
        }
        .into_any(),
    };
    view! { <Callout tone=Tone::Info>{said}</Callout> }
}

/// The search, the rows it finds and the way to others.
#[component]
fn List(list: TenantList, asked: Address) -> impl IntoView {
    let q = asked.get("q").to_owned();
    let search = (!list.rows.is_empty() || !q.is_empty()).then(|| {
        let kept = vec![("sort", asked.get("sort").to_owned())];
        view! { <Search action=PATH label="Search tenants by ID or name" placeholder="Search by ID or name" q=q.clone() kept /> }
    });
    let found = match (list.rows.is_empty(), q.is_empty()) {
        (true, true) => {
            let text = "Create one for each team or customer whose work should be kept separate.";
            view! { <Empty icon=Icon::Tenant title="No tenants yet" text /> }.into_any()
        }
        (true, false) => view! {
            <Empty icon=Icon::Search title=format!("No tenant matches “{q}”") text="IDs and names were searched.">
                <a class="button secondary" href=PATH>"Show all tenants"</a>
            </Empty>
        }
        .into_any(),
        (false, _) => table(&asked, list).into_any(),
    };
    view! { {search} {found} }
}

fn table(asked: &Address, list: TenantList) -> impl IntoView + use<> {
    let at = |place: &str| asked.with(&[("at", place)]);
    let links = [
        list.previous.is_some().then(|| at("")),
        list.previous.as_ref().map(|place| at(&format!("before.{place}"))),
        list.next.as_ref().map(|place| at(&format!("after.{place}"))),
        (list.next.is_some() && !list.more).then(|| at("last")),
    ];
    let heads =
        [(TenantSort::Id, "Tenant ID", ""), (TenantSort::Name, "Name", ""), (TenantSort::Users, "Users", "numeric")];
    let heads = heads.map(|(sort, label, class)| head(asked, sort, label, class)).into_iter().collect_view();
    let created = head(asked, TenantSort::Created, "Created", "minor");
    let shown = i64::try_from(list.rows.len()).unwrap_or(i64::MAX);
    // What changes by itself, as how long ago it was, makes no other row.
    let key = |one: &TenantRow| (one.id.clone(), one.name.clone(), one.users, one.roles);
    view! {
        <TableBox label="Tenants">
            <table class="table stack">
                <thead>
                    <tr>
                        {heads}
                        <th scope="col" class="numeric minor">"Roles"</th>
                        {created}
                        <th scope="col" class="minor">"By"</th>
                        <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows(list.rows, key, row)}</tbody>
            </table>
        </TableBox>
        <Pager from=list.from shown total=list.total more=list.more links />
    }
}

/// A column's head: sorts by it, and the other way at the second click.
fn head(asked: &Address, sort: TenantSort, label: &'static str, class: &'static str) -> AnyView {
    let (key, sorted) = (sort.key(), asked.get("sort"));
    let (order, by) = match sorted.strip_prefix('-') {
        Some(by) => (Order::Descending, by),
        None if sorted.is_empty() => (Order::Ascending, TenantSort::default().key()),
        None => (Order::Ascending, sorted),
    };
    let order = (by == key).then_some(order);
    let next = if order == Some(Order::Ascending) { format!("-{key}") } else { key.to_owned() };
    let href = asked.with(&[("sort", &next), ("at", "")]);
    view! { <SortHead label href order class /> }.into_any()
}

fn row(one: TenantRow) -> AnyView {
    let id = one.id;
    let href = format!("{PATH}/{id}");
    view! {
        <tr>
            <td><a class="row-link mono" href=href.clone() title=id.clone()>{id.clone()}</a></td>
            <td class="wide">{one.name}</td>
            <td class="numeric">{number(one.users)}</td>
            <td class="numeric minor">{number(one.roles)}</td>
            <td class="nowrap minor"><When moment=one.created /></td>
            <td class="muted minor clip">{one.by}</td>
            <td class="row-actions">
                <Popover
                    class="menu"
                    label=format!("Actions for {id}")
                    face_class="button ghost small"
                    face=Icon::Dots.view().into_any()
                >
                    <a class="menu-item" href=format!("{href}/edit") aria-label=format!("Edit {id}")>"Edit"</a>
                    <a class="menu-item danger" href=format!("{href}/delete") aria-label=format!("Delete {id}")>"Delete"</a>
                </Popover>
            </td>
        </tr>
    }
    .into_any()
}
