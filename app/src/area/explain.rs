//! A tenant's pages Check access and Who has access.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Why,
    Who,
}

/// Any page of the area.
#[wasm_split(explain, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::Why => view! { <page::CheckAccessPage /> }.into_any(),
        Page::Who => view! { <page::WhoHasAccessPage /> }.into_any(),
    })
}

routes! {
    in Explain;
    /// Checks why a user or service account can do something.
    CheckAccess = Why;
    /// Lists who has a permission.
    WhoHasAccess = Who;
}
