//! The list of role assignments.

use super::{badge, place};
use crate::{
    api::{
        access::RevokeRole,
        assignment::{Assignment, AssignmentFilter, Assignments, ListAssignments},
    },
    form::Refused,
    page::{
        choose::role_filter,
        narrow::{Set, chips, choice, filters, word},
        parts::{act, pages},
        several::{cell, go_on, tick},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Empty, Icon, LinkButton, PageHead, TableBox, When, quote, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What the page is for.
const PURPOSE: &str = "Who has which role, in the whole tenant or in a namespace and the namespaces below it.";

/// What the list can be filtered by, and what people call it.
const FILTERS: [(&str, &str); 6] = [
    ("q", "Search"),
    ("role", "Role"),
    ("type", "Assigned to"),
    ("namespace", "Namespace"),
    ("holder", "Who"),
    ("binding", "Role assignment"),
];

/// Forms in rows.
const FORMS: &[&str] = &[RevokeRole::PATH];

/// Lists and filters role assignments.
#[component]
pub(crate) fn AccessPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [q, role, kind, namespace, holder, binding] = FILTERS.map(|(name, _)| asked.get(name).to_owned());
        let filter = AssignmentFilter { q, role, kind, namespace, holder, binding };
        ListAssignments { tenant: segment(&address, 1), filter, page: asked.page(), again }
    });
    shown(
        data,
        |_| "Access".to_owned(),
        move |data| {
            let address = address.get_untracked();
            let (tenant, asked) = (segment(&address, 1), Address::parse(&address));
            let new = data.assignable.then(|| {
                let href = format!("/ui/{tenant}/access/create");
                view! { <LinkButton href icon=Icon::Plus label="Assign role" kind="primary" /> }
            });
            let types = [("USER", "Users and service accounts"), ("GROUP", "Groups")];
            let types = types.map(|(value, text)| (value.to_owned(), text.to_owned())).into();
            let form = filters(
                &asked,
                vec![
                    word(&asked, "q", "Search"),
                    role_filter(&asked, data.offered.clone(), &tenant, "role", "Role"),
                    choice(&asked, "type", "Assigned to", types),
                    word(&asked, "namespace", "Namespace"),
                ],
            );
            let chips = chips(&asked, set(&asked, &data));
            view! {
                <PageHead title="Access" purpose=PURPOSE>{new}</PageHead>
                <Refused of=FORMS />
                {form}
                {chips}
                <List data tenant asked />
            }
            .into_any()
        },
    )
}

/// The filters that are set, in words.
fn set(asked: &Address, data: &Assignments) -> Vec<Set> {
    let called = |name: &str| {
        let value = asked.get(name);
        let words = match name {
            "role" => data.role.clone(),
            "type" => Some(if value == "GROUP" { "groups" } else { "users and service accounts" }.to_owned()),
            "holder" => data.list.rows.first().map(|one| one.holder.clone()),
            _ => None,
        };
        words.unwrap_or_else(|| value.to_owned())
    };
    let set = FILTERS.into_iter().filter(|(name, _)| !asked.get(name).is_empty());
    set.map(|(name, label)| (name, label, called(name))).collect()
}

/// The rows and the way to others.
#[component]
fn List(data: Assignments, tenant: String, asked: Address) -> impl IntoView {
    let Assignments { list, revocable, .. } = data;
    if list.rows.is_empty() {
        let (title, text) = match FILTERS.iter().any(|(name, _)| !asked.get(name).is_empty()) {
            true => ("No role assignments found", "Remove a filter to see more."),
            false => ("No role assignments yet", "Assign a role to give someone access."),
        };
        return view! { <Empty icon=Icon::Role title text /> }.into_any();
    }
    let pager = pages(&asked, list.rows.len(), list.total, list.more);
    let several = revocable.then(|| go_on(format!("/ui/{tenant}/access/revoke"), "Revoke selected"));
    let key = move |one: &Assignment| (one.id.clone(), one.holder.clone(), one.role.clone(), one.check, revocable);
    let row = move |one: Assignment| row(&tenant, one, revocable);
    view! {
        <TableBox label="Access">
            <table class="table stack">
                <thead>
                    <tr>
                        <th scope="col" class="wide">"Who"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col" class="wide">"Where"</th>
                        <th scope="col" class="nowrap minor">"Since"</th>
                        <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows(list.rows, key, row)}</tbody>
            </table>
        </TableBox>
        {several}
        {pager}
    }
    .into_any()
}

fn row(tenant: &str, one: Assignment, revocable: bool) -> AnyView {
    let place = place(&one);
    let Assignment { id, holder_id, holder, kind, role_id, role, namespace, since, check } = one;
    let why = check.map(|wanted| {
        let (who, wanted) = (quote(&holder), quote(&wanted.to_string()));
        let namespace = quote(&namespace.unwrap_or_default());
        let href = format!("/ui/{tenant}/explain?principal={who}&permission={wanted}&namespace={namespace}");
        let says = format!("Why {holder} can do this");
        view! { <a class="button ghost small" href=href aria-label=says>"Why?"</a> }
    });
    let revoke = revocable.then(|| {
        let fields = vec![("tenant", tenant.to_owned()), ("binding", id.clone())];
        act(RevokeRole::PATH, "Revoke", format!("Revoke {role} from {holder}"), "ghost", fields)
    });
    let chosen = revocable.then(|| tick(&id, format!("Select {role} of {holder}")));
    let list = if kind.is_some() { "users" } else { "groups" };
    let whose = format!("/ui/{tenant}/{list}/{}", quote(&holder_id));
    let who = view! { <a href=whose>{holder}</a> " " {badge(kind)} }.into_any();
    let href = format!("/ui/{tenant}/roles/{}", quote(&role_id));
    view! {
        <tr>
            <td class="wide">{cell(chosen, who)}</td>
            <td class="clip"><a href=href>{role}</a></td>
            <td class="wide">{place}</td>
            <td class="nowrap minor"><When moment=since /></td>
            <td class="row-actions">{why} " " {revoke}</td>
        </tr>
    }
    .into_any()
}
