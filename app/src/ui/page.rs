//! The head of every page.

use leptos::prelude::*;
use leptos_meta::Title;

/// Title, one line on what the page is for, and the primary action.
#[component]
pub(crate) fn PageHead(
    /// The title.
    #[prop(into)]
    title: String,
    /// What the page is for.
    #[prop(optional, into)]
    purpose: String,
    /// The primary action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <header class="page-head">
            <div>
                <h1 class="page-title">{title}</h1>
                {(!purpose.is_empty()).then(|| view! { <p class="page-purpose">{purpose}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}
