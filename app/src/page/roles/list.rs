//! The list of roles.

use super::{badges, href, role_href};
use crate::{
    api::role::{ListRoles, RoleList, RoleRow},
    page::parts::{Column, brief, pages, table},
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Empty, Icon, LinkButton, PageHead, Search, number, rows},
};
use leptos::prelude::*;

const PURPOSE: &str = "A role is a list of permissions. Assign roles to users and groups under Access.";
const COLUMNS: &[Column] = &[("Role", ""), ("Description", "wide minor"), ("Permissions", "numeric"), ("ID", "minor")];

/// Lists and searches a tenant's roles.
#[component]
pub(crate) fn RolesPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        ListRoles { tenant: segment(&address, 1), q: asked.get("q").to_owned(), page: asked.page(), again }
    });
    shown(
        data,
        |_| "Roles".to_owned(),
        move |list| {
            let address = address.get_untracked();
            view! { <List list tenant=segment(&address, 1) asked=Address::parse(&address) /> }.into_any()
        },
    )
}

/// The search, the roles it finds and the way to others.
#[component]
fn List(list: RoleList, tenant: String, asked: Address) -> impl IntoView {
    let RoleList { roles, creatable } = list;
    let q = asked.get("q").to_owned();
    let create = creatable.then(|| {
        let href = href(&tenant, "roles/create");
        view! { <LinkButton href icon=Icon::Plus label="Create" kind="primary" /> }
    });
    let found = if roles.rows.is_empty() {
        let title = format!("No role matches “{q}”");
        view! { <Empty icon=Icon::Search title text="Names were searched." /> }.into_any()
    } else {
        let pager = pages(&asked, roles.rows.len(), roles.total, roles.more);
        let rows = rows(roles.rows, RoleRow::clone, move |one| row(&tenant, one));
        view! { {table("Roles", COLUMNS, rows)} {pager} }.into_any()
    };
    view! {
        <PageHead title="Roles" purpose=PURPOSE>{create}</PageHead>
        <Search action=asked.path() label="Search roles by name" placeholder="Search by name" q />
        {found}
    }
}

fn row(tenant: &str, role: RoleRow) -> AnyView {
    let href = role_href(tenant, &role.id);
    let description = (!role.description.is_empty()).then(|| brief(role.description));
    view! {
        <tr>
            <td class="nowrap"><a class="row-link" href=href>{role.name}</a> " " {badges(role.kind)}</td>
            <td class="wide muted minor">{description}</td>
            <td class="numeric">{number(role.permissions)}</td>
            <td class="minor"><code>{role.id}</code></td>
        </tr>
    }
    .into_any()
}
