//! Inviting people.

use crate::{
    api::{
        invitation::{ChoicesForInvitation, InvitationChoices},
        people::Invite,
    },
    form::{Field, Form, FormSummary, Input, Submit},
    page::choose::RoleField,
    place::{address, segment},
    reading::{reading, shown},
    ui::{Callout, PageHead, Tone},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What the page is for.
const PURPOSE: &str = "People who already have an account are added immediately.";
/// Why no link can be sent.
const UNLINKED: &str = "They need a link to this instance. Set ";
/// What to do until then.
const UNTIL: &str = " in the configuration file and restart. Until then you can only add people who already have an \
                     account.";

/// Invites somebody.
#[component]
pub(crate) fn CreateInvitationPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| ChoicesForInvitation { tenant: segment(&address, 1), again });
    let refusal = RwSignal::new(None);
    shown(
        data,
        |_| "Invite".to_owned(),
        move |InvitationChoices { offered, linked }| {
            let tenant = segment(&address.get_untracked(), 1);
            let back = format!("/ui/{tenant}/invitations");
            let unlinked = (!linked).then(|| {
                view! {
                    <Callout tone=Tone::Danger>
                        <p>
                            <strong>"Invitations can't be sent yet. "</strong> {UNLINKED} <code>"kestra.url"</code> {UNTIL}
                        </p>
                    </Callout>
                }
            });
            view! {
                <PageHead title="Invite" purpose=PURPOSE />
                {unlinked}
                <Form to=Invite::PATH leads=true refusal>
                    <input type="hidden" name="tenant" value=tenant.clone() />
                    <FormSummary />
                    <Field
                        name="email"
                        label="Email"
                        input=Input::Line("email")
                        placeholder="dev@example.com"
                        first=true
                    />
                    <RoleField offered tenant none="none" />
                    <Field
                        name="namespace"
                        label="Namespace"
                        optional=true
                        mono=true
                        placeholder="whole tenant"
                        help="Limits the role to this namespace and those below it."
                    />
                    <Field name="groups" label="Groups" optional=true help="Names of groups, separated by commas." />
                    <div class="form-actions">
                        <Submit label="Invite" />
                        <a class="button secondary" href=back>"Cancel"</a>
                    </div>
                </Form>
            }
            .into_any()
        },
    )
}
