//! A user: their roles and groups in a tenant.

use super::{href, user_href};
use crate::{
    api::{
        access::RevokeRole,
        group::RemoveMember,
        tenant_user::{ShowTenantUser, TenantRole, TenantUser, TenantUserPage},
        user::HeldGroup,
    },
    form::Refused,
    page::parts::{Column, act, button, facts, id, none, table},
    place::{address, segment},
    reading::{reading, shown},
    ui::{Badge, Icon, PageHead, Section, quote, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Functions of the forms in rows.
const ROW_FORMS: &[&str] = &[RevokeRole::PATH, RemoveMember::PATH];
const ROLES: &[Column] = &[("Role", ""), ("Where", "wide"), ("Through", "wide"), ("", "")];
const GROUPS: &[Column] = &[("Group", "wide"), ("", "")];

/// A user of a tenant.
#[component]
pub(crate) fn TenantUserDetailPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let [tenant, id] = [1, 3].map(|number| segment(&address, number));
        ShowTenantUser { tenant, id, again }
    });
    view! {
        <Refused of=ROW_FORMS />
        {shown(
            data,
            |data| data.user.name.clone(),
            move |data| view! { <User data tenant=segment(&address.get_untracked(), 1) /> }.into_any(),
        )}
    }
}

/// All of them.
#[component]
fn User(data: TenantUserPage, tenant: String) -> impl IntoView {
    let TenantUserPage { user, roles, groups, removable, assignable, revocable, manageable } = data;
    let remove = format!("{}/remove", user_href(&tenant, &user.id));
    let assign = href(&tenant, &format!("access/create?holder={}", quote(&user.name)));
    let check = href(&tenant, &format!("explain?principal={}", quote(&user.name)));
    let name = match user.own_name.as_str() {
        "" => none("none given"),
        text => text.to_owned().into_any(),
    };
    let kind = if user.service_account { "service account" } else { "user" };
    let superadmin = user.superadmin.then(|| view! { <Badge text="Superadmin" kind="accent" /> });
    let about = facts(vec![
        ("Name", name),
        ("Type", view! { {kind} " " {superadmin} }.into_any()),
        ("ID", id(user.id.clone())),
    ]);
    let [many, joined] = [roles.len(), groups.len()].map(|many| i64::try_from(many).unwrap_or(i64::MAX));
    let (title, roles) = (user.name.clone(), held(&tenant, &user, roles, revocable));
    let groups = memberships(tenant, user, groups, manageable);
    view! {
        <PageHead title>
            {button(check, Some(Icon::Info), "Check access", "secondary")} " "
            {removable.then(|| button(remove, Some(Icon::Trash), "Remove access", "secondary"))} " "
            {assignable.then(|| button(assign, Some(Icon::Plus), "Assign role", "primary"))}
        </PageHead>
        {about}
        <Section id="roles" title="Roles" count=many>{roles}</Section>
        <Section id="groups" title="Groups" count=joined>{groups}</Section>
    }
}

fn held(tenant: &str, user: &TenantUser, roles: Vec<TenantRole>, revocable: bool) -> AnyView {
    if roles.is_empty() {
        return none("No roles. They can't do anything in this tenant yet.");
    }
    let (tenant, who) = (tenant.to_owned(), user.name.clone());
    let key = move |one: &TenantRole| (one.clone(), revocable);
    let rows = rows(roles, key, move |one| role(&tenant, &who, one, revocable));
    table("Roles of this user", ROLES, rows)
}

fn role(tenant: &str, who: &str, one: TenantRole, revocable: bool) -> AnyView {
    let TenantRole { assignment, id, name, namespace, through, permission } = one;
    let at = namespace.clone().unwrap_or_default();
    let why = permission.map(|wanted| {
        let [who, wanted, at] = [who, &*wanted, &*at].map(quote);
        let href = href(tenant, &format!("explain?principal={who}&permission={wanted}&namespace={at}"));
        let says = format!("Check access through {name}");
        view! { <a class="button ghost small" href=href aria-label=says>"Check access"</a> }
    });
    let revoke = (revocable && through.is_none()).then(|| {
        let fields = vec![("tenant", tenant.to_owned()), ("binding", assignment)];
        act(RevokeRole::PATH, "Revoke", format!("Revoke {name} from {who}"), "ghost", fields)
    });
    let place = match namespace {
        Some(namespace) => view! { <code>{namespace}</code> }.into_any(),
        None => none("whole tenant"),
    };
    let through = match through {
        Some((id, name)) => {
            let href = href(tenant, &format!("groups/{}", quote(&id)));
            view! { <a href=href>{name}</a> }.into_any()
        }
        None => none("directly"),
    };
    let href = href(tenant, &format!("roles/{}", quote(&id)));
    view! {
        <tr>
            <td class="clip"><a href=href>{name}</a></td>
            <td class="wide">{place}</td>
            <td class="wide">{through}</td>
            <td class="row-actions">{why} " " {revoke}</td>
        </tr>
    }
    .into_any()
}

fn memberships(tenant: String, user: TenantUser, groups: Vec<HeldGroup>, manageable: bool) -> AnyView {
    if groups.is_empty() {
        return none("None.");
    }
    let key = move |one: &HeldGroup| (one.clone(), manageable);
    let rows = rows(groups, key, move |one| membership(&tenant, &user, one, manageable));
    table("Groups of this user", GROUPS, rows)
}

fn membership(tenant: &str, user: &TenantUser, one: HeldGroup, manageable: bool) -> AnyView {
    let HeldGroup { id, name, owner } = one;
    let href = href(tenant, &format!("groups/{}", quote(&id)));
    let leave = manageable.then(|| {
        let fields = vec![("tenant", tenant.to_owned()), ("id", id), ("who", user.id.clone())];
        act(RemoveMember::PATH, "Remove", format!("Remove {} from {name}", user.name), "ghost", fields)
    });
    let owner = owner.then(|| view! { <Badge text="Owner" kind="accent" /> });
    view! {
        <tr>
            <td class="wide"><a href=href>{name}</a> " " {owner}</td>
            <td class="row-actions">{leave}</td>
        </tr>
    }
    .into_any()
}
