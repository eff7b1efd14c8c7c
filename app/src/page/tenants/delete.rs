//! Deleting a tenant.

use super::PATH;
use crate::{
    api::tenant::{DeleteTenant, DoomedTenant, TenantToDelete},
    form::{Field, Form, FormSummary, Submit},
    place::{address, segment},
    reading::{reading, shown},
    ui::{Callout, PageHead, Tone, count},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The document of all access of the instance; what is in this tenant is in it.
const EXPORT: &str = "/api/v1/instance/access/export?format=yaml";

/// Counts what is deleted, and asks for the ID before it is.
#[component]
pub(crate) fn DeleteTenantPage() -> impl IntoView {
    let data = reading(address(), |address, again| TenantToDelete { id: segment(&address, 2), again });
    shown(data, |data| format!("Delete {}", data.id), |data| view! { <Doomed data /> }.into_any())
}

/// What goes, and the form.
#[component]
fn Doomed(data: DoomedTenant) -> impl IntoView {
    let DoomedTenant { id, name, gone } = data;
    let deleted = gone.deleted().map(|(number, what)| view! { <li>{count(number, what)}</li> });
    let (help, back) = (format!("Type {id} to confirm."), format!("{PATH}/{id}"));
    view! {
        <PageHead title=format!("Delete {id}") purpose=name />
        <Callout tone=Tone::Danger>
            <p><strong>"This can't be undone. "</strong> "These are deleted with the tenant:"</p>
            <ul>{deleted.into_iter().collect_view()}</ul>
            <p>
                {count(gone.users, "member")} {if gone.users == 1 { " loses" } else { " lose" }} " access to it. Users keep their accounts. The audit log and "
                {count(gone.executions, "execution")} " stay stored, but nobody can open them in the console any more."
            </p>
            <p>
                "To keep a copy of its roles, groups and role assignments, export them first. Flows aren't part of the export."
            </p>
            <p><a class="button secondary" href=EXPORT download="" rel="external">"Export access"</a></p>
        </Callout>
        <Form to=DeleteTenant::PATH leads=true>
            <input type="hidden" name="id" value=id />
            <FormSummary />
            <Field name="typed" label="Tenant ID" help mono=true first=true />
            <div class="form-actions">
                <Submit label="Delete tenant" kind="danger" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
}
