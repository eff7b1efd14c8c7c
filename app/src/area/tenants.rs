//! Administration → Tenants, and a tenant's own settings.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    Create,
    Edit,
    Delete,
    Settings,
}

/// Any page of the area.
#[wasm_split(tenants, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::TenantsPage /> }.into_any(),
        Page::Create => view! { <page::CreateTenantPage /> }.into_any(),
        Page::Edit => view! { <page::EditTenantPage /> }.into_any(),
        Page::Delete => view! { <page::DeleteTenantPage /> }.into_any(),
        Page::Settings => view! { <page::TenantSettingsPage /> }.into_any(),
    })
}

routes! {
    in Tenants;
    /// Lists, searches and sorts tenants.
    Tenants = List;
    /// Creates a tenant.
    CreateTenant = Create;
    /// Edits a tenant.
    EditTenant = Edit;
    /// Deletes a tenant.
    DeleteTenant = Delete;
    /// A tenant's own settings.
    TenantSettings = Settings;
}
