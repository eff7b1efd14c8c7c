//! Administration → Tenants, and a tenant's own settings.

use super::{Area, loaded};
use crate::page;
use leptos::prelude::*;
use leptos_router::LazyRoute;
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
                loaded(Area::Tenants.fetch()).await;
            }
        }
    )* };
}

routes! {
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
