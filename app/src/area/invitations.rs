//! Invitations to a tenant, and the page their links lead to.

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
    Open,
}

/// Any page of the area.
#[wasm_split(invitations, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::InvitationsPage /> }.into_any(),
        Page::Create => view! { <page::CreateInvitationPage /> }.into_any(),
        Page::Open => view! { <page::InvitationPage /> }.into_any(),
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
                loaded(Area::Invitations.fetch()).await;
            }
        }
    )* };
}

routes! {
    /// Lists and searches invitations.
    Invitations = List;
    /// Invites somebody.
    CreateInvitation = Create;
    /// Shows and accepts an invitation.
    Invitation = Open;
}
