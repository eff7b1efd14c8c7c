//! Deleting a service account.

use super::{href, named};
use crate::{
    api::service_account::{DeleteServiceAccount, DoomedAccount, ServiceAccountToDelete},
    form::{Form, FormSummary, Submit},
    page::{narrow::hidden, users::lost},
    place::address,
    reading::{reading, shown},
    ui::{Callout, PageHead, Tone},
};
use leptos::{prelude::*, server_fn::ServerFn};

const STAYS: &str = "Other tenants or the instance use this service account too, so it only loses access to this \
                     tenant, with its group memberships and role assignments here. The account and its tokens stay.";

/// Names what goes with a service account before it is deleted.
#[component]
pub(crate) fn DeleteServiceAccountPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let (tenant, id) = named(&address);
        ServiceAccountToDelete { tenant, id, again }
    });
    shown(
        data,
        |data| format!("Delete {}", data.name),
        move |data| {
            let (tenant, id) = named(&address.get_untracked());
            delete(tenant, id, data)
        },
    )
}

fn delete(tenant: String, id: String, data: DoomedAccount) -> AnyView {
    let DoomedAccount { name, loss } = data;
    let back = href(&tenant, &id);
    let said = match loss {
        None => view! { <p>{STAYS}</p> }.into_any(),
        Some(loss) => view! {
            <p><strong>"This can't be undone. "</strong> {lost(loss)}</p>
            <p>"Programs that use its tokens are denied immediately."</p>
        }
        .into_any(),
    };
    let keys = hidden(vec![("tenant", tenant), ("id", id)]);
    view! {
        <PageHead title=format!("Delete {name}") />
        <Callout tone=Tone::Danger>{said}</Callout>
        <Form to=DeleteServiceAccount::PATH leads=true>
            {keys}
            <FormSummary />
            <div class="form-actions">
                <Submit label="Delete service account" kind="danger" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
    .into_any()
}
