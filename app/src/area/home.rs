//! Where one lands, a tenant's first page, what was searched for, and the instance.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Home,
    Overview,
    Administered,
    Find,
    Instance,
}

/// Any page of the area.
#[wasm_split(home, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::Home => view! { <page::HomePage /> }.into_any(),
        Page::Overview => view! { <page::OverviewPage /> }.into_any(),
        Page::Administered => view! { <page::AdministeredTenantPage /> }.into_any(),
        Page::Find => view! { <page::FindPage /> }.into_any(),
        Page::Instance => view! { <page::InstancePage /> }.into_any(),
    })
}

routes! {
    in Home;
    /// The tenants one may open.
    Home = Home;
    /// A tenant's first page.
    Overview = Overview;
    /// The same in Administration.
    Administered = Administered;
    /// What has a text in its name.
    Find = Find;
    /// What the instance is set to, and how much is in it.
    Instance = Instance;
}
