//! The list of groups.

use super::{group_href, href};
use crate::{
    api::group::{GroupList, ListGroups},
    page::parts::{Column, brief, pages, table},
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Empty, Icon, LinkButton, PageHead, Search, rows},
};
use leptos::prelude::*;
use model::Group;

const PURPOSE: &str = "Members get every role that is assigned to the group.";
const EMPTY: &str = "Put people who do the same work into a group, and assign roles to the group.";
const COLUMNS: &[Column] = &[("Group", ""), ("Description", "wide"), ("ID", "minor")];

/// Lists and searches a tenant's groups.
#[component]
pub(crate) fn GroupsPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        ListGroups { tenant: segment(&address, 1), q: asked.get("q").to_owned(), page: asked.page(), again }
    });
    shown(
        data,
        |_| "Groups".to_owned(),
        move |list| {
            let address = address.get_untracked();
            view! { <List list tenant=segment(&address, 1) asked=Address::parse(&address) /> }.into_any()
        },
    )
}

/// The search, the groups it finds and the way to others.
#[component]
fn List(list: GroupList, tenant: String, asked: Address) -> impl IntoView {
    let GroupList { groups, creatable } = list;
    let q = asked.get("q").to_owned();
    let create = move |tenant: &str| {
        let href = href(tenant, "groups/create");
        creatable.then(|| view! { <LinkButton href icon=Icon::Plus label="Create" kind="primary" /> })
    };
    if groups.rows.is_empty() && q.is_empty() {
        return view! {
            <PageHead title="Groups" purpose=PURPOSE />
            <Empty icon=Icon::Users title="No groups yet" text=EMPTY>{create(&tenant)}</Empty>
        }
        .into_any();
    }
    let found = if groups.rows.is_empty() {
        let title = format!("No group matches “{q}”");
        view! { <Empty icon=Icon::Search title text="Names were searched." /> }.into_any()
    } else {
        let pager = pages(&asked, groups.rows.len(), groups.total, groups.more);
        let of = tenant.clone();
        let rows = rows(
            groups.rows,
            |one| (one.id.clone(), one.name.clone(), one.description.clone()),
            move |one| row(&of, one),
        );
        view! { {table("Groups", COLUMNS, rows)} {pager} }.into_any()
    };
    view! {
        <PageHead title="Groups" purpose=PURPOSE>{create(&tenant)}</PageHead>
        <Search action=asked.path() label="Search groups by name" placeholder="Search by name" q />
        {found}
    }
    .into_any()
}

fn row(tenant: &str, group: Group) -> AnyView {
    let href = group_href(tenant, group.id.as_str());
    view! {
        <tr>
            <td><a class="row-link" href=href>{group.name}</a></td>
            <td class="wide muted">{group.description.map(brief)}</td>
            <td class="minor"><code>{group.id.to_string()}</code></td>
        </tr>
    }
    .into_any()
}
