//! What floats over the page when it is asked for.

use crate::browser::focus_within;
use leptos::{ev::KeyboardEvent, html::Details, prelude::*};

/// A `details`, so that it opens without a program. With one, Escape closes it; a press elsewhere always does.
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
    let node = NodeRef::<Details>::new();
    // The cursor doesn't get lost in what is closed.
    let key = move |event: KeyboardEvent| {
        let open = node.get_untracked().filter(|details| details.open() && event.key() == "Escape");
        if let Some(details) = open {
            details.set_open(false);
            focus_within(&details, "summary");
        }
    };
    view! {
        <details class=class node_ref=node on:keydown=key>
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
