//! Suggestions for a field: what there is in a tenant that is like what is typed.

use crate::{
    api::access::{SuggestRoles, SuggestUsers},
    ask::ask,
};
use leptos::prelude::*;

/// What is suggested.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Suggest {
    /// Names of roles.
    Roles,
    /// Emails of users and names of service accounts.
    Users,
}

/// Around a field whose `list` is this one's `id`.
#[component]
pub(crate) fn Suggested(
    /// What the field calls its list.
    id: &'static str,
    of: Suggest,
    /// The tenant, as addresses name it.
    tenant: String,
    children: Children,
) -> impl IntoView {
    let (found, turn) = (RwSignal::new(Vec::<String>::new()), StoredValue::new(0_u32));
    let suggest = move |event| {
        let (typed, tenant) = (event_target_value(&event), tenant.clone());
        let this = turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        });
        if typed.is_empty() {
            return;
        }
        let asked = match of {
            Suggest::Roles => ask(SuggestRoles { tenant, typed }),
            Suggest::Users => ask(SuggestUsers { tenant, typed }),
        };
        leptos::task::spawn_local(async move {
            // Something else may have been typed meanwhile.
            if let (Ok(data), true) = (asked.await, turn.try_get_value() == this) {
                found.try_set(data.value::<Vec<String>>().cloned().unwrap_or_default());
            }
        });
    };
    let options = move || found.get().into_iter().map(|value| view! { <option value=value></option> }).collect_view();
    view! {
        <div class="suggested" on:input=suggest>
            {children()}
            <datalist id=id>{options}</datalist>
        </div>
    }
}
