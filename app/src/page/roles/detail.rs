//! A role: what kind of role it is, and what it allows.

use super::{
    badges,
    edit::Edit,
    href,
    matrix::{FixedMatrix, Legacy},
    pick::PickRole,
    role_href,
};
use crate::{
    api::role::{BaseRole, EditedRole, RolePage, ShowRole, UpdateRole},
    form::Kept,
    page::parts::{button, facts, id, none},
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Icon, PageHead, Section, count, quote},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What the form is filled from, and compared with.
type Filled = (EditedRole, Option<BaseRole>);

/// A role; `base` in the address names one to compare it with.
#[component]
pub(crate) fn RoleDetailPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let [tenant, id] = [1, 3].map(|number| segment(&address, number));
        ShowRole { tenant, id, base: Address::parse(&address).get("base").to_owned(), again }
    });
    let form = Kept::new();
    shown(
        data,
        |data| data.role.name.clone(),
        move |data| {
            let address = address.get_untracked();
            view! { <Role data form tenant=segment(&address, 1) asked=Address::parse(&address) /> }.into_any()
        },
    )
}

/// All of it.
#[component]
fn Role(data: RolePage, form: Kept<Filled>, tenant: String, asked: Address) -> impl IntoView {
    let RolePage { role, kind, base, offered, assignments, editable, deletable } = data;
    let (path, of) = (role_href(&tenant, &role.id), quote(&role.id));
    let copy = href(&tenant, &format!("roles/create?from={of}"));
    let delete = deletable.then(|| button(format!("{path}/delete"), Some(Icon::Trash), "Delete", "secondary"));
    let access = href(&tenant, &format!("access?role={of}"));
    let assigned = match assignments {
        Some(total) => view! { <a href=access>{count(total, "assignment")}</a> }.into_any(),
        None => none("not visible to you"),
    };
    let facts = facts(vec![
        ("ID", id(role.id.clone())),
        ("Kind", view! { {(!kind.managed).then(|| view! { {none("Custom")} " " })} {badges(kind)} }.into_any()),
        ("Assigned", assigned),
    ]);
    let (name, description, allowed) = (role.name.clone(), role.description.clone(), role.permissions.clone());
    let (except, of, about) = (role.id.clone(), tenant.clone(), asked.with(&[]));
    let permissions = if editable {
        let edit = move |(role, base): Filled| view! { <Edit role base tenant=of.clone() /> }.into_any();
        form.form(UpdateRole::PATH, about, (role, base), edit).into_any()
    } else {
        view! { <FixedMatrix held=role.permissions base /> }.into_any()
    };
    view! {
        <PageHead title=name purpose=description>
            {button(copy, Some(Icon::Copy), "Copy", "secondary")} " " {delete}
        </PageHead>
        {facts}
        <Legacy permissions=allowed />
        <Section id="permissions" title="Permissions">
            <PickRole offered tenant asked name="base" label="Compare with" button="Compare" except />
            {permissions}
        </Section>
    }
}
