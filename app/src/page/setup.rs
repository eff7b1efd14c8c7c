//! The first run.

use crate::{
    api::account::{SetUp, SetUpData, SetUpForm},
    form::{Field, Form, FormSummary, Input, Submit},
    place::{address, provide_place},
    reading::reading,
    ui::Failure,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

/// Makes the first superadmin and, if wished, a first tenant.
#[component]
pub(crate) fn Setup() -> impl IntoView {
    provide_place();
    let data = reading(address(), |_, _| SetUpForm {});
    view! {
        <Title text="Set up" />
        <main class="bare" id="content">
            <div class="bare-card">
                <p class="brand"><img src="/favicon.svg" alt="" width="28" height="28" /> "Kestra"</p>
                <h1>"Set up this instance"</h1>
                <p class="page-purpose">
                    "Create the first administrator account. It's a superadmin, who administers tenants and users."
                </p>
                <Transition>
                    {move || {
                        data.get()
                            .map(|data| match data.answer {
                                Ok(data) => view! { <SetupForm data /> }.into_any(),
                                Err(refusal) => view! { <Failure error=refusal.0 /> }.into_any(),
                            })
                    }}
                </Transition>
            </div>
        </main>
    }
}

#[component]
fn SetupForm(data: SetUpData) -> impl IntoView {
    let advice = if data.default_tenant {
        "Leave both empty to work in the default tenant for now."
    } else {
        "Leave both empty to create tenants later."
    };
    // Made within the form: its fields ask the form what was typed and what is wrong.
    let tenant = move || {
        view! {
            <fieldset class="field-group">
                <legend>"First tenant" <span class="field-optional">"optional"</span></legend>
                <p class="field-help">{advice}</p>
                <Field name="tenant_id" label="Tenant ID" placeholder="dev" optional=true mono=true />
                <Field name="tenant_name" label="Name" placeholder="Development environment" optional=true />
            </fieldset>
        }
    };
    view! {
        <Form to=SetUp::PATH leads=true>
            <FormSummary />
            <Field name="email" label="Email" input=Input::Line("email") autocomplete="username" first=true />
            <Field
                name="password"
                label="Password"
                input=Input::Line("password")
                autocomplete="new-password"
                help=data.policy
            />
            {data.tenants_enabled.then(tenant)}
            <div class="form-actions">
                <Submit label="Create superadmin" />
            </div>
        </Form>
    }
}
