//! A tenant's pages Check access and Who has access.

use super::{Area, loaded};
use crate::page;
use leptos::prelude::*;
use leptos_router::LazyRoute;
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
                loaded(Area::Explain.fetch()).await;
            }
        }
    )* };
}

routes! {
    /// Checks why a user or service account can do something.
    CheckAccess = Why;
    /// Lists who has a permission.
    WhoHasAccess = Who;
}
