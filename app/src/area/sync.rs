//! Administration → Sync access.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    SyncAccess,
}

/// Any page of the area.
#[wasm_split(sync, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::SyncAccess => view! { <page::SyncAccess /> }.into_any(),
    })
}

routes! {
    in Sync;
    /// Previews and starts the sync.
    SyncAccess = SyncAccess;
}
