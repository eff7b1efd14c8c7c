//! Users of a tenant.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    RemoveSeveral,
    Detail,
    Remove,
}

/// Any page of the area.
#[wasm_split(tenant_users, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::TenantUsersPage /> }.into_any(),
        Page::RemoveSeveral => view! { <page::RemoveTenantUsersPage /> }.into_any(),
        Page::Detail => view! { <page::TenantUserDetailPage /> }.into_any(),
        Page::Remove => view! { <page::RemoveTenantUserPage /> }.into_any(),
    })
}

routes! {
    in TenantUsers;
    /// Lists and searches users of a tenant.
    TenantUsers = List;
    /// Removes access of several users to a tenant.
    RemoveTenantUsers = RemoveSeveral;
    /// A user of a tenant.
    TenantUserDetail = Detail;
    /// Removes access of a user to a tenant.
    RemoveTenantUser = Remove;
}
