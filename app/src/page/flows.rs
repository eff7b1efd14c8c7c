//! Flows of a tenant, to be read.

use super::{
    narrow::{chips, filters, word},
    parts::{facts, pages, table},
};
use crate::{
    api::{
        Listed,
        flow::{FlowDetails, FlowLine, FlowRevision, ListFlows, ViewFlow},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, LinkButton, PageHead, Section, When, number, quote, rows},
};
use leptos::prelude::*;

const PURPOSE: &str = "The source of each flow, as it was written. Flows don't run here.";
const NONE_YET: &str = "Flows are created through the API. You only see flows in namespaces that your roles reach.";

/// What the list can be narrowed to: parameter and label.
const FILTERS: [(&str, &str); 2] = [("q", "Search"), ("namespace", "Namespace")];

/// Address of a tenant's flows.
fn list_of(tenant: &str) -> String {
    format!("/ui/{}/flows", quote(tenant))
}

/// Address of a flow.
fn href(tenant: &str, namespace: &str, id: &str) -> String {
    format!("{}/{}/{}", list_of(tenant), quote(namespace), quote(id))
}

/// Lists and searches flows.
#[component]
pub(crate) fn FlowsPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [q, namespace] = ["q", "namespace"].map(|name| asked.get(name).to_owned());
        ListFlows { tenant: segment(&address, 1), q, namespace, page: asked.page(), again }
    });
    shown(
        data,
        |_| "Flows".to_owned(),
        move |list| {
            let asked = Address::parse(&address.get_untracked());
            let form = filters(&asked, vec![word(&asked, "q", "Search"), word(&asked, "namespace", "Namespace")]);
            let set = FILTERS.into_iter().filter(|(name, _)| !asked.get(name).is_empty());
            let set: Vec<_> = set.map(|(name, label)| (name, label, asked.get(name).to_owned())).collect();
            let narrowed = !set.is_empty();
            view! {
                <PageHead title="Flows" purpose=PURPOSE />
                {form}
                {chips(&asked, set)}
                <List list asked narrowed />
            }
            .into_any()
        },
    )
}

/// Lists the flows of a namespace and those below it.
#[component]
pub(crate) fn NamespaceFlowsPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let (tenant, namespace, asked) = (segment(&address, 1), segment(&address, 3), Address::parse(&address));
        ListFlows { tenant, q: asked.get("q").to_owned(), namespace, page: asked.page(), again }
    });
    let title = move || format!("Flows in {}", segment(&address.get_untracked(), 3));
    shown(
        data,
        move |_| title(),
        move |list| {
            let asked = Address::parse(&address.get_untracked());
            let set = Some(asked.get("q")).filter(|q| !q.is_empty());
            let set = set.map(|q| ("q", "Search", q.to_owned())).into_iter().collect();
            view! {
                <PageHead title=title() purpose=PURPOSE />
                {chips(&asked, set)}
                <List list asked narrowed=true />
            }
            .into_any()
        },
    )
}

/// What was found.
#[component]
fn List(
    list: Listed<FlowLine>,
    asked: Address,
    /// Whether not all flows were asked for.
    narrowed: bool,
) -> impl IntoView {
    match (list.rows.is_empty(), narrowed) {
        (true, false) => view! { <Empty icon=Icon::Flow title="No flows yet" text=NONE_YET /> }.into_any(),
        (true, true) => {
            view! { <Empty icon=Icon::Search title="No matching flows" text="Remove a filter to see more." /> }
                .into_any()
        }
        (false, _) => {
            let pager = pages(&asked, list.rows.len(), list.total, list.more);
            let tenant = segment(asked.path(), 1);
            let columns = [("Flow", ""), ("Namespace", "wide"), ("Revision", "numeric"), ("Changed", "nowrap minor")];
            let key = {
                let tenant = tenant.clone();
                move |one: &FlowLine| {
                    let changes = (one.revision, one.disabled, one.changed.at);
                    (href(&tenant, &one.namespace, &one.id), changes)
                }
            };
            let rows = rows(list.rows, key, move |one| row(&tenant, one));
            view! { {table("Flows", &columns, rows)} {pager} }.into_any()
        }
    }
}

fn row(tenant: &str, one: FlowLine) -> AnyView {
    let href = href(tenant, &one.namespace, &one.id);
    view! {
        <tr>
            <td>
                <a class="row-link" href=href>{one.id}</a> " "
                {one.disabled.then(|| view! { <Badge text="Disabled" /> })}
            </td>
            <td class="wide"><code>{one.namespace}</code></td>
            <td class="numeric">{number(one.revision)}</td>
            <td class="nowrap minor"><When moment=one.changed /></td>
        </tr>
    }
    .into_any()
}

/// A flow's source, in the latest revision or an earlier one.
#[component]
pub(crate) fn FlowPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let [tenant, namespace, id] = [1, 3, 4].map(|number| segment(&address, number));
        let revision = Address::parse(&address).get("revision").parse().ok();
        ViewFlow { tenant, namespace, id, revision, again }
    });
    shown(
        data,
        |flow| flow.id.clone(),
        move |flow| view! { <Details flow tenant=segment(&address.get_untracked(), 1) /> }.into_any(),
    )
}

/// The flow's facts, source and revisions.
#[component]
fn Details(flow: FlowDetails, tenant: String) -> impl IntoView {
    let FlowDetails { namespace, id, description, revision, latest, disabled, saved, source, revisions, total } = flow;
    let newest = href(&tenant, &namespace, &id);
    let inside = format!("{}?namespace={}", list_of(&tenant), quote(&namespace));
    let executions = format!("/ui/{}/executions?flow={}&namespace={}", quote(&tenant), quote(&id), quote(&namespace));
    let which = match latest {
        true => view! { {number(revision)} " (latest)" }.into_any(),
        false => view! { {number(revision)} " " <a href=newest.clone()>"Show latest"</a> }.into_any(),
    };
    let about = facts(vec![
        ("Namespace", view! { <a href=inside><code>{namespace}</code></a> }.into_any()),
        ("Revision", which),
        ("Saved", view! { <When moment=saved /> }.into_any()),
        ("Status", if disabled { "disabled" } else { "enabled" }.into_any()),
    ]);
    let rows = revisions.into_iter().map(|one| {
        let FlowRevision { revision: this, saved } = one;
        let which = match this == revision {
            true => view! { <strong>{number(this)}</strong> " shown above" }.into_any(),
            false => view! { <a href=format!("{newest}?revision={this}")>{number(this)}</a> }.into_any(),
        };
        view! { <tr><td class="wide">{which}</td> <td class="nowrap"><When moment=saved /></td></tr> }.into_any()
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <PageHead title=id purpose=description.unwrap_or_default()>
            <LinkButton href=executions icon=Icon::Play label="Executions" kind="secondary" />
        </PageHead>
        {about}
        <Section id="source" title="Source">
            <pre tabindex="0">{source}</pre>
        </Section>
        <Section id="revisions" title="Revisions" count=total>
            {table("Revisions of the flow", &[("Revision", "wide"), ("Saved", "nowrap")], rows)}
        </Section>
    }
}
