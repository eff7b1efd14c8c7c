//! What a user is beside their roles.

use crate::{
    api::{
        impersonation::TakePlace,
        user::{SetRestricted, SetSuperadmin, UserMarks},
    },
    form::{Form, FormSummary, Submit},
    page::parts::{hidden, stacked},
    ui::Section,
};
use leptos::{prelude::*, server_fn::ServerFn};

const RESTRICTED: &str = "This profile is locked: they can't change their profile, password and tokens.";
const UNRESTRICTED: &str =
    "Users with a locked profile can't change their profile, password and tokens (demo accounts).";
const IMPERSONATE: &str = "See what they see and act with their permissions. Everything is logged under both names.";
const YOU: &str = "You are a superadmin. Only another superadmin can remove this.";
const SUPERADMIN: &str = "Superadmin: administers this instance and access in every tenant.";
const NONE: &str = "A superadmin administers this instance and access in every tenant. They see data of tenants only \
                    through roles.";

/// Superadmin, locked profile, impersonation.
#[component]
pub(super) fn Rights(id: String, marks: UserMarks, you: bool) -> impl IntoView {
    let (label, said) = match marks.restricted {
        true => ("Unlock profile", RESTRICTED),
        false => ("Lock profile", UNRESTRICTED),
    };
    let superadmin = superadmin(&id, marks.superadmin, you, false);
    let (of, turned) = (hidden("id", id.clone()), hidden("restricted", (!marks.restricted).to_string()));
    let act = (!you).then(|| impersonate(id));
    let content = view! {
        {superadmin}
        <p class="muted">{said}</p>
        <Form to=SetRestricted::PATH>
            {of} {turned}
            <FormSummary />
            <div class="form-actions">
                <Submit label kind="secondary" />
            </div>
        </Form>
        {act}
    };
    view! { <Section id="rights" title="Rights">{stacked(content)}</Section> }
}

/// To see the console as the user does. Another person looks at it then, so the page is loaded as a whole.
fn impersonate(id: String) -> AnyView {
    view! {
        <p class="muted">{IMPERSONATE}</p>
        <Form to=TakePlace::PATH whole=true>
            {hidden("id", id)}
            <FormSummary />
            <div class="form-actions">
                <Submit label="Impersonate" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

/// Makes a user or service account a superadmin, or no longer one.
pub(crate) fn superadmin(id: &str, is: bool, you: bool, account: bool) -> AnyView {
    let label = if is { "Remove superadmin" } else { "Make superadmin" };
    let said = match is {
        true if you => YOU,
        true => SUPERADMIN,
        false => NONE,
    };
    let form = (!you || !is).then(|| {
        let fields = [("id", id.to_owned()), ("account", account.to_string()), ("superadmin", (!is).to_string())];
        let fields = fields.map(|(name, value)| hidden(name, value)).into_iter().collect_view();
        view! {
            <Form to=SetSuperadmin::PATH>
                {fields}
                <FormSummary />
                <div class="form-actions">
                    <Submit label kind="secondary" />
                </div>
            </Form>
        }
    });
    view! { <p class="muted">{said}</p> {form} }.into_any()
}
