//! Executions of a tenant, to be read.

use super::{
    narrow::{chips, choice, filters, word},
    parts::{facts, id as copied, none, pages, table},
};
use crate::{
    api::{
        Listed,
        execution::{ExecutionDetails, ExecutionLine, ListExecutions, ViewExecution},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, PageHead, Section, When, number, quote, rows},
};
use leptos::prelude::*;
use model::Execution;

const PURPOSE: &str = "Records of executions, newest first. Clients create and update them through the API.";
const NONE_YET: &str = "Records are created through the API. You only see those in namespaces that your roles reach.";

/// What the list can be narrowed to: parameter and label.
const FILTERS: [(&str, &str); 4] = [("q", "Search"), ("state", "State"), ("namespace", "Namespace"), ("flow", "Flow")];

/// Lists and searches executions.
#[component]
pub(crate) fn ExecutionsPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [q, state, namespace, flow] = FILTERS.map(|(name, _)| asked.get(name).to_owned());
        ListExecutions { tenant: segment(&address, 1), q, state, namespace, flow, page: asked.page(), again }
    });
    shown(
        data,
        |_| "Executions".to_owned(),
        move |list| {
            let asked = Address::parse(&address.get_untracked());
            let states = Execution::STATES.map(|state| (state.to_owned(), state.to_owned())).to_vec();
            let form = filters(
                &asked,
                vec![
                    word(&asked, "q", "Search"),
                    choice(&asked, "state", "State", states),
                    word(&asked, "namespace", "Namespace"),
                ],
            );
            let set = FILTERS.into_iter().filter(|(name, _)| !asked.get(name).is_empty());
            let set: Vec<_> = set.map(|(name, label)| (name, label, asked.get(name).to_owned())).collect();
            let narrowed = !set.is_empty();
            view! {
                <PageHead title="Executions" purpose=PURPOSE />
                {form}
                {chips(&asked, set)}
                <List list asked narrowed />
            }
            .into_any()
        },
    )
}

/// What was found.
#[component]
fn List(
    list: Listed<ExecutionLine>,
    asked: Address,
    /// Whether not all executions were asked for.
    narrowed: bool,
) -> impl IntoView {
    match (list.rows.is_empty(), narrowed) {
        (true, false) => view! { <Empty icon=Icon::Play title="No executions yet" text=NONE_YET /> }.into_any(),
        (true, true) => {
            view! { <Empty icon=Icon::Play title="No matching executions" text="Remove a filter to see more." /> }
                .into_any()
        }
        (false, _) => {
            let pager = pages(&asked, list.rows.len(), list.total, list.more);
            let base = format!("/ui/{}/executions", quote(&segment(asked.path(), 1)));
            let columns = [("Execution", ""), ("Flow", "wide"), ("State", ""), ("Created", "nowrap minor")];
            let key = {
                let base = base.clone();
                move |one: &ExecutionLine| (format!("{base}/{}", one.id), one.state.clone())
            };
            let rows = rows(list.rows, key, move |one| row(&base, one));
            view! { {table("Executions", &columns, rows)} {pager} }.into_any()
        }
    }
}

fn row(base: &str, one: ExecutionLine) -> AnyView {
    let href = format!("{base}/{}", quote(&one.id));
    view! {
        <tr>
            <td><a class="row-link" href=href>{one.id}</a></td>
            <td class="wide"><code>{format!("{}.{}", one.namespace, one.flow)}</code></td>
            <td><Badge text=one.state /></td>
            <td class="nowrap minor"><When moment=one.created /></td>
        </tr>
    }
    .into_any()
}

/// An execution: its states and inputs.
#[component]
pub(crate) fn ExecutionPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| ViewExecution {
        tenant: segment(&address, 1),
        id: segment(&address, 3),
        again,
    });
    shown(
        data,
        |one| format!("{} {}", one.flow, one.id),
        move |one| view! { <Details one tenant=segment(&address.get_untracked(), 1) /> }.into_any(),
    )
}

/// The execution's facts, states and inputs.
#[component]
fn Details(one: ExecutionDetails, tenant: String) -> impl IntoView {
    let ExecutionDetails { id, namespace, flow, revision, state, created, by, ended, labels, states, inputs } = one;
    let source = format!("/ui/{}/flows/{}/{}?revision={revision}", quote(&tenant), quote(&namespace), quote(&flow));
    let of = view! { <a href=source><code>{format!("{namespace}.{flow}")}</code></a> " revision " {number(revision)} };
    let labels = match labels.is_empty() {
        true => none("none"),
        false => labels.into_iter().map(|one| view! { <Badge text=one /> " " }).collect_view().into_any(),
    };
    let about = facts(vec![
        ("Flow", of.into_any()),
        ("State", view! { <Badge text=state /> }.into_any()),
        ("Created", view! { <When moment=created /> " by " {by} }.into_any()),
        ("Ended", ended.map_or_else(|| none("not yet"), |moment| view! { <When moment /> }.into_any())),
        ("Labels", labels),
        ("ID", copied(id)),
    ]);
    let rows = states.into_iter().map(|(state, since)| {
        let since = since.map(|moment| view! { <When moment /> });
        view! { <tr><td class="wide"><Badge text=state /></td> <td class="nowrap">{since}</td></tr> }.into_any()
    });
    let rows: Vec<_> = rows.collect();
    let inputs = inputs.map_or_else(|| none("No inputs."), |text| view! { <pre tabindex="0">{text}</pre> }.into_any());
    view! {
        <PageHead title=flow />
        {about}
        <Section id="states" title="States">
            {table("States it went through", &[("State", "wide"), ("Since", "nowrap")], rows)}
        </Section>
        <Section id="inputs" title="Inputs">
            {inputs}
        </Section>
    }
}
