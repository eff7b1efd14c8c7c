//! What somebody has in each tenant, and adding them to another.

use crate::{
    api::user::{HeldGroup, HeldIn, HeldRole, LetIntoTenant},
    form::{Field, Form, FormSummary, Kept, Submit},
    page::parts::{Column, hidden, none, stacked, table},
    ui::{Badge, Section, quote, rows},
};
use leptos::{prelude::*, server_fn::ServerFn};

const COLUMNS: &[Column] = &[("Tenant", ""), ("Groups", "wide"), ("Roles", "wide")];
const HELP: &str = "They can sign in to the tenant. Assign roles there.";

/// Who is added to a tenant, and some it could be.
pub(crate) type AddForm = Kept<(String, Vec<(String, String)>)>;

/// What a user or service account has in each tenant, and, where tenants are on, the form that adds them to another.
#[component]
pub(crate) fn Places(
    id: String,
    held: Vec<HeldIn>,
    /// Tenants to add them to. `None` where tenants are off.
    offered: Option<Vec<(String, String)>>,
    add: AddForm,
) -> impl IntoView {
    let count = i64::try_from(held.len()).unwrap_or(i64::MAX);
    let list = if held.is_empty() {
        view! { <p class="muted">"Not a member of any tenant yet."</p> }.into_any()
    } else {
        table("Tenants", COLUMNS, rows(held, HeldIn::clone, place)).into_any()
    };
    match offered {
        Some(offered) => {
            let form = add.form(LetIntoTenant::PATH, id.clone(), (id, offered), |(id, offered)| adding(id, offered));
            let content = view! { {list} <h3 class="subtitle">"Add to tenant"</h3> {form} };
            view! { <Section id="tenants" title="Tenants" count>{stacked(content)}</Section> }.into_any()
        }
        None => view! { <Section id="tenants" title="Groups and roles">{list}</Section> }.into_any(),
    }
}

fn adding(id: String, offered: Vec<(String, String)>) -> AnyView {
    let options = offered.into_iter().map(|(id, name)| view! { <option value=id>{name}</option> }).collect_view();
    view! {
        <Form to=LetIntoTenant::PATH>
            {hidden("id", id)}
            <FormSummary />
            <datalist id="offered-tenants">{options}</datalist>
            <Field name="tenant" label="Tenant ID" help=HELP mono=true list="offered-tenants" />
            <div class="form-actions">
                <Submit label="Add to tenant" kind="secondary" />
            </div>
        </Form>
    }
    .into_any()
}

fn place(held: HeldIn) -> AnyView {
    let HeldIn { tenant, name, groups, roles } = held;
    let base = format!("/ui/{tenant}");
    let (no_groups, no_roles) = (groups.is_empty(), roles.is_empty());
    let groups = groups.into_iter().map(|HeldGroup { id, name, owner }| {
        let href = format!("{base}/groups/{}", quote(&id));
        let owner = owner.then(|| view! { " " <Badge text="Owner" /> });
        view! { <li><a href=href>{name}</a> {owner}</li> }
    });
    let roles = roles.into_iter().map(|HeldRole { id, name, namespace, through }| {
        let href = format!("{base}/roles/{}", quote(&id));
        let place = namespace.map(|namespace| view! { " in " <code>{namespace}</code> });
        let through = through.map(|group| view! { <span class="muted">" through " {group}</span> });
        view! { <li><a href=href>{name}</a> {place} {through}</li> }
    });
    let (groups, roles) = (groups.collect_view(), roles.collect_view());
    view! {
        <tr>
            <td class="nowrap"><a class="row-link" href=base.clone()>{name}</a></td>
            <td class="wide"><ul class="lines">{groups}</ul> {no_groups.then(|| none("no groups"))}</td>
            <td class="wide"><ul class="lines">{roles}</ul> {no_roles.then(|| none("no roles"))}</td>
        </tr>
    }
    .into_any()
}
