//! What floats over the page when it is asked for.

use leptos::{ev::KeyboardEvent, html::Summary, prelude::*};

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
    let open = RwSignal::new(false);
    let summary = NodeRef::<Summary>::new();
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
            // The cursor does not get lost in what is closed.
            if let Some(summary) = summary.get_untracked() {
                let _ = summary.focus();
            }
        }
    };
    view! {
        <details
            class=class
            prop:open=move || open.get()
            on:toggle:target=move |event| open.set(event.target().open())
            on:keydown=on_key
        >
            <summary class=face_class aria-label=label node_ref=summary>
                {face}
            </summary>
            <div class=format!("{class}-body")>{children()}</div>
        </details>
    }
}
