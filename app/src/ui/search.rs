//! Searching a list: a form that leads to another address, so that a result can be kept and shared.

use super::{Icon, quote};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::{sync::Arc, time::Duration};

/// How long nothing must be typed before it is searched for.
const STILL: Duration = Duration::from_millis(200);

/// The field, which searches while one types; without a program it has a button.
#[component]
pub(crate) fn Search(
    /// Address of the list.
    action: &'static str,
    /// What is searched, for those who do not see the placeholder.
    label: &'static str,
    /// What is searched, in short.
    placeholder: &'static str,
    /// What is searched for now.
    q: String,
    /// What else the address keeps; nothing where it is empty.
    #[prop(optional)]
    kept: Option<(&'static str, String)>,
) -> impl IntoView {
    let kept = kept.filter(|(_, value)| !value.is_empty());
    let more = kept.as_ref().map(|(name, value)| format!("&{name}={}", quote(value))).unwrap_or_default();
    // What a timer calls belongs to nobody.
    let owner = Owner::current();
    let seek = Arc::new(move |q: &str| {
        // Each letter is no step that one goes back by.
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        let to = format!("{action}?q={}{more}", quote(q));
        if let Some(owner) = &owner {
            owner.with(|| use_navigate()(&to, options));
        }
    });
    let typed = StoredValue::new(q.clone());
    let submit = {
        let seek = seek.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            seek(&typed.get_value());
        }
    };
    let turns = StoredValue::new(0_u32);
    let input = move |event| {
        typed.set_value(event_target_value(&event));
        let turn = turns.get_value().wrapping_add(1);
        turns.set_value(turn);
        let seek = seek.clone();
        set_timeout(
            move || {
                if turns.try_get_value() == Some(turn) {
                    seek(&typed.get_value());
                }
            },
            STILL,
        );
    };
    view! {
        <form class="search live" action=action method="get" role="search" on:submit=submit>
            {kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> })}
            <label class="visually-hidden" for="search-q">
                {label}
            </label>
            {Icon::Search.view()}
            <input
                id="search-q"
                class="input"
                type="search"
                name="q"
                value=q
                placeholder=placeholder
                autocomplete="off"
                on:input=input
            />
            <button type="submit" class="button secondary">
                "Search"
            </button>
        </form>
    }
}
