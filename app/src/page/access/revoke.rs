//! Revoking several roles: names them before it's done.

use super::{badge, place};
use crate::{
    api::{
        access::RevokeRoles,
        assignment::{Assignment, AssignmentsToRevoke},
    },
    page::several::Named,
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::count,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What it means.
const WARNING: &str = "All of these are revoked, or none. People who have nothing else here lose access to the tenant.";

/// Revokes the role assignments that were chosen in the list.
#[component]
pub(crate) fn RevokeRolesPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        AssignmentsToRevoke { tenant: segment(&address, 1), ids: asked.all("ids").map(str::to_owned).collect(), again }
    });
    shown(
        data,
        |_| "Revoke roles".to_owned(),
        move |data| {
            let tenant = segment(&address.get_untracked(), 1);
            let title = match i64::try_from(data.len()).unwrap_or(i64::MAX) {
                0 => "Revoke roles".to_owned(),
                total => format!("Revoke {}", count(total, "role")),
            };
            Named {
                title,
                warning: WARNING,
                label: "Roles to revoke",
                columns: vec![("Who", "wide"), ("Role", ""), ("Where", "wide")],
                ids: data.iter().map(|one| one.id.clone()).collect(),
                rows: data.into_iter().map(row).collect(),
                to: RevokeRoles::PATH,
                fields: vec![("tenant", tenant.clone())],
                button: "Revoke roles",
                back: (format!("/ui/{tenant}/access"), "Access"),
            }
            .view()
        },
    )
}

fn row(one: Assignment) -> AnyView {
    let place = place(&one);
    view! {
        <tr>
            <td class="wide">{one.holder} " " {badge(one.kind)}</td>
            <td>{one.role}</td>
            <td class="wide">{place}</td>
        </tr>
    }
    .into_any()
}
