//! Deleting users.

use super::{PATH, badges, href};
use crate::{
    api::user::{DeleteUser, DeleteUsers, DoomedUser, LeavingUser, Loss, UserToDelete, UsersToDelete},
    form::{Form, FormSummary, Submit},
    page::{parts::hidden, several::Named},
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Callout, PageHead, Tone, count},
};
use leptos::{prelude::*, server_fn::ServerFn};

const SEVERAL: &str = "This can't be undone. Their access, memberships, role assignments, tokens and sessions are deleted \
                       with them. What they did stays in the audit log. Either all of them are deleted, or none.";

/// Names those who are deleted, and what goes with them, before they are.
#[component]
pub(crate) fn DeleteUsersPage() -> impl IntoView {
    let data = reading(address(), |address, again| UsersToDelete {
        ids: Address::parse(&address).all("ids").map(str::to_owned).collect(),
        again,
    });
    shown(data, |_| "Delete users".to_owned(), several)
}

fn several(users: Vec<LeavingUser>) -> AnyView {
    let total = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let ids = users.iter().map(|user| user.id.clone()).collect();
    let mut columns = vec![("User", "wide"), ("Groups", "numeric")];
    if users.iter().any(|user| user.tenants.is_some()) {
        columns.insert(1, ("Tenants", "numeric"));
    }
    let rows = users.into_iter().map(|user| {
        let tenants = user.tenants.map(|tenants| view! { <td class="numeric">{tenants}</td> });
        view! {
            <tr>
                <td class="wide">{user.email} " " {badges(user.marks)}</td>
                {tenants}
                <td class="numeric">{user.groups}</td>
            </tr>
        }
        .into_any()
    });
    Named {
        title: if total == 0 { "Delete users".into() } else { format!("Delete {}", count(total, "user")) },
        warning: SEVERAL,
        label: "Users to delete",
        columns,
        rows: rows.collect(),
        to: DeleteUsers::PATH,
        fields: Vec::new(),
        ids,
        button: "Delete users",
        back: (PATH.to_owned(), "Users"),
    }
    .view()
}

/// Names what goes with a user before they are deleted.
#[component]
pub(crate) fn DeleteUserPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| UserToDelete { id: segment(&address, 2), again });
    shown(data, |data| format!("Delete {}", data.email), move |data| one(segment(&address.get_untracked(), 2), data))
}

fn one(id: String, data: DoomedUser) -> AnyView {
    let back = href(&id);
    view! {
        <PageHead title=format!("Delete {}", data.email) />
        <Callout tone=Tone::Danger>
            <p><strong>"This can't be undone. "</strong> {lost(data.loss)}</p>
            <p>"What the user did stays in the audit log."</p>
        </Callout>
        <Form to=DeleteUser::PATH leads=true>
            {hidden("id", id)}
            <FormSummary />
            <div class="form-actions">
                <Submit label="Delete user" kind="danger" />
                <a class="button secondary" href=back>"Cancel"</a>
            </div>
        </Form>
    }
    .into_any()
}

/// What is deleted with a user or service account, in words.
pub(crate) fn lost(loss: Loss) -> String {
    let counted = [
        (loss.memberships, "group membership"),
        (loss.assignments, "role assignment"),
        (loss.tokens, "API token"),
        (loss.sessions, "session"),
    ];
    let said = |many: usize, what: &str| count(i64::try_from(many).unwrap_or(i64::MAX), what);
    let access = loss.tenants.filter(|many| *many > 0).map(|many| format!("access to {}", said(many, "tenant")));
    let others = counted.into_iter().filter(|(many, _)| *many > 0).map(|(many, what)| said(many, what));
    let all: Vec<_> = access.into_iter().chain(others).collect();
    if all.is_empty() { "Nothing else is deleted.".to_owned() } else { format!("Also deleted: {}.", all.join(", ")) }
}
