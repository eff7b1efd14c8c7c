//! Creating a user.

use super::PATH;
use crate::{
    api::user::{CreateUser, NewUserForm, OfferedTenants, UserToCreate},
    form::{Field, Form, FormSummary, Input, Kept, Submit, Tick, ticked},
    place::address,
    reading::{reading, shown},
    ui::PageHead,
};
use leptos::{prelude::*, server_fn::ServerFn};

const PURPOSE: &str = "Users without a password can't sign in until you set one.";
/// What the box means that makes a superadmin.
pub(crate) const SUPERADMIN: &str = "Superadmin: administers this instance and access everywhere";

/// Creates a user.
#[component]
pub(crate) fn CreateUserPage() -> impl IntoView {
    let data = reading(address(), |_, again| UserToCreate { again });
    let form = Kept::new();
    shown(
        data,
        |_| "Create user".to_owned(),
        move |data| {
            let fields = form.form(CreateUser::PATH, "", data, create);
            view! { <PageHead title="Create user" purpose=PURPOSE /> {fields} }.into_any()
        },
    )
}

fn create(data: NewUserForm) -> AnyView {
    let NewUserForm { tenants, policy } = data;
    view! {
        <Form to=CreateUser::PATH leads=true>
            <FormSummary />
            <Field name="email" label="Email" input=Input::Line("email") help="What the user signs in with." first=true />
            <div class="field-row">
                <Field name="first_name" label="First name" optional=true />
                <Field name="last_name" label="Last name" optional=true />
            </div>
            <Field
                name="password"
                label="Password"
                input=Input::Line("password")
                help=policy
                optional=true
                autocomplete="new-password"
            />
            {tenant_boxes(tenants)}
            <Tick name="superadmin" label=SUPERADMIN />
            <div class="form-actions">
                <Submit label="Create user" />
                <a class="button secondary" href=PATH>"Cancel"</a>
            </div>
        </Form>
    }
    .into_any()
}

/// Boxes for tenants to add somebody to, and a line for the IDs of others.
pub(crate) fn tenant_boxes(offered: OfferedTenants) -> AnyView {
    let OfferedTenants { tenants, more } = offered;
    if tenants.is_empty() {
        return ().into_any();
    }
    let boxes = tenants.into_iter().map(|(id, name)| {
        let on = ticked("tenants[]", &id, false);
        view! {
            <label class="check">
                <input type="checkbox" name="tenants[]" value=id.clone() checked=on />
                <span>{name} " " <code>{id}</code></span>
            </label>
        }
    });
    let others = more.then(|| {
        view! { <Field name="more_tenants" label="Other tenants" help="Their IDs, separated by spaces." optional=true mono=true /> }
    });
    view! {
        <fieldset class="field-group">
            <legend>"Add to tenants"</legend>
            {boxes.collect_view()} {others}
        </fieldset>
    }
    .into_any()
}
