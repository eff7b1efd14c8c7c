//! The list of service accounts.

use super::{href, named};
use crate::{
    api::service_account::{AccountList, AccountRow, ListServiceAccounts, address as list_address},
    page::parts::{Column, brief, pages, table},
    place::{Address, address},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, LinkButton, PageHead, Search, When, rows},
};
use leptos::prelude::*;

const PURPOSE: &str = "Accounts for programs. They use API tokens instead of a password.";
const EMPTY: &str = "Create one for each program. You can then revoke its tokens without affecting the others.";

/// Lists and searches service accounts.
#[component]
pub(crate) fn ServiceAccountsPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let (asked, (tenant, _)) = (Address::parse(&address), named(&address));
        ListServiceAccounts { tenant, q: asked.get("q").to_owned(), page: asked.page(), again }
    });
    shown(
        data,
        |_| "Service accounts".to_owned(),
        move |list| {
            let address = address.get_untracked();
            view! { <List list tenant=named(&address).0 asked=Address::parse(&address) /> }.into_any()
        },
    )
}

/// The search, the service accounts it finds and the way to others.
#[component]
fn List(list: AccountList, tenant: String, asked: Address) -> impl IntoView {
    let AccountList { accounts, creatable } = list;
    let q = asked.get("q").to_owned();
    let create = creatable.then(|| {
        let href = format!("{}/create", list_address(&tenant));
        view! { <LinkButton href icon=Icon::Plus label="Create" kind="primary" /> }
    });
    if accounts.rows.is_empty() && q.is_empty() {
        return view! {
            <PageHead title="Service accounts" purpose=PURPOSE />
            <Empty icon=Icon::Key title="No service accounts yet" text=EMPTY>{create}</Empty>
        }
        .into_any();
    }
    let found = if accounts.rows.is_empty() {
        let title = format!("No service account matches “{q}”");
        view! { <Empty icon=Icon::Search title text="Names were searched." /> }.into_any()
    } else {
        let pager = pages(&asked, accounts.rows.len(), accounts.total, accounts.more);
        let columns = columns(&tenant, accounts.rows.iter().any(|one| one.joined.is_some()));
        let key =
            |one: &AccountRow| (one.id.clone(), one.name.clone(), one.description.clone(), one.superadmin, one.joined);
        let rows = rows(accounts.rows, key, move |one| row(&tenant, one));
        view! { {table("Service accounts", &columns, rows)} {pager} }.into_any()
    };
    view! {
        <PageHead title="Service accounts" purpose=PURPOSE>{create}</PageHead>
        <Search action=asked.path() label="Search service accounts by name" placeholder="Search by name" q />
        {found}
    }
    .into_any()
}

fn columns(tenant: &str, counted: bool) -> Vec<Column> {
    let joined = if tenant.is_empty() { "Tenants" } else { "Groups" };
    let all = [("Service account", ""), ("Description", "wide minor"), (joined, "numeric"), ("Created", "minor")];
    all.into_iter().filter(|(title, _)| counted || *title != joined).collect()
}

fn row(tenant: &str, one: AccountRow) -> AnyView {
    let href = href(tenant, &one.id);
    let superadmin = one.superadmin.then(|| view! { " " <Badge text="Superadmin" /> });
    view! {
        <tr>
            <td><a class="row-link" href=href>{one.name}</a> {superadmin}</td>
            <td class="wide muted minor">{brief(one.description)}</td>
            {one.joined.map(|many| view! { <td class="numeric">{many}</td> })}
            <td class="minor nowrap"><When moment=one.created /></td>
        </tr>
    }
    .into_any()
}
