//! Ids: in the face of code, and to be copied.

use super::Icon;
use leptos::prelude::*;

/// An id and the button that copies it; without a program the button is not there.
#[component]
pub(crate) fn Id(
    /// The id.
    text: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let labels = [format!("Copy {text}"), "Copied".to_owned()];
    let code = text.clone();
    view! {
        <span class="id">
            <code>{code}</code>
            <button
                type="button"
                class="copy"
                class:copied=move || copied.get()
                aria-label=move || labels[usize::from(copied.get())].clone()
                on:click=move |_| {
                    if copy(&text) {
                        copied.set(true);
                        set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
                    }
                }
            >
                {Icon::Copy.view()}
            </button>
        </span>
    }
}

/// Puts text where it can be pasted from; false where the browser has no such place, as on a page without TLS.
fn copy(text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    if window().is_secure_context() {
        let _ = window().navigator().clipboard().write_text(text);
        return true;
    }
    let _ = text;
    false
}
