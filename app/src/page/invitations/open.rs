//! Where the link of an invitation leads: who invited whom to what, and how to accept.

use crate::{
    api::{
        invitation::{InvitationStatus, OpenInvitation, OpenedInvitation},
        people::{AcceptInvitation, Join},
    },
    form::{Field, Form, FormSummary, Input, Submit},
    page::parts::{facts, none},
    place::{address, segment},
    reading::{reading, shown},
    ui::{Callout, Empty, Icon, PageHead, Tone, When},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::Error;

/// What to do where there is no such invitation.
const ABSENT: &str = "It may have been deleted, or the link is incomplete. Ask the person who sent it for a new one.";

/// Shows an invitation to whoever has its link, signed in or not, and accepts it.
#[component]
pub(crate) fn InvitationPage() -> impl IntoView {
    let data = reading(address(), |address, again| OpenInvitation { id: segment(&address, 2), again });
    let refusal = RwSignal::new(None);
    shown(
        data,
        |_| "Invitation".to_owned(),
        move |data| match data {
            None => view! { <Empty icon=Icon::Mail title="Invitation not found" text=ABSENT /> }.into_any(),
            Some(data) => view! { <Opened data refusal /> }.into_any(),
        },
    )
}

/// What it is about, and what can be done with it.
#[component]
fn Opened(
    data: OpenedInvitation,
    /// Why it could not be accepted: kept while it is read again.
    refusal: RwSignal<Option<Error>>,
) -> impl IntoView {
    let OpenedInvitation { id, tenant, segment, email, by, gets, status, expires, known, policy, signed_in } = data;
    let until = match status {
        InvitationStatus::Pending => view! { <span class="nowrap"><When moment=expires /></span> }.into_any(),
        InvitationStatus::Accepted | InvitationStatus::Expired => none("no longer"),
    };
    let about = facts(vec![
        ("Invited", email.clone().into_any()),
        ("By", by.clone().into_any()),
        ("Gets", gets.into_any()),
        ("Can be accepted until", until),
    ]);
    let next = match status {
        InvitationStatus::Pending if known => view! { <Known id email refusal /> }.into_any(),
        InvitationStatus::Pending => view! { <Newcomer id policy refusal /> }.into_any(),
        InvitationStatus::Accepted => {
            let label = if signed_in { "Open the tenant" } else { "Sign in" };
            view! {
                <Callout tone=Tone::Info>
                    <p>"This invitation has already been accepted."</p>
                </Callout>
                <div class="form-actions">
                    <a class="button primary" href=format!("/ui/{segment}") rel="external">{label}</a>
                </div>
            }
            .into_any()
        }
        InvitationStatus::Expired => view! {
            <Callout tone=Tone::Danger>
                <p>"This invitation has expired. Ask " {by} " for a new one."</p>
            </Callout>
        }
        .into_any(),
    };
    view! {
        <div class="invitation">
            <PageHead title=format!("Join {tenant}") />
            {about}
            {next}
        </div>
    }
}

/// Accepts it for an account that exists.
#[component]
fn Known(id: String, email: String, refusal: RwSignal<Option<Error>>) -> impl IntoView {
    view! {
        <Form to=AcceptInvitation::PATH leads=true refusal>
            <input type="hidden" name="id" value=id />
            <FormSummary />
            <p><strong>{email}</strong> " already has an account. Accept to give this account access to the tenant."</p>
            <div class="form-actions">
                <Submit label="Accept invitation" />
            </div>
        </Form>
    }
}

/// Creates the account that accepts it.
#[component]
fn Newcomer(id: String, policy: String, refusal: RwSignal<Option<Error>>) -> impl IntoView {
    view! {
        <Form to=Join::PATH leads=true refusal>
            <input type="hidden" name="id" value=id />
            <FormSummary />
            <Field name="first_name" label="First name" optional=true autocomplete="given-name" first=true />
            <Field name="last_name" label="Last name" optional=true autocomplete="family-name" />
            <Field
                name="password"
                label="Password"
                input=Input::Line("password")
                autocomplete="new-password"
                help=policy
            />
            <div class="form-actions">
                <Submit label="Create account and accept" />
            </div>
        </Form>
    }
}
