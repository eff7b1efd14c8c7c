//! What floats over the page when it is asked for.

use leptos::prelude::*;

/// A `details`, so that it opens without a program. With one, Escape closes it (`morph.js`); a press elsewhere always
/// does.
#[component]
pub(crate) fn Popover(
    /// Its look: `menu`, `switcher`, `account`.
    class: &'static str,
    /// What it is, for those who do not see its face.
    label: String,
    /// The face's own look.
    #[prop(optional)]
    face_class: &'static str,
    /// What is pressed to open it.
    face: AnyView,
    children: Children,
) -> impl IntoView {
    view! {
        <details class=class>
            <summary class=face_class aria-label=label>
                {face}
            </summary>
            <div class=format!("{class}-body")>{children()}</div>
        </details>
    }
}

/// Closes all that are open, and the navigation of a narrow window.
pub(crate) fn close_popovers() {
    let open = ".menu[open], .switcher[open], .account[open], .nav-toggle[open]";
    while let Ok(Some(details)) = document().query_selector(open) {
        let _ = details.remove_attribute("open");
    }
}
