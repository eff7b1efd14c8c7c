//! Deleting a group.

use super::group_href;
use crate::{
    api::group::{DeleteGroup, DoomedGroup, GroupToDelete},
    form::{Form, FormSummary, Submit},
    place::{address, segment},
    reading::{reading, shown},
    ui::{Callout, PageHead, Tone, count},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Counts what is deleted with a group before it is.
#[component]
pub(crate) fn DeleteGroupPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let [tenant, id] = [1, 3].map(|number| segment(&address, number));
        GroupToDelete { tenant, id, again }
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
fn Doomed(data: DoomedGroup, tenant: String, id: String) -> impl IntoView {
    let DoomedGroup { name, members, roles } = data;
    let roles = roles.map_or_else(|| "its role assignments".to_owned(), |total| count(total, "role assignment"));
    let back = group_href(&tenant, &id);
    view! {
        <PageHead title=format!("Delete {name}") />
        <Callout tone=Tone::Danger>
            <p>
                <strong>"This can't be undone. "</strong> {count(members, "membership")} " and " {roles}
                " are deleted with the group. Its members stay in the tenant, without the roles they only have through this group."
            </p>
        </Callout>
        <Form to=DeleteGroup::PATH leads=true>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=id />
            <FormSummary />
            <div class="form-actions">
                <Submit label="Delete group" kind="danger" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
}
