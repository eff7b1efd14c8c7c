//! Role assignments of a tenant.

use super::{Area, loaded};
use crate::page;
use leptos::prelude::*;
use leptos_router::LazyRoute;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    Create,
    Revoke,
}

/// Any page of the area.
#[wasm_split(access, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::AccessPage /> }.into_any(),
        Page::Create => view! { <page::AssignRolePage /> }.into_any(),
        Page::Revoke => view! { <page::RevokeRolesPage /> }.into_any(),
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
                loaded(Area::Access.fetch()).await;
            }
        }
    )* };
}

routes! {
    /// Lists and filters role assignments.
    Access = List;
    /// Assigns a role.
    AssignRole = Create;
    /// Revokes several roles.
    RevokeRoles = Revoke;
}
