//! Namespaces of a tenant, as far as the user can see them.

use super::parts::{none, pages, table};
use crate::{
    api::{
        Listed,
        namespace::{ListNamespaces, NamespaceLine},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Empty, Icon, PageHead, Search, quote, rows},
};
use leptos::prelude::*;

const PURPOSE: &str = "A role assignment in a namespace also applies to all namespaces below it.";
const NONE_YET: &str = "A namespace is created with its first flow, or through the API. You only see namespaces that \
                        your roles reach.";

/// Lists and searches namespaces.
#[component]
pub(crate) fn NamespacesPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        ListNamespaces { tenant: segment(&address, 1), q: asked.get("q").to_owned(), page: asked.page(), again }
    });
    shown(
        data,
        |_| "Namespaces".to_owned(),
        move |list| {
            let asked = Address::parse(&address.get_untracked());
            let (action, q) = (asked.path().to_owned(), asked.get("q").to_owned());
            view! {
                <PageHead title="Namespaces" purpose=PURPOSE />
                <Search action label="Search namespaces" placeholder="Search by name" q />
                <List list asked />
            }
            .into_any()
        },
    )
}

/// What was found.
#[component]
fn List(list: Listed<NamespaceLine>, asked: Address) -> impl IntoView {
    let q = asked.get("q");
    match (list.rows.is_empty(), q.is_empty()) {
        (true, true) => view! { <Empty icon=Icon::Folder title="No namespaces yet" text=NONE_YET /> }.into_any(),
        (true, false) => {
            let title = format!("No namespace matches “{q}”");
            view! {
                <Empty icon=Icon::Search title text="Names were searched.">
                    <a class="button secondary" href=asked.path().to_owned()>"Show all namespaces"</a>
                </Empty>
            }
            .into_any()
        }
        (false, _) => {
            let pager = pages(&asked, list.rows.len(), list.total, list.more);
            let tenant = segment(asked.path(), 1);
            let columns = [("Namespace", "wide"), ("Description", "wide minor"), ("", "")];
            let key = {
                let tenant = tenant.clone();
                move |one: &NamespaceLine| (tenant.clone(), one.name.clone(), one.description.clone())
            };
            let rows = rows(list.rows, key, move |one| row(&tenant, one));
            view! { {table("Namespaces", &columns, rows)} {pager} }.into_any()
        }
    }
}

fn row(tenant: &str, one: NamespaceLine) -> AnyView {
    let name = one.name;
    let of = |page: &str| format!("/ui/{}/{page}?namespace={}", quote(tenant), quote(&name));
    let (flows, executions) = (of("flows"), of("executions"));
    let description = one.description.map_or_else(|| none(""), |text| text.into_any());
    view! {
        <tr>
            <td class="wide"><code>{name.clone()}</code></td>
            <td class="wide minor">{description}</td>
            <td class="row-actions">
                <a class="button ghost small" href=flows aria-label=format!("Flows in {name}")>"Flows"</a> " "
                <a class="button ghost small" href=executions aria-label=format!("Executions in {name}")>"Executions"</a>
            </td>
        </tr>
    }
    .into_any()
}
