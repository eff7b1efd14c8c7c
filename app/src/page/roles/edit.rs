//! Creating a role and changing it.

use super::{
    href,
    matrix::{Matrix, action_name},
    pick::PickRole,
};
use crate::{
    api::role::{BaseRole, CreateRole, EditedRole, RoleAsSaved, RoleDraft, RoleToCreate, UpdateRole, written},
    form::{Field, Form, FormSummary, Kept, Submit, Tick},
    page::differences::{Contested, Difference, Typed, differing, typed_into},
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::PageHead,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Code, Permission, Resource};

const PURPOSE: &str = "You can only include permissions you have yourself.";
const NAME: &str = "What people see. Several roles may share a name.";
const DEFAULT: &str = "Assign to new users by default";

/// Creates a role; `from` in the address names one to start from.
#[component]
pub(crate) fn CreateRolePage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| RoleToCreate {
        tenant: segment(&address, 1),
        from: Address::parse(&address).get("from").to_owned(),
        again,
    });
    let form = Kept::new();
    shown(
        data,
        |_| "Create role".to_owned(),
        move |RoleDraft { base, offered }| {
            let address = address.get_untracked();
            let (tenant, asked) = (segment(&address, 1), Address::parse(&address));
            let about = asked.with(&[]);
            let of = tenant.clone();
            view! {
                <PageHead title="Create role" purpose=PURPOSE />
                <PickRole offered tenant asked name="from" label="Start from" button="Copy" />
                {form.form(CreateRole::PATH, about, base, move |base| create(of.clone(), base))}
            }
            .into_any()
        },
    )
}

fn create(tenant: String, base: Option<BaseRole>) -> AnyView {
    let held = base.as_ref().map(|base| base.permissions.clone()).unwrap_or_default();
    let back = href(&tenant, "roles");
    view! {
        <Form to=CreateRole::PATH class="form form-wide" leads=true>
            <input type="hidden" name="tenant" value=tenant />
            <FormSummary />
            <Field name="name" label="Name" help=NAME first=true />
            <Field name="description" label="Description" optional=true />
            <Tick name="is_default" label=DEFAULT />
            <Matrix held base />
            <div class="form-actions">
                <Submit label="Create role" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
    .into_any()
}

/// The form that changes a role.
#[component]
pub(super) fn Edit(role: EditedRole, base: Option<BaseRole>, tenant: String) -> impl IntoView {
    let EditedRole { id, name, description, permissions, is_default, seen } = role;
    let read = {
        let (tenant, id) = (tenant.clone(), id.clone());
        move || RoleAsSaved { tenant: tenant.clone(), id: id.clone() }
    };
    view! {
        <Form to=UpdateRole::PATH class="form form-wide">
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=id />
            <Contested field="seen" from=seen code=Code::Changed read compared />
            <Field name="name" label="Name" value=name />
            <Field name="description" label="Description" optional=true value=description />
            <Tick name="is_default" label=DEFAULT value=is_default />
            <Matrix held=permissions base />
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    }
}

/// Where what is there differs from what was typed and ticked.
fn compared(there: &EditedRole, typed: &Typed) -> Vec<Difference> {
    let word = |yes: bool| if yes { "yes" } else { "no" };
    let [name, description, default] = ["name", "description", "is_default"].map(|name| typed_into(typed, name));
    let fields = differing([
        ("Name", &there.name, name.trim()),
        ("Description", &there.description, description),
        ("Default role", word(there.is_default), word(default == "true")),
    ]);
    let ticks = typed.iter().filter(|(field, _)| field == "permissions[]");
    let yours = written(ticks.map(|(_, value)| value.as_str()));
    let allowed = Resource::ALL.iter().filter_map(|resource| {
        let [more, less] = [(&yours, &there.permissions), (&there.permissions, &yours)].map(|(one, other)| {
            let actions = resource.actions().into_iter().map(|action| Permission::new(*resource, action));
            let only = actions.filter(|action| one.grant(*action) && !other.grant(*action));
            only.map(|one| action_name(one.action)).collect::<Vec<_>>().join(", ")
        });
        let says = |with: &str, without: &str| match (with, without) {
            (with, "") => format!("with {with}"),
            ("", without) => format!("without {without}"),
            (with, without) => format!("with {with}; without {without}"),
        };
        let same = more.is_empty() && less.is_empty();
        (!same).then(|| (resource.as_str().to_owned(), says(&less, &more), says(&more, &less)))
    });
    fields.chain(allowed).collect()
}
