//! Signing in.

use crate::place::{parameter, provide_place};
use crate::{
    api::account::SignIn,
    form::{Field, Form, FormSummary, Input, Submit},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

/// Asks for address and password, and leads on to the page that was wanted.
#[component]
pub(crate) fn Login() -> impl IntoView {
    provide_place();
    let next = parameter("next").get_untracked();
    view! {
        <Title text="Sign in" />
        <main class="bare" id="content">
            <div class="bare-card">
                <p class="brand"><img src="/favicon.svg" alt="" width="28" height="28" /> "Kestra"</p>
                <h1>"Sign in"</h1>
                <Form to=SignIn::PATH leads=true>
                    <input type="hidden" name="next" value=next />
                    <FormSummary />
                    <Field name="email" label="Email" input=Input::Line("email") autocomplete="username" first=true />
                    <Field
                        name="password"
                        label="Password"
                        input=Input::Line("password")
                        autocomplete="current-password"
                    />
                    <div class="form-actions">
                        <Submit label="Sign in" />
                    </div>
                </Form>
            </div>
        </main>
    }
}
