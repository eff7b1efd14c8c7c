//! Creating a group and changing its name and description.

use super::href;
use crate::{
    api::group::{CreateGroup, EditedGroup, GroupAsSaved, GroupToCreate, UpdateGroup},
    form::{Field, Form, FormSummary, Input, Kept, Submit},
    page::differences::{Contested, Difference, Typed, differing, typed_into},
    place::{address, segment},
    reading::{reading, shown},
    ui::PageHead,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::Code;

const MEMBERS: &str =
    "Emails, one per line or separated by commas. They get access to this tenant if they don't have it yet.";

/// Creates a group.
#[component]
pub(crate) fn CreateGroupPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| GroupToCreate { tenant: segment(&address, 1), again });
    let form = Kept::new();
    shown(
        data,
        |()| "Create group".to_owned(),
        move |()| {
            let tenant = segment(&address.get_untracked(), 1);
            let fields = form.form(CreateGroup::PATH, tenant.clone(), (), move |()| create(tenant.clone()));
            view! { <PageHead title="Create group" /> {fields} }.into_any()
        },
    )
}

fn create(tenant: String) -> AnyView {
    let back = href(&tenant, "groups");
    view! {
        <Form to=CreateGroup::PATH leads=true>
            <input type="hidden" name="tenant" value=tenant />
            <FormSummary />
            <Field name="name" label="Name" help="Must be unique in this tenant." first=true />
            <Field name="description" label="Description" optional=true />
            <Field name="members" label="Members" input=Input::Text optional=true help=MEMBERS />
            <div class="form-actions">
                <Submit label="Create group" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
    .into_any()
}

/// The form that changes a group.
#[component]
pub(super) fn Edit(group: EditedGroup, tenant: String) -> impl IntoView {
    let EditedGroup { id, name, description, seen } = group;
    let read = {
        let (tenant, id) = (tenant.clone(), id.clone());
        move || GroupAsSaved { tenant: tenant.clone(), id: id.clone() }
    };
    view! {
        <Form to=UpdateGroup::PATH>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=id />
            <Contested field="seen" from=seen code=Code::Changed read compared />
            <Field name="name" label="Name" value=name />
            <Field name="description" label="Description" optional=true value=description />
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    }
}

/// Where what is there differs from what was typed.
fn compared(there: &EditedGroup, typed: &Typed) -> Vec<Difference> {
    let [name, description] = ["name", "description"].map(|name| typed_into(typed, name));
    differing([("Name", &there.name, name.trim()), ("Description", &there.description, description)]).collect()
}
