//! Deleting a tenant.

use crate::place::segment;
use crate::{
    api::tenant::{DeleteTenant as Delete, TenantDeletion, preview_deletion},
    form::{Field, Form, FormSummary, Submit},
    ui::{Callout, Failure, PageHead, Tone, count},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Names what goes, and asks for the id before it goes.
#[component]
pub(crate) fn DeleteTenant() -> impl IntoView {
    let id = segment("tenant");
    let data = Resource::new(move || id.get(), preview_deletion);
    view! {
        <Transition>
            {move || {
                data.get()
                    .map(|data| match data {
                        Ok(data) => view! { <Confirm id=id.get_untracked() data /> }.into_any(),
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

#[component]
fn Confirm(id: String, data: TenantDeletion) -> impl IntoView {
    let gone = data.consequences;
    let help = format!("Type {id} to confirm.");
    view! {
        <PageHead title=format!("Delete {id}") purpose=data.name />
        <Callout tone=Tone::Danger>
            <p><strong>"This cannot be undone."</strong> " With the tenant go:"</p>
            <ul>
                <li>{count(gone.roles, "role")} ", " {count(gone.groups, "group")} " and " {count(gone.bindings, "binding")}</li>
                <li>"the access of " {count(gone.users, "user")} "; the users themselves stay"</li>
            </ul>
            <p>"The audit log stays."</p>
        </Callout>
        <Form to=Delete::PATH leads=true>
            <input type="hidden" name="id" value=id.clone() />
            <FormSummary />
            <Field name="typed" label="Tenant ID" help mono=true first=true />
            <div class="form-actions">
                <Submit label="Delete tenant" kind="danger" />
                <a class="button secondary" href=format!("/administration/tenants/{id}")>"Cancel"</a>
            </div>
        </Form>
    }
}
