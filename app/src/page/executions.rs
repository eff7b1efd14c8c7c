//! Records of executions of a tenant, to be read.

use super::{
    flows::{labels, within},
    narrow::{chips, choice, filters, word},
    parts::{facts, heading, id as copied, list as part, none, pager, section, table},
    route::{Answer, Asked, Page, Tenant},
};
use crate::api::dates::when;
use crate::ui::{Badge, Empty, Icon, number, quote};
use leptos::prelude::*;
use model::{Execution, Filter, Timestamp};
use serde_json::Value;
use service::execution::{self, STATES};

const PURPOSE: &str = "Records that clients keep here, the newest first.";

/// What the list can be narrowed to: parameter and label.
const FILTERS: [(&str, &str); 4] = [("q", "Search"), ("state", "State"), ("namespace", "Namespace"), ("flow", "Flow")];

/// The list.
pub(crate) async fn list(asked: &Asked, tenant: Tenant) -> Answer {
    let mut list = part(asked);
    list.also("state", Some(asked.get("state")));
    list.also("flowId", Some(asked.get("flow")));
    let namespace = asked.get("namespace").trim();
    if !namespace.is_empty() {
        list.filter = Filter::All(vec![list.filter, within(namespace)]);
    }
    let (page, _) = execution::page(&asked.cx, &tenant.place, &list).await?;
    let (pager, now) = (pager(asked, &page), asked.cx.now());
    let states = STATES.iter().map(|state| ((*state).to_owned(), (*state).to_owned())).collect();
    let form = filters(
        asked,
        vec![
            word(asked, "q", "Search"),
            choice(asked, "state", "State", states),
            word(asked, "namespace", "Namespace"),
        ],
    );
    let set: Vec<_> = FILTERS.into_iter().filter(|(name, _)| !asked.get(name).is_empty()).collect();
    let narrowed = !set.is_empty();
    let chips = chips(asked, set.into_iter().map(|(name, label)| (name, label, asked.get(name).to_owned())).collect());
    Ok(Page::new("Executions", move || {
        let list = if page.results.is_empty() {
            let (title, text) = match narrowed {
                true => ("Nothing matches", "Take a filter away to see more."),
                false => ("You see no executions here", "Records come in through the API."),
            };
            view! { <Empty icon=Icon::Play title text /> }.into_any()
        } else {
            let rows = page.results.into_iter().map(|one| row(&tenant, one, now)).collect();
            let columns = [("Execution", ""), ("Flow", "wide"), ("State", ""), ("Created", "nowrap minor")];
            view! { {table("Executions", &columns, rows)} {pager} }.into_any()
        };
        view! { {heading("Executions", PURPOSE, ())} {form} {chips} {list} }.into_any()
    }))
}

fn row(tenant: &Tenant, one: Execution, now: Timestamp) -> AnyView {
    let href = tenant.href(&format!("executions/{}", quote(&one.id)));
    view! {
        <tr>
            <td><a class="row-link" href=href>{one.id.clone()}</a></td>
            <td class="wide"><code>{format!("{}.{}", one.namespace, one.flow_id)}</code></td>
            <td><Badge text=one.state.clone() /></td>
            <td class="nowrap minor">{when(one.created_at, now)}</td>
        </tr>
    }
    .into_any()
}

/// A record: its states and inputs.
pub(crate) async fn detail(asked: &Asked, tenant: Tenant, key: &str) -> Answer {
    let (one, _) = execution::get(&asked.cx, &tenant.place, key).await?;
    let now = asked.cx.now();
    Ok(Page::new(format!("{} {}", one.flow_id, one.id), move || {
        let flow =
            format!("flows/{}/{}?revision={}", quote(one.namespace.as_str()), quote(&one.flow_id), one.flow_revision);
        let flow = view! {
            <a href=tenant.href(&flow)><code>{format!("{}.{}", one.namespace, one.flow_id)}</code></a>
            " revision " {number(one.flow_revision)}
        };
        let about = facts(vec![
            ("Flow", flow.into_any()),
            ("State", view! { <Badge text=one.state.clone() /> }.into_any()),
            ("Created", view! { {when(one.created_at, now)} " by " {one.created_by.clone()} }.into_any()),
            ("Ended", one.ended_at.map_or_else(|| none("not yet"), |at| when(at, now))),
            ("Labels", labels(&one.labels)),
            ("ID", copied(one.id.clone())),
        ]);
        let inputs: Value = serde_json::from_str(&one.inputs).unwrap_or_default();
        let inputs = match inputs.as_object().is_none_or(serde_json::Map::is_empty) {
            true => none("None."),
            false => {
                let text = serde_json::to_string_pretty(&inputs).unwrap_or_default();
                view! { <pre tabindex="0">{text}</pre> }.into_any()
            }
        };
        view! {
            {heading(one.flow_id.clone(), "", ())} {about} {section("states", "States", None, states(&one.histories, now))}
            {section("inputs", "Inputs", None, inputs)}
        }
        .into_any()
    }))
}

/// The states it went through, the first first.
fn states(json: &str, now: Timestamp) -> AnyView {
    let all: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
    let rows = all.into_iter().map(|one| {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let at = Timestamp::parse(&text("date")).map(|at| when(at, now));
        view! { <tr><td class="wide"><Badge text=text("state") /></td> <td class="nowrap">{at}</td></tr> }.into_any()
    });
    table("States it went through", &[("State", "wide"), ("Since", "nowrap")], rows.collect())
}
