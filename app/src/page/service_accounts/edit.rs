//! The form that changes a service account.

use super::group_boxes;
use crate::{
    api::service_account::{EditedAccount, OfferedGroup, ServiceAccountAsSaved, UpdateServiceAccount},
    form::{Field, Form, Submit},
    page::{
        differences::{Contested, Difference, Typed, differing, typed_into},
        parts::hidden,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::Code;

/// Name, description and, where they are offered, groups.
pub(super) fn edit(tenant: String, account: EditedAccount) -> AnyView {
    let EditedAccount { id, name, description, groups, seen } = account;
    let read = {
        let (tenant, id) = (tenant.clone(), id.clone());
        move || ServiceAccountAsSaved { tenant: tenant.clone(), id: id.clone() }
    };
    let groups = groups.map(|groups| {
        let boxes = groups.into_iter().map(|OfferedGroup { id, name, member }| (id, name, member)).collect();
        (hidden("groups_shown", "true"), boxes)
    });
    view! {
        <Form to=UpdateServiceAccount::PATH>
            {hidden("tenant", tenant)}
            {hidden("id", id)}
            <Contested field="seen" from=seen code=Code::Changed read compared />
            <Field name="name" label="Name" mono=true value=name />
            <Field name="description" label="Description" optional=true value=description />
            {groups.map(|(shown, boxes)| view! { {shown} {group_boxes(boxes)} })}
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    }
    .into_any()
}

/// Where what is there differs from what was typed; of the groups only those that could be ticked.
fn compared(there: &EditedAccount, typed: &Typed) -> Vec<Difference> {
    let offered = there.groups.as_deref().unwrap_or_default();
    let names = |chosen: &dyn Fn(&OfferedGroup) -> bool| {
        let names: Vec<_> = offered.iter().filter(|one| chosen(one)).map(|one| one.name.as_str()).collect();
        names.join(", ")
    };
    let now = names(&|one| one.member);
    let yours = names(&|one| typed.iter().any(|(field, id)| field == "groups[]" && *id == one.id));
    let [name, description] = ["name", "description"].map(|name| typed_into(typed, name).trim());
    let all =
        [("Name", &*there.name, name), ("Description", &there.description, description), ("Groups", &now, &yours)];
    differing(all).collect()
}
