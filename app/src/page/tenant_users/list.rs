//! The list of users.

use super::{badges, href, user_href};
use crate::{
    api::{
        people::LetIn,
        tenant_user::{ListTenantUsers, TenantUserList, TenantUserRow},
    },
    form::{Field, Form, FormSummary, Input, Kept, Submit},
    page::{
        parts::{Column, hidden, pages, table},
        several::{cell, go_on, tick},
    },
    place::{Address, address, segment},
    reading::{reading, shown},
    ui::{Empty, Icon, LinkButton, PageHead, Search, Section, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};

const PURPOSE: &str = "People with access to this tenant. Their roles decide what they can do.";
const EMPTY: &str = "Superadmins can access every tenant without being listed. Add a user below.";
const HELP: &str = "Email of a user of this instance. To add someone without an account, invite them.";
const COLUMNS: &[Column] = &[("User", ""), ("Name", "wide minor"), ("Groups", "wide")];

/// Lists and searches users, and adds one.
#[component]
pub(crate) fn TenantUsersPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        ListTenantUsers { tenant: segment(&address, 1), q: asked.get("q").to_owned(), page: asked.page(), again }
    });
    let add = Kept::new();
    shown(
        data,
        |_| "Users".to_owned(),
        move |list| {
            let address = address.get_untracked();
            view! { <List list tenant=segment(&address, 1) asked=Address::parse(&address) add /> }.into_any()
        },
    )
}

/// The search, the users it finds and the way to others.
#[component]
fn List(list: TenantUserList, tenant: String, asked: Address, add: Kept<()>) -> impl IntoView {
    let TenantUserList { users, addable, invitable, removable } = list;
    let q = asked.get("q").to_owned();
    let invite = invitable.then(|| {
        let href = href(&tenant, "invitations/create");
        view! { <LinkButton href icon=Icon::Mail label="Invite" kind="primary" /> }
    });
    let found = match (users.rows.is_empty(), q.is_empty()) {
        (true, true) => view! { <Empty icon=Icon::Users title="No users yet" text=EMPTY /> }.into_any(),
        (true, false) => {
            let title = format!("No user matches “{q}”");
            view! { <Empty icon=Icon::Search title text="Names and emails were searched." /> }.into_any()
        }
        (false, _) => {
            let pager = pages(&asked, users.rows.len(), users.total, users.more);
            let several = removable.then(|| go_on(href(&tenant, "users/remove"), "Remove selected"));
            let of = tenant.clone();
            let key = move |one: &TenantUserRow| (one.clone(), removable);
            let rows = rows(users.rows, key, move |one| row(&of, one, removable));
            view! { {table("Users", COLUMNS, rows)} {several} {pager} }.into_any()
        }
    };
    let add = addable.then(|| {
        let of = tenant.clone();
        let form = add.form(LetIn::PATH, tenant, (), move |()| adding(of.clone()));
        view! { <Section id="add" title="Add user">{form}</Section> }
    });
    view! {
        <PageHead title="Users" purpose=PURPOSE>{invite}</PageHead>
        <Search action=asked.path() label="Search users" placeholder="Search by name or email" q />
        {found}
        {add}
    }
}

fn row(tenant: &str, one: TenantUserRow, removable: bool) -> AnyView {
    let TenantUserRow { user, mut groups, more } = one;
    if more > 0 {
        groups.push(format!("{more} more"));
    }
    let chosen = removable.then(|| tick(&user.id, format!("Select {}", user.name)));
    let (href, badges) = (user_href(tenant, &user.id), badges(&user));
    let who = view! { <a class="row-link" href=href>{user.name}</a> " " {badges} }.into_any();
    view! {
        <tr>
            <td class="nowrap">{cell(chosen, who)}</td>
            <td class="wide minor">{user.own_name}</td>
            <td class="wide muted">{groups.join(", ")}</td>
        </tr>
    }
    .into_any()
}

fn adding(tenant: String) -> AnyView {
    view! {
        <Form to=LetIn::PATH>
            {hidden("tenant", tenant)}
            <FormSummary />
            <Field name="email" label="Email" input=Input::Line("email") placeholder="dev@example.com" help=HELP />
            <div class="form-actions">
                <Submit label="Add user" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}
