//! Invitations to a tenant, and the page their links lead to.

use crate::page;
use leptos::prelude::*;
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

routes! {
    in Invitations;
    /// Lists and searches invitations.
    Invitations = List;
    /// Invites somebody.
    CreateInvitation = Create;
    /// Shows and accepts an invitation.
    Invitation = Open;
}
