//! Assigning a role; a preview says what it allows.

use crate::{
    api::{
        access::GiveRole,
        assignment::{AssignmentChoices, ChoicesForAssignment, RolePreview},
    },
    browser::settle,
    form::{Field, Form, FormSummary, Submit},
    page::{
        choose::RoleField,
        suggested::{Suggest, Suggested},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Icon, PageHead},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What the page is for.
const PURPOSE: &str = "You can only assign permissions you have yourself.";
/// What to fill in.
const WHO: &str = "Email of a user, or name of a service account or group.";
/// What to do where permissions are lost.
const WHOLE: &str = " don't apply in a namespace. Assign the role in the whole tenant to include them.";

/// Assigns a role.
#[component]
pub(crate) fn AssignRolePage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [role, permission, namespace, preview] =
            ["role", "permission", "namespace", "preview"].map(|name| asked.get(name).to_owned());
        ChoicesForAssignment { tenant: segment(&address, 1), role, permission, namespace, preview, again }
    });
    let refusal = RwSignal::new(None);
    shown(
        data,
        |_| "Assign role".to_owned(),
        move |AssignmentChoices { wanted, offered, chosen, preview }| {
            let address = address.get_untracked();
            let (tenant, asked) = (segment(&address, 1), Address::parse(&address));
            let [holder, namespace] = ["holder", "namespace"].map(|name| asked.get(name).trim().to_owned());
            let only = wanted.map(|wanted| {
                let (before, after) = match offered.roles.is_empty() {
                    true => ("No role allows ", ". "),
                    false => ("Only roles that allow ", " are listed. "),
                };
                let all = asked.with(&[("permission", "")]);
                view! {
                    <p class="muted">
                        {before} <code>{wanted.to_string()}</code> {after} <a href=all>"Show all roles"</a>
                    </p>
                }
            });
            let preview = preview.map(|preview| {
                let (holder, namespace) = (holder.clone(), namespace.clone());
                view! { <Preview preview holder namespace /> }
            });
            let back = format!("/ui/{tenant}/access");
            Effect::new(settle);
            view! {
                <PageHead title="Assign role" purpose=PURPOSE />
                {only}
                // A preview is another address of this page, which says what is filled in.
                <Form to=GiveRole::PATH leads=true refusal>
                    <input type="hidden" name="tenant" value=tenant.clone() data-asks="" />
                    <FormSummary />
                    <Suggested id="users-offered" of=Suggest::Users tenant=tenant.clone()>
                        <Field
                            name="holder"
                            label="Who"
                            placeholder="dev@example.com"
                            help=WHO
                            value=holder
                            list="users-offered"
                            first=true
                        />
                    </Suggested>
                    <RoleField offered tenant chosen />
                    <Field
                        name="namespace"
                        label="Namespace"
                        optional=true
                        mono=true
                        placeholder="whole tenant"
                        help="Limits the role to this namespace and those below it."
                        value=namespace
                    />
                    {preview}
                    <div class="form-actions">
                        <Submit label="Assign role" />
                        <button type="submit" class="button secondary" name="preview" value="yes">"Preview"</button>
                        <a class="button secondary" href=back>"Cancel"</a>
                    </div>
                </Form>
            }
            .into_any()
        },
    )
}

/// What it means that somebody gets a role.
#[component]
fn Preview(preview: RolePreview, holder: String, namespace: String) -> impl IntoView {
    let RolePreview { role, allows, lost } = preview;
    let who = if holder.is_empty() { "people with this role".to_owned() } else { holder };
    let place = match namespace.is_empty() {
        true => "in the whole tenant".to_owned(),
        false => format!("in {namespace} and below"),
    };
    let says = match allows.as_slice() {
        [] => view! { <p>"This lets " {who} " do nothing " {place} "."</p> }.into_any(),
        [all] => view! { <p>"This lets " <strong>{who}</strong> " " {all.clone()} " " {place} "."</p> }.into_any(),
        many => {
            let many = many.iter().map(|one| view! { <li>{one.clone()}</li> }).collect_view();
            view! { <p>"This lets " <strong>{who}</strong> ", " {place} ":"</p> <ul>{many}</ul> }.into_any()
        }
    };
    let lost = (!lost.is_empty()).then(|| view! { <p>"The permissions of " {role} " for " {lost} {WHOLE}</p> });
    view! { <div class="callout info" role="status">{Icon::Info.view()} <div>{says} {lost}</div></div> }
}
