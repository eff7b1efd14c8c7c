//! Finding pages, tenants, and what is in the one that is open.

use crate::{
    api::find::{FindAnything, Found},
    place::{Address, address},
    reading::{reading, shown},
    ui::{Empty, Icon, PageHead},
};
use leptos::prelude::*;

/// What has the text of the address in its name.
#[component]
pub(crate) fn FindPage() -> impl IntoView {
    let address = address();
    let data = reading(address, |address, again| {
        let asked = Address::parse(&address);
        let tenants = asked.get("only") == "tenants";
        FindAnything { q: asked.get("q").to_owned(), tenant: asked.get("in").to_owned(), only_tenants: tenants, again }
    });
    shown(
        data,
        |_| "Find".to_owned(),
        move |found| {
            let asked = Address::parse(&address.get_untracked());
            let tenants = asked.get("only") == "tenants";
            view! {
                <PageHead title="Find" />
                <Results found q=asked.get("q").to_owned() within=!asked.get("in").is_empty() tenants />
            }
            .into_any()
        },
    )
}

/// What was found, each kind below its name.
#[component]
pub(crate) fn Results(
    /// What was found.
    found: Vec<Found>,
    /// What was searched for.
    q: String,
    /// Whether a tenant is open: what is in it was searched too.
    within: bool,
    /// Whether only tenants were searched.
    tenants: bool,
) -> impl IntoView {
    let nothing = found.is_empty().then(|| {
        let title = format!("Nothing matches “{}”", q.trim());
        let text = match (tenants, within) {
            (true, _) => "Names and IDs of the tenants you can access were searched.",
            (false, true) => "Pages, tenants, users, groups and roles were searched.",
            (false, false) => "Pages and tenants were searched. Open a tenant to find its users, groups and roles.",
        };
        view! { <Empty icon=Icon::Search title text /> }
    });
    let parts = found.into_iter().map(|Found { kind, links }| {
        let links = links.into_iter().map(|(href, label)| view! { <li><a href=href>{label}</a></li> });
        view! {
            <section class="found">
                <h2>{kind}</h2>
                <ul>{links.collect_view()}</ul>
            </section>
        }
    });
    view! { {parts.collect_view()} {nothing} }
}
