//! Users of a tenant: the list, what each has there, and the pages that remove access.

mod detail;
mod list;
mod remove;

pub(crate) use detail::TenantUserDetailPage;
pub(crate) use list::TenantUsersPage;
pub(crate) use remove::{RemoveTenantUserPage, RemoveTenantUsersPage};

use crate::{
    api::tenant_user::TenantUser,
    ui::{Badge, quote},
};
use leptos::prelude::*;

/// Address of a page of a tenant.
fn href(tenant: &str, rest: &str) -> String {
    format!("/ui/{tenant}/{rest}")
}

/// Address of a user's page.
fn user_href(tenant: &str, id: &str) -> String {
    href(tenant, &format!("users/{}", quote(id)))
}

fn badges(one: &TenantUser) -> AnyView {
    view! {
        {one.service_account.then(|| view! { <Badge text="Service account" /> " " })}
        {one.superadmin.then(|| view! { <Badge text="Superadmin" kind="accent" /> })}
    }
    .into_any()
}
