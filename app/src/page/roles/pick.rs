//! Choosing a role that another starts from, or is compared with: from a list where a tenant has few, by name where it
//! has many.

use crate::{
    api::role::OfferedRoles,
    form::Question,
    page::suggested::{Suggest, Suggested},
    place::Address,
    ui::rows,
};
use leptos::prelude::*;

/// The form that goes to the same page with one of the roles.
#[component]
pub(super) fn PickRole(
    offered: OfferedRoles,
    /// The tenant, as addresses name it.
    tenant: String,
    /// The page's address.
    asked: Address,
    /// The parameter.
    name: &'static str,
    /// What is asked.
    label: &'static str,
    /// What the button does.
    button: &'static str,
    /// The role that is not offered.
    #[prop(optional)]
    except: String,
) -> impl IntoView {
    let chosen = asked.get(name).to_owned();
    let control = if offered.many {
        view! {
            <Suggested id="roles-offered" of=Suggest::Roles tenant>
                <input id=name class="input" name=name value=chosen list="roles-offered" placeholder="Name of a role" autocomplete="off" />
            </Suggested>
        }
        .into_any()
    } else {
        let roles = offered.roles.into_iter().filter(|(id, _)| *id != except);
        let options = roles.map(|(id, name)| (id == chosen, id, name)).collect();
        let option = |(selected, id, name): (bool, String, String)| {
            view! { <option value=id selected=selected>{name}</option> }.into_any()
        };
        view! {
            <select id=name class="input" name=name>
                <option value="">"None"</option>
                {rows(options, Clone::clone, option)}
            </select>
        }
        .into_any()
    };
    view! {
        <Question to=asked.path() class="search">
            <label for=name>{label}</label>
            {control}
            <button type="submit" class="button secondary">{button}</button>
        </Question>
    }
}
