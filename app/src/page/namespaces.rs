//! Namespaces of a tenant, as far as one sees them.

use super::{
    parts::{heading, list as part, none, pager, search, table},
    route::{Answer, Asked, Page, Tenant},
};
use crate::ui::{Empty, Icon, quote};
use leptos::prelude::*;
use model::NamespaceRow;
use service::namespace;

const PURPOSE: &str = "A role that is limited to a namespace reaches it and those below it.";

/// The list.
pub(crate) async fn list(asked: &Asked, tenant: Tenant) -> Answer {
    let page = namespace::page(&asked.cx, &tenant.place, false, &part(asked)).await?;
    let pager = pager(asked, &page);
    let search = search(asked, "Search namespaces", "Search by name", &[]);
    let q = asked.get("q").to_owned();
    Ok(Page::new("Namespaces", move || {
        let list = match (page.results.is_empty(), q.is_empty()) {
            (true, true) => {
                let text = "A namespace is made with its first flow, or through the API.";
                view! { <Empty icon=Icon::Folder title="You see no namespaces here" text /> }.into_any()
            }
            (true, false) => {
                let title = format!("No namespace matches “{q}”");
                view! { <Empty icon=Icon::Search title text="Names were searched." /> }.into_any()
            }
            _ => {
                let rows = page.results.into_iter().map(|one| row(&tenant, one)).collect();
                let columns = [("Namespace", "wide"), ("For", "wide minor"), ("", "")];
                view! { {table("Namespaces", &columns, rows)} {pager} }.into_any()
            }
        };
        view! { {heading("Namespaces", PURPOSE, ())} {search} {list} }.into_any()
    }))
}

fn row(tenant: &Tenant, one: NamespaceRow) -> AnyView {
    let name = one.id.to_string();
    let flows = tenant.href(&format!("flows?namespace={}", quote(&name)));
    let executions = tenant.href(&format!("executions?namespace={}", quote(&name)));
    let what = one.description.map_or_else(|| none(""), |text| text.into_any());
    view! {
        <tr>
            <td class="wide"><code>{name.clone()}</code></td>
            <td class="wide minor">{what}</td>
            <td class="row-actions">
                <a class="button ghost small" href=flows aria-label=format!("Flows in {name}")>"Flows"</a> " "
                <a class="button ghost small" href=executions aria-label=format!("Executions in {name}")>"Executions"</a>
            </td>
        </tr>
    }
    .into_any()
}
