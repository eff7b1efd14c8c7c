//! Roles of a tenant: the list, a role with its permissions, and the pages that create and delete roles.

mod delete;
mod detail;
mod edit;
mod list;
mod matrix;
mod pick;

pub(crate) use delete::DeleteRolePage;
pub(crate) use detail::RoleDetailPage;
pub(crate) use edit::CreateRolePage;
pub(crate) use list::RolesPage;

use crate::{
    api::role::RoleKind,
    ui::{Badge, quote},
};
use leptos::prelude::*;

/// Address of a page of a tenant.
fn href(tenant: &str, rest: &str) -> String {
    format!("/ui/{tenant}/{rest}")
}

/// Address of a role's page.
fn role_href(tenant: &str, id: &str) -> String {
    href(tenant, &format!("roles/{}", quote(id)))
}

fn badges(kind: RoleKind) -> AnyView {
    view! {
        {kind.managed.then(|| view! { <Badge text="Managed" /> " " })}
        {kind.default.then(|| view! { <Badge text="Default" kind="accent" /> " " })}
        {kind.legacy.then(|| view! { <Badge text="Legacy" /> })}
    }
    .into_any()
}
