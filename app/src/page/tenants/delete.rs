//! Deleting a tenant.

use super::PATH;
use crate::{
    api::tenant::DeleteTenant,
    form::{Field, Form, FormSummary, Submit},
    page::{
        parts::{heading, hidden},
        route::{Answer, Asked, Page},
    },
    ui::{Callout, Tone, count},
};
use leptos::{prelude::*, server_fn::ServerFn};
use service::tenant;

/// The document of all access of the instance; what is in this tenant is in it.
const EXPORT: &str = "/api/v1/instance/access/export?format=yaml";

/// Counts what is deleted, and asks for the ID before it is.
pub(crate) async fn delete(asked: &Asked, id: &str) -> Answer {
    let (tenant, gone) = tenant::consequences(&asked.cx, id).await?;
    let (id, title) = (id.to_owned(), format!("Delete {id}"));
    let deleted = gone.deleted().map(|(number, what)| view! { <li>{count(number, what)}</li> });
    Ok(Page::new(title.clone(), move || {
        let (key, help, back) = (hidden("id", id.clone()), format!("Type {id} to confirm."), format!("{PATH}/{id}"));
        view! {
            {heading(title, &tenant.name, ())}
            <Callout tone=Tone::Danger>
                <p><strong>"This can't be undone. "</strong> "These are deleted with the tenant:"</p>
                <ul>{deleted}</ul>
                <p>
                    {count(gone.users, "member")} {if gone.users == 1 { " loses" } else { " lose" }} " access to it. Users keep their accounts. The audit log and "
                    {count(gone.executions, "execution")} " stay stored, but nobody can open them in the console any more."
                </p>
                <p>
                    "To keep a copy of its roles, groups and role assignments, export them first. Flows aren't part of the export."
                </p>
                <p><a class="button secondary" href=EXPORT download="" rel="external">"Export access"</a></p>
            </Callout>
            <Form to=DeleteTenant::PATH>
                {key}
                <FormSummary />
                <Field name="typed" label="Tenant ID" help mono=true first=true />
                <div class="form-actions">
                    <Submit label="Delete tenant" kind="danger" />
                    <a class="button secondary" href=back>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}
