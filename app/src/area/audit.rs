//! The audit log of the instance or a tenant.

use super::{Area, loaded};
use crate::page;
use leptos::prelude::*;
use leptos_router::LazyRoute;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    Event,
}

/// Any page of the area.
#[wasm_split(audit, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::AuditPage /> }.into_any(),
        Page::Event => view! { <page::AuditEventPage /> }.into_any(),
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
                loaded(Area::Audit.fetch()).await;
            }
        }
    )* };
}

routes! {
    /// Lists and filters events.
    AuditLog = List;
    /// An event: what its target was like before and after.
    AuditEvent = Event;
}
