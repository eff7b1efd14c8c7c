//! The list of users.

use super::{PATH, badges, href};
use crate::{
    api::user::{ListUsers, UserList, UserRow},
    page::{
        parts::{pages, table},
        several::{cell, go_on, no_tick, tick},
    },
    place::{Address, address},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, LinkButton, PageHead, Search, When, rows},
};
use leptos::prelude::*;

const PURPOSE: &str = "Everyone with an account on this instance.";

/// Lists and searches users.
#[component]
pub(crate) fn UsersPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        ListUsers { q: asked.get("q").to_owned(), page: asked.page(), again }
    });
    shown(
        data,
        |_| "Users".to_owned(),
        move |list| view! { <List list asked=Address::parse(&address.get_untracked()) /> }.into_any(),
    )
}

/// The search, the users it finds and the way to others.
#[component]
fn List(list: UserList, asked: Address) -> impl IntoView {
    let UserList { users, tenants } = list;
    let q = asked.get("q").to_owned();
    let found = if users.rows.is_empty() {
        let title = format!("No user matches “{q}”");
        view! { <Empty icon=Icon::Search title text="Emails and names were searched." /> }.into_any()
    } else {
        let pager = pages(&asked, users.rows.len(), users.total, users.more);
        let mut columns = vec![("User", "wide"), ("Name", "minor")];
        if tenants {
            columns.push(("Tenants", "numeric"));
        }
        columns.push(("Created", "minor"));
        let key =
            move |one: &UserRow| (one.id.clone(), one.email.clone(), one.name.clone(), one.marks, one.tenants, tenants);
        let rows = rows(users.rows, key, move |one| row(one, tenants));
        view! { {table("Users", &columns, rows)} {go_on(format!("{PATH}/delete"), "Delete selected")} {pager} }
            .into_any()
    };
    view! {
        <PageHead title="Users" purpose=PURPOSE>
            <LinkButton href=format!("{PATH}/create") icon=Icon::Plus label="Create" kind="primary" />
        </PageHead>
        <Search action=PATH label="Search users by name or email" placeholder="Search by name or email" q />
        {found}
    }
}

fn row(one: UserRow, tenants: bool) -> AnyView {
    let you = one.you.then(|| view! { " " <Badge text="You" kind="accent" /> });
    let tenants = tenants.then(|| view! { <td class="numeric">{one.tenants}</td> });
    // Nobody deletes themselves.
    let chosen = if one.you { no_tick() } else { tick(&one.id, format!("Select {}", one.email)) };
    let who = view! { <a class="row-link" href=href(&one.id)>{one.email}</a> {you} " " {badges(one.marks)} };
    view! {
        <tr>
            <td class="wide">{cell(Some(chosen), who.into_any())}</td>
            <td class="minor clip">{one.name}</td>
            {tenants}
            <td class="minor nowrap"><When moment=one.created /></td>
        </tr>
    }
    .into_any()
}
