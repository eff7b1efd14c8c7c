//! Fields of the frame that find things while somebody types: anything in the top bar, and tenants in the switcher.

use crate::{
    api::find::{FindAnything, Found},
    ask::answer,
    form::Question,
    page::Results,
    ui::Icon,
};
use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, EventTarget, HtmlElement, HtmlInputElement},
};
use std::time::Duration;

/// How long nothing must be typed before it is searched for.
const STILL: Duration = Duration::from_millis(120);
/// The field in the top bar, and what it has found.
const FINDER: &str = ".finder";
/// Where the cursor stops in it.
const STOPS: &str = ".finder > .input, .finder-found a";

/// What was found for what was typed. Kept by the frame: the field is made anew when the frame is read again.
#[derive(Clone, Copy)]
pub(super) struct Search {
    /// What was searched for, and what was found. `None` while nothing is shown.
    found: RwSignal<Option<(String, Vec<Found>)>>,
    /// Counts what was typed, so that an answer that comes too late is dropped.
    turn: StoredValue<u32>,
    /// Whether only tenants are searched.
    tenants: bool,
}

impl Search {
    /// For anything, or only for tenants.
    pub(super) fn new(tenants: bool) -> Self {
        Self { found: RwSignal::new(None), turn: StoredValue::new(0), tenants }
    }

    /// Whether what was found is shown.
    pub(super) fn shows(self) -> bool {
        self.found.with(Option::is_some)
    }

    /// What was found; `within` a tenant, or without one.
    pub(super) fn results(self, within: bool) -> Option<AnyView> {
        let (q, found) = self.found.get()?;
        Some(view! { <Results found q within tenants=self.tenants /> }.into_any())
    }

    /// Searches as soon as nothing more is typed, also in the tenant that is open.
    fn typed(self, q: String, tenant: String) {
        let next = self.turn.try_get_value().unwrap_or_default().wrapping_add(1);
        self.turn.try_set_value(next);
        let last = move || self.turn.try_get_value() == Some(next);
        if q.trim().is_empty() {
            return self.close();
        }
        let search = move || {
            if !last() {
                return;
            }
            leptos::task::spawn_local(async move {
                let found =
                    answer(FindAnything { q: q.clone(), tenant, only_tenants: self.tenants, again: false }).await;
                if let (Ok(found), true) = (found, last()) {
                    self.found.try_set(Some((q, found)));
                }
            });
        };
        set_timeout(search, STILL);
    }

    /// Shows nothing any more, also not what is still on its way.
    fn close(self) {
        self.turn.try_update_value(|turn| *turn = turn.wrapping_add(1));
        if self.found.try_with_untracked(Option::is_some) == Some(true) {
            self.found.set(None);
        }
    }
}

/// The field in the top bar. Ctrl K leads to it from anywhere, arrows walk through what was found.
#[component]
pub(super) fn Finder(
    /// Segment of the tenant that is open.
    current: Option<String>,
    search: Search,
) -> impl IntoView {
    let within = current.is_some();
    let tenant = current.clone().unwrap_or_default();
    view! {
        <Question to="/find" class="finder" search=true attr:aria-label="Everything">
            {current.map(|tenant| view! { <input type="hidden" name="in" value=tenant /> })}
            {Icon::Search.view()}
            <input
                class="input"
                type="search"
                name="q"
                aria-label="Find anything"
                placeholder="Find (Ctrl K)"
                autocomplete="off"
                on:input=move |event| search.typed(event_target_value(&event), tenant.clone())
            />
            {move || search.results(within).map(|found| view! { <div class="finder-found">{found}</div> })}
        </Question>
    }
}

/// The field in the switcher, which finds among all tenants.
#[component]
pub(super) fn FindTenant(search: Search) -> impl IntoView {
    view! {
        <Question to="/find" class="switcher-filter">
            <input type="hidden" name="only" value="tenants" />
            <input
                class="input"
                type="search"
                name="q"
                aria-label="Find a tenant"
                placeholder="Find a tenant"
                autocomplete="off"
                on:input=move |event| search.typed(event_target_value(&event), String::new())
            />
        </Question>
    }
}

/// Listens to keys anywhere, and to what happens beside the field in the top bar. For the frame, once.
pub(super) fn listen(search: Search) {
    if cfg!(feature = "ssr") {
        return;
    }
    let inside = |target: Option<EventTarget>, what: &str| {
        let target = target.and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| target.closest(what).ok().flatten().is_some())
    };
    let handles = [
        window_event_listener(ev::keydown, move |event| key(&event, search)),
        window_event_listener(ev::focusin, move |event| {
            if !inside(event.target(), FINDER) {
                search.close();
            }
        }),
        window_event_listener(ev::click, move |event| {
            if !inside(event.target(), FINDER) || inside(event.target(), "a") {
                search.close();
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
}

fn key(event: &KeyboardEvent, search: Search) {
    let stops = stops();
    let Some(field) = stops.first().and_then(JsCast::dyn_ref::<HtmlInputElement>) else { return };
    if (event.ctrl_key() || event.meta_key()) && event.key() == "k" {
        event.prevent_default();
        field.select();
        let _ = field.focus();
        return;
    }
    let Some(at) = document().active_element().and_then(|here| stops.iter().position(|stop| **stop == here)) else {
        return;
    };
    let to = match event.key().as_str() {
        "ArrowDown" => at.checked_add(1),
        "ArrowUp" => at.checked_sub(1),
        "Escape" => {
            search.close();
            Some(0)
        }
        _ => None,
    };
    if let Some(stop) = to.and_then(|to| stops.get(to)) {
        event.prevent_default();
        let _ = stop.focus();
    }
}

/// The field, and each thing that was found.
fn stops() -> Vec<HtmlElement> {
    let Ok(all) = document().query_selector_all(STOPS) else { return Vec::new() };
    (0..all.length()).filter_map(|number| all.item(number)?.dyn_into().ok()).collect()
}
