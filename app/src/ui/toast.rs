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

/// A sentence, and the way back if there is one.
#[component]
pub(crate) fn Toast(
    /// What happened.
    message: String,
    /// Whether it did not work.
    failed: bool,
    /// The way back.
    children: Children,
) -> impl IntoView {
    let icon = if failed { Icon::Alert } else { Icon::Check };
    view! {
        <div class="toast" class:failed=failed>
            {icon.view()}
            <p>{message}</p>
            {children()}
        </div>
    }
}
