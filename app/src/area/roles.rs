//! A tenant's roles.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    Create,
    Detail,
    Delete,
}

/// Any page of the area.
#[wasm_split(roles, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::RolesPage /> }.into_any(),
        Page::Create => view! { <page::CreateRolePage /> }.into_any(),
        Page::Detail => view! { <page::RoleDetailPage /> }.into_any(),
        Page::Delete => view! { <page::DeleteRolePage /> }.into_any(),
    })
}

routes! {
    in Roles;
    /// Lists and searches roles.
    Roles = List;
    /// Creates a role.
    CreateRole = Create;
    /// A role.
    RoleDetail = Detail;
    /// Deletes a role.
    DeleteRole = Delete;
}
