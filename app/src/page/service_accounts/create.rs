//! Creating a service account.

use super::{group_boxes, named};
use crate::{
    api::service_account::{CreateServiceAccount, NewAccountForm, ServiceAccountToCreate, address as list_address},
    form::{Field, Form, FormSummary, Kept, Submit, Tick},
    page::{
        parts::hidden,
        users::{SUPERADMIN, tenant_boxes},
    },
    place::address,
    reading::{reading, shown},
    ui::PageHead,
};
use leptos::{prelude::*, server_fn::ServerFn};

const PURPOSE: &str = "It can't do anything until it has a role, directly or through a group, and an API token.";
const NAME: &str = "Lower-case letters, digits and hyphens, such as ci-deploy.";

/// Creates a service account.
#[component]
pub(crate) fn CreateServiceAccountPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| ServiceAccountToCreate { tenant: named(&address).0, again });
    let form = Kept::new();
    shown(
        data,
        |_| "Create service account".to_owned(),
        move |data| {
            let (tenant, _) = named(&address.get_untracked());
            let of = tenant.clone();
            let fields = form.form(CreateServiceAccount::PATH, tenant, data, move |data| create(of.clone(), data));
            view! { <PageHead title="Create service account" purpose=PURPOSE /> {fields} }.into_any()
        },
    )
}

fn create(tenant: String, data: NewAccountForm) -> AnyView {
    let (back, everywhere) = (list_address(&tenant), tenant.is_empty());
    let groups = data.groups.into_iter().map(|(id, name)| (id, name, false)).collect();
    view! {
        <Form to=CreateServiceAccount::PATH leads=true>
            {hidden("tenant", tenant)}
            <FormSummary />
            <Field name="name" label="Name" help=NAME mono=true first=true />
            <Field name="description" label="Description" optional=true />
            {group_boxes(groups)}
            {tenant_boxes(data.tenants)}
            {everywhere.then(|| view! { <Tick name="superadmin" label=SUPERADMIN /> })}
            <div class="form-actions">
                <Submit label="Create service account" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
    .into_any()
}
