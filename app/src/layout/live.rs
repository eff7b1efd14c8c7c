//! An open page hears of changes made anywhere, and what it shows is read again.

use crate::form::Changed;
use leptos::prelude::*;

/// Listens for as long as the frame is there and somebody looks.
pub(super) fn listen(path: Memo<String>, changed: Changed) {
    #[cfg(feature = "hydrate")]
    ears::listen(path, changed);
    #[cfg(not(feature = "hydrate"))]
    let _ = (path, changed);
}

#[cfg(feature = "hydrate")]
mod ears {
    use crate::form::Changed;
    use leptos::{
        prelude::*,
        wasm_bindgen::{JsCast, closure::Closure, prelude::wasm_bindgen},
        web_sys::{EventSource, MessageEvent},
    };
    use std::time::Duration;

    /// What comes within this time is shown together.
    const TOGETHER: Duration = Duration::from_millis(300);
    /// What only pages of these names show.
    const DATA: [(&str, &str); 3] = [("EXECUTION", "/executions"), ("FLOW", "/flows"), ("NAMESPACE", "/namespaces")];

    /// What the pages of invitations have in common.
    const INVITATION: &str = "/ui/invitation";

    #[wasm_bindgen(module = "/src/page/morph.js")]
    extern "C" {
        /// Whether somebody is at a form that would be made anew.
        fn typing() -> bool;
    }

    /// Lets the page be read again, as soon as nobody loses anything by it.
    fn tell(changed: Changed, waiting: StoredValue<bool>) {
        set_timeout(
            move || match waiting.try_get_value() {
                Some(true) if typing() => tell(changed, waiting),
                Some(true) => {
                    waiting.set_value(false);
                    changed.heard();
                }
                _ => {}
            },
            TOGETHER,
        );
    }

    pub(super) fn listen(path: Memo<String>, changed: Changed) {
        let scope = Memo::new(move |_| path.with(|path| scope(path).to_owned()));
        let waiting = StoredValue::new(false);
        let heard = move || {
            if waiting.try_get_value() == Some(false) {
                waiting.set_value(true);
                tell(changed, waiting);
            }
        };
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let word = event.data().as_string().unwrap_or_default();
            let elsewhere = path.try_with_untracked(|path| {
                // A tenant's first page counts its flows and namespaces. Executions come and go too fast for it.
                let first = word != "EXECUTION" && path.starts_with("/ui/") && path.matches('/').count() == 2;
                let page = |name: &str| path.contains(name) || path.contains("/audit");
                DATA.iter().any(|(data, name)| *data == word && !first && !page(name))
            });
            if elsewhere == Some(false) {
                heard();
            }
        });
        // What happened while nobody listened is caught up with.
        let lost = StoredValue::new(false);
        let on_error = Closure::<dyn Fn()>::new(move || lost.set_value(true));
        let on_open = Closure::<dyn Fn()>::new(move || {
            if lost.try_get_value() == Some(true) {
                lost.set_value(false);
                heard();
            }
        });
        let source = StoredValue::new_local(None::<EventSource>);
        let visible = RwSignal::new(true);
        let looked = window_event_listener_untyped("visibilitychange", move |_| visible.set(!document().hidden()));
        on_cleanup(move || {
            looked.remove();
            if let Some(source) = source.try_update_value(Option::take).flatten() {
                source.close();
            }
        });
        Effect::new(move |before: Option<(bool, String)>| {
            // What this window changes shows that somebody is signed in, perhaps again.
            changed.0.track();
            let (here, at) = (visible.get(), scope.get());
            let open = |source: &EventSource| source.ready_state() != EventSource::CLOSED;
            let heard_from = source.with_value(|source| source.as_ref().is_some_and(open));
            if heard_from && before.as_ref() == Some(&(here, at.clone())) {
                return (here, at);
            }
            if let Some(source) = source.try_update_value(Option::take).flatten() {
                source.close();
            }
            // A browser keeps few connections to one server: windows that nobody sees do without.
            // Whoever is invited may not be signed in yet, and nothing comes to that page.
            if here && at != INVITATION {
                if let Ok(opened) = EventSource::new(&format!("/live?at={at}")) {
                    opened.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
                    opened.set_onerror(Some(on_error.as_ref().unchecked_ref()));
                    opened.set_onopen(Some(on_open.as_ref().unchecked_ref()));
                    source.set_value(Some(opened));
                }
                if before.is_some_and(|(seen, _)| !seen) {
                    heard();
                }
            }
            (here, at)
        });
    }

    /// The part of a path that says what one listens to.
    fn scope(path: &str) -> &str {
        match path.strip_prefix("/ui/") {
            Some(rest) => &path[..4 + rest.find('/').unwrap_or(rest.len())],
            None => "/",
        }
    }
}
