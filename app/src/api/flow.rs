//! Flows of a tenant.

#![expect(missing_docs, reason = "arguments of a server function become fields; its own words explain them")]

use super::{Answer, Listed, Wire};
#[cfg(feature = "ssr")]
use super::{asking, dates::moment, refuse};
use leptos::prelude::*;
use model::Moment;
use serde::{Deserialize, Serialize};

/// Revisions that are listed. The others are reached by their number in the address.
#[cfg(feature = "ssr")]
const REVISIONS: usize = 50;

/// A flow in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowLine {
    /// Its namespace.
    pub namespace: String,
    /// Its ID.
    pub id: String,
    /// Its latest revision.
    pub revision: i64,
    /// Whether it is disabled.
    pub disabled: bool,
    /// When it was changed last.
    pub changed: Moment,
}

/// Rows in a namespace and those below it.
#[cfg(feature = "ssr")]
pub(super) fn within(namespace: &str) -> model::Filter {
    model::Filter::Field { name: "namespace".into(), op: model::Op::Prefix, value: namespace.into() }
}

/// A `page` of a tenant's flows, from 1: of those in a namespace and below it, if one is named.
#[server(prefix = "/serverfn", output = Wire, endpoint = "list_flows")]
pub async fn list_flows(
    tenant: String,
    #[server(default)] q: String,
    #[server(default)] namespace: String,
    #[server(default)] page: i64,
    #[server(default)] again: bool,
) -> Answer<Listed<FlowLine>> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let mut list = super::part(&q, page);
    if !namespace.trim().is_empty() {
        list.filter = within(namespace.trim());
    }
    let (found, _) = service::flow::page(&cx, &place, &list).await.map_err(refuse)?;
    let now = cx.now();
    let line = |one: model::Flow| FlowLine {
        namespace: one.namespace.to_string(),
        id: one.id,
        revision: one.revision,
        disabled: one.disabled,
        changed: moment(one.updated_at, now),
    };
    Ok(found.map(line).into())
}

/// A flow in one of its revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowDetails {
    /// Its namespace.
    pub namespace: String,
    /// Its ID.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// The revision.
    pub revision: i64,
    /// Whether that is the latest one.
    pub latest: bool,
    /// Whether it is disabled.
    pub disabled: bool,
    /// When the revision was saved.
    pub saved: Moment,
    /// The YAML of the revision.
    pub source: String,
    /// Its revisions, the latest first; not all if there are many.
    pub revisions: Vec<FlowRevision>,
    /// How many revisions there are.
    pub total: i64,
}

/// A revision of a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRevision {
    /// Its number.
    pub revision: i64,
    /// When it was saved.
    pub saved: Moment,
}

/// A flow's source in a revision, or in the latest one.
#[server(prefix = "/serverfn", output = Wire, endpoint = "view_flow")]
pub async fn view_flow(
    tenant: String,
    namespace: String,
    id: String,
    #[server(default)] revision: Option<i64>,
    #[server(default)] again: bool,
) -> Answer<FlowDetails> {
    let cx = asking(again)?;
    let place = service::TenantRef::from_segment(&tenant).map_err(refuse)?;
    let (flow, _) = service::flow::get(&cx, &place, &namespace, &id, revision).await.map_err(refuse)?;
    let (mut all, _) = service::flow::revisions(&cx, &place, &namespace, &id).await.map_err(refuse)?;
    all.reverse();
    let now = cx.now();
    let line = |one: &model::Flow| FlowRevision { revision: one.revision, saved: moment(one.updated_at, now) };
    Ok(FlowDetails {
        namespace: flow.namespace.to_string(),
        id: flow.id,
        description: flow.description,
        revision: flow.revision,
        latest: all.first().is_some_and(|one| one.revision == flow.revision),
        disabled: flow.disabled,
        saved: moment(flow.updated_at, now),
        source: flow.source,
        revisions: all.iter().take(REVISIONS).map(line).collect(),
        total: i64::try_from(all.len()).unwrap_or(i64::MAX),
    })
}
