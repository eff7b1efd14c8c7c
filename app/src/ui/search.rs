//! Searching a list: a form that leads to another address, so that a result can be kept and shared.

use super::Icon;
use leptos::prelude::*;

/// The field and its button.
#[component]
pub(crate) fn Search(
    /// Address of the list.
    action: &'static str,
    /// What is searched, for those who do not see the placeholder.
    label: &'static str,
    /// What is searched, in short.
    placeholder: &'static str,
    /// What is searched for now.
    q: String,
    /// What else the address keeps; nothing where it is empty.
    #[prop(optional)]
    kept: Option<(&'static str, String)>,
) -> impl IntoView {
    let kept = kept.filter(|(_, value)| !value.is_empty());
    view! {
        <form class="search" action=action method="get" role="search">
            {kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> })}
            <label class="visually-hidden" for="search-q">
                {label}
            </label>
            {Icon::Search.view()}
            <input id="search-q" class="input" type="search" name="q" value=q placeholder=placeholder autocomplete="off" />
            <button type="submit" class="button secondary">
                "Search"
            </button>
        </form>
    }
}
