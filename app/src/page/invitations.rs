//! Invitations to a tenant, and the page their links lead to.

use super::{
    narrow::{hidden, tabs},
    offer::offered,
    parts::{act, button, facts, heading, id as copied, list as part, none, pager, search, table},
    route::{Answer, Asked, Page, Tenant},
};
use crate::{
    api::dates::when,
    api::{
        dates::exactly,
        people::{AcceptInvitation, Invite, Join, SendAgain, Uninvite},
    },
    form::{Field, Form, FormSummary, Input, Submit},
    ui::{Badge, Callout, Empty, Icon, Tone},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Action, Delivery, InvitationId, Mail, Permission, Resource, RoleRef, Timestamp};
use service::{
    Caller, access,
    invitation::{self, Invited, Seen},
};

const PURPOSE: &str =
    "Whoever follows the link of an invitation gets access to this tenant, with the roles and groups in it.";

const TABS: [(&str, &str); 4] = [("", "All"), ("PENDING", "Pending"), ("ACCEPTED", "Accepted"), ("EXPIRED", "Expired")];

const fn may(action: Action) -> Permission {
    Permission::new(Resource::Invitation, action)
}

/// The list, the newest first.
pub(crate) async fn list(asked: &Asked, tenant: Tenant) -> Answer {
    let status = Some(asked.get("status")).filter(|text| !text.is_empty());
    let page = invitation::page(&asked.cx, &tenant.place, status, &part(asked)).await?;
    let wanted = [may(Action::Create), may(Action::Delete)];
    let [create, delete] = access::allowed(&asked.cx, Some(&tenant.place), wanted).await?;
    let pager = pager(asked, &page);
    let search = search(asked, "Search invitations by address", "Search by address", &["status"]);
    let (tabs, now) = (tabs(asked, "status", "Status", &TABS), asked.cx.now());
    let can = Can { send: create && asked.cx.mails(), delete };
    let narrowed = status.is_some() || !asked.get("q").is_empty();
    Ok(Page::new("Invitations", move || {
        let new = create.then(|| button(tenant.href("invitations/create"), Some(Icon::Plus), "Invite", "primary"));
        let list = if page.results.is_empty() {
            let (title, text) = match narrowed {
                true => ("No such invitation", "Look under All, or search for something else."),
                false => ("Nobody is invited", "Invite people who have no user on this instance yet."),
            };
            view! { <Empty icon=Icon::Mail title text /> }.into_any()
        } else {
            let rows = page.results.into_iter().map(|one| row(&tenant, one, can, now)).collect();
            let columns = [("Address", "wide"), ("Gets", "wide"), ("Status", ""), ("Sent", "nowrap minor"), ("", "")];
            view! { {table("Invitations", &columns, rows)} {pager} }.into_any()
        };
        view! { {heading("Invitations", PURPOSE, new)} {search} {tabs} {list} }.into_any()
    }))
}

/// What somebody gets by accepting.
fn gets(one: &Invited) -> String {
    let roles = one.invitation.roles.iter().filter_map(|given| {
        let name = &one.roles.iter().find(|role| role.id == given.id)?.name;
        let places: Vec<_> = given.namespaces.iter().map(ToString::to_string).collect();
        Some(if places.is_empty() { name.clone() } else { format!("{name} in {}", places.join(", ")) })
    });
    let groups = one.groups.iter().map(|group| format!("group {}", group.name));
    let said =
        |role: &RoleRef| one.invitation.roles.iter().any(|given| given.id == role.id && given.namespaces.is_empty());
    let welcome = one.welcome.iter().filter(|role| !said(role));
    let welcome = welcome.map(|role| format!("{}, as all new users", role.name));
    let mut all: Vec<String> = roles.chain(groups).chain(welcome).collect();
    if one.invitation.superadmin {
        all.push("superadmin of the instance".to_owned());
    }
    if all.is_empty() { "access without roles".to_owned() } else { all.join("; ") }
}

/// What can be done with an invitation.
#[derive(Clone, Copy)]
struct Can {
    /// Send its mail again.
    send: bool,
    /// Take it back.
    delete: bool,
}

/// How long a mail may well be on its way.
const SOON: i64 = 60_000;

/// What has become of an invitation's mail.
fn mailed(mail: &Mail, now: Timestamp) -> AnyView {
    match &mail.delivery {
        Delivery::Sent(at) => view! { <p class="note">"Mail sent " {when(*at, now)}</p> }.into_any(),
        Delivery::Failed(why) => view! {
            <p class="note danger">{Icon::Alert.view()} <span>"Mail could not be sent: " {why.clone()} "."</span></p>
        }
        .into_any(),
        Delivery::UnderWay if now.0 - mail.asked_at.0 < SOON => {
            view! { <p class="note">"Mail is being sent"</p> }.into_any()
        }
        // The server may have been stopped meanwhile.
        Delivery::UnderWay => view! {
            <p class="note danger">
                {Icon::Alert.view()} <span>"Mail not sent yet, asked for " {when(mail.asked_at, now)}</span>
            </p>
        }
        .into_any(),
    }
}

