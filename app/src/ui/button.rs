//! Links that look like buttons.

use super::Icon;
use leptos::prelude::*;

/// Leads to another page.
#[component]
pub(crate) fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Drawing beside its words.
    icon: Icon,
    /// What it does.
    label: &'static str,
    /// Its look: `primary`, `secondary`.
    kind: &'static str,
) -> impl IntoView {
    view! { <a class=format!("button {kind}") href=href>{icon.view()} " " {label}</a> }
}
