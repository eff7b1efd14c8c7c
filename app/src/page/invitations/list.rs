//! The list of invitations, the newest first.

use crate::{
    api::{
        invitation::{InvitationList, InvitationMail, InvitationRow, InvitationStatus, ListInvitations},
        people::{SendAgain, Uninvite},
    },
    form::Refused,
    page::{
        narrow::tabs,
        parts::{act, id as copied, pages},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Badge, Empty, Icon, LinkButton, PageHead, Search, TableBox, When, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};
use std::collections::HashMap;

/// What the page is for.
const PURPOSE: &str = "People who accept an invitation join this tenant with the roles and groups you chose.";

const TABS: [(&str, &str); 4] = [("", "All"), ("PENDING", "Pending"), ("ACCEPTED", "Accepted"), ("EXPIRED", "Expired")];

/// Forms in rows.
const FORMS: &[&str] = &[SendAgain::PATH, Uninvite::PATH];

/// Emails by the ID of their invitation: they change while their rows, with what is open in them, stay.
type Mails = RwSignal<HashMap<String, InvitationMail>>;

/// Lists and searches invitations.
#[component]
pub(crate) fn InvitationsPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [q, status] = ["q", "status"].map(|name| asked.get(name).to_owned());
        ListInvitations { tenant: segment(&address, 1), q, status, page: asked.page(), again }
    });
    let mails = Mails::new(HashMap::new());
    shown(
        data,
        |_| "Invitations".to_owned(),
        move |data| {
            let address = address.get_untracked();
            let (tenant, asked) = (segment(&address, 1), Address::parse(&address));
            let mail = |one: &InvitationRow| Some((one.id.clone(), one.mail.clone()?));
            mails.set(data.list.rows.iter().filter_map(mail).collect());
            let new = data.creatable.then(|| {
                let href = format!("/ui/{tenant}/invitations/create");
                view! { <LinkButton href icon=Icon::Plus label="Invite" kind="primary" /> }
            });
            let kept = vec![("status", asked.get("status").to_owned())];
            let q = asked.get("q").to_owned();
            let tabs = tabs(&asked, "status", "Status", &TABS);
            view! {
                <PageHead title="Invitations" purpose=PURPOSE>{new}</PageHead>
                <Refused of=FORMS />
                <Search
                    action=asked.path().to_owned()
                    label="Search invitations by email"
                    placeholder="Search by email"
                    q
                    kept
                />
                {tabs}
                <List data tenant asked mails />
            }
            .into_any()
        },
    )
}

/// The rows and the way to others.
#[component]
fn List(data: InvitationList, tenant: String, asked: Address, mails: Mails) -> impl IntoView {
    let InvitationList { list, sendable, deletable, .. } = data;
    if list.rows.is_empty() {
        let narrowed = ["q", "status"].iter().any(|name| !asked.get(name).is_empty());
        let (title, text) = match narrowed {
            true => ("No invitations found", "Choose All, or search for something else."),
            false => ("No invitations", "Invite people who don't have an account on this instance yet."),
        };
        return view! { <Empty icon=Icon::Mail title text /> }.into_any();
    }
    let pager = pages(&asked, list.rows.len(), list.total, list.more);
    let key = |one: &InvitationRow| (one.id.clone(), one.status, one.mail.is_some(), one.gets.clone());
    let row = move |one: InvitationRow| row(&tenant, one, sendable, deletable, mails);
    view! {
        <TableBox label="Invitations">
            <table class="table stack">
                <thead>
                    <tr>
                        <th scope="col" class="wide">"Email"</th>
                        <th scope="col" class="wide">"Gets"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col" class="nowrap minor">"Sent"</th>
                        <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows(list.rows, key, row)}</tbody>
            </table>
        </TableBox>
        {pager}
    }
    .into_any()
}

fn row(tenant: &str, one: InvitationRow, sendable: bool, deletable: bool, mails: Mails) -> AnyView {
    let InvitationRow { id, email, gets, status, sent, mail, link } = one;
    let badge = match status {
        InvitationStatus::Pending => view! { <Badge text="Pending" kind="accent" /> },
        InvitationStatus::Accepted => view! { <Badge text="Accepted" /> },
        InvitationStatus::Expired => view! { <Badge text="Expired" /> },
    };
    let link = link.map(|link| {
        view! {
            <details class="link">
                <summary>"Link"</summary>
                {copied(link)}
            </details>
        }
    });
    let fields = vec![("tenant", tenant.to_owned()), ("id", id.clone()), ("email", email.clone())];
    let again = (sendable && status == InvitationStatus::Pending).then(|| {
        let says = format!("Send the email to {email} again");
        let label = if mail.is_some() { "Send again" } else { "Send email" };
        act(SendAgain::PATH, label, says, "ghost", fields.clone())
    });
    let delete =
        deletable.then(|| act(Uninvite::PATH, "Delete", format!("Delete the invitation for {email}"), "ghost", fields));
    let mail = move || mails.try_with(|all| all.get(&id).cloned()).flatten().map(mailed);
    view! {
        <tr>
            <td class="wide">{email} {mail} {link}</td>
            <td class="wide">{gets}</td>
            <td>{badge}</td>
            <td class="nowrap minor"><When moment=sent /></td>
            <td class="row-actions"><span class="acts">{again} {delete}</span></td>
        </tr>
    }
    .into_any()
}

/// What has become of an email.
fn mailed(mail: InvitationMail) -> AnyView {
    match mail {
        InvitationMail::Sent(at) => view! { <p class="note">"Email sent " <When moment=at /></p> }.into_any(),
        InvitationMail::Failed(why) => view! {
            <p class="note danger">{Icon::Alert.view()} <span>"Email not sent: " {why} "."</span></p>
        }
        .into_any(),
        InvitationMail::UnderWay => view! { <p class="note">"Email is being sent"</p> }.into_any(),
        InvitationMail::Late(at) => view! {
            <p class="note danger">
                {Icon::Alert.view()} <span>"Email not sent yet, requested " <When moment=at /></span>
            </p>
        }
        .into_any(),
    }
}
