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

/// Names what goes, and asks for the id before it goes.
pub(crate) async fn delete(asked: &Asked, id: &str) -> Answer {
    let (tenant, gone) = tenant::consequences(&asked.cx, id).await?;
    let (id, title) = (id.to_owned(), format!("Delete {id}"));
    Ok(Page::new(title.clone(), move || {
        let (key, help, back) = (hidden("id", id.clone()), format!("Type {id} to confirm."), format!("{PATH}/{id}"));
        view! {
            {heading(title, &tenant.name, ())}
            <Callout tone=Tone::Danger>
                <p><strong>"This cannot be undone."</strong> " With the tenant go:"</p>
                <ul>
                    <li>{count(gone.roles, "role")} ", " {count(gone.groups, "group")} " and " {count(gone.bindings, "binding")}</li>
                    <li>"the access of " {count(gone.users, "user")} "; the users themselves stay"</li>
                </ul>
                <p>"The audit log stays."</p>
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
