//! A tenant's namespaces, flows and executions.

use super::{Area, loaded};
use crate::page;
use leptos::prelude::*;
use leptos_router::LazyRoute;
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

macro_rules! routes {
    ($($(#[$what:meta])* $name:ident = $page:ident;)*) => { $(
        $(#[$what])*
        pub(crate) struct $name;

        impl LazyRoute for $name {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                loaded(pages(Page::$page)).await
            }

            async fn preload() {
                loaded(Area::Content.fetch()).await;
            }
        }
    )* };
}

routes! {
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
