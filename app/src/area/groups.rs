//! A tenant's groups.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    Create,
    Detail,
    RemoveMembers,
    Delete,
}

/// Any page of the area.
#[wasm_split(groups, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::GroupsPage /> }.into_any(),
        Page::Create => view! { <page::CreateGroupPage /> }.into_any(),
        Page::Detail => view! { <page::GroupDetailPage /> }.into_any(),
        Page::RemoveMembers => view! { <page::RemoveMembersPage /> }.into_any(),
        Page::Delete => view! { <page::DeleteGroupPage /> }.into_any(),
    })
}

routes! {
    in Groups;
    /// Lists and searches groups.
    Groups = List;
    /// Creates a group.
    CreateGroup = Create;
    /// A group.
    GroupDetail = Detail;
    /// Removes members from a group.
    RemoveMembers = RemoveMembers;
    /// Deletes a group.
    DeleteGroup = Delete;
}
