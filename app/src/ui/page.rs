//! The head of every page.

use super::number;
use leptos::prelude::*;
pub(crate) use leptos_meta::Title;

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
        <header class="page-head">
            <div>
                <h1 class="page-title">{title}</h1>
                {(!purpose.is_empty()).then(|| view! { <p class="page-purpose">{purpose}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}

/// The title of the window, once the page is known.
///
/// `leptos_meta` keeps titles by number. One that gets another text loses track of its number, and a later change of the
/// view brings the first text back. So each text is an element of its own.
#[component]
pub(crate) fn WindowTitle(
    /// The text. `None` while the page is loading.
    text: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        <For each=text key=String::clone let:text>
            <Title text />
        </For>
    }
}

/// A part of a page with its own title.
#[component]
pub(crate) fn Section(
    /// What it is known by in the page.
    id: &'static str,
    /// Its title.
    title: &'static str,
    /// How much is in it.
    #[prop(optional)]
    count: Option<i64>,
    children: Children,
) -> impl IntoView {
    let count = count.map(|count| view! { " " <span class="count">{number(count)}</span> });
    view! {
        <section class="section" id=format!("{id}-section") aria-labelledby=id>
            <h2 id=id class="section-title">{title} {count}</h2>
            {children()}
        </section>
    }
}
