//! A tenant's roles.

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
    Detail,
    Delete,
}

/// Any page of the area.
#[wasm_split(roles, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::RolesPage /> }.into_any(),
        Page::Create => view! { <page::CreateRolePage /> }.into_any(),
        Page::Detail => view! { <page::RoleDetailPage /> }.into_any(),
        Page::Delete => view! { <page::DeleteRolePage /> }.into_any(),
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
                loaded(Area::Roles.fetch()).await;
            }
        }
    )* };
}

routes! {
    /// Lists and searches roles.
    Roles = List;
    /// Creates a role.
    CreateRole = Create;
    /// A role.
    RoleDetail = Detail;
    /// Deletes a role.
    DeleteRole = Delete;
}
