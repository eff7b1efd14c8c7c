//! The audit log of the instance or a tenant.

use crate::page;
use leptos::prelude::*;
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

routes! {
    in Audit;
    /// Lists and filters events.
    AuditLog = List;
    /// An event: what its target was like before and after.
    AuditEvent = Event;
}
