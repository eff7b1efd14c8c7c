//! A tenant's namespaces, flows and executions.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Namespaces,
    Flows,
    NamespaceFlows,
    Flow,
    Executions,
    Execution,
}

/// Any page of the area.
#[wasm_split(content, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::Namespaces => view! { <page::NamespacesPage /> }.into_any(),
        Page::Flows => view! { <page::FlowsPage /> }.into_any(),
        Page::NamespaceFlows => view! { <page::NamespaceFlowsPage /> }.into_any(),
        Page::Flow => view! { <page::FlowPage /> }.into_any(),
        Page::Executions => view! { <page::ExecutionsPage /> }.into_any(),
        Page::Execution => view! { <page::ExecutionPage /> }.into_any(),
    })
}

routes! {
    in Content;
    /// Lists namespaces.
    Namespaces = Namespaces;
    /// Lists flows.
    Flows = Flows;
    /// Lists the flows of a namespace and those below it.
    NamespaceFlows = NamespaceFlows;
    /// A flow's source and revisions.
    Flow = Flow;
    /// Lists executions.
    Executions = Executions;
    /// An execution's states and inputs.
    Execution = Execution;
}
