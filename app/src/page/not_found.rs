//! No page of that address.

use crate::ui::Icon;
use leptos::prelude::*;
use leptos_meta::Title;

/// Says so, with status 404.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <div class="empty">
            {Icon::Search.view()}
            <h1>"There is no page at this address"</h1>
            <p>"It may have been deleted or renamed, or the address is not complete."</p>
            <div class="empty-action">
                <a class="button secondary" href="/ui">"Your tenants"</a>
            </div>
        </div>
    }
}
