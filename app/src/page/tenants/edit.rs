//! Creating and editing a tenant.

use crate::place::segment;
use crate::{
    api::tenant::{CreateTenant as Create, TenantEdit, UpdateTenant, edit_tenant},
    form::{Choice, Field, Form, FormSummary, Input, Submit, Tick, wrong_within},
    ui::{Failure, Fold, PageHead},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::settings::SettingsForm;

/// Creates a tenant.
#[component]
pub(crate) fn CreateTenant() -> impl IntoView {
    view! {
        <PageHead
            title="Create tenant"
            purpose="You become its Tenant Admin; five roles are made with it."
        />
        <Form to=Create::PATH leads=true>
            <FormSummary />
            <Field
                name="id"
                label="Tenant ID"
                help="Lower-case letters, digits, hyphens and underscores. It is part of every address and cannot be changed later."
                placeholder="dev"
                mono=true
                first=true
            />
            <Field name="name" label="Name" help="What people see." placeholder="Development environment" />
            <Settings settings=SettingsForm::default() />
            <div class="form-actions">
                <Submit label="Save" />
                <a class="button secondary" href="/administration/tenants">"Cancel"</a>
            </div>
        </Form>
    }
}

/// Edits a tenant.
#[component]
pub(crate) fn EditTenant() -> impl IntoView {
    let id = segment("tenant");
    let data = Resource::new(move || id.get(), edit_tenant);
    view! {
        <Transition>
            {move || {
                data.get()
                    .map(|data| match data {
                        Ok(data) => view! { <EditForm id=id.get_untracked() data /> }.into_any(),
                        Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                    })
            }}
        </Transition>
    }
}

#[component]
fn EditForm(id: String, data: TenantEdit) -> impl IntoView {
    view! {
        <PageHead title=format!("Edit {id}") purpose="The id stays; addresses and roles depend on it." />
        <Form to=UpdateTenant::PATH leads=true>
            <input type="hidden" name="id" value=id.clone() />
            <input type="hidden" name="version" value=data.version />
            <FormSummary />
            <Field name="name" label="Name" help="What people see." value=data.name first=true />
            <Settings settings=data.settings />
            <div class="form-actions">
                <Submit label="Save" />
                <a class="button secondary" href=format!("/administration/tenants/{id}")>"Cancel"</a>
            </div>
        </Form>
    }
}

/// The settings few tenants need, folded away; open where one is set or wrong.
#[component]
fn Settings(settings: SettingsForm) -> impl IntoView {
    let open = settings != SettingsForm::default() || wrong_within("settings[");
    let choices = |all: &[(&str, &str)]| {
        all.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect::<Vec<_>>()
    };
    let fallbacks = choices(&[("", "Fail"), ("WAIT", "Wait"), ("CANCEL", "Cancel"), ("FAIL", "Fail (set explicitly)")]);
    let behaviors =
        choices(&[("", "Queue"), ("CANCEL", "Cancel"), ("FAIL", "Fail"), ("QUEUE", "Queue (set explicitly)")]);
    view! {
        <Fold title="Further settings" hint="workers, limits, storage, secrets" open>
                <h2 class="fold-title">"Workers and limits"</h2>
                <Field name="settings[worker_group]" label="Worker group" optional=true mono=true value=settings.worker_group
                    help="Key of the group that runs this tenant's tasks." />
                <Choice name="settings[worker_fallback]" label="If no worker of the group is there" options=fallbacks value=settings.worker_fallback />
                <Field name="settings[concurrency_limit]" label="Executions at once" input=Input::Line("number") optional=true
                    value=settings.concurrency_limit help="Nothing for no limit." />
                <Choice name="settings[concurrency_behavior]" label="Above the limit" options=behaviors value=settings.concurrency_behavior />
                <h2 class="fold-title">"Storage and secrets"</h2>
                <Field name="settings[storage_type]" label="Storage type" optional=true mono=true value=settings.storage_type placeholder="s3" />
                <Field name="settings[storage_configuration]" label="Storage configuration" input=Input::Text optional=true mono=true
                    value=settings.storage_configuration help="A JSON object." />
                <Field name="settings[secret_type]" label="Secrets manager" optional=true mono=true value=settings.secret_type placeholder="vault" />
                <Field name="settings[secret_configuration]" label="Secrets configuration" input=Input::Text optional=true mono=true
                    value=settings.secret_configuration help="A JSON object." />
                <Tick name="settings[secret_read_only]" label="Secrets are read-only" value=settings.secret_read_only />
                <h2 class="fold-title">"Flows"</h2>
                <Tick name="settings[require_existing_namespace]" label="Flows may only use namespaces that exist" value=settings.require_existing_namespace />
                <Tick name="settings[outputs_in_internal_storage]" label="Keep outputs in internal storage" value=settings.outputs_in_internal_storage />
        </Fold>
    }
}
