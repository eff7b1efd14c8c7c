//! Flows of a tenant, to be read.

use super::{
    narrow::{chips, filters, word},
    parts::{button, facts, heading, list as part, none, pager, section, table},
    route::{Answer, Asked, Page, Tenant},
};
use crate::api::dates::when;
use crate::ui::{Badge, Empty, Icon, number, quote};
use leptos::prelude::*;
use model::{Filter, Flow, Op, Timestamp};
use service::flow;

const PURPOSE: &str = "Kept as they were written. Nothing is run here.";

/// Rows in a namespace and those below it.
pub(crate) fn within(namespace: &str) -> Filter {
    Filter::Field { name: "namespace".into(), op: Op::Prefix, value: namespace.into() }
}

fn href(tenant: &Tenant, flow: &Flow) -> String {
    tenant.href(&format!("flows/{}/{}", quote(flow.namespace.as_str()), quote(&flow.id)))
}

/// The list; of one namespace and those below it, if one is named.
pub(crate) async fn list(asked: &Asked, tenant: Tenant, inside: Option<&str>) -> Answer {
    let mut list = part(asked);
    let namespace = inside.unwrap_or_else(|| asked.get("namespace").trim()).to_owned();
    if !namespace.is_empty() {
        list.filter = within(&namespace);
    }
    let narrowed = !list.q.is_empty() || !namespace.is_empty();
    let (page, _) = flow::page(&asked.cx, &tenant.place, &list).await?;
    let (pager, now) = (pager(asked, &page), asked.cx.now());
    let form = match inside {
        Some(_) => ().into_any(),
        None => filters(asked, vec![word(asked, "q", "Search"), word(asked, "namespace", "Namespace")]),
    };
    let set = [("q", "Search"), ("namespace", "Namespace")].into_iter();
    let set = set.filter(|(name, _)| !asked.get(name).is_empty());
    let chips = chips(asked, set.map(|(name, label)| (name, label, asked.get(name).to_owned())).collect());
    let title = inside.map_or_else(|| "Flows".to_owned(), |namespace| format!("Flows in {namespace}"));
    Ok(Page::new(title.clone(), move || {
        let list = if page.results.is_empty() {
            let (title, text) = match narrowed {
                true => ("Nothing matches", "Take a filter away to see more."),
                false => ("You see no flows here", "Flows come in through the API."),
            };
            view! { <Empty icon=Icon::Search title text /> }.into_any()
        } else {
            let rows = page.results.into_iter().map(|one| row(&tenant, one, now)).collect();
            let columns = [("Flow", ""), ("Namespace", "wide"), ("Revision", "numeric"), ("Changed", "nowrap minor")];
            view! { {table("Flows", &columns, rows)} {pager} }.into_any()
        };
        view! { {heading(title, PURPOSE, ())} {form} {chips} {list} }.into_any()
    }))
}

fn row(tenant: &Tenant, one: Flow, now: Timestamp) -> AnyView {
    let href = href(tenant, &one);
    view! {
        <tr>
            <td>
                <a class="row-link" href=href>{one.id.clone()}</a> " "
                {one.disabled.then(|| view! { <Badge text="Disabled" /> })}
            </td>
            <td class="wide"><code>{one.namespace.to_string()}</code></td>
            <td class="numeric">{number(one.revision)}</td>
            <td class="nowrap minor">{when(one.updated_at, now)}</td>
        </tr>
    }
    .into_any()
}

/// A flow's source, now or in an earlier revision.
pub(crate) async fn detail(asked: &Asked, tenant: Tenant, namespace: &str, id: &str) -> Answer {
    /// Revisions listed; others are reached by their number in the address.
    const SHOWN: usize = 50;
    let wanted = asked.get("revision").parse().ok();
    let (flow, _) = flow::get(&asked.cx, &tenant.place, namespace, id, wanted).await?;
    let mut revisions = flow::revisions(&asked.cx, &tenant.place, namespace, id).await?.0;
    let total = i64::try_from(revisions.len()).ok();
    revisions.reverse();
    let newest = revisions.first().map(|one| one.revision);
    revisions.truncate(SHOWN);
    let now = asked.cx.now();
    Ok(Page::new(flow.id.clone(), move || {
        let executions = format!("executions?flow={}&namespace={}", quote(&flow.id), quote(flow.namespace.as_str()));
        let executions = button(tenant.href(&executions), Some(Icon::Play), "Executions", "secondary");
        let address = href(&tenant, &flow);
        let shown = match newest == Some(flow.revision) {
            true => view! { {number(flow.revision)} " (the newest)" }.into_any(),
            false => view! { {number(flow.revision)} " " <a href=address.clone()>"Show the newest"</a> }.into_any(),
        };
        let place = tenant.href(&format!("flows?namespace={}", quote(flow.namespace.as_str())));
        let state = if flow.disabled { "disabled" } else { "enabled" };
        let about = facts(vec![
            ("Namespace", view! { <a href=place><code>{flow.namespace.to_string()}</code></a> }.into_any()),
            ("Revision", shown),
            ("Written", when(flow.updated_at, now)),
            ("State", state.into_any()),
        ]);
        let rows = revisions.into_iter().map(|one| {
            let number = number(one.revision);
            let which = match one.revision == flow.revision {
                true => view! { <strong>{number}</strong> " shown above" }.into_any(),
                false => view! { <a href=format!("{address}?revision={}", one.revision)>{number}</a> }.into_any(),
            };
            view! { <tr><td class="wide">{which}</td> <td class="nowrap">{when(one.updated_at, now)}</td></tr> }
                .into_any()
        });
        let rows = rows.collect();
        let source = view! { <pre tabindex="0">{flow.source.clone()}</pre> };
        let source = section("source", "Source", None, source);
        let revisions = table("Revisions of the flow", &[("Revision", "wide"), ("Written", "nowrap")], rows);
        let purpose = flow.description.clone().unwrap_or_default();
        view! {
            {heading(flow.id.clone(), &purpose, executions)} {about} {source}
            {section("revisions", "Revisions", total, revisions)}
        }
        .into_any()
    }))
}

/// Labels as they are stored, a JSON list of keys and values.
pub(crate) fn labels(json: &str) -> AnyView {
    let all: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let each = all.iter().filter_map(|one| Some(format!("{}: {}", text(one.get("key")?), text(one.get("value")?))));
    let each: Vec<_> = each.map(|one| view! { <Badge text=one /> " " }).collect();
    if each.is_empty() { none("none") } else { each.into_any() }
}
