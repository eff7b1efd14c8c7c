//! Service accounts of the instance and of a tenant.

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
#[wasm_split(service_accounts, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::ServiceAccountsPage /> }.into_any(),
        Page::Create => view! { <page::CreateServiceAccountPage /> }.into_any(),
        Page::Detail => view! { <page::ServiceAccountPage /> }.into_any(),
        Page::Delete => view! { <page::DeleteServiceAccountPage /> }.into_any(),
    })
}

routes! {
    in ServiceAccounts;
    /// Lists and searches service accounts.
    ServiceAccounts = List;
    /// Creates a service account.
    CreateServiceAccount = Create;
    /// A service account.
    ServiceAccount = Detail;
    /// Deletes a service account.
    DeleteServiceAccount = Delete;
}
