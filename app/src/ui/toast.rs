//! What just happened, in a corner.

use super::Icon;
use leptos::prelude::*;

/// The place toasts appear in. It is there before they are: screen readers read what changes in it.
#[component]
pub(crate) fn Toasts(children: Children) -> impl IntoView {
    view! {
        <div class="toasts" role="status">
            {children()}
        </div>
    }
}

/// A sentence, and the way back if there is one. It stays until it is closed: without JavaScript by loading the page.
#[component]
pub(crate) fn Toast(
    /// What happened.
    message: String,
    /// Whether it did not work.
    failed: bool,
    /// The page it is on.
    here: String,
    /// Takes it away.
    close: impl Fn() + Send + 'static,
    /// The way back.
    children: Children,
) -> impl IntoView {
    let icon = if failed { Icon::Alert } else { Icon::Check };
    view! {
        <div class="toast" class:failed=failed>
            {icon.view()}
            <p>{message}</p>
            {children()}
            <a
                class="button ghost toast-close"
                href=here
                aria-label="Close"
                on:click=move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    close();
                }
            >
                {Icon::Close.view()}
            </a>
        </div>
    }
}
