//! Times: short to read, exact on hover and in the markup.

use leptos::prelude::*;
use model::Moment;

/// When something was.
#[component]
pub(crate) fn When(moment: Moment) -> impl IntoView {
    let Moment { at, text, lang } = moment;
    view! { <time datetime=at.iso() title=at.exact() lang=lang>{text}</time> }
}
