//! Service accounts: all of the instance, or those that can access a tenant.

mod create;
mod delete;
mod detail;
mod edit;
mod list;

pub(crate) use create::CreateServiceAccountPage;
pub(crate) use delete::DeleteServiceAccountPage;
pub(crate) use detail::ServiceAccountPage;
pub(crate) use list::ServiceAccountsPage;

use crate::{api::service_account, form::ticked, place::segment, ui::quote};
use leptos::prelude::*;

/// The tenant that a page is in, empty outside of tenants, and the service account that its address names.
fn named(address: &str) -> (String, String) {
    match segment(address, 0).as_str() {
        "ui" => (segment(address, 1), segment(address, 3)),
        _ => (String::new(), segment(address, 2)),
    }
}

/// Address of a service account's page.
fn href(tenant: &str, id: &str) -> String {
    format!("{}/{}", service_account::address(tenant), quote(id))
}

/// Boxes for groups to put a service account into: of each its ID, its name, and whether it is ticked at first.
fn group_boxes(groups: Vec<(String, String, bool)>) -> AnyView {
    if groups.is_empty() {
        return ().into_any();
    }
    let boxes = groups.into_iter().map(|(id, name, member)| {
        let on = ticked("groups[]", &id, member);
        view! {
            <label class="check">
                <input type="checkbox" name="groups[]" value=id checked=on />
                <span>{name}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field-group">
            <legend>"Groups"</legend>
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}
