//! Administration → Sync access.

use super::{Area, there};
use crate::page;
use leptos::prelude::*;
use leptos_router::LazyRoute;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// The one page of the area.
#[wasm_split(sync, preload(fetch), fallible)]
pub(super) fn pages() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <page::SyncAccess /> }.into_any())
}

/// Previews and starts the sync.
pub(crate) struct SyncAccess;

impl LazyRoute for SyncAccess {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        there(pages()).await
    }

    async fn preload() {
        there(Area::Sync.fetch()).await;
    }
}
