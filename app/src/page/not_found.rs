//! No page of that address.

use crate::{api::no_page, form::arrive, place::address, ui::Icon};
use leptos::prelude::*;
use leptos_meta::Title;

/// Says so, with status 404.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    no_page();
    let address = address();
    arrive(move || Some(address.get()));
    view! {
        <Title text="Not found" />
        <div class="empty failure" role="alert">
            {Icon::Search.view()}
            <h1>"There is no page at this address"</h1>
            <p>"It may have been deleted or renamed, or the address is incomplete."</p>
            <div class="empty-action">
                <a class="button secondary" href="/ui">"Tenants"</a>
            </div>
        </div>
    }
}
