//! Role assignments of a tenant.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    Create,
    Revoke,
}

/// Any page of the area.
#[wasm_split(access, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::AccessPage /> }.into_any(),
        Page::Create => view! { <page::AssignRolePage /> }.into_any(),
        Page::Revoke => view! { <page::RevokeRolesPage /> }.into_any(),
    })
}

routes! {
    in Access;
    /// Lists and filters role assignments.
    Access = List;
    /// Assigns a role.
    AssignRole = Create;
    /// Revokes several roles.
    RevokeRoles = Revoke;
}
