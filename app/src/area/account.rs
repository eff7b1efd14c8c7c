//! One's own account.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Account,
}

/// Any page of the area.
#[wasm_split(account, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::Account => view! { <page::AccountPage /> }.into_any(),
    })
}

routes! {
    in Account;
    /// The caller's own account.
    Account = Account;
}
