//! Administration → Sync access.

use super::{Area, loaded};
use crate::page;
use leptos::prelude::*;
use leptos_router::LazyRoute;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// The page of this area. `sync` is the area's name.
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
        loaded(pages()).await
    }

    async fn preload() {
        loaded(Area::Sync.fetch()).await;
    }
}
