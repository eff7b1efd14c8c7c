//! Deleting a role.

use super::role_href;
use crate::{
    api::role::{DeleteRole, DoomedRole, RoleToDelete},
    form::{Form, FormSummary, Submit},
    place::{address, segment},
    reading::{reading, shown},
    ui::{Callout, PageHead, Tone, count},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Counts what is deleted with a role before it is.
#[component]
pub(crate) fn DeleteRolePage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let [tenant, id] = [1, 3].map(|number| segment(&address, number));
        RoleToDelete { tenant, id, again }
    });
    shown(
        data,
        |data| format!("Delete {}", data.name),
        move |data| {
            let address = address.get_untracked();
            let [tenant, id] = [1, 3].map(|number| segment(&address, number));
            view! { <Doomed data tenant id /> }.into_any()
        },
    )
}

/// What goes, and the form.
#[component]
fn Doomed(data: DoomedRole, tenant: String, id: String) -> impl IntoView {
    let DoomedRole { name, assignments } = data;
    let back = role_href(&tenant, &id);
    let are = if assignments == 1 { " is" } else { " are" };
    view! {
        <PageHead title=format!("Delete {name}") />
        <Callout tone=Tone::Danger>
            <p>
                <strong>"This can't be undone. "</strong> {count(assignments, "role assignment")} {are}
                " deleted with the role. Anyone without another role loses access to the tenant's content."
            </p>
        </Callout>
        <Form to=DeleteRole::PATH leads=true>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=id />
            <FormSummary />
            <div class="form-actions">
                <Submit label="Delete role" kind="danger" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
}
