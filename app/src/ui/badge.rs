//! Short facts beside a name.

use leptos::prelude::*;

/// A muted word.
#[component]
pub(crate) fn Badge(
    /// The word.
    #[prop(into)]
    text: String,
    /// `accent` for what is yours, empty otherwise.
    #[prop(optional)]
    kind: &'static str,
) -> impl IntoView {
    view! { <span class=format!("badge {kind}")>{text}</span> }
}
