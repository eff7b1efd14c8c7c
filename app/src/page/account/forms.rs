//! What one can change about oneself.

use crate::{
    api::{
        account::SetLooks,
        me::{ChangeMyPassword, Looks, MyAccountAsSaved, RenameMe},
        user::EditedUser,
    },
    form::{Choice, Field, Form, FormSummary, Input, Submit},
    page::{differences::Contested, users::compared},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::Code;

/// Email and name.
pub(super) fn profile(user: EditedUser) -> AnyView {
    let EditedUser { email, first_name, last_name, seen, .. } = user;
    let line = Input::Line("email");
    view! {
        <Form to=RenameMe::PATH>
            <Contested field="seen" from=seen code=Code::Changed read=|| MyAccountAsSaved {} compared />
            <Field name="email" label="Email" input=line help="What you sign in with." autocomplete="email" value=email />
            <div class="field-row">
                <Field name="first_name" label="First name" optional=true autocomplete="given-name" value=first_name />
                <Field name="last_name" label="Last name" optional=true autocomplete="family-name" value=last_name />
            </div>
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    }
    .into_any()
}

/// Another password.
pub(super) fn password(policy: String) -> AnyView {
    let secret = Input::Line("password");
    view! {
        <Form to=ChangeMyPassword::PATH>
            <FormSummary />
            <Field name="old_password" label="Current password" input=secret autocomplete="current-password" />
            <Field name="new_password" label="New password" input=secret help=policy autocomplete="new-password" />
            <div class="form-actions">
                <Submit label="Change password" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

/// How the console looks in this browser. All of it may look different then, so it is loaded as a whole.
pub(super) fn looks(looks: Looks) -> AnyView {
    let Looks { theme, density, dates, offered } = looks;
    let choices =
        |all: &[(&str, &str)]| all.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect();
    let themes = choices(&[("system", "Match system"), ("light", "Light"), ("dark", "Dark")]);
    let densities = choices(&[("normal", "Comfortable"), ("compact", "Compact")]);
    view! {
        <Form to=SetLooks::PATH whole=true>
            <FormSummary />
            <p class="muted">"For this browser only."</p>
            <div class="field-row">
                <Choice name="theme" label="Theme" options=themes value=theme />
                <Choice name="density" label="Density" options=densities value=density />
                <Choice name="dates" label="Dates" options=offered value=dates />
            </div>
            <div class="form-actions">
                <Submit label="Apply" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}
