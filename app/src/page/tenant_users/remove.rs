//! Removing access to a tenant.

use super::{badges, href, user_href};
use crate::{
    api::{
        people::{ShutOut, ShutOutAll},
        tenant_user::{RemovedUser, TenantUserToRemove, TenantUsersToRemove},
    },
    form::{Form, FormSummary, Submit},
    page::{narrow::hidden, several::Named},
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Callout, PageHead, Tone, count},
};
use leptos::{prelude::*, server_fn::ServerFn};

const SEVERAL: &str = "This can't be undone. They lose their roles and group memberships in this tenant. They keep their \
                       accounts and everything they have elsewhere. Either all of them are removed, or none.";

/// Names those whose access is removed, and what goes with it, before it is.
#[component]
pub(crate) fn RemoveTenantUsersPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let ids = Address::parse(&address).all("ids").map(str::to_owned).collect();
        TenantUsersToRemove { tenant: segment(&address, 1), ids, again }
    });
    shown(data, |_| "Remove access".to_owned(), move |users| several(segment(&address.get_untracked(), 1), users))
}

fn several(tenant: String, users: Vec<RemovedUser>) -> AnyView {
    let total = users.len();
    let ids = users.iter().map(|one| one.user.id.clone()).collect();
    let rows = users.into_iter().map(|one| {
        let badges = badges(&one.user);
        view! {
            <tr>
                <td class="wide">{one.user.name} " " {badges}</td>
                <td class="numeric">{one.roles.len()}</td>
                <td class="numeric">{one.groups.len()}</td>
            </tr>
        }
        .into_any()
    });
    let back = (href(&tenant, "users"), "Users");
    Named {
        title: if total == 0 { "Remove access".into() } else { format!("Remove access of {}", counted(total, "user")) },
        warning: SEVERAL,
        label: "Users to remove",
        columns: vec![("User", "wide"), ("Roles", "numeric"), ("Groups", "numeric")],
        rows: rows.collect(),
        to: ShutOutAll::PATH,
        fields: vec![("tenant", tenant)],
        ids,
        button: "Remove access",
        back,
    }
    .view()
}

fn counted(many: usize, what: &str) -> String {
    count(i64::try_from(many).unwrap_or(i64::MAX), what)
}

/// Names what goes with a user's access before it is removed.
#[component]
pub(crate) fn RemoveTenantUserPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let [tenant, id] = [1, 3].map(|number| segment(&address, number));
        TenantUserToRemove { tenant, id, again }
    });
    shown(
        data,
        |data| format!("Remove access of {}", data.user.name),
        move |data| one(segment(&address.get_untracked(), 1), data),
    )
}

fn one(tenant: String, data: RemovedUser) -> AnyView {
    let RemovedUser { user, roles, groups } = data;
    let goes = format!("{} and {}", counted(roles.len(), "role"), counted(groups.len(), "group membership"));
    let roles = roles.into_iter().map(|(role, namespace)| {
        let place = namespace.unwrap_or_else(|| "the whole tenant".to_owned());
        format!("{role} in {place}")
    });
    let groups = groups.into_iter().map(|group| format!("membership in {group}"));
    let names = roles.chain(groups).map(|one| view! { <li>{one}</li> }).collect_view();
    let back = user_href(&tenant, &user.id);
    let keys = hidden(vec![("tenant", tenant), ("id", user.id), ("name", user.name.clone())]);
    view! {
        <PageHead title=format!("Remove access of {}", user.name) />
        <Callout tone=Tone::Danger>
            <p>
                <strong>"This can't be undone. "</strong> {goes} " are removed with the access to this tenant. "
                {user.name} " keeps their account and everything they have elsewhere."
            </p>
            <ul>{names}</ul>
        </Callout>
        <Form to=ShutOut::PATH leads=true>
            {keys}
            <FormSummary />
            <div class="form-actions">
                <Submit label="Remove access" kind="danger" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
    .into_any()
}
