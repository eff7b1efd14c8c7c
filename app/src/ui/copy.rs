//! Copying a text.

use super::Icon;
use crate::browser::copy;
use leptos::prelude::*;
use std::time::Duration;

/// How long the button says that it's done.
const DONE: Duration = Duration::from_secs(2);

/// Copies a text. It takes a program: without one there is no button.
#[component]
pub(crate) fn Copy(text: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let label = format!("Copy {text}");
    let press = move |_| {
        if copy(&text) {
            copied.set(true);
            set_timeout(
                move || {
                    copied.try_set(false);
                },
                DONE,
            );
        }
    };
    view! {
        <button type="button" class="copy" class:copied=copied aria-label=label on:click=press>
            {Icon::Copy.view()}
        </button>
    }
}
