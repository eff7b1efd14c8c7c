//! Groups of a tenant: the list, a group with its members and roles, and the pages that create and delete groups and
//! remove members.

mod delete;
mod detail;
mod edit;
mod list;
mod members;

pub(crate) use delete::DeleteGroupPage;
pub(crate) use detail::GroupDetailPage;
pub(crate) use edit::CreateGroupPage;
pub(crate) use list::GroupsPage;
pub(crate) use members::RemoveMembersPage;

use crate::ui::quote;

/// Address of a page of a tenant.
fn href(tenant: &str, rest: &str) -> String {
    format!("/ui/{tenant}/{rest}")
}

/// Address of a group's page.
fn group_href(tenant: &str, id: &str) -> String {
    href(tenant, &format!("groups/{}", quote(id)))
}
