//! A group: its members, its roles, its name.

use super::{
    edit::Edit,
    group_href, href,
    members::{AddForm, Members, ROW_FORMS},
};
use crate::{
    api::group::{EditedGroup, GroupPage, GroupRole, ShowGroup, UpdateGroup},
    form::{Kept, Refused},
    page::parts::{Column, button, facts, id, none, table},
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Icon, PageHead, Section, number, quote, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};

const ROLES: &[Column] = &[("Role", "wide"), ("Where", "wide")];

/// What stays of the page's forms while it is read again.
#[derive(Clone, Copy)]
struct Forms {
    edit: Kept<EditedGroup>,
    add: AddForm,
}

/// A group.
#[component]
pub(crate) fn GroupDetailPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let [tenant, id] = [1, 3].map(|number| segment(&address, number));
        ShowGroup { tenant, id, q: asked.get("q").to_owned(), page: asked.page(), again }
    });
    let forms = Forms { edit: Kept::new(), add: Kept::new() };
    view! {
        <Refused of=ROW_FORMS />
        {shown(
            data,
            |data| data.group.name.clone(),
            move |data| {
                let address = address.get_untracked();
                view! { <Group data forms tenant=segment(&address, 1) asked=Address::parse(&address) /> }.into_any()
            },
        )}
    }
}

/// All of it.
#[component]
fn Group(data: GroupPage, forms: Forms, tenant: String, asked: Address) -> impl IntoView {
    let GroupPage { group, members, roles, editable, deletable, manageable, assignable } = data;
    let path = group_href(&tenant, &group.id);
    let delete = deletable.then(|| button(format!("{path}/delete"), Some(Icon::Trash), "Delete", "secondary"));
    let roles = roles.map(|(rows, total)| {
        let (tenant, group) = (tenant.clone(), group.id.clone());
        view! { <Section id="held" title="Roles" count=total><Roles tenant group rows total assignable /></Section> }
    });
    let edit = editable.then(|| {
        let (tenant, group, about) = (tenant.clone(), group.clone(), path);
        view! {
            <Section id="edit" title="Name and description">
                {forms.edit.form(UpdateGroup::PATH, about, group, move |group| {
                    view! { <Edit group tenant=tenant.clone() /> }.into_any()
                })}
            </Section>
        }
    });
    view! {
        <PageHead title=group.name.clone() purpose=group.description.clone()>{delete}</PageHead>
        {facts(vec![("ID", id(group.id.clone()))])}
        <Section id="members" title="Members" count=members.total>
            <Members members group=group.id manageable add=forms.add tenant asked />
        </Section>
        {roles}
        {edit}
    }
}

/// The roles that are assigned to it.
#[component]
fn Roles(tenant: String, group: String, rows: Vec<GroupRole>, total: i64, assignable: bool) -> impl IntoView {
    let of = quote(&group);
    let more = href(&tenant, &format!("access?holder={of}"));
    let assign = href(&tenant, &format!("access/create?holder={of}"));
    let assign = assignable.then(|| button(assign, Some(Icon::Plus), "Assign role", "secondary"));
    if rows.is_empty() {
        return view! {
            <p class="muted">"No roles are assigned to this group yet."</p>
            <div class="form-actions">{assign}</div>
        }
        .into_any();
    }
    let all = match total {
        1 => "View under Access".to_owned(),
        total => format!("View all {} under Access", number(total)),
    };
    let table = table("Roles of the group", ROLES, self::rows(rows, GroupRole::clone, move |one| role(&tenant, one)));
    view! {
        {table}
        <div class="form-actions">{assign} <a class="button ghost" href=more>{all}</a></div>
    }
    .into_any()
}

fn role(tenant: &str, one: GroupRole) -> AnyView {
    let role = href(tenant, &format!("roles/{}", quote(&one.id)));
    let place = match one.namespace {
        Some(namespace) => view! { <code>{namespace}</code> }.into_any(),
        None => none("whole tenant"),
    };
    view! { <tr><td class="wide"><a href=role>{one.name}</a></td> <td class="wide">{place}</td></tr> }.into_any()
}