fn row(tenant: &Tenant, one: Invited, can: Can, now: Timestamp) -> AnyView {
    let (what, sent) = (gets(&one), one.invitation.clone());
    let status = match sent.status(now) {
        "PENDING" => view! { <Badge text="Pending" kind="accent" /> }.into_any(),
        "ACCEPTED" => view! { <Badge text="Accepted" /> }.into_any(),
        _ => view! { <Badge text="Expired" /> }.into_any(),
    };
    let pending = sent.status(now) == "PENDING";
    let mail = sent.mail.as_ref().filter(|_| pending).map(|mail| mailed(mail, now));
    let link = one.link.filter(|_| pending).map(|link| {
        view! {
            <details class="link">
                <summary>"Link"</summary>
                {copied(link)}
            </details>
        }
    });
    let says = format!("Delete the invitation of {}", sent.email);
    let fields = vec![("tenant", tenant.segment.clone()), ("id", sent.id.to_string()), ("email", sent.email.clone())];
    let again = (can.send && pending).then(|| {
        let says = format!("Send the mail to {} again", sent.email);
        let label = if sent.mail.is_some() { "Send again" } else { "Send mail" };
        act(SendAgain::PATH, label, says, "ghost", fields.clone())
    });
    let away = can.delete.then(|| act(Uninvite::PATH, "Delete", says, "ghost", fields));
    view! {
        <tr>
            <td class="wide">{sent.email.clone()} {mail} {link}</td>
            <td class="wide">{what}</td>
            <td>{status}</td>
            <td class="nowrap minor">{when(sent.sent_at, now)}</td>
            <td class="row-actions"><span class="acts">{again} {away}</span></td>
        </tr>
    }
    .into_any()
}

/// A new invitation.
pub(crate) async fn create(asked: &Asked, tenant: Tenant) -> Answer {
    access::require(&asked.cx, Some(&tenant.place), may(Action::Create)).await?;
    let offered = offered(asked, &tenant).await?;
    let unset = asked.cx.settings().url.is_none();
    Ok(Page::new("Invite", move || {
        let keys = hidden(vec![("tenant", tenant.segment.clone())]);
        let unset = unset.then(|| {
            view! {
                <Callout tone=Tone::Danger>
                    <p>
                        <strong>"Invitations can't be sent yet. "</strong> "They need a link to this instance. Set "
                        <code>"kestra.url"</code> " in the configuration file and restart. Until then you can only add \
                         people who already have an account."
                    </p>
                </Callout>
            }
        });
        view! {
            {heading("Invite", "People who already have an account are added immediately.", ())} {unset}
            <Form to=Invite::PATH>
                {keys}
                <FormSummary />
                <Field name="email" label="Address" input=Input::Line("email") placeholder="dev@example.com" first=true />
                {offered.field(None, Some("none"))}
                <Field
                    name="namespace"
                    label="Namespace"
                    optional=true
                    mono=true
                    placeholder="whole tenant"
                    help="Limits the role to this namespace and those below it."
                />
                <Field
                    name="groups"
                    label="Groups"
                    optional=true
                    help="Names of groups, with commas between them."
                />
                <div class="form-actions">
                    <Submit label="Invite" />
                    <a class="button secondary" href=tenant.href("invitations")>"Cancel"</a>
                </div>
            </Form>
        }
        .into_any()
    }))
}

/// Where a link leads: who invited whom to what, and how to accept.
pub(crate) async fn accept(asked: &Asked, key: &str) -> Answer {
    let seen = match invitation::look(&asked.cx, &InvitationId::new(key)).await {
        // What the id was is of no use to whoever reads this, and a secret where there is one.
        Err(service::Error::NotFound { .. }) => None,
        other => Some(other?),
    };
    let now = asked.cx.now();
    let signed_in = matches!(asked.cx.caller(), Caller::Principal(_));
    let policy = asked.cx.settings().passwords.sentence();
    Ok(Page::new("Invitation", move || {
        let Some(seen) = seen else {
            let text = "It may have been taken back, or the link is not complete. Ask whoever sent it for another.";
            return view! { <Empty icon=Icon::Mail title="There is no such invitation" text /> }.into_any();
        };
        let sent = seen.invited.invitation.clone();
        let title = format!("Join {}", seen.tenant);
        let next = match sent.status(now) {
            "PENDING" if seen.known => known(&seen),
            "PENDING" => newcomer(&seen, policy),
            "ACCEPTED" => {
                let href = format!("/ui/{}", seen.segment());
                view! {
                    <Callout tone=Tone::Info>
                        <p>"This invitation was accepted already."</p>
                    </Callout>
                    <div class="form-actions">
                        <a class="button primary" href=href rel="external">{if signed_in { "Open the tenant" } else { "Sign in" }}</a>
                    </div>
                }
                .into_any()
            }
            _ => {
                let by = sent.sent_by.clone();
                view! {
                    <Callout tone=Tone::Danger>
                        <p>"This invitation has expired. Ask " {by} " for another."</p>
                    </Callout>
                }
                .into_any()
            }
        };
        let until = match sent.status(now) {
            "PENDING" => exactly(sent.expires_at),
            _ => none("no longer"),
        };
        let about = facts(vec![
            ("Invited", sent.email.clone().into_any()),
            ("By", sent.sent_by.clone().into_any()),
            ("Gets", gets(&seen.invited).into_any()),
            ("Can be accepted until", until),
        ]);
        view! { <div class="invitation">{heading(title, "", ())} {about} {next}</div> }.into_any()
    }))
}

fn known(seen: &Seen) -> AnyView {
    let sent = &seen.invited.invitation;
    let (keys, email) = (hidden(vec![("id", sent.id.to_string())]), sent.email.clone());
    view! {
        <Form to=AcceptInvitation::PATH>
            {keys}
            <FormSummary />
            <p>"There is a user " <strong>{email}</strong> ", who gets what is in the invitation, and nobody else."</p>
            <div class="form-actions">
                <Submit label="Accept invitation" />
            </div>
        </Form>
    }
    .into_any()
}

fn newcomer(seen: &Seen, policy: String) -> AnyView {
    let sent = &seen.invited.invitation;
    let keys = hidden(vec![("id", sent.id.to_string())]);
    view! {
        <Form to=Join::PATH>
            {keys}
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
                <Submit label="Create user and accept" />
            </div>
        </Form>
    }
    .into_any()
}
