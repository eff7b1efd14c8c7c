//! Who has which role in a tenant, and where.

mod create;
mod list;
mod revoke;

use crate::{api::assignment::Assignment, page::parts::none, ui::Badge};
pub(crate) use create::AssignRolePage;
use leptos::prelude::*;
pub(crate) use list::AccessPage;
use model::PrincipalKind;
pub(crate) use revoke::RevokeRolesPage;

/// Where a role is assigned.
fn place(one: &Assignment) -> AnyView {
    match &one.namespace {
        Some(namespace) => view! { <code>{namespace.clone()}</code> }.into_any(),
        None => none("whole tenant"),
    }
}

/// Who has the role, if it isn't a user.
fn badge(kind: Option<PrincipalKind>) -> Option<impl IntoView> {
    let text = match kind {
        Some(PrincipalKind::User) => return None,
        Some(PrincipalKind::ServiceAccount) => "Service account",
        None => "Group",
    };
    Some(view! { <Badge text /> })
}
