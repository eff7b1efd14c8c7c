//! Administration → Users.

use crate::page;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A page of the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    List,
    Create,
    DeleteSeveral,
    Detail,
    Delete,
}

/// Any page of the area.
#[wasm_split(users, preload(fetch), fallible)]
pub(super) fn pages(page: Page) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Page::List => view! { <page::UsersPage /> }.into_any(),
        Page::Create => view! { <page::CreateUserPage /> }.into_any(),
        Page::DeleteSeveral => view! { <page::DeleteUsersPage /> }.into_any(),
        Page::Detail => view! { <page::UserDetailPage /> }.into_any(),
        Page::Delete => view! { <page::DeleteUserPage /> }.into_any(),
    })
}

routes! {
    in Users;
    /// Lists and searches users of the instance.
    Users = List;
    /// Creates a user.
    CreateUser = Create;
    /// Deletes several users.
    DeleteUsers = DeleteSeveral;
    /// A user of the instance.
    UserDetail = Detail;
    /// Deletes a user.
    DeleteUser = Delete;
}
