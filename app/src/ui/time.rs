//! Times: relative to read, exact on hover and in the markup.

use leptos::prelude::*;
use model::Timestamp;

/// When something was, seen from `now`.
#[component]
pub(crate) fn When(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! { <time datetime=at.iso() title=at.exact()>{at.relative(now)}</time> }
}
