//! What few need, folded away.

use leptos::prelude::*;

/// A heading that opens.
#[component]
pub(crate) fn Fold(
    /// What is inside.
    title: &'static str,
    /// The same in more words, so that nobody has to open it to know.
    hint: &'static str,
    /// Whether it is open at first.
    open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="fold" open=open>
            <summary>{title} " " <span class="fold-hint">{hint}</span></summary>
            <div class="fold-body">{children()}</div>
        </details>
    }
}
