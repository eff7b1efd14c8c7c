//! Searching a list: a form that leads to another address, so that a result can be kept and shared.

use super::{Icon, quote};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long nothing must be typed before it is searched for.
const STILL: Duration = Duration::from_millis(200);

/// The field, which searches while one types; without a program it has a button.
#[component]
pub(crate) fn Search(
    /// Address of the list.
    #[prop(into)]
    action: String,
    /// What is searched, for those who do not see the placeholder.
    label: &'static str,
    /// What is searched, in short.
    placeholder: &'static str,
    /// What is searched for now.
    q: String,
    /// What else the address keeps; nothing where it is empty.
    #[prop(optional)]
    kept: Vec<(&'static str, String)>,
) -> impl IntoView {
    let kept: Vec<_> = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let more = kept.iter().map(|(name, value)| format!("&{name}={}", quote(value))).collect::<String>();
    let list = action.clone();
    // What a timer calls belongs to nobody.
    let (navigate, here) = (use_navigate(), use_location().pathname);
    let seek = Arc::new(move |q: &str| {
        // Whoever has gone on meanwhile is not called back.
        if here.try_with_untracked(|here| *here == list) != Some(true) {
            return;
        }
        // Each letter is no step that one goes back by.
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&format!("{list}?q={}{more}", quote(q)), options);
    });
    // The list may be read again, and this made anew, before it is searched: what was typed must outlive it.
    let typed = Arc::new(Mutex::new((0_u32, q.clone())));
    let submit = {
        let (seek, typed) = (seek.clone(), typed.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let (_, q) = latest(&typed).clone();
            seek(&q);
        }
    };
    let input = move |event| {
        let turn = {
            let mut latest = latest(&typed);
            *latest = (latest.0.wrapping_add(1), event_target_value(&event));
            latest.0
        };
        let (seek, typed) = (seek.clone(), typed.clone());
        set_timeout(
            move || {
                let (last, q) = latest(&typed).clone();
                if last == turn {
                    seek(&q);
                }
            },
            STILL,
        );
    };
    view! {
        <form class="search live" action=action method="get" role="search" on:submit=submit>
            {kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
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

/// How often something was typed, and what there is now.
fn latest(typed: &Mutex<(u32, String)>) -> MutexGuard<'_, (u32, String)> {
    typed.lock().unwrap_or_else(PoisonError::into_inner)
}
