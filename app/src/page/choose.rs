//! Choosing a role: from a list where a tenant has few, by name where it has many.

use super::{
    narrow::choice,
    suggested::{Suggest, Suggested},
};
use crate::{
    api::role::OfferedRoles,
    form::{Choice, Field},
    place::Address,
};
use leptos::prelude::*;

/// The field of a form that names a role.
#[component]
pub(crate) fn RoleField(
    /// Roles to choose from.
    offered: OfferedRoles,
    /// The tenant they belong to, as addresses name it.
    tenant: String,
    /// ID and name of the role that is chosen at first.
    #[prop(default = None)]
    chosen: Option<(String, String)>,
    /// What choosing none is called, if that is possible.
    #[prop(optional)]
    none: &'static str,
) -> impl IntoView {
    let OfferedRoles { roles: mut options, many } = offered;
    let value = chosen.as_ref().map(|(id, _)| id.clone()).unwrap_or_default();
    let optional = !none.is_empty();
    if many {
        return view! {
            <Suggested id="roles-offered" of=Suggest::Roles tenant>
                <Field name="role" label="Role" help="Its name or its ID." value list="roles-offered" optional />
            </Suggested>
        }
        .into_any();
    }
    // The chosen one need not be among those that are offered.
    let other = chosen.filter(|(chosen, _)| options.iter().all(|(id, _)| id != chosen));
    options.extend(other);
    if optional {
        options.insert(0, (String::new(), none.to_owned()));
    }
    view! { <Choice name="role" label="Role" options value /> }.into_any()
}

/// The field of a form that filters a list by a role.
pub(crate) fn role_filter(
    asked: &Address,
    offered: OfferedRoles,
    tenant: &str,
    name: &'static str,
    label: &'static str,
) -> AnyView {
    if !offered.many {
        return choice(asked, name, label, offered.roles);
    }
    let (value, tenant) = (asked.get(name).to_owned(), tenant.to_owned());
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <Suggested id="roles-offered" of=Suggest::Roles tenant>
                <input id=name class="input" name=name value=value list="roles-offered" autocomplete="off" />
            </Suggested>
        </div>
    }
    .into_any()
}
