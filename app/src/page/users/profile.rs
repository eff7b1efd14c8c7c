//! A user's profile, and how they sign in.

use crate::{
    api::user::{EditedUser, RemoveUserPassword, RenameUser, SetUserPassword, UnlockUser, UserAsSaved, UserMarks},
    form::{Field, Form, FormSummary, Input, Kept, Submit},
    page::{
        differences::{Contested, Difference, Typed, differing, typed_into},
        parts::{hidden, stacked},
    },
    ui::{Callout, Section, Tone, When},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Code, Moment};

const PASSWORD: &str = "This user signs in with a password.";
const NO_PASSWORD: &str = "This user has no password. They can't sign in and can only use API tokens.";

/// The form that changes email and name.
pub(super) fn profile(user: EditedUser) -> AnyView {
    let EditedUser { id, email, first_name, last_name, seen } = user;
    let about = id.clone();
    let read = move || UserAsSaved { id: about.clone() };
    view! {
        <Form to=RenameUser::PATH>
            {hidden("id", id)} <Contested field="seen" from=seen code=Code::Changed read compared />
            <Field name="email" label="Email" input=Input::Line("email") value=email />
            <div class="field-row">
                <Field name="first_name" label="First name" optional=true value=first_name />
                <Field name="last_name" label="Last name" optional=true value=last_name />
            </div>
            <div class="form-actions">
                <Submit label="Save" />
            </div>
        </Form>
    }
    .into_any()
}

/// Where what is there differs from what was typed.
pub(crate) fn compared(there: &EditedUser, typed: &Typed) -> Vec<Difference> {
    let email = typed_into(typed, "email").trim().to_lowercase();
    let all = [
        ("Email", &*there.email, &*email),
        ("First name", &there.first_name, typed_into(typed, "first_name")),
        ("Last name", &there.last_name, typed_into(typed, "last_name")),
    ];
    differing(all).collect()
}

/// How a user signs in, and what keeps them from doing so.
#[component]
pub(super) fn SignIn(
    id: String,
    marks: UserMarks,
    locked_until: Option<Moment>,
    /// What a password must be like.
    policy: String,
    /// What stays of the form that sets a password.
    set: Kept<(String, String)>,
) -> impl IntoView {
    let lock = locked_until.map(|moment| {
        let id = hidden("id", id.clone());
        view! {
            <Callout tone=Tone::Danger>
                <p>
                    <strong>"Locked after failed sign-ins. "</strong> "This user can't sign in until "
                    <span class="nowrap"><When moment /></span> "."
                </p>
                <Form to=UnlockUser::PATH class="plain">
                    {id}
                    <Submit label="Unlock" kind="secondary" />
                </Form>
            </Callout>
        }
    });
    let remove = marks.password.then(|| {
        let id = hidden("id", id.clone());
        view! {
            <Form to=RemoveUserPassword::PATH class="plain">
                {id}
                <Submit label="Remove password" kind="ghost" />
            </Form>
        }
    });
    let set = set.form(SetUserPassword::PATH, id.clone(), (id, policy), |(id, policy)| {
        let help = format!("{policy} Setting it unlocks the user and ends their sessions.");
        view! {
            <Form to=SetUserPassword::PATH>
                {hidden("id", id)}
                <FormSummary />
                <Field
                    name="password"
                    label="New password"
                    input=Input::Line("password")
                    help
                    autocomplete="new-password"
                />
                <div class="form-actions">
                    <Submit label="Set password" kind="secondary" />
                </div>
            </Form>
        }
        .into_any()
    });
    let has = if marks.password { PASSWORD } else { NO_PASSWORD };
    view! {
        <Section id="sign-in" title="Sign-in">
            {stacked(view! { {lock} <p class="muted">{has}</p> {set} {remove} })}
        </Section>
    }
}
